//! From credentials to what the pages show of access tokens. On the server only.

use std::slice;

use super::request::because;
use crate::{
    domain::{
        catalog::Vocabulary,
        credential::{Credential, CredentialId, Kind, OwnProject},
        lifetime::Choice,
        policy::{self, Action, Decision, Resource, Subject},
        project::Project,
        role::Role,
        scope::{Scope, ScopeName},
        timestamp::Timestamp,
    },
    service::{Service, actor::Standing, credentials::Detail},
    web::{
        api::{
            credentials::{CredentialRow, CredentialView, ScopeChip, ScopeGroup},
            form::Refused,
        },
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

    /// One, and what surrounds it.
    #[must_use]
    pub fn whole(&self, detail: Detail, refused: Option<Refused>) -> CredentialView {
        CredentialView {
            now: self.now,
            scopes: self.all_scopes(&detail.credential),
            responsible: detail.credential.responsible.1.clone(),
            token: self.row(detail.credential),
            descendants: detail.descendants.into_iter().map(|token| self.row(token)).collect(),
            role: self.role,
            refused,
        }
    }

    /// What a key may have after an edit: what its editor may grant, and what it has.
    #[must_use]
    pub fn editable(&self, grantable: &[Scope], held: &[ScopeName]) -> Vec<ScopeGroup> {
        let known = self.vocabulary.map(|vocabulary| vocabulary.scopes.as_slice()).unwrap_or_default();
        let is_choice =
            |scope: &&Scope| held.contains(&scope.name) || grantable.iter().any(|may| may.name == scope.name);
        let mut groups = grouped(&known.iter().filter(is_choice).cloned().collect::<Vec<_>>());
        let unknown = held.iter().filter(|name| known.iter().all(|scope| scope.name != **name));
        let unknown: Vec<ScopeChip> = unknown.map(|name| self.chip(name, false)).collect();
        if !unknown.is_empty() {
            groups.push(ScopeGroup { name: "Not in this workspace’s catalog".to_owned(), scopes: unknown });
        }
        groups
    }

    fn chip(&self, name: &ScopeName, included: bool) -> ScopeChip {
        let scope = self.vocabulary.and_then(|vocabulary| vocabulary.find(name.as_str()));
        ScopeChip {
            name: name.to_string(),
            description: scope.map(|scope| scope.description.clone()).unwrap_or_default(),
            sensitive: scope.is_some_and(|scope| scope.sensitive),
            owners_only: scope.is_some_and(|scope| scope.min_role == Role::Owner),
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
        owners_only: scope.min_role == Role::Owner,
        included: false,
        known: true,
    }
}

/// The id of a token or key; what cannot be one names nothing.
///
/// # Errors
/// [`UiError::NotFound`].
pub fn asked_id(id: &str) -> Result<CredentialId, UiError> {
    id.parse().map_err(|_| because(UiError::NotFound))
}

/// Which of the two kinds; what is neither names nothing.
///
/// # Errors
/// [`UiError::NotFound`].
pub fn asked_kind(kind: &str) -> Result<Kind, UiError> {
    kind.parse().map_err(|_| because(UiError::NotFound))
}

/// A description is one paragraph: a line that ends in the form is a space.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What was typed into a form of tokens or keys.
#[must_use]
pub fn typed<const N: usize>(fields: [(&str, String); N], scopes: Vec<String>) -> Vec<(String, String)> {
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
    fields.chain(scopes.into_iter().map(|scope| ("scopes".to_owned(), scope))).collect()
}

/// What the form begins with that shall make one like this.
#[must_use]
pub fn resembling(like: Credential, now: Timestamp) -> Vec<(String, String)> {
    let span = |end: Timestamp| {
        Choice::ALL.into_iter().find(|choice| match choice {
            Choice::Days(days) => end.since(like.created_at).whole_days() == i64::from(*days),
            Choice::Custom | Choice::Never => false,
        })
    };
    // As long as the other one was meant to live; on its last day if that is to come.
    let (expiry, until) = match like.expires_at {
        None => (Choice::Never, String::new()),
        Some(end) => match span(end) {
            Some(days) => (days, String::new()),
            None if end > now => (Choice::Custom, end.iso_date()),
            None => (Choice::DEFAULT, String::new()),
        },
    };
    let level = if like.project.is_some() { "project" } else { "workspace" };
    let fields = [
        ("name", like.name),
        ("description", like.description),
        ("expiry", expiry.to_string()),
        ("until", until),
        ("level", level.to_owned()),
        ("project", like.project.map(|project| project.id.to_string()).unwrap_or_default()),
        ("active", "true".to_owned()),
    ];
    typed(fields, like.scopes.iter().map(ToString::to_string).collect())
}

/// What a form says of a project.
#[must_use]
pub fn own_project(project: Project) -> OwnProject {
    OwnProject { id: project.id, slug: project.slug, name: project.name }
}

/// The name under which a refused form waits that makes one of this kind.
#[must_use]
pub const fn new_form(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessToken => "new token",
        Kind::ApiKey => "new key",
    }
}

/// The moment a form was made, as its hidden field says; never one that is yet to come.
#[must_use]
pub fn asked(micros: &str, now: Timestamp) -> Timestamp {
    micros.parse().map_or(now, Timestamp::from_micros).min(now)
}
