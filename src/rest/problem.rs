//! Errors as RFC 9457 problems. The codes are stable; programs may rely on them.

use axum::{
    Json,
    body::Body,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use super::codes::CODES;
use crate::{
    domain::{call::Reason, invalid::Invalid},
    http::request_id::RequestId,
    service::{Error, error::Conflict},
};

/// What went wrong, for programs (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URI that names the kind of problem: `urn:latchkey:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:latchkey:problem:validation_failed")]
    type_: String,
    /// The kind of problem in words.
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What happened in this case.
    detail: String,
    /// A stable word for programs.
    #[schema(example = "validation_failed")]
    code: &'static str,
    /// The number of the request, also in the header `X-Request-Id`.
    request_id: String,
    /// With `validation_failed`: every broken rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    #[serde(skip)]
    challenge: Option<String>,
    #[serde(skip)]
    retry_after: Option<u32>,
    /// For the people of the workspace alone; the caller learns no more than the status.
    #[serde(skip)]
    refused: Option<Reason>,
}

/// One broken rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// The member of the body, or the parameter.
    #[schema(example = "name")]
    field: String,
    /// A stable word for the rule.
    #[schema(example = "too_short")]
    code: String,
    /// What is wrong and how to fix it.
    #[schema(example = "The name needs at least 3 characters.")]
    message: String,
}

impl From<Invalid> for FieldError {
    fn from(Invalid { field, code, message }: Invalid) -> Self {
        Self { field, code, message }
    }
}

/// The answers that every authenticated route can give.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the OpenAPI description only")]
pub(super) enum Refusals {
    /// The token or key is missing or not good.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Problem),
    /// Its scopes do not open this.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// It does not exist, or is none of the caller's business.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// Too many secrets from this address were refused, or too many codes and passwords of this account.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// The server cannot answer now; nothing was changed.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        debug_assert!(
            CODES.iter().any(|known| known.code == code && known.status == status.as_u16()),
            "{code} {status} is not in the list of codes"
        );
        Self {
            type_: format!("urn:latchkey:problem:{code}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            code,
            request_id: String::new(),
            errors: Vec::new(),
            challenge: None,
            retry_after: None,
            refused: None,
        }
    }

    pub(super) fn missing_credentials() -> Self {
        let detail = "Send the token or key in the header Authorization: Bearer.";
        let problem = Self::new(StatusCode::UNAUTHORIZED, "missing_credentials", "Not authenticated", detail);
        Self { challenge: Some("Bearer".to_owned()), ..problem }
    }

    /// The same words whatever the reason: unknown, revoked, expired, or a passphrase missing or wrong.
    pub(super) fn invalid_token() -> Self {
        let detail = "The token or key is not good: it may be unknown, revoked or expired, or need a passphrase.";
        let problem = Self::new(StatusCode::UNAUTHORIZED, "invalid_token", "Not authenticated", detail);
        Self { challenge: Some(r#"Bearer error="invalid_token""#.to_owned()), ..problem }
    }

    pub(super) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed_request", "Malformed request", detail)
    }

    pub(super) fn unsupported_media_type() -> Self {
        let detail = "Send the body as application/json.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type", detail)
    }

    pub(super) fn too_large() -> Self {
        let detail = format!("The body may have at most {} bytes.", super::BODY);
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "Body too large", detail)
    }

    pub(super) fn not_found() -> Self {
        let detail = "It does not exist, or is not visible to you.";
        Self::new(StatusCode::NOT_FOUND, "not_found", "Not found", detail)
    }

    pub(super) fn method_not_allowed(method: &Method) -> Self {
        let detail = format!("{method} is not possible here; the header Allow says what is.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed", detail)
    }

    pub(super) fn invalid(errors: Vec<Invalid>) -> Self {
        let detail = "Some members of the request break a rule; each is listed in errors.";
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", "Invalid request", detail);
        Self { errors: errors.into_iter().map(FieldError::from).collect(), ..problem }
    }

    /// A good token or key, but not for what a proxy asks.
    pub(super) fn not_for_this(detail: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "not_for_this", "Not allowed", detail)
    }

    /// A good token or key that has not these scopes.
    pub(super) fn lacks_scopes(missing: &str) -> Self {
        let detail = format!("This needs the scopes {missing}, which it does not have.");
        let problem = Self::new(StatusCode::FORBIDDEN, "insufficient_scope", "Not allowed", detail);
        Self { challenge: Some(format!(r#"Bearer error="insufficient_scope", scope="{missing}""#)), ..problem }
    }

    pub(super) fn unavailable() -> Self {
        let detail = "Nothing was changed. Try again in a moment.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available", detail)
    }
}

/// Why an error refuses the caller something; other errors are answers to a call that was let in.
fn reason(error: &Error) -> Option<Reason> {
    Some(match error {
        Error::Unauthenticated => Reason::Meanwhile,
        Error::OtherProject => Reason::OtherProject,
        Error::NeedsWorkspaceLevel => Reason::WorkspaceLevel,
        Error::NeedsPerson => Reason::Person,
        Error::NeedsRole(role) => Reason::Role(*role),
        Error::NeedsCapability(_, scopes) => Reason::Scope(scopes.iter().map(ToString::to_string).collect()),
        Error::NotFound
        | Error::NeedsReauthentication
        | Error::NeedsTwoFactor
        | Error::Conflict(_)
        | Error::Invalid(_)
        | Error::TooManyAttempts(_)
        | Error::PlanLimit(..)
        | Error::Repeated(_)
        | Error::Fault(_) => return None,
    })
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let refused = reason(&error);
        Self { refused, ..Self::of(error) }
    }
}

