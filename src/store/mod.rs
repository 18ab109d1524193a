//! **The only SQL.** Rows in, domain values out; one file per aggregate, each statement a constant.
//!
//! May import: `domain`. Never happens here: a decision
//! about rights, a plain secret, the clock. Every query about something in a workspace carries its `workspace_id`.
//! What differs between SQLite and PostgreSQL stands in `engine`; `contract` runs every statement on both.

pub mod backup;
pub mod browser_state;
pub mod changes;
#[cfg(test)]
mod contract;
pub mod credential_list;
pub mod credentials;
pub mod deployments;
pub mod device_logins;
mod engine;
mod error;
pub mod events;
pub mod idempotency;
pub mod instance;
pub mod invitations;
pub mod members;
pub mod password_resets;
pub mod projects;
pub mod reveals;
pub mod sealed;
pub mod search_index;
pub mod sessions;
mod statement;
pub mod throttle;
pub mod two_factor;
pub mod usage;
pub mod users;
pub mod workspaces;

use std::{path::PathBuf, sync::Arc};

use sqlx::{Any, AnyPool, Transaction, pool::PoolConnection};

use self::changes::{Changes, Touched};
use crate::domain::id::WorkspaceId;

pub use engine::OpenError;
pub use error::{Error, Result};

/// The file that a URL names, if it is of SQLite.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    engine::sqlite_path(url).ok()
}

/// A connection, for statements that only read or within a transaction.
pub type Connection = sqlx::AnyConnection;

/// A database, open and migrated.
#[derive(Debug)]
pub struct Store {
    engine: engine::Engine,
    reader: AnyPool,
    writer: AnyPool,
    changes: Arc<Changes>,
}

/// A transaction for writing. Dropped without [`Tx::commit`], it changes nothing.
pub struct Tx {
    transaction: Transaction<'static, Any>,
    touched: Touched,
    changes: Arc<Changes>,
}

impl Store {
    /// Opens `url`, `sqlite:PATH` or `postgres://…`, makes what is missing and migrates.
    ///
    /// # Errors
    /// [`OpenError`] says what stands in the way: another process that owns the file, a wrong URL, a failed migration.
    pub async fn open(url: &str) -> std::result::Result<Self, OpenError> {
        let (engine, reader, writer) = engine::open(url).await?;
        let store = Self { engine, reader, writer, changes: Arc::default() };
        search_index::complete(&store).await?;
        Ok(store)
    }

    /// For statements that only read, outside a transaction.
    #[must_use]
    pub fn read(&self) -> &AnyPool {
        &self.reader
    }

    /// One connection for several statements that only read.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub async fn connection(&self) -> Result<PoolConnection<Any>> {
        Ok(self.reader.acquire().await?)
    }

    /// Begins a transaction for writing. On SQLite they queue here, fairly, one at a time.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub async fn begin(&self) -> Result<Tx> {
        let transaction = self.writer.begin_with(self.engine.begin()).await?;
        Ok(Tx { transaction, touched: Touched::default(), changes: self.changes.clone() })
    }

    /// The SQLite file, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.engine.file()
    }

    /// What this process has changed; none if other processes change the same database.
    #[must_use]
    pub fn changes(&self) -> Option<&Changes> {
        self.engine.is_ours_alone().then_some(&*self.changes)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// If it does not.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.reader).await?;
        Ok(())
    }

    /// Closes all connections, after what they are doing.
    pub async fn close(&self) {
        self.writer.close().await;
        self.reader.close().await;
    }
}

impl Tx {
    /// For statements within the transaction.
    pub fn on(&mut self) -> &mut Connection {
        &mut self.transaction
    }

    /// Marks this point, for [`Tx::back_to_mark`].
    ///
    /// # Errors
    /// If the database fails.
    pub async fn mark(&mut self) -> Result<()> {
        sqlx::query("SAVEPOINT mark").execute(self.on()).await?;
        Ok(())
    }

    /// Takes back what was changed after the mark, and nothing before it.
    ///
    /// # Errors
    /// If the database fails, or nothing was marked.
    pub async fn back_to_mark(&mut self) -> Result<()> {
        sqlx::query("ROLLBACK TO SAVEPOINT mark").execute(self.on()).await?;
        Ok(())
    }

    /// Says that what verdicts on the tokens and keys of this workspace rest upon changes.
    pub fn touches(&mut self, workspace: WorkspaceId) {
        self.touched.add(workspace);
    }

    /// The same of all workspaces.
    pub fn touches_all(&mut self) {
        self.touched = Touched::All;
    }

    /// Makes the changes last, and known to [`Store::changes`].
    ///
    /// # Errors
    /// If the database cannot keep them; then none is kept.
    pub async fn commit(self) -> Result<()> {
        let Self { transaction, touched, changes } = self;
        if touched.is_nothing() {
            return Ok(transaction.commit().await?);
        }
        // Whoever waits may go away between the two; both happen all the same. A commit that failed may have reached
        // the database: what it has changed counts as changed.
        let both = tokio::spawn(async move {
            let committed = transaction.commit().await;
            changes.publish(&touched);
            committed
        });
        Ok(both.await.map_err(|lost| sqlx::Error::Io(std::io::Error::other(lost)))??)
    }
}
