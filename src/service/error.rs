//! What a use case can answer besides its result.

use crate::{
    domain::{
        invalid::Invalid,
        plan::Usage,
        role::Role,
        scope::{Capability, ScopeName},
    },
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
    /// Fields break rules; all that were found.
    #[error("invalid input")]
    Invalid(Vec<Invalid>),
    /// The plan allows no more.
    #[error("the plan's limit is reached")]
    PlanLimit(Usage),
    /// A fault of ours or of the machine.
    #[error("{0}")]
    Fault(#[from] Fault),
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
