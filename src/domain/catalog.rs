//! The vocabulary of a workspace: prefixes, scopes, descriptions, plan limits.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    credential::Kind,
    plan::Limits,
    role::Role,
    scope::{Capability, Scope, ScopeName},
};

/// A catalog, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// Its name in the database, such as `standard`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it is for, a sentence or two.
    pub description: String,
    /// How many of each kind a plan allows.
    pub plans: Limits,
    /// The scopes of access tokens, if it has such.
    pub access_token: Option<Vocabulary>,
    /// The scopes of API keys, if it has such.
    pub api_key: Option<Vocabulary>,
}

/// What a catalog says of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// What every secret of this kind begins with.
    pub prefix: String,
    /// In the order in which people see them.
    pub scopes: Vec<Scope>,
}

impl Catalog {
    /// What it says of `kind`.
    #[must_use]
    pub const fn vocabulary(&self, kind: Kind) -> Option<&Vocabulary> {
        match kind {
            Kind::AccessToken => self.access_token.as_ref(),
            Kind::ApiKey => self.api_key.as_ref(),
        }
    }
}

impl Vocabulary {
    /// The scope of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Scope> {
        self.scopes.iter().find(|scope| scope.name.as_str() == name)
    }

    /// `names` and all that comes with them. A name that the catalog does not know grants nothing.
    #[must_use]
    pub fn closure<'a>(&'a self, names: impl IntoIterator<Item = &'a ScopeName>) -> Vec<&'a Scope> {
        let mut seen = HashSet::new();
        let mut open: Vec<&ScopeName> = names.into_iter().collect();
        let mut found = Vec::new();
        while let Some(name) = open.pop() {
            if let Some(scope) = self.find(name.as_str())
                && seen.insert(&scope.name)
            {
                found.push(scope);
                open.extend(&scope.includes);
            }
        }
        found.sort_by_key(|scope| self.scopes.iter().position(|known| known.name == scope.name));
        found
    }

    /// What `names` come to at use: with what they include, and only where `responsible`, the role that the
    /// responsible member holds now, reaches (PRODUCT section 2).
    #[must_use]
    pub fn effective<'a>(
        &'a self,
        names: impl IntoIterator<Item = &'a ScopeName>,
        responsible: Role,
    ) -> Vec<&'a Scope> {
        let mut scopes = self.closure(names);
        scopes.retain(|scope| scope.min_role <= responsible);
        scopes
    }
}

/// What scopes open in Latchkey's own API.
#[must_use]
pub fn capabilities<'a>(scopes: impl IntoIterator<Item = &'a Scope>) -> BTreeSet<Capability> {
    scopes.into_iter().flat_map(|scope| scope.grants.iter().copied()).collect()
}
