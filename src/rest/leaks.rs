//! `/leaks`: whoever has found a secret ends it.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{body::Body, problem::Problem};
use crate::{
    domain::activity::Via,
    http::{address, state},
    service::{Error, actor::Origin, leaks::Outcome, throttle::Wait},
};

/// A secret that was found.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Leak {
    /// The secret in full.
    #[schema(example = "sk_live_7Qx4EXAMPLEnotARealSecret0000000")]
    secret: String,
    /// Where it was found, such as an address or a path: the people of its workspace read it. 1 to 500 characters.
    #[schema(example = "https://git.example.org/weekly-report/blob/main/.env#L3", min_length = 1, max_length = 500)]
    found_in: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Reported {
    /// `revoked`, or `revoked_before` if it had been revoked already.
    #[schema(example = "revoked")]
    outcome: &'static str,
}

/// Somebody whom nobody asks who they are, unless they report too much.
pub(super) struct Reporter(Origin);

impl FromRequestParts<state::State> for Reporter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &state::State) -> Result<Self, Problem> {
        let origin = address::origin(Via::Api, &state.settings, &parts.headers, &parts.extensions);
        let counted = state.reporters.attempt(&origin);
        counted.map_err(|wait| Error::TooManyAttempts(Wait::lasting(state.service.now(), wait)))?;
        Ok(Self(origin))
    }
}

/// Report a leak
///
/// Ends the token or key of a secret that was found where others can read it, and what it has made; of the secret of a
/// command line, its session. Holding the secret is all that this needs. An address may report 30 in a row, then ten a minute.
#[utoipa::path(
    post, path = "/leaks", operation_id = "report_leak", tag = "Leaks", security(()),
    request_body = Leak,
    responses(
        (status = 200, body = Reported),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No token, key or command line here has this secret", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON by its type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A member breaks a rule", body = Problem, content_type = "application/problem+json"),
        (
            status = 429, description = "Too many reports", body = Problem, content_type = "application/problem+json",
            headers(("Retry-After" = u32, description = "After so many seconds the next may come"))
        ),
        (status = 503, description = "The server cannot answer now; nothing was changed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn report(
    State(state): State<state::State>,
    Reporter(origin): Reporter,
    Body(leak): Body<Leak>,
) -> Result<Json<Reported>, Problem> {
    let outcome = match state.service.report_leak(&leak.secret, &leak.found_in, &origin).await? {
        Outcome::Revoked => "revoked",
        Outcome::RevokedBefore => "revoked_before",
    };
    Ok(Json(Reported { outcome }))
}
