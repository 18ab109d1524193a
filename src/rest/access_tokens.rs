//! `/workspaces/{workspace}/access-tokens`.

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters out once more, in full")]

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    authenticate::Caller,
    body::{self, Body, Path, Query},
    problem::{Problem, Refusals},
};
use crate::{
    domain::{
        credential::{self, CredentialId, Kind},
        invalid::Invalid,
        lifetime,
        timestamp::Timestamp,
    },
    http::state,
    service::{credential_list::Asked, credentials::Created, new_credential::NewCredential},
};

/// What a token reaches.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// Every project.
    Workspace,
}

/// An access token without its secret.
#[derive(Serialize, ToSchema)]
pub(super) struct AccessToken {
    /// Its id.
    #[schema(example = "tok_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// Always `access_token`.
    #[schema(example = "access_token")]
    kind: &'static str,
    /// Its name.
    #[schema(example = "CI Deploy")]
    name: String,
    /// Always empty for access tokens.
    description: String,
    /// The secret's prefix and first characters.
    #[schema(example = "sk_live_7Qx4")]
    hint: String,
    /// Its scopes as granted.
    #[schema(example = json!(["deploy"]))]
    scopes: Vec<String>,
    /// What it reaches.
    level: Level,
    /// The only project it reaches; null at the level of the workspace.
    project: Option<String>,
    /// `active`, `expiring` (within seven days), `expired` or `revoked`.
    #[schema(example = "active")]
    status: &'static str,
    /// Whether calls must carry the header `Latchkey-Passphrase`.
    has_passphrase: bool,
    /// When it was made, RFC 3339.
    created_at: String,
    /// Who made it.
    created_by: Party,
    /// Who answers for it.
    responsible: Party,
    /// The id of the token or key that made it.
    parent: Option<String>,
    /// When it ends; null if it does not.
    expires_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
    /// The last call that was let in.
    last_used_at: Option<String>,
    /// How many calls were let in.
    use_count: u64,
}

/// A person, a token or key, or the operator.
#[derive(Serialize, ToSchema)]
pub(super) struct Party {
    /// `user`, `credential` or `operator`.
    #[serde(rename = "type")]
    #[schema(example = "user")]
    type_: &'static str,
    /// Its id; the operator has none.
    id: Option<String>,
    /// An email address or a name.
    #[schema(example = "ops@northwind.example")]
    name: String,
}

/// An access token and its secret, for the only time.
#[derive(Serialize, ToSchema)]
pub(super) struct NewAccessToken {
    /// The token.
    #[serde(flatten)]
    token: AccessToken,
    /// The secret: it is shown here and never again.
    #[schema(example = "sk_live_7Qx4EXAMPLEnotARealSecret0000000")]
    secret: String,
}

/// A page of access tokens, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct AccessTokens {
    /// The tokens.
    items: Vec<AccessToken>,
    /// For `?cursor` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// How many items, 1 to 200; 50 if absent.
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What revoking does to the tokens that this one has made.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RevokeQuery {
    /// `revoke` (the default) or `keep`.
    descendants: Option<String>,
}

/// A new access token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(super) struct CreateAccessToken {
    /// 3 to 255 characters.
    #[schema(example = "CI Deploy", min_length = 3, max_length = 255)]
    name: String,
    /// At least one; those of the workspace's catalog.
    #[schema(example = json!(["deploy"]), min_items = 1)]
    scopes: Vec<String>,
    /// 8 to 255 characters that callers must send in the header `Latchkey-Passphrase`.
    #[schema(min_length = 8, max_length = 255)]
    passphrase: Option<String>,
    /// The end: a date, which means its last second in UTC, or RFC 3339. Absent or null means never.
    #[schema(example = "2026-12-31")]
    expires_at: Option<String>,
}

impl AccessToken {
    fn new(token: credential::Credential, now: Timestamp) -> Self {
        let write = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
        Self {
            status: token.status(now).as_str(),
            id: token.id.to_string(),
            kind: token.id.kind().as_str(),
            name: token.name,
            description: token.description,
            hint: token.hint,
            scopes: token.scopes.iter().map(ToString::to_string).collect(),
            level: Level::Workspace,
            project: None,
            has_passphrase: token.has_passphrase,
            created_at: token.created_at.rfc3339(),
            created_by: Party {
                type_: token.created_by.kind.as_str(),
                id: token.created_by.id,
                name: token.created_by.name,
            },
            responsible: Party {
                type_: credential::MakerKind::User.as_str(),
                id: Some(token.responsible.0.to_string()),
                name: token.responsible.1,
            },
            parent: token.parent.map(|id| id.to_string()),
            expires_at: write(token.expires_at),
            revoked_at: write(token.revoked_at),
            last_used_at: write(token.last_use.at),
            use_count: token.use_count,
        }
    }
}

