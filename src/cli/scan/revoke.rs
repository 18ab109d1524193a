//! Revoking what was found, by the API.

use std::{collections::HashMap, time::Duration};

use serde_json::{Value, json};
use url::Url;

use super::{Finding, Result, say};
use crate::domain::text;

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a secret.
#[derive(Clone, Copy)]
pub(super) enum Outcome {
    /// It is revoked now.
    Revoked,
    /// It had been revoked.
    RevokedBefore,
    /// The server does not know it.
    Unknown,
}

impl Outcome {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::RevokedBefore => "revoked_before",
            Self::Unknown => "unknown",
        }
    }
}

/// Reports each secret once; says what became of each finding.
pub(super) async fn all(api: &Url, findings: &[Finding]) -> Result<Vec<Outcome>> {
    let client = reqwest::Client::builder()
        .user_agent(concat!("latchkey/", env!("CARGO_PKG_VERSION")))
        .timeout(PATIENCE)
        .build()?;
    let url = format!("{}/leaks", api.as_str().trim_end_matches('/'));
    let mut known: HashMap<&str, Outcome> = HashMap::new();
    let mut outcomes = Vec::new();
    for finding in findings {
        let secret = finding.found.secret.expose();
        let outcome = if let Some(outcome) = known.get(secret) {
            *outcome
        } else {
            let outcome = report(&client, &url, finding).await?;
            let hint = finding.found.secret.hint();
            match outcome {
                Outcome::Revoked => say(&format!("✔ {hint}… is revoked")),
                Outcome::RevokedBefore => say(&format!("{hint}… had been revoked before")),
                Outcome::Unknown => say(&format!("{hint}… is of no token or key at {api}")),
            }
            known.insert(secret, outcome);
            outcome
        };
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

async fn report(client: &reqwest::Client, url: &str, finding: &Finding) -> Result<Outcome> {
    let place = finding.place(&finding.absolute);
    // A strange name of a file shall not keep a secret alive.
    let found_in = text::FOUND_IN.parse(&place).unwrap_or_else(|_| {
        place.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(text::FOUND_IN.max).collect()
    });
    let body = json!({ "secret": finding.found.secret.expose(), "found_in": found_in });
    loop {
        let answer = client.post(url).json(&body).send().await?;
        let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        let status = answer.status().as_u16();
        let told: Value = answer.json().await.unwrap_or_default();
        match (status, told["outcome"].as_str(), told["code"].as_str()) {
            (200, Some("revoked"), _) => return Ok(Outcome::Revoked),
            (200, Some("revoked_before"), _) => return Ok(Outcome::RevokedBefore),
            (404, _, Some("not_found")) => return Ok(Outcome::Unknown),
            (429, ..) => {
                let seconds = wait.unwrap_or(1);
                say(&format!("The server asks to wait {seconds} s."));
                tokio::time::sleep(Duration::from_secs(seconds)).await;
            }
            _ => {
                let detail = told["detail"].as_str().unwrap_or("it answered something else than Latchkey's API");
                return Err(format!("{url} has revoked nothing ({status}): {detail}").into());
            }
        }
    }
}
