//! Copies of the database while it is in use, and new databases from a copy: of SQLite; `PostgreSQL` brings its own.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use sqlx::{AnyConnection, Connection as _};
use tempfile::NamedTempFile;

use super::{Store, engine, instance};

/// Why there is no copy, or no database made from one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is no file.
    #[error("PostgreSQL brings its own: use pg_dump, which works while Latchkey serves, and pg_restore")]
    Postgres,
    /// Nothing is overwritten.
    #[error("{0} exists already, and nothing is overwritten: choose another name, or move it away")]
    Exists(PathBuf),
    /// It cannot be read or written.
    #[error("cannot use {0}: {1}")]
    File(PathBuf, #[source] io::Error),
    /// The database cannot be opened here.
    #[error(transparent)]
    Open(#[from] engine::OpenError),
    /// The copy is none, or not whole.
    #[error("{0} is not a backup of Latchkey, or it is damaged: {1}")]
    Damaged(PathBuf, String),
    /// The copy comes from a newer Latchkey.
    #[error("{0} was made by a newer Latchkey: restore it with that one")]
    Newer(PathBuf),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] super::Error),
}

impl Store {
    /// Writes all that is committed now to a new file, for its owner's eyes only. Reading and writing go on meanwhile; the
    /// file has its name only once it is whole and lasts.
    ///
    /// # Errors
    /// [`BackupError`]; then there is no file.
    pub async fn back_up(&self, file: &Path) -> Result<(), BackupError> {
        if self.file().is_none() {
            return Err(BackupError::Postgres);
        }
        let unusable = |error| BackupError::File(file.to_owned(), error);
        if file.try_exists().map_err(unusable)? {
            return Err(BackupError::Exists(file.to_owned()));
        }
        let copy = NamedTempFile::new_in(folder(file)).map_err(unusable)?;
        let into = copy.path().display().to_string();
        sqlx::query("VACUUM INTO $1").bind(into).execute(&self.reader).await.map_err(super::Error::from)?;
        put_in_place(copy, file)
    }
}

/// Makes the database of `url` from a copy. `may_open` says whether the master key with this fingerprint is at hand.
///
/// # Errors
/// [`BackupError`], or what `may_open` says; then there is no database.
pub async fn restore<E: From<BackupError>>(
    copy: &Path,
    url: &str,
    may_open: impl FnOnce(&str) -> Result<(), E>,
) -> Result<PathBuf, E> {
    let (path, _lock) = engine::claim(url).map_err(|error| match error {
        engine::OpenError::UnknownScheme => BackupError::Postgres,
        other => other.into(),
    })?;
    for file in [path.clone(), with_suffix(&path, "-wal")] {
        if file.exists() {
            return Err(BackupError::Exists(file).into());
        }
    }
    let unusable = |error| BackupError::File(copy.to_owned(), error);
    let fresh = NamedTempFile::new_in(folder(&path)).map_err(|error| BackupError::File(path.clone(), error))?;
    io::copy(&mut File::open(copy).map_err(unusable)?, &mut fresh.as_file()).map_err(unusable)?;
    may_open(&examine(fresh.path(), copy).await?)?;
    put_in_place(fresh, &path)?;
    Ok(path)
}

/// Whether a copy is whole and ours: the fingerprint of its master key.
async fn examine(fresh: &Path, copy: &Path) -> Result<String, BackupError> {
    let damaged = |error: sqlx::Error| BackupError::Damaged(copy.to_owned(), error.to_string());
    sqlx::any::install_default_drivers();
    let mut connection =
        AnyConnection::connect(&format!("sqlite:{}?mode=rw", fresh.display())).await.map_err(damaged)?;
    let whole: String = sqlx::query_scalar("SELECT CAST(integrity_check AS TEXT) FROM pragma_integrity_check LIMIT 1")
        .fetch_one(&mut connection)
        .await
        .map_err(damaged)?;
    if whole != "ok" {
        return Err(BackupError::Damaged(copy.to_owned(), whole));
    }
    let version: i64 = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&mut connection)
        .await
        .map_err(damaged)?;
    if version > engine::newest_migration() {
        return Err(BackupError::Newer(copy.to_owned()));
    }
    let fingerprint = instance::fingerprint(&mut connection).await?;
    connection.close().await.map_err(damaged)?;
    fingerprint.ok_or_else(|| BackupError::Damaged(copy.to_owned(), "it is empty".to_owned()))
}

/// Gives a file that is whole its name, if nothing has it, and makes sure that both last.
fn put_in_place(whole: NamedTempFile, name: &Path) -> Result<(), BackupError> {
    let unusable = |error| BackupError::File(name.to_owned(), error);
    whole.as_file().sync_all().map_err(unusable)?;
    whole.persist_noclobber(name).map_err(|refused| match refused.error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(name.to_owned()),
        _ => unusable(refused.error),
    })?;
    File::open(folder(name)).and_then(|folder| folder.sync_all()).map_err(unusable)
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
