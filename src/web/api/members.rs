//! Who is in a workspace: list, change roles, remove, leave.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::{Request, because};
#[cfg(feature = "ssr")]
use crate::{
    domain::{
        credential::Credential,
        invitation::Invitation,
        member::{Joined, Member, Parting, parse_role},
        policy::{self, Action, Decision, Resource, Subject},
    },
    service::members::Going,
    web::routes,
};
use crate::{
    domain::{
        credential::Kind,
        id::{InvitationId, UserId},
        role::Role,
        timestamp::Timestamp,
    },
    web::{api::form::Refused, error::UiError},
};

/// The page: who is in the workspace, and who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersView {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// The viewer's role.
    pub role: Role,
    /// Those who joined first before others.
    pub members: Vec<MemberRow>,
    /// Where the next page begins (`?after=…`), if there is one.
    pub more: Option<String>,
    /// The open invitations, newest first; none for who may not see them.
    pub invitations: Vec<InvitationRow>,
    /// What was refused before of the form that invites, without JavaScript.
    pub refused_invitation: Option<Refused>,
    /// What was refused before in a row, without JavaScript.
    pub refused: Option<Refused>,
}

/// A person in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// Their role.
    pub role: Role,
    /// Whether it is the viewer.
    pub is_viewer: bool,
    /// Whether the viewer may change their role and remove them.
    pub may_change: bool,
    /// When they were last seen.
    pub last_seen_at: Option<Timestamp>,
    /// How many live tokens they answer for.
    pub tokens: u64,
    /// How many live keys they answer for.
    pub keys: u64,
}

/// An open invitation in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    /// Its id.
    pub id: InvitationId,
    /// Whom it is for.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// Who made it.
    pub invited_by: String,
    /// Its link works before this.
    pub expires_at: Timestamp,
    /// Whether the viewer may take it back.
    pub may_withdraw: bool,
}

/// The question before somebody is removed, demoted or leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartingView {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// Who goes.
    pub member: MemberRow,
    /// The first of what they answer for.
    pub theirs: Vec<TheirsRow>,
    /// Who may answer for it instead: id, address, role.
    pub heirs: Vec<(UserId, String, Role)>,
    /// Whether they can't go, since there is no other owner.
    pub is_last_owner: bool,
    /// Why it was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// A token or key that somebody answers for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TheirsRow {
    /// Which of the two.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Prefix and first characters; show with `…` after it.
    pub hint: String,
    /// The last call that was let in.
    pub last_used_at: Option<Timestamp>,
}

/// So many members stand on a page, and as many invitations below them.
#[cfg(feature = "ssr")]
const PAGE: usize = 100;
/// So many of the tokens and keys that somebody answers for are listed before they go.
#[cfg(feature = "ssr")]
const LISTED: usize = 20;

/// Who is in the workspace, from `after` on, and for who may see them the invitations.
#[server(prefix = "/fn", endpoint = "list_members")]
pub async fn list_members(
    #[server(default)] workspace: String,
    #[server(default)] after: String,
) -> Result<MembersView, UiError> {
    let request = Request::current()?;
    let (person, actor) = (request.person()?, request.actor()?);
    let page = request.service.members(&actor, &workspace, after.parse().ok(), PAGE).await?;
    let role = page.standing.role.unwrap_or(Role::Member);
    let may = |action| {
        let here = Resource::Workspace(page.standing.workspace.id);
        policy::decide(Subject::Person(Some(role)), action, here) == Decision::Allow
    };
    let invitations = if may(Action::Invite) {
        request.service.invitations(&actor, &workspace, None, PAGE).await?.items
    } else {
        Vec::new()
    };
    let row = |member: Member| MemberRow {
        may_change: member.user != person.user && may(Action::change_of(member.role)),
        ..member_row(member, person.user)
    };
    Ok(MembersView {
        now: request.service.now(),
        role,
        more: page.items.last().filter(|_| page.more).map(|last| Joined::from(last).to_string()),
        members: page.items.into_iter().map(row).collect(),
        invitations: invitations
            .into_iter()
            .map(|one| invitation_row(one, |role| may(Action::invite_as(role))))
            .collect(),
        refused_invitation: request.refused("invite").await?,
        refused: request.refused("members").await?,
    })
}

#[cfg(feature = "ssr")]
fn member_row(member: Member, viewer: UserId) -> MemberRow {
    MemberRow {
        id: member.user,
        email: member.email,
        role: member.role,
        is_viewer: member.user == viewer,
        may_change: false,
        last_seen_at: member.last_seen_at,
        tokens: member.tokens,
        keys: member.keys,
    }
}

#[cfg(feature = "ssr")]
fn invitation_row(invitation: Invitation, touches: impl Fn(Role) -> bool) -> InvitationRow {
    InvitationRow {
        id: invitation.id,
        email: invitation.email.to_string(),
        may_withdraw: touches(invitation.role),
        role: invitation.role,
        invited_by: invitation.invited_by.name,
        expires_at: invitation.expires_at,
    }
}

