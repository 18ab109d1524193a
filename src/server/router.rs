//! Every door of the server on one screen.

use axum::{
    Json, Router,
    extract::{FromRef, Request, State as Extract},
    http::{StatusCode, header, request::Parts},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use leptos::{
    nonce,
    prelude::{LeptosOptions, provide_context, use_context},
};
use leptos_axum::{LeptosRoutes, generate_route_list};
use time::Duration;
use tower::Service as _;
use tower_http::limit::RequestBodyLimitLayer;
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

use super::{assets, connections::Answers, docs};
use crate::{
    domain::credential::Kind,
    http::{
        authenticate,
        browser_state::BrowserState,
        cookies, headers, origin,
        request_id::{self, RequestId},
        state::State,
    },
    rest::{self, problem},
    service::export::Format,
    web::{
        api::{activity_export, credential_export},
        app::{App, shell},
        navigate::RequestNumber,
    },
};

/// What surrounds a sign-in is forgotten after this.
const BROWSER_STATE: Duration = Duration::hours(1);

/// A form may have this many bytes; the largest is a token with every scope and a long name.
const FORM: usize = 64 * 1024;

/// What the pages' handlers need.
#[derive(Clone, FromRef)]
struct Pages {
    state: State,
    leptos: LeptosOptions,
}

/// What every request goes through, and what every answer has: a number, problems written out, and what browsers must
/// not do. Around all routes at once and written out: axum gives each layer a box and a copy of all that is inside it,
/// for every request.
pub struct Front {
    state: State,
    routes: Router,
}

/// What the server answers.
pub fn router(state: &State, leptos: LeptosOptions) -> Front {
    let probes = Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/.well-known/jwks.json", get(keys));
    let routes = Router::new()
        .merge(pages(state, leptos))
        .merge(rest::router(state))
        .merge(docs::router())
        .merge(probes.with_state(state.clone()));
    Front { state: state.clone(), routes }
}

impl Answers for Front {
    async fn answer(&self, request: Request) -> Response {
        let id = RequestId(self.state.service.request_id());
        let response = request_id::assign(&id, request, async |request| self.route(&id, request).await).await;
        let mut response = problem::render(response, id);
        headers::harden(&self.state.settings, response.headers_mut());
        response
    }
}

impl Front {
    async fn route(&self, id: &RequestId, mut request: Request) -> Response {
        if rest::asks_to_authorize(&request) {
            return rest::authorize(&self.state, request).await;
        }
        if let Some(file) = assets::find(&request) {
            return file;
        }
        request.extensions_mut().insert(id.clone());
        self.routes.clone().call(request).await.unwrap_or_else(|never| match never {})
    }
}

/// Pages and server functions, for browsers. What no route knows is a page too: "This page is not here".
fn pages(state: &State, leptos: LeptosOptions) -> Router {
    let pages = Pages { state: state.clone(), leptos };
    let context = {
        let state = state.clone();
        move || {
            provide_context(state.clone());
            let extensions = use_context::<Parts>().map(|parts| parts.extensions).unwrap_or_default();
            if let Some(id) = extensions.get::<RequestId>() {
                provide_context(RequestNumber(id.0.clone()));
            }
            if let Some(headers::Nonce(value)) = extensions.get() {
                provide_context(nonce::Nonce::from_value(value.as_str()));
            }
        }
    };
    let functions = {
        let context = context.clone();
        move |request: Request| leptos_axum::handle_server_fns_with_context(context.clone(), request)
    };
    let unknown = {
        let (context, leptos) = (context.clone(), pages.leptos.clone());
        let render = leptos_axum::render_app_async_with_context(context, move || shell(leptos.clone()));
        move |request: Request| render(request)
    };
    let browser_state = SessionManagerLayer::new(BrowserState(state.service.clone()))
        .with_name(cookies::state_name(&state.settings))
        .with_secure(state.settings.is_https())
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(BROWSER_STATE));
    let shell_options = pages.leptos.clone();
    let mut files = Router::new();
    for kind in [Kind::AccessToken, Kind::ApiKey] {
        for format in [Format::Csv, Format::Json] {
            let path = format!("/w/{{workspace}}/settings/{}/export.{}", kind.segment(), format.as_str());
            let download = move |state, caller, path, query| {
                credential_export::download(state, caller, path, query, (kind, format))
            };
            files = files.route(&path, get(download));
        }
    }
    files
        .route("/fn/{*name}", any(functions))
        .route("/w/{workspace}/activity/export", get(activity_export::download))
        .leptos_routes_with_context(&pages, generate_route_list(App), context, move || shell(shell_options.clone()))
        .fallback(unknown)
        .with_state(pages)
        .layer(from_fn_with_state(state.clone(), authenticate::browser))
        .layer(browser_state)
        .layer(from_fn_with_state(state.clone(), origin::same_origin))
        .layer(RequestBodyLimitLayer::new(FORM))
        .layer(headers::no_store())
        .layer(from_fn_with_state(state.clone(), headers::protect_pages))
}

/// The keys of sessions' JWTs, so that a JWT can be checked elsewhere (RFC 7517). They change: ask again after a while.
async fn keys(Extract(state): Extract<State>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/jwk-set+json"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, Json(state.service.public_keys())).into_response()
}

/// Whether requests can be served: the database answers.
async fn ready(Extract(state): Extract<State>) -> Response {
    match state.service.store().ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}
