//! Who calls the API: a secret in the header `Authorization: Bearer` (RFC 6750), of a token or key or of a person's
//! command line. A browser's cookies count for nothing here.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::headers::{Authorization, HeaderMapExt as _, authorization::Basic};

use super::problem::Problem;
use crate::{
    domain::{activity::Via, call::Call},
    http::{address, state},
    service::{
        Error,
        actor::{Actor, Origin, Person},
        command_line::AtCommandLine,
        once::Once,
        throttle::Wait,
        verify::{Refused, Verified},
    },
};

/// In which header a passphrase comes.
static PASSPHRASE: HeaderName = HeaderName::from_static("latchkey-passphrase");

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
    Credential(Arc<Verified>),
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

/// A secret as it was presented.
pub(super) struct Presented {
    /// The id that came with it, by HTTP Basic.
    id: Option<String>,
    secret: String,
    passphrase: Option<String>,
}

impl Presented {
    /// By `Authorization: Bearer` (RFC 6750), and by nothing else.
    pub fn bearer(headers: &HeaderMap) -> Option<Self> {
        let (scheme, secret) = only_authorization(headers)?.to_str().ok()?.split_once(' ')?;
        let secret = scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim().to_owned())?;
        Some(Self { id: None, secret, passphrase: passphrase(headers) })
    }

    /// By Bearer or, as clients of OAuth do it, by HTTP Basic (RFC 6749, section 2.3.1).
    fn bearer_or_basic(headers: &HeaderMap) -> Option<Self> {
        Self::bearer(headers).or_else(|| {
            only_authorization(headers)?;
            let Authorization(basic) = headers.typed_get::<Authorization<Basic>>()?;
            let (id, secret) = (basic.username().to_owned(), basic.password().to_owned());
            Some(Self { id: Some(id), secret, passphrase: passphrase(headers) })
        })
    }
}

/// Two of them are none: which one counts would depend on who reads them.
fn only_authorization(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

fn passphrase(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(&PASSPHRASE)?;
    str::from_utf8(value.as_bytes()).ok().map(str::to_owned)
}

/// Lets nobody through without a good secret, counts the calls that were let in and remembers those that were not.
pub(super) async fn bearer(State(state): State<state::State>, request: Request, next: Next) -> Response {
    let presented = Presented::bearer(request.headers());
    admit(&state, presented, request, next).await.into_response()
}

/// The same where HTTP Basic will do as well.
pub(super) async fn bearer_or_basic(State(state): State<state::State>, request: Request, next: Next) -> Response {
    let presented = Presented::bearer_or_basic(request.headers());
    admit(&state, presented, request, next).await.into_response()
}

async fn admit(
    state: &state::State,
    presented: Option<Presented>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let origin = address::origin(Via::Api, &state.settings, request.headers(), request.extensions());
    let presented = presented.ok_or_else(Problem::missing_credentials)?;
    if presented.id.is_none()
        && let Some(at) = state.service.at_command_line(&presented.secret, &origin).await?
    {
        let actor = Actor::Person(at.person.clone());
        request.extensions_mut().insert(Caller { who: Who::Person(at), actor, origin });
        return Ok(next.run(request).await);
    }
    let (method, path) = (request.method().to_string().into(), request.uri().path().to_owned().into());
    let call = Call { method, path, status: StatusCode::OK.as_u16(), refused: None };
    let verified = verify(state, &presented, &origin, &call).await?;
    let of = (verified.workspace.id, verified.credential.id);
    let who = Who::Credential(verified.clone());
    request.extensions_mut().insert(Caller { who, actor: Actor::Credential(verified), origin: origin.clone() });
    let response = next.run(request).await;
    let refused = response.extensions().get::<Problem>().and_then(Problem::refused).cloned();
    state.service.remember_call(of, &origin, Call { status: response.status().as_u16(), refused, ..call });
    Ok(response)
}

/// The token or key of a secret, if it is good; a refusal of one that is known is remembered among its calls.
///
/// # Errors
/// 401, or 429 where too many were refused before: what is good passes all the same.
pub(super) async fn verify(
    state: &state::State,
    presented: &Presented,
    origin: &Origin,
    call: &Call,
) -> Result<Arc<Verified>, Problem> {
    let Presented { id, secret, passphrase } = presented;
    let Refused { why, of } = match state.service.verify(secret, passphrase.as_deref(), origin).await? {
        Ok(verified) if id.as_ref().is_none_or(|id| *id == verified.credential.id.to_string()) => return Ok(verified),
        Ok(_) => Refused::UNKNOWN,
        Err(refused) => refused,
    };
    tracing::info!(refusal = %why, "a token or key was refused");
    if let (Some(of), Some(reason)) = (of, why.reason()) {
        let status = StatusCode::UNAUTHORIZED.as_u16();
        state.service.remember_call(of, origin, Call { status, refused: Some(reason), ..call.clone() });
    }
    if let Err(wait) = state.refusals.attempt(origin) {
        return Err(Error::TooManyAttempts(Wait::lasting(state.service.now(), wait)).into());
    }
    Err(Problem::invalid_token())
}
