//! Workspaces and who is in them.

use sqlx::{Any, Executor, FromRow};

use super::{Result, Tx, error::read};
use crate::domain::{
    id::{UserId, WorkspaceId},
    role::Role,
    timestamp::Timestamp,
    workspace::Workspace,
};

#[derive(FromRow)]
struct Row {
    id: String,
    slug: String,
    name: String,
    plan: String,
    catalog: String,
    created_at: i64,
    two_factor_required_at: Option<i64>,
}

impl Row {
    fn into_domain(self) -> Result<Workspace> {
        Ok(Workspace {
            id: read(&self.id, "a workspace id")?,
            slug: self.slug,
            name: self.name,
            plan: read(&self.plan, "a plan")?,
            catalog: self.catalog,
            created_at: Timestamp::from_micros(self.created_at),
            requires_two_factor: self.two_factor_required_at.is_some(),
        })
    }
}

#[derive(FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    workspace: Row,
    role: Option<String>,
}

/// Adds a workspace; says no if its slug is taken.
///
/// # Errors
/// If the database fails.
pub async fn insert(tx: &mut Tx, workspace: &Workspace) -> Result<bool> {
    let sql = "INSERT INTO workspaces (id, slug, name, plan, catalog, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (slug) DO NOTHING";
    let done = sqlx::query(sql)
        .bind(workspace.id.to_string())
        .bind(workspace.slug.as_str())
        .bind(workspace.name.as_str())
        .bind(workspace.plan.as_str())
        .bind(workspace.catalog.as_str())
        .bind(workspace.created_at.micros())
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Holds the workspace's row until the transaction ends: limits are counted under it.
///
/// # Errors
/// If the database fails.
pub async fn lock(tx: &mut Tx, id: WorkspaceId) -> Result<()> {
    let sql = "UPDATE workspaces SET version = version + 1 WHERE id = $1";
    sqlx::query(sql).bind(id.to_string()).execute(tx.on()).await?;
    Ok(())
}

/// The workspace with this id or slug.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(db: impl Executor<'e, Database = Any>, id_or_slug: &str) -> Result<Option<Workspace>> {
    let sql = "SELECT id, slug, name, plan, catalog, created_at, two_factor_required_at FROM workspaces \
               WHERE (id = $1 OR slug = $1) AND deleted_at IS NULL";
    let row: Option<Row> = sqlx::query_as(sql).bind(id_or_slug).fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}

/// The workspace with this id or slug, and the role that `user` has in it, if any.
///
/// # Errors
/// If the database fails.
pub async fn find_for<'e>(
    db: impl Executor<'e, Database = Any>,
    id_or_slug: &str,
    user: UserId,
) -> Result<Option<(Workspace, Option<Role>)>> {
    let sql = "SELECT w.id, w.slug, w.name, w.plan, w.catalog, w.created_at, w.two_factor_required_at, m.role \
               FROM workspaces w LEFT JOIN memberships m ON m.workspace_id = w.id AND m.user_id = $2 \
               WHERE (w.id = $1 OR w.slug = $1) AND w.deleted_at IS NULL";
    let row: Option<MemberRow> = sqlx::query_as(sql).bind(id_or_slug).bind(user.to_string()).fetch_optional(db).await?;
    row.map(with_role).transpose()
}

fn with_role(row: MemberRow) -> Result<(Workspace, Option<Role>)> {
    let role = row.role.as_deref().map(|role| read(role, "a role")).transpose()?;
    Ok((row.workspace.into_domain()?, role))
}

/// The workspaces that `user` is in, those joined first before others, with the role in each.
///
/// # Errors
/// If the database fails.
pub async fn of_user<'e>(db: impl Executor<'e, Database = Any>, user: UserId) -> Result<Vec<(Workspace, Role)>> {
    let sql = "SELECT w.id, w.slug, w.name, w.plan, w.catalog, w.created_at, w.two_factor_required_at, m.role \
               FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
               WHERE m.user_id = $1 AND w.deleted_at IS NULL ORDER BY m.created_at, w.id";
    let rows: Vec<MemberRow> = sqlx::query_as(sql).bind(user.to_string()).fetch_all(db).await?;
    let pairs = rows.into_iter().map(with_role);
    pairs.filter_map(|pair| pair.map(|(workspace, role)| role.map(|role| (workspace, role))).transpose()).collect()
}

