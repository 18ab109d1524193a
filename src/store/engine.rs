//! The few differences between SQLite and PostgreSQL.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{AnyConnection, AnyPool, any::AnyPoolOptions, migrate::Migrator};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// What a SQLite connection is set to. `FULL`: an acknowledged write survives the loss of power.
const PRAGMAS: [(&str, &str, &str); 5] = [
    ("PRAGMA journal_mode = WAL", "SELECT CAST(journal_mode AS TEXT) FROM pragma_journal_mode", "wal"),
    ("PRAGMA synchronous = FULL", "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous", "2"),
    ("PRAGMA foreign_keys = ON", "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys", "1"),
    // 16 MiB a connection: a list of 100,000 tokens is searched without reading its indexes from the disk each time.
    ("PRAGMA cache_size = -16384", "SELECT CAST(cache_size AS TEXT) FROM pragma_cache_size", "-16384"),
    ("PRAGMA busy_timeout = 5000", "SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout", "5000"),
];

/// So many pages of the log, 32 MiB: what is written often is then copied into the file once for many times. SQLite tells
/// nobody what this is set to, and nothing that is promised rests on it.
const CHECKPOINT: &str = "PRAGMA wal_autocheckpoint = 8192";

/// What keeps anybody who has the database open from changing what happened: the two engines say it differently, so it
/// is no migration. A migration that fills a new column of `events` drops these first; they are made again after it.
const SQLITE_GUARDS: [&str; 2] = [
    "CREATE TRIGGER IF NOT EXISTS events_change BEFORE UPDATE ON events \
     BEGIN SELECT RAISE(ABORT, 'an event never changes'); END",
    "CREATE TRIGGER IF NOT EXISTS events_delete BEFORE DELETE ON events \
     BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END",
];

/// The same for PostgreSQL. Several processes may start at once: the first statement lets one of them through.
const POSTGRES_GUARDS: [&str; 4] = [
    "SELECT pg_advisory_xact_lock(7305804402)",
    "CREATE OR REPLACE FUNCTION events_never_change() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'an event never changes'; END $$",
    "DROP TRIGGER IF EXISTS events_change ON events",
    "CREATE TRIGGER events_change BEFORE UPDATE OR DELETE OR TRUNCATE ON events \
     FOR EACH STATEMENT EXECUTE FUNCTION events_never_change()",
];

