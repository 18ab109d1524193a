//! `POST /introspect`: whether a secret is good, for a service that was shown it (RFC 7662).

use axum::{
    Form, Json,
    extract::{OriginalUri, State, rejection::FormRejection},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{authenticate::Caller, problem::Problem};
use crate::{
    domain::{call::Call, timestamp::Timestamp},
    http::state,
    service::verify::Verified,
};

/// The secret in question.
#[derive(Deserialize, ToSchema)]
pub(super) struct IntrospectionRequest {
    /// The secret that was shown to you.
    #[schema(example = "sk_live_7Qx4EXAMPLEnotARealSecret0000000")]
    token: String,
    /// Its passphrase, if one came with it.
    passphrase: Option<String>,
}

/// What a secret is good for (RFC 7662, section 2.2). Of one that is not good, or not of your workspace, there is
/// `active` alone, and it is false.
#[derive(Default, Serialize, ToSchema)]
pub(super) struct Introspection {
    /// Whether it is good now.
    active: bool,
    /// What it may do, with spaces between.
    #[schema(example = "deploy read")]
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// The id of the member who answers for it.
    #[schema(example = "usr_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// Its own id.
    #[schema(example = "tok_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// When it ends, in seconds since 1970, UTC; absent if it does not.
    #[schema(example = 1_798_761_599)]
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When it was made, in seconds since 1970, UTC.
    #[schema(example = 1_764_000_000)]
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// The public address of this Latchkey.
    #[schema(example = "https://latchkey.example")]
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// What only Latchkey knows of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    latchkey: Option<Particulars>,
}

/// What RFC 7662 has no word for.
#[derive(Serialize, ToSchema)]
pub(super) struct Particulars {
    /// `access_token` or `api_key`.
    #[schema(example = "access_token")]
    kind: &'static str,
    /// The slug of its workspace.
    #[schema(example = "northwind-robotics")]
    workspace: String,
    /// The slug of the only project that it reaches; null at the level of the workspace.
    project: Option<String>,
}

/// Ask whether a secret is good
///
/// For services that are shown tokens and keys of your workspace. Call with a key that has the permission `introspect`:
/// its secret as Bearer, or by HTTP Basic its id and its secret. Do not remember the answer for longer than you would
/// accept a revoked token.
#[utoipa::path(
    post, path = "/introspect", operation_id = "introspect", tag = "Verification",
    security(("bearer" = []), ("basic" = [])),
    request_body(content = IntrospectionRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = Introspection),
        (status = 400, description = "The body is not a form with the field token", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "The caller's own token or key is missing or not good", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "It may not introspect", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many refusals from this address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The server cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn introspect(
    State(state): State<state::State>,
    OriginalUri(uri): OriginalUri,
    caller: Caller,
    form: Result<Form<IntrospectionRequest>, FormRejection>,
) -> Result<Json<Introspection>, Problem> {
    let Form(asked) = form.map_err(|rejection| match rejection {
        FormRejection::BytesRejection(_) => Problem::too_large(),
        other => Problem::malformed(format!("Send the secret as a form, in the field token. {}.", other.body_text())),
    })?;
    let call = Call { method: "POST".into(), path: uri.path().to_owned().into(), status: 200, refused: None };
    let presented = (asked.token.as_str(), asked.passphrase.as_deref());
    let good = state.service.introspect(&caller.actor, &caller.origin, presented, call).await?;
    let issuer = || state.settings.public_url.as_str().trim_end_matches('/').to_owned();
    Ok(Json(good.map_or_else(Introspection::default, |verified| active(&verified, issuer()))))
}

fn active(verified: &Verified, issuer: String) -> Introspection {
    let Verified { credential, workspace, .. } = verified;
    Introspection {
        active: true,
        scope: Some(verified.scope.clone()),
        token_type: Some("Bearer"),
        sub: Some(credential.responsible.0.to_string()),
        client_id: Some(credential.id.to_string()),
        exp: credential.expires_at.map(seconds),
        iat: Some(seconds(credential.created_at)),
        iss: Some(issuer),
        latchkey: Some(Particulars {
            kind: credential.id.kind().as_str(),
            workspace: workspace.slug.clone(),
            project: credential.project.as_ref().map(|project| project.slug.clone()),
        }),
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.micros().div_euclid(1_000_000)
}
