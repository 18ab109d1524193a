//! Sessions: those of browsers with their refresh tokens, and those of command lines with their one secret.

use sqlx::{Any, Executor, FromRow};

use super::{Result, Tx, error::read};
use crate::domain::{
    id::{SessionId, UserId},
    session::End,
    stored::{Digest, Sealed},
    text::Email,
    timestamp::Timestamp,
};

/// A session as the database has it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Their address.
    pub email: Email,
    /// When it began.
    pub created_at: Timestamp,
    /// When the password was last typed.
    pub authenticated_at: Timestamp,
    /// Ends then, if it is not used.
    pub idle_expires_at: Timestamp,
    /// Ends then, used or not.
    pub expires_at: Timestamp,
    /// The digest of the current refresh token.
    pub refresh_digest: String,
    /// The digest of the one before.
    pub previous_digest: Option<String>,
    /// When the current one replaced it.
    pub rotated_at: Timestamp,
    /// How often it was replaced.
    pub generation: i64,
    /// The newest generation that came back.
    pub seen_generation: i64,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Session {
    /// Whether a request of it is let in at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.idle_expires_at && now < self.expires_at
    }
}

/// What a new session begins with.
pub struct NewSession<'a> {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The digest of its first refresh token.
    pub refresh: &'a Digest,
    /// When.
    pub now: Timestamp,
    /// Ends then, if it is not used.
    pub idle_expires_at: Timestamp,
    /// Ends then, used or not.
    pub expires_at: Timestamp,
    /// From which address.
    pub ip: Option<&'a str>,
    /// Which browser.
    pub user_agent: Option<&'a str>,
    /// The name of a command line's device; a browser has none.
    pub device_name: Option<&'a str>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    user_id: String,
    email: String,
    created_at: i64,
    authenticated_at: i64,
    idle_expires_at: i64,
    expires_at: i64,
    refresh_digest: String,
    previous_digest: Option<String>,
    rotated_at: i64,
    generation: i64,
    seen_generation: i64,
    ended_at: Option<i64>,
}

impl Row {
    fn into_domain(self) -> Result<Session> {
        Ok(Session {
            id: read(&self.id, "a session id")?,
            user: read(&self.user_id, "a user id")?,
            email: Email::trusted(self.email),
            created_at: Timestamp::from_micros(self.created_at),
            authenticated_at: Timestamp::from_micros(self.authenticated_at),
            idle_expires_at: Timestamp::from_micros(self.idle_expires_at),
            expires_at: Timestamp::from_micros(self.expires_at),
            refresh_digest: self.refresh_digest,
            previous_digest: self.previous_digest,
            rotated_at: Timestamp::from_micros(self.rotated_at),
            generation: self.generation,
            seen_generation: self.seen_generation,
            ended_at: self.ended_at.map(Timestamp::from_micros),
        })
    }
}

/// Begins a session.
///
/// # Errors
/// If the database fails.
pub async fn insert(tx: &mut Tx, new: &NewSession<'_>) -> Result<()> {
    let sql = "INSERT INTO sessions (id, user_id, created_at, authenticated_at, last_seen_at, rotated_at, \
               idle_expires_at, expires_at, refresh_digest, ip, user_agent, device_name) \
               VALUES ($1, $2, $3, $3, $3, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query(sql)
        .bind(new.id.to_string())
        .bind(new.user.to_string())
        .bind(new.now.micros())
        .bind(new.idle_expires_at.micros())
        .bind(new.expires_at.micros())
        .bind(new.refresh.as_str())
        .bind(new.ip)
        .bind(new.user_agent)
        .bind(new.device_name)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The session with this id, live or not.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(db: impl Executor<'e, Database = Any>, id: SessionId) -> Result<Option<Session>> {
    let sql = "SELECT s.id, s.user_id, u.email, s.created_at, s.authenticated_at, s.idle_expires_at, s.expires_at, \
               s.refresh_digest, s.previous_digest, s.rotated_at, s.generation, s.seen_generation, s.ended_at \
               FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1";
    let row: Option<Row> = sqlx::query_as(sql).bind(id.to_string()).fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}

/// The command line's session with this secret, live or not.
///
/// # Errors
/// If the database fails.
pub async fn by_secret<'e>(db: impl Executor<'e, Database = Any>, secret: &Digest) -> Result<Option<Session>> {
    let sql = "SELECT s.id, s.user_id, u.email, s.created_at, s.authenticated_at, s.idle_expires_at, s.expires_at, \
               s.refresh_digest, s.previous_digest, s.rotated_at, s.generation, s.seen_generation, s.ended_at \
               FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.refresh_digest = $1 AND s.device_name IS NOT NULL";
    let row: Option<Row> = sqlx::query_as(sql).bind(secret.as_str()).fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}

