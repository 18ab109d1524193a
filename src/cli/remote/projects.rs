//! `projects`.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Result, Within, client, day, print, print_json, prompt, say, table, text};

/// What is done with projects.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Projects {
    /// List projects, newest first
    #[command(after_help = "Example:\n  latchkey projects list")]
    List(Within),
    /// Create a project and print its slug
    #[command(after_help = "Example:\n  latchkey projects create \"Weekly report\"")]
    Create(Create),
    /// Delete a project and revoke its tokens and keys
    #[command(after_help = "Example:\n  latchkey projects delete weekly-report")]
    Delete(Delete),
}

/// A new project.
#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    /// Its name
    name: String,
    #[command(flatten)]
    within: Within,
}

/// Which is deleted.
#[derive(Debug, Args)]
pub(in crate::cli) struct Delete {
    /// Its slug or id
    project: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    within: Within,
}

impl Projects {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::List(within) => list(&within).await,
            Self::Create(create) => create.run().await,
            Self::Delete(delete) => delete.run().await,
        }
    }
}

async fn list(within: &Within) -> Result<()> {
    let (client, workspace) = within.open().await?;
    let all = client.all(&format!("{workspace}/projects")).await?;
    if within.at.json {
        return print_json(&Value::from(all));
    }
    let rows =
        all.iter().map(|one| vec![text(one, "slug"), text(one, "name"), text(one, "id"), day(one, "created_at", "")]);
    let nothing = "There is none yet. Make one with `latchkey projects create`.";
    table::show(&["SLUG", "NAME", "ID", "CREATED"], rows.collect(), nothing);
    Ok(())
}

impl Create {
    async fn run(self) -> Result<()> {
        let (client, workspace) = self.within.open().await?;
        let made = client.post(&format!("{workspace}/projects"), &json!({ "name": self.name })).await?;
        say("✔ Project created:");
        if self.within.at.json {
            return print_json(&made);
        }
        print(&text(&made, "slug"));
        Ok(())
    }
}

impl Delete {
    async fn run(self) -> Result<()> {
        let (client, workspace) = self.within.open().await?;
        let path = format!("{workspace}/projects/{}", client::segment(&self.project));
        let found = client.get(&path).await?;
        let name = text(&found, "name");
        prompt::confirm(&format!("Delete the project {name} and revoke its tokens and keys?"), self.yes)?;
        client.delete(&path, None).await?;
        say(&format!("✔ Project {name} deleted"));
        if self.within.at.json { print_json(&json!({ "id": found["id"], "status": "deleted" })) } else { Ok(()) }
    }
}
