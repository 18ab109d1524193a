//! Making, revealing and revoking access tokens and API keys. What is typed is checked in `new_credential`.

use std::fmt::Display;

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person, Standing},
    new_credential::{self, NewCredential, Parsed},
};
use crate::{
    auth::secret::Secret,
    domain::{
        activity::{Happened, Via},
        credential::{Credential, CredentialId, Kind, LastUse},
        id::UserId,
        plan::Usage,
        policy::Action,
        workspace::Workspace,
    },
    store::{self, credentials as table, reveals},
};

/// A secret that nobody comes for is thrown away after this.
const REVEAL: time::Duration = time::Duration::hours(1);

/// What came of making one.
#[derive(Debug)]
pub enum Created {
    /// It was made; the secret is here for the only time.
    New(Box<Credential>, Secret),
    /// The same form has made this one before.
    Before(Box<Credential>),
}

/// What came of taking the secret out of its slot.
#[derive(Debug)]
pub enum Reveal {
    /// For the only time.
    Shown(Box<Credential>, String),
    /// The slot is empty.
    AlreadyShown(Box<Credential>),
}

/// One credential and what surrounds it.
#[derive(Debug)]
pub struct Detail {
    /// Where, and in which role the actor looks.
    pub standing: Standing,
    /// The credential.
    pub credential: Credential,
    /// The live ones that it has made, and those that they made.
    pub descendants: Vec<Credential>,
}