impl Problem {
    /// What belongs into `WWW-Authenticate` (RFC 6750, section 3.1): whatever is not allowed lacks a right.
    fn challenge(&self) -> Option<HeaderValue> {
        let lacks =
            || (self.status == StatusCode::FORBIDDEN.as_u16()).then_some(r#"Bearer error="insufficient_scope""#);
        self.challenge.as_deref().or_else(lacks).and_then(|text| text.parse().ok())
    }

    /// Why the caller was refused, if so.
    pub(super) const fn refused(&self) -> Option<&Reason> {
        self.refused.as_ref()
    }

    fn of(error: Error) -> Self {
        match error {
            Error::Unauthenticated => Self::invalid_token(),
            Error::NotFound | Error::OtherProject => Self::not_found(),
            Error::NeedsWorkspaceLevel => {
                let detail = "This is of the whole workspace; a token or key of one project may not do it.";
                Self::new(StatusCode::FORBIDDEN, "insufficient_level", "Not allowed", detail)
            }
            Error::NeedsPerson => {
                let detail = "Only people may do this; no token or key may.";
                Self::new(StatusCode::FORBIDDEN, "needs_person", "Not allowed", detail)
            }
            Error::NeedsReauthentication => {
                let detail = "This needs a sign-in that is younger than 30 minutes. Sign in again, then repeat it.";
                Self::new(StatusCode::FORBIDDEN, "reauthentication_required", "Not allowed", detail)
            }
            Error::NeedsTwoFactor => {
                let detail = "This workspace requires two-factor. Turn it on for your account, then repeat it: \
                              POST /api/v1/account/two-factor begins.";
                Self::new(StatusCode::FORBIDDEN, "two_factor_required", "Not allowed", detail)
            }
            Error::Conflict(conflict @ Conflict::Changed) => {
                Self::new(StatusCode::PRECONDITION_FAILED, conflict.code(), "Changed meanwhile", conflict.sentence())
            }
            Error::Conflict(conflict) => {
                Self::new(StatusCode::CONFLICT, conflict.code(), "Conflict", conflict.sentence())
            }
            Error::Invalid(errors) => Self::invalid(errors),
            Error::NeedsRole(role) => {
                let detail = format!("This needs the role {role}.");
                Self::new(StatusCode::FORBIDDEN, "insufficient_role", "Not allowed", detail)
            }
            Error::NeedsCapability(capability, scopes) => {
                let scopes = scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
                let (openers, hint) = if scopes.is_empty() {
                    ("which no scope of this kind opens here".to_owned(), String::new())
                } else {
                    (format!("which these scopes open: {scopes}"), format!(r#", scope="{scopes}""#))
                };
                let detail = format!("This needs {}, {openers}.", capability.as_str());
                let problem = Self::new(StatusCode::FORBIDDEN, "insufficient_scope", "Not allowed", detail);
                Self { challenge: Some(format!(r#"Bearer error="insufficient_scope"{hint}"#)), ..problem }
            }
            Error::TooManyAttempts(wait) => {
                let problem =
                    Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "Too many attempts", wait.sentence());
                Self { retry_after: Some(wait.seconds), ..problem }
            }
            // Handlers answer it with what was made.
            Error::Repeated(_) => Self::unavailable(),
            Error::PlanLimit(kind, usage) => {
                Self::new(StatusCode::CONFLICT, "plan_limit_reached", "Plan limit reached", usage.refusal(kind))
            }
            Error::Fault(fault) => {
                tracing::error!(error = %fault, "a request of the API failed");
                Self::unavailable()
            }
        }
    }
}

/// Travels to `render` beside an empty body: only there the request's number is known.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the answer out if it is a problem.
#[must_use]
pub fn render(mut response: Response, RequestId(id): RequestId) -> Response {
    let Some(mut problem) = response.extensions_mut().remove::<Problem>() else { return response };
    problem.request_id = id;
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(challenge) = problem.challenge() {
        parts.headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = problem.retry_after {
        parts.headers.insert(header::RETRY_AFTER, seconds.into());
    }
    let body = Json(problem).into_response().into_body();
    Response::from_parts(parts, Body::new(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Role;

    #[test]
    fn the_people_of_the_workspace_read_why_and_the_caller_does_not() {
        for (error, status, reason) in [
            (Error::Unauthenticated, 401, Some(Reason::Meanwhile)),
            (Error::OtherProject, 404, Some(Reason::OtherProject)),
            (Error::NeedsPerson, 403, Some(Reason::Person)),
            (Error::NeedsRole(Role::Owner), 403, Some(Reason::Role(Role::Owner))),
            (Error::NotFound, 404, None),
            (Error::Invalid(Vec::new()), 422, None),
        ] {
            let problem = Problem::from(error);
            assert_eq!((problem.status, problem.refused()), (status, reason.as_ref()));
            let told = serde_json::to_value(&problem).unwrap();
            assert!(told.get("refused").is_none(), "{told}");
        }
    }
}
