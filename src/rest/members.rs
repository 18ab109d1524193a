//! `/workspaces/{workspace}/members`.

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters out once more, in full")]

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    authenticate::Caller,
    body::{self, Body, Patch, Path, Query},
    problem::{Problem, Refusals},
};
use crate::{
    domain::{
        id::UserId,
        invalid::{Gather, Invalid},
        member::{self, Joined, Parting},
        timestamp::Timestamp,
    },
    http::state,
};

/// A person in a workspace.
#[derive(Serialize, ToSchema)]
pub(super) struct Member {
    /// Their id.
    #[schema(example = "usr_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// Their address.
    #[schema(example = "ops@northwind.example")]
    email: String,
    /// `owner`, `admin` or `member`.
    #[schema(example = "admin")]
    role: &'static str,
    /// When they joined, RFC 3339.
    joined_at: String,
    /// When they were last seen in a browser; null if never.
    last_seen_at: Option<String>,
    /// How many live tokens and keys they answer for.
    responsible_for: Responsibility,
}

/// How many live tokens and keys somebody answers for.
#[derive(Serialize, ToSchema)]
pub(super) struct Responsibility {
    /// Access tokens.
    #[schema(example = 2)]
    access_tokens: u64,
    /// API keys.
    #[schema(example = 1)]
    api_keys: u64,
}

/// A page of members, those who joined first before others.
#[derive(Serialize, ToSchema)]
pub(super) struct Members {
    /// The members.
    items: Vec<Member>,
    /// For `?cursor` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MembersQuery {
    /// How many items, 1 to 200; 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What becomes of the live tokens and keys that the person answers for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PartingQuery {
    /// `revoke` (the default) or `hand_over`.
    credentials: Option<String>,
    /// With `hand_over`: the id of an owner or admin of the workspace.
    to: Option<String>,
}

/// What changes of a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeMember {
    /// `owner`, `admin` or `member`; absent leaves it as it is.
    #[schema(value_type = Option<String>, nullable = false, example = "admin")]
    #[serde(default)]
    role: Patch<String>,
}

impl From<member::Member> for Member {
    fn from(member: member::Member) -> Self {
        Self {
            id: member.user.to_string(),
            email: member.email,
            role: member.role.as_str(),
            joined_at: member.joined_at.rfc3339(),
            last_seen_at: member.last_seen_at.map(Timestamp::rfc3339),
            responsible_for: Responsibility { access_tokens: member.tokens, api_keys: member.keys },
        }
    }
}

impl PartingQuery {
    /// Somebody who names an heir and forgets to say `hand_over` must not lose everything.
    fn parse(&self) -> Result<Parting, Invalid> {
        let (credentials, to) = (self.credentials.as_deref().unwrap_or_default(), self.to.as_deref());
        if to.is_some() && matches!(credentials, "" | "revoke") {
            return Err(Invalid::new("to", "unexpected", "to goes with credentials=hand_over alone."));
        }
        Parting::parse(credentials, to.unwrap_or_default())
    }
}

/// List members
///
/// Those who joined first before others.
#[utoipa::path(
    get, path = "/workspaces/{workspace}/members", operation_id = "list_members", tag = "Members",
    params(("workspace" = String, Path, description = "Its id or slug"), MembersQuery),
    responses(
        (status = 200, body = Members),
        (status = 400, description = "The query cannot be read: a parameter stands twice", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn list(
    State(state): State<state::State>,
    caller: Caller,
    Path(workspace): Path<String>,
    Query(query): Query<MembersQuery>,
) -> Result<Json<Members>, Problem> {
    let mut gather = Gather::default();
    let limit = gather.take(body::limit(query.limit.as_deref()));
    let after = gather.take(body::cursor(query.cursor.as_deref()));
    let (Some(limit), Some(after)) = (limit, after) else { return Err(Problem::invalid(gather.into_errors())) };
    let page = state.service.members(&caller.actor, &workspace, after, limit).await?;
    let next_cursor = page.items.last().filter(|_| page.more).map(|last| body::to_cursor(Joined::from(last)));
    Ok(Json(Members { items: page.items.into_iter().map(Member::from).collect(), next_cursor }))
}

/// Change a member's role
///
/// A token or key makes and changes admins and members only. Who becomes a member is asked, by the query, what becomes
/// of the tokens and keys that they answer for.
#[utoipa::path(
    patch, path = "/workspaces/{workspace}/members/{user}", operation_id = "change_member", tag = "Members",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("user" = String, Path, description = "The member's id"),
        PartingQuery
    ),
    request_body = ChangeMember,
    responses(
        (status = 200, body = Member),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "They are the last owner", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON by its type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A member or parameter breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn change(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, user)): Path<(String, String)>,
    Query(query): Query<PartingQuery>,
    Body(body): Body<ChangeMember>,
) -> Result<Json<Member>, Problem> {
    let user = id(&user)?;
    let mut gather = Gather::default();
    let parting = gather.take(query.parse());
    let role = body.role.required("role").and_then(|role| role.as_deref().map(member::parse_role).transpose());
    let role = gather.take(role);
    let (Some(parting), true) = (parting, gather.is_empty()) else {
        return Err(Problem::invalid(gather.into_errors()));
    };
    let (actor, origin) = (&caller.actor, &caller.origin);
    let changed = match role.flatten() {
        Some(role) => state.service.change_role(actor, origin, &workspace, (user, role), parting).await?,
        None => state.service.going(actor, &workspace, user, 0).await?.member,
    };
    Ok(Json(changed.into()))
}

/// Remove a member
///
/// The workspace is not there for them from their next request. What they answer for is revoked, unless it is handed
/// over.
#[utoipa::path(
    delete, path = "/workspaces/{workspace}/members/{user}", operation_id = "remove_member", tag = "Members",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("user" = String, Path, description = "The member's id"),
        PartingQuery
    ),
    responses(
        (status = 204, description = "They are removed"),
        (status = 409, description = "They are the last owner", body = Problem, content_type = "application/problem+json"),
        (status = 400, description = "The query cannot be read: a parameter stands twice", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn remove(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, user)): Path<(String, String)>,
    Query(query): Query<PartingQuery>,
) -> Result<StatusCode, Problem> {
    let user = id(&user)?;
    let parting = query.parse().map_err(|invalid| Problem::invalid(vec![invalid]))?;
    state.service.remove_member(&caller.actor, &caller.origin, &workspace, user, parting).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An id that cannot be one names nobody.
fn id(text: &str) -> Result<UserId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
