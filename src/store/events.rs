//! The activity log. There is no statement here that changes or deletes an event, and there never is.

use super::{Result, Tx};
use crate::domain::{
    activity::{Happened, Via},
    credential::MakerKind,
    id::{EventId, ProjectId, WorkspaceId},
    timestamp::Timestamp,
};

/// One entry.
pub struct Event<'a> {
    /// Its id.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// In which workspace; account events have none.
    pub workspace: Option<WorkspaceId>,
    /// What kind of actor.
    pub actor_kind: MakerKind,
    /// Which; the operator has no id.
    pub actor_id: Option<String>,
    /// What it is called: an address, a name.
    pub actor_name: &'a str,
    /// Through which door.
    pub via: Via,
    /// From which address.
    pub ip: Option<&'a str>,
    /// What happened.
    pub happened: Happened,
    /// To what: its id and its name then.
    pub target: Option<(String, &'a str)>,
    /// In which project.
    pub project: Option<ProjectId>,
    /// What changed, in a few words.
    pub detail: Option<&'a str>,
}

/// Appends an event.
///
/// # Errors
/// If the database fails.
pub async fn append(tx: &mut Tx, event: &Event<'_>) -> Result<()> {
    let sql = "INSERT INTO events (id, at, workspace_id, actor_kind, actor_id, via, ip, happened, target_id, target_name, \
               actor_name, project_id, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let (target_id, target_name) = event.target.as_ref().map(|(id, name)| (id.as_str(), *name)).unzip();
    sqlx::query(sql)
        .bind(event.id.to_string())
        .bind(event.at.micros())
        .bind(event.workspace.map(|id| id.to_string()))
        .bind(event.actor_kind.as_str())
        .bind(event.actor_id.as_deref())
        .bind(event.via.as_str())
        .bind(event.ip)
        .bind(event.happened.as_str())
        .bind(target_id)
        .bind(target_name)
        .bind(event.actor_name)
        .bind(event.project.map(|id| id.to_string()))
        .bind(event.detail)
        .execute(tx.on())
        .await?;
    Ok(())
}
