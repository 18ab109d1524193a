//! Who is in a workspace, with what they answer for.

use sqlx::{Any, Executor, FromRow};

use super::{Result, Tx, error::read};
use crate::domain::{
    id::{UserId, WorkspaceId},
    member::{Joined, Member},
    role::Role,
    timestamp::Timestamp,
};

/// A constant statement over members; `$1` is the workspace, `$2` now.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT m.user_id, u.email, m.role, m.created_at, \
             (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.user_id = m.user_id) AS last_seen_at, ",
            select!(@count "access_token"), " AS tokens, ",
            select!(@count "api_key"), " AS keys \
             FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 ",
            $condition
        )
    };
    (@count $kind:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM credentials c WHERE c.responsible_id = m.user_id \
             AND c.workspace_id = m.workspace_id AND c.kind = '", $kind, "' AND c.revoked_at IS NULL \
             AND (c.expires_at IS NULL OR c.expires_at > $2))"
        )
    };
}

#[derive(FromRow)]
struct Row {
    user_id: String,
    email: String,
    role: String,
    created_at: i64,
    last_seen_at: Option<i64>,
    tokens: i64,
    keys: i64,
}

impl Row {
    fn into_domain(self) -> Result<Member> {
        Ok(Member {
            user: read(&self.user_id, "a user id")?,
            email: self.email,
            role: read(&self.role, "a role")?,
            joined_at: Timestamp::from_micros(self.created_at),
            last_seen_at: self.last_seen_at.map(Timestamp::from_micros),
            tokens: u64::try_from(self.tokens).unwrap_or_default(),
            keys: u64::try_from(self.keys).unwrap_or_default(),
        })
    }
}

/// Up to `limit` members after a place in the list, those who joined first before others.
///
/// # Errors
/// If the database fails.
pub async fn list<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    after: Option<Joined>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Member>> {
    let query = match after {
        None => sqlx::query_as(select!("ORDER BY m.created_at, m.user_id LIMIT $3")),
        Some(_) => sqlx::query_as(select!(
            "AND (m.created_at > $4 OR (m.created_at = $4 AND m.user_id > $5)) ORDER BY m.created_at, m.user_id LIMIT $3"
        )),
    };
    let query = query.bind(workspace.to_string()).bind(now.micros()).bind(limit);
    let query = match after {
        None => query,
        Some(place) => query.bind(place.at.micros()).bind(place.user.to_string()),
    };
    let rows: Vec<Row> = query.fetch_all(db).await?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// One member.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Member>> {
    let row: Option<Row> = sqlx::query_as(select!("AND m.user_id = $3"))
        .bind(workspace.to_string())
        .bind(now.micros())
        .bind(user.to_string())
        .fetch_optional(db)
        .await?;
    row.map(Row::into_domain).transpose()
}

/// The owners and admins, by address.
///
/// # Errors
/// If the database fails.
pub async fn managers<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<Vec<Member>> {
    let rows: Vec<Row> = sqlx::query_as(select!("AND m.role IN ('owner', 'admin') ORDER BY u.email_folded"))
        .bind(workspace.to_string())
        .bind(now.micros())
        .fetch_all(db)
        .await?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Whether the account of this address is in the workspace.
///
/// # Errors
/// If the database fails.
pub async fn has_address<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    email_folded: &str,
) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM memberships m JOIN users u ON u.id = m.user_id \
               WHERE m.workspace_id = $1 AND u.email_folded = $2";
    let count: i64 = sqlx::query_scalar(sql).bind(workspace.to_string()).bind(email_folded).fetch_one(db).await?;
    Ok(count == 1)
}

/// How many owners there are. To rely on it, hold the workspace's row.
///
/// # Errors
/// If the database fails.
pub async fn count_owners<'e>(db: impl Executor<'e, Database = Any>, workspace: WorkspaceId) -> Result<u64> {
    let sql = "SELECT COUNT(*) FROM memberships WHERE workspace_id = $1 AND role = 'owner'";
    let count: i64 = sqlx::query_scalar(sql).bind(workspace.to_string()).fetch_one(db).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Gives a member another role; says no if they are none.
///
/// # Errors
/// If the database fails.
pub async fn set_role(tx: &mut Tx, workspace: WorkspaceId, user: UserId, role: Role) -> Result<bool> {
    tx.touches(workspace);
    let sql = "UPDATE memberships SET role = $3 WHERE workspace_id = $1 AND user_id = $2";
    let done = sqlx::query(sql)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(role.as_str())
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a member out; says no if they are none.
///
/// # Errors
/// If the database fails.
pub async fn remove(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<bool> {
    tx.touches(workspace);
    let sql = "DELETE FROM memberships WHERE workspace_id = $1 AND user_id = $2";
    let done = sqlx::query(sql).bind(workspace.to_string()).bind(user.to_string()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}
