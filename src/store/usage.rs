//! Use of credentials, written in batches.

use super::{Result, Tx};
use crate::domain::{credential::CredentialId, timestamp::Timestamp};

/// What a batch adds to one credential.
#[derive(Clone, Debug)]
pub struct Uses {
    /// How many calls were let in.
    pub count: i64,
    /// When the last of them was.
    pub last_at: Timestamp,
    /// Where it came from.
    pub ip: Option<String>,
    /// What it called itself.
    pub user_agent: Option<String>,
}

/// Adds a batch.
///
/// # Errors
/// If the database fails.
pub async fn add(tx: &mut Tx, id: CredentialId, uses: &Uses) -> Result<()> {
    let sql = "UPDATE credentials SET use_count = use_count + $2, last_used_at = $3, last_used_ip = $4, \
               last_used_agent = $5 WHERE id = $1";
    sqlx::query(sql)
        .bind(id.to_string())
        .bind(uses.count)
        .bind(uses.last_at.micros())
        .bind(uses.ip.as_deref())
        .bind(uses.user_agent.as_deref())
        .execute(tx.on())
        .await?;
    Ok(())
}