impl Service {
    /// How much of the plan is used for one kind.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn usage(&self, actor: &Actor, workspace: &str, kind: Kind) -> Result<Usage> {
        let standing = self.allow(actor, Action::SeeCredentials, workspace).await?;
        let mut connection = self.store.connection().await?;
        self.usage_on(&mut connection, &standing.workspace, kind).await
    }

    /// One credential.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none of that id in the workspace, or what [`Service::allow`] says.
    pub async fn credential(&self, actor: &Actor, workspace: &str, id: CredentialId) -> Result<Detail> {
        let standing = self.allow(actor, Action::SeeCredentials, workspace).await?;
        let mut connection = self.store.connection().await?;
        let found = table::find(&mut *connection, standing.workspace.id, id).await?;
        let credential = standing.see(found)?;
        let descendants = table::descendants(&mut *connection, standing.workspace.id, id, self.now()).await?;
        Ok(Detail { standing, credential, descendants })
    }

    /// Makes a credential. Its secret is returned for the only time; for a person in a browser it also waits,
    /// sealed, in the slot of the one-time reveal.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every broken rule, [`Error::PlanLimit`], [`Error::NeedsReauthentication`] for a sensitive
    /// scope, or what [`Service::allow`] says.
    pub async fn create_credential(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        new: NewCredential,
    ) -> Result<Created> {
        let standing = self.allow(actor, Action::CreateCredential, workspace).await?;
        let kind = new.kind;
        let form_key = new.form_key.clone();
        let parsed = self.parse_new(actor, &standing, new).await?;
        self.fresh_for_sensitive(actor, &standing, kind, &parsed.scopes)?;
        let passphrase_hash = match parsed.passphrase.clone() {
            Some(passphrase) => Some(self.hashing.hash(passphrase, self.random.bytes()).await?),
            None => None,
        };

        let mut tx = self.store.begin().await?;
        // First the lock: under it neither the limit nor, by a revocation, the actor's rights can change.
        store::workspaces::lock(&mut tx, standing.workspace.id).await?;
        let actor = &self.look_again(&mut tx, actor).await?;
        let standing = self.allow_again(&mut tx, actor, Action::CreateCredential, &standing.workspace).await?;
        self.check_ceiling(actor, &standing, kind, &parsed.scopes, parsed.expires_at)?;
        self.once(&mut tx, actor, origin).await?;
        if let Some(key) = &form_key
            && let Some(before) = table::by_form(tx.on(), standing.workspace.id, key).await?
        {
            return Ok(Created::Before(Box::new(before)));
        }
        let usage = self.usage_on(tx.on(), &standing.workspace, kind).await?;
        if usage.is_full() {
            return Err(Error::PlanLimit(kind, usage));
        }
        let prefix = &self.vocabulary(&standing.workspace, kind)?.prefix;
        let secret = Secret::mint(prefix, &mut |bytes| self.random.fill(bytes));
        if let Some(project) = &parsed.project {
            // It may have been deleted since; under the lock it stays.
            let found = store::projects::find(tx.on(), standing.workspace.id, &project.id.to_string()).await?;
            found.ok_or_else(|| Error::invalid(new_credential::unknown_project()))?;
        }
        let responsible = self.responsible(&mut tx, actor, &standing.workspace).await?;
        let credential = self.assemble(actor, &standing.workspace, kind, parsed, &secret, responsible);
        let row = table::NewCredential {
            credential: &credential,
            digest: &secret.digest(),
            passphrase_hash: passphrase_hash.as_deref(),
            form_key: form_key.as_deref(),
        };
        table::insert(&mut tx, &row).await?;
        if let (Actor::Person(person), Via::Browser) = (actor, origin.via) {
            let context = reveal_context(credential.id, person.session);
            let sealed = self.seal(&mut tx, &context, secret.expose().as_bytes()).await?;
            reveals::put(&mut tx, credential.id, person.session, &sealed, self.now().plus(REVEAL)).await?;
        }
        let deed = Deed::to_credential(Happened::CredentialCreated, &credential);
        self.record(&mut tx, actor, origin, standing.workspace.id, deed).await?;
        self.made_once(&mut tx, actor, origin, credential.id).await?;
        tx.commit().await?;
        Ok(Created::New(Box::new(credential), secret))
    }

    /// Takes the secret out of the slot that `person` may look into. Of any number of calls, one gets it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such credential, or what [`Service::allow`] says.
    pub async fn reveal(&self, person: &Person, workspace: &str, id: CredentialId) -> Result<Reveal> {
        let detail = self.credential(&Actor::Person(person.clone()), workspace, id).await?;
        let mut tx = self.store.begin().await?;
        let sealed = reveals::take(&mut tx, id, person.session, self.now()).await?;
        tx.commit().await?;
        let credential = Box::new(detail.credential);
        match sealed {
            Some(sealed) => {
                let secret = self.open_sealed(&reveal_context(id, person.session), &sealed).await?;
                Ok(Reveal::Shown(credential, secret))
            }
            None => Ok(Reveal::AlreadyShown(credential)),
        }
    }

    /// Ends a credential and, unless told to keep them, those that it has made. One that had ended stays so.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none of that id in the workspace, or what [`Service::allow`] says.
    pub async fn revoke_credential(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        id: CredentialId,
        keep_descendants: bool,
    ) -> Result<Credential> {
        let standing = self.allow(actor, Action::RevokeCredential, workspace).await?;
        let mut tx = self.store.begin().await?;
        // Under the lock nobody adds a descendant between the list and its end.
        store::workspaces::lock(&mut tx, standing.workspace.id).await?;
        let standing = self.allow_again(&mut tx, actor, Action::RevokeCredential, &standing.workspace).await?;
        let found = standing.see(table::find(tx.on(), standing.workspace.id, id).await?)?;
        let mut ending = vec![found.clone()];
        if !keep_descendants {
            ending.extend(table::descendants(tx.on(), standing.workspace.id, id, self.now()).await?);
        }
        for credential in &ending {
            if table::revoke(&mut tx, standing.workspace.id, credential.id, self.now()).await? {
                reveals::discard(&mut tx, credential.id).await?;
                let deed = Deed::to_credential(Happened::CredentialRevoked, credential);
                self.record(&mut tx, actor, origin, standing.workspace.id, deed).await?;
            }
        }
        tx.commit().await?;
        Ok(found)
    }

    /// Who answers for what `actor` makes.
    async fn responsible(&self, tx: &mut store::Tx, actor: &Actor, workspace: &Workspace) -> Result<(UserId, String)> {
        match actor {
            Actor::Person(person) => Ok((person.user, person.email.to_string())),
            Actor::Credential(verified) => Ok(verified.credential.responsible.clone()),
            Actor::Operator => {
                let owner = store::workspaces::first_owner(tx, workspace.id).await?;
                Ok((owner.ok_or(Error::NotFound)?, String::new()))
            }
        }
    }

    fn assemble(
        &self,
        actor: &Actor,
        workspace: &Workspace,
        kind: Kind,
        parsed: Parsed,
        secret: &Secret,
        responsible: (UserId, String),
    ) -> Credential {
        let now = self.now();
        Credential {
            id: CredentialId::new(kind, self.random.id(now)),
            workspace: workspace.id,
            project: parsed.project,
            name: parsed.name,
            description: parsed.description,
            hint: secret.hint(),
            scopes: parsed.scopes,
            has_passphrase: parsed.passphrase.is_some(),
            created_at: now,
            created_by: actor.as_maker(),
            responsible,
            parent: match actor {
                Actor::Credential(verified) => Some(verified.credential.id),
                Actor::Person(_) | Actor::Operator => None,
            },
            expires_at: parsed.expires_at,
            revoked_at: None,
            disabled_at: (!parsed.active).then_some(now),
            version: 0,
            last_use: LastUse::default(),
            use_count: 0,
        }
    }
}

/// The sealed secret opens only for the credential and the session it was sealed for.
pub(super) fn reveal_context(id: impl Display, session: impl Display) -> String {
    format!("reveal {id} {session}")
}
