//! Who calls the API: a secret in the header `Authorization: Bearer` (RFC 6750). A browser's cookies count for
//! nothing here.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::problem::Problem;
use crate::{
    domain::activity::Via,
    http::{address, state},
    service::{
        actor::{Actor, Origin},
        verify::Verified,
    },
};

/// The caller, once its secret was found good.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// The token or key.
    pub verified: Verified,
    /// The same as an actor.
    pub actor: Actor,
    /// From where it calls.
    pub origin: Origin,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::missing_credentials)
    }
}

/// Lets nobody through without a good secret, and counts the calls that were let in.
pub(super) async fn bearer(State(state): State<state::State>, mut request: Request, next: Next) -> Response {
    let origin = address::origin(Via::Api, &state.settings, request.headers(), request.extensions());
    let Some(secret) = secret(request.headers()) else { return Problem::missing_credentials().into_response() };
    let passphrase =
        request.headers().get("latchkey-passphrase").and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    let verified = match state.service.verify(secret, passphrase, &origin).await {
        Ok(Ok(verified)) => verified,
        Ok(Err(refusal)) => {
            tracing::info!(%refusal, "a token or key was refused");
            return Problem::invalid_token().into_response();
        }
        Err(error) => return Problem::from(error).into_response(),
    };
    let id = verified.credential.id;
    let actor = Actor::Credential(Box::new(verified.clone()));
    request.extensions_mut().insert(Caller { verified, actor, origin: origin.clone() });
    let response = next.run(request).await;
    if !matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        state.service.count_use(id, &origin);
    }
    response
}

fn secret(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
