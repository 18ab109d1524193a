//! Calling the API.

use std::{env, fmt, time::Duration};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::{At, Result, login_file};

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why a command did not do what it was asked, and with what it exits.
#[derive(Debug)]
pub(in crate::cli) enum Failure {
    /// The server has refused it, or could not be asked: 1.
    Refused(String),
    /// It cannot be meant like this: 2.
    Usage(String),
    /// Nobody is signed in, or no longer: 4.
    NotSignedIn(String),
}

impl Failure {
    pub(in crate::cli) const fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Usage(_) => 2,
            Self::NotSignedIn(_) => 4,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(text) | Self::Usage(text) | Self::NotSignedIn(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Failure {}

/// What the server has answered, if it was no refusal.
pub(super) struct Answer {
    pub body: Value,
    /// The entity tag, if there is one.
    pub etag: Option<String>,
}

/// Somebody who calls a server with a secret.
pub(super) struct Client {
    http: reqwest::Client,
    api: String,
    secret: Option<String>,
}

impl Client {
    /// With the secret in `LATCHKEY_KEY`, or of the stored login.
    pub(super) fn open(at: &At) -> Result<Self> {
        let secret = match env::var("LATCHKEY_KEY").ok().filter(|key| !key.is_empty()) {
            Some(key) => key,
            None => login_file::read(at.api_url.as_str())?,
        };
        Self::with(at, Some(secret))
    }

    /// With this secret, or none.
    pub(super) fn with(at: &At, secret: Option<String>) -> Result<Self> {
        let agent = concat!("latchkey/", env!("CARGO_PKG_VERSION"));
        let http = reqwest::Client::builder().user_agent(agent).timeout(PATIENCE).build()?;
        Ok(Self { http, api: at.api_url.as_str().trim_end_matches('/').to_owned(), secret })
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value> {
        Ok(self.call(Method::GET, path, None, None).await?.body)
    }

    pub(super) async fn get_tagged(&self, path: &str) -> Result<Answer> {
        self.call(Method::GET, path, None, None).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        Ok(self.call(Method::POST, path, Some(body), None).await?.body)
    }

    pub(super) async fn patch(&self, path: &str, body: &Value, etag: Option<&str>) -> Result<Value> {
        Ok(self.call(Method::PATCH, path, Some(body), etag).await?.body)
    }

    pub(super) async fn delete(&self, path: &str, body: Option<&Value>) -> Result<()> {
        self.call(Method::DELETE, path, body, None).await?;
        Ok(())
    }

    /// All items of a list, page after page.
    pub(super) async fn all(&self, path: &str) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let mut page = self.get(&format!("{path}?limit=200{cursor}")).await?;
            items.append(page["items"].as_array_mut().unwrap_or(&mut Vec::new()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={}", segment(next)),
                None => return Ok(items),
            }
        }
    }

    /// The workspace of the token or key that calls, or the only one of the person who does.
    pub(super) async fn only_workspace(&self) -> Result<String> {
        let me = self.get("/whoami").await?;
        if let Some(slug) = me["workspace"]["slug"].as_str() {
            return Ok(slug.to_owned());
        }
        let all = self.all("/workspaces").await?;
        let slugs: Vec<String> = all.iter().map(|one| super::text(one, "slug")).collect();
        match &slugs[..] {
            [only] => Ok(only.clone()),
            [] => Err(Failure::Refused("You are in no workspace yet. Make one in the browser.".to_owned()).into()),
            _ => {
                let text = format!("You are in several workspaces. Say which with --workspace: {}", slugs.join(", "));
                Err(Failure::Usage(text).into())
            }
        }
    }

    /// Sends a form without a secret, as OAuth does; whatever the status, its body.
    pub(super) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<(StatusCode, Value)> {
        let request = self.http.post(format!("{}{path}", self.api)).form(fields);
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let body = answer.json().await.map_err(|_| self.stranger(status))?;
        Ok((status, body))
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>, etag: Option<&str>) -> Result<Answer> {
        let mut request = self.http.request(method, format!("{}{path}", self.api));
        if let Some(secret) = &self.secret {
            request = request.bearer_auth(secret);
        }
        if let Some(passphrase) = env::var_os("LATCHKEY_PASSPHRASE") {
            request = request.header("latchkey-passphrase", passphrase.to_string_lossy().into_owned());
        }
        if let Some(etag) = etag {
            request = request.header("if-match", etag);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let etag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        if status == StatusCode::NO_CONTENT {
            return Ok(Answer { body: Value::Null, etag });
        }
        let body: Value = answer.json().await.map_err(|_| self.stranger(status))?;
        if status.is_success() { Ok(Answer { body, etag }) } else { Err(refusal(status, &body).into()) }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let why = if error.is_timeout() { "it took too long" } else { "nothing answers there" };
        Failure::Refused(format!(
            "cannot reach {}: {why}. Another server is named by --api-url or LATCHKEY_API_URL.",
            self.api
        ))
    }

    fn stranger(&self, status: StatusCode) -> Failure {
        Failure::Refused(format!("{} answered {status}, but not as Latchkey's API does.", self.api))
    }
}

/// A problem (RFC 9457) as a person reads it, with what to do next.
fn refusal(status: StatusCode, problem: &Value) -> Failure {
    let code = problem["code"].as_str().unwrap_or_default();
    let detail = super::text(problem, "detail");
    match (status.as_u16(), code) {
        (401, _) => Failure::NotSignedIn(format!("{detail} Run `latchkey login`.")),
        (403, "reauthentication_required") => {
            let text = "This needs a sign-in that is younger than 30 minutes. Run `latchkey login`, then this again.";
            Failure::NotSignedIn(text.to_owned())
        }
        (_, "validation_failed") => {
            let errors = problem["errors"].as_array().cloned().unwrap_or_default();
            let lines = errors.iter().map(|error| {
                let other = error["code"] == "other_kind";
                let hint = if other { OTHER_KIND } else { "" };
                format!("{}: {}{hint}", super::text(error, "field"), super::text(error, "message"))
            });
            Failure::Refused(lines.collect::<Vec<_>>().join("\n"))
        }
        _ => Failure::Refused(detail),
    }
}

/// Which command makes what has a scope of the other kind.
const OTHER_KIND: &str = " Access tokens are made by `latchkey tokens create`, API keys by `latchkey keys create`.";

/// What somebody has typed, as a part of a path or query.
pub(super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
