//! `latchkey backup` and `latchkey restore`.

use std::path::PathBuf;

use clap::Args;

use super::{Database, Result, admin, say};
use crate::{
    service::{backup, operator::Command},
    store,
};

/// Writes a copy of the database to a new file, while the server runs or not.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  latchkey backup /var/backups/latchkey-$(date +%F).db")]
pub(super) struct Backup {
    /// The new file
    file: PathBuf,
}

/// Makes the database from a backup, where there is none yet.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  install -m 600 master.key data/master.key\n  latchkey restore latchkey-2026-12-31.db"
)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
}

impl Backup {
    pub(super) async fn run(self, database: &Database) -> Result<()> {
        // Any other command makes a database where there is none.
        if let Some(missing) = store::sqlite_file(&database.url).filter(|file| !file.exists()) {
            return Err(format!("there is no database at {}", missing.display()).into());
        }
        let command = Command::BackUp { file: std::path::absolute(self.file)? };
        admin::operate(database, command).await
    }
}

impl Restore {
    pub(super) async fn run(self, database: &Database) -> Result<()> {
        let path = backup::restore(&self.file, &database.url, &database.master_key_file).await?;
        say(&format!("✔ Restored: {}", path.display()));
        Ok(())
    }
}
