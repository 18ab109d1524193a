//! What a use case can answer besides its result.

use crate::{
    domain::{
        credential::Kind,
        invalid::Invalid,
        plan::Usage,
        role::Role,
        scope::{Capability, ScopeName},
    },
    service::throttle::Wait,
    store,
};

/// Why a use case did not do what was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor is not, or no longer, who they were.
    #[error("not authenticated")]
    Unauthenticated,
    /// It does not exist for this actor.
    #[error("not found")]
    NotFound,
    /// A person's role is too small.
    #[error("needs the role {0}")]
    NeedsRole(Role),
    /// A token's or key's scopes do not open this; with the scopes of its workspace that do.
    #[error("needs the capability {}", .0.as_str())]
    NeedsCapability(Capability, Vec<ScopeName>),
    /// It lies in another project than the token or key that asks; to the caller the same as [`Error::NotFound`].
    #[error("in another project")]
    OtherProject,
    /// A token or key of one project asks for what is of the whole workspace.
    #[error("needs the level of the workspace")]
    NeedsWorkspaceLevel,
    /// No token or key may do this.
    #[error("needs a person")]
    NeedsPerson,
    /// A sensitive act of somebody who has typed their password too long ago.
    #[error("needs to authenticate again")]
    NeedsReauthentication,
    /// The workspace requires a second factor, and the person has none.
    #[error("needs a second factor")]
    NeedsTwoFactor,
    /// It cannot be done as things stand.
    #[error("{}", .0.sentence())]
    Conflict(Conflict),
    /// Fields break rules; all that were found.
    #[error("invalid input")]
    Invalid(Vec<Invalid>),
    /// Too much was tried, or too many try at once; whether it was right was not looked at.
    #[error("too many attempts")]
    TooManyAttempts(Wait),
    /// The same request, by the key that its caller gave it, has made what has this id before.
    #[error("carried out before")]
    Repeated(String),
    /// The plan allows no more.
    #[error("the plan's limit is reached")]
    PlanLimit(Kind, Usage),
    /// A fault of ours or of the machine.
    #[error("{0}")]
    Fault(#[from] Fault),
}

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// A revoked or expired token or key cannot change any more.
    Ended,
    /// The workspace would have no owner.
    LastOwner,
    /// Somebody is in the workspace already.
    AlreadyMember,
    /// The invitation was accepted, taken back, or its time is over.
    InvitationOver,
    /// The invitation is for another address.
    OtherAddress,
    /// It was changed since the caller has read it.
    Changed,
    /// Who forgot their password is in another workspace too.
    ElsewhereToo,
    /// It is one's own account.
    OwnAccount,
    /// The link to reset a password was used or replaced, or its time is over.
    ResetOver,
    /// There is a second factor already.
    TwoFactorOn,
    /// There is no second factor.
    TwoFactorOff,
    /// Who requires a second factor of others has none.
    OwnTwoFactorFirst,
    /// What was begun to set up a second factor is gone.
    EnrolmentOver,
    /// A command line waits for its approval no more.
    DeviceOver,
}

impl Conflict {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::LastOwner => "last_owner",
            Self::AlreadyMember => "already_member",
            Self::InvitationOver => "invitation_over",
            Self::OtherAddress => "other_address",
            Self::Changed => "changed",
            Self::ElsewhereToo => "in_another_workspace",
            Self::OwnAccount => "own_account",
            Self::ResetOver => "reset_over",
            Self::TwoFactorOn => "two_factor_on",
            Self::TwoFactorOff => "two_factor_off",
            Self::OwnTwoFactorFirst => "own_two_factor_first",
            Self::EnrolmentOver => "enrolment_over",
            Self::DeviceOver => "device_over",
        }
    }

    /// What people and programs are told.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Ended => "It is revoked or expired and can't come back. Create one like it.",
            Self::TwoFactorOn => "Two-factor is on already.",
            Self::TwoFactorOff => "Two-factor is off for this account.",
            Self::OwnTwoFactorFirst => "Turn on two-factor for your own account first.",
            Self::EnrolmentOver => "This took too long. Scan the code that is shown now.",
            Self::DeviceOver => "This command line waits no more. Start the sign-in there again.",
            Self::LastOwner => "A workspace always keeps one owner. Make somebody else an owner first.",
            Self::AlreadyMember => "This person is in the workspace already.",
            Self::InvitationOver => "This invitation was used or taken back, or its time is over.",
            Self::OtherAddress => "This invitation is for another address. Sign in with that one.",
            Self::ElsewhereToo => {
                "This person is in another workspace too, so no single owner may reset their password. \
                 The operator of this Latchkey can."
            }
            Self::OwnAccount => "Change your own password in your account.",
            Self::ResetOver => "This link was used or replaced, or its time is over. Ask for another one.",
            Self::Changed => "Somebody changed it meanwhile. Look at it again, then repeat your change.",
        }
    }
}

/// A fault: for the log, never for people.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A workspace names a catalog that is not there.
    #[error("there is no catalog {0:?}")]
    NoCatalog(String),
    /// The thread that hashes was lost.
    #[error("hashing failed: {0}")]
    Hashing(String),
    /// A sealed text could not be opened.
    #[error(transparent)]
    Sealed(#[from] crate::auth::seal::CannotOpen),
    /// The file of the master key cannot be used.
    #[error(transparent)]
    KeyFile(#[from] super::master_key::KeyFileError),
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Error {
    /// One broken rule.
    #[must_use]
    pub fn invalid(invalid: Invalid) -> Self {
        Self::Invalid(vec![invalid])
    }
}