/// Which database it is.
#[derive(Debug)]
pub(super) enum Engine {
    /// A file of which this process is the owner while the lock lives.
    Sqlite {
        path: PathBuf,
        _lock: File,
    },
    Postgres,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither of the two.
    #[error("the database URL must begin with sqlite: or postgres:")]
    UnknownScheme,
    /// A SQLite database in memory would be lost at the end.
    #[error("the database URL names no file")]
    NoFile,
    /// Another process owns the file.
    #[error("another latchkey process is using {0}")]
    InUse(PathBuf),
    /// The folder or the lock file cannot be made.
    #[error("cannot use {0}: {1}")]
    Folder(PathBuf, #[source] io::Error),
    /// A connection did not take a setting.
    #[error("SQLite refused a setting: {0}")]
    Setting(&'static str),
    /// The migrations do not fit the database.
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// It could not be reached.
    #[error("the database could not be opened: {0}")]
    Database(#[from] sqlx::Error),
    /// What lists are searched by could not be made.
    #[error("the lists could not be indexed: {0}")]
    Index(#[from] super::Error),
}

impl Engine {
    pub(super) const fn begin(&self) -> &'static str {
        match self {
            // A transaction that begins as a reader and then writes can fail with SQLITE_BUSY; this one waits its turn.
            Self::Sqlite { .. } => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Whether no other process changes it.
    pub(super) const fn is_ours_alone(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    pub(super) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite { path, .. } => Some(path.clone()),
            Self::Postgres => None,
        }
    }
}

/// A statement with `?` for its values, as this database reads it. PostgreSQL wants placeholders with numbers; SQLite
/// takes them too, but looks each up among all of its statement's.
pub(super) fn placeholders(text: String, db: &AnyConnection) -> String {
    if db.backend_name() != "PostgreSQL" {
        return text;
    }
    let mut pieces = text.split('?');
    let mut numbered = pieces.next().unwrap_or_default().to_owned();
    for (number, piece) in (1_u32..).zip(pieces) {
        numbered.extend(["$", &number.to_string(), piece]);
    }
    numbered
}

/// Opens and migrates: the engine, a pool for reading and one for writing.
pub(super) async fn open(url: &str) -> Result<(Engine, AnyPool, AnyPool), OpenError> {
    sqlx::any::install_default_drivers();
    if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let pool = options().max_connections(20).connect(url).await?;
        MIGRATIONS.run(&pool).await?;
        guard(&pool, &POSTGRES_GUARDS).await?;
        return Ok((Engine::Postgres, pool.clone(), pool));
    }
    let path = sqlite_path(url)?;
    let lock = own(&path)?;
    let url = format!("sqlite:{}?mode=rwc", path.display());
    // The only writer: sqlx's pool hands it out in the order of asking, which SQLite's own waiting does not.
    let writer = sqlite_options().max_connections(1).connect(&url).await?;
    MIGRATIONS.run(&writer).await?;
    guard(&writer, &SQLITE_GUARDS).await?;
    let reader = sqlite_options().max_connections(8).connect(&url).await?;
    assert_settings(&writer).await?;
    assert_settings(&reader).await?;
    Ok((Engine::Sqlite { path, _lock: lock }, reader, writer))
}

/// Makes the guards, all or none.
async fn guard(pool: &AnyPool, guards: &[&'static str]) -> Result<(), OpenError> {
    let mut tx = pool.begin().await?;
    for guard in guards {
        sqlx::raw_sql(*guard).execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}

fn options() -> AnyPoolOptions {
    AnyPoolOptions::new().acquire_timeout(Duration::from_secs(10))
}

fn sqlite_options() -> AnyPoolOptions {
    options().idle_timeout(None).max_lifetime(None).after_connect(|connection, _| Box::pin(set(connection)))
}

async fn set(connection: &mut AnyConnection) -> sqlx::Result<()> {
    for set in PRAGMAS.iter().map(|(set, ..)| *set).chain([CHECKPOINT]) {
        sqlx::query(set).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn assert_settings(pool: &AnyPool) -> Result<(), OpenError> {
    for (set, get, expected) in PRAGMAS {
        let value: String = sqlx::query_scalar(get).fetch_one(pool).await?;
        if value != expected {
            return Err(OpenError::Setting(set));
        }
    }
    Ok(())
}

/// The file of a SQLite URL, whatever its mode; `sqlite:a.db` and `sqlite://a.db` mean the same.
pub(super) fn sqlite_path(url: &str) -> Result<PathBuf, OpenError> {
    let rest = url.strip_prefix("sqlite:").ok_or(OpenError::UnknownScheme)?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let file = rest.split_once('?').map_or(rest, |(file, _)| file);
    if file.is_empty() || file.starts_with(':') { Err(OpenError::NoFile) } else { Ok(PathBuf::from(file)) }
}

/// Takes the file of a SQLite URL for this process without making it: where it is, and the lock.
pub(super) fn claim(url: &str) -> Result<(PathBuf, File), OpenError> {
    let path = sqlite_path(url)?;
    let lock = lock(&path)?;
    Ok((path, lock))
}

/// The newest migration that this binary knows.
pub(super) fn newest_migration() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Takes the lock of the file and makes it if it is missing.
fn own(path: &Path) -> Result<File, OpenError> {
    let lock = lock(path)?;
    // SQLite gives its WAL the permissions of the file that it finds.
    private_file(path).map_err(|error| OpenError::Folder(path.to_owned(), error))?;
    Ok(lock)
}

/// Makes the folder, for the owner's eyes only, and takes the lock that says whose the file is.
fn lock(path: &Path) -> Result<File, OpenError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        private_folder(folder).map_err(|error| OpenError::Folder(folder.to_owned(), error))?;
    }
    let name = path.with_added_extension("lock");
    let lock = private_file(&name).map_err(|error| OpenError::Folder(name.clone(), error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::Folder(name, error)),
    }
}

/// Opens a file, made for the owner's eyes only if it is missing.
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().create(true).truncate(false).write(true).mode(0o600).open(path)
}

fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_found_in_every_spelling() {
        for url in ["sqlite:data/a.db", "sqlite://data/a.db", "sqlite://data/a.db?mode=ro"] {
            assert_eq!(sqlite_path(url).unwrap(), PathBuf::from("data/a.db"), "{url}");
        }
        assert!(matches!(sqlite_path("sqlite::memory:"), Err(OpenError::NoFile)));
        assert!(matches!(sqlite_path("mysql://x"), Err(OpenError::UnknownScheme)));
    }

    #[tokio::test]
    async fn one_process_owns_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("new/a.db").display());
        let first = open(&url).await.unwrap();
        assert!(matches!(open(&url).await, Err(OpenError::InUse(_))));
        drop(first);
        assert!(open(&url).await.is_ok());
    }
}
