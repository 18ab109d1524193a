//! Copies of a SQLite database while it is in use, and new ones from a copy. `PostgreSQL` has tools of its own.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use sqlx::{AnyConnection, Connection as _};

use super::{Result, Store, engine, instance};

/// Why a copy does not become a database.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is one already.
    #[error("{0} exists already: restore where there is no database, or move it away first")]
    Exists(PathBuf),
    /// The URL is of no SQLite file, or another process uses it.
    #[error(transparent)]
    Open(#[from] engine::OpenError),
    /// The copy is none.
    #[error("{0} is not a backup of Latchkey, or is damaged: {1}")]
    NoBackup(PathBuf, String),
    /// It cannot be read or written.
    #[error("cannot copy {0}: {1}")]
    Copy(PathBuf, #[source] io::Error),
}

impl Store {
    /// Writes all that is committed now to a new file at `path`. Reading and writing go on meanwhile.
    ///
    /// # Errors
    /// If the database fails, or there is a file.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        sqlx::query("VACUUM INTO $1").bind(path.display().to_string()).execute(&self.reader).await?;
        Ok(())
    }
}
