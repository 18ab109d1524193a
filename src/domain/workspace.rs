//! What owns tokens, keys, projects and activity.

use super::{id::WorkspaceId, plan::Plan, timestamp::Timestamp};

/// A workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its place in addresses; never changes.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How many credentials it may have.
    pub plan: Plan,
    /// The name of its catalog.
    pub catalog: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether nobody gets in without a second factor.
    pub requires_two_factor: bool,
}
