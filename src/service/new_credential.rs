//! What somebody types to make a credential, and how much of it they may ask for.

use super::{
    Error, Result, Service,
    actor::{Actor, Standing},
    ceiling::{Asked, may_grant, within_maker},
};
use crate::{
    domain::{
        catalog::Vocabulary,
        credential::{Kind, OwnProject},
        invalid::{Gather, Invalid},
        policy::Action,
        scope::{Scope, ScopeName},
        text,
        timestamp::Timestamp,
        workspace::Workspace,
    },
    store,
};

/// What is typed to make a credential, as it was typed.
#[derive(Clone, Debug)]
pub struct NewCredential {
    /// Which of the two.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What it is for; keys only.
    pub description: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// The id or slug of the only project that it shall reach; none for all of them.
    pub project: Option<String>,
    /// Whether it works from the start; tokens always do.
    pub active: bool,
    /// Its passphrase, if it shall have one.
    pub passphrase: Option<String>,
    /// Its end, as the edge has read it.
    pub expires_at: std::result::Result<Option<Timestamp>, Invalid>,
    /// The form that asks, if it was one: makes one credential even if it is sent twice.
    pub form_key: Option<String>,
}

impl NewCredential {
    /// One that works for ever in every project, without a passphrase.
    #[must_use]
    pub fn plain(kind: Kind, name: &str, scopes: Vec<String>) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            description: String::new(),
            scopes,
            project: None,
            active: true,
            passphrase: None,
            expires_at: Ok(None),
            form_key: None,
        }
    }
}

/// What was typed, checked.
pub(super) struct Parsed {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) project: Option<OwnProject>,
    pub(super) active: bool,
    pub(super) scopes: Vec<ScopeName>,
    pub(super) passphrase: Option<String>,
    pub(super) expires_at: Option<Timestamp>,
}

impl Service {
    /// Whether `actor` may make a credential, and which scopes they may grant, in the catalog's order.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn grantable(&self, actor: &Actor, workspace: &str, kind: Kind) -> Result<(Standing, Vec<Scope>)> {
        let standing = self.allow(actor, Action::CreateCredential, workspace).await?;
        let vocabulary = self.vocabulary(&standing.workspace, kind)?;
        let mut scopes = vocabulary.scopes.clone();
        scopes.retain(|scope| may_grant(actor, &standing, kind, vocabulary, scope));
        Ok((standing, scopes))
    }

    pub(super) fn vocabulary(&self, workspace: &Workspace, kind: Kind) -> Result<&Vocabulary> {
        self.catalog_of(workspace)?.vocabulary(kind).ok_or(Error::NotFound)
    }

    pub(super) async fn parse_new(&self, actor: &Actor, standing: &Standing, new: NewCredential) -> Result<Parsed> {
        self.vocabulary(&standing.workspace, new.kind)?;
        let mut gather = Gather::default();
        let name = gather.take(text::NAME.parse(&new.name));
        let description = gather.take(text::DESCRIPTION.parse(&new.description));
        let asked = Asked { kind: new.kind, words: &new.scopes, held: &[] };
        let scopes = self.parse_scopes(actor, standing, &asked, &mut gather)?;
        let passphrase = new.passphrase.map(|raw| gather.take(text::PASSPHRASE.parse_secret(&raw)));
        let expires_at = gather.take(new.expires_at.and_then(|end| within_maker(actor, end)));
        let project = self.parse_project(actor, standing, new.project.as_deref(), &mut gather).await?;
        match (name, description, expires_at, gather.is_empty()) {
            (Some(name), Some(description), Some(expires_at), true) => Ok(Parsed {
                name,
                description,
                project,
                active: new.active,
                scopes,
                passphrase: passphrase.flatten(),
                expires_at,
            }),
            _ => Err(Error::Invalid(gather.into_errors())),
        }
    }

    /// The level: every project, or one that the actor sees. A credential of one project makes none above it.
    async fn parse_project(
        &self,
        actor: &Actor,
        standing: &Standing,
        raw: Option<&str>,
        gather: &mut Gather,
    ) -> Result<Option<OwnProject>> {
        let Some(raw) = raw else {
            if actor.own_project().is_some() {
                let message = "This token or key reaches one project only; name it, what it makes may not reach more.";
                gather.extend([Invalid::new("project", "exceeds_maker", message)]);
            }
            return Ok(None);
        };
        let found = store::projects::find(self.store.read(), standing.workspace.id, raw).await?;
        let found = found.filter(|project| standing.within.is_none_or(|own| own == project.id));
        if found.is_none() {
            gather.extend([unknown_project()]);
        }
        Ok(found.map(|project| OwnProject { id: project.id, slug: project.slug, name: project.name }))
    }
}

/// No such project, or none of the actor's business.
pub(super) fn unknown_project() -> Invalid {
    Invalid::new("project", "unknown", "There is no such project.")
}
