//! Users.

use sqlx::{Any, Executor};

use super::{Result, Tx, error::read};
use crate::domain::{id::UserId, text::Email, timestamp::Timestamp};

/// What signing in needs to know.
pub struct Login {
    /// The user.
    pub id: UserId,
    /// The hash of the password.
    pub password_hash: String,
}

/// Adds a user.
///
/// # Errors
/// [`super::Error::Taken`] if the address has an account.
pub async fn insert(tx: &mut Tx, id: UserId, email: &Email, password_hash: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO users (id, email, email_folded, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(sql)
        .bind(id.to_string())
        .bind(email.as_str())
        .bind(email.folded())
        .bind(password_hash)
        .bind(now.micros())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The hash of somebody's password.
///
/// # Errors
/// If the database fails.
pub async fn password_hash<'e>(db: impl Executor<'e, Database = Any>, id: UserId) -> Result<Option<String>> {
    let sql = "SELECT password_hash FROM users WHERE id = $1";
    Ok(sqlx::query_scalar(sql).bind(id.to_string()).fetch_optional(db).await?)
}

/// The account of an address.
///
/// # Errors
/// If the database fails.
pub async fn login<'e>(db: impl Executor<'e, Database = Any>, email: &Email) -> Result<Option<Login>> {
    let sql = "SELECT id, password_hash FROM users WHERE email_folded = $1";
    let row: Option<(String, String)> = sqlx::query_as(sql).bind(email.folded()).fetch_optional(db).await?;
    row.map(|(id, password_hash)| Ok(Login { id: read(&id, "a user id")?, password_hash })).transpose()
}

/// The user's address now; none if there is no such user.
///
/// # Errors
/// If the database fails.
pub async fn email<'e>(db: impl Executor<'e, Database = Any>, id: UserId) -> Result<Option<Email>> {
    let sql = "SELECT email FROM users WHERE id = $1";
    let email: Option<String> = sqlx::query_scalar(sql).bind(id.to_string()).fetch_optional(db).await?;
    Ok(email.map(Email::trusted))
}

/// Gives a user another address to sign in with.
///
/// # Errors
/// [`super::Error::Taken`] if the address has an account.
pub async fn set_email(tx: &mut Tx, id: UserId, email: &Email) -> Result<()> {
    tx.touches_all();
    let sql = "UPDATE users SET email = $2, email_folded = $3 WHERE id = $1";
    sqlx::query(sql).bind(id.to_string()).bind(email.as_str()).bind(email.folded()).execute(tx.on()).await?;
    Ok(())
}

/// Gives a user another password.
///
/// # Errors
/// If the database fails.
pub async fn set_password(tx: &mut Tx, id: UserId, password_hash: &str) -> Result<()> {
    let sql = "UPDATE users SET password_hash = $2 WHERE id = $1";
    sqlx::query(sql).bind(id.to_string()).bind(password_hash).execute(tx.on()).await?;
    Ok(())
}

/// Until when the user was told what had happened to the account.
///
/// # Errors
/// If the database fails.
pub async fn notices_seen<'e>(db: impl Executor<'e, Database = Any>, id: UserId) -> Result<Timestamp> {
    let sql = "SELECT notices_seen_at FROM users WHERE id = $1";
    let seen: Option<i64> = sqlx::query_scalar(sql).bind(id.to_string()).fetch_optional(db).await?;
    Ok(Timestamp::from_micros(seen.unwrap_or(0)))
}

/// Notes that the user was told all until `then`.
///
/// # Errors
/// If the database fails.
pub async fn saw_notices(tx: &mut Tx, id: UserId, then: Timestamp) -> Result<()> {
    let sql = "UPDATE users SET notices_seen_at = $2 WHERE id = $1 AND notices_seen_at < $2";
    sqlx::query(sql).bind(id.to_string()).bind(then.micros()).execute(tx.on()).await?;
    Ok(())
}
