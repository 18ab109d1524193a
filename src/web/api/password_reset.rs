//! A link by which a member chooses a new password: made by an owner, used by whoever was sent it.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::{Request, because};
#[cfg(feature = "ssr")]
use crate::{domain::policy::Action, web::routes};
use crate::{
    domain::timestamp::Timestamp,
    web::{api::form::Refused, error::UiError},
};

/// The question before a link is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetQuestion {
    /// Whom it is for.
    pub email: String,
    /// Why it was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// A link that was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetLinkView {
    /// Whom it is for.
    pub email: String,
    /// It works before this.
    pub expires_at: Timestamp,
    /// The link, for the only time; none if it was shown before.
    pub url: Option<String>,
}

/// What somebody sees who opens a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetView {
    /// Whom it is for; none if it does not work.
    pub email: Option<String>,
    /// Why the new password was refused before, without JavaScript.
    pub refused: Option<Refused>,
    /// The public address of this Latchkey without its scheme, for the footer.
    pub host: String,
    /// Whether the password will travel in the open; the page then says so.
    pub insecure_http: bool,
}

/// The question before a link for `user` is made.
#[server(prefix = "/fn", endpoint = "before_reset")]
pub async fn before_reset(
    #[server(default)] workspace: String,
    #[server(default)] user: String,
) -> Result<ResetQuestion, UiError> {
    let request = Request::current()?;
    let actor = request.actor()?;
    let user = user.parse().map_err(|_| because(UiError::NotFound))?;
    request.service.allow(&actor, Action::ResetPassword, &workspace).await?;
    let going = request.service.going(&actor, &workspace, user, 0).await?;
    Ok(ResetQuestion { email: going.member.email, refused: request.refused("reset-link").await? })
}

/// Makes a link for `user`, then leads to the page that shows it, once.
#[server(prefix = "/fn", endpoint = "make_reset_link")]
pub async fn make_reset_link(
    #[server(default)] workspace: String,
    #[server(default)] user: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let id = user.parse().map_err(|_| because(UiError::NotFound))?;
    let made =
        async { Ok(request.service.make_reset_link(request.person()?, &request.caller.origin, &workspace, id).await?) };
    match made.await {
        Ok(made) => {
            leptos_axum::redirect(&routes::reset_made(&workspace, made));
            Ok(())
        }
        Err(error) => request.refuse("reset-link", error, Vec::new(), &routes::reset_link(&workspace, id)).await,
    }
}

/// Takes a link that was made out of its slot; the second call finds none.
#[server(prefix = "/fn", endpoint = "reveal_reset_link")]
pub async fn reveal_reset_link(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
) -> Result<ResetLinkView, UiError> {
    let request = Request::current()?;
    let person = request.person()?;
    let id = id.parse().map_err(|_| because(UiError::NotFound))?;
    if !request.is_looked_at() {
        return Err(because(UiError::Refused("Open this page to see the link.".to_owned())));
    }
    let link = request.service.reveal_reset_link(person, &workspace, id).await?;
    Ok(ResetLinkView {
        email: link.email.to_string(),
        expires_at: link.expires_at,
        url: link.code.map(|code| request.state.settings.page(&routes::reset(&code))),
    })
}

/// What somebody sees who opens the link with this code.
#[server(prefix = "/fn", endpoint = "reset_form")]
pub async fn reset_form(#[server(default)] code: String) -> Result<ResetView, UiError> {
    let request = Request::current()?;
    Ok(ResetView {
        email: request.service.reset_is_for(&code).await?.map(|email| email.to_string()),
        refused: request.refused("reset").await?,
        host: request.state.settings.host(),
        insecure_http: request.state.settings.insecure_http,
    })
}

/// Sets the password that was chosen, then leads to signing in with it.
#[server(prefix = "/fn", endpoint = "reset_password")]
pub async fn reset_password(
    #[server(default)] code: String,
    #[server(default)] password: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    match request.service.reset_password(&request.caller.origin, &code, &password).await {
        Ok(()) => {
            leptos_axum::redirect(&routes::sign_in(routes::HOME));
            Ok(())
        }
        Err(error) => request.refuse("reset", error.into(), Vec::new(), &routes::reset(&code)).await,
    }
}
