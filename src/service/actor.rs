//! Who is asking, and whether they may: looked up when the request comes, and again inside each transaction.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use super::{Error, Result, Service, once::Once, throttle::DeviceCode, verify::Verified};
use crate::{
    domain::{
        activity::Via,
        credential::{Credential, Maker, MakerKind},
        id::{ProjectId, SessionId, UserId},
        policy::{self, Action, Decision, Resource, Subject},
        project::Project,
        role::Role,
        scope::{Capability, ScopeName},
        text::Email,
        timestamp::Timestamp,
        workspace::Workspace,
    },
    store::{self, Connection},
};

/// Who is asking.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A person in a browser.
    Person(Person),
    /// A token or key.
    Credential(Arc<Verified>),
    /// The operator, at the machine itself.
    Operator,
}

/// A person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Which user.
    pub user: UserId,
    /// Their address.
    pub email: Email,
    /// Through which session.
    pub session: SessionId,
    /// When the password was last typed.
    pub authenticated_at: Timestamp,
}

/// From where a request came.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Through which door.
    pub via: Via,
    /// From which address.
    pub ip: Option<IpAddr>,
    /// What the caller calls itself, cut to a length that can be kept.
    pub user_agent: Option<String>,
    /// The code by which an account knows a browser again, if it has one.
    pub device: Option<DeviceCode>,
    /// The name that the caller has given to the request, so that it is carried out once.
    pub once: Option<Once>,
}

impl Origin {
    /// The operator's own.
    pub const OPERATOR: Self = Self { via: Via::Operator, ip: None, user_agent: None, device: None, once: None };

    /// The address as it is stored.
    #[must_use]
    pub fn ip_text(&self) -> Option<String> {
        self.ip.map(|ip| ip.to_canonical().to_string())
    }

    /// What counts as one place: an IPv4 address, or the /64 that one IPv6 customer has.
    #[must_use]
    pub fn network(&self) -> Option<IpAddr> {
        self.ip.map(|ip| match ip {
            IpAddr::V4(_) => ip,
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }
}

/// A workspace in which an actor may do what they asked for.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The workspace.
    pub workspace: Workspace,
    /// The role in which a person or the operator acts; a credential has none.
    pub role: Option<Role>,
    /// The only project that the actor sees; none for people and at the level of the workspace.
    pub within: Option<ProjectId>,
}

/// A workspace as an actor stands before it, before it is decided what they may.
struct Entered {
    workspace: Workspace,
    role: Option<Role>,
    /// Whether it requires a second factor, and the person has none.
    is_unenrolled: bool,
}

impl Standing {
    /// What was found, if the actor may see it: of one project, nothing of another.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::OtherProject`], which look alike to the caller.
    pub fn see(&self, found: Option<Credential>) -> Result<Credential> {
        let found = found.ok_or(Error::NotFound)?;
        match self.within {
            Some(own) if found.project.as_ref().is_none_or(|project| project.id != own) => Err(Error::OtherProject),
            _ => Ok(found),
        }
    }
}

impl Actor {
    /// The only project that it reaches.
    #[must_use]
    pub fn own_project(&self) -> Option<ProjectId> {
        match self {
            Self::Credential(verified) => verified.credential.project.as_ref().map(|project| project.id),
            Self::Person(_) | Self::Operator => None,
        }
    }

    /// As the maker of what they make.
    #[must_use]
    pub fn as_maker(&self) -> Maker {
        match self {
            Self::Person(person) => {
                Maker { kind: MakerKind::User, id: Some(person.user.to_string()), name: person.email.to_string() }
            }
            Self::Credential(verified) => Maker {
                kind: MakerKind::Credential,
                id: Some(verified.credential.id.to_string()),
                name: verified.credential.name.clone(),
            },
            Self::Operator => Maker { kind: MakerKind::Operator, id: None, name: "Operator".to_owned() },
        }
    }
}

impl Service {
    /// Whether `actor` may do `action` in the workspace with this id or slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the actor must not learn of it, [`Error::NeedsRole`] or
    /// [`Error::NeedsCapability`] where something is missing.
    pub async fn allow(&self, actor: &Actor, action: Action, workspace: &str) -> Result<Standing> {
        let mut connection = self.store.connection().await?;
        self.allow_on(&mut connection, actor, action, workspace).await
    }

    /// The same inside a transaction: the actor is looked up again first.
    pub(super) async fn allow_again(
        &self,
        tx: &mut store::Tx,
        actor: &Actor,
        action: Action,
        workspace: &Workspace,
    ) -> Result<Standing> {
        let fresh = self.look_again(tx, actor).await?;
        self.allow_on(tx.on(), &fresh, action, &workspace.id.to_string()).await
    }

    /// The actor as it is now; whoever is gone meanwhile is nobody.
    pub(super) async fn look_again(&self, tx: &mut store::Tx, actor: &Actor) -> Result<Actor> {
        Ok(match actor {
            Actor::Person(person) => {
                let session = store::sessions::find(tx.on(), person.session).await?;
                if !session.is_some_and(|session| session.user == person.user && session.is_live(self.now())) {
                    return Err(Error::Unauthenticated);
                }
                actor.clone()
            }
            Actor::Credential(verified) => {
                let presented = store::credentials::by_id(tx.on(), verified.credential.id).await?;
                let verified =
                    presented.and_then(|presented| self.judge(presented).ok()).ok_or(Error::Unauthenticated)?;
                Actor::Credential(Arc::new(verified))
            }
            Actor::Operator => Actor::Operator,
        })
    }

