//! Lists of access tokens and API keys, and revoking several at once.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{
    credential_views::{Look, asked_kind},
    request::{Request, because},
};
#[cfg(feature = "ssr")]
use crate::{
    domain::{call::SHOWN, credential::Credential},
    service::{
        Error,
        credential_list::{Asked, Outcome},
    },
};
use crate::{
    domain::{plan::Usage, role::Role, timestamp::Timestamp},
    web::{
        api::{credentials::CredentialRow, form::Refused},
        error::UiError,
        routes,
    },
};

/// The tab: one page of a list and what surrounds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialsView {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// The workspace's name.
    pub workspace: String,
    /// How much of the plan is used.
    pub usage: Usage,
    /// The viewer's role: members look, owners may change the plan.
    pub role: Role,
    /// Whether the workspace's catalog has this kind, so that new ones can be made.
    pub offered: bool,
    /// The tokens or keys of this page, in the list's order.
    pub tokens: Vec<CredentialRow>,
    /// The cursor of the page before this, if there is one (`?before=…`).
    pub previous: Option<String>,
    /// The cursor of the page after this, if there is one (`?after=…`).
    pub next: Option<String>,
    /// Whether there is any in the workspace, whatever the filters.
    pub any: bool,
    /// How many work now and stop within seven days, up to a thousand.
    pub expiring: u32,
    /// The scopes that a list can be filtered by.
    pub scopes: Vec<String>,
    /// Who has made one: id and name.
    pub creators: Vec<(String, String)>,
    /// The projects that have one: id and name.
    pub projects: Vec<(String, String)>,
    /// Why a key was not switched, without JavaScript.
    pub refused: Option<Refused>,
}

/// Several that are to be revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenView {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// Those that are there, newest first.
    pub tokens: Vec<CredentialRow>,
    /// How many live ones they have made, and those made, besides themselves.
    pub descendants: usize,
    /// The viewer's role.
    pub role: Role,
    /// Why it was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// What became of several that were to be revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportView {
    /// Each: its name, or what was asked for if there is none, and what became of it.
    pub asked: Vec<(String, Ending)>,
    /// How many that they had made were revoked with them.
    pub descendants: usize,
}

/// What became of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// It was revoked.
    Revoked,
    /// It had been revoked, or its time was over.
    EndedBefore,
    /// It is not there.
    NotFound,
}

/// How many a page of the list shows.
#[cfg(feature = "ssr")]
const PAGE: usize = 50;

#[cfg(feature = "ssr")]
impl From<routes::Page> for Asked {
    fn from(page: routes::Page) -> Self {
        // One choice of the page is two of the API: a level, or the project that is meant.
        let (level, project) =
            if page.level.starts_with("proj_") { (String::new(), page.level) } else { (page.level, String::new()) };
        Self {
            q: page.q,
            status: page.status,
            scope: page.scope,
            level,
            creator: page.creator,
            project,
            unused: page.unused,
            sort: page.sort,
            cursor: page.after,
            before: page.before,
        }
    }
}

/// One page of the workspace's tokens or keys. What of an address means nothing is left out: it may be old.
#[server(prefix = "/fn", endpoint = "list_credentials")]
pub async fn list_credentials(
    #[server(default)] workspace: String,
    #[server(default)] kind: String,
    #[server(default)] page: routes::Page,
) -> Result<CredentialsView, UiError> {
    let request = Request::current()?;
    let (actor, kind, service) = (request.actor()?, asked_kind(&kind)?, &request.service);
    let asked = Asked::from(page);
    let page = match service.credentials(&actor, &workspace, kind, &asked, Ok(PAGE)).await {
        Err(Error::Invalid(errors)) => {
            service.credentials(&actor, &workspace, kind, &asked.without(&errors), Ok(PAGE)).await?
        }
        page => page?,
    };
    let around = service.around_credentials(&actor, &workspace, kind).await?;
    let mut days = service.days_of_credentials(&page.standing, &page.items).await?;
    let look = Look::new(service, &page.standing, kind)?;
    let mut row = |token: Credential| {
        let days = days.remove(&token.id).unwrap_or_else(|| vec![0; SHOWN]);
        CredentialRow { days, ..look.row(token) }
    };
    Ok(CredentialsView {
        now: look.now,
        workspace: page.standing.workspace.name.clone(),
        usage: around.usage,
        role: look.role,
        tokens: page.items.into_iter().map(&mut row).collect(),
        offered: look.has_vocabulary(),
        previous: page.previous,
        next: page.next,
        any: around.any,
        expiring: around.expiring,
        scopes: look.scope_names(),
        creators: around.creators,
        projects: around.projects,
        refused: request.refused("switch key").await?,
    })
}

