//! The viewer's own address and password, and what happened to their account.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::Request;
#[cfg(feature = "ssr")]
use crate::{domain::activity::Start, web::routes};
use crate::{
    domain::{activity::Event, timestamp::Timestamp},
    web::{api::form::Refused, error::UiError},
};

/// What the profile page begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    /// The viewer's address.
    pub email: String,
    /// What was refused before of another address, without JavaScript.
    pub refused_email: Option<Refused>,
    /// The same of another password.
    pub refused_password: Option<Refused>,
    /// What was just done, without JavaScript.
    pub done: Option<String>,
}

/// A page of what happened to the viewer's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnActivityView {
    /// The instant to which *today* refers.
    pub now: Timestamp,
    /// The events of this page, newest first.
    pub events: Vec<Event>,
    /// The cursor of the page before this, newer ones, if there is one (`?before=…`).
    pub newer: Option<String>,
    /// The cursor of the page after this, older ones, if there is one (`?after=…`).
    pub older: Option<String>,
}

/// How many events a page shows.
#[cfg(feature = "ssr")]
const PAGE: usize = 50;

/// What the profile page needs.
#[server(prefix = "/fn", endpoint = "profile")]
pub async fn profile() -> Result<ProfileView, UiError> {
    let request = Request::current()?;
    Ok(ProfileView {
        email: request.person()?.email.to_string(),
        refused_email: request.refused("email").await?,
        refused_password: request.refused("own-password").await?,
        done: request.told().await?,
    })
}

/// Gives the viewer another address to sign in with.
#[server(prefix = "/fn", endpoint = "change_email")]
pub async fn change_email(
    #[server(default)] email: String,
    #[server(default)] password: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done =
        async { Ok(request.service.change_email(request.person()?, &request.caller.origin, &email, &password).await?) };
    match done.await {
        Ok(()) => request.tell("Email changed.", routes::PROFILE_PAGE).await,
        Err(error) => request.refuse("email", error, vec![("email".to_owned(), email)], routes::PROFILE_PAGE).await,
    }
}

/// Gives the viewer another password; their other sessions are signed out.
#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] password: String,
    #[server(default)] new_password: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async {
        let person = request.person()?;
        Ok(request.service.change_password(person, &request.caller.origin, &password, &new_password).await?)
    };
    match done.await {
        Ok(()) => request.tell("Password changed. Your other sessions are signed out.", routes::PROFILE_PAGE).await,
        Err(error) => request.refuse("own-password", error, Vec::new(), routes::PROFILE_PAGE).await,
    }
}

/// A page of what happened to the viewer's account; `after` and `before` are cursors of another page.
#[server(prefix = "/fn", endpoint = "list_own_activity")]
pub async fn list_own_activity(
    #[server(default)] after: String,
    #[server(default)] before: String,
) -> Result<OwnActivityView, UiError> {
    let request = Request::current()?;
    let start = match (after.parse(), before.parse()) {
        (Ok(id), _) => Start::OlderThan(id),
        (_, Ok(id)) => Start::NewerThan(id),
        _ => Start::Newest,
    };
    let page = request.service.account_events(request.person()?, start, PAGE).await?;
    let cursor = |event: Option<&Event>, more: bool| event.filter(|_| more).map(|event| event.id.to_string());
    Ok(OwnActivityView {
        now: request.service.now(),
        newer: cursor(page.items.first(), page.newer),
        older: cursor(page.items.last(), page.older),
        events: page.items,
    })
}
