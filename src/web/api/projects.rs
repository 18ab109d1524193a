//! Projects: list, look at, make, rename, delete.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{deployments::row, request::Request};
#[cfg(feature = "ssr")]
use crate::{
    domain::{credential::Credential, project::Start},
    service::projects::Page,
    web::routes,
};
use crate::{
    domain::{
        credential::CredentialId,
        id::{DeploymentId, ProjectId},
        role::Role,
        timestamp::Timestamp,
    },
    web::{api::form::Refused, error::UiError},
};

/// One page of a workspace's projects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectsView {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// The viewer's role.
    pub role: Role,
    /// The projects of this page, newest first.
    pub projects: Vec<ProjectRow>,
    /// The cursor of the page before this, newer ones, if there is one (`?before=…`).
    pub newer: Option<String>,
    /// The cursor of the page after this, older ones, if there is one (`?after=…`).
    pub older: Option<String>,
}

/// A project in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectRow {
    /// Its place in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A project's own page, with one page of its deployments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectView {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// The viewer's role.
    pub role: Role,
    /// Its id.
    pub id: ProjectId,
    /// Itself.
    pub project: ProjectRow,
    /// The deployments of this page, newest first.
    pub deployments: Vec<DeploymentRow>,
    /// The cursor of the page before this, newer ones, if there is one (`?before=…`).
    pub newer: Option<String>,
    /// The cursor of the page after this, older ones, if there is one (`?after=…`).
    pub older: Option<String>,
    /// Why another name was refused before, without JavaScript.
    pub refused_name: Option<Refused>,
    /// Why archiving was refused before, without JavaScript.
    pub refused_archive: Option<Refused>,
}

/// A deployment in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentRow {
    /// Its id.
    pub id: DeploymentId,
    /// The file's name.
    pub file_name: String,
    /// Its size, as people read it.
    pub size: String,
    /// Its SHA-256.
    pub sha256: String,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// By whom: an address or a name.
    pub created_by: String,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
}

/// The question before a project is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionView {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// Its name.
    pub name: String,
    /// The first of the tokens and keys that are revoked with it.
    pub ending: Vec<EndingRow>,
    /// How many more there are.
    pub more: u64,
    /// Why it was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// A token or key that is revoked with its project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndingRow {
    /// Its id, which says its kind.
    pub id: CredentialId,
    /// Its name.
    pub name: String,
    /// Prefix and first characters.
    pub hint: String,
    /// The last call that was let in.
    pub last_used_at: Option<Timestamp>,
}

/// How many projects or deployments a page shows.
#[cfg(feature = "ssr")]
const PAGE: usize = 50;

/// How many of the tokens and keys that end with a project are named.
#[cfg(feature = "ssr")]
const NAMED: usize = 50;

/// Where a page begins, as the address says; a cursor that is none is the beginning.
#[cfg(feature = "ssr")]
fn start<Id: std::str::FromStr>(after: &str, before: &str) -> Start<Id> {
    match (after.parse(), before.parse()) {
        (Ok(id), _) => Start::OlderThan(id),
        (_, Ok(id)) => Start::NewerThan(id),
        _ => Start::Newest,
    }
}

/// The cursors of the pages around this one.
#[cfg(feature = "ssr")]
fn around<T, Id: ToString>(page: &Page<T>, id: impl Fn(&T) -> Id) -> (Option<String>, Option<String>) {
    let cursor = |item: Option<&T>, more: bool| item.filter(|_| more).map(|item| id(item).to_string());
    (cursor(page.items.first(), page.newer), cursor(page.items.last(), page.older))
}

#[cfg(feature = "ssr")]
impl From<crate::domain::project::Project> for ProjectRow {
    fn from(project: crate::domain::project::Project) -> Self {
        Self { slug: project.slug, name: project.name, created_at: project.created_at }
    }
}

/// One page of the workspace's projects, newest first; `after` and `before` are cursors of another page.
#[server(prefix = "/fn", endpoint = "list_projects")]
pub async fn list_projects(
    #[server(default)] workspace: String,
    #[server(default)] after: String,
    #[server(default)] before: String,
) -> Result<ProjectsView, UiError> {
    let request = Request::current()?;
    let from = start(&after, &before);
    let (standing, page) = request.service.projects(&request.actor()?, &workspace, from, PAGE).await?;
    let (newer, older) = around(&page, |project| project.id);
    Ok(ProjectsView {
        now: request.service.now(),
        role: standing.role.unwrap_or(Role::Member),
        projects: page.items.into_iter().map(ProjectRow::from).collect(),
        newer,
        older,
    })
}

