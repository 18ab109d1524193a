//! Projects.

use sqlx::{Any, Executor, FromRow};

use super::{Result, Tx, error::read};
use crate::domain::{
    id::{ProjectId, WorkspaceId},
    project::{Project, Start},
    timestamp::Timestamp,
};

/// A constant statement over the projects that are there.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, workspace_id, slug, name, created_at FROM projects \
             WHERE workspace_id = $1 AND deleted_at IS NULL ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct Row {
    id: String,
    workspace_id: String,
    slug: String,
    name: String,
    created_at: i64,
}

impl Row {
    fn into_domain(self) -> Result<Project> {
        Ok(Project {
            id: read(&self.id, "a project id")?,
            workspace: read(&self.workspace_id, "a workspace id")?,
            slug: self.slug,
            name: self.name,
            created_at: Timestamp::from_micros(self.created_at),
        })
    }
}

/// The project with this id or slug, unless it was deleted.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    id_or_slug: &str,
) -> Result<Option<Project>> {
    let sql = select!("AND (id = $2 OR slug = $2)");
    let row: Option<Row> = sqlx::query_as(sql).bind(workspace.to_string()).bind(id_or_slug).fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}

/// Up to `limit` projects, newest first.
///
/// # Errors
/// If the database fails.
pub async fn list<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    from: Start<ProjectId>,
    limit: i64,
) -> Result<Vec<Project>> {
    let (sql, than) = match from {
        Start::Newest => (select!("ORDER BY id DESC LIMIT $2"), None),
        Start::OlderThan(id) => (select!("AND id < $3 ORDER BY id DESC LIMIT $2"), Some(id)),
        Start::NewerThan(id) => (select!("AND id > $3 ORDER BY id ASC LIMIT $2"), Some(id)),
    };
    let query = sqlx::query_as(sql).bind(workspace.to_string()).bind(limit);
    let query = match than {
        Some(id) => query.bind(id.to_string()),
        None => query,
    };
    let rows: Vec<Row> = query.fetch_all(db).await?;
    let mut found: Vec<_> = rows.into_iter().map(Row::into_domain).collect::<Result<_>>()?;
    if matches!(from, Start::NewerThan(_)) {
        found.reverse();
    }
    Ok(found)
}

/// The slugs that are taken among `wanted`, `wanted-2`, … `wanted` has letters, digits and hyphens alone.
///
/// # Errors
/// If the database fails.
pub async fn slugs_like(tx: &mut Tx, workspace: WorkspaceId, wanted: &str) -> Result<Vec<String>> {
    let sql =
        "SELECT slug FROM projects WHERE workspace_id = $1 AND deleted_at IS NULL AND (slug = $2 OR slug LIKE $3)";
    let query = sqlx::query_scalar(sql).bind(workspace.to_string()).bind(wanted).bind(format!("{wanted}-%"));
    Ok(query.fetch_all(tx.on()).await?)
}

/// Adds a project.
///
/// # Errors
/// [`super::Error::Taken`] if the slug is.
pub async fn insert(tx: &mut Tx, project: &Project) -> Result<()> {
    let sql = "INSERT INTO projects (id, workspace_id, slug, name, created_at) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(sql)
        .bind(project.id.to_string())
        .bind(project.workspace.to_string())
        .bind(project.slug.as_str())
        .bind(project.name.as_str())
        .bind(project.created_at.micros())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Gives a project another name; says no if it is not there.
///
/// # Errors
/// If the database fails.
pub async fn rename(tx: &mut Tx, workspace: WorkspaceId, id: ProjectId, name: &str) -> Result<bool> {
    tx.touches(workspace);
    let sql = "UPDATE projects SET name = $3 WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL";
    let done = sqlx::query(sql).bind(workspace.to_string()).bind(id.to_string()).bind(name).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes a project; says no if it is not there. Its row stays for what refers to it, the log above all.
///
/// # Errors
/// If the database fails.
pub async fn delete(tx: &mut Tx, workspace: WorkspaceId, id: ProjectId, now: Timestamp) -> Result<bool> {
    tx.touches(workspace);
    let sql = "UPDATE projects SET deleted_at = $3 WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL";
    let done =
        sqlx::query(sql).bind(workspace.to_string()).bind(id.to_string()).bind(now.micros()).execute(tx.on()).await?;
    Ok(done.rows_affected() == 1)
}
