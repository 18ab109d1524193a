//! What access tokens and API keys have in common: how they look in the API, and what is done with either. Their
//! routes are in `access_tokens` and `api_keys`.

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{authenticate::Caller, body, party::Party, problem::Problem};
use crate::{
    domain::{
        credential::{self, CredentialId, Kind},
        invalid::Invalid,
        timestamp::Timestamp,
    },
    http::state::State,
    service::{Error, credential_list::Asked, credentials::Created, new_credential, once::Once},
};

/// What a token or key reaches.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// Every project.
    Workspace,
    /// One project.
    Project,
}

impl Level {
    /// Of a token or key.
    pub(super) const fn of(credential: &credential::Credential) -> Self {
        if credential.project.is_some() { Self::Project } else { Self::Workspace }
    }
}

/// An access token or API key without its secret.
#[derive(Serialize, ToSchema)]
pub(super) struct Credential {
    /// Its id: `tok_…` for an access token, `key_…` for an API key.
    #[schema(example = "tok_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// `access_token` or `api_key`.
    #[schema(example = "access_token")]
    kind: &'static str,
    /// Its name.
    #[schema(example = "CI Deploy")]
    name: String,
    /// What it is for; always empty for access tokens.
    description: String,
    /// The secret's prefix and first characters.
    #[schema(example = "sk_live_7Qx4")]
    hint: String,
    /// Its scopes as granted.
    #[schema(example = json!(["deploy"]))]
    scopes: Vec<String>,
    /// What it reaches.
    level: Level,
    /// The id of the only project it reaches; null at the level of the workspace.
    #[schema(example = json!(null))]
    project: Option<String>,
    /// `active`, `expiring` (within seven days), `inactive` (a key that is switched off), `expired` or `revoked`.
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

/// A token or key and its secret, for the only time.
#[derive(Serialize, ToSchema)]
pub(super) struct NewCredential {
    /// The token or key.
    #[serde(flatten)]
    credential: Credential,
    /// The secret: it is shown here and never again.
    #[schema(example = "sk_live_7Qx4EXAMPLEnotARealSecret0000000")]
    secret: String,
}

/// A page of tokens or keys, newest first unless asked otherwise.
#[derive(Serialize, ToSchema)]
pub(super) struct Credentials {
    /// The tokens or keys.
    items: Vec<Credential>,
    /// For `?cursor` of the next page, with the same filters and order; null at the end.
    next_cursor: Option<String>,
}

/// What of a list, in which order, and which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// Beginnings of words of the name, all of which it must have; or, with an underscore, the beginning of the hint.
    #[param(max_length = 255)]
    q: Option<String>,
    /// `active` (which includes `expiring`), `expiring`, `inactive`, `expired` or `revoked`.
    status: Option<String>,
    /// A scope that it was granted.
    scope: Option<String>,
    /// `workspace` or `project`.
    level: Option<String>,
    /// The id of the person, token or key that made it.
    creator: Option<String>,
    /// The id or slug of the only project that it reaches.
    project: Option<String>,
    /// `90`: without a call that was let in for ninety days, or for as long since it was made.
    unused: Option<String>,
    /// `created`, `name`, `expires` or `last_used`, with `-` before it for the largest first; `-created` if absent.
    #[param(example = "-last_used")]
    sort: Option<String>,
    /// How many items, 1 to 200; 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What revoking does to the tokens and keys that this one has made.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RevokeQuery {
    /// `revoke` (the default) or `keep`.
    descendants: Option<String>,
}

impl Credential {
    pub(super) fn new(token: credential::Credential, now: Timestamp) -> Self {
        let write = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
        Self {
            status: token.status(now).as_str(),
            level: Level::of(&token),
            id: token.id.to_string(),
            kind: token.id.kind().as_str(),
            name: token.name,
            description: token.description,
            hint: token.hint,
            scopes: token.scopes.iter().map(ToString::to_string).collect(),
            project: token.project.as_ref().map(|project| project.id.to_string()),
            has_passphrase: token.has_passphrase,
            created_at: token.created_at.rfc3339(),
            created_by: token.created_by.into(),
            responsible: token.responsible.into(),
            parent: token.parent.map(|id| id.to_string()),
            expires_at: write(token.expires_at),
            revoked_at: write(token.revoked_at),
            last_used_at: write(token.last_use.at),
            use_count: token.use_count,
        }
    }
}

