//! The workspace itself: making one, its name, plan and catalog, its end.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{request::Request, setup::card};
#[cfg(feature = "ssr")]
use crate::web::routes;
use crate::{
    domain::{credential::Kind, plan::Plan, role::Role},
    web::{
        api::{form::Refused, setup::CatalogCard},
        error::UiError,
    },
};

/// What the page of a new workspace begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWorkspaceView {
    /// The catalogs to choose from; the first is the default.
    pub catalogs: Vec<CatalogCard>,
    /// What was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// The tab *General*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralView {
    /// The workspace's id, for those who write programs.
    pub id: String,
    /// Its place in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// When it was made, as a date.
    pub created: String,
    /// Its plan.
    pub plan: Plan,
    /// The plans, each with how many tokens and how many keys it allows; none means unlimited.
    pub plans: Vec<(Plan, Option<u32>)>,
    /// How many are alive of the kind that has most, to say which plans are too small.
    pub used: u32,
    /// Its catalog.
    pub catalog: CatalogCard,
    /// The other catalogs.
    pub others: Vec<CatalogCard>,
    /// The viewer's role.
    pub role: Role,
    /// Whether nobody gets in without a second factor.
    pub requires_two_factor: bool,
    /// What was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// The rule about second factors, before it is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoFactorRuleView {
    /// Whether a second factor is required.
    pub required: bool,
    /// Whether the viewer has one.
    pub own: bool,
    /// The roles and addresses of those who have none.
    pub without: Vec<(Role, String)>,
    /// What was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// What another catalog would mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogPreviewView {
    /// The other catalog.
    pub to: CatalogCard,
    /// What it would mean for each kind.
    pub kinds: Vec<KindChange>,
    /// What was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// What another catalog would mean for one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindChange {
    /// Which of the two.
    pub kind: Kind,
    /// How many are neither revoked nor expired.
    pub live: u64,
    /// Whether new ones can be made now.
    pub before: bool,
    /// Whether new ones could be made then.
    pub after: bool,
    /// The scopes that would grant nothing any more, each with how many live ones have it.
    pub unknown: Vec<(String, u64)>,
}

/// What the page of a new workspace needs.
#[server(prefix = "/fn", endpoint = "new_workspace_form")]
pub async fn new_workspace_form() -> Result<NewWorkspaceView, UiError> {
    let request = Request::current()?;
    request.person()?;
    Ok(NewWorkspaceView {
        catalogs: request.service.catalogs().iter().map(card).collect(),
        refused: request.refused("new workspace").await?,
    })
}

/// Makes a workspace and leads to it.
#[server(prefix = "/fn", endpoint = "create_workspace")]
pub async fn create_workspace(
    #[server(default)] workspace: String,
    #[server(default)] catalog: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let made = match request.person() {
        Ok(person) => {
            let made = request.service.create_workspace(person, &request.caller.origin, &workspace, &catalog).await;
            made.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(made) => {
            leptos_axum::redirect(&routes::workspace_home(&made.slug));
            Ok(())
        }
        Err(error) => {
            let typed = vec![("workspace".to_owned(), workspace), ("catalog".to_owned(), catalog)];
            request.refuse("new workspace", error, typed, routes::NEW_WORKSPACE_PAGE).await
        }
    }
}

/// The workspace itself.
#[server(prefix = "/fn", endpoint = "general_settings")]
pub async fn general_settings(#[server(default)] workspace: String) -> Result<GeneralView, UiError> {
    let request = Request::current()?;
    let actor = request.actor()?;
    let standing = request.service.workspace(&actor, &workspace).await?;
    let catalog = request.service.catalog_of(&standing.workspace)?;
    let mut used = 0;
    for kind in Kind::ALL {
        used = used.max(request.service.usage(&actor, &workspace, kind).await?.used);
    }
    let home = standing.workspace;
    Ok(GeneralView {
        id: home.id.to_string(),
        created: home.created_at.date(),
        plan: home.plan,
        requires_two_factor: home.requires_two_factor,
        plans: Plan::ALL.map(|plan| (plan, catalog.plans.of(plan))).into(),
        used,
        others: request.service.catalogs().iter().filter(|other| other.name != catalog.name).map(card).collect(),
        catalog: card(catalog),
        role: standing.role.unwrap_or(Role::Member),
        refused: request.refused("general").await?,
        slug: home.slug,
        name: home.name,
    })
}

