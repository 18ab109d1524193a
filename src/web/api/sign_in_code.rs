//! The second half of a sign-in: a code of the app, or a backup code.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::{Request, because};
use crate::web::{api::form::Refused, error::UiError};
#[cfg(feature = "ssr")]
use crate::{
    service::sign_in::Half,
    web::{navigate, routes},
};

/// What the page that asks for a code begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeView {
    /// Somebody is signed in already.
    SignedIn,
    /// No sign-in waits for a code.
    Over,
    /// One waits.
    Waiting {
        /// Whose it is.
        email: String,
        /// Why a code was refused before, without JavaScript.
        refused_code: Option<Refused>,
        /// Why a backup code was refused before, without JavaScript.
        refused_backup: Option<Refused>,
        /// Whether the code will travel in the open; the page then says so.
        insecure_http: bool,
    },
}

/// What the page that asks for a code needs.
#[server(prefix = "/fn", endpoint = "code_form")]
pub async fn code_form() -> Result<CodeView, UiError> {
    let request = Request::current()?;
    if request.caller.person.is_some() {
        return Ok(CodeView::SignedIn);
    }
    let Some(half) = request.half().await? else { return Ok(CodeView::Over) };
    match request.service.half_signed_in(&half).await.map_err(UiError::from) {
        Ok(email) => Ok(CodeView::Waiting {
            email: email.to_string(),
            refused_code: request.refused("code").await?,
            refused_backup: request.refused("backup code").await?,
            insecure_http: request.state.settings.insecure_http,
        }),
        Err(UiError::SignedOut) => Ok(CodeView::Over),
        Err(error) => Err(error),
    }
}

/// Completes a sign-in with a code of the app, then leads to `next`, a local address.
#[server(prefix = "/fn", endpoint = "sign_in_with_code")]
pub async fn sign_in_with_code(
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async {
        let half = waiting(&request).await?;
        request.enter(&request.service.sign_in_with_code(&half, &code, &request.caller.origin).await?).await
    };
    finish(&request, done.await, "code", &next).await
}

/// The same with a backup code.
#[server(prefix = "/fn", endpoint = "sign_in_with_backup_code")]
pub async fn sign_in_with_backup_code(
    #[server(default)] backup: String,
    #[server(default)] next: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async {
        let half = waiting(&request).await?;
        request.enter(&request.service.sign_in_with_backup_code(&half, &backup, &request.caller.origin).await?).await
    };
    finish(&request, done.await, "backup code", &next).await
}

/// The sign-in that waits, if its network may try.
#[cfg(feature = "ssr")]
async fn waiting(request: &Request) -> Result<Half, UiError> {
    let half = request.half().await?.ok_or_else(|| because(UiError::SignedOut))?;
    let email = request.service.half_signed_in(&half).await?;
    request.attempt(email.as_str()).await?;
    Ok(half)
}

#[cfg(feature = "ssr")]
async fn finish(request: &Request, done: Result<(), UiError>, form: &str, next: &str) -> Result<(), UiError> {
    let next = navigate::local(next);
    match done {
        Ok(()) => {
            leptos_axum::redirect(&routes::signed_in(&next));
            Ok(())
        }
        // The password has to be typed again, from there on to the same place.
        Err(UiError::SignedOut) => request.refuse(form, UiError::SignedOut, Vec::new(), &next).await,
        Err(error) => request.refuse(form, error, Vec::new(), &routes::sign_in_code(&next)).await,
    }
}
