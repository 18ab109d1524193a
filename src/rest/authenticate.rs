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
    domain::{activity::Via, call::Call},
    http::{address, state},
    service::{
        actor::{Actor, Origin},
        verify::{Refused, Verified},
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

/// Lets nobody through without a good secret, counts the calls that were let in and remembers those that were not.
pub(super) async fn bearer(State(state): State<state::State>, mut request: Request, next: Next) -> Response {
    let origin = address::origin(Via::Api, &state.settings, request.headers(), request.extensions());
    let Some(secret) = secret(request.headers()) else { return Problem::missing_credentials().into_response() };
    let passphrase =
        request.headers().get("latchkey-passphrase").and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let call = |status: StatusCode, refused| Call { method, path, status: status.as_u16(), refused };
    let verified = match state.service.verify(secret, passphrase, &origin).await {
        Ok(Ok(verified)) => verified,
        Ok(Err(Refused { why, of })) => {
            tracing::info!(refusal = %why, "a token or key was refused");
            if let (Some(of), Some(reason)) = (of, why.reason()) {
                state.service.remember_call(of, &origin, call(StatusCode::UNAUTHORIZED, Some(reason)));
            }
            return Problem::invalid_token().into_response();
        }
        Err(error) => return Problem::from(error).into_response(),
    };
    let of = (verified.workspace.id, verified.credential.id);
    let actor = Actor::Credential(Box::new(verified.clone()));
    request.extensions_mut().insert(Caller { verified, actor, origin: origin.clone() });
    let response = next.run(request).await;
    let refused = response.extensions().get::<Problem>().and_then(Problem::refused).cloned();
    state.service.remember_call(of, &origin, call(response.status(), refused));
    response
}

fn secret(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
