//! `/workspaces/{workspace}/invitations`.

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters out once more, in full")]

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    authenticate::Caller,
    body::{self, Create, Path, Query},
    party::Party,
    problem::{Problem, Refusals},
};
use crate::{
    domain::{invalid::Gather, invitation},
    http::state,
    service::Error,
};

/// An open invitation.
#[derive(Serialize, ToSchema)]
pub(super) struct Invitation {
    /// Its id.
    #[schema(example = "inv_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// Whom it is for.
    #[schema(example = "sam@northwind.example")]
    email: String,
    /// What they will be: `owner`, `admin` or `member`.
    #[schema(example = "member")]
    role: &'static str,
    /// Who made it.
    invited_by: Party,
    /// When it was made, RFC 3339.
    created_at: String,
    /// Its link works before this.
    expires_at: String,
}

/// An invitation and its link, for the only time.
#[derive(Serialize, ToSchema)]
pub(super) struct NewInvitation {
    /// The invitation.
    #[serde(flatten)]
    invitation: Invitation,
    /// The link: it is shown here and never again. It works once, for that address only.
    #[schema(example = "https://latchkey.example/invitations/EXAMPLE7m2Kd9QxR4")]
    url: String,
}

/// A page of open invitations, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct Invitations {
    /// The invitations.
    items: Vec<Invitation>,
    /// For `?cursor` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InvitationsQuery {
    /// How many items, 1 to 200; 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A new invitation.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CreateInvitation {
    /// Whom it is for.
    #[schema(example = "sam@northwind.example")]
    email: String,
    /// What they will be: `admin` or `member`. Only people invite owners.
    #[schema(example = "member")]
    role: String,
}

impl From<invitation::Invitation> for Invitation {
    fn from(invitation: invitation::Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email.to_string(),
            role: invitation.role.as_str(),
            invited_by: invitation.invited_by.into(),
            created_at: invitation.created_at.rfc3339(),
            expires_at: invitation.expires_at.rfc3339(),
        }
    }
}

/// List open invitations
///
/// Newest first, without their links.
#[utoipa::path(
    get, path = "/workspaces/{workspace}/invitations", operation_id = "list_invitations", tag = "Members",
    params(("workspace" = String, Path, description = "Its id or slug"), InvitationsQuery),
    responses(
        (status = 200, body = Invitations),
        (status = 400, description = "The query cannot be read: a parameter stands twice", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn list(
    State(state): State<state::State>,
    caller: Caller,
    Path(workspace): Path<String>,
    Query(query): Query<InvitationsQuery>,
) -> Result<Json<Invitations>, Problem> {
    let mut gather = Gather::default();
    let limit = gather.take(body::limit(query.limit.as_deref()));
    let before = gather.take(body::cursor(query.cursor.as_deref()));
    let (Some(limit), Some(before)) = (limit, before) else { return Err(Problem::invalid(gather.into_errors())) };
    let page = state.service.invitations(&caller.actor, &workspace, before, limit).await?;
    let next_cursor = page.items.last().filter(|_| page.more).map(|last| body::to_cursor(last.id));
    Ok(Json(Invitations { items: page.items.into_iter().map(Invitation::from).collect(), next_cursor }))
}

/// Invite somebody
///
/// The answer is the only one that ever has the link. It takes the place of an open invitation for the same address.
#[utoipa::path(
    post, path = "/workspaces/{workspace}/invitations", operation_id = "create_invitation", tag = "Members",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request: sent again within a day, it makes nothing more")
    ),
    request_body = CreateInvitation,
    responses(
        (status = 200, description = "The same request, named by its key, has made this before", body = Invitation),
        (status = 201, body = NewInvitation),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "They are in the workspace", body = Problem, content_type = "application/problem+json"),
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
    Create(body, once): Create<CreateInvitation>,
) -> Result<Response, Problem> {
    let asked = (body.email.as_str(), body.role.as_str());
    let made = state.service.invite(&caller.actor, &caller.origin_once(once), &workspace, asked).await;
    let (invitation, code) = match made {
        Err(Error::Repeated(id)) => {
            let made = state.service.invitation_made(&workspace, &id).await?;
            return Ok(Json(Invitation::from(made)).into_response());
        }
        made => made?,
    };
    let url = state.settings.page(&format!("/invitations/{code}"));
    let body = NewInvitation { invitation: invitation.into(), url };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Take an invitation back
///
/// Its link does not work from then on. Taking it back again answers the same.
#[utoipa::path(
    delete, path = "/workspaces/{workspace}/invitations/{invitation}", operation_id = "withdraw_invitation", tag = "Members",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("invitation" = String, Path, description = "Its id")
    ),
    responses((status = 204, description = "Its link does not work"), Refusals)
)]
pub(super) async fn withdraw(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, invitation)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let id = invitation.parse().map_err(|_| Problem::not_found())?;
    state.service.withdraw_invitation(&caller.actor, &caller.origin, &workspace, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
