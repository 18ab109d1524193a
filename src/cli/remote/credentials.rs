//! `tokens` and `keys`.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::{Client, Failure, Result, Within, client, day, print, print_json, prompt, say, table, text};

/// What is done with access tokens.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Tokens {
    /// Create a token and print its secret alone
    #[command(
        after_help = "Examples:\n  latchkey tokens create \"Deploy from CI\" --scopes deploy,read --expires 2026-12-31\n  \
                      TOKEN=$(latchkey tokens create Nightly --scope read --project weekly-report)"
    )]
    Create(New),
    /// List tokens, newest first
    #[command(after_help = "Example:\n  latchkey tokens list --json")]
    List(Within),
    /// Revoke a token, and what it has made
    #[command(after_help = "Example:\n  latchkey tokens revoke tok_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    Revoke(Revoke),
}

/// What is done with API keys.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Keys {
    /// Create a key and print its secret alone
    #[command(
        after_help = "Example:\n  latchkey keys create Terraform --scopes read,write --description \"Plans production\""
    )]
    Create(NewKey),
    /// List keys, newest first
    #[command(after_help = "Example:\n  latchkey keys list")]
    List(Within),
    /// Change a key; its secret stays
    #[command(after_help = "Example:\n  latchkey keys update key_01jdb2v9c5e8x3q7m4k6n0r1sy --inactive")]
    Update(Update),
    /// Revoke a key, and what it has made
    #[command(after_help = "Example:\n  latchkey keys revoke key_01jdb2v9c5e8x3q7m4k6n0r1sy --yes")]
    Revoke(Revoke),
}

/// A new token or key.
#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    /// Its name, 3 to 255 characters
    name: String,
    #[command(flatten)]
    scopes: Scopes,
    /// The only project that it shall reach, by slug or id
    #[arg(long)]
    project: Option<String>,
    /// The end: a date, which means its last second in UTC, or RFC 3339; never if absent
    #[arg(long, value_name = "DATE")]
    expires: Option<String>,
    /// Read a passphrase from standard input, which callers must send as well
    #[arg(long)]
    passphrase_stdin: bool,
    #[command(flatten)]
    within: Within,
}

/// A new key.
#[derive(Debug, Args)]
pub(in crate::cli) struct NewKey {
    #[command(flatten)]
    new: New,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    /// Make it switched off
    #[arg(long)]
    inactive: bool,
}

/// What it may do.
#[derive(Debug, Args)]
pub(in crate::cli) struct Scopes {
    /// What it may do, with commas between
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    scopes: Vec<String>,
    /// One more of them; may be repeated
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
}

/// What changes of a key.
#[derive(Debug, Args)]
pub(in crate::cli) struct Update {
    /// Its id
    id: String,
    /// Another name
    #[arg(long)]
    name: Option<String>,
    /// Another description; an empty one clears it
    #[arg(long)]
    description: Option<String>,
    #[command(flatten)]
    scopes: Scopes,
    /// Another end: a date, which means its last second in UTC, or RFC 3339
    #[arg(long, value_name = "DATE")]
    expires: Option<String>,
    /// No end
    #[arg(long, conflicts_with = "expires")]
    never_expires: bool,
    /// Switch it on
    #[arg(long, conflicts_with = "inactive")]
    active: bool,
    /// Switch it off
    #[arg(long)]
    inactive: bool,
    #[command(flatten)]
    within: Within,
}

/// Which is revoked.
#[derive(Debug, Args)]
pub(in crate::cli) struct Revoke {
    /// Its id
    id: String,
    /// Keep what it has made
    #[arg(long)]
    keep_descendants: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    within: Within,
}

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Token,
    Key,
}

impl Kind {
    const fn noun(self) -> &'static str {
        match self {
            Self::Token => "Token",
            Self::Key => "Key",
        }
    }

    const fn segment(self) -> &'static str {
        match self {
            Self::Token => "access-tokens",
            Self::Key => "api-keys",
        }
    }

    /// What is meant in this workspace: where the catalog has one kind only, both words mean it.
    async fn meant(self, client: &Client, workspace: &str) -> Result<Self> {
        let kinds = match client.get(workspace).await {
            Ok(found) => found["kinds"].as_array().cloned().unwrap_or_default(),
            // Who may not read the workspace says what they mean.
            Err(error) if matches!(error.downcast_ref(), Some(Failure::Refused(_))) => return Ok(self),
            Err(error) => return Err(error),
        };
        Ok(match &kinds[..] {
            [only] if *only == "access_token" => Self::Token,
            [only] if *only == "api_key" => Self::Key,
            _ => self,
        })
    }
}

/// A client, and the path of the tokens or keys.
async fn open(within: &Within, kind: Kind) -> Result<(Client, Kind, String)> {
    let (client, workspace) = within.open().await?;
    let kind = kind.meant(&client, &workspace).await?;
    let path = format!("{workspace}/{}", kind.segment());
    Ok((client, kind, path))
}

impl Tokens {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Create(new) => new.create(Kind::Token, Map::new()).await,
            Self::List(within) => list(&within, Kind::Token).await,
            Self::Revoke(revoke) => revoke.run(Kind::Token).await,
        }
    }
}

