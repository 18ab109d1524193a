//! Backups: made while serving, restored where there is no database yet. The master key is not in them: whoever takes a
//! backup has nothing that was sealed.

use std::path::{Path, PathBuf};

use super::{
    Service,
    clock::Random,
    master_key::{self, KeyFileError},
};
use crate::store::backup::{self, BackupError};

/// Why a backup does not become a database.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup, or where it should go.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The master key is not the one that the backup needs.
    #[error("{0}: the backup needs the master key that it was made with, in its place, before it is restored")]
    Key(#[from] KeyFileError),
}

impl Service {
    /// Writes all that is committed now to a new file.
    ///
    /// # Errors
    /// [`BackupError`]; then there is no file.
    pub async fn back_up(&self, file: &Path) -> Result<(), BackupError> {
        self.store.back_up(file).await?;
        tracing::info!(file = %file.display(), "a backup was made");
        Ok(())
    }
}

/// Makes the database of `url` from a backup, if its master key is in `key_file`. Answers where the database is.
///
/// # Errors
/// [`RestoreError`]; then there is no database.
pub async fn restore(file: &Path, url: &str, key_file: &Path) -> Result<PathBuf, RestoreError> {
    let may_open = |fingerprint: &str| {
        master_key::open(key_file, Some(fingerprint), &Random::System)?;
        Ok(())
    };
    backup::restore(file, url, may_open).await
}
