//! Invitations: a single-use link, bound to an address.

use time::Duration;

use super::{
    credential::Maker,
    id::{InvitationId, WorkspaceId},
    role::Role,
    text::Email,
    timestamp::Timestamp,
};

/// For so long a link works.
pub const LIFETIME: Duration = Duration::days(7);

/// An invitation to a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Where it leads.
    pub workspace: WorkspaceId,
    /// Whom it is for.
    pub email: Email,
    /// What they will be.
    pub role: Role,
    /// Who made it, as they were called then.
    pub invited_by: Maker,
    /// When it was made.
    pub created_at: Timestamp,
    /// The link works before this.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl Invitation {
    /// Whether its link works at `now`.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.accepted_at.is_none() && self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether it is for this address.
    #[must_use]
    pub fn is_for(&self, email: &Email) -> bool {
        self.email.folded() == email.folded()
    }
}
