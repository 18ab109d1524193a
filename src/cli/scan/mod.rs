//! **`latchkey scan`**: the secrets of tokens and keys in files, or in the history of a git repository.
//!
//! Finding them needs no server; revoking what was found asks one. May import: what `cli` may. Never happens here:
//! telling a secret from other text, or printing one.

mod files;
mod history;
mod revoke;

use std::{fmt, path::PathBuf};

use clap::Args;
use serde_json::json;
use url::Url;

use super::{Database, Result, complain, print, say};
use crate::service::leaks::{Found, Place, Scanner};

/// Flags of `scan`.
#[derive(Debug, Args)]
#[command(after_help = "Exits with 1 if anything was found. Of a secret only the beginning is printed.\n\n\
                  Examples:\n  latchkey scan .\n  latchkey scan --git --revoke ~/src/weekly-report")]
pub(super) struct Scan {
    /// Files and folders to look through; in a folder, what .gitignore names is left out
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Look through the whole history of the git repositories there, instead of their files
    #[arg(long)]
    git: bool,
    /// Revoke what was found, and have it recorded where that was
    #[arg(long)]
    revoke: bool,
    /// The API that revokes it
    #[arg(long, env = "LATCHKEY_API_URL", default_value = "http://127.0.0.1:3000/api/v1")]
    api_url: Url,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A secret, and the file in which it should not be.
struct Finding {
    /// As it was asked for.
    file: String,
    /// As somebody elsewhere finds it.
    absolute: String,
    /// The oldest that has it, in a history.
    commit: Option<String>,
    found: Found,
}

impl Scan {
    pub(super) async fn run(self, database: &Database) -> Result<()> {
        let scanner = Scanner::new(&database.catalogs()?);
        let mut findings = Vec::new();
        let mut tell = |finding: Finding| {
            if !self.json {
                print(&finding.to_string());
            }
            findings.push(finding);
        };
        let is_whole = if self.git {
            history::scan(&scanner, &self.paths, &mut tell)?
        } else {
            files::scan(&scanner, &self.paths, &mut tell)
        };
        let outcomes = if self.revoke { revoke::all(&self.api_url, &findings).await? } else { Vec::new() };
        if self.json {
            let rows = findings.iter().enumerate().map(|(at, finding)| finding.json(outcomes.get(at).copied()));
            print(&serde_json::to_string_pretty(&rows.collect::<Vec<_>>())?);
        }
        match findings.len() {
            0 if is_whole => Ok(()),
            0 => Err("nothing was found, but not everything could be read".into()),
            1 => Err("1 secret of a token or key was found".into()),
            many => Err(format!("{many} secrets of tokens or keys were found").into()),
        }
    }
}

impl Finding {
    fn json(&self, outcome: Option<revoke::Outcome>) -> serde_json::Value {
        let (line, byte) = match self.found.place {
            Place::Line(line) => (Some(line), None),
            Place::Byte(byte) => (None, Some(byte)),
        };
        json!({
            "file": self.file,
            "line": line,
            "byte": byte,
            "commit": self.commit,
            "hint": self.found.secret.hint(),
            "outcome": outcome.map(revoke::Outcome::as_str),
        })
    }

    /// The place, in `file`.
    fn place(&self, file: &str) -> String {
        let commit = self.commit.as_ref().map(|commit| format!("{commit} ")).unwrap_or_default();
        match self.found.place {
            Place::Line(line) => format!("{commit}{file}:{line}"),
            Place::Byte(byte) => format!("{commit}{file}, byte {byte}"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}…", self.place(&self.file), self.found.secret.hint())
    }
}

/// The name of a file, for a terminal: control characters would not be seen but obeyed.
fn shown(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
