//! Invitations to a workspace, and the slots from which their links are shown once.

use sqlx::{Any, Executor, FromRow};

use super::{Result, Tx, error::read};
use crate::domain::{
    credential::Maker,
    id::{InvitationId, SessionId, WorkspaceId},
    invitation::Invitation,
    stored::{Digest, Sealed},
    text::Email,
    timestamp::Timestamp,
};

/// A constant statement over invitations.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, workspace_id, email, role, invited_by_kind, invited_by_id, invited_by_name, created_at, \
             expires_at, accepted_at, revoked_at FROM invitations ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct Row {
    id: String,
    workspace_id: String,
    email: String,
    role: String,
    invited_by_kind: String,
    invited_by_id: Option<String>,
    invited_by_name: String,
    created_at: i64,
    expires_at: i64,
    accepted_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl Row {
    fn into_domain(self) -> Result<Invitation> {
        Ok(Invitation {
            id: read(&self.id, "an invitation id")?,
            workspace: read(&self.workspace_id, "a workspace id")?,
            email: Email::trusted(self.email),
            role: read(&self.role, "a role")?,
            invited_by: Maker {
                kind: read(&self.invited_by_kind, "a kind of maker")?,
                id: self.invited_by_id,
                name: self.invited_by_name,
            },
            created_at: Timestamp::from_micros(self.created_at),
            expires_at: Timestamp::from_micros(self.expires_at),
            accepted_at: self.accepted_at.map(Timestamp::from_micros),
            revoked_at: self.revoked_at.map(Timestamp::from_micros),
        })
    }
}

/// What a new invitation is stored as.
pub struct NewInvitation<'a> {
    /// Everything that is shown later.
    pub invitation: &'a Invitation,
    /// The digest of its code.
    pub digest: &'a Digest,
    /// For whom the link waits, if a browser asked: the session, and the sealed code.
    pub slot: Option<(SessionId, &'a Sealed)>,
}

/// Adds an invitation.
///
/// # Errors
/// [`super::Error::Taken`] if one for the address has been neither accepted nor taken back.
pub async fn insert(tx: &mut Tx, new: &NewInvitation<'_>) -> Result<()> {
    let sql = "INSERT INTO invitations (id, workspace_id, email, email_folded, role, code_digest, invited_by_kind, \
               invited_by_id, invited_by_name, created_at, expires_at, reveal_session_id, sealed_code) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let i = new.invitation;
    sqlx::query(sql)
        .bind(i.id.to_string())
        .bind(i.workspace.to_string())
        .bind(i.email.as_str())
        .bind(i.email.folded())
        .bind(i.role.as_str())
        .bind(new.digest.as_str())
        .bind(i.invited_by.kind.as_str())
        .bind(i.invited_by.id.as_deref())
        .bind(i.invited_by.name.as_str())
        .bind(i.created_at.micros())
        .bind(i.expires_at.micros())
        .bind(new.slot.map(|(session, _)| session.to_string()))
        .bind(new.slot.map(|(_, sealed)| sealed.0.as_str()))
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The invitation of a link.
///
/// # Errors
/// If the database fails.
pub async fn by_code<'e>(db: impl Executor<'e, Database = Any>, code: &Digest) -> Result<Option<Invitation>> {
    let row: Option<Row> =
        sqlx::query_as(select!("WHERE code_digest = $1")).bind(code.as_str()).fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}

/// An invitation of a workspace.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    id: InvitationId,
) -> Result<Option<Invitation>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE workspace_id = $1 AND id = $2"))
        .bind(workspace.to_string())
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    row.map(Row::into_domain).transpose()
}

/// The invitation for an address that was neither accepted nor taken back, even if its time is over.
///
/// # Errors
/// If the database fails.
pub async fn waiting_for<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    email: &Email,
) -> Result<Option<Invitation>> {
    let sql = select!("WHERE workspace_id = $1 AND email_folded = $2 AND accepted_at IS NULL AND revoked_at IS NULL");
    let row: Option<Row> =
        sqlx::query_as(sql).bind(workspace.to_string()).bind(email.folded()).fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}

/// Up to `limit` open invitations, newest first, older than `before` if that is given.
///
/// # Errors
/// If the database fails.
pub async fn open<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    before: Option<InvitationId>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Invitation>> {
    let query = match before {
        None => sqlx::query_as(select!(
            "WHERE workspace_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2 \
             ORDER BY id DESC LIMIT $3"
        )),
        Some(_) => sqlx::query_as(select!(
            "WHERE workspace_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2 AND id < $4 \
             ORDER BY id DESC LIMIT $3"
        )),
    };
    let query = query.bind(workspace.to_string()).bind(now.micros()).bind(limit);
    let query = match before {
        None => query,
        Some(id) => query.bind(id.to_string()),
    };
    let rows: Vec<Row> = query.fetch_all(db).await?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Uses an invitation up, if its link works: of any number of calls, one is told yes.
///
/// # Errors
/// If the database fails.
pub async fn claim(tx: &mut Tx, workspace: WorkspaceId, id: InvitationId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE invitations SET accepted_at = $3, sealed_code = NULL WHERE workspace_id = $1 AND id = $2 \
               AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3";
    let done =
        sqlx::query(sql).bind(workspace.to_string()).bind(id.to_string()).bind(now.micros()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// Takes an invitation back; says no if it was accepted or taken back before.
///
/// # Errors
/// If the database fails.
pub async fn revoke(tx: &mut Tx, workspace: WorkspaceId, id: InvitationId, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE invitations SET revoked_at = $3, sealed_code = NULL WHERE workspace_id = $1 AND id = $2 \
               AND accepted_at IS NULL AND revoked_at IS NULL";
    let done =
        sqlx::query(sql).bind(workspace.to_string()).bind(id.to_string()).bind(now.micros()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// Empties the slot of a link that still works: of any number of calls, one gets what was in it.
///
/// # Errors
/// If the database fails.
pub async fn take_link(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvitationId,
    session: SessionId,
    now: Timestamp,
) -> Result<Option<Sealed>> {
    let look = "SELECT sealed_code FROM invitations WHERE workspace_id = $1 AND id = $2 AND reveal_session_id = $3 \
                AND sealed_code IS NOT NULL AND expires_at > $4";
    let sealed: Option<String> = sqlx::query_scalar(look)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .bind(session.to_string())
        .bind(now.micros())
        .fetch_optional(tx.on())
        .await?;
    let empty = "UPDATE invitations SET sealed_code = NULL WHERE workspace_id = $1 AND id = $2 \
                 AND reveal_session_id = $3 AND sealed_code IS NOT NULL";
    let emptied = sqlx::query(empty)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .bind(session.to_string())
        .execute(tx.on())
        .await?;
    Ok(sealed.filter(|_| emptied.rows_affected() == 1).map(Sealed))
}

/// Takes all of a workspace back that were not accepted.
///
/// # Errors
/// If the database fails.
pub async fn revoke_all(tx: &mut Tx, workspace: WorkspaceId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE invitations SET revoked_at = $2, sealed_code = NULL \
               WHERE workspace_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL";
    sqlx::query(sql).bind(workspace.to_string()).bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}
