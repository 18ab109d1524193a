//! Inviting people to a workspace: a link that works once, for one address, for seven days. Accepting is in
//! `joining`.
//!
//! A second invitation for an address takes the place of the first, whose link then is dead: a link is shown once,
//! so whoever has lost it makes another.

use std::fmt::Display;

use super::{
    Error, Result, Service,
    activity::Deed,
    actor::{Actor, Origin, Person, Standing},
    error::Conflict,
};
use crate::{
    auth::digest,
    domain::{
        activity::{Happened, Via},
        credential::MakerKind,
        id::{InvitationId, UserId},
        invalid::Gather,
        invitation::{self, Invitation},
        member,
        policy::{Action, Decision, Resource, Subject, decide},
        role::Role,
        text::Email,
        workspace::Workspace,
    },
    store::{self, invitations as table, members},
};

/// A page of the open ones, newest first.
#[derive(Debug)]
pub struct InvitationsPage {
    /// Where, and in which role the actor looks.
    pub standing: Standing,
    /// The invitations.
    pub items: Vec<Invitation>,
    /// Whether there are older ones after these.
    pub more: bool,
}

/// What came of taking a link out of its slot.
#[derive(Debug)]
pub enum Link {
    /// Its code, for the only time.
    Shown(Box<Invitation>, String),
    /// The slot is empty.
    AlreadyShown(Box<Invitation>),
}

impl Service {
    /// A page of up to `limit` open invitations, older than `before` if that is given.
    ///
    /// # Errors
    /// What [`Service::allow`] says.
    pub async fn invitations(
        &self,
        actor: &Actor,
        workspace: &str,
        before: Option<InvitationId>,
        limit: usize,
    ) -> Result<InvitationsPage> {
        let standing = self.allow(actor, Action::Invite, workspace).await?;
        let ask = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut items = table::open(self.store.read(), standing.workspace.id, before, ask, self.now()).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        Ok(InvitationsPage { standing, items, more })
    }

    /// Invites an address, as it was typed, in a role. The code of the link is returned for the only time; for a
    /// person in a browser it also waits, sealed, in a slot.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every broken rule, [`Conflict::AlreadyMember`], [`Error::NeedsReauthentication`] for an
    /// admin or owner, or what [`Service::allow`] says, which asks more of who invites an owner.
    pub async fn invite(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        (email, role): (&str, &str),
    ) -> Result<(Invitation, String)> {
        self.allow(actor, Action::Invite, workspace).await?;
        let mut gather = Gather::default();
        let (email, role) = (gather.take(Email::parse(email)), gather.take(member::parse_role(role)));
        let (Some(email), Some(role)) = (email, role) else { return Err(Error::Invalid(gather.into_errors())) };
        if role > Role::Member {
            self.fresh(actor)?;
        }

        let (mut tx, standing) = self.begin_on(actor, Action::Invite, workspace).await?;
        let home = &standing.workspace;
        self.allow_again(&mut tx, actor, Action::invite_as(role), home).await?;
        self.once(&mut tx, actor, origin).await?;
        if members::has_address(tx.on(), home.id, &email.folded()).await? {
            return Err(Error::Conflict(Conflict::AlreadyMember));
        }
        if let Some(before) = table::waiting_for(tx.on(), home.id, &email).await? {
            if before.is_open(self.now()) {
                self.allow_again(&mut tx, actor, Action::invite_as(before.role), home).await?;
            }
            self.take_back(&mut tx, (actor, origin), &before, Some("Replaced by another one")).await?;
        }
        let invitation = self.assemble_invitation(actor, home, email, role);
        let code = self.random.code();
        let slot = match (actor, origin.via) {
            (Actor::Person(person), Via::Browser) => {
                let context = slot_context(invitation.id, person.session);
                Some((person.session, self.seal(&mut tx, &context, code.as_bytes()).await?))
            }
            _ => None,
        };
        let slot = slot.as_ref().map(|(session, sealed)| (*session, sealed));
        let new = table::NewInvitation { invitation: &invitation, digest: &digest::of(&code), slot };
        table::insert(&mut tx, &new).await?;
        self.made_once(&mut tx, actor, origin, invitation.id).await?;
        let deed = Deed::to(Happened::InvitationCreated, invitation.id, invitation.email.as_str());
        self.record(&mut tx, actor, origin, home.id, deed.saying(format!("As {}", role.title()))).await?;
        tx.commit().await?;
        Ok((invitation, code))
    }

