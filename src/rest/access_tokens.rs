//! `/workspaces/{workspace}/access-tokens`. There is no PATCH: a token never changes.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    authenticate::Caller,
    body::{Create, Path, Query},
    credentials::{self, Credential, Credentials, NewCredential, PageQuery, RevokeQuery},
    problem::{Problem, Refusals},
};
use crate::{
    domain::{credential::Kind, lifetime},
    http::state,
    service::new_credential,
};

/// A new access token.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CreateAccessToken {
    /// 3 to 255 characters.
    #[schema(example = "CI Deploy", min_length = 3, max_length = 255, required = true)]
    name: String,
    /// At least one; those of the workspace's catalog.
    #[schema(example = json!(["deploy"]), min_items = 1, required = true)]
    scopes: Vec<String>,
    /// The id or slug of the only project that it shall reach. Absent or null means every project.
    #[schema(example = "weekly-report")]
    project: Option<String>,
    /// 8 to 255 characters that callers must send in the header `Latchkey-Passphrase`.
    #[schema(min_length = 8, max_length = 255)]
    passphrase: Option<String>,
    /// The end: a date, which means its last second in UTC, or RFC 3339. Absent or null means never.
    #[schema(example = "2026-12-31")]
    expires_at: Option<String>,
}

/// List access tokens
///
/// Newest first, the ended ones too.
#[utoipa::path(
    get, path = "/workspaces/{workspace}/access-tokens", operation_id = "list_access_tokens", tag = "Access tokens",
    params(("workspace" = String, Path, description = "Its id or slug"), PageQuery),
    responses(
        (status = 200, body = Credentials),
        (status = 400, description = "The query cannot be read: a parameter stands twice", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn list(
    State(state): State<state::State>,
    caller: Caller,
    Path(workspace): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Credentials>, Problem> {
    credentials::list(&state, &caller, &workspace, Kind::AccessToken, query).await
}

/// Create an access token
///
/// The answer is the only one that ever has its secret.
#[utoipa::path(
    post, path = "/workspaces/{workspace}/access-tokens", operation_id = "create_access_token", tag = "Access tokens",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request: sent again within a day, it makes nothing more")
    ),
    request_body = CreateAccessToken,
    responses(
        (status = 200, description = "The same request, named by its key, has made this before", body = Credential),
        (status = 201, body = NewCredential, headers(("Location" = String, description = "Where the token is"))),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The plan allows no more", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON by its type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A member breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn create(
    State(state): State<state::State>,
    caller: Caller,
    Path(workspace): Path<String>,
    Create(body, once): Create<CreateAccessToken>,
) -> Result<Response, Problem> {
    let now = state.service.now();
    let new = new_credential::NewCredential {
        project: body.project,
        passphrase: body.passphrase,
        expires_at: body.expires_at.map(|text| lifetime::parse("expires_at", &text, now)).transpose(),
        ..new_credential::NewCredential::plain(Kind::AccessToken, &body.name, body.scopes)
    };
    credentials::create(&state, &caller, &workspace, new, once).await
}

/// Get an access token
#[utoipa::path(
    get, path = "/workspaces/{workspace}/access-tokens/{token}", operation_id = "get_access_token", tag = "Access tokens",
    params(("workspace" = String, Path, description = "Its id or slug"), ("token" = String, Path, description = "Its id")),
    responses((status = 200, body = Credential), Refusals)
)]
pub(super) async fn get(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, token)): Path<(String, String)>,
) -> Result<Json<Credential>, Problem> {
    let id = credentials::id(Kind::AccessToken, &token)?;
    let detail = state.service.credential(&caller.actor, &workspace, id).await?;
    Ok(Json(Credential::new(detail.credential, state.service.now())))
}

/// Revoke an access token
///
/// Once this has answered, no request with the token is let in. Revoking it again answers the same.
#[utoipa::path(
    delete, path = "/workspaces/{workspace}/access-tokens/{token}", operation_id = "revoke_access_token",
    tag = "Access tokens",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("token" = String, Path, description = "Its id"),
        RevokeQuery
    ),
    responses(
        (status = 204, description = "It is revoked"),
        (status = 400, description = "The query cannot be read: a parameter stands twice", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn revoke(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, token)): Path<(String, String)>,
    Query(query): Query<RevokeQuery>,
) -> Result<StatusCode, Problem> {
    let id = credentials::id(Kind::AccessToken, &token)?;
    credentials::revoke(&state, &caller, &workspace, id, &query).await
}
