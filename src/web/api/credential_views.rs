//! From credentials to what the pages show of access tokens. On the server only.

use std::slice;

use crate::{
    domain::{
        catalog::Vocabulary,
        credential::{Credential, CredentialId, Kind},
        policy::{self, Action, Decision, Resource, Subject},
        role::Role,
        scope::{Scope, ScopeName},
        timestamp::Timestamp,
    },
    service::{Service, actor::Standing},
    web::{
        api::credentials::{CredentialRow, ScopeChip, ScopeGroup},
        error::UiError,
    },
};

/// Who looks, when, and with which words.
pub struct Look<'a> {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// The viewer's role.
    pub role: Role,
    vocabulary: Option<&'a Vocabulary>,
    sees_addresses: bool,
}

impl<'a> Look<'a> {
    /// Of a person with this standing.
    ///
    /// # Errors
    /// [`UiError::Fault`] if the workspace's catalog is not there.
    pub fn new(service: &'a Service, standing: &Standing, kind: Kind) -> Result<Self, UiError> {
        let decision = policy::decide(
            Subject::Person(standing.role),
            Action::SeeAddresses,
            Resource::Workspace(standing.workspace.id),
        );
        Ok(Self {
            now: service.now(),
            role: standing.role.unwrap_or(Role::Member),
            vocabulary: service.catalog_of(&standing.workspace)?.vocabulary(kind),
            sees_addresses: decision == Decision::Allow,
        })
    }

    /// Whether the workspace's catalog has this kind, so that new ones can be made.
    #[must_use]
    pub const fn has_vocabulary(&self) -> bool {
        self.vocabulary.is_some()
    }

    /// A row of the list.
    #[must_use]
    pub fn row(&self, token: Credential) -> CredentialRow {
        CredentialRow {
            status: token.status(self.now),
            scopes: token.scopes.iter().map(|name| self.chip(name, false)).collect(),
            id: token.id,
            name: token.name,
            description: token.description,
            hint: token.hint,
            project: token.project.map(|project| project.name),
            created_at: token.created_at,
            created_by: token.created_by.name,
            created_by_kind: token.created_by.kind,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
            last_used_at: token.last_use.at,
            last_used_from: token.last_use.ip.filter(|_| self.sees_addresses),
            last_used_by: token.last_use.user_agent,
            use_count: token.use_count,
            has_passphrase: token.has_passphrase,
            days: Vec::new(),
        }
    }

    /// The names of the scopes of the kind, in the catalog's order.
    #[must_use]
    pub fn scope_names(&self) -> Vec<String> {
        self.vocabulary
            .map(|words| words.scopes.iter().map(|scope| scope.name.to_string()).collect())
            .unwrap_or_default()
    }

    /// A token's scopes, and then what comes with them.
    #[must_use]
    pub fn all_scopes(&self, token: &Credential) -> Vec<ScopeChip> {
        let mut chips: Vec<ScopeChip> = token.scopes.iter().map(|name| self.chip(name, false)).collect();
        let closure = self.vocabulary.map(|vocabulary| vocabulary.closure(&token.scopes)).unwrap_or_default();
        let included = closure.iter().filter(|scope| !token.scopes.contains(&scope.name));
        chips.extend(included.map(|scope| self.chip(&scope.name, true)));
        chips
    }

    fn chip(&self, name: &ScopeName, included: bool) -> ScopeChip {
        let scope = self.vocabulary.and_then(|vocabulary| vocabulary.find(name.as_str()));
        ScopeChip {
            name: name.to_string(),
            description: scope.map(|scope| scope.description.clone()).unwrap_or_default(),
            sensitive: scope.is_some_and(|scope| scope.sensitive),
            included,
            known: scope.is_some(),
        }
    }
}

/// Scopes under their headings.
#[must_use]
pub fn grouped(scopes: &[Scope]) -> Vec<ScopeGroup> {
    let same = |a: &Scope, b: &Scope| a.group == b.group;
    let groups = scopes.chunk_by(same).filter_map(<[Scope]>::split_first);
    groups
        .map(|(first, rest)| ScopeGroup {
            name: first.group.clone(),
            scopes: slice::from_ref(first).iter().chain(rest).map(choice).collect(),
        })
        .collect()
}

fn choice(scope: &Scope) -> ScopeChip {
    ScopeChip {
        name: scope.name.to_string(),
        description: scope.description.clone(),
        sensitive: scope.sensitive,
        included: false,
        known: true,
    }
}

/// The id of a token or key; what cannot be one names nothing.
///
/// # Errors
/// [`UiError::NotFound`].
pub fn asked_id(id: &str) -> Result<CredentialId, UiError> {
    id.parse().map_err(|_| UiError::NotFound)
}

/// Which of the two kinds; what is neither names nothing.
///
/// # Errors
/// [`UiError::NotFound`].
pub fn asked_kind(kind: &str) -> Result<Kind, UiError> {
    kind.parse().map_err(|_| UiError::NotFound)
}

/// The moment a form was made, as its hidden field says; never one that is yet to come.
#[must_use]
pub fn asked(micros: &str, now: Timestamp) -> Timestamp {
    micros.parse().map_or(now, Timestamp::from_micros).min(now)
}
