//! The slots of the one-time reveal: a sealed secret each, emptied by reading.

use super::{Result, Tx};
use crate::domain::{credential::CredentialId, id::SessionId, stored::Sealed, timestamp::Timestamp};

/// Fills the slot of a new credential for the session that made it.
///
/// # Errors
/// If the database fails.
pub async fn put(tx: &mut Tx, id: CredentialId, session: SessionId, sealed: &Sealed, until: Timestamp) -> Result<()> {
    let sql = "INSERT INTO reveals (credential_id, session_id, sealed, expires_at) VALUES ($1, $2, $3, $4)";
    sqlx::query(sql)
        .bind(id.to_string())
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
pub async fn take(tx: &mut Tx, id: CredentialId, session: SessionId, now: Timestamp) -> Result<Option<Sealed>> {
    let sql = "DELETE FROM reveals WHERE credential_id = $1 AND session_id = $2 AND expires_at > $3 RETURNING sealed";
    let sealed: Option<String> = sqlx::query_scalar(sql)
        .bind(id.to_string())
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
    sqlx::query("DELETE FROM reveals WHERE expires_at <= $1").bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}

/// Throws away the slot of a credential that was revoked.
///
/// # Errors
/// If the database fails.
pub async fn discard(tx: &mut Tx, id: CredentialId) -> Result<()> {
    sqlx::query("DELETE FROM reveals WHERE credential_id = $1").bind(id.to_string()).execute(tx.on()).await?;
    Ok(())
}