/// One page.
pub(super) async fn list(
    state: &State,
    caller: &Caller,
    workspace: &str,
    kind: Kind,
    query: PageQuery,
) -> Result<Json<Credentials>, Problem> {
    let limit = body::limit(query.limit.as_deref());
    let asked = Asked {
        q: query.q.unwrap_or_default(),
        status: body::given(query.status),
        scope: body::given(query.scope),
        level: body::given(query.level),
        creator: body::given(query.creator),
        project: body::given(query.project),
        unused: body::given(query.unused),
        sort: body::given(query.sort),
        cursor: body::given(query.cursor),
        before: String::new(),
    };
    let page = state.service.credentials(&caller.actor, workspace, kind, &asked, limit).await?;
    let now = state.service.now();
    Ok(Json(Credentials {
        items: page.items.into_iter().map(|credential| Credential::new(credential, now)).collect(),
        next_cursor: page.next,
    }))
}

/// Makes one.
pub(super) async fn create(
    state: &State,
    caller: &Caller,
    workspace: &str,
    new: new_credential::NewCredential,
    once: Option<Once>,
) -> Result<Response, Problem> {
    let (kind, origin) = (new.kind, caller.origin_once(once));
    match state.service.create_credential(&caller.actor, &origin, workspace, new).await {
        Ok(Created::New(credential, secret)) => {
            let location = format!("{}/workspaces/{workspace}/{}/{}", super::PREFIX, kind.segment(), credential.id);
            let tag = (kind == Kind::ApiKey).then(|| etag(credential.version));
            let credential = Credential::new(*credential, state.service.now());
            let body = NewCredential { credential, secret: secret.expose().to_owned() };
            let mut response = (StatusCode::CREATED, tag, Json(body)).into_response();
            if let Ok(location) = location.parse() {
                response.headers_mut().insert(header::LOCATION, location);
            }
            Ok(response)
        }
        Err(Error::Repeated(id)) => {
            let made = state.service.credential_made(workspace, &id).await?;
            let location = format!("{}/workspaces/{workspace}/{}/{id}", super::PREFIX, kind.segment());
            let tag = (kind == Kind::ApiKey).then(|| etag(made.version));
            let body = Credential::new(made, state.service.now());
            Ok(([(header::LOCATION, location)], tag, Json(body)).into_response())
        }
        // Only a form has a key of this kind.
        Ok(Created::Before(_)) => Err(Problem::unavailable()),
        Err(error) => Err(error.into()),
    }
}

/// Ends one.
pub(super) async fn revoke(
    state: &State,
    caller: &Caller,
    workspace: &str,
    id: CredentialId,
    query: &RevokeQuery,
) -> Result<StatusCode, Problem> {
    let keep = match query.descendants.as_deref() {
        None | Some("revoke") => false,
        Some("keep") => true,
        Some(_) => {
            let message = "descendants is revoke or keep.";
            return Err(Problem::invalid(vec![Invalid::new("descendants", "unknown", message)]));
        }
    };
    state.service.revoke_credential(&caller.actor, &caller.origin, workspace, id, keep).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An id that cannot be one names nothing, as does a key's among the tokens.
pub(super) fn id(kind: Kind, text: &str) -> Result<CredentialId, Problem> {
    text.parse().ok().filter(|id: &CredentialId| id.kind() == kind).ok_or_else(Problem::not_found)
}

/// The entity tag of a key: it stands for what an edit changes, not for its use.
pub(super) fn etag(version: u64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

/// The versions that `If-Match` allows, none if it allows all. A weak tag matches nothing (RFC 9110, 13.1.1).
pub(super) fn if_match(headers: &HeaderMap) -> Option<Vec<u64>> {
    let values: Vec<_> = headers.get_all(header::IF_MATCH).iter().filter_map(|value| value.to_str().ok()).collect();
    let mut tags = values.iter().flat_map(|value| value.split(',')).map(str::trim);
    if !headers.contains_key(header::IF_MATCH) || tags.clone().any(|tag| tag == "*") {
        return None;
    }
    let version = |tag: &str| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    Some(tags.by_ref().filter_map(version).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_reads_lists_of_strong_tags() {
        let read = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::IF_MATCH, header::HeaderValue::from_static(value));
            }
            if_match(&headers)
        };
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["*"]), None);
        assert_eq!(read(&["\"3\""]), Some(vec![3]));
        assert_eq!(read(&["\"3\", \"4\"", "\"5\""]), Some(vec![3, 4, 5]));
        assert_eq!(read(&["W/\"3\", 3, \"x\""]), Some(vec![]), "weak, bare and foreign tags match nothing");
    }
}
