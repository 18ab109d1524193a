//! The error that people are shown. It carries nothing that a stranger may not read.

use leptos::{
    prelude::*,
    server_fn::{codec::JsonEncoding, error::FromServerFnError},
};
use serde::{Deserialize, Serialize};

use crate::domain::invalid::Invalid;

/// What went wrong, safe to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum UiError {
    /// Nobody is signed in.
    #[error("Your sign-in has ended. Sign in again.")]
    SignedOut,
    /// It is not there, or belongs to a workspace that the person is not in.
    #[error("This is not here.")]
    NotFound,
    /// The role is too small; the sentence says what is needed.
    #[error("{0}")]
    Forbidden(String),
    /// A sensitive act of somebody who has typed their password too long ago.
    #[error("Confirm that it is you: this needs a sign-in that is younger than 30 minutes.")]
    Stale,
    /// The workspace requires a second factor, and the person has none.
    #[error("This workspace requires two-factor. Turn it on for your account to go on.")]
    NeedsTwoFactor,
    /// Fields break rules.
    #[error("Some fields need another look.")]
    Invalid(Vec<Invalid>),
    /// The request cannot be carried out as things stand; the sentence says why.
    #[error("{0}")]
    Refused(String),
    /// Too much was tried: a sentence, and the seconds after which one may try again.
    #[error("{0}")]
    Wait(String, u32),
    /// The request came from another site.
    #[error("The request came from another site, so nothing was changed.")]
    OtherSite,
    /// The server could not be reached or answered nonsense.
    #[error("Latchkey could not be reached. Check your connection and try again.")]
    Unreachable,
    /// A fault; nothing was changed.
    #[error("Something failed on our side. Nothing was changed. Try again.")]
    Fault,
}

impl UiError {
    /// The HTTP status that goes with it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut => 401,
            Self::Forbidden(_) | Self::OtherSite | Self::Stale | Self::NeedsTwoFactor => 403,
            Self::NotFound => 404,
            Self::Refused(_) => 409,
            Self::Invalid(_) => 422,
            Self::Wait(..) => 429,
            Self::Fault => 500,
            Self::Unreachable => 503,
        }
    }

    /// What is wrong with `field`, if anything.
    #[must_use]
    pub fn field(&self, field: &str) -> Option<&Invalid> {
        match self {
            Self::Invalid(errors) => errors.iter().find(|error| error.field == field),
            _ => None,
        }
    }
}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            _ => Self::Fault,
        }
    }
}
