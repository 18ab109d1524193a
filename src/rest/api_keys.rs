//! `/workspaces/{workspace}/api-keys`.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::HeaderName},
    response::Response,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    authenticate::Caller,
    body::{Body, Create, Patch, Path, Query},
    credentials::{self, Credential, Credentials, NewCredential, PageQuery, RevokeQuery},
    problem::{Problem, Refusals},
};
use crate::{
    domain::{credential::Kind, invalid::Gather, lifetime, timestamp::Timestamp},
    http::state,
    service::{edit_credential::Change, new_credential},
};

/// A key with its entity tag.
type Tagged = ([(HeaderName, String); 1], Json<Credential>);

/// A new API key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CreateApiKey {
    /// 3 to 255 characters.
    #[schema(example = "Terraform, production", min_length = 3, max_length = 255, required = true)]
    name: String,
    /// What it is for, up to 1000 characters.
    #[schema(example = "Plans and applies the production stack", max_length = 1000)]
    description: Option<String>,
    /// At least one; those of the workspace's catalog.
    #[schema(example = json!(["read", "write"]), min_items = 1, required = true)]
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
    /// Whether it works from the start; it does if this is absent.
    active: bool,
}

impl Default for CreateApiKey {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: None,
            scopes: Vec::new(),
            project: None,
            passphrase: None,
            expires_at: None,
            active: true,
        }
    }
}

/// What is to change (RFC 7396): what is absent stays as it is, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeApiKey {
    /// 3 to 255 characters.
    #[schema(value_type = Option<String>, nullable = false, example = "Terraform, production", min_length = 3, max_length = 255)]
    #[serde(default)]
    name: Patch<String>,
    /// What it is for, up to 1000 characters; null clears it.
    #[schema(value_type = Option<String>, max_length = 1000)]
    #[serde(default)]
    description: Patch<String>,
    /// All that it may do from now on, at least one.
    #[schema(value_type = Option<Vec<String>>, nullable = false, example = json!(["read"]), min_items = 1)]
    #[serde(default)]
    scopes: Patch<Vec<String>>,
    /// The end: a date, which means its last second in UTC, or RFC 3339. Null means never.
    #[schema(value_type = Option<String>, example = "2026-12-31")]
    #[serde(default)]
    expires_at: Patch<String>,
    /// Whether it works.
    #[schema(value_type = Option<bool>, nullable = false)]
    #[serde(default)]
    active: Patch<bool>,
}

impl ChangeApiKey {
    fn read(self, if_versions: Option<Vec<u64>>, now: Timestamp) -> Result<Change, Problem> {
        let mut gather = Gather::default();
        let name = gather.take(self.name.required("name")).flatten();
        let scopes = gather.take(self.scopes.required("scopes")).flatten();
        let active = gather.take(self.active.required("active")).flatten();
        let description = match self.description {
            Patch::Absent => None,
            Patch::Null => Some(String::new()),
            Patch::Value(text) => Some(text),
        };
        let expires_at = match self.expires_at {
            Patch::Absent => None,
            Patch::Null => Some(Ok(None)),
            Patch::Value(text) => Some(lifetime::parse("expires_at", &text, now).map(Some)),
        };
        if gather.is_empty() {
            return Ok(Change { name, description, scopes, expires_at, active, if_versions });
        }
        Err(Problem::invalid(gather.into_errors()))
    }
}

/// List API keys
///
/// Newest first, the ended ones too.
#[utoipa::path(
    get, path = "/workspaces/{workspace}/api-keys", operation_id = "list_api_keys", tag = "API keys",
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
    credentials::list(&state, &caller, &workspace, Kind::ApiKey, query).await
}

/// Create an API key
///
/// The answer is the only one that ever has its secret.
#[utoipa::path(
    post, path = "/workspaces/{workspace}/api-keys", operation_id = "create_api_key", tag = "API keys",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request: sent again within a day, it makes nothing more")
    ),
    request_body = CreateApiKey,
    responses(
        (status = 200, description = "The same request, named by its key, has made this before", body = Credential),
        (status = 201, body = NewCredential, headers(
            ("Location" = String, description = "Where the key is"),
            ("ETag" = String, description = "Its version, for If-Match")
        )),
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
    Create(body, once): Create<CreateApiKey>,
) -> Result<Response, Problem> {
    let now = state.service.now();
    let new = new_credential::NewCredential {
        description: body.description.unwrap_or_default(),
        project: body.project,
        active: body.active,
        passphrase: body.passphrase,
        expires_at: body.expires_at.map(|text| lifetime::parse("expires_at", &text, now)).transpose(),
        ..new_credential::NewCredential::plain(Kind::ApiKey, &body.name, body.scopes)
    };
    credentials::create(&state, &caller, &workspace, new, once).await
}

/// Get an API key
#[utoipa::path(
    get, path = "/workspaces/{workspace}/api-keys/{key}", operation_id = "get_api_key", tag = "API keys",
    params(("workspace" = String, Path, description = "Its id or slug"), ("key" = String, Path, description = "Its id")),
    responses(
        (status = 200, body = Credential, headers(("ETag" = String, description = "Its version, for If-Match"))),
        Refusals
    )
)]
pub(super) async fn get(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, key)): Path<(String, String)>,
) -> Result<Tagged, Problem> {
    let id = credentials::id(Kind::ApiKey, &key)?;
    let detail = state.service.credential(&caller.actor, &workspace, id).await?;
    let tag = credentials::etag(detail.credential.version);
    Ok((tag, Json(Credential::new(detail.credential, state.service.now()))))
}

/// Change an API key
///
/// What is absent stays as it is; null clears `description` and `expires_at`. It counts at once: a key that is
/// switched off is refused from the moment this has answered. The secret never changes, nor does the project.
#[utoipa::path(
    patch, path = "/workspaces/{workspace}/api-keys/{key}", operation_id = "change_api_key", tag = "API keys",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("key" = String, Path, description = "Its id"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is meant for")
    ),
    request_body(content((ChangeApiKey = "application/merge-patch+json"), (ChangeApiKey = "application/json"))),
    responses(
        (status = 200, body = Credential, headers(("ETag" = String, description = "Its version from now on"))),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is revoked or expired", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It is not the version of If-Match", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON by its type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A member breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn change(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, key)): Path<(String, String)>,
    headers: HeaderMap,
    Body(body): Body<ChangeApiKey>,
) -> Result<Tagged, Problem> {
    let id = credentials::id(Kind::ApiKey, &key)?;
    let change = body.read(credentials::if_match(&headers), state.service.now())?;
    let changed = state.service.edit_credential(&caller.actor, &caller.origin, &workspace, id, change).await?;
    Ok((credentials::etag(changed.version), Json(Credential::new(changed, state.service.now()))))
}

/// Revoke an API key
///
/// Once this has answered, no request with the key is let in; it stays listed as revoked. Revoking it again answers
/// the same.
#[utoipa::path(
    delete, path = "/workspaces/{workspace}/api-keys/{key}", operation_id = "revoke_api_key", tag = "API keys",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("key" = String, Path, description = "Its id"),
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
    Path((workspace, key)): Path<(String, String)>,
    Query(query): Query<RevokeQuery>,
) -> Result<StatusCode, Problem> {
    let id = credentials::id(Kind::ApiKey, &key)?;
    credentials::revoke(&state, &caller, &workspace, id, &query).await
}
