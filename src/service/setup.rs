//! The first owner and workspace, by the link on the server's console. It works once.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin},
};
use crate::{
    auth::{digest, password},
    domain::{
        activity::Happened,
        id::{UserId, WorkspaceId},
        invalid::{Gather, Invalid},
        plan::Plan,
        role::Role,
        text::{self, Email},
        workspace::Workspace,
    },
    store::{self, instance, users, workspaces},
};

/// What is typed to make an owner and a workspace, as it was typed.
#[derive(Clone, Debug)]
pub struct NewOwner<'a> {
    /// Their address.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
    /// The workspace's name.
    pub workspace: &'a str,
    /// The workspace's catalog; empty means the default.
    pub catalog: &'a str,
}

impl Service {
    /// Whether the set-up link with this code works.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn setup_is_open(&self, code: &str) -> Result<bool> {
        Ok(instance::setup_is_open(self.store.read(), &digest::of(code)).await?)
    }

    /// Makes the first owner and workspace. Of any number of calls with the link's code, one succeeds.
    ///
    /// # Errors
    /// [`Error::NotFound`] once set up or with a wrong code; [`Error::Invalid`] with every broken rule.
    pub async fn set_up(&self, code: &str, new: &NewOwner<'_>, origin: &Origin) -> Result<(UserId, Workspace)> {
        let code = digest::of(code);
        if !instance::setup_is_open(self.store.read(), &code).await? {
            return Err(Error::NotFound);
        }
        let parsed = self.parse_owner(new)?;
        let hash = self.hashing.hash(parsed.password.clone(), self.random.bytes()).await?;
        let mut tx = self.store.begin().await?;
        if !instance::claim_setup(&mut tx, Some(&code), self.now()).await? {
            return Err(Error::NotFound);
        }
        let made = self.insert_owner(&mut tx, &parsed, &hash, origin).await?;
        tx.commit().await?;
        Ok(made)
    }

    pub(super) fn parse_owner(&self, new: &NewOwner<'_>) -> Result<Owner> {
        let mut gather = Gather::default();
        let email = gather.take(Email::parse(new.email));
        let password = gather.take(password::parse(new.password, new.email));
        let name = gather.take(text::WORKSPACE.parse(new.workspace));
        let catalog = match new.catalog {
            "" => self.catalogs.all().first(),
            name => self.catalogs.get(name),
        };
        let unknown = || Invalid::new("catalog", "unknown", "Choose one of the catalogs.");
        let catalog = gather.take(catalog.map(|catalog| catalog.name.clone()).ok_or_else(unknown));
        match (email, password, name, catalog) {
            (Some(email), Some(password), Some(name), Some(catalog)) => Ok(Owner { email, password, name, catalog }),
            _ => Err(Error::Invalid(gather.into_errors())),
        }
    }

    /// Makes a user who owns a new workspace.
    pub(super) async fn insert_owner(
        &self,
        tx: &mut store::Tx,
        owner: &Owner,
        password_hash: &str,
        origin: &Origin,
    ) -> Result<(UserId, Workspace)> {
        let now = self.now();
        let user = UserId::from_u128(self.random.id(now));
        users::insert(tx, user, &owner.email, password_hash, now).await.map_err(|error| match error {
            store::Error::Taken => {
                Error::invalid(Invalid::new("email", "taken", "That email address has an account already."))
            }
            other => other.into(),
        })?;
        self.begin_counting(tx, &owner.email).await?;
        let workspace = self.insert_workspace(tx, user, &owner.name, &owner.catalog).await?;
        let deed = Deed::to(Happened::WorkspaceCreated, workspace.id, &workspace.name);
        self.record(tx, &Actor::Operator, origin, workspace.id, deed).await?;
        Ok((user, workspace))
    }

    /// Makes a workspace with a free slug, owned by `owner`.
    pub(super) async fn insert_workspace(
        &self,
        tx: &mut store::Tx,
        owner: UserId,
        name: &str,
        catalog: &str,
    ) -> Result<Workspace> {
        let now = self.now();
        let wanted = text::slug(&deunicode::deunicode(name), "workspace");
        let mut workspace = Workspace {
            id: WorkspaceId::from_u128(self.random.id(now)),
            slug: wanted.clone(),
            name: name.to_owned(),
            plan: Plan::Free,
            catalog: catalog.to_owned(),
            created_at: now,
            requires_two_factor: false,
        };
        let mut next = 2;
        while !workspaces::insert(tx, &workspace).await? {
            workspace.slug = format!("{wanted}-{next}");
            next += 1;
        }
        workspaces::add_member(tx, workspace.id, owner, Role::Owner, now).await?;
        Ok(workspace)
    }
}

/// What was typed, checked.
pub(super) struct Owner {
    pub(super) email: Email,
    pub(super) password: String,
    name: String,
    catalog: String,
}
