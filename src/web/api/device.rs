//! Signing a command line in: the code that it shows, and what the viewer says to it.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::Request;
#[cfg(feature = "ssr")]
use crate::web::routes;
use crate::{
    domain::timestamp::Timestamp,
    web::{api::form::Refused, error::UiError},
};

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceView {
    /// Nobody is signed in.
    SignedOut,
    /// A code is to be entered.
    Enter(EnterView),
    /// A command line waits for an answer.
    Waiting(Box<WaitingView>),
}

/// What the viewer begins with who enters a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterView {
    /// Who is signed in.
    pub email: String,
    /// Why a code was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// A command line that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingView {
    /// Whose account it would be signed in to.
    pub email: String,
    /// The code that it shows.
    pub user_code: String,
    /// What it calls its host.
    pub host_name: String,
    /// From which address it came.
    pub ip: Option<String>,
    /// When it came.
    pub created_at: Timestamp,
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// Whether the viewer has a second factor.
    pub has_two_factor: bool,
    /// Why an answer was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// What was entered and found waits here for its page.
#[cfg(feature = "ssr")]
const PAGE: &str = "device";

/// What the page shows: at the step `confirm`, the command line whose code was entered before.
#[server(prefix = "/fn", endpoint = "device")]
pub async fn device(#[server(default)] step: String) -> Result<DeviceView, UiError> {
    let request = Request::current()?;
    let Some(person) = &request.caller.person else { return Ok(DeviceView::SignedOut) };
    let (service, email) = (&request.service, person.email.to_string());
    let found = match request.kept_for::<String>(PAGE).await? {
        Some(code) if step == "confirm" => service.device_still_waiting(&code).await?,
        _ => None,
    };
    let Some((user_code, waiting)) = found else {
        return Ok(DeviceView::Enter(EnterView { email, refused: request.refused("device code").await? }));
    };
    Ok(DeviceView::Waiting(Box::new(WaitingView {
        email,
        user_code,
        host_name: waiting.host_name,
        ip: waiting.ip,
        created_at: waiting.created_at,
        now: service.now(),
        has_two_factor: service.has_two_factor(person.user).await?,
        refused: request.refused("device answer").await?,
    })))
}

/// Looks for the command line that waits with this code.
#[server(prefix = "/fn", endpoint = "enter_device_code")]
pub async fn enter_device_code(#[server(default)] user_code: String) -> Result<(), UiError> {
    let request = Request::current()?;
    let found = async {
        let (person, origin) = (request.person()?, &request.caller.origin);
        request.service.waiting_device(person, origin, &user_code).await?;
        request.keep_for(PAGE, user_code.as_str()).await
    };
    match found.await {
        Ok(()) => {
            leptos_axum::redirect(routes::DEVICE_ASKS);
            Ok(())
        }
        // The code is not kept: it would be one that is typed for somebody else's command line.
        Err(error) => request.refuse("device code", error, Vec::new(), routes::DEVICE_PAGE).await,
    }
}

/// Signs the command line in to the viewer's account.
#[server(prefix = "/fn", endpoint = "approve_device")]
pub async fn approve_device(#[server(default)] user_code: String) -> Result<(), UiError> {
    let request = Request::current()?;
    let done =
        async { Ok(request.service.approve_device(request.person()?, &request.caller.origin, &user_code).await?) };
    answer(&request, done.await, routes::DEVICE_APPROVED).await
}

/// Refuses it.
#[server(prefix = "/fn", endpoint = "deny_device")]
pub async fn deny_device(#[server(default)] user_code: String) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async { Ok(request.service.deny_device(request.person()?, &request.caller.origin, &user_code).await?) };
    answer(&request, done.await, routes::DEVICE_DENIED).await
}

#[cfg(feature = "ssr")]
async fn answer(request: &Request, done: Result<(), UiError>, to: &str) -> Result<(), UiError> {
    match done {
        Ok(()) => {
            request.drop_kept(PAGE).await?;
            leptos_axum::redirect(to);
            Ok(())
        }
        Err(error @ UiError::Stale) => request.refuse("device answer", error, Vec::new(), routes::DEVICE_ASKS).await,
        // It waits no more: the page asks for another code, and says why.
        Err(error) => request.refuse("device code", error, Vec::new(), routes::DEVICE_PAGE).await,
    }
}
