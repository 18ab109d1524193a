//! Where the viewer is signed in, and signing out there.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::{Request, because};
use crate::{
    domain::{id::SessionId, session::Device, timestamp::Timestamp},
    web::error::UiError,
};
#[cfg(feature = "ssr")]
use crate::{service::sessions::Place, web::routes};

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsView {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// This session, then those seen last before others.
    pub sessions: Vec<SessionRow>,
    /// Why something was refused before, without JavaScript.
    pub refused: Option<UiError>,
}

/// A session in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// On what.
    pub device: Device,
    /// From which address it was heard of last.
    pub ip: Option<String>,
    /// When it began.
    pub first_seen_at: Timestamp,
    /// When it was last heard of.
    pub last_seen_at: Timestamp,
    /// Whether it is the viewer's own.
    pub is_here: bool,
}

/// Where the viewer is signed in.
#[server(prefix = "/fn", endpoint = "list_sessions")]
pub async fn list_sessions() -> Result<SessionsView, UiError> {
    let request = Request::current()?;
    let places = request.service.sessions(request.person()?).await?;
    let row = |Place { seen, device, is_here }: Place| SessionRow {
        id: seen.id,
        device,
        ip: seen.ip,
        first_seen_at: seen.created_at,
        last_seen_at: seen.last_seen_at,
        is_here,
    };
    Ok(SessionsView {
        now: request.service.now(),
        sessions: places.into_iter().map(row).collect(),
        refused: request.refused("sessions").await?.map(|refused| refused.error),
    })
}

/// Signs one of the viewer's other sessions out.
#[server(prefix = "/fn", endpoint = "end_session")]
pub async fn end_session(#[server(default)] id: String) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async {
        let person = request.person()?;
        let id = id.parse().map_err(|_| because(UiError::NotFound))?;
        Ok(request.service.end_session(person, &request.caller.origin, id).await?)
    };
    answer(&request, done.await).await
}

/// Signs all of the viewer's sessions out but this one.
#[server(prefix = "/fn", endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async {
        request.service.end_other_sessions(request.person()?, &request.caller.origin).await?;
        Ok(())
    };
    answer(&request, done.await).await
}

#[cfg(feature = "ssr")]
async fn answer(request: &Request, done: Result<(), UiError>) -> Result<(), UiError> {
    match done {
        Ok(()) => {
            leptos_axum::redirect(routes::SESSIONS_PAGE);
            Ok(())
        }
        Err(error) => request.refuse("sessions", error, Vec::new(), routes::SESSIONS_PAGE).await,
    }
}
