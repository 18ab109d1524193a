//! `login`, `logout`, `whoami`.

use std::{io, time::Duration};

use clap::Args;
use rustix::system::uname;
use serde_json::{Value, json};

use super::{At, Client, Failure, Result, day, login_file, print, print_json, say, text};

/// What RFC 8628 asks for a token with.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Signs this command line in.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  latchkey login\n  latchkey login --api-url https://latchkey.example.org/api/v1\n  \
                  latchkey login --token - < secret"
)]
pub(in crate::cli) struct Login {
    /// Use this token or key instead of a browser; `-` reads it from standard input
    #[arg(long, value_name = "SECRET")]
    token: Option<String>,
    #[command(flatten)]
    at: At,
}

impl Login {
    pub(super) async fn run(self) -> Result<()> {
        let secret = match self.token.as_deref() {
            Some("-") => io::read_to_string(io::stdin())?.trim().to_owned(),
            Some(secret) => secret.to_owned(),
            None => approved(&Client::with(&self.at, None)?).await?,
        };
        let me = Client::with(&self.at, Some(secret.clone()))?.get("/whoami").await?;
        let file = login_file::write(self.at.api_url.as_str(), &secret)?;
        say(&format!("✔ Signed in as {}", text(&me, "name")));
        say(&format!("  The login is kept in {}", file.display()));
        if self.at.json { print_json(&me) } else { Ok(()) }
    }
}

/// Shows a person where to approve this command line, and waits until they have.
async fn approved(client: &Client) -> Result<String> {
    let host = uname().nodename().to_string_lossy().into_owned();
    let (status, begun) = client.form("/device/code", &[("client_id", "latchkey"), ("host_name", &host)]).await?;
    if !status.is_success() {
        return Err(refused(&begun).into());
    }
    say("To sign in, open this address in a browser:");
    say(&format!("\n  {}\n", text(&begun, "verification_uri_complete")));
    say(&format!("and approve it if the page shows the code {}. Waiting…", text(&begun, "user_code")));
    let device_code = begun["device_code"].as_str().unwrap_or_default();
    let mut interval = begun["interval"].as_u64().unwrap_or(5);
    loop {
        tokio::time::sleep(Duration::from_secs(interval)).await;
        let fields = [("grant_type", GRANT), ("device_code", device_code), ("client_id", "latchkey")];
        let (status, answer) = client.form("/device/token", &fields).await?;
        match (status.is_success(), answer["error"].as_str()) {
            (true, _) => return Ok(answer["access_token"].as_str().unwrap_or_default().to_owned()),
            (false, Some("authorization_pending")) => {}
            // RFC 8628, section 3.5.
            (false, Some("slow_down")) => interval += 5,
            (false, Some("access_denied")) => {
                return Err(Failure::Refused("The sign-in was refused in the browser.".to_owned()).into());
            }
            (false, Some("expired_token")) => {
                return Err(
                    Failure::Refused("Nobody has approved it in time. Run `latchkey login` again.".to_owned()).into()
                );
            }
            _ => return Err(refused(&answer).into()),
        }
    }
}

/// An error of OAuth, or a problem.
fn refused(answer: &Value) -> Failure {
    let words = ["error_description", "detail"].map(|member| text(answer, member));
    Failure::Refused(
        words.into_iter().find(|words| !words.is_empty()).unwrap_or_else(|| "The server has refused it.".to_owned()),
    )
}

/// Ends the session at the server, then forgets it.
pub(super) async fn logout(at: &At) -> Result<()> {
    let secret = login_file::read(at.api_url.as_str())?;
    let client = Client::with(at, Some(secret))?;
    match client.get("/account").await {
        Ok(account) => {
            client.delete(&format!("/account/sessions/{}", text(&account, "session")), None).await?;
            login_file::remove()?;
            say("✔ Signed out");
        }
        // A token or key has no session, and a session may have ended already.
        Err(error) => match error.downcast_ref::<Failure>() {
            Some(Failure::NotSignedIn(_)) => {
                login_file::remove()?;
                say("✔ Signed out; the login had ended before");
            }
            _ if client.get("/whoami").await.is_ok() => {
                login_file::remove()?;
                say("✔ The login is forgotten; its token or key works until it is revoked");
            }
            _ => return Err(error),
        },
    }
    if at.json { print_json(&json!({ "signed_in": false })) } else { Ok(()) }
}

/// Shows who calls.
pub(super) async fn whoami(at: &At) -> Result<()> {
    let me = Client::open(at)?.get("/whoami").await?;
    if at.json {
        return print_json(&me);
    }
    let kind = match me["kind"].as_str() {
        Some("access_token") => "access token",
        Some("api_key") => "API key",
        _ => "person",
    };
    print(&format!("{} ({kind} {})", text(&me, "name"), text(&me, "id")));
    if let Some(slug) = me["workspace"]["slug"].as_str() {
        print(&format!("Workspace  {slug}"));
    }
    if let Some(scopes) = me["scopes"].as_array().filter(|scopes| !scopes.is_empty()) {
        let scopes: Vec<_> = scopes.iter().filter_map(Value::as_str).collect();
        print(&format!("Scopes     {}", scopes.join(", ")));
    }
    print(&format!("Ends       {}", day(&me, "expires_at", "never")));
    Ok(())
}
