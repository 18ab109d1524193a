//! `/workspaces/{workspace}/projects/{project}/deployments`.

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters out once more, in full")]

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    authenticate::Caller,
    body::{self, Create, Path, Query},
    page::PageQuery,
    party::Party,
    problem::{Problem, Refusals},
};
use crate::{
    domain::{self, id::DeploymentId, project},
    http::state,
    service::{Error, deployments::NewDeployment},
};

/// A deployment: a record of a file that went out.
#[derive(Serialize, ToSchema)]
pub(super) struct Deployment {
    /// Its id.
    #[schema(example = "dep_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// The file's name.
    #[schema(example = "report-2026-11-22.tar.gz")]
    file_name: String,
    /// Its size in bytes.
    #[schema(example = 184_320)]
    size: u64,
    /// Its SHA-256 in small hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
    /// `live` or `archived`.
    #[schema(example = "live")]
    status: &'static str,
    /// When it was recorded, RFC 3339.
    created_at: String,
    /// Who recorded it.
    created_by: Party,
}

/// A page of deployments, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct Deployments {
    /// The deployments.
    items: Vec<Deployment>,
    /// For `?cursor` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// A new deployment.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CreateDeployment {
    /// 1 to 255 characters.
    #[schema(example = "report-2026-11-22.tar.gz", min_length = 1, max_length = 255)]
    file_name: String,
    /// In bytes.
    #[schema(value_type = u64, example = 184_320, maximum = 9_007_199_254_740_991_u64)]
    size: Option<u64>,
    /// 64 hexadecimal digits.
    #[schema(
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        min_length = 64,
        max_length = 64
    )]
    sha256: String,
}

impl From<domain::project::Deployment> for Deployment {
    fn from(deployment: domain::project::Deployment) -> Self {
        Self {
            id: deployment.id.to_string(),
            file_name: deployment.file_name,
            size: deployment.size,
            sha256: deployment.sha256,
            status: if deployment.archived_at.is_some() { "archived" } else { "live" },
            created_at: deployment.created_at.rfc3339(),
            created_by: deployment.created_by.into(),
        }
    }
}

/// List deployments
///
/// Newest first, the archived ones too.
#[utoipa::path(
    get, path = "/workspaces/{workspace}/projects/{project}/deployments", operation_id = "list_deployments", tag = "Deployments",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("project" = String, Path, description = "Its id or slug"),
        PageQuery
    ),
    responses(
        (status = 200, body = Deployments),
        (status = 400, description = "The query cannot be read: a parameter stands twice", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn list(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, project)): Path<(String, String)>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Deployments>, Problem> {
    let (from, limit) = query.read()?;
    let page = state.service.deployments(&caller.actor, &workspace, &project, from, limit).await?.page;
    let next_cursor = page.items.last().filter(|_| page.older).map(|deployment| body::to_cursor(deployment.id));
    Ok(Json(Deployments { items: page.items.into_iter().map(Deployment::from).collect(), next_cursor }))
}

/// Create a deployment
///
/// Records that a file went out. Latchkey keeps the record, it hosts nothing.
#[utoipa::path(
    post, path = "/workspaces/{workspace}/projects/{project}/deployments", operation_id = "create_deployment", tag = "Deployments",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("project" = String, Path, description = "Its id or slug"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request: sent again within a day, it makes nothing more")
    ),
    request_body = CreateDeployment,
    responses(
        (status = 200, description = "The same request, named by its key, has made this before", body = Deployment),
        (status = 201, body = Deployment, headers(("Location" = String, description = "Where the deployment is"))),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON by its type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A member breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn create(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, project)): Path<(String, String)>,
    Create(body, once): Create<CreateDeployment>,
) -> Result<Response, Problem> {
    let size = body.size.map_or_else(|| project::parse_size(""), Ok);
    let new = NewDeployment { file_name: body.file_name, size, sha256: body.sha256 };
    let origin = caller.origin_once(once);
    let made = state.service.create_deployment(&caller.actor, &origin, &workspace, &project, new).await;
    let (status, made) = match made {
        Err(Error::Repeated(id)) => (StatusCode::OK, state.service.deployment_made(&workspace, &project, &id).await?),
        made => (StatusCode::CREATED, made?),
    };
    let location = format!("{}/workspaces/{workspace}/projects/{project}/deployments/{}", super::PREFIX, made.id);
    Ok((status, [(header::LOCATION, location)], Json(Deployment::from(made))).into_response())
}

/// Get a deployment
#[utoipa::path(
    get, path = "/workspaces/{workspace}/projects/{project}/deployments/{deployment}", operation_id = "get_deployment", tag = "Deployments",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("project" = String, Path, description = "Its id or slug"),
        ("deployment" = String, Path, description = "Its id")
    ),
    responses((status = 200, body = Deployment), Refusals)
)]
pub(super) async fn get(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, project, deployment)): Path<(String, String, String)>,
) -> Result<Json<Deployment>, Problem> {
    let found = state.service.deployment(&caller.actor, &workspace, &project, id(&deployment)?).await?;
    Ok(Json(found.into()))
}

/// Archive a deployment
///
/// It stays listed. Archiving it again answers the same.
#[utoipa::path(
    post, path = "/workspaces/{workspace}/projects/{project}/deployments/{deployment}/archive", operation_id = "archive_deployment", tag = "Deployments",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("project" = String, Path, description = "Its id or slug"),
        ("deployment" = String, Path, description = "Its id")
    ),
    responses((status = 200, body = Deployment), Refusals)
)]
pub(super) async fn archive(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, project, deployment)): Path<(String, String, String)>,
) -> Result<Json<Deployment>, Problem> {
    let id = id(&deployment)?;
    let archived = state.service.archive_deployment(&caller.actor, &caller.origin, &workspace, &project, id).await?;
    Ok(Json(archived.into()))
}

/// An id that cannot be one names nothing.
fn id(text: &str) -> Result<DeploymentId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}
