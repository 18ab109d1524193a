//! Inviting people, and what somebody sees who opens the link.

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
    domain::{credential::Kind, workspace::Workspace},
    service::{invitations::Link, joining},
    web::routes,
};
use crate::{
    domain::{role::Role, timestamp::Timestamp},
    web::{api::form::Refused, error::UiError},
};

/// The link of a new invitation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkView {
    /// The link, for the only time.
    Shown {
        /// Whom it is for.
        email: String,
        /// The link.
        url: String,
        /// It works before this.
        expires_at: Timestamp,
    },
    /// It was shown before.
    AlreadyShown {
        /// Whom it is for.
        email: String,
    },
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvitationView {
    /// It works, for whoever looks at it.
    Open(Box<OfferView>),
    /// Whoever looks is in the workspace already: its first page.
    Member(String),
    /// It works, but whoever looks is signed in with another address, this one.
    ForAnother(String),
    /// There is no such link, or it works no more.
    Over,
}

/// An invitation to whoever may accept it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferView {
    /// The workspace's name.
    pub workspace: String,
    /// Whom it is for.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// Who invites.
    pub invited_by: String,
    /// What is to be done first.
    pub reader: Reader,
    /// What was refused before, without JavaScript.
    pub refused: Option<Refused>,
    /// The public address of this Latchkey without its scheme, for the footer.
    pub host: String,
    /// Whether the password will travel in the open; the page then says so.
    pub insecure_http: bool,
}

/// Who looks at an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reader {
    /// The account of the address, signed in.
    Account,
    /// The address has an account; nobody is signed in.
    MustSignIn,
    /// The address has no account.
    Newcomer,
}

/// Invites an address, then leads to the page that shows the link, once.
#[server(prefix = "/fn", endpoint = "invite")]
pub async fn invite(
    #[server(default)] workspace: String,
    #[server(default)] email: String,
    #[server(default)] role: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let made = async {
        let asked = (email.as_str(), role.as_str());
        Ok(request.service.invite(&request.actor()?, &request.caller.origin, &workspace, asked).await?)
    };
    match made.await {
        Ok((invitation, _)) => {
            leptos_axum::redirect(&routes::invited(&workspace, invitation.id));
            Ok(())
        }
        Err(error) => {
            let typed = vec![("email".to_owned(), email), ("role".to_owned(), role)];
            request.refuse("invite", error, typed, &routes::members(&workspace)).await
        }
    }
}

/// Takes the link of a new invitation out of its slot; the second call finds none.
#[server(prefix = "/fn", endpoint = "reveal_invitation")]
pub async fn reveal_invitation(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
) -> Result<LinkView, UiError> {
    let request = Request::current()?;
    let person = request.person()?;
    let id = id.parse().map_err(|_| because(UiError::NotFound))?;
    if !request.is_looked_at() {
        return Err(because(UiError::Refused("Open this page to see the link.".to_owned())));
    }
    Ok(match request.service.reveal_link(person, &workspace, id).await? {
        Link::Shown(invitation, code) => LinkView::Shown {
            email: invitation.email.to_string(),
            url: request.state.settings.page(&routes::invitation(&code)),
            expires_at: invitation.expires_at,
        },
        Link::AlreadyShown(invitation) => LinkView::AlreadyShown { email: invitation.email.to_string() },
    })
}

/// Takes an invitation back.
#[server(prefix = "/fn", endpoint = "withdraw_invitation")]
pub async fn withdraw_invitation(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let list = routes::members(&workspace);
    let done = async {
        let id = id.parse().map_err(|_| because(UiError::NotFound))?;
        let actor = request.actor()?;
        Ok(request.service.withdraw_invitation(&actor, &request.caller.origin, &workspace, id).await?)
    };
    match done.await {
        Ok(()) => {
            leptos_axum::redirect(&list);
            Ok(())
        }
        Err(error) => request.refuse("members", error, Vec::new(), &list).await,
    }
}

/// What the link with this code leads to.
#[server(prefix = "/fn", endpoint = "invitation")]
pub async fn invitation(#[server(default)] code: String) -> Result<InvitationView, UiError> {
    let request = Request::current()?;
    let person = request.caller.person.as_ref();
    Ok(match request.service.invitation(&code, person).await? {
        joining::Invited::Open { workspace, invitation, reader } => InvitationView::Open(Box::new(OfferView {
            workspace: workspace.name,
            email: invitation.email.to_string(),
            role: invitation.role,
            invited_by: invitation.invited_by.name,
            reader: match reader {
                joining::Reader::Account => Reader::Account,
                joining::Reader::MustSignIn => Reader::MustSignIn,
                joining::Reader::Newcomer => Reader::Newcomer,
            },
            refused: request.refused("invitation").await?,
            host: request.state.settings.host(),
            insecure_http: request.state.settings.insecure_http,
        })),
        joining::Invited::Member(workspace) => InvitationView::Member(first_page(&request, &workspace).await?),
        joining::Invited::ForAnother => {
            InvitationView::ForAnother(person.map(|person| person.email.to_string()).unwrap_or_default())
        }
        joining::Invited::Over => InvitationView::Over,
    })
}

/// Joins, as the account that is signed in.
#[server(prefix = "/fn", endpoint = "accept_invitation")]
pub async fn accept_invitation(#[server(default)] code: String) -> Result<(), UiError> {
    let request = Request::current()?;
    let joined = async {
        let workspace = request.service.accept(request.person()?, &request.caller.origin, &code).await?;
        first_page(&request, &workspace).await
    };
    match joined.await {
        Ok(next) => {
            leptos_axum::redirect(&next);
            Ok(())
        }
        Err(error) => request.refuse("invitation", error, Vec::new(), &routes::invitation(&code)).await,
    }
}

/// Makes the account of the invitation's address, joins, and signs in.
#[server(prefix = "/fn", endpoint = "accept_as_newcomer")]
pub async fn accept_as_newcomer(
    #[server(default)] code: String,
    #[server(default)] password: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let joined = async {
        let (workspace, tokens) = request.service.accept_as_newcomer(&request.caller.origin, &code, &password).await?;
        Ok((first_page(&request, &workspace).await?, tokens))
    };
    match joined.await {
        Ok((next, tokens)) => {
            request.keep(&tokens);
            leptos_axum::redirect(&routes::signed_in(&next));
            Ok(())
        }
        Err(error) => request.refuse("invitation", error, Vec::new(), &routes::invitation(&code)).await,
    }
}

/// Where one begins in a workspace.
#[cfg(feature = "ssr")]
async fn first_page(request: &Request, workspace: &Workspace) -> Result<String, UiError> {
    let tabs = request.service.tabs(workspace).await?;
    Ok(routes::credentials(&workspace.slug, tabs.first().copied().unwrap_or(Kind::AccessToken)))
}
