//! Who is in front of a browser: reads the session's cookies, renews them where needed. Grants nothing.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{address, cookies, state};
use crate::{
    domain::activity::Via,
    service::actor::{Origin, Person},
};

/// Who sends a request, for server functions and pages.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who is signed in, if anybody.
    pub person: Option<Person>,
    /// From where.
    pub origin: Origin,
}

/// Puts a [`Caller`] into the request's extensions. A fault answers 503: nobody is let in unseen.
pub async fn browser(State(state): State<state::State>, mut request: Request, next: Next) -> Response {
    let origin = address::origin(Via::Browser, &state.settings, request.headers(), request.extensions());
    let (jwt, refresh) = cookies::read(&state.settings, request.headers());
    let authenticated = match state.service.authenticate(jwt.as_deref(), refresh.as_deref(), &origin).await {
        Ok(authenticated) => authenticated,
        Err(error) => {
            tracing::error!(%error, "cannot tell who is signed in");
            return (StatusCode::SERVICE_UNAVAILABLE, "Latchkey is not available right now.").into_response();
        }
    };
    request.extensions_mut().insert(Caller { person: authenticated.person, origin });
    let mut response = next.run(request).await;
    if let Some(tokens) = authenticated.renewed {
        cookies::append(response.headers_mut(), cookies::keep(&state.settings, &tokens));
    }
    response
}
