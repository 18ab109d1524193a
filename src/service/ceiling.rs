//! How much of itself an actor may hand on: a credential never exceeds its maker, when it is made and when it is
//! edited (PRODUCT section 2).

use super::{
    Error, Result, Service,
    actor::{Actor, Standing},
};
use crate::domain::{
    catalog::{Catalog, Vocabulary},
    credential::Kind,
    invalid::{Gather, Invalid},
    policy::{self, Maker},
    role::Role,
    scope::{Scope, ScopeName},
    timestamp::Timestamp,
};

/// What somebody asks a credential of one kind to be able to do.
pub(super) struct Asked<'a> {
    pub(super) kind: Kind,
    pub(super) words: &'a [String],
    /// What it can do already: a person may leave that as it is, whatever their role. A token or key answers for all
    /// that it leaves behind.
    pub(super) held: &'a [ScopeName],
}

impl Service {
    /// The scopes that were asked for, in the catalog's order and each once; those that the catalog no longer knows
    /// come last. An empty list is an error, never "everything".
    pub(super) fn parse_scopes(
        &self,
        actor: &Actor,
        standing: &Standing,
        asked: &Asked<'_>,
        gather: &mut Gather,
    ) -> Result<Vec<ScopeName>> {
        let catalog = self.catalog_of(&standing.workspace)?;
        // A catalog that has no such kind any more knows none of the scopes, but leaves those that are there.
        let nothing = Vocabulary { prefix: String::new(), scopes: Vec::new() };
        let vocabulary = catalog.vocabulary(asked.kind).unwrap_or(&nothing);
        if asked.words.is_empty() {
            let message = format!("Choose at least one {}.", asked.kind.scope_noun());
            gather.extend([Invalid::new("scopes", "required", message)]);
        }
        let complaints =
            asked.words.iter().filter_map(|word| complain(actor, standing, (catalog, vocabulary), asked, word));
        gather.extend(complaints);
        let is_asked = |name: &ScopeName| asked.words.iter().any(|word| word == name.as_str());
        let known = vocabulary.scopes.iter().map(|scope| &scope.name);
        let unknown = asked.held.iter().filter(|name| vocabulary.find(name.as_str()).is_none());
        Ok(known.chain(unknown).filter(|name| is_asked(name)).cloned().collect())
    }

    /// The same of what was parsed before a transaction, for the rights that the actor has in it.
    pub(super) fn check_ceiling(
        &self,
        actor: &Actor,
        standing: &Standing,
        kind: Kind,
        scopes: &[ScopeName],
        end: Option<Timestamp>,
    ) -> Result<()> {
        let mut gather = Gather::default();
        let words: Vec<String> = scopes.iter().map(ToString::to_string).collect();
        self.parse_scopes(actor, standing, &Asked { kind, words: &words, held: &[] }, &mut gather)?;
        gather.take(within_maker(actor, end));
        if gather.is_empty() { Ok(()) } else { Err(Error::Invalid(gather.into_errors())) }
    }
}

impl Service {
    /// A person grants a sensitive scope soon after they have typed their password only (PRODUCT section 6).
    pub(super) fn fresh_for_sensitive(
        &self,
        actor: &Actor,
        standing: &Standing,
        kind: Kind,
        granted: &[ScopeName],
    ) -> Result<()> {
        let catalog = self.catalog_of(&standing.workspace)?;
        let find = |name: &ScopeName| catalog.vocabulary(kind)?.find(name.as_str());
        if granted.iter().filter_map(find).any(|scope| scope.sensitive) { self.fresh(actor) } else { Ok(()) }
    }
}

/// Why this scope may not be granted, if so.
fn complain(
    actor: &Actor,
    standing: &Standing,
    (catalog, vocabulary): (&Catalog, &Vocabulary),
    asked: &Asked<'_>,
    word: &str,
) -> Option<Invalid> {
    let is_held = asked.held.iter().any(|name| name.as_str() == word);
    let (code, message) = match (vocabulary.find(word), actor) {
        // What the catalog does not know grants nothing.
        (Some(_), Actor::Person(_) | Actor::Operator) | (None, _) if is_held => return None,
        (Some(scope), _) if may_grant(actor, standing, asked.kind, vocabulary, scope) => return None,
        (Some(scope), Actor::Credential(verified)) => {
            let noun = verified.credential.id.kind().noun();
            ("exceeds_maker", format!("This {noun} may not grant {}, which it lacks itself.", scope.name))
        }
        (Some(scope), Actor::Person(_) | Actor::Operator) => {
            ("needs_role", format!("Only an {} may grant {}.", scope.min_role, scope.name))
        }
        (None, _) => unknown_scope(catalog, asked.kind, word),
    };
    Some(Invalid::new("scopes", code, message))
}

/// Whether `actor` may put this scope, with all that it includes, on a credential of `kind`.
pub(super) fn may_grant(
    actor: &Actor,
    standing: &Standing,
    kind: Kind,
    vocabulary: &Vocabulary,
    scope: &Scope,
) -> bool {
    let Actor::Credential(verified) = actor else {
        return policy::may_grant(Maker::Role(standing.role.unwrap_or(Role::Member)), kind, scope);
    };
    let held: Vec<&Scope> = verified.scopes.iter().collect();
    let maker = Maker::Holding(verified.credential.id.kind(), &held);
    vocabulary.closure([&scope.name]).into_iter().all(|scope| policy::may_grant(maker, kind, scope))
}

/// What a credential makes or edits ends no later than it does.
pub(super) fn within_maker(actor: &Actor, end: Option<Timestamp>) -> std::result::Result<Option<Timestamp>, Invalid> {
    let Actor::Credential(verified) = actor else { return Ok(end) };
    match verified.credential.expires_at {
        Some(limit) if end.is_none_or(|end| end > limit) => {
            let noun = verified.credential.id.kind().noun();
            let message = format!("This {noun} ends at {}; what it makes or edits may not end later.", limit.rfc3339());
            Err(Invalid::new("expires_at", "exceeds_maker", message))
        }
        _ => Ok(end),
    }
}

fn unknown_scope(catalog: &Catalog, kind: Kind, word: &str) -> (&'static str, String) {
    let other = match kind {
        Kind::AccessToken => Kind::ApiKey,
        Kind::ApiKey => Kind::AccessToken,
    };
    let shown: String = word.chars().take(64).collect();
    if catalog.vocabulary(other).is_some_and(|vocabulary| vocabulary.find(word).is_some()) {
        ("other_kind", format!("{shown:?} is a scope of an {}, not of an {}.", full_noun(other), full_noun(kind)))
    } else {
        ("unknown", format!("There is no {} {shown:?}.", kind.scope_noun()))
    }
}

const fn full_noun(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessToken => "access token",
        Kind::ApiKey => "API key",
    }
}
