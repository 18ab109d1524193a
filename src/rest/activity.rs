//! `/workspaces/{workspace}/activity`.

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters out once more, in full")]

use std::str::FromStr;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    authenticate::Caller,
    body::{self, Path, Query},
    problem::{Problem, Refusals},
};
use crate::{
    domain::{
        activity::{self, About, Filter, Start},
        invalid::{Gather, Invalid},
        timestamp::{NotATime, Timestamp},
    },
    http::state,
};

/// Something that happened in a workspace.
#[derive(Serialize, ToSchema)]
pub(super) struct ActivityEvent {
    /// Its id.
    #[schema(example = "evt_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// When, RFC 3339.
    #[schema(example = "2026-11-22T20:44:00Z")]
    at: String,
    /// Who did it.
    actor: Actor,
    /// Through what: `browser`, `api` or `operator`.
    #[schema(example = "browser")]
    via: &'static str,
    /// From which address; null unless the caller may see addresses, which takes members.manage in the workspace.
    #[schema(example = "198.51.100.24")]
    ip: Option<String>,
    /// What happened, such as `credential.created`.
    #[schema(example = "credential.created")]
    event: &'static str,
    /// What it was done to.
    target: Option<Target>,
    /// The id of the project in which it happened; null for what is of the whole workspace.
    project: Option<String>,
    /// What changed, in a few words for people.
    detail: Option<String>,
}

/// Who did it, by the name of then.
#[derive(Serialize, ToSchema)]
pub(super) struct Actor {
    /// `user`, `credential`, `operator`, or `reporter`: whoever told us of a leak.
    #[serde(rename = "type")]
    #[schema(example = "user")]
    type_: &'static str,
    /// Its id; operators and reporters have none.
    id: Option<String>,
    /// An email address or a name.
    #[schema(example = "ops@northwind.example")]
    name: String,
}

/// What it was done to, by the name of then.
#[derive(Serialize, ToSchema)]
pub(super) struct Target {
    /// Its id.
    #[schema(example = "tok_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// Its name.
    #[schema(example = "Release pipeline")]
    name: String,
}

/// A page of the activity log, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct Activity {
    /// The events.
    items: Vec<ActivityEvent>,
    /// For `?cursor` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// Which events.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ActivityQuery {
    /// How many items, 1 to 200; 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// What they are about: `tokens`, `api_keys`, `projects`, `members` or `settings`.
    kind: Option<String>,
    /// Exactly this happened, such as `credential.revoked`.
    event: Option<String>,
    /// Done by the person, token or key of this id, or by `operator`.
    by: Option<String>,
    /// Not before: RFC 3339, or a date, which means its first second in UTC.
    from: Option<String>,
    /// Not after: RFC 3339, or a date, which means its last second in UTC.
    to: Option<String>,
    /// In the project of this id or slug.
    project: Option<String>,
    /// Beginnings of words in the names of who did it and of what it was done to, and in the detail.
    q: Option<String>,
}

impl From<activity::Event> for ActivityEvent {
    fn from(event: activity::Event) -> Self {
        Self {
            id: event.id.to_string(),
            at: event.at.rfc3339(),
            actor: Actor { type_: event.actor.kind.as_str(), id: event.actor.id, name: event.actor.name },
            via: event.via.as_str(),
            ip: event.ip,
            event: event.happened.as_str(),
            target: event.target.map(|(id, name)| Target { id, name }),
            project: event.project.map(|project| project.id.to_string()),
            detail: event.detail,
        }
    }
}

/// List what happened
///
/// Newest first. A token or key of a project sees what happened in it.
#[utoipa::path(
    get, path = "/workspaces/{workspace}/activity", operation_id = "list_activity", tag = "Activity",
    params(("workspace" = String, Path, description = "Its id or slug"), ActivityQuery),
    responses(
        (status = 200, body = Activity),
        (status = 400, description = "The query cannot be read: a parameter stands twice", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn list(
    State(state): State<state::State>,
    caller: Caller,
    Path(workspace): Path<String>,
    Query(query): Query<ActivityQuery>,
) -> Result<Json<Activity>, Problem> {
    let mut gather = Gather::default();
    let limit = gather.take(body::limit(query.limit.as_deref()));
    let cursor = gather.take(body::cursor(query.cursor.as_deref()));
    let filter = filter(&query, &mut gather);
    let (Some(limit), Some(cursor), true) = (limit, cursor, gather.is_empty()) else {
        return Err(Problem::invalid(gather.into_errors()));
    };
    let start = cursor.map_or(Start::Newest, Start::OlderThan);
    let project = query.project.as_deref();
    let page = state.service.events(&caller.actor, &workspace, project, &filter, start, limit).await?;
    let next_cursor = page.items.last().filter(|_| page.older).map(|event| body::to_cursor(event.id));
    Ok(Json(Activity { items: page.items.into_iter().map(ActivityEvent::from).collect(), next_cursor }))
}

fn filter(query: &ActivityQuery, gather: &mut Gather) -> Filter {
    Filter {
        about: word(gather, "kind", query.kind.as_deref()).filter(|about| *about != About::Account),
        happened: word(gather, "event", query.event.as_deref()),
        by: word(gather, "by", query.by.as_deref()),
        from: time(gather, "from", query.from.as_deref(), activity::from),
        to: time(gather, "to", query.to.as_deref(), activity::to),
        search: query.q.clone().unwrap_or_default(),
    }
}

fn word<T: FromStr>(gather: &mut Gather, field: &str, text: Option<&str>) -> Option<T> {
    let unknown =
        || Invalid::new(field, "unknown", format!("{field} is none of the words that the description lists."));
    text.and_then(|text| gather.take(text.parse().map_err(|_| unknown())))
}

fn time(
    gather: &mut Gather,
    field: &str,
    text: Option<&str>,
    read: fn(&str) -> Result<Timestamp, NotATime>,
) -> Option<Timestamp> {
    let wrong = |error: NotATime| Invalid::new(field, "malformed", format!("{field} is {error}."));
    text.and_then(|text| gather.take(read(text).map_err(wrong)))
}
