//! Access tokens and API keys: one table, one path, two kinds.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    id::{self, InvalidId, ProjectId, UserId, WorkspaceId},
    scope::ScopeName,
    timestamp::Timestamp,
};

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// For scripts, agents and pipelines; never changes once made.
    AccessToken,
    /// For services; may be edited, its secret never changes.
    ApiKey,
}

impl Kind {
    /// Both, in the order of their tabs.
    pub const ALL: [Self; 2] = [Self::AccessToken, Self::ApiKey];

    /// The word in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::ApiKey => "api_key",
        }
    }

    /// The word people read in a sentence.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::AccessToken => "token",
            Self::ApiKey => "API key",
        }
    }

    /// The word people read for what it may do.
    #[must_use]
    pub const fn scope_noun(self) -> &'static str {
        match self {
            Self::AccessToken => "scope",
            Self::ApiKey => "permission",
        }
    }

    /// The word people read over a list of them.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::AccessToken => "Access tokens",
            Self::ApiKey => "API keys",
        }
    }

    /// The word in addresses, of pages and of the API.
    #[must_use]
    pub const fn segment(self) -> &'static str {
        match self {
            Self::AccessToken => "access-tokens",
            Self::ApiKey => "api-keys",
        }
    }

    const fn id_prefix(self) -> &'static str {
        match self {
            Self::AccessToken => "tok_",
            Self::ApiKey => "key_",
        }
    }
}

/// The word names no kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of credential")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        [Self::AccessToken, Self::ApiKey].into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

/// A credential's id: `tok_…` for an access token, `key_…` for an API key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CredentialId {
    kind: Kind,
    value: u128,
}

impl CredentialId {
    /// Wraps the 128 bits of a `UUIDv7`.
    #[must_use]
    pub const fn new(kind: Kind, value: u128) -> Self {
        Self { kind, value }
    }

    /// What kind of credential it names.
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.kind
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        id::encode(f, self.kind.id_prefix(), self.value)
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CredentialId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let kind = if text.starts_with(Kind::ApiKey.id_prefix()) { Kind::ApiKey } else { Kind::AccessToken };
        id::decode(kind.id_prefix(), text).map(|value| Self { kind, value })
    }
}

impl TryFrom<String> for CredentialId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<CredentialId> for String {
    fn from(id: CredentialId) -> Self {
        id.to_string()
    }
}

/// Where a credential stands; the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Somebody ended it.
    Revoked,
    /// Its time is over.
    Expired,
    /// Somebody switched it off, until it is switched on again.
    Inactive,
    /// Works, for less than seven days more.
    Expiring,
    /// Works.
    Active,
}

impl Status {
    /// From the facts in the database.
    #[must_use]
    pub fn at(
        now: Timestamp,
        revoked_at: Option<Timestamp>,
        expires_at: Option<Timestamp>,
        disabled_at: Option<Timestamp>,
    ) -> Self {
        match expires_at {
            _ if revoked_at.is_some() => Self::Revoked,
            Some(end) if now >= end => Self::Expired,
            _ if disabled_at.is_some() => Self::Inactive,
            Some(end) if end.since(now) < super::lifetime::EXPIRING => Self::Expiring,
            _ => Self::Active,
        }
    }

    /// In the order in which they are tried.
    pub const ALL: [Self; 5] = [Self::Revoked, Self::Expired, Self::Inactive, Self::Expiring, Self::Active];

    /// Whether it can still be revoked, and counts for the plan.
    #[must_use]
    pub const fn is_alive(self) -> bool {
        !matches!(self, Self::Revoked | Self::Expired)
    }

    /// Whether a call is let in.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::Expiring)
    }

    /// The word in the API and in styles.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Inactive => "inactive",
            Self::Expiring => "expiring",
            Self::Active => "active",
        }
    }

    /// The word people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Revoked => "Revoked",
            Self::Expired => "Expired",
            Self::Inactive => "Inactive",
            Self::Expiring => "Expiring",
            Self::Active => "Active",
        }
    }
}