/// Gives a command line's live session its secret; says no if it has ended.
///
/// # Errors
/// If the database fails.
pub async fn set_secret(
    tx: &mut Tx,
    id: SessionId,
    secret: &Digest,
    now: Timestamp,
    idle_expires_at: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE sessions SET refresh_digest = $2, rotated_at = $3, last_seen_at = $3, idle_expires_at = $4 \
               WHERE id = $1 AND device_name IS NOT NULL AND ended_at IS NULL AND idle_expires_at > $3";
    let done = sqlx::query(sql)
        .bind(id.to_string())
        .bind(secret.as_str())
        .bind(now.micros())
        .bind(idle_expires_at.micros())
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a command line's live session was used.
///
/// # Errors
/// If the database fails.
pub async fn used(
    tx: &mut Tx,
    id: SessionId,
    now: Timestamp,
    idle_expires_at: Timestamp,
    (ip, user_agent): (Option<&str>, Option<&str>),
) -> Result<()> {
    let sql = "UPDATE sessions SET rotated_at = $2, last_seen_at = $2, idle_expires_at = $3, ip = $4, user_agent = $5 \
               WHERE id = $1 AND device_name IS NOT NULL AND ended_at IS NULL";
    sqlx::query(sql)
        .bind(id.to_string())
        .bind(now.micros())
        .bind(idle_expires_at.micros())
        .bind(ip)
        .bind(user_agent)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Keeps the sealed seed of a second factor that is being set up from a command line, or none.
///
/// # Errors
/// If the database fails.
pub async fn set_pending_seed(tx: &mut Tx, id: SessionId, seed: Option<&Sealed>) -> Result<()> {
    let sql = "UPDATE sessions SET pending_seed = $2 WHERE id = $1";
    sqlx::query(sql).bind(id.to_string()).bind(seed.map(|seed| seed.0.as_str())).execute(tx.on()).await?;
    Ok(())
}

/// That seed.
///
/// # Errors
/// If the database fails.
pub async fn pending_seed<'e>(db: impl Executor<'e, Database = Any>, id: SessionId) -> Result<Option<Sealed>> {
    let sql = "SELECT pending_seed FROM sessions WHERE id = $1";
    let seed: Option<Option<String>> = sqlx::query_scalar(sql).bind(id.to_string()).fetch_optional(db).await?;
    Ok(seed.flatten().map(Sealed))
}

/// Replaces the refresh token `old` of a live session by `new`; says no if another request did it first, or the
/// session ended.
///
/// # Errors
/// If the database fails.
pub async fn rotate(
    tx: &mut Tx,
    id: SessionId,
    old: &Digest,
    new: &Digest,
    now: Timestamp,
    idle_expires_at: Timestamp,
    (ip, user_agent): (Option<&str>, Option<&str>),
) -> Result<bool> {
    let sql = "UPDATE sessions SET refresh_digest = $3, previous_digest = $2, rotated_at = $4, last_seen_at = $4, \
               idle_expires_at = $5, seen_generation = generation, generation = generation + 1, ip = $6, user_agent = $7 \
               WHERE id = $1 AND refresh_digest = $2 AND ended_at IS NULL";
    let done = sqlx::query(sql)
        .bind(id.to_string())
        .bind(old.as_str())
        .bind(new.as_str())
        .bind(now.micros())
        .bind(idle_expires_at.micros())
        .bind(ip)
        .bind(user_agent)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a JWT of `generation` came back, so that its refresh token is known to have arrived.
///
/// # Errors
/// If the database fails.
pub async fn saw(tx: &mut Tx, id: SessionId, generation: i64, now: Timestamp) -> Result<()> {
    let sql = "UPDATE sessions SET seen_generation = $2, last_seen_at = $3 WHERE id = $1 AND seen_generation < $2";
    sqlx::query(sql).bind(id.to_string()).bind(generation).bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}

/// Ends a session; says no if it had ended.
///
/// # Errors
/// If the database fails.
pub async fn end(tx: &mut Tx, id: SessionId, why: End, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL";
    let done = sqlx::query(sql).bind(id.to_string()).bind(now.micros()).bind(why.as_str()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all live sessions of `user` but `keep`, which may be none; says how many those were.
///
/// # Errors
/// If the database fails.
pub async fn end_others(tx: &mut Tx, user: UserId, keep: Option<SessionId>, why: End, now: Timestamp) -> Result<u64> {
    let sql = "UPDATE sessions SET ended_at = $3, end_reason = $4 WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL \
               AND expires_at > $3 AND idle_expires_at > $3";
    let done = sqlx::query(sql)
        .bind(user.to_string())
        .bind(keep.map(|keep| keep.to_string()).unwrap_or_default())
        .bind(now.micros())
        .bind(why.as_str())
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected())
}

/// Notes that the password was typed again in a live session; says no if it has ended.
///
/// # Errors
/// If the database fails.
pub async fn authenticated_again(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE sessions SET authenticated_at = $2 WHERE id = $1 AND ended_at IS NULL";
    Ok(sqlx::query(sql).bind(id.to_string()).bind(now.micros()).execute(tx.on()).await?.rows_affected() == 1)
}

/// Whether `user` has ever signed in.
///
/// # Errors
/// If the database fails.
pub async fn has_any<'e>(db: impl Executor<'e, Database = Any>, user: UserId) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM sessions WHERE user_id = $1 LIMIT 1) AS first";
    let count: i64 = sqlx::query_scalar(sql).bind(user.to_string()).fetch_one(db).await?;
    Ok(count > 0)
}

