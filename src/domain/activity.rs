//! What the activity log says happened.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The word names nothing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not something that happens")]
pub struct UnknownEvent;

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal, $title:literal;)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in the log; it never changes once an event with it was written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// What people read.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }
        }

        impl FromStr for $name {
            type Err = UnknownEvent;

            fn from_str(text: &str) -> Result<Self, UnknownEvent> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or(UnknownEvent)
            }
        }
    };
}

words! {
    /// One kind of event.
    Happened {
        /// A workspace was made.
        WorkspaceCreated = "workspace.created", "Workspace created";
        /// It has another name.
        WorkspaceRenamed = "workspace.renamed", "Workspace renamed";
        /// It was deleted.
        WorkspaceDeleted = "workspace.deleted", "Workspace deleted";
        /// It has another plan.
        PlanChanged = "workspace.plan_changed", "Plan changed";
        /// It has another catalog.
        CatalogChanged = "workspace.catalog_changed", "Catalog changed";
        /// A token or key was made.
        CredentialCreated = "credential.created", "Created";
        /// A key was changed.
        CredentialUpdated = "credential.updated", "Changed";
        /// A key was switched off.
        CredentialDisabled = "credential.disabled", "Switched off";
        /// A key was switched on again.
        CredentialEnabled = "credential.enabled", "Switched on";
        /// A token or key was ended.
        CredentialRevoked = "credential.revoked", "Revoked";
        /// Somebody else answers for a token or key.
        CredentialHandedOver = "credential.handed_over", "Handed over";
        /// A project was made.
        ProjectCreated = "project.created", "Project created";
        /// It has another name.
        ProjectRenamed = "project.renamed", "Project renamed";
        /// It was deleted.
        ProjectDeleted = "project.deleted", "Project deleted";
        /// A deployment was recorded.
        DeploymentCreated = "deployment.created", "Deployment created";
        /// It was archived.
        DeploymentArchived = "deployment.archived", "Deployment archived";
        /// Somebody was invited.
        InvitationCreated = "invitation.created", "Invited";
        /// An invitation was taken back.
        InvitationRevoked = "invitation.revoked", "Invitation taken back";
        /// Somebody accepted an invitation.
        MemberJoined = "member.joined", "Joined";
        /// Somebody has another role.
        RoleChanged = "member.role_changed", "Role changed";
        /// Somebody was removed.
        MemberRemoved = "member.removed", "Removed";
        /// Somebody left.
        MemberLeft = "member.left", "Left";
        /// Somebody signed in.
        SignedIn = "session.signed_in", "Signed in";
        /// Somebody signed out.
        SignedOut = "session.signed_out", "Signed out";
        /// A sign-in was refused for a wrong password.
        SignInFailed = "session.sign_in_failed", "Sign-in refused";
        /// A session was ended because a replaced refresh token came back.
        SessionReuse = "session.reuse", "Session ended: an old sign-in came back";
    }
}

words! {
    /// The door through which it came.
    Via {
        /// The pages.
        Browser = "browser", "the dashboard";
        /// The REST API.
        Api = "api", "the API";
        /// The operator's command line.
        Operator = "operator", "the server's command line";
    }
}
