//! How a token or key is used: for its own page, and for those who wait for its first call.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{credential_views::asked_id, request::Request};
#[cfg(feature = "ssr")]
use crate::domain::{call::Line, credential::LastUse};
use crate::{domain::timestamp::Timestamp, web::error::UiError};

/// How a token or key is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseView {
    /// The instant to which times refer.
    pub now: Timestamp,
    /// Calls on each of the last thirty days, UTC; the last one is today.
    pub days: Vec<u64>,
    /// The last calls and refusals, newest first.
    pub calls: Vec<CallLine>,
    /// Whether the viewer may see from where they came.
    pub sees_addresses: bool,
}

/// Calls of one minute that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLine {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// When the last of them was.
    pub at: Timestamp,
    /// Whether they were refused.
    pub refused: bool,
    /// Why they were refused, or what an unusual answer was.
    pub note: Option<String>,
    /// How many they are.
    pub count: u64,
    /// From which address, for those who may see it.
    pub ip: Option<String>,
    /// What the caller called itself.
    pub user_agent: Option<String>,
}

/// How a token or key is used.
#[server(prefix = "/fn", endpoint = "credential_use")]
pub async fn credential_use(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
) -> Result<UseView, UiError> {
    let request = Request::current()?;
    let seen = request.service.use_of_credential(&request.actor()?, &workspace, asked_id(&id)?).await?;
    Ok(UseView {
        now: request.service.now(),
        days: seen.days,
        calls: seen.lines.into_iter().map(call_line).collect(),
        sees_addresses: seen.sees_addresses,
    })
}

/// The last call in a few words, `Used just now from 203.0.113.5, curl`; none before the first one. Asked again and
/// again by who waits for it; it changes nothing.
#[server(prefix = "/fn", endpoint = "first_use")]
pub async fn first_use(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
) -> Result<Option<String>, UiError> {
    let request = Request::current()?;
    let last = request.service.last_use(&request.actor()?, &workspace, asked_id(&id)?).await?;
    let now = request.service.now();
    Ok(last.at.map(|at| {
        let whence = last.ip.as_deref().map(LastUse::whence);
        let from = whence.map(|(word, place)| format!(" {word} {place}")).unwrap_or_default();
        let by = last.user_agent.as_deref().map(program).map(|by| format!(", {by}")).unwrap_or_default();
        format!("Used {}{from}{by}", at.relative(now))
    }))
}

/// What a user agent calls itself, without its version: `curl` of `curl/8.11`.
#[cfg(feature = "ssr")]
fn program(user_agent: &str) -> &str {
    user_agent.split(['/', ' ']).next().unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn call_line(line: Line) -> CallLine {
    let note = match &line.call.refused {
        Some(reason) => Some(reason.sentence()),
        None if line.call.status >= 400 => Some(format!("Answered {}", line.call.status)),
        None => None,
    };
    CallLine {
        method: line.call.method.into_owned(),
        path: line.call.path.into_owned(),
        at: line.at,
        refused: line.call.refused.is_some(),
        note,
        count: line.count,
        ip: line.ip,
        user_agent: line.user_agent,
    }
}
