//! How often somebody was wrong about an account, and which browsers it knows.

use sqlx::{Any, Executor};

use super::{Result, Tx};
use crate::domain::{stored::Digest, timestamp::Timestamp};

/// Failures, the end of the wait, and when all is forgotten.
pub type Count = (u32, Option<Timestamp>, Timestamp);

/// What is counted together: an account, and one browser that it knows or all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The digest of the account's address.
    pub account: Digest,
    /// The digest of the browser's code; none for all browsers that the account does not know.
    pub device: Option<Digest>,
}

impl Counter {
    fn device(&self) -> &str {
        self.device.as_ref().map_or("", Digest::as_str)
    }
}

type Row = (i64, Option<i64>, i64);

fn count((failures, waits_until, forgotten_at): Row) -> Count {
    let failures = u32::try_from(failures).unwrap_or(u32::MAX);
    (failures, waits_until.map(Timestamp::from_micros), Timestamp::from_micros(forgotten_at))
}

/// What was counted; none if nothing was.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(db: impl Executor<'e, Database = Any>, counter: &Counter) -> Result<Option<Count>> {
    let sql = "SELECT failures, waits_until, forgotten_at FROM lockouts WHERE account = $1 AND device = $2";
    let row: Option<Row> =
        sqlx::query_as(sql).bind(counter.account.as_str()).bind(counter.device()).fetch_optional(db).await?;
    Ok(row.map(count))
}

/// The same, held until the transaction ends: of any number of failures at once, each sees the one before. What is
/// not there begins at nothing.
///
/// # Errors
/// If the database fails.
pub async fn hold(tx: &mut Tx, counter: &Counter, now: Timestamp) -> Result<Count> {
    let sql = "INSERT INTO lockouts (account, device, failures, forgotten_at) VALUES ($1, $2, 0, $3) \
               ON CONFLICT (account, device) DO UPDATE SET failures = lockouts.failures \
               RETURNING failures, waits_until, forgotten_at";
    let row: Row = sqlx::query_as(sql)
        .bind(counter.account.as_str())
        .bind(counter.device())
        .bind(now.micros())
        .fetch_one(tx.on())
        .await?;
    Ok(count(row))
}

/// Writes what is counted now.
///
/// # Errors
/// If the database fails.
pub async fn write(tx: &mut Tx, counter: &Counter, (failures, waits_until, forgotten_at): Count) -> Result<()> {
    let sql = "UPDATE lockouts SET failures = $3, waits_until = $4, forgotten_at = $5 \
               WHERE account = $1 AND device = $2";
    sqlx::query(sql)
        .bind(counter.account.as_str())
        .bind(counter.device())
        .bind(i64::from(failures))
        .bind(waits_until.map(Timestamp::micros))
        .bind(forgotten_at.micros())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Forgets what was counted.
///
/// # Errors
/// If the database fails.
pub async fn clear(tx: &mut Tx, counter: &Counter) -> Result<()> {
    let sql = "DELETE FROM lockouts WHERE account = $1 AND device = $2";
    sqlx::query(sql).bind(counter.account.as_str()).bind(counter.device()).execute(tx.on()).await?;
    Ok(())
}

/// Forgets all that was counted for an account.
///
/// # Errors
/// If the database fails.
pub async fn clear_all(tx: &mut Tx, account: &Digest) -> Result<()> {
    sqlx::query("DELETE FROM lockouts WHERE account = $1").bind(account.as_str()).execute(tx.on()).await?;
    Ok(())
}

/// Forgets all counts whose time has come.
///
/// # Errors
/// If the database fails.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM lockouts WHERE forgotten_at <= $1").bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}

/// Whether somebody has signed in to the account with this browser, after `since`.
///
/// # Errors
/// If the database fails.
pub async fn knows<'e>(
    db: impl Executor<'e, Database = Any>,
    account: &Digest,
    device: &Digest,
    since: Timestamp,
) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM devices WHERE account = $1 AND device = $2 AND signed_in_at > $3";
    let count: i64 =
        sqlx::query_scalar(sql).bind(account.as_str()).bind(device.as_str()).bind(since.micros()).fetch_one(db).await?;
    Ok(count == 1)
}

/// Notes that somebody has, and forgets those who have not since `since`.
///
/// # Errors
/// If the database fails.
pub async fn remember(tx: &mut Tx, account: &Digest, device: &Digest, now: Timestamp, since: Timestamp) -> Result<()> {
    let sql = "INSERT INTO devices (account, device, signed_in_at) VALUES ($1, $2, $3) \
               ON CONFLICT (account, device) DO UPDATE SET signed_in_at = excluded.signed_in_at";
    sqlx::query(sql).bind(account.as_str()).bind(device.as_str()).bind(now.micros()).execute(tx.on()).await?;
    sqlx::query("DELETE FROM devices WHERE signed_in_at <= $1").bind(since.micros()).execute(tx.on()).await?;
    Ok(())
}