/// What the dialog *New project* begins with: what was refused before, without JavaScript.
#[server(prefix = "/fn", endpoint = "new_project_form")]
pub async fn new_project_form(#[server(default)] workspace: String) -> Result<Option<Refused>, UiError> {
    let request = Request::current()?;
    request.service.may_create_project(&request.actor()?, &workspace).await?;
    request.refused("new project").await
}

/// Makes a project, then leads to its page.
#[server(prefix = "/fn", endpoint = "create_project")]
pub async fn create_project(
    #[server(default)] workspace: String,
    #[server(default)] name: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let made = match request.actor() {
        Ok(actor) => {
            let made = request.service.create_project(&actor, &request.caller.origin, &workspace, &name).await;
            made.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(project) => {
            leptos_axum::redirect(&routes::project(&workspace, &project.slug));
            Ok(())
        }
        Err(error) => {
            let back = routes::new_project(&workspace, &routes::Part::default());
            request.refuse("new project", error, vec![("name".to_owned(), name)], &back).await
        }
    }
}

/// A project and one page of its deployments, newest first; `after` and `before` are cursors of another page.
#[server(prefix = "/fn", endpoint = "project_details")]
pub async fn project_details(
    #[server(default)] workspace: String,
    #[server(default)] project: String,
    #[server(default)] after: String,
    #[server(default)] before: String,
) -> Result<ProjectView, UiError> {
    let request = Request::current()?;
    let from = start(&after, &before);
    let found = request.service.deployments(&request.actor()?, &workspace, &project, from, PAGE).await?;
    let (newer, older) = around(&found.page, |deployment| deployment.id);
    Ok(ProjectView {
        now: request.service.now(),
        role: found.standing.role.unwrap_or(Role::Member),
        id: found.project.id,
        project: found.project.into(),
        deployments: found.page.items.into_iter().map(row).collect(),
        newer,
        older,
        refused_name: request.refused("rename project").await?,
        refused_archive: request.refused("archive deployment").await?,
    })
}

/// Gives a project another name.
#[server(prefix = "/fn", endpoint = "rename_project")]
pub async fn rename_project(
    #[server(default)] workspace: String,
    #[server(default)] project: String,
    #[server(default)] name: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let page = routes::project(&workspace, &project);
    let done = match request.actor() {
        Ok(actor) => {
            let name = Ok(Some(name.clone()));
            let done = request.service.rename_project(&actor, &request.caller.origin, &workspace, &project, name).await;
            done.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            leptos_axum::redirect(&page);
            Ok(())
        }
        Err(error) => request.refuse("rename project", error, vec![("name".to_owned(), name)], &page).await,
    }
}

/// What deleting a project would revoke.
#[server(prefix = "/fn", endpoint = "before_deleting_project")]
pub async fn before_deleting_project(
    #[server(default)] workspace: String,
    #[server(default)] project: String,
) -> Result<DeletionView, UiError> {
    let request = Request::current()?;
    let (project, ending) = request.service.project_to_delete(&request.actor()?, &workspace, &project).await?;
    let more = ending.len().saturating_sub(NAMED);
    let row = |credential: Credential| EndingRow {
        id: credential.id,
        name: credential.name,
        hint: credential.hint,
        last_used_at: credential.last_use.at,
    };
    Ok(DeletionView {
        now: request.service.now(),
        name: project.name,
        ending: ending.into_iter().take(NAMED).map(row).collect(),
        more: u64::try_from(more).unwrap_or(u64::MAX),
        refused: request.refused("delete project").await?,
    })
}

/// Deletes a project and revokes its tokens and keys.
#[server(prefix = "/fn", endpoint = "delete_project")]
pub async fn delete_project(
    #[server(default)] workspace: String,
    #[server(default)] project: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = match request.actor() {
        Ok(actor) => {
            let done = request.service.delete_project(&actor, &request.caller.origin, &workspace, &project).await;
            done.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            leptos_axum::redirect(&routes::projects(&workspace));
            Ok(())
        }
        Err(error) => {
            let back = routes::delete_project(&workspace, &project, &routes::Part::default());
            request.refuse("delete project", error, Vec::new(), &back).await
        }
    }
}
