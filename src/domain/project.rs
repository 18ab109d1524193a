//! Projects, and the deployments recorded in them.

use super::{
    credential::Maker,
    id::{DeploymentId, ProjectId, WorkspaceId},
    timestamp::Timestamp,
};

/// A project of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Where it belongs.
    pub workspace: WorkspaceId,
    /// Its place in addresses; unique in its workspace, never changes.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A deployment: a record of a file that went out. Latchkey hosts nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Its id.
    pub id: DeploymentId,
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// In which project.
    pub project: ProjectId,
    /// The file's name.
    pub file_name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256 in small hexadecimal.
    pub sha256: String,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Maker,
    /// Archived then; live until then.
    pub archived_at: Option<Timestamp>,
}
