//! Deployments: record, archive. A project's page lists them ([`super::projects`]).

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{
    projects::DeploymentRow,
    request::{Request, because},
};
use crate::web::{api::form::Refused, error::UiError};
#[cfg(feature = "ssr")]
use crate::{
    domain::project::{self, Deployment},
    service::deployments::NewDeployment,
    web::routes,
};

/// A row of the list.
#[cfg(feature = "ssr")]
pub(super) fn row(deployment: Deployment) -> DeploymentRow {
    DeploymentRow {
        id: deployment.id,
        file_name: deployment.file_name,
        size: project::size_text(deployment.size),
        sha256: deployment.sha256,
        created_at: deployment.created_at,
        created_by: deployment.created_by.name,
        archived_at: deployment.archived_at,
    }
}

/// What the dialog *Record a deployment* begins with: what was refused before, without JavaScript.
#[server(prefix = "/fn", endpoint = "new_deployment_form")]
pub async fn new_deployment_form(
    #[server(default)] workspace: String,
    #[server(default)] project: String,
) -> Result<Option<Refused>, UiError> {
    let request = Request::current()?;
    request.service.may_create_deployment(&request.actor()?, &workspace, &project).await?;
    request.refused("new deployment").await
}

/// Records a deployment.
#[server(prefix = "/fn", endpoint = "create_deployment")]
pub async fn create_deployment(
    #[server(default)] workspace: String,
    #[server(default)] project: String,
    #[server(default)] file_name: String,
    #[server(default)] size: String,
    #[server(default)] sha256: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let size_read = project::parse_size(&size);
    let new = NewDeployment { file_name: file_name.clone(), size: size_read, sha256: sha256.clone() };
    let made = match request.actor() {
        Ok(actor) => {
            let origin = &request.caller.origin;
            let made = request.service.create_deployment(&actor, origin, &workspace, &project, new).await;
            made.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => {
            leptos_axum::redirect(&routes::project(&workspace, &project));
            Ok(())
        }
        Err(error) => {
            let typed = [("file_name", file_name), ("size", size), ("sha256", sha256)];
            let typed = typed.map(|(field, value)| (field.to_owned(), value)).to_vec();
            let back = routes::new_deployment(&workspace, &project, &routes::Part::default());
            request.refuse("new deployment", error, typed, &back).await
        }
    }
}

/// Archives a deployment.
#[server(prefix = "/fn", endpoint = "archive_deployment")]
pub async fn archive_deployment(
    #[server(default)] workspace: String,
    #[server(default)] project: String,
    #[server(default)] id: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = match (request.actor(), id.parse()) {
        (Ok(actor), Ok(id)) => {
            let origin = &request.caller.origin;
            let done = request.service.archive_deployment(&actor, origin, &workspace, &project, id).await;
            done.map_err(UiError::from)
        }
        (Ok(_), Err(_)) => Err(because(UiError::NotFound)),
        (Err(error), _) => Err(error),
    };
    let page = routes::project(&workspace, &project);
    match done {
        Ok(_) => {
            leptos_axum::redirect(&page);
            Ok(())
        }
        Err(error) => request.refuse("archive deployment", error, Vec::new(), &page).await,
    }
}
