//! Links by which somebody chooses a new password, and the slots from which they are shown once.

use sqlx::{Any, Executor};

use super::{Result, Tx, error::read};
use crate::domain::{
    id::{ResetId, SessionId, UserId, WorkspaceId},
    stored::{Digest, Sealed},
    timestamp::Timestamp,
};

/// A link, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reset {
    /// Its id.
    pub id: ResetId,
    /// For whom.
    pub user: UserId,
    /// The workspace whose owner made it.
    pub workspace: WorkspaceId,
    /// It works before this.
    pub expires_at: Timestamp,
}

/// Adds a link, in place of one that the person had.
///
/// # Errors
/// If the database fails.
pub async fn insert(
    tx: &mut Tx,
    reset: &Reset,
    code: &Digest,
    (session, sealed): (SessionId, &Sealed),
    now: Timestamp,
) -> Result<()> {
    close(tx, reset.user, now).await?;
    let sql = "INSERT INTO password_resets (id, user_id, workspace_id, code_digest, created_at, expires_at, \
               reveal_session_id, sealed_code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    sqlx::query(sql)
        .bind(reset.id.to_string())
        .bind(reset.user.to_string())
        .bind(reset.workspace.to_string())
        .bind(code.as_str())
        .bind(now.micros())
        .bind(reset.expires_at.micros())
        .bind(session.to_string())
        .bind(sealed.0.as_str())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The link with this code, if it was not used and its time is not over.
///
/// # Errors
/// If the database fails.
pub async fn by_code<'e>(
    db: impl Executor<'e, Database = Any>,
    code: &Digest,
    now: Timestamp,
) -> Result<Option<Reset>> {
    let sql = "SELECT id, user_id, workspace_id, expires_at FROM password_resets \
               WHERE code_digest = $1 AND used_at IS NULL AND expires_at > $2";
    let row: Option<(String, String, String, i64)> =
        sqlx::query_as(sql).bind(code.as_str()).bind(now.micros()).fetch_optional(db).await?;
    let reset = |(id, user, workspace, expires_at): (String, String, String, i64)| {
        Ok(Reset {
            id: read(&id, "a reset id")?,
            user: read(&user, "a user id")?,
            workspace: read(&workspace, "a workspace id")?,
            expires_at: Timestamp::from_micros(expires_at),
        })
    };
    row.map(reset).transpose()
}

/// Uses a link up: of any number of calls, one is told yes.
///
/// # Errors
/// If the database fails.
pub async fn claim(tx: &mut Tx, id: ResetId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE password_resets SET used_at = $2, sealed_code = NULL \
               WHERE id = $1 AND used_at IS NULL AND expires_at > $2";
    Ok(sqlx::query(sql).bind(id.to_string()).bind(now.micros()).execute(tx.on()).await?.rows_affected() == 1)
}

/// Ends whatever link a person has: the password was changed otherwise.
///
/// # Errors
/// If the database fails.
pub async fn close(tx: &mut Tx, user: UserId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE password_resets SET used_at = $2, sealed_code = NULL WHERE user_id = $1 AND used_at IS NULL";
    sqlx::query(sql).bind(user.to_string()).bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}

/// Empties the slot of a link that still works: of any number of calls, one gets what was in it. With it comes for whom
/// the link is and until when; the slot of another session is not there.
///
/// # Errors
/// If the database fails.
pub async fn take_link(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ResetId,
    session: SessionId,
    now: Timestamp,
) -> Result<Option<(UserId, Timestamp, Option<Sealed>)>> {
    let look = "SELECT user_id, expires_at, sealed_code FROM password_resets WHERE workspace_id = $1 AND id = $2 \
                AND reveal_session_id = $3";
    let row: Option<(String, i64, Option<String>)> = sqlx::query_as(look)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .bind(session.to_string())
        .fetch_optional(tx.on())
        .await?;
    let Some((user, expires_at, sealed)) = row else { return Ok(None) };
    let empty = "UPDATE password_resets SET sealed_code = NULL WHERE id = $1 AND sealed_code IS NOT NULL";
    let emptied = sqlx::query(empty).bind(id.to_string()).execute(tx.on()).await?.rows_affected() == 1;
    let is_good = emptied && now.micros() < expires_at;
    let sealed = sealed.filter(|_| is_good).map(Sealed);
    Ok(Some((read(&user, "a user id")?, Timestamp::from_micros(expires_at), sealed)))
}
