//! Who is in a workspace: looking, changing roles, removing, leaving. What becomes of the tokens and keys that
//! somebody answers for who goes stands in `succession`.

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person, Standing},
    error::Conflict,
};
use crate::{
    domain::{
        activity::Happened,
        credential::Credential,
        id::UserId,
        member::{Joined, Member, Parting},
        policy::Action,
        role::Role,
        workspace::Workspace,
    },
    store::{self, credentials, members as table},
};

/// A page of the list, those who joined first before others.
#[derive(Debug)]
pub struct MembersPage {
    /// Where, and in which role the actor looks.
    pub standing: Standing,
    /// The members.
    pub items: Vec<Member>,
    /// Whether there are more after these.
    pub more: bool,
}

/// Somebody who may be removed, demoted or leave, and what they answer for.
#[derive(Debug)]
pub struct Going {
    /// Where, and in which role the actor looks.
    pub standing: Standing,
    /// Who it is; says how much they answer for.
    pub member: Member,
    /// The first of the live tokens and keys that they answer for.
    pub credentials: Vec<Credential>,
    /// The owners and admins who may answer for them instead.
    pub heirs: Vec<Member>,
    /// Whether the workspace has no other owner, so that they can't go.
    pub is_last_owner: bool,
}

/// How somebody goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Another one removes them.
    Removed,
    /// They leave themselves.
    Left,
}