/// Those of these ids that are there, for the question before they are revoked.
#[server(prefix = "/fn", endpoint = "chosen_credentials")]
pub async fn chosen_credentials(
    #[server(default)] workspace: String,
    #[server(default)] kind: String,
    #[server(default)] ids: Vec<String>,
) -> Result<ChosenView, UiError> {
    let request = Request::current()?;
    let (actor, kind) = (request.actor()?, asked_kind(&kind)?);
    let chosen = request.service.chosen_credentials(&actor, &workspace, kind, &ids).await?;
    let look = Look::new(&request.service, &chosen.standing, kind)?;
    Ok(ChosenView {
        now: look.now,
        role: look.role,
        tokens: chosen.items.into_iter().map(|token| look.row(token)).collect(),
        descendants: chosen.descendants.len(),
        refused: request.refused("revoke several").await?,
    })
}

/// Ends several, and with `descendants=revoke` those that they have made; then leads to the report.
#[server(prefix = "/fn", endpoint = "revoke_credentials")]
pub async fn revoke_credentials(
    #[server(default)] workspace: String,
    #[server(default)] kind: String,
    #[server(default)] ids: Vec<String>,
    #[server(default)] descendants: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let kind = asked_kind(&kind)?;
    let done = match request.actor() {
        Ok(actor) => {
            let (origin, keep) = (&request.caller.origin, descendants != "revoke");
            let done = request.service.revoke_many(&actor, origin, &workspace, (kind, &ids), keep).await;
            done.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(report) => {
            let asked = report.asked.into_iter().map(|one| {
                let ending = match one.outcome {
                    Outcome::Revoked => Ending::Revoked,
                    Outcome::EndedBefore => Ending::EndedBefore,
                    Outcome::NotFound => Ending::NotFound,
                };
                (if one.name.is_empty() { one.id } else { one.name }, ending)
            });
            let view = ReportView { asked: asked.collect(), descendants: report.descendants };
            request.keep_for(&report_of(&workspace, kind.segment()), view).await?;
            leptos_axum::redirect(&routes::credentials_revoked(&workspace, kind));
            Ok(())
        }
        Err(error) => {
            let back = routes::revoke_chosen(&workspace, kind, &ids, &routes::Page::default());
            request.refuse("revoke several", error, Vec::new(), &back).await
        }
    }
}

/// What became of those that this browser revoked last.
#[server(prefix = "/fn", endpoint = "revocation_report")]
pub async fn revocation_report(
    #[server(default)] workspace: String,
    #[server(default)] kind: String,
) -> Result<ReportView, UiError> {
    let request = Request::current()?;
    let kind = asked_kind(&kind)?;
    // Whoever has left the workspace since learns no names of it any more.
    request.service.workspace(&request.actor()?, &workspace).await?;
    request.kept_for(&report_of(&workspace, kind.segment())).await?.ok_or_else(|| because(UiError::NotFound))
}

#[cfg(feature = "ssr")]
fn report_of(workspace: &str, segment: &str) -> String {
    format!("revoked {workspace} {segment}")
}
