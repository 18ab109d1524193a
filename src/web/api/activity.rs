//! What happened in a workspace: a page of it, and all of it as a file.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::Request;
#[cfg(feature = "ssr")]
use crate::domain::activity::{self, About, Doer, Filter, Start};
use crate::{
    domain::{activity::Event, timestamp::Timestamp},
    web::error::UiError,
};

/// One page of the log and what surrounds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityView {
    /// The instant to which *today* refers.
    pub now: Timestamp,
    /// The events of this page, newest first.
    pub events: Vec<Event>,
    /// Whose deeds can be looked for: an id or `operator`, and a name.
    pub doers: Vec<(String, String)>,
    /// The cursor of the page before this, newer ones, if there is one (`?before=…`).
    pub newer: Option<String>,
    /// The cursor of the page after this, older ones, if there is one (`?after=…`).
    pub older: Option<String>,
}

/// How many events a page shows.
#[cfg(feature = "ssr")]
const PAGE: usize = 50;

/// One page of what happened in a workspace, newest first; `after` and `before` are cursors of another page. What
/// cannot be read is not looked for.
#[server(prefix = "/fn", endpoint = "list_activity")]
pub async fn list_activity(
    #[server(default)] workspace: String,
    #[server(default)] kind: String,
    #[server(default)] by: String,
    #[server(default)] from: String,
    #[server(default)] q: String,
    #[server(default)] after: String,
    #[server(default)] before: String,
) -> Result<ActivityView, UiError> {
    let request = Request::current()?;
    let actor = request.actor()?;
    let start = match (after.parse(), before.parse()) {
        (Ok(id), _) => Start::OlderThan(id),
        (_, Ok(id)) => Start::NewerThan(id),
        _ => Start::Newest,
    };
    let filter = filter(&kind, &by, &from, q);
    let page = request.service.events(&actor, &workspace, None, &filter, start, PAGE).await?;
    let doers = request.service.doers(&actor, &workspace).await?;
    let cursor = |event: Option<&Event>, more: bool| event.filter(|_| more).map(|event| event.id.to_string());
    Ok(ActivityView {
        now: request.service.now(),
        newer: cursor(page.items.first(), page.newer),
        older: cursor(page.items.last(), page.older),
        events: page.items,
        doers: doers.into_iter().map(|(doer, name)| (word(doer), name)).collect(),
    })
}

#[cfg(feature = "ssr")]
fn word(doer: Doer) -> String {
    match doer {
        Doer::Operator => "operator".to_owned(),
        Doer::Id(id) => id,
    }
}

/// What an address looks for.
#[cfg(feature = "ssr")]
pub(super) fn filter(kind: &str, by: &str, from: &str, q: String) -> Filter {
    Filter {
        about: kind.parse().ok().filter(|about: &About| About::OF_WORKSPACE.contains(about)),
        happened: None,
        by: by.parse().ok(),
        from: activity::from(from).ok(),
        to: None,
        search: q,
    }
}
