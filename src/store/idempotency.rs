//! Creates that their callers have named, so that each is carried out once.

use super::{Result, Tx};
use crate::domain::{stored::Digest, timestamp::Timestamp};

/// Takes a key for a request; says no if the caller has used it. Of any number at once, one takes it, and the others wait
/// until that one has made something or nothing.
///
/// # Errors
/// If the database fails.
pub async fn take(tx: &mut Tx, caller: &str, key: &str, request: &Digest, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO idempotency_keys (caller, key, request_digest, made_id, created_at) \
               VALUES ($1, $2, $3, '', $4) ON CONFLICT (caller, key) DO NOTHING";
    let done = sqlx::query(sql).bind(caller).bind(key).bind(request.as_str()).bind(now.micros());
    Ok(done.execute(tx.on()).await?.rows_affected() == 1)
}

/// The request that has taken a key, and what it made.
///
/// # Errors
/// If the database fails.
pub async fn find(tx: &mut Tx, caller: &str, key: &str) -> Result<Option<(Digest, String)>> {
    let sql = "SELECT request_digest, made_id FROM idempotency_keys WHERE caller = $1 AND key = $2";
    let row: Option<(String, String)> = sqlx::query_as(sql).bind(caller).bind(key).fetch_optional(tx.on()).await?;
    Ok(row.map(|(digest, made)| (Digest::from_hex(digest), made)))
}

/// Notes what the request has made.
///
/// # Errors
/// If the database fails.
pub async fn made(tx: &mut Tx, caller: &str, key: &str, id: &str) -> Result<()> {
    let sql = "UPDATE idempotency_keys SET made_id = $3 WHERE caller = $1 AND key = $2";
    sqlx::query(sql).bind(caller).bind(key).bind(id).execute(tx.on()).await?;
    Ok(())
}

/// Forgets those that were taken at `then` or before.
///
/// # Errors
/// If the database fails.
pub async fn sweep(tx: &mut Tx, then: Timestamp) -> Result<()> {
    let sql = "DELETE FROM idempotency_keys WHERE created_at <= $1";
    sqlx::query(sql).bind(then.micros()).execute(tx.on()).await?;
    Ok(())
}