/// Gives the workspace another name.
#[server(prefix = "/fn", endpoint = "rename_workspace")]
pub async fn rename_workspace(
    #[server(default)] workspace: String,
    #[server(default)] name: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let back = routes::general(&workspace);
    let done = match request.actor() {
        Ok(actor) => {
            let done = request.service.rename_workspace(&actor, &request.caller.origin, &workspace, &name).await;
            done.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    finish(&request, "general", done, vec![("workspace".to_owned(), name)], (&back, &back)).await
}

/// Puts the workspace on another plan.
#[server(prefix = "/fn", endpoint = "change_plan")]
pub async fn change_plan(#[server(default)] workspace: String, #[server(default)] plan: String) -> Result<(), UiError> {
    let request = Request::current()?;
    let back = routes::general(&workspace);
    let done = match request.actor() {
        Ok(actor) => {
            let done = request.service.change_plan(&actor, &request.caller.origin, &workspace, &plan).await;
            done.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    finish(&request, "general", done, vec![("plan".to_owned(), plan)], (&back, &back)).await
}

/// What another catalog would mean for the workspace.
#[server(prefix = "/fn", endpoint = "preview_catalog")]
pub async fn preview_catalog(
    #[server(default)] workspace: String,
    #[server(default)] to: String,
) -> Result<CatalogPreviewView, UiError> {
    let request = Request::current()?;
    let preview = request.service.preview_catalog(&request.actor()?, &workspace, &to).await?;
    let change = |kind: crate::service::workspace_settings::KindPreview| KindChange {
        kind: kind.kind,
        live: kind.live,
        before: kind.before,
        after: kind.after,
        unknown: kind.unknown.into_iter().map(|(name, count)| (name.to_string(), count)).collect(),
    };
    Ok(CatalogPreviewView {
        to: card(&preview.to),
        kinds: preview.kinds.into_iter().map(change).collect(),
        refused: request.refused("catalog").await?,
    })
}

/// Gives the workspace another catalog.
#[server(prefix = "/fn", endpoint = "change_catalog")]
pub async fn change_catalog(
    #[server(default)] workspace: String,
    #[server(default)] to: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = match request.actor() {
        Ok(actor) => {
            let done = request.service.change_catalog(&actor, &request.caller.origin, &workspace, &to).await;
            done.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    let (next, back) = (routes::general(&workspace), routes::change_catalog(&workspace, &to));
    finish(&request, "catalog", done, Vec::new(), (&next, &back)).await
}

/// What the rule about second factors is, and whom it keeps out or would.
#[server(prefix = "/fn", endpoint = "two_factor_rule")]
pub async fn two_factor_rule(#[server(default)] workspace: String) -> Result<TwoFactorRuleView, UiError> {
    let request = Request::current()?;
    let rule = request.service.two_factor_rule(&request.actor()?, &workspace).await?;
    let (required, own, without) = (rule.required, rule.own, rule.without);
    Ok(TwoFactorRuleView { required, own, without, refused: request.refused("two-factor rule").await? })
}

/// Requires a second factor of everybody in the workspace, or with an empty `required` no longer.
#[server(prefix = "/fn", endpoint = "require_two_factor")]
pub async fn require_two_factor(
    #[server(default)] workspace: String,
    #[server(default)] required: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async {
        let (actor, required) = (request.actor()?, !required.is_empty());
        Ok(request.service.require_two_factor(&actor, &request.caller.origin, &workspace, required).await?)
    };
    let (next, back) = (routes::general(&workspace), routes::two_factor_rule(&workspace));
    finish(&request, "two-factor rule", done.await, Vec::new(), (&next, &back)).await
}

/// Why a deletion was refused before, without JavaScript; nobody but an owner is told even that.
#[server(prefix = "/fn", endpoint = "delete_workspace_form")]
pub async fn delete_workspace_form(#[server(default)] workspace: String) -> Result<Option<Refused>, UiError> {
    let request = Request::current()?;
    request.service.may_delete_workspace(&request.actor()?, &workspace).await?;
    request.refused("delete workspace").await
}

/// Ends the workspace; `confirmation` is its slug, typed out.
#[server(prefix = "/fn", endpoint = "delete_workspace")]
pub async fn delete_workspace(
    #[server(default)] workspace: String,
    #[server(default)] confirmation: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = match request.actor() {
        Ok(actor) => {
            let origin = &request.caller.origin;
            let done = request.service.delete_workspace(&actor, origin, &workspace, &confirmation).await;
            done.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    let typed = vec![("confirmation".to_owned(), confirmation)];
    finish(&request, "delete workspace", done, typed, (routes::HOME, &routes::delete_workspace(&workspace))).await
}

/// Leads on to `next`, or back to where the form is shown again.
#[cfg(feature = "ssr")]
async fn finish(
    request: &Request,
    form: &str,
    done: Result<(), UiError>,
    typed: Vec<(String, String)>,
    (next, back): (&str, &str),
) -> Result<(), UiError> {
    match done {
        Ok(()) => {
            leptos_axum::redirect(next);
            Ok(())
        }
        Err(error) => request.refuse(form, error, typed, back).await,
    }
}
