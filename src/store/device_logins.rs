//! Command lines that wait for approval in a browser (RFC 8628).

use sqlx::{Any, Executor, FromRow};

use super::{Result, Tx, error::read};
use crate::domain::{id::SessionId, stored::Digest, timestamp::Timestamp};

/// What a new one begins with.
pub struct NewLogin<'a> {
    /// The digest of the code by which the command line asks.
    pub device: &'a Digest,
    /// The keyed digest of the code that a person types.
    pub user: &'a Digest,
    /// What the command line calls its host.
    pub host_name: &'a str,
    /// From which address it came.
    pub ip: Option<&'a str>,
    /// What it calls itself.
    pub user_agent: Option<&'a str>,
    /// When.
    pub now: Timestamp,
    /// It can be approved before this.
    pub expires_at: Timestamp,
    /// The seconds between two questions.
    pub interval: i64,
}

/// One that nobody has answered yet.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The digest of its device code.
    pub device: Digest,
    /// What the command line calls its host.
    pub host_name: String,
    /// From which address it came.
    pub ip: Option<String>,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// When it came.
    pub created_at: Timestamp,
    /// It can be approved before this.
    pub expires_at: Timestamp,
}

/// One as the command line asks for it.
#[derive(Clone, Copy, Debug)]
pub struct Login {
    /// It can be claimed before this.
    pub expires_at: Timestamp,
    /// When it was asked for last.
    pub polled_at: Option<Timestamp>,
    /// The seconds between two questions.
    pub interval: i64,
    /// The session that approval has made.
    pub session: Option<SessionId>,
    /// Whether somebody has refused it.
    pub is_denied: bool,
    /// Whether its secret was given out.
    pub is_claimed: bool,
}

#[derive(FromRow)]
struct WaitingRow {
    device_digest: String,
    host_name: String,
    ip: Option<String>,
    user_agent: Option<String>,
    created_at: i64,
    expires_at: i64,
}

type LoginRow = (i64, Option<i64>, i64, Option<String>, Option<i64>, Option<i64>);

/// Begins one; says no if a code is taken.
///
/// # Errors
/// If the database fails.
pub async fn insert(tx: &mut Tx, new: &NewLogin<'_>) -> Result<bool> {
    let sql = "INSERT INTO device_logins (device_digest, user_digest, host_name, ip, user_agent, created_at, expires_at, \
               interval_seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    let done = sqlx::query(sql)
        .bind(new.device.as_str())
        .bind(new.user.as_str())
        .bind(new.host_name)
        .bind(new.ip)
        .bind(new.user_agent)
        .bind(new.now.micros())
        .bind(new.expires_at.micros())
        .bind(new.interval)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The one that waits with this code of a person.
///
/// # Errors
/// If the database fails.
pub async fn waiting<'e>(
    db: impl Executor<'e, Database = Any>,
    user: &Digest,
    now: Timestamp,
) -> Result<Option<Waiting>> {
    let sql = "SELECT device_digest, host_name, ip, user_agent, created_at, expires_at FROM device_logins \
               WHERE user_digest = $1 AND expires_at > $2 AND session_id IS NULL AND denied_at IS NULL";
    let row: Option<WaitingRow> = sqlx::query_as(sql).bind(user.as_str()).bind(now.micros()).fetch_optional(db).await?;
    Ok(row.map(|row| Waiting {
        device: Digest::from_hex(row.device_digest),
        host_name: row.host_name,
        ip: row.ip,
        user_agent: row.user_agent,
        created_at: Timestamp::from_micros(row.created_at),
        expires_at: Timestamp::from_micros(row.expires_at),
    }))
}

/// Approves one with a session; says no if it waits no more.
///
/// # Errors
/// If the database fails.
pub async fn approve(tx: &mut Tx, device: &Digest, session: SessionId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE device_logins SET session_id = $2 \
               WHERE device_digest = $1 AND expires_at > $3 AND session_id IS NULL AND denied_at IS NULL";
    let done = sqlx::query(sql).bind(device.as_str()).bind(session.to_string()).bind(now.micros());
    Ok(done.execute(tx.on()).await?.rows_affected() == 1)
}

/// Refuses one; says no if it waits no more.
///
/// # Errors
/// If the database fails.
pub async fn deny(tx: &mut Tx, device: &Digest, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE device_logins SET denied_at = $2 \
               WHERE device_digest = $1 AND expires_at > $2 AND session_id IS NULL AND denied_at IS NULL";
    let done = sqlx::query(sql).bind(device.as_str()).bind(now.micros()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// The one with this device code.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(db: impl Executor<'e, Database = Any>, device: &Digest) -> Result<Option<Login>> {
    let sql = "SELECT expires_at, polled_at, interval_seconds, session_id, denied_at, claimed_at FROM device_logins \
               WHERE device_digest = $1";
    let row: Option<LoginRow> = sqlx::query_as(sql).bind(device.as_str()).fetch_optional(db).await?;
    row.map(|(expires_at, polled_at, interval, session, denied_at, claimed_at)| {
        Ok(Login {
            expires_at: Timestamp::from_micros(expires_at),
            polled_at: polled_at.map(Timestamp::from_micros),
            interval,
            session: session.map(|id| read(&id, "a session id")).transpose()?,
            is_denied: denied_at.is_some(),
            is_claimed: claimed_at.is_some(),
        })
    })
    .transpose()
}

/// Notes that it was asked for, and how long to wait from now on.
///
/// # Errors
/// If the database fails.
pub async fn polled(tx: &mut Tx, device: &Digest, now: Timestamp, interval: i64) -> Result<()> {
    let sql = "UPDATE device_logins SET polled_at = $2, interval_seconds = $3 WHERE device_digest = $1";
    sqlx::query(sql).bind(device.as_str()).bind(now.micros()).bind(interval).execute(tx.on()).await?;
    Ok(())
}

/// Claims the secret of one that was approved; says no if it cannot be claimed, or was before.
///
/// # Errors
/// If the database fails.
pub async fn claim(tx: &mut Tx, device: &Digest, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE device_logins SET claimed_at = $2 \
               WHERE device_digest = $1 AND expires_at > $2 AND session_id IS NOT NULL AND claimed_at IS NULL";
    let done = sqlx::query(sql).bind(device.as_str()).bind(now.micros()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets those whose time was over at `then`.
///
/// # Errors
/// If the database fails.
pub async fn sweep(tx: &mut Tx, then: Timestamp) -> Result<()> {
    let sql = "DELETE FROM device_logins WHERE expires_at < $1";
    sqlx::query(sql).bind(then.micros()).execute(tx.on()).await?;
    Ok(())
}
