//! Who is in a workspace, and what becomes of what they answer for when they go.

use std::{fmt, str::FromStr};

use super::{
    id::{InvalidId, UserId},
    invalid::Invalid,
    role::Role,
    timestamp::Timestamp,
};

/// A person in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which user.
    pub user: UserId,
    /// Their address.
    pub email: String,
    /// What they are here.
    pub role: Role,
    /// Since when they are here.
    pub joined_at: Timestamp,
    /// When a session of theirs was last seen, in any workspace; none if they never signed in.
    pub last_seen_at: Option<Timestamp>,
    /// How many live access tokens they answer for here.
    pub tokens: u64,
    /// How many live API keys they answer for here.
    pub keys: u64,
}

/// A place in the list of members, those who joined first before others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// When that member joined.
    pub at: Timestamp,
    /// Who it is.
    pub user: UserId,
}

impl From<&Member> for Joined {
    fn from(member: &Member) -> Self {
        Self { at: member.joined_at, user: member.user }
    }
}

impl fmt::Display for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.micros(), self.user)
    }
}

impl FromStr for Joined {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (at, user) = text.split_once('.').ok_or(InvalidId)?;
        Ok(Self { at: Timestamp::from_micros(at.parse().map_err(|_| InvalidId)?), user: user.parse()? })
    }
}

/// What becomes of the live tokens and keys that a person answers for who is removed, leaves, or becomes a member
/// only (PRODUCT section 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parting {
    /// They end.
    #[default]
    Revoke,
    /// This owner or admin answers for them from now on.
    HandOver(UserId),
}

impl Parting {
    /// Reads the two fields of a form or a query; an empty one is absent.
    ///
    /// # Errors
    /// `unknown` for the field `credentials`; `required` or `unknown` for the field `to`, which counts for a
    /// handing over only.
    pub fn parse(credentials: &str, to: &str) -> Result<Self, Invalid> {
        match (credentials, to) {
            ("" | "revoke", _) => Ok(Self::Revoke),
            ("hand_over", "") => {
                Err(Invalid::new("to", "required", "Choose who answers for the tokens and keys from now on."))
            }
            ("hand_over", to) => to.parse().map(Self::HandOver).map_err(|_| unknown_heir()),
            _ => Err(Invalid::new("credentials", "unknown", "credentials is revoke or hand_over.")),
        }
    }
}

/// Nobody who may answer for tokens and keys here.
#[must_use]
pub fn unknown_heir() -> Invalid {
    Invalid::new("to", "unknown", "Choose another owner or admin of this workspace.")
}

/// Reads a role that somebody names.
///
/// # Errors
/// `required` or `unknown`, for the field `role`.
pub fn parse_role(raw: &str) -> Result<Role, Invalid> {
    match raw {
        "" => Err(Invalid::new("role", "required", "The role is missing.")),
        raw => raw.parse().map_err(|_| Invalid::new("role", "unknown", "The role is owner, admin or member.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_survives_its_text() {
        let place = Joined { at: Timestamp::from_micros(1_795_380_420_000_000), user: UserId::from_u128(7) };
        assert_eq!(place.to_string().parse(), Ok(place));
        for wrong in ["", ".", "7", "x.usr_00000000000000000000000007", "7.tok_00000000000000000000000007"] {
            assert_eq!(wrong.parse::<Joined>(), Err(InvalidId), "{wrong}");
        }
    }

    #[test]
    fn what_becomes_of_tokens_is_revoked_unless_somebody_is_named() {
        let ada = UserId::from_u128(7);
        let code =
            |credentials, to: &str| Parting::parse(credentials, to).map_err(|e| format!("{} {}", e.field, e.code));
        assert_eq!(code("", ""), Ok(Parting::Revoke));
        assert_eq!(code("revoke", &ada.to_string()), Ok(Parting::Revoke), "a form always sends its list");
        assert_eq!(code("hand_over", &ada.to_string()), Ok(Parting::HandOver(ada)));
        assert_eq!(code("hand_over", ""), Err("to required".into()));
        assert_eq!(code("hand_over", "ada"), Err("to unknown".into()));
        assert_eq!(code("keep", ""), Err("credentials unknown".into()));
    }
}