    /// The same in a project, by id or slug.
    ///
    /// # Errors
    /// The same; [`Error::NotFound`] also where there is no such project, [`Error::OtherProject`] where a token or
    /// key may not see it.
    pub async fn allow_in_project(
        &self,
        actor: &Actor,
        action: Action,
        workspace: &str,
        project: &str,
    ) -> Result<(Standing, Project)> {
        let mut connection = self.store.connection().await?;
        let Entered { workspace, role, is_unenrolled } = Self::enter(&mut connection, actor, workspace).await?;
        let found = store::projects::find(&mut *connection, workspace.id, project).await?;
        let Some(project) = found else {
            // To a token or key of one project, what is not there looks like any other project; all others learn first
            // what they lack, as they do of a project that is there.
            if actor.own_project().is_none() {
                self.check(actor, action, Resource::Workspace(workspace.id), (role, is_unenrolled))?;
            }
            return Err(Error::NotFound);
        };
        self.check(actor, action, Resource::Project(workspace.id, project.id), (role, is_unenrolled))?;
        Ok((Standing { within: actor.own_project(), workspace, role }, project))
    }

    /// The same inside a transaction, for a project that was found before: actor and project are looked up again.
    pub(super) async fn allow_again_in_project(
        &self,
        tx: &mut store::Tx,
        actor: &Actor,
        action: Action,
        workspace: &Workspace,
        project: ProjectId,
    ) -> Result<(Standing, Project)> {
        let fresh = self.look_again(tx, actor).await?;
        let entered = Self::enter(tx.on(), &fresh, &workspace.id.to_string()).await?;
        let Entered { workspace, role, is_unenrolled } = entered;
        let found = store::projects::find(tx.on(), workspace.id, &project.to_string()).await?;
        let project = found.ok_or(Error::NotFound)?;
        self.check(&fresh, action, Resource::Project(workspace.id, project.id), (role, is_unenrolled))?;
        Ok((Standing { within: fresh.own_project(), workspace, role }, project))
    }

    async fn allow_on(
        &self,
        connection: &mut Connection,
        actor: &Actor,
        action: Action,
        workspace: &str,
    ) -> Result<Standing> {
        let Entered { workspace, role, is_unenrolled } = Self::enter(connection, actor, workspace).await?;
        self.check(actor, action, Resource::Workspace(workspace.id), (role, is_unenrolled))?;
        Ok(Standing { within: actor.own_project(), workspace, role })
    }

    /// The workspace, and what a person is in it.
    async fn enter(connection: &mut Connection, actor: &Actor, workspace: &str) -> Result<Entered> {
        let plain = |(workspace, role)| Entered { workspace, role, is_unenrolled: false };
        match actor {
            Actor::Person(person) => {
                let found = store::workspaces::find_for(&mut *connection, workspace, person.user).await?;
                let entered = plain(found.ok_or(Error::NotFound)?);
                let is_asked = entered.workspace.requires_two_factor && entered.role.is_some();
                let is_unenrolled = is_asked && store::two_factor::find(connection, person.user).await?.is_none();
                Ok(Entered { is_unenrolled, ..entered })
            }
            Actor::Credential(_) => {
                Ok(plain((store::workspaces::find(connection, workspace).await?.ok_or(Error::NotFound)?, None)))
            }
            Actor::Operator => {
                let found = store::workspaces::find(connection, workspace).await?.ok_or(Error::NotFound)?;
                Ok(plain((found, Some(Role::Owner))))
            }
        }
    }

    pub(super) fn check(
        &self,
        actor: &Actor,
        action: Action,
        resource: Resource,
        (role, is_unenrolled): (Option<Role>, bool),
    ) -> Result<()> {
        let subject = match actor {
            Actor::Person(_) if is_unenrolled => Subject::Unenrolled,
            Actor::Person(_) => Subject::Person(role),
            Actor::Credential(verified) => Subject::Credential {
                workspace: verified.workspace.id,
                project: actor.own_project(),
                capabilities: &verified.capabilities,
            },
            Actor::Operator => Subject::Operator,
        };
        match policy::decide(subject, action, resource) {
            Decision::Allow => Ok(()),
            Decision::Hide => Err(Error::NotFound),
            Decision::HideProject => Err(Error::OtherProject),
            Decision::NeedsRole(role) => Err(Error::NeedsRole(role)),
            Decision::NeedsCapability(capability) => {
                Err(Error::NeedsCapability(capability, self.openers(actor, capability)))
            }
            Decision::NeedsWorkspaceLevel => Err(Error::NeedsWorkspaceLevel),
            Decision::NeedsPerson => Err(Error::NeedsPerson),
            Decision::NeedsTwoFactor => Err(Error::NeedsTwoFactor),
        }
    }

    /// The scopes that open `capability` for a credential like this one.
    fn openers(&self, actor: &Actor, capability: Capability) -> Vec<ScopeName> {
        let Actor::Credential(verified) = actor else { return Vec::new() };
        let catalog = self.catalog_of(&verified.workspace).ok();
        let vocabulary = catalog.and_then(|catalog| catalog.vocabulary(verified.credential.id.kind()));
        let scopes = vocabulary.map_or(&[][..], |vocabulary| &vocabulary.scopes);
        scopes.iter().filter(|scope| scope.grants.contains(&capability)).map(|scope| scope.name.clone()).collect()
    }
}
