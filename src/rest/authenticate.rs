//! Who calls the API: a secret in the header `Authorization: Bearer` (RFC 6750), of a token or key or of a person's
//! command line. A browser's cookies count for nothing here.

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
        Error,
        actor::{Actor, Origin, Person},
        command_line::AtCommandLine,
        once::Once,
        verify::{Refused, Verified},
    },
};

/// The caller, once its secret was found good.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// Whose secret it is.
    pub who: Who,
    /// The same as an actor.
    pub actor: Actor,
    /// From where it calls.
    pub origin: Origin,
}

/// Whose secret was presented.
#[derive(Clone, Debug)]
pub(super) enum Who {
    /// A token's or key's.
    Credential(Box<Verified>),
    /// A person's, of their command line.
    Person(AtCommandLine),
}

impl Caller {
    /// The person who calls.
    ///
    /// # Errors
    /// 403 for a token or key.
    pub fn person(&self) -> Result<&Person, Problem> {
        match &self.who {
            Who::Person(at) => Ok(&at.person),
            Who::Credential(_) => Err(Error::NeedsPerson.into()),
        }
    }
}

impl Caller {
    /// From where it calls, with the name that it gave to the request.
    pub fn origin_once(&self, once: Option<Once>) -> Origin {
        Origin { once, ..self.origin.clone() }
    }
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
    match state.service.at_command_line(secret, &origin).await {
        Ok(Some(at)) => {
            let actor = Actor::Person(at.person.clone());
            request.extensions_mut().insert(Caller { who: Who::Person(at), actor, origin });
            return next.run(request).await;
        }
        Ok(None) => {}
        Err(error) => return Problem::from(error).into_response(),
    }
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
    let who = Who::Credential(Box::new(verified.clone()));
    let actor = Actor::Credential(Box::new(verified));
    request.extensions_mut().insert(Caller { who, actor, origin: origin.clone() });
    let response = next.run(request).await;
    let refused = response.extensions().get::<Problem>().and_then(Problem::refused).cloned();
    state.service.remember_call(of, &origin, call(response.status(), refused));
    response
}

fn secret(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
