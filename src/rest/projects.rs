//! `/workspaces/{workspace}/projects`.

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
    body::{self, Body, Create, Patch, Path, Query},
    page::PageQuery,
    problem::{Problem, Refusals},
};
use crate::{domain, http::state, service::Error};

/// A project.
#[derive(Serialize, ToSchema)]
pub(super) struct Project {
    /// Its id.
    #[schema(example = "proj_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// Its name.
    #[schema(example = "Weekly report")]
    name: String,
    /// Its place in addresses, unique in its workspace; never changes.
    #[schema(example = "weekly-report")]
    slug: String,
    /// When it was made, RFC 3339.
    created_at: String,
}

/// A page of projects, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct Projects {
    /// The projects.
    items: Vec<Project>,
    /// For `?cursor` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// A new project.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CreateProject {
    /// 1 to 255 characters. The slug is made from it.
    #[schema(example = "Weekly report", min_length = 1, max_length = 255)]
    name: String,
}

/// What changes of a project: a merge patch (RFC 7396).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeProject {
    /// 1 to 255 characters; unchanged if absent.
    #[schema(value_type = Option<String>, nullable = false, example = "Monthly report", min_length = 1, max_length = 255)]
    #[serde(default)]
    name: Patch<String>,
}

impl From<domain::project::Project> for Project {
    fn from(project: domain::project::Project) -> Self {
        Self {
            id: project.id.to_string(),
            name: project.name,
            slug: project.slug,
            created_at: project.created_at.rfc3339(),
        }
    }
}

/// List projects
///
/// Newest first. A token or key of one project sees that one alone.
#[utoipa::path(
    get, path = "/workspaces/{workspace}/projects", operation_id = "list_projects", tag = "Projects",
    params(("workspace" = String, Path, description = "Its id or slug"), PageQuery),
    responses(
        (status = 200, body = Projects),
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
) -> Result<Json<Projects>, Problem> {
    let (from, limit) = query.read()?;
    let (_, page) = state.service.projects(&caller.actor, &workspace, from, limit).await?;
    let next_cursor = page.items.last().filter(|_| page.older).map(|project| body::to_cursor(project.id));
    Ok(Json(Projects { items: page.items.into_iter().map(Project::from).collect(), next_cursor }))
}

/// Create a project
///
/// Needs a token or key that reaches the whole workspace.
#[utoipa::path(
    post, path = "/workspaces/{workspace}/projects", operation_id = "create_project", tag = "Projects",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request: sent again within a day, it makes nothing more")
    ),
    request_body = CreateProject,
    responses(
        (status = 200, description = "The same request, named by its key, has made this before", body = Project),
        (status = 201, body = Project, headers(("Location" = String, description = "Where the project is"))),
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
    Path(workspace): Path<String>,
    Create(body, once): Create<CreateProject>,
) -> Result<Response, Problem> {
    let origin = caller.origin_once(once);
    let (status, project) = match state.service.create_project(&caller.actor, &origin, &workspace, &body.name).await {
        Err(Error::Repeated(id)) => (StatusCode::OK, state.service.project_made(&workspace, &id).await?),
        made => (StatusCode::CREATED, made?),
    };
    let location = format!("{}/workspaces/{workspace}/projects/{}", super::PREFIX, project.id);
    Ok((status, [(header::LOCATION, location)], Json(Project::from(project))).into_response())
}

/// Get a project
#[utoipa::path(
    get, path = "/workspaces/{workspace}/projects/{project}", operation_id = "get_project", tag = "Projects",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("project" = String, Path, description = "Its id or slug")
    ),
    responses((status = 200, body = Project), Refusals)
)]
pub(super) async fn get(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, project)): Path<(String, String)>,
) -> Result<Json<Project>, Problem> {
    Ok(Json(state.service.project(&caller.actor, &workspace, &project).await?.1.into()))
}

/// Rename a project
///
/// Its slug stays.
#[utoipa::path(
    patch, path = "/workspaces/{workspace}/projects/{project}", operation_id = "change_project", tag = "Projects",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("project" = String, Path, description = "Its id or slug")
    ),
    request_body(
        content((ChangeProject = "application/json"), (ChangeProject = "application/merge-patch+json"))
    ),
    responses(
        (status = 200, body = Project),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON by its type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A member breaks a rule", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn change(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, project)): Path<(String, String)>,
    Body(body): Body<ChangeProject>,
) -> Result<Json<Project>, Problem> {
    let name = body.name.required("name");
    let renamed = state.service.rename_project(&caller.actor, &caller.origin, &workspace, &project, name).await?;
    Ok(Json(renamed.into()))
}

/// Delete a project
///
/// Its tokens and keys, and what they made, are revoked: once this has answered, none of them is let in. Its
/// deployments go with it.
#[utoipa::path(
    delete, path = "/workspaces/{workspace}/projects/{project}", operation_id = "delete_project", tag = "Projects",
    params(
        ("workspace" = String, Path, description = "Its id or slug"),
        ("project" = String, Path, description = "Its id or slug")
    ),
    responses((status = 204, description = "It is deleted"), Refusals)
)]
pub(super) async fn delete(
    State(state): State<state::State>,
    caller: Caller,
    Path((workspace, project)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    state.service.delete_project(&caller.actor, &caller.origin, &workspace, &project).await?;
    Ok(StatusCode::NO_CONTENT)
}
