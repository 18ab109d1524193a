//! This installation: its master key's fingerprint, the set-up link, the keys that sign.

use sqlx::{Any, Executor};

use super::{Result, Tx};
use crate::domain::{
    stored::{Digest, Sealed},
    timestamp::Timestamp,
};

/// The fingerprint of the master key; none in a new database.
///
/// # Errors
/// If the database fails.
pub async fn fingerprint<'e>(db: impl Executor<'e, Database = Any>) -> Result<Option<String>> {
    let sql = "SELECT master_key_fingerprint FROM instance";
    Ok(sqlx::query_scalar(sql).fetch_optional(db).await?)
}

/// Records a new installation.
///
/// # Errors
/// [`super::Error::Taken`] if it is none.
pub async fn create(tx: &mut Tx, fingerprint: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO instance (id, master_key_fingerprint, created_at) VALUES ('this', $1, $2)";
    sqlx::query(sql).bind(fingerprint).bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}

/// Whether the first owner was made.
///
/// # Errors
/// If the database fails.
pub async fn is_set_up<'e>(db: impl Executor<'e, Database = Any>) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM instance WHERE set_up_at IS NOT NULL";
    let count: i64 = sqlx::query_scalar(sql).fetch_one(db).await?;
    Ok(count == 1)
}

/// Replaces the code of the set-up link; says no once set up.
///
/// # Errors
/// If the database fails.
pub async fn offer_setup(tx: &mut Tx, code: &Digest) -> Result<bool> {
    let sql = "UPDATE instance SET setup_digest = $1 WHERE set_up_at IS NULL";
    Ok(sqlx::query(sql).bind(code.as_str()).execute(tx.on()).await?.rows_affected() == 1)
}

/// Whether the set-up link with this code still works.
///
/// # Errors
/// If the database fails.
pub async fn setup_is_open<'e>(db: impl Executor<'e, Database = Any>, code: &Digest) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM instance WHERE set_up_at IS NULL AND setup_digest = $1";
    let count: i64 = sqlx::query_scalar(sql).bind(code.as_str()).fetch_one(db).await?;
    Ok(count == 1)
}

/// Uses up the set-up: with the link's code, or without one by the operator. Says whether it was there to use.
///
/// # Errors
/// If the database fails.
pub async fn claim_setup(tx: &mut Tx, code: Option<&Digest>, now: Timestamp) -> Result<bool> {
    let query = match code {
        Some(code) => sqlx::query(
            "UPDATE instance SET set_up_at = $1, setup_digest = NULL WHERE set_up_at IS NULL AND setup_digest = $2",
        )
        .bind(now.micros())
        .bind(code.as_str().to_owned()),
        None => sqlx::query("UPDATE instance SET set_up_at = $1, setup_digest = NULL WHERE set_up_at IS NULL")
            .bind(now.micros()),
    };
    Ok(query.execute(tx.on()).await?.rows_affected() == 1)
}

/// A key that signs, or has signed, as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Its id.
    pub id: String,
    /// Its private half, sealed.
    pub seed: Sealed,
    /// When it was made.
    pub made_at: Timestamp,
}

/// The keys that sign or have signed, the newest first.
///
/// # Errors
/// If the database fails.
pub async fn signing_keys<'e>(db: impl Executor<'e, Database = Any>) -> Result<Vec<SigningKey>> {
    let sql = "SELECT id, sealed_seed, created_at FROM signing_keys ORDER BY created_at DESC, id DESC";
    let rows: Vec<(String, String, i64)> = sqlx::query_as(sql).fetch_all(db).await?;
    let key = |(id, seed, made_at)| SigningKey { id, seed: Sealed(seed), made_at: Timestamp::from_micros(made_at) };
    Ok(rows.into_iter().map(key).collect())
}

/// Adds a signing key.
///
/// # Errors
/// If the database fails.
pub async fn add_signing_key(tx: &mut Tx, id: &str, seed: &Sealed, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO signing_keys (id, sealed_seed, created_at) VALUES ($1, $2, $3)";
    sqlx::query(sql).bind(id).bind(seed.0.as_str()).bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}

/// Deletes the keys that were replaced before `then`: the newest that was made until then stays.
///
/// # Errors
/// If the database fails.
pub async fn drop_signing_keys(tx: &mut Tx, then: Timestamp) -> Result<()> {
    let sql = "DELETE FROM signing_keys WHERE EXISTS (SELECT 1 FROM signing_keys younger \
               WHERE younger.created_at > signing_keys.created_at AND younger.created_at <= $1)";
    sqlx::query(sql).bind(then.micros()).execute(tx.on()).await?;
    Ok(())
}

/// The sealed root of the keys that outlive the master key; none in a database that has none yet.
///
/// # Errors
/// If the database fails.
pub async fn root<'e>(db: impl Executor<'e, Database = Any>) -> Result<Option<Sealed>> {
    let sql = "SELECT sealed_root FROM instance WHERE sealed_root IS NOT NULL";
    Ok(sqlx::query_scalar(sql).fetch_optional(db).await?.map(Sealed))
}

/// Sets that root, unless there is one.
///
/// # Errors
/// If the database fails.
pub async fn set_root(tx: &mut Tx, root: &Sealed) -> Result<()> {
    let sql = "UPDATE instance SET sealed_root = $1 WHERE sealed_root IS NULL";
    sqlx::query(sql).bind(root.0.as_str()).execute(tx.on()).await?;
    Ok(())
}

/// Holds the installation's row until the transaction ends, so that its master key is not replaced meanwhile; says no if
/// it has been, and this fingerprint is of one before.
///
/// # Errors
/// If the database fails.
pub async fn hold_master_key(tx: &mut Tx, fingerprint: &str) -> Result<bool> {
    replace_master_key(tx, fingerprint, fingerprint).await
}

/// Replaces the fingerprint `old` by `new`; says no if it is another one already.
///
/// # Errors
/// If the database fails.
pub async fn replace_master_key(tx: &mut Tx, old: &str, new: &str) -> Result<bool> {
    let sql = "UPDATE instance SET master_key_fingerprint = $2 WHERE master_key_fingerprint = $1";
    Ok(sqlx::query(sql).bind(old).bind(new).execute(tx.on()).await?.rows_affected() == 1)
}