    /// Takes the link out of the slot that `person` may look into. Of any number of calls, one gets it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such invitation, or what [`Service::allow`] says.
    pub async fn reveal_link(&self, person: &Person, workspace: &str, id: InvitationId) -> Result<Link> {
        let standing = self.allow(&Actor::Person(person.clone()), Action::Invite, workspace).await?;
        let home = standing.workspace.id;
        let found = table::find(self.store.read(), home, id).await?.ok_or(Error::NotFound)?;
        let mut tx = self.store.begin().await?;
        let sealed = table::take_link(&mut tx, home, id, person.session, self.now()).await?;
        tx.commit().await?;
        let found = Box::new(found);
        match sealed {
            Some(sealed) => {
                let code = self.open_sealed(&slot_context(id, person.session), &sealed).await?;
                Ok(Link::Shown(found, code))
            }
            None => Ok(Link::AlreadyShown(found)),
        }
    }

    /// Takes an invitation back: its link is dead. One that was used or taken back stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none of that id in the workspace, or what [`Service::allow`] says, which asks
    /// more of who takes back that of an owner.
    pub async fn withdraw_invitation(
        &self,
        actor: &Actor,
        origin: &Origin,
        workspace: &str,
        id: InvitationId,
    ) -> Result<()> {
        let (mut tx, standing) = self.begin_on(actor, Action::Invite, workspace).await?;
        let found = table::find(tx.on(), standing.workspace.id, id).await?.ok_or(Error::NotFound)?;
        self.allow_again(&mut tx, actor, Action::invite_as(found.role), &standing.workspace).await?;
        self.take_back(&mut tx, (actor, origin), &found, None).await?;
        Ok(tx.commit().await?)
    }

    /// Takes back the open invitations that `user` has made and, with the role that is left to them, could make no
    /// more: nobody comes back through a door that they have left open for themselves.
    pub(super) async fn take_back_what_exceeds(
        &self,
        tx: &mut store::Tx,
        by: (&Actor, &Origin),
        workspace: &Workspace,
        user: UserId,
        left: Option<Role>,
    ) -> Result<()> {
        let user = user.to_string();
        for open in table::open(tx.on(), workspace.id, None, i64::MAX, self.now()).await? {
            let is_theirs =
                open.invited_by.kind == MakerKind::User && open.invited_by.id.as_deref() == Some(user.as_str());
            let could = decide(Subject::Person(left), Action::invite_as(open.role), Resource::Workspace(workspace.id));
            if is_theirs && could != Decision::Allow {
                self.take_back(tx, by, &open, Some("Who invited may no longer")).await?;
            }
        }
        Ok(())
    }

    async fn take_back(
        &self,
        tx: &mut store::Tx,
        (actor, origin): (&Actor, &Origin),
        invitation: &Invitation,
        why: Option<&str>,
    ) -> Result<()> {
        let was_open = invitation.is_open(self.now());
        // One whose time is over makes room in silence: there was nothing left to take back.
        if !table::revoke(tx, invitation.workspace, invitation.id, self.now()).await? || !was_open {
            return Ok(());
        }
        let deed = Deed::to(Happened::InvitationRevoked, invitation.id, invitation.email.as_str());
        let deed = match why {
            Some(why) => deed.saying(why),
            None => deed,
        };
        self.record(tx, actor, origin, invitation.workspace, deed).await
    }

    fn assemble_invitation(&self, actor: &Actor, workspace: &Workspace, email: Email, role: Role) -> Invitation {
        let now = self.now();
        Invitation {
            id: InvitationId::from_u128(self.random.id(now)),
            workspace: workspace.id,
            email,
            role,
            invited_by: actor.as_maker(),
            created_at: now,
            expires_at: now.plus(invitation::LIFETIME),
            accepted_at: None,
            revoked_at: None,
        }
    }
}

/// The sealed code opens only for the invitation and the session it was sealed for.
pub(super) fn slot_context(id: impl Display, session: impl Display) -> String {
    format!("invitation {id} {session}")
}
