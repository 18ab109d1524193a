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

/// The account of an address.
///
/// # Errors
/// If the database fails.
pub async fn login<'e>(db: impl Executor<'e, Database = Any>, email: &Email) -> Result<Option<Login>> {
    let sql = "SELECT id, password_hash FROM users WHERE email_folded = $1";
    let row: Option<(String, String)> = sqlx::query_as(sql).bind(email.folded()).fetch_optional(db).await?;
    row.map(|(id, password_hash)| Ok(Login { id: read(&id, "a user id")?, password_hash })).transpose()
}
