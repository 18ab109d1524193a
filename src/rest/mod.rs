//! **The REST API** for programs: JSON in, JSON or a problem out (PRODUCT section 5).
//!
//! One file per resource, each with its routes, bodies and documentation. May import: `http`, `service`, `domain`.
//! Never happens here: a rule that the pages do not share, a browser's cookie, SQL. Every error leaves as
//! `application/problem+json` ([`problem`]).

mod access_tokens;
mod account;
mod activity;
mod api_keys;
mod authenticate;
mod authorize;
mod body;
pub mod codes;
mod credentials;
mod deployments;
mod device;
mod introspect;
mod invitations;
mod leaks;
mod members;
pub mod openapi;
mod page;
mod party;
pub mod problem;
mod projects;
mod two_factor;
mod whoami;
mod workspaces;

use axum::{
    Router,
    extract::{self, DefaultBodyLimit, Request},
    http::Method,
    middleware,
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::{headers, state::State};
use problem::Problem;

/// A request's body may have this many bytes.
const BODY: usize = 64 * 1024;

/// Where the API lives.
pub const PREFIX: &str = "/api/v1";

/// Every route of the API on one screen, and their description: those that need a good secret.
fn guarded() -> OpenApiRouter<State> {
    OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(whoami::whoami))
        .routes(routes!(account::get))
        .routes(routes!(account::sessions))
        .routes(routes!(account::end_session))
        .routes(routes!(two_factor::get, two_factor::enrol, two_factor::turn_off))
        .routes(routes!(two_factor::confirm))
        .routes(routes!(two_factor::make_backup_codes))
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::get, workspaces::change, workspaces::delete))
        .routes(routes!(access_tokens::list, access_tokens::create))
        .routes(routes!(access_tokens::get, access_tokens::revoke))
        .routes(routes!(activity::list))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::get, api_keys::change, api_keys::revoke))
        .routes(routes!(projects::list, projects::create))
        .routes(routes!(projects::get, projects::change, projects::delete))
        .routes(routes!(deployments::list, deployments::create))
        .routes(routes!(deployments::get))
        .routes(routes!(deployments::archive))
        .routes(routes!(members::list))
        .routes(routes!(members::change, members::remove))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::withdraw))
}

/// And those that nobody needs to be let in for.
fn open() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(device::code)).routes(routes!(device::token)).routes(routes!(leaks::report))
}

/// And the one that proxies ask before each request to another service.
fn authorization() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(authorize::authorize))
}

/// And the one for services that know OAuth, which may present their key in another way.
fn introspection() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(introspect::introspect))
}

/// The API as it is served, under [`PREFIX`].
pub fn router(state: &State) -> Router {
    let guarded = guarded().route_layer(middleware::from_fn_with_state(state.clone(), authenticate::bearer));
    let basic = middleware::from_fn_with_state(state.clone(), authenticate::bearer_or_basic);
    let (routes, _) = guarded.merge(open()).merge(introspection().route_layer(basic)).split_for_parts();
    let routes = routes
        .route_layer(headers::no_store())
        .merge(Router::new().route("/openapi.json", openapi::route(openapi::description())))
        .method_not_allowed_fallback(not_allowed)
        .fallback(async || Problem::not_found())
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(state.clone());
    Router::new()
        .route("/api", any(async || Problem::not_found()))
        .route("/api/", any(async || Problem::not_found()))
        .route("/api/{*rest}", any(async |_: Request| Problem::not_found()))
        .route(authorize::PATH, get(authorize::authorize).fallback(not_allowed).with_state(state.clone()))
        .nest(PREFIX, routes)
}

/// Whether a request asks what [`authorize()`] answers.
#[must_use]
pub fn asks_to_authorize(request: &Request) -> bool {
    request.method() == Method::GET && request.uri().path() == authorize::PATH
}

/// The answer of that route without a way through the router, which makes boxes and copies for each request: it is
/// asked before each request to another service.
pub async fn authorize(state: &State, request: Request) -> Response {
    authorize::authorize(extract::State(state.clone()), request).await.into_response()
}

async fn not_allowed(method: Method) -> Problem {
    Problem::method_not_allowed(&method)
}