/// Puts `user` into a workspace.
///
/// # Errors
/// [`super::Error::Taken`] if they are in it.
pub async fn add_member(tx: &mut Tx, id: WorkspaceId, user: UserId, role: Role, now: Timestamp) -> Result<()> {
    tx.touches(id);
    let sql = "INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)";
    sqlx::query(sql)
        .bind(id.to_string())
        .bind(user.to_string())
        .bind(role.as_str())
        .bind(now.micros())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The owner who has been one longest.
///
/// # Errors
/// If the database fails.
pub async fn first_owner(tx: &mut Tx, id: WorkspaceId) -> Result<Option<UserId>> {
    let sql = "SELECT user_id FROM memberships WHERE workspace_id = $1 AND role = 'owner' \
               ORDER BY created_at, user_id LIMIT 1";
    let row: Option<String> = sqlx::query_scalar(sql).bind(id.to_string()).fetch_optional(tx.on()).await?;
    row.map(|id| read(&id, "a user id")).transpose()
}

/// The people in a workspace, in the order of their addresses.
///
/// # Errors
/// If the database fails.
pub async fn people<'e>(db: impl Executor<'e, Database = Any>, id: WorkspaceId) -> Result<Vec<(UserId, String)>> {
    let sql = "SELECT u.id, u.email FROM memberships m JOIN users u ON u.id = m.user_id \
               WHERE m.workspace_id = $1 ORDER BY u.email_folded";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).bind(id.to_string()).fetch_all(db).await?;
    rows.into_iter().map(|(id, email)| Ok((read(&id, "a user id")?, email))).collect()
}

/// The catalogs that workspaces use.
///
/// # Errors
/// If the database fails.
pub async fn catalogs<'e>(db: impl Executor<'e, Database = Any>) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT catalog FROM workspaces WHERE deleted_at IS NULL ORDER BY catalog";
    Ok(sqlx::query_scalar(sql).fetch_all(db).await?)
}

/// Gives a workspace another name, plan and catalog; its slug stays.
///
/// # Errors
/// If the database fails.
pub async fn update(tx: &mut Tx, workspace: &Workspace) -> Result<()> {
    tx.touches(workspace.id);
    let sql = "UPDATE workspaces SET name = $2, plan = $3, catalog = $4 WHERE id = $1";
    sqlx::query(sql)
        .bind(workspace.id.to_string())
        .bind(workspace.name.as_str())
        .bind(workspace.plan.as_str())
        .bind(workspace.catalog.as_str())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Ends a workspace: nobody is in it any more, and its slug is free. The row stays for the log's sake.
///
/// # Errors
/// If the database fails.
pub async fn delete(tx: &mut Tx, id: WorkspaceId, now: Timestamp) -> Result<()> {
    tx.touches(id);
    let nobody = "DELETE FROM memberships WHERE workspace_id = $1";
    sqlx::query(nobody).bind(id.to_string()).execute(tx.on()).await?;
    let sql = "UPDATE workspaces SET deleted_at = $2, slug = id WHERE id = $1";
    sqlx::query(sql).bind(id.to_string()).bind(now.micros()).execute(tx.on()).await?;
    Ok(())
}

/// Requires a second factor of everybody in a workspace from now on, or of nobody.
///
/// # Errors
/// If the database fails.
pub async fn require_two_factor(tx: &mut Tx, id: WorkspaceId, since: Option<Timestamp>) -> Result<()> {
    tx.touches(id);
    let sql = "UPDATE workspaces SET two_factor_required_at = $2 WHERE id = $1";
    sqlx::query(sql).bind(id.to_string()).bind(since.map(Timestamp::micros)).execute(tx.on()).await?;
    Ok(())
}

/// Those in a workspace who have no second factor, in the order of their addresses.
///
/// # Errors
/// If the database fails.
pub async fn without_two_factor<'e>(
    db: impl Executor<'e, Database = Any>,
    id: WorkspaceId,
) -> Result<Vec<(Role, String)>> {
    let sql = "SELECT m.role, u.email FROM memberships m JOIN users u ON u.id = m.user_id \
               LEFT JOIN two_factor t ON t.user_id = m.user_id \
               WHERE m.workspace_id = $1 AND t.user_id IS NULL ORDER BY u.email_folded";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).bind(id.to_string()).fetch_all(db).await?;
    rows.into_iter().map(|(role, email)| Ok((read(&role, "a role")?, email))).collect()
}
