//! `/workspaces`.

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
    body::{Body, Create, Patch, Path},
    problem::{Problem, Refusals},
};
use crate::{
    domain::{self, credential::Kind, invalid::Gather},
    http::state,
    service::{Error, workspace_settings::WorkspaceChange},
};

/// A workspace.
#[derive(Serialize, ToSchema)]
pub(super) struct Workspace {
    /// Its id.
    #[schema(example = "ws_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// Its place in addresses; never changes.
    #[schema(example = "northwind-robotics")]
    slug: String,
    /// Its name.
    #[schema(example = "Northwind Robotics")]
    name: String,
    /// `free`, `pro` or `team`.
    #[schema(example = "free")]
    plan: &'static str,
    /// The name of its catalog.
    #[schema(example = "standard")]
    catalog: String,
    /// What can be made there: `access_token`, `api_key` or both, by its catalog.
    #[schema(example = json!(["access_token", "api_key"]))]
    kinds: Vec<&'static str>,
    /// When it was made, RFC 3339.
    created_at: String,
}

/// Workspaces.
#[derive(Serialize, ToSchema)]
pub(super) struct Workspaces {
    /// The workspaces.
    items: Vec<Workspace>,
    /// Always null: they fit on one page.
    next_cursor: Option<String>,
}

/// A new workspace.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CreateWorkspace {
    /// 1 to 255 characters. The slug is made from it.
    #[schema(example = "Northwind Robotics", min_length = 1, max_length = 255)]
    name: String,
    /// The name of a catalog; absent or null means the default.
    #[schema(example = "standard")]
    catalog: Option<String>,
}

/// What changes of a workspace: a merge patch (RFC 7396).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeWorkspace {
    /// 1 to 255 characters; unchanged if absent. The slug stays.
    #[schema(value_type = Option<String>, nullable = false, example = "Northwind", min_length = 1, max_length = 255)]
    #[serde(default)]
    name: Patch<String>,
    /// `free`, `pro` or `team`; unchanged if absent.
    #[schema(value_type = Option<String>, nullable = false, example = "pro")]
    #[serde(default)]
    plan: Patch<String>,
    /// The name of a catalog; unchanged if absent. Scopes that it does not know grant nothing.
    #[schema(value_type = Option<String>, nullable = false, example = "standard")]
    #[serde(default)]
    catalog: Patch<String>,
}

impl Workspace {
    fn of(state: &state::State, workspace: domain::workspace::Workspace) -> Result<Self, Problem> {
        let kinds = state.service.kinds(&workspace)?;
        Ok(Self {
            id: workspace.id.to_string(),
            slug: workspace.slug,
            name: workspace.name,
            plan: workspace.plan.as_str(),
            catalog: workspace.catalog,
            kinds: kinds.into_iter().map(Kind::as_str).collect(),
            created_at: workspace.created_at.rfc3339(),
        })
    }
}

/// List workspaces
///
/// A token or key sees the one that it belongs to, a person at a command line all of theirs.
#[utoipa::path(get, path = "/workspaces", operation_id = "list_workspaces", tag = "Workspaces", responses((status = 200, body = Workspaces), Refusals))]
pub(super) async fn list(State(state): State<state::State>, caller: Caller) -> Result<Json<Workspaces>, Problem> {
    let found = state.service.workspaces(&caller.actor).await?;
    let items = found.into_iter().map(|found| Workspace::of(&state, found)).collect::<Result<_, _>>()?;
    Ok(Json(Workspaces { items, next_cursor: None }))
}

/// Get a workspace
#[utoipa::path(
    get, path = "/workspaces/{workspace}", operation_id = "get_workspace", tag = "Workspaces",
    params(("workspace" = String, Path, description = "Its id or slug")),
    responses((status = 200, body = Workspace), Refusals)
)]
pub(super) async fn get(
    State(state): State<state::State>,
    caller: Caller,
    Path(workspace): Path<String>,
) -> Result<Json<Workspace>, Problem> {
    let standing = state.service.workspace(&caller.actor, &workspace).await?;
    Ok(Json(Workspace::of(&state, standing.workspace)?))
}

/// Create a workspace
///
/// For people at a command line only; whoever makes it owns it.
#[utoipa::path(
    post, path = "/workspaces", operation_id = "create_workspace", tag = "Workspaces",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request: sent again within a day, it makes nothing more")
    ),
    request_body = CreateWorkspace,
    responses(
        (status = 200, description = "The same request, named by its key, has made this before", body = Workspace),
        (status = 201, body = Workspace, headers(("Location" = String, description = "Where the workspace is"))),
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
    Create(body, once): Create<CreateWorkspace>,
) -> Result<Response, Problem> {
    let (person, catalog) = (caller.person()?, body.catalog.unwrap_or_default());
    let made = state.service.create_workspace(person, &caller.origin_once(once), &body.name, &catalog).await;
    let (status, made) = match made {
        Err(Error::Repeated(id)) => (StatusCode::OK, state.service.workspace_made(&caller.actor, &id).await?),
        made => (StatusCode::CREATED, made.map_err(named)?),
    };
    let location = format!("{}/workspaces/{}", super::PREFIX, made.id);
    Ok((status, [(header::LOCATION, location)], Json(Workspace::of(&state, made)?)).into_response())
}

/// Change a workspace
///
/// For its owners at a command line only. All of it is changed, or nothing.
#[utoipa::path(
    patch, path = "/workspaces/{workspace}", operation_id = "change_workspace", tag = "Workspaces",
    params(("workspace" = String, Path, description = "Its id or slug")),
    request_body(
        content((ChangeWorkspace = "application/json"), (ChangeWorkspace = "application/merge-patch+json"))
    ),
    responses(
        (status = 200, body = Workspace),
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
    Path(workspace): Path<String>,
    Body(body): Body<ChangeWorkspace>,
) -> Result<Json<Workspace>, Problem> {
    let mut gather = Gather::default();
    let name = gather.take(body.name.required("name")).flatten();
    let plan = gather.take(body.plan.required("plan")).flatten();
    let catalog = gather.take(body.catalog.required("catalog")).flatten();
    let change = WorkspaceChange { name, plan, catalog, refused: gather.into_errors() };
    let changed = state.service.change_workspace(&caller.actor, &caller.origin, &workspace, change).await;
    Ok(Json(Workspace::of(&state, changed.map_err(named)?)?))
}

/// Delete a workspace
///
/// For its owners at a command line only. Its tokens and keys are revoked: once this has answered, none is let in.
#[utoipa::path(
    delete, path = "/workspaces/{workspace}", operation_id = "delete_workspace", tag = "Workspaces",
    params(("workspace" = String, Path, description = "Its id or slug")),
    responses((status = 204, description = "It is deleted"), Refusals)
)]
pub(super) async fn delete(
    State(state): State<state::State>,
    caller: Caller,
    Path(workspace): Path<String>,
) -> Result<StatusCode, Problem> {
    let slug = state.service.may_delete_workspace(&caller.actor, &workspace).await?.workspace.slug;
    state.service.delete_workspace(&caller.actor, &caller.origin, &workspace, &slug).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forms call the name of a workspace `workspace`; here it is a member of one, `name`.
fn named(error: Error) -> Error {
    match error {
        Error::Invalid(mut errors) => {
            for error in errors.iter_mut().filter(|error| error.field == "workspace") {
                "name".clone_into(&mut error.field);
            }
            Error::Invalid(errors)
        }
        other => other,
    }
}