impl Keys {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Create(NewKey { new, description, inactive }) => {
                let mut more = Map::new();
                if let Some(description) = description {
                    more.insert("description".to_owned(), description.into());
                }
                if inactive {
                    more.insert("active".to_owned(), false.into());
                }
                new.create(Kind::Key, more).await
            }
            Self::List(within) => list(&within, Kind::Key).await,
            Self::Update(update) => update.run().await,
            Self::Revoke(revoke) => revoke.run(Kind::Key).await,
        }
    }
}

impl Scopes {
    fn all(self) -> Vec<String> {
        self.scopes.into_iter().chain(self.scope).map(|scope| scope.trim().to_owned()).collect()
    }
}

impl New {
    async fn create(self, kind: Kind, mut body: Map<String, Value>) -> Result<()> {
        let (client, kind, path) = open(&self.within, kind).await?;
        body.insert("name".to_owned(), self.name.into());
        body.insert("scopes".to_owned(), self.scopes.all().into());
        let passphrase = if self.passphrase_stdin { Some(prompt::password("Passphrase: ")?) } else { None };
        for (member, value) in [("project", self.project), ("expires_at", self.expires), ("passphrase", passphrase)] {
            if let Some(value) = value {
                body.insert(member.to_owned(), value.into());
            }
        }
        let made = client.post(&path, &Value::Object(body)).await?;
        say(&format!("✔ {} created (shown once):", kind.noun()));
        if self.within.at.json {
            return print_json(&made);
        }
        print(&text(&made, "secret"));
        Ok(())
    }
}

async fn list(within: &Within, kind: Kind) -> Result<()> {
    let (client, kind, path) = open(within, kind).await?;
    let all = client.all(&path).await?;
    if within.at.json {
        return print_json(&all.into());
    }
    let scopes = |one: &Value| {
        let names = one["scopes"].as_array().map(|names| names.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        names.unwrap_or_default().join(", ")
    };
    let slugs =
        if all.iter().any(|one| one["project"].is_string()) { slugs(&client, &path).await? } else { Map::new() };
    let reach = |one: &Value| match text(one, "project") {
        project if project.is_empty() => "workspace".to_owned(),
        project => slugs.get(&project).and_then(Value::as_str).map_or(project, str::to_owned),
    };
    let rows = all.iter().map(|one| {
        let (id, name, hint) = (text(one, "id"), text(one, "name"), format!("{}…", text(one, "hint")));
        let (ends, used) = (day(one, "expires_at", "never"), day(one, "last_used_at", "never"));
        vec![id, name, hint, scopes(one), reach(one), text(one, "status"), ends, used]
    });
    let headings = ["ID", "NAME", "SECRET", "SCOPES", "REACHES", "STATUS", "ENDS", "LAST USED"];
    let nothing = format!("There is none yet. Make one with `latchkey {}s create`.", kind.noun().to_lowercase());
    table::show(&headings, rows.collect(), &nothing);
    Ok(())
}

/// The slugs of the workspace's projects, by their ids.
async fn slugs(client: &Client, path: &str) -> Result<Map<String, Value>> {
    let workspace = path.rsplit_once('/').map_or(path, |(workspace, _)| workspace);
    let projects = client.all(&format!("{workspace}/projects")).await?;
    Ok(projects.iter().map(|project| (text(project, "id"), text(project, "slug").into())).collect())
}

impl Update {
    async fn run(self) -> Result<()> {
        let mut body = Map::new();
        let mut set = |member: &str, value: Option<Value>| {
            if let Some(value) = value {
                body.insert(member.to_owned(), value);
            }
        };
        set("name", self.name.map(Value::from));
        set("description", self.description.map(|text| if text.is_empty() { Value::Null } else { text.into() }));
        let scopes = self.scopes.all();
        set("scopes", (!scopes.is_empty()).then(|| scopes.into()));
        set("expires_at", if self.never_expires { Some(Value::Null) } else { self.expires.map(Value::from) });
        set("active", (self.active || self.inactive).then_some(self.active.into()));
        if body.is_empty() {
            let text = "Say what shall change: --name, --description, --scopes, --expires, --never-expires, --active or --inactive.";
            return Err(Failure::Usage(text.to_owned()).into());
        }
        let (client, _, path) = open(&self.within, Kind::Key).await?;
        let path = format!("{path}/{}", client::segment(&self.id));
        // What somebody else changes meanwhile is not overwritten unseen.
        let before = client.get_tagged(&path).await?;
        let after = client.patch(&path, &Value::Object(body), before.etag.as_deref()).await?;
        say(&format!("✔ Key {} changed", text(&after, "name")));
        if self.within.at.json { print_json(&after) } else { Ok(()) }
    }
}

impl Revoke {
    async fn run(self, kind: Kind) -> Result<()> {
        let (client, kind, path) = open(&self.within, kind).await?;
        let path = format!("{path}/{}", client::segment(&self.id));
        let found = client.get(&path).await?;
        let what = format!("{} ({}…)", text(&found, "name"), text(&found, "hint"));
        let family = if self.keep_descendants { "" } else { " and what it has made" };
        prompt::confirm(&format!("Revoke {what}{family}?"), self.yes)?;
        let query = if self.keep_descendants { "?descendants=keep" } else { "" };
        client.delete(&format!("{path}{query}"), None).await?;
        say(&format!("✔ {} revoked: {what}", kind.noun()));
        if self.within.at.json { print_json(&json!({ "id": found["id"], "status": "revoked" })) } else { Ok(()) }
    }
}
