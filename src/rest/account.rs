//! `/account`: what people do with their own account from a command line. No token or key has one.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    authenticate::Caller,
    body::Path,
    problem::{Problem, Refusals},
};
use crate::{domain::session::DeviceKind, http::state, service::sessions::Place};

/// The account of whoever calls.
#[derive(Serialize, ToSchema)]
pub(super) struct Account {
    /// Its id.
    #[schema(example = "usr_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// The address that one signs in with.
    #[schema(example = "ops@northwind.example")]
    email: String,
    /// Whether signing in takes a code.
    has_two_factor: bool,
    /// The id of the session that calls.
    #[schema(example = "ses_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    session: String,
    /// When it was approved, RFC 3339: sensitive acts need a sign-in that is younger than 30 minutes.
    authenticated_at: String,
}

/// Where somebody is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// Its id.
    #[schema(example = "ses_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// `browser` or `command_line`.
    #[schema(example = "command_line")]
    kind: &'static str,
    /// On what.
    #[schema(example = "Command line on build-7")]
    device: String,
    /// From which address it was heard of last.
    #[schema(example = "203.0.113.5")]
    ip: Option<String>,
    /// When it began, RFC 3339.
    created_at: String,
    /// When it was last heard of.
    last_seen_at: String,
    /// Whether it is the one that calls.
    current: bool,
}

/// Sessions, the one that calls first.
#[derive(Serialize, ToSchema)]
pub(super) struct Sessions {
    /// The sessions.
    items: Vec<Session>,
    /// Always null: they fit on one page.
    next_cursor: Option<String>,
}

impl From<Place> for Session {
    fn from(Place { seen, device, is_here }: Place) -> Self {
        let kind = match device.kind {
            DeviceKind::CommandLine => "command_line",
            DeviceKind::Computer | DeviceKind::Phone => "browser",
        };
        Self {
            id: seen.id.to_string(),
            kind,
            device: device.name,
            ip: seen.ip,
            created_at: seen.created_at.rfc3339(),
            last_seen_at: seen.last_seen_at.rfc3339(),
            current: is_here,
        }
    }
}

/// Get the own account
///
/// For people at a command line only.
#[utoipa::path(get, path = "/account", operation_id = "get_account", tag = "Account", responses((status = 200, body = Account), Refusals))]
pub(super) async fn get(State(state): State<state::State>, caller: Caller) -> Result<Json<Account>, Problem> {
    let person = caller.person()?;
    Ok(Json(Account {
        id: person.user.to_string(),
        email: person.email.to_string(),
        has_two_factor: state.service.has_two_factor(person.user).await?,
        session: person.session.to_string(),
        authenticated_at: person.authenticated_at.rfc3339(),
    }))
}

/// List the own sessions
///
/// Browsers and command lines that are signed in.
#[utoipa::path(
    get, path = "/account/sessions", operation_id = "list_sessions", tag = "Account",
    responses((status = 200, body = Sessions), Refusals)
)]
pub(super) async fn sessions(State(state): State<state::State>, caller: Caller) -> Result<Json<Sessions>, Problem> {
    let places = state.service.sessions(caller.person()?).await?;
    Ok(Json(Sessions { items: places.into_iter().map(Session::from).collect(), next_cursor: None }))
}

/// Sign a session out
///
/// Once this has answered, no request of it is let in. The one that calls signs itself out this way, too.
#[utoipa::path(
    delete, path = "/account/sessions/{session}", operation_id = "end_session", tag = "Account",
    params(("session" = String, Path, description = "Its id")),
    responses((status = 204, description = "It is signed out"), Refusals)
)]
pub(super) async fn end_session(
    State(state): State<state::State>,
    caller: Caller,
    Path(session): Path<String>,
) -> Result<StatusCode, Problem> {
    let person = caller.person()?;
    let id = session.parse().map_err(|_| Problem::not_found())?;
    state.service.end_session(person, &caller.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
