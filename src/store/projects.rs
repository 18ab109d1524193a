//! Projects.

use sqlx::{Any, Executor, FromRow};

use super::{Result, error::read};
use crate::domain::{id::WorkspaceId, project::Project, timestamp::Timestamp};

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
    let sql = "SELECT id, workspace_id, slug, name, created_at FROM projects \
               WHERE workspace_id = $1 AND (id = $2 OR slug = $2) AND deleted_at IS NULL";
    let row: Option<Row> = sqlx::query_as(sql).bind(workspace.to_string()).bind(id_or_slug).fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}
