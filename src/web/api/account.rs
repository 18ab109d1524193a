//! Signing in and out, and who is signed in.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::Request;
#[cfg(feature = "ssr")]
use crate::{
    domain::{
        activity::{Event, Happened},
        project::Start,
    },
    web::{navigate, routes},
};
use crate::{
    domain::{credential::Kind, plan::Plan, role::Role, timestamp::Timestamp},
    web::{api::form::Refused, error::UiError},
};

/// The person who is signed in, as the shell shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The address they sign in with.
    pub email: String,
    /// Their workspaces, those joined first before others.
    pub workspaces: Vec<WorkspaceLink>,
    /// Whether passwords and tokens travel in the open; every page then says so.
    pub insecure_http: bool,
    /// What happened to the account before this sign-in and was not put away yet, newest first.
    pub notices: Vec<Notice>,
    /// Whether signing in takes a code.
    pub has_two_factor: bool,
}

/// What the page begins with that asks for the password again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmView {
    /// Whether it asks for a code, too.
    pub has_two_factor: bool,
    /// Why it was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// Something that happened to the account, which somebody else may have done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When.
    pub at: Timestamp,
    /// What, in a sentence.
    pub text: String,
}

/// A workspace in the switcher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceLink {
    /// Its place in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its plan.
    pub plan: Plan,
    /// The viewer's role in it.
    pub role: Role,
    /// The tabs of its settings.
    pub tabs: Vec<Kind>,
    /// The slugs of its newest projects, for the navigation.
    pub projects: Vec<String>,
    /// Whether it shows nothing until the viewer has a second factor.
    pub needs_two_factor: bool,
}

/// What the sign-in page begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    /// The first page to go to when somebody is signed in already.
    pub signed_in: bool,
    /// What was refused before, without JavaScript.
    pub refused: Option<Refused>,
    /// The public address of this Latchkey without its scheme, for the footer.
    pub host: String,
    /// Whether the password will travel in the open; the page then says so.
    pub insecure_http: bool,
}

/// How many projects the navigation has.
#[cfg(feature = "ssr")]
const PROJECTS: usize = 8;

/// Who is signed in; none if nobody.
#[server(prefix = "/fn", endpoint = "viewer")]
pub async fn current_viewer() -> Result<Option<Viewer>, UiError> {
    let request = Request::current()?;
    let Some(person) = &request.caller.person else { return Ok(None) };
    let mut links = Vec::new();
    let has_two_factor = request.service.has_two_factor(person.user).await?;
    for (workspace, role) in request.service.workspaces_of(person).await? {
        if workspace.requires_two_factor && !has_two_factor {
            let (tabs, projects) = (Vec::new(), Vec::new());
            let (slug, name, plan) = (workspace.slug, workspace.name, workspace.plan);
            links.push(WorkspaceLink { slug, name, plan, role, tabs, projects, needs_two_factor: true });
            continue;
        }
        let newest = request.service.projects(&request.actor()?, &workspace.slug, Start::Newest, PROJECTS).await?;
        links.push(WorkspaceLink {
            tabs: request.service.tabs(&workspace).await?,
            projects: newest.1.items.into_iter().map(|project| project.slug).collect(),
            slug: workspace.slug,
            name: workspace.name,
            plan: workspace.plan,
            role,
            needs_two_factor: false,
        });
    }
    let notices = request.service.notices(person).await?;
    Ok(Some(Viewer {
        notices: notices.iter().map(notice).collect(),
        has_two_factor,
        email: person.email.to_string(),
        workspaces: links,
        insecure_http: request.state.settings.insecure_http,
    }))
}

#[cfg(feature = "ssr")]
fn notice(event: &Event) -> Notice {
    let what = match event.happened {
        Happened::NewDevice => "Somebody signed in on a new device",
        Happened::SessionReuse => "A session was ended because an old sign-in came back",
        other => other.title(),
    };
    let detail = event.detail.as_deref().map(|detail| format!(": {detail}")).unwrap_or_default();
    let from = event.ip.as_deref().map(|ip| format!(", from {ip}")).unwrap_or_default();
    Notice { at: event.at, text: format!("{what}{detail}{from}.") }
}

/// Puts the notices away.
#[server(prefix = "/fn", endpoint = "dismiss_notices")]
pub async fn dismiss_notices(#[server(default)] back: String) -> Result<(), UiError> {
    let request = Request::current()?;
    request.service.saw_notices(request.person()?).await?;
    leptos_axum::redirect(&navigate::local(&back));
    Ok(())
}

/// Authenticates the viewer again, for sensitive acts, then leads to `next`, a local address.
#[server(prefix = "/fn", endpoint = "reauthenticate")]
pub async fn reauthenticate(
    #[server(default)] password: String,
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let next = navigate::local(&next);
    let done = async {
        let (person, origin) = (request.person()?, &request.caller.origin);
        Ok(request.service.reauthenticate(person, origin, &password, &code).await?)
    };
    match done.await {
        Ok(()) => {
            leptos_axum::redirect(&next);
            Ok(())
        }
        Err(error) => request.refuse("confirm", error, Vec::new(), &routes::confirm(&next)).await,
    }
}

/// What the page that asks for the password again needs.
#[server(prefix = "/fn", endpoint = "confirm_form")]
pub async fn confirm_form() -> Result<ConfirmView, UiError> {
    let request = Request::current()?;
    let has_two_factor = request.service.has_two_factor(request.person()?.user).await?;
    Ok(ConfirmView { has_two_factor, refused: request.refused("confirm").await? })
}

/// What the sign-in page needs.
#[server(prefix = "/fn", endpoint = "sign_in_form")]
pub async fn sign_in_form() -> Result<SignInView, UiError> {
    let request = Request::current()?;
    Ok(SignInView {
        signed_in: request.caller.person.is_some(),
        refused: request.refused("sign-in").await?,
        host: request.state.settings.host(),
        insecure_http: request.state.settings.insecure_http,
    })
}

/// Signs in with address and password, then leads to `next`, a local address, or first to the page that asks for a code.
#[server(prefix = "/fn", endpoint = "sign_in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let next = navigate::local(&next);
    let signed_in = async {
        request.attempt(&email).await?;
        Ok(request.service.sign_in(&email, &password, &request.caller.origin).await?)
    };
    match signed_in.await {
        Ok(signed_in) => request.go_on(signed_in, &next).await,
        Err(error) => {
            let typed = vec![("email".to_owned(), email)];
            request.refuse("sign-in", error, typed, &routes::sign_in(&next)).await
        }
    }
}

/// Ends this session.
#[server(prefix = "/fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), UiError> {
    let request = Request::current()?;
    if let Some(person) = &request.caller.person {
        request.service.sign_out(person, &request.caller.origin).await?;
    }
    request.forget().await?;
    leptos_axum::redirect(&routes::sign_in(routes::HOME));
    Ok(())
}