impl Service {
    /// A page of up to `limit` members.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn members(
        &self,
        actor: &Actor,
        workspace: &str,
        after: Option<Joined>,
        limit: usize,
    ) -> Result<MembersPage> {
        let standing = self.allow(actor, Action::SeeMembers, workspace).await?;
        let ask = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut items = table::list(self.store.read(), standing.workspace.id, after, ask, self.now()).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        Ok(MembersPage { standing, items, more })
    }

    /// Somebody whom the actor may change or remove, with up to `limit` of what they answer for.
    ///
    /// # Errors
    /// [`Error::NotFound`] if they are not in the workspace, or what [`Service::allow`] says; of an owner only
    /// another owner is told.
    pub async fn going(&self, actor: &Actor, workspace: &str, user: UserId, limit: usize) -> Result<Going> {
        let standing = self.allow(actor, Action::ChangeMember, workspace).await?;
        let going = self.gather_going(standing, user, limit).await?;
        self.allow(actor, Action::change_of(going.member.role), workspace).await?;
        Ok(going)
    }

    /// The person themselves, before they leave.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn leaving(&self, person: &Person, workspace: &str, limit: usize) -> Result<Going> {
        let standing = self.allow(&Actor::Person(person.clone()), Action::LeaveWorkspace, workspace).await?;
        self.gather_going(standing, person.user, limit).await
    }

    async fn gather_going(&self, standing: Standing, user: UserId, limit: usize) -> Result<Going> {
        let (workspace, now) = (standing.workspace.id, self.now());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut connection = self.store.connection().await?;
        let member = table::find(&mut *connection, workspace, user, now).await?.ok_or(Error::NotFound)?;
        let credentials = credentials::of_responsible(&mut *connection, workspace, user, limit, now).await?;
        let mut heirs = table::managers(&mut *connection, workspace, now).await?;
        heirs.retain(|heir| heir.user != user);
        let is_last_owner = member.role == Role::Owner && !heirs.iter().any(|heir| heir.role == Role::Owner);
        Ok(Going { standing, member, credentials, heirs, is_last_owner })
    }

    /// Gives a member another role. `parting` counts for who becomes a member only.
    ///
    /// # Errors
    /// [`Error::NotFound`] if they are not in the workspace, [`Conflict::LastOwner`], [`Error::Invalid`] for the
    /// field `to`, [`Error::NeedsReauthentication`] to make an admin or owner, or what [`Service::allow`] says.
    pub async fn change_role(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        (user, role): (UserId, Role),
        parting: Parting,
    ) -> Result<Member> {
        let (mut tx, standing) = self.begin_on(actor, Action::ChangeMember, workspace).await?;
        let home = &standing.workspace;
        let before = table::find(tx.on(), home.id, user, self.now()).await?.ok_or(Error::NotFound)?;
        self.allow_again(&mut tx, actor, Action::change_of(before.role.max(role)), home).await?;
        if before.role == role {
            return Ok(before);
        }
        if role > before.role {
            self.fresh(actor)?;
        }
        Self::keep_an_owner(&mut tx, home, &before).await?;
        let mut detail = format!("Now {}, was {}", role.title(), before.role.title());
        if role == Role::Member
            && let Some(became) = self.part(&mut tx, (actor, origin), &standing, &before, parting).await?
        {
            detail = format!("{detail}; {became}");
        }
        table::set_role(&mut tx, home.id, user, role).await?;
        self.take_back_what_exceeds(&mut tx, (actor, origin), home, user, Some(role)).await?;
        let deed = Deed::to(Happened::RoleChanged, user, &before.email).saying(detail);
        self.record(&mut tx, actor, origin, home.id, deed).await?;
        let after = table::find(tx.on(), home.id, user, self.now()).await?.ok_or(Error::NotFound)?;
        tx.commit().await?;
        Ok(after)
    }

    /// Takes somebody out of a workspace. Their sessions live on: the workspace simply is not there for them.
    ///
    /// # Errors
    /// The same as [`Service::change_role`].
    pub async fn remove_member(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        user: UserId,
        parting: Parting,
    ) -> Result<()> {
        let (mut tx, standing) = self.begin_on(actor, Action::ChangeMember, workspace).await?;
        let found = table::find(tx.on(), standing.workspace.id, user, self.now()).await?.ok_or(Error::NotFound)?;
        self.allow_again(&mut tx, actor, Action::change_of(found.role), &standing.workspace).await?;
        let is_self = matches!(actor, Actor::Person(person) if person.user == user);
        let exit = if is_self { Exit::Left } else { Exit::Removed };
        self.let_go(&mut tx, (actor, origin), &standing, (&found, exit), parting).await?;
        Ok(tx.commit().await?)
    }

    /// Leaves a workspace.
    ///
    /// # Errors
    /// The same as [`Service::change_role`].
    pub async fn leave(&self, person: &Person, origin: &Origin, workspace: &str, parting: Parting) -> Result<()> {
        let actor = Actor::Person(person.clone());
        let (mut tx, standing) = self.begin_on(&actor, Action::LeaveWorkspace, workspace).await?;
        let found = table::find(tx.on(), standing.workspace.id, person.user, self.now()).await?;
        let found = found.ok_or(Error::NotFound)?;
        self.let_go(&mut tx, (&actor, origin), &standing, (&found, Exit::Left), parting).await?;
        Ok(tx.commit().await?)
    }

    /// A transaction that holds the workspace's row, in which the actor may do `action`: until it ends nobody else
    /// changes who is in the workspace, what they are, or what they answer for.
    pub(super) async fn begin_on(
        &self,
        actor: &Actor,
        action: Action,
        workspace: &str,
    ) -> Result<(store::Tx, Standing)> {
        let standing = self.allow(actor, action, workspace).await?;
        let mut tx = self.store.begin().await?;
        store::workspaces::lock(&mut tx, standing.workspace.id).await?;
        let standing = self.allow_again(&mut tx, actor, action, &standing.workspace).await?;
        Ok((tx, standing))
    }

    async fn let_go(
        &self,
        tx: &mut store::Tx,
        (actor, origin): (&Actor, &Origin),
        standing: &Standing,
        (going, exit): (&Member, Exit),
        parting: Parting,
    ) -> Result<()> {
        let home = &standing.workspace;
        Self::keep_an_owner(tx, home, going).await?;
        let became = self.part(tx, (actor, origin), standing, going, parting).await?;
        table::remove(tx, home.id, going.user).await?;
        self.take_back_what_exceeds(tx, (actor, origin), home, going.user, None).await?;
        let happened = match exit {
            Exit::Removed => Happened::MemberRemoved,
            Exit::Left => Happened::MemberLeft,
        };
        let detail = became.map_or_else(
            || format!("Was {}", going.role.title()),
            |became| format!("Was {}; {became}", going.role.title()),
        );
        self.record(tx, actor, origin, home.id, Deed::to(happened, going.user, &going.email).saying(detail)).await
    }

    /// Nobody goes who is the only owner. Holds because the workspace's row is held.
    async fn keep_an_owner(tx: &mut store::Tx, workspace: &Workspace, going: &Member) -> Result<()> {
        if going.role == Role::Owner && table::count_owners(tx.on(), workspace.id).await? < 2 {
            return Err(Error::Conflict(Conflict::LastOwner));
        }
        Ok(())
    }
}
