//! Deployments: records of files that went out.

use sqlx::{Any, Executor, FromRow};

use super::{Error, Result, Tx, error::read};
use crate::domain::{
    credential::{Maker, MakerKind},
    id::{DeploymentId, ProjectId, WorkspaceId},
    project::{Deployment, Start},
    timestamp::Timestamp,
};

/// A constant statement over the deployments of a project and the names of those who recorded them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.workspace_id, d.project_id, d.file_name, d.size, d.sha256, d.created_at, \
             d.created_by_kind, d.created_by_id, u.email AS maker_email, c.name AS maker_name, d.archived_at \
             FROM deployments d LEFT JOIN users u ON u.id = d.created_by_id \
             LEFT JOIN credentials c ON c.id = d.created_by_id WHERE d.workspace_id = $1 AND d.project_id = $2 ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct Row {
    id: String,
    workspace_id: String,
    project_id: String,
    file_name: String,
    size: i64,
    sha256: String,
    created_at: i64,
    created_by_kind: String,
    created_by_id: Option<String>,
    maker_email: Option<String>,
    maker_name: Option<String>,
    archived_at: Option<i64>,
}

impl Row {
    fn into_domain(self) -> Result<Deployment> {
        let kind = read(&self.created_by_kind, "a kind of maker")?;
        let name = match kind {
            MakerKind::User => self.maker_email,
            MakerKind::Credential => self.maker_name,
            MakerKind::Operator | MakerKind::Reporter => None,
        };
        let size = u64::try_from(self.size).map_err(|_| Error::Corrupt(self.size.to_string(), "a size"))?;
        Ok(Deployment {
            id: read(&self.id, "a deployment id")?,
            workspace: read(&self.workspace_id, "a workspace id")?,
            project: read(&self.project_id, "a project id")?,
            file_name: self.file_name,
            size,
            sha256: self.sha256,
            created_at: Timestamp::from_micros(self.created_at),
            created_by: Maker { kind, id: self.created_by_id, name: name.unwrap_or_else(|| "Operator".to_owned()) },
            archived_at: self.archived_at.map(Timestamp::from_micros),
        })
    }
}

/// Adds a deployment.
///
/// # Errors
/// If the database fails.
pub async fn insert(tx: &mut Tx, deployment: &Deployment) -> Result<()> {
    let sql = "INSERT INTO deployments (id, workspace_id, project_id, file_name, size, sha256, created_at, \
               created_by_kind, created_by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sqlx::query(sql)
        .bind(deployment.id.to_string())
        .bind(deployment.workspace.to_string())
        .bind(deployment.project.to_string())
        .bind(deployment.file_name.as_str())
        .bind(i64::try_from(deployment.size).unwrap_or(i64::MAX))
        .bind(deployment.sha256.as_str())
        .bind(deployment.created_at.micros())
        .bind(deployment.created_by.kind.as_str())
        .bind(deployment.created_by.id.as_deref())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// A deployment of a project.
///
/// # Errors
/// If the database fails.
pub async fn find<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    project: ProjectId,
    id: DeploymentId,
) -> Result<Option<Deployment>> {
    let query = sqlx::query_as(select!("AND d.id = $3"));
    let query = query.bind(workspace.to_string()).bind(project.to_string()).bind(id.to_string());
    let row: Option<Row> = query.fetch_optional(db).await?;
    row.map(Row::into_domain).transpose()
}

/// Up to `limit` deployments of a project, newest first.
///
/// # Errors
/// If the database fails.
pub async fn list<'e>(
    db: impl Executor<'e, Database = Any>,
    workspace: WorkspaceId,
    project: ProjectId,
    from: Start<DeploymentId>,
    limit: i64,
) -> Result<Vec<Deployment>> {
    let (sql, than) = match from {
        Start::Newest => (select!("ORDER BY d.id DESC LIMIT $3"), None),
        Start::OlderThan(id) => (select!("AND d.id < $4 ORDER BY d.id DESC LIMIT $3"), Some(id)),
        Start::NewerThan(id) => (select!("AND d.id > $4 ORDER BY d.id ASC LIMIT $3"), Some(id)),
    };
    let query = sqlx::query_as(sql).bind(workspace.to_string()).bind(project.to_string()).bind(limit);
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

/// Archives a deployment; says no if it is archived already, or not there.
///
/// # Errors
/// If the database fails.
pub async fn archive(
    tx: &mut Tx,
    workspace: WorkspaceId,
    project: ProjectId,
    id: DeploymentId,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE deployments SET archived_at = $4 \
               WHERE workspace_id = $1 AND project_id = $2 AND id = $3 AND archived_at IS NULL";
    let done = sqlx::query(sql)
        .bind(workspace.to_string())
        .bind(project.to_string())
        .bind(id.to_string())
        .bind(now.micros())
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}