/// The question before `user` is removed or demoted; without one, before the viewer leaves.
#[server(prefix = "/fn", endpoint = "before_parting")]
pub async fn before_parting(
    #[server(default)] workspace: String,
    #[server(default)] user: String,
) -> Result<PartingView, UiError> {
    let request = Request::current()?;
    let person = request.person()?;
    let going = if user.is_empty() {
        request.service.leaving(person, &workspace, LISTED).await?
    } else {
        request.service.going(&request.actor()?, &workspace, asked_user(&user)?, LISTED).await?
    };
    let Going { member, credentials, heirs, is_last_owner, .. } = going;
    let theirs = |credential: Credential| TheirsRow {
        kind: credential.id.kind(),
        name: credential.name,
        hint: credential.hint,
        last_used_at: credential.last_use.at,
    };
    Ok(PartingView {
        now: request.service.now(),
        member: member_row(member, person.user),
        theirs: credentials.into_iter().map(theirs).collect(),
        heirs: heirs.into_iter().map(|heir| (heir.user, heir.email, heir.role)).collect(),
        is_last_owner,
        refused: request.refused("parting").await?,
    })
}

/// Gives a member another role. Who becomes a member and answers for tokens or keys is asked first, in a dialog, what
/// becomes of them.
#[server(prefix = "/fn", endpoint = "change_role")]
pub async fn change_role(
    #[server(default)] workspace: String,
    #[server(default)] user: String,
    #[server(default)] role: String,
    #[server(default)] credentials: String,
    #[server(default)] to: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let list = routes::members(&workspace);
    let is_asked = !credentials.is_empty();
    let (slot, back) = match asked_user(&user) {
        Ok(user) if is_asked => ("parting", routes::demote_member(&workspace, user)),
        _ => ("members", list.clone()),
    };
    let changed = async {
        let (actor, user, role) = (request.actor()?, asked_user(&user)?, parse_role(&role).map_err(refused)?);
        if role == Role::Member && !is_asked {
            let member = request.service.going(&actor, &workspace, user, 0).await?.member;
            if member.role != role && member.tokens + member.keys > 0 {
                return Ok(routes::demote_member(&workspace, user));
            }
        }
        let parting = Parting::parse(&credentials, &to).map_err(refused)?;
        request.service.change_role(&actor, &request.caller.origin, &workspace, (user, role), parting).await?;
        Ok(list)
    };
    finish(&request, changed.await, (slot, &back), typed(credentials.clone(), to.clone())).await
}

/// Removes a member.
#[server(prefix = "/fn", endpoint = "remove_member")]
pub async fn remove_member(
    #[server(default)] workspace: String,
    #[server(default)] user: String,
    #[server(default)] credentials: String,
    #[server(default)] to: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let back =
        asked_user(&user).map_or_else(|_| routes::members(&workspace), |user| routes::remove_member(&workspace, user));
    let removed = async {
        let (actor, user) = (request.actor()?, asked_user(&user)?);
        let parting = Parting::parse(&credentials, &to).map_err(refused)?;
        request.service.remove_member(&actor, &request.caller.origin, &workspace, user, parting).await?;
        Ok(routes::members(&workspace))
    };
    finish(&request, removed.await, ("parting", &back), typed(credentials.clone(), to.clone())).await
}

/// Leaves a workspace.
#[server(prefix = "/fn", endpoint = "leave_workspace")]
pub async fn leave_workspace(
    #[server(default)] workspace: String,
    #[server(default)] credentials: String,
    #[server(default)] to: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let left = async {
        let parting = Parting::parse(&credentials, &to).map_err(refused)?;
        request.service.leave(request.person()?, &request.caller.origin, &workspace, parting).await?;
        Ok(routes::HOME.to_owned())
    };
    let back = routes::leave_workspace(&workspace);
    finish(&request, left.await, ("parting", &back), typed(credentials.clone(), to.clone())).await
}

/// Leads on where it was done, else back to the form with what was chosen in it.
#[cfg(feature = "ssr")]
async fn finish(
    request: &Request,
    done: Result<String, UiError>,
    (slot, back): (&str, &str),
    typed: Vec<(String, String)>,
) -> Result<(), UiError> {
    match done {
        Ok(next) => {
            leptos_axum::redirect(&next);
            Ok(())
        }
        Err(error) => request.refuse(slot, error, typed, back).await,
    }
}

#[cfg(feature = "ssr")]
fn typed(credentials: String, to: String) -> Vec<(String, String)> {
    vec![("credentials".to_owned(), credentials), ("to".to_owned(), to)]
}

#[cfg(feature = "ssr")]
fn refused(invalid: crate::domain::invalid::Invalid) -> UiError {
    crate::service::Error::invalid(invalid).into()
}

/// The id of a person; what cannot be one names nobody.
#[cfg(feature = "ssr")]
fn asked_user(id: &str) -> Result<UserId, UiError> {
    id.parse().map_err(|_| because(UiError::NotFound))
}
