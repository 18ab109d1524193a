//! `/workspaces`.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    authenticate::Caller,
    body::Path,
    problem::{Problem, Refusals},
};
use crate::{domain, http::state};

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

impl From<domain::workspace::Workspace> for Workspace {
    fn from(workspace: domain::workspace::Workspace) -> Self {
        Self {
            id: workspace.id.to_string(),
            slug: workspace.slug,
            name: workspace.name,
            plan: workspace.plan.as_str(),
            catalog: workspace.catalog,
            created_at: workspace.created_at.rfc3339(),
        }
    }
}

/// List workspaces
///
/// A token or key sees the one that it belongs to.
#[utoipa::path(get, path = "/workspaces", tag = "Workspaces", responses((status = 200, body = Workspaces), Refusals))]
pub(super) async fn list(State(state): State<state::State>, caller: Caller) -> Result<Json<Workspaces>, Problem> {
    let found = state.service.workspaces(&caller.actor).await?;
    Ok(Json(Workspaces { items: found.into_iter().map(Workspace::from).collect(), next_cursor: None }))
}

/// Get a workspace
#[utoipa::path(
    get, path = "/workspaces/{workspace}", tag = "Workspaces",
    params(("workspace" = String, Path, description = "Its id or slug")),
    responses((status = 200, body = Workspace), Refusals)
)]
pub(super) async fn get(
    State(state): State<state::State>,
    caller: Caller,
    Path(workspace): Path<String>,
) -> Result<Json<Workspace>, Problem> {
    Ok(Json(state.service.workspace(&caller.actor, &workspace).await?.workspace.into()))
}
