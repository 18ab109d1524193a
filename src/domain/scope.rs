//! What a credential may do, and what that opens in Latchkey's own API.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::role::Role;

/// A part of Latchkey's own API that a scope opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Capability {
    /// See the workspace and what is in it.
    #[serde(rename = "workspace.read")]
    WorkspaceRead,
    /// Create and rename projects.
    #[serde(rename = "projects.write")]
    ProjectsWrite,
    /// Delete projects.
    #[serde(rename = "projects.delete")]
    ProjectsDelete,
    /// Create deployments.
    #[serde(rename = "deployments.create")]
    DeploymentsCreate,
    /// Archive deployments.
    #[serde(rename = "deployments.archive")]
    DeploymentsArchive,
    /// Create, edit and revoke tokens and keys.
    #[serde(rename = "credentials.manage")]
    CredentialsManage,
    /// Invite, change and remove members.
    #[serde(rename = "members.manage")]
    MembersManage,
    /// Read the activity log.
    #[serde(rename = "activity.read")]
    ActivityRead,
    /// Ask whether a token or key is good.
    #[serde(rename = "introspect")]
    Introspect,
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::WorkspaceRead,
        Self::ProjectsWrite,
        Self::ProjectsDelete,
        Self::DeploymentsCreate,
        Self::DeploymentsArchive,
        Self::CredentialsManage,
        Self::MembersManage,
        Self::ActivityRead,
        Self::Introspect,
    ];

    /// The word in catalogs and in the API's errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkspaceRead => "workspace.read",
            Self::ProjectsWrite => "projects.write",
            Self::ProjectsDelete => "projects.delete",
            Self::DeploymentsCreate => "deployments.create",
            Self::DeploymentsArchive => "deployments.archive",
            Self::CredentialsManage => "credentials.manage",
            Self::MembersManage => "members.manage",
            Self::ActivityRead => "activity.read",
            Self::Introspect => "introspect",
        }
    }
}

/// The word names no capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a capability")]
pub struct UnknownCapability;

impl FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(text: &str) -> Result<Self, UnknownCapability> {
        Self::ALL.into_iter().find(|capability| capability.as_str() == text).ok_or(UnknownCapability)
    }
}

/// A scope's name, `[a-z0-9_]+(:[a-z0-9_]+)?`. With its kind it says which scope is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeName(String);

/// The text cannot name a scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no scope name: small letters, digits and _, with at most one : between")]
pub struct InvalidScopeName(pub String);

impl ScopeName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ScopeName {
    type Err = InvalidScopeName;

    fn from_str(text: &str) -> Result<Self, InvalidScopeName> {
        let word = |part: &str| !part.is_empty() && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let good = text.len() <= 64
            && match text.split_once(':') {
                Some((resource, action)) => word(resource) && word(action),
                None => word(text),
            };
        if good { Ok(Self(text.to_owned())) } else { Err(InvalidScopeName(text.chars().take(80).collect())) }
    }
}

impl TryFrom<String> for ScopeName {
    type Error = InvalidScopeName;

    fn try_from(text: String) -> Result<Self, InvalidScopeName> {
        text.parse()
    }
}

impl From<ScopeName> for String {
    fn from(name: ScopeName) -> Self {
        name.0
    }
}

impl fmt::Display for ScopeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A scope as a catalog describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Its name, unique within a kind.
    pub name: ScopeName,
    /// The heading it stands under.
    pub group: String,
    /// What it lets its holder do, a phrase for people.
    pub description: String,
    /// The scopes of the same kind that come with it, all the way down.
    pub includes: Vec<ScopeName>,
    /// The least role that may grant it, and may be responsible for its use.
    pub min_role: Role,
    /// Whether it stands for everything an admin may grant.
    pub full: bool,
    /// Whether granting it asks for the password again and is warned of.
    pub sensitive: bool,
    /// What it opens in Latchkey's own API, without what it includes.
    pub grants: Vec<Capability>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_or_two_small_words() {
        for good in ["read", "basic_deployment", "services:read", "a1:b2"] {
            assert_eq!(good.parse::<ScopeName>().unwrap().as_str(), good);
        }
        for bad in ["", "Read", "a b", ":a", "a:", "a:b:c", "é", "a-b"] {
            assert!(bad.parse::<ScopeName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_capability_is_read_by_the_word_it_is_written_with() {
        for capability in Capability::ALL {
            assert_eq!(capability.as_str().parse(), Ok(capability));
        }
        assert_eq!("everything".parse::<Capability>(), Err(UnknownCapability));
    }
}
