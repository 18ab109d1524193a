//! What tower-sessions keeps: opaque to us, by an id that only a cookie knows.

use sqlx::{Any, Executor};

use super::{Result, Tx};
use crate::domain::timestamp::Timestamp;

/// Adds a record.
///
/// # Errors
/// [`super::Error::Taken`] if the id is.
pub async fn create(tx: &mut Tx, id: &str, data: &str, expires_at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO browser_state (id, data, expires_at) VALUES ($1, $2, $3)";
    sqlx::query(sql).bind(id).bind(data).bind(expires_at.micros()).execute(tx.on()).await?;
    Ok(())
}

/// Writes a record, new or not.
///
/// # Errors
/// If the database fails.
pub async fn save(tx: &mut Tx, id: &str, data: &str, expires_at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO browser_state (id, data, expires_at) VALUES ($1, $2, $3) \
               ON CONFLICT (id) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at";
    sqlx::query(sql).bind(id).bind(data).bind(expires_at.micros()).execute(tx.on()).await?;
    Ok(())
}

/// The record, unless its time is over.
///
/// # Errors
/// If the database fails.
pub async fn load<'e>(db: impl Executor<'e, Database = Any>, id: &str, now: Timestamp) -> Result<Option<String>> {
    let sql = "SELECT data FROM browser_state WHERE id = $1 AND expires_at > $2";
    Ok(sqlx::query_scalar(sql).bind(id).bind(now.micros()).fetch_optional(db).await?)
}

/// Deletes a record.
///
/// # Errors
/// If the database fails.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM browser_state WHERE id = $1").bind(id).execute(tx.on()).await?;
    Ok(())
}

/// Deletes the records whose time is over.
///
/// # Errors
/// If the database fails.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM browser_state WHERE expires_at <= $1").bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}
