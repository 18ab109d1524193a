//! Identifiers: a prefix that says what is named, and a `UUIDv7` in Crockford's base32.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// The text is no identifier of the expected kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of this kind")]
pub struct InvalidId;

/// Reads the 26 lower-case base32 characters after `prefix`.
///
/// # Errors
/// [`InvalidId`] on another prefix, another length, or a character outside the alphabet.
pub fn decode(prefix: &str, text: &str) -> Result<u128, InvalidId> {
    let digits = text.strip_prefix(prefix).ok_or(InvalidId)?;
    if digits.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(InvalidId);
    }
    Ulid::from_string(digits).map(|id| id.0).map_err(|_| InvalidId)
}

/// Writes `prefix` and 26 lower-case base32 characters.
///
/// # Errors
/// If `to` takes no more.
pub fn encode(to: &mut impl fmt::Write, prefix: &str, value: u128) -> fmt::Result {
    let mut room = [0; ulid::ULID_LEN];
    let digits = Ulid(value).array_to_str(&mut room);
    digits.make_ascii_lowercase();
    to.write_str(prefix)?;
    to.write_str(digits)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(u128);

        impl $name {
            /// What every identifier of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps the 128 bits of a `UUIDv7`.
            #[must_use]
            pub const fn from_u128(value: u128) -> Self {
                Self(value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                encode(f, Self::PREFIX, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                decode(Self::PREFIX, text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )*};
}

ids! {
    /// A workspace, `ws_…`.
    WorkspaceId = "ws_";
    /// A user, `usr_…`.
    UserId = "usr_";
    /// A signed-in browser or command line, `ses_…`.
    SessionId = "ses_";
    /// A project, `proj_…`.
    ProjectId = "proj_";
    /// A deployment, `dep_…`.
    DeploymentId = "dep_";
    /// An invitation to a workspace, `inv_…`.
    InvitationId = "inv_";
    /// A link to reset a password, `rst_…`.
    ResetId = "rst_";
    /// An entry of the activity log, `evt_…`.
    EventId = "evt_";
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_identifier_survives_its_text(value: u128) {
            let id = UserId::from_u128(value);
            let text = id.to_string();
            prop_assert_eq!(text.len(), 4 + 26);
            prop_assert_eq!(text.parse::<UserId>(), Ok(id));
        }

        #[test]
        fn identifiers_sort_like_their_text(a: u128, b: u128) {
            let (x, y) = (UserId::from_u128(a), UserId::from_u128(b));
            prop_assert_eq!(x.cmp(&y), x.to_string().cmp(&y.to_string()));
        }
    }

    #[test]
    fn another_kind_or_spelling_is_refused() {
        let id = UserId::from_u128(1 << 90).to_string();
        assert!(id.replace("usr_", "ws_").parse::<UserId>().is_err());
        assert!(id.to_ascii_uppercase().parse::<UserId>().is_err());
        assert!(id[..29].parse::<UserId>().is_err());
    }
}
