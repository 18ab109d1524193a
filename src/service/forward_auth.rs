//! What a reverse proxy asks of a token or key before it lets a request through to another service.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::{Service, verify::Verified};
use crate::domain::{call::Reason, credential::Kind, scope::ScopeName};

/// So many different demands are remembered.
const REMEMBERED: usize = 1_000;
/// Only what is asked in so many bytes is remembered.
const SHORT: usize = 1024;

/// What proxies have demanded of late, by the words in which they say it: each says the same before every request.
pub(super) struct Demands(Cache<String, Arc<Demand>>);

impl Default for Demands {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl Service {
    /// What these words demand; `read` reads them unless they were said of late.
    ///
    /// # Errors
    /// What `read` finds wrong.
    pub fn demand<E>(&self, words: &str, read: impl FnOnce() -> Result<Demand, E>) -> Result<Arc<Demand>, E> {
        if let Some(known) = self.demands.0.get(words) {
            return Ok(known);
        }
        let demand = Arc::new(read()?);
        if words.len() <= SHORT {
            self.demands.0.insert(words.to_owned(), demand.clone());
        }
        Ok(demand)
    }
}

/// What a token or key must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Of the workspace with this id or slug.
    pub workspace: String,
    /// For this project, by id or slug. Without one, of the whole workspace.
    pub project: Option<String>,
    /// Of this kind; without one, of either.
    pub kind: Option<Kind>,
    /// All of these count for it, after what its scopes include. An empty list is met by nobody.
    pub scopes: Vec<ScopeName>,
    /// These as well, unless the request only reads.
    pub write_scopes: Vec<ScopeName>,
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It is of another workspace.
    Workspace,
    /// It is of one project, and another one or the whole workspace is asked for.
    Project,
    /// It is a token where a key is asked for, or the other way round.
    Kind,
    /// It has not these scopes.
    Scopes(Vec<ScopeName>),
}

impl Demand {
    /// Whether a token or key that was found good is what is asked for, for a request that only reads or for any.
    ///
    /// # Errors
    /// The first thing that it lacks.
    pub fn met_by(&self, verified: &Verified, is_reading: bool) -> Result<(), Lack> {
        let Verified { credential, workspace, scope, .. } = verified;
        let is = |id: &dyn ToString, slug: &str, asked: &str| slug == asked || id.to_string() == asked;
        if !is(&workspace.id, &workspace.slug, &self.workspace) {
            return Err(Lack::Workspace);
        }
        if let Some(own) = &credential.project
            && !self.project.as_deref().is_some_and(|asked| is(&own.id, &own.slug, asked))
        {
            return Err(Lack::Project);
        }
        if self.kind.is_some_and(|kind| kind != credential.id.kind()) {
            return Err(Lack::Kind);
        }
        let more = if is_reading { &[] } else { &*self.write_scopes };
        let has = |asked: &ScopeName| scope.split(' ').any(|own| own == asked.as_str());
        let missing: Vec<_> = self.scopes.iter().chain(more).filter(|asked| !has(asked)).cloned().collect();
        if !missing.is_empty() || self.scopes.is_empty() {
            return Err(Lack::Scopes(missing));
        }
        Ok(())
    }
}

impl Lack {
    /// As the people of the workspace read it.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Workspace => Reason::OtherWorkspace,
            Self::Project => Reason::OtherProject,
            Self::Kind => Reason::OtherKind,
            // All are needed: naming the first one says what to do next.
            Self::Scopes(missing) => Reason::Scope(missing.iter().take(1).map(ToString::to_string).collect()),
        }
    }
}