/// List access tokens
///
/// Newest first, the ended ones too.
#[utoipa::path(
    get, path = "/workspaces/{workspace}/access-tokens", tag = "Access tokens",
    params(("workspace" = String, Path, description = "Its id or slug"), PageQuery),
    responses(
        (status = 200, body = AccessTokens),
        (status = 422, description = "A parameter breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn list(
    State(state): State<state::State>,
    caller: Caller,
    Path(workspace): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<AccessTokens>, Problem> {
    let limit = body::limit(query.limit.as_deref());
    let asked = Asked { cursor: body::given(query.cursor), ..Asked::default() };
    let page = state.service.credentials(&caller.actor, &workspace, Kind::AccessToken, &asked, limit).await?;
    let now = state.service.now();
    Ok(Json(AccessTokens {
        items: page.items.into_iter().map(|token| AccessToken::new(token, now)).collect(),
        next_cursor: page.next,
    }))
}

/// Create an access token
///
/// The answer is the only one that ever has its secret.
#[utoipa::path(
    post, path = "/workspaces/{workspace}/access-tokens", tag = "Access tokens",
    params(("workspace" = String, Path, description = "Its id or slug")),
    request_body = CreateAccessToken,
    responses(
        (status = 201, body = NewAccessToken, headers(("Location" = String, description = "Where the token is"))),
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
    Body(body): Body<CreateAccessToken>,
) -> Result<Response, Problem> {
    let now = state.service.now();
    let expires_at = body.expires_at.map(|text| lifetime::parse("expires_at", &text, now)).transpose();
    let new = NewCredential {
        passphrase: body.passphrase,
        expires_at,
        ..NewCredential::plain(Kind::AccessToken, &body.name, body.scopes)
    };
    match state.service.create_credential(&caller.actor, &caller.origin, &workspace, new).await? {
        Created::New(token, secret) => {
            let location = format!("{}/workspaces/{workspace}/access-tokens/{}", super::PREFIX, token.id);
            let body = NewAccessToken { token: AccessToken::new(*token, now), secret: secret.expose().to_owned() };
            let mut response = (StatusCode::CREATED, Json(body)).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            if let Ok(location) = location.parse() {
                headers.insert(header::LOCATION, location);
            }
            Ok(response)
        }
        // Only a form can be sent twice.
        Created::Before(_) => Err(Problem::unavailable()),
    }
}

/// Get an access token
#[utoipa::path(
    get, path = "/workspaces/{workspace}/access-tokens/{token}", tag = "Access tokens",
    params(("workspace" = String, Path, description = "Its id or slug"), ("token" = String, Path, description = "Its id")),
    responses((status = 200, body = AccessToken), Refusals)
)]
pub(super) async fn get(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, token)): Path<(String, String)>,
) -> Result<Json<AccessToken>, Problem> {
    let detail = state.service.credential(&caller.actor, &workspace, id(&token)?).await?;
    Ok(Json(AccessToken::new(detail.credential, state.service.now())))
}

/// Revoke an access token
///
/// Once this has answered, no request with the token is let in. Revoking it again answers the same.
#[utoipa::path(
    delete, path = "/workspaces/{workspace}/access-tokens/{token}", tag = "Access tokens",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("token" = String, Path, description = "Its id"),
        RevokeQuery
    ),
    responses(
        (status = 204, description = "It is revoked"),
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
    let keep = match query.descendants.as_deref() {
        None | Some("revoke") => false,
        Some("keep") => true,
        Some(_) => {
            let message = "descendants is revoke or keep.";
            return Err(Problem::invalid(vec![Invalid::new("descendants", "unknown", message)]));
        }
    };
    state.service.revoke_credential(&caller.actor, &caller.origin, &workspace, id(&token)?, keep).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An id that cannot be one names nothing, as does a key's among the tokens.
fn id(text: &str) -> Result<CredentialId, Problem> {
    text.parse().ok().filter(|id: &CredentialId| id.kind() == Kind::AccessToken).ok_or_else(Problem::not_found)
}
