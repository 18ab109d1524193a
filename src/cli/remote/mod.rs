//! **The client**: what a person or a script does at a server, through its REST API.
//!
//! Lives here: a command, a file; the login file; how answers look at a terminal. May import: what `cli` may, and of it
//! nothing that opens a database. Never happens here: a rule of the product. What was asked for goes to standard
//! output, secrets among it; everything else to standard error.

mod client;
mod credentials;
mod deploy;
mod login;
mod login_file;
mod projects;
mod prompt;
mod table;
mod two_factor;

use clap::{Args, Subcommand};
use serde_json::Value;
use url::Url;

use client::Client;
pub(super) use client::Failure;

use super::{Result, print, say};

/// What a client can ask for.
#[derive(Debug, Subcommand)]
pub(super) enum Remote {
    /// Sign this command line in, in a browser; or with the secret of a token or key
    Login(login::Login),
    /// Sign this command line out
    Logout(At),
    /// Show who is signed in
    #[command(after_help = "Example:\n  latchkey whoami --json")]
    Whoami(At),
    /// Access tokens: create, list, revoke
    #[command(subcommand, alias = "token")]
    Tokens(credentials::Tokens),
    /// API keys: create, list, update, revoke
    #[command(subcommand, alias = "key")]
    Keys(credentials::Keys),
    /// Projects: create, list, delete
    #[command(subcommand, alias = "project")]
    Projects(projects::Projects),
    /// Record a deployment of a file: its name, its size and its SHA-256
    Deploy(deploy::Deploy),
    /// Two-factor of your own account
    #[command(name = "2fa", subcommand)]
    TwoFactor(two_factor::TwoFactor),
}

/// Which server, and how it answers.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  latchkey logout")]
pub(in crate::cli) struct At {
    /// The API
    #[arg(long, env = "LATCHKEY_API_URL", default_value = "http://127.0.0.1:3000/api/v1")]
    api_url: Url,
    /// Print JSON, as the API gives it
    #[arg(long)]
    json: bool,
}

/// Which workspace of it.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Within {
    /// The workspace, by slug or id; not needed where there is only one
    #[arg(long, env = "LATCHKEY_WORKSPACE")]
    workspace: Option<String>,
    #[command(flatten)]
    at: At,
}

impl Remote {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Login(login) => login.run().await,
            Self::Logout(at) => login::logout(&at).await,
            Self::Whoami(at) => login::whoami(&at).await,
            Self::Tokens(tokens) => tokens.run().await,
            Self::Keys(keys) => keys.run().await,
            Self::Projects(projects) => projects.run().await,
            Self::Deploy(deploy) => deploy.run().await,
            Self::TwoFactor(two_factor) => two_factor.run().await,
        }
    }
}

impl Within {
    /// A client, and the path of the workspace.
    async fn open(&self) -> Result<(Client, String)> {
        let client = Client::open(&self.at)?;
        let workspace = match &self.workspace {
            Some(named) => named.clone(),
            None => client.only_workspace().await?,
        };
        Ok((client, format!("/workspaces/{}", client::segment(&workspace))))
    }
}

/// Prints a value as the API gave it.
fn print_json(value: &Value) -> Result<()> {
    print(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// A member of an answer, for a terminal: what is no text is left out, and control characters are not obeyed.
fn text(value: &Value, member: &str) -> String {
    let plain = match &value[member] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    plain.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// An instant as people read it: the day.
fn day(value: &Value, member: &str, never: &str) -> String {
    let at = text(value, member);
    if at.is_empty() { never.to_owned() } else { at.chars().take(10).collect() }
}