/// What kind of maker it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MakerKind {
    /// A person.
    User,
    /// Another credential.
    Credential,
    /// The operator of the machine.
    Operator,
    /// Somebody unknown who held its secret and told us where it was found.
    Reporter,
}

impl MakerKind {
    /// The word in the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Credential => "credential",
            Self::Operator => "operator",
            Self::Reporter => "reporter",
        }
    }
}

impl FromStr for MakerKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let all = [Self::User, Self::Credential, Self::Operator, Self::Reporter];
        all.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

/// Who made a credential, or did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maker {
    /// What it is.
    pub kind: MakerKind,
    /// Its id; operators and reporters have none.
    pub id: Option<String>,
    /// An address, or a credential's name.
    pub name: String,
}

/// The only project that a credential reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnProject {
    /// Its id.
    pub id: ProjectId,
    /// Its place in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// The last call that was let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Option<Timestamp>,
    /// From which address.
    pub ip: Option<String>,
    /// What the caller called itself.
    pub user_agent: Option<String>,
}

impl LastUse {
    /// What stands before the name of whoever asked about a token or key, in the place of an address.
    pub const VIA: &str = "via ";

    /// An address as people read it: `from` and where, or `via` and through whom.
    #[must_use]
    pub fn whence(ip: &str) -> (&'static str, &str) {
        ip.strip_prefix(Self::VIA).map_or(("from", ip), |through| ("via", through))
    }
}

/// A credential without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its id, which says its kind.
    pub id: CredentialId,
    /// Where it belongs.
    pub workspace: WorkspaceId,
    /// The only project that it reaches; none at the level of the workspace.
    pub project: Option<OwnProject>,
    /// Its name.
    pub name: String,
    /// What it is for; empty for access tokens.
    pub description: String,
    /// Prefix and first characters of the secret.
    pub hint: String,
    /// As granted, without what they include.
    pub scopes: Vec<ScopeName>,
    /// Whether callers must send a passphrase.
    pub has_passphrase: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Maker,
    /// Who answers for it: the user's id and address.
    pub responsible: (UserId, String),
    /// The credential that made it.
    pub parent: Option<CredentialId>,
    /// Refused from here on.
    pub expires_at: Option<Timestamp>,
    /// Ended then.
    pub revoked_at: Option<Timestamp>,
    /// Switched off then; keys only.
    pub disabled_at: Option<Timestamp>,
    /// How often it was changed.
    pub version: u64,
    /// The last call that was let in.
    pub last_use: LastUse,
    /// How many calls were let in.
    pub use_count: u64,
}

impl Credential {
    /// Where it stands at `now`.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        Status::at(now, self.revoked_at, self.expires_at, self.disabled_at)
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    #[test]
    fn an_id_says_its_kind() {
        let key = CredentialId::new(Kind::ApiKey, 7);
        assert!(key.to_string().starts_with("key_"));
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_ne!(key, CredentialId::new(Kind::AccessToken, 7));
        assert!("usr_00000000000000000000000001".parse::<CredentialId>().is_err());
    }

    #[test]
    fn the_first_status_that_holds_wins() {
        let now = Timestamp::parse("2026-11-22T20:47:00Z").unwrap();
        let (past, soon, week) = (now.plus(-Duration::SECOND), now.plus(Duration::DAY), now.plus(Duration::WEEK));
        assert_eq!(Status::at(now, None, None, None), Status::Active);
        assert_eq!(Status::at(now, None, Some(week), None), Status::Active);
        assert_eq!(Status::at(now, None, Some(soon), None), Status::Expiring);
        assert_eq!(Status::at(now, None, Some(now), Some(past)), Status::Expired);
        assert_eq!(Status::at(now, Some(past), Some(past), None), Status::Revoked);
        assert_eq!(Status::at(now, None, Some(soon), Some(past)), Status::Inactive);
    }
}
