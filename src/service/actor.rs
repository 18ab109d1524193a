//! Who is asking, and whether they may: looked up when the request comes, and again inside each transaction.

use std::net::IpAddr;

use super::{Error, Result, Service, verify::Verified};
use crate::{
    domain::{
        activity::Via,
        credential::{Maker, MakerKind},
        id::{SessionId, UserId},
        policy::{self, Action, Decision, Resource, Subject},
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
    Credential(Box<Verified>),
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
}

impl Origin {
    /// The operator's own.
    pub const OPERATOR: Self = Self { via: Via::Operator, ip: None, user_agent: None };

    /// The address as it is stored.
    #[must_use]
    pub fn ip_text(&self) -> Option<String> {
        self.ip.map(|ip| ip.to_canonical().to_string())
    }
}

/// A workspace in which an actor may do what they asked for.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The workspace.
    pub workspace: Workspace,
    /// The role in which a person or the operator acts; a credential has none.
    pub role: Option<Role>,
}

impl Actor {
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
        let fresh = match actor {
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
                Actor::Credential(Box::new(verified))
            }
            Actor::Operator => Actor::Operator,
        };
        self.allow_on(tx.on(), &fresh, action, &workspace.id.to_string()).await
    }

    async fn allow_on(
        &self,
        connection: &mut Connection,
        actor: &Actor,
        action: Action,
        workspace: &str,
    ) -> Result<Standing> {
        let (found, role) = match actor {
            Actor::Person(person) => {
                store::workspaces::find_for(&mut *connection, workspace, person.user).await?.ok_or(Error::NotFound)?
            }
            Actor::Credential(_) => {
                (store::workspaces::find(&mut *connection, workspace).await?.ok_or(Error::NotFound)?, None)
            }
            Actor::Operator => {
                (store::workspaces::find(&mut *connection, workspace).await?.ok_or(Error::NotFound)?, Some(Role::Owner))
            }
        };
        let subject = match actor {
            Actor::Person(_) => Subject::Person(role),
            Actor::Credential(verified) => {
                Subject::Credential { workspace: verified.workspace.id, capabilities: &verified.capabilities }
            }
            Actor::Operator => Subject::Operator,
        };
        match policy::decide(subject, action, Resource::Workspace(found.id)) {
            Decision::Allow => Ok(Standing { workspace: found, role }),
            Decision::Hide => Err(Error::NotFound),
            Decision::NeedsRole(role) => Err(Error::NeedsRole(role)),
            Decision::NeedsCapability(capability) => {
                Err(Error::NeedsCapability(capability, self.openers(actor, capability)))
            }
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
