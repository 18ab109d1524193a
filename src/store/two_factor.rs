//! The second factor of people who have one, their backup codes, and the slots from which new codes are shown once.

use sqlx::{Any, Executor};

use super::{Result, Tx};
use crate::domain::{
    id::{SessionId, UserId},
    stored::{Digest, Sealed},
    timestamp::Timestamp,
};

/// A second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// The seed that the app shares with us.
    pub seed: Sealed,
    /// Since when.
    pub enabled_at: Timestamp,
}

/// The second factor of `user`; none if they have none.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(db: impl Executor<'e, Database = Any>, user: UserId) -> Result<Option<SecondFactor>> {
    let sql = "SELECT sealed_seed, enabled_at FROM two_factor WHERE user_id = $1";
    let row: Option<(String, i64)> = sqlx::query_as(sql).bind(user.to_string()).fetch_optional(db).await?;
    Ok(row.map(|(seed, at)| SecondFactor { seed: Sealed(seed), enabled_at: Timestamp::from_micros(at) }))
}

/// Gives `user` a second factor, of which the code of `step` was used to prove that the app has it.
///
/// # Errors
/// [`super::Error::Taken`] if they have one.
pub async fn insert(tx: &mut Tx, user: UserId, factor: &SecondFactor, step: i64) -> Result<()> {
    let sql = "INSERT INTO two_factor (user_id, sealed_seed, enabled_at, last_step) VALUES ($1, $2, $3, $4)";
    sqlx::query(sql)
        .bind(user.to_string())
        .bind(factor.seed.0.as_str())
        .bind(factor.enabled_at.micros())
        .bind(step)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Uses up the code of `step` of the second factor that was turned on then, and those of all steps before; says no if it
/// was used up.
///
/// # Errors
/// If the database fails.
pub async fn use_step(tx: &mut Tx, user: UserId, enabled_at: Timestamp, step: i64) -> Result<bool> {
    let sql = "UPDATE two_factor SET last_step = $3 WHERE user_id = $1 AND enabled_at = $2 AND last_step < $3";
    let done = sqlx::query(sql).bind(user.to_string()).bind(enabled_at.micros()).bind(step).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the second factor away, with its backup codes; says no if there was none.
///
/// # Errors
/// If the database fails.
pub async fn delete(tx: &mut Tx, user: UserId) -> Result<bool> {
    for sql in ["DELETE FROM backup_code_slots WHERE user_id = $1", "DELETE FROM backup_codes WHERE user_id = $1"] {
        sqlx::query(sql).bind(user.to_string()).execute(tx.on()).await?;
    }
    let sql = "DELETE FROM two_factor WHERE user_id = $1";
    Ok(sqlx::query(sql).bind(user.to_string()).execute(tx.on()).await?.rows_affected() == 1)
}

/// Gives `user` these backup codes in place of those before.
///
/// # Errors
/// If the database fails.
pub async fn set_backup_codes(tx: &mut Tx, user: UserId, hashes: &[Digest]) -> Result<()> {
    sqlx::query("DELETE FROM backup_codes WHERE user_id = $1").bind(user.to_string()).execute(tx.on()).await?;
    let sql = "INSERT INTO backup_codes (user_id, code_hash) VALUES ($1, $2)";
    for hash in hashes {
        sqlx::query(sql).bind(user.to_string()).bind(hash.as_str()).execute(tx.on()).await?;
    }
    Ok(())
}

/// Uses up a backup code; says no if there is none such, or it was used up.
///
/// # Errors
/// If the database fails.
pub async fn use_backup_code(tx: &mut Tx, user: UserId, hash: &Digest, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE backup_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL";
    let done = sqlx::query(sql).bind(user.to_string()).bind(hash.as_str()).bind(now.micros()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// How many backup codes were not used yet.
///
/// # Errors
/// If the database fails.
pub async fn backup_codes_left<'e>(db: impl Executor<'e, Database = Any>, user: UserId) -> Result<u32> {
    let sql = "SELECT COUNT(*) FROM backup_codes WHERE user_id = $1 AND used_at IS NULL";
    let count: i64 = sqlx::query_scalar(sql).bind(user.to_string()).fetch_one(db).await?;
    Ok(u32::try_from(count).unwrap_or_default())
}

/// Fills the slot of new backup codes for the session that made them, in place of what was in it.
///
/// # Errors
/// If the database fails.
pub async fn put_codes(tx: &mut Tx, user: UserId, session: SessionId, sealed: &Sealed, until: Timestamp) -> Result<()> {
    let sql = "INSERT INTO backup_code_slots (user_id, session_id, sealed_codes, expires_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (user_id) DO UPDATE SET session_id = excluded.session_id, \
               sealed_codes = excluded.sealed_codes, expires_at = excluded.expires_at";
    sqlx::query(sql)
        .bind(user.to_string())
        .bind(session.to_string())
        .bind(sealed.0.as_str())
        .bind(until.micros())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Empties the slot: of any number of calls, one gets what was in it.
///
/// # Errors
/// If the database fails.
pub async fn take_codes(tx: &mut Tx, user: UserId, session: SessionId, now: Timestamp) -> Result<Option<Sealed>> {
    let sql = "DELETE FROM backup_code_slots WHERE user_id = $1 AND session_id = $2 AND expires_at > $3 \
               RETURNING sealed_codes";
    let sealed: Option<String> = sqlx::query_scalar(sql)
        .bind(user.to_string())
        .bind(session.to_string())
        .bind(now.micros())
        .fetch_optional(tx.on())
        .await?;
    Ok(sealed.map(Sealed))
}

/// Throws away what nobody came for.
///
/// # Errors
/// If the database fails.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM backup_code_slots WHERE expires_at <= $1").bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}