/// A live session as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub id: SessionId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last heard of, to a quarter of an hour.
    pub last_seen_at: Timestamp,
    /// From which address it was heard of then.
    pub ip: Option<String>,
    /// What the browser called itself then.
    pub user_agent: Option<String>,
    /// The name of a command line's device; a browser has none.
    pub device_name: Option<String>,
}

type SeenRow = (String, i64, i64, Option<String>, Option<String>, Option<String>);

/// The live sessions of `user`, those seen last before others.
///
/// # Errors
/// If the database fails.
pub async fn of_user<'e>(db: impl Executor<'e, Database = Any>, user: UserId, now: Timestamp) -> Result<Vec<Seen>> {
    let sql = "SELECT id, created_at, last_seen_at, ip, user_agent, device_name FROM sessions WHERE user_id = $1 \
               AND ended_at IS NULL AND expires_at > $2 AND idle_expires_at > $2 ORDER BY last_seen_at DESC, id DESC";
    let rows: Vec<SeenRow> = sqlx::query_as(sql).bind(user.to_string()).bind(now.micros()).fetch_all(db).await?;
    let seen = |(id, created_at, last_seen_at, ip, user_agent, device_name): SeenRow| {
        Ok(Seen {
            id: read(&id, "a session id")?,
            created_at: Timestamp::from_micros(created_at),
            last_seen_at: Timestamp::from_micros(last_seen_at),
            ip,
            user_agent,
            device_name,
        })
    };
    rows.into_iter().map(seen).collect()
}
