//! Access tokens and API keys: look at, create, reveal once, revoke. Lists are in [`super::credential_lists`].

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]
#![expect(clippy::too_many_arguments, reason = "a server function has one for each field of its form")]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::{
    credential_views::{
        Look, asked, asked_id, asked_kind, grouped, new_form, one_line, own_project, resembling, typed,
    },
    request::{Request, because},
};
#[cfg(feature = "ssr")]
use crate::{
    domain::{credential::Kind, lifetime, project::Start},
    service::{
        credentials::{Created, Reveal},
        new_credential::NewCredential,
    },
    web::routes,
};
use crate::{
    domain::{
        credential::{CredentialId, MakerKind, OwnProject, Status},
        plan::Usage,
        role::Role,
        timestamp::Timestamp,
    },
    web::{api::form::Refused, error::UiError},
};

/// A token in the list and on its own page. Nothing here is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialRow {
    /// Its id.
    pub id: CredentialId,
    /// Its name.
    pub name: String,
    /// What it is for; keys only.
    pub description: String,
    /// Prefix and first characters; show with `…` after it.
    pub hint: String,
    /// The only project that it reaches, by name; none at the level of the workspace.
    pub project: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// As granted, in the catalog's order.
    pub scopes: Vec<ScopeChip>,
    /// When and by whom it was made.
    pub created_at: Timestamp,
    /// An address, a token's name, or "Operator".
    pub created_by: String,
    /// What kind of maker that is.
    pub created_by_kind: MakerKind,
    /// The end, if it has one.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The last call that was let in.
    pub last_used_at: Option<Timestamp>,
    /// Where that came from; only for owners and admins.
    pub last_used_from: Option<String>,
    /// What that called itself (its user agent).
    pub last_used_by: Option<String>,
    /// How many calls were let in.
    pub use_count: u64,
    /// Whether callers must send a passphrase.
    pub has_passphrase: bool,
    /// In a list: calls on each of the last thirty days, UTC; the last one is today. Empty elsewhere.
    pub days: Vec<u64>,
}

/// A scope's name with its warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own beside the name")]
pub struct ScopeChip {
    /// Its name.
    pub name: String,
    /// What it lets its holder do; empty if the catalog does not know it.
    pub description: String,
    /// Whether the catalog warns of it.
    pub sensitive: bool,
    /// Whether only owners may grant it.
    pub owners_only: bool,
    /// Whether it comes with another one (on the token's own page).
    pub included: bool,
    /// Whether the catalog knows it.
    pub known: bool,
}

/// One token's own page, and the question before revoking it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialView {
    /// The instant to which relative times refer.
    pub now: Timestamp,
    /// The token.
    pub token: CredentialRow,
    /// Its scopes and what comes with them.
    pub scopes: Vec<ScopeChip>,
    /// Who answers for it.
    pub responsible: String,
    /// The live tokens that it has made, and those they made.
    pub descendants: Vec<CredentialRow>,
    /// The viewer's role.
    pub role: Role,
    /// Why a revocation was refused before, without JavaScript.
    pub refused: Option<Refused>,
}

/// What the dialog *New access token* begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCredentialView {
    /// The moment the form was made: ends in so many days count from here.
    pub asked_at: Timestamp,
    /// Makes one token of a form that is sent twice.
    pub form_key: String,
    /// The workspace's name.
    pub workspace: String,
    /// How much of the plan is used.
    pub usage: Usage,
    /// The scopes by group, those that the viewer may grant.
    pub groups: Vec<ScopeGroup>,
    /// The projects to choose from, newest first.
    pub projects: Vec<OwnProject>,
    /// What the form begins with: what was typed when it was refused before, without JavaScript, else what the token or
    /// key to resemble has (`?like=tok_…`).
    pub begin: Vec<(String, String)>,
    /// Why it was refused before.
    pub error: Option<UiError>,
}

/// Scopes under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeGroup {
    /// The heading.
    pub name: String,
    /// Its scopes.
    pub scopes: Vec<ScopeChip>,
}

/// What the page after creating shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RevealView {
    /// The secret, for the only time.
    Shown {
        /// The token.
        token: Box<CredentialRow>,
        /// The secret in full.
        secret: String,
        /// The address of the API, for the snippets.
        api_url: String,
    },
    /// It was shown before.
    AlreadyShown(Box<CredentialRow>),
}

/// One token.
#[server(prefix = "/fn", endpoint = "credential")]
pub async fn credential_details(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
) -> Result<CredentialView, UiError> {
    let request = Request::current()?;
    let detail = request.service.credential(&request.actor()?, &workspace, asked_id(&id)?).await?;
    let look = Look::new(&request.service, &detail.standing, detail.credential.id.kind())?;
    Ok(look.whole(detail, request.refused("revoke token").await?))
}

/// So many projects the dialog offers at most, the newest.
#[cfg(feature = "ssr")]
const PROJECTS: usize = 500;

/// What the dialog needs.
#[server(prefix = "/fn", endpoint = "new_credential_form")]
pub async fn new_credential_form(
    #[server(default)] workspace: String,
    #[server(default)] kind: String,
    #[server(default)] like: String,
) -> Result<NewCredentialView, UiError> {
    let request = Request::current()?;
    let (actor, kind) = (request.actor()?, asked_kind(&kind)?);
    let (standing, scopes) = request.service.grantable(&actor, &workspace, kind).await?;
    let like = match like.parse::<CredentialId>() {
        Ok(id) => Some(request.service.credential(&actor, &workspace, id).await?.credential),
        Err(_) => None,
    };
    let (_, projects) = request.service.projects(&actor, &workspace, Start::Newest, PROJECTS).await?;
    let refused = request.refused(new_form(kind)).await?;
    let now = request.service.now();
    let (begin, error) = match (refused, like) {
        (Some(Refused { error, typed }), _) => (typed, Some(error)),
        (None, Some(like)) => (resembling(like, now), None),
        (None, None) => (Vec::new(), None),
    };
    Ok(NewCredentialView {
        asked_at: now,
        form_key: request.service.form_key(),
        usage: request.service.usage(&actor, &workspace, kind).await?,
        workspace: standing.workspace.name,
        groups: grouped(&scopes),
        projects: projects.items.into_iter().map(own_project).collect(),
        begin,
        error,
    })
}

/// Makes a token or key, then leads to the page that shows its secret once.
#[server(prefix = "/fn", endpoint = "create_credential")]
pub async fn create_credential(
    #[server(default)] workspace: String,
    #[server(default)] kind: String,
    #[server(default)] form_key: String,
    #[server(default)] asked_at: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] expiry: String,
    #[server(default)] until: String,
    #[server(default)] level: String,
    #[server(default)] project: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] active: String,
    #[server(default)] passphrase: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let (kind, now) = (asked_kind(&kind)?, request.service.now());
    let new = NewCredential {
        description: if kind == Kind::ApiKey { one_line(&description) } else { String::new() },
        // One that was not chosen is an unknown one.
        project: (level == "project").then(|| project.clone()),
        active: kind == Kind::AccessToken || active == "true",
        passphrase: Some(passphrase).filter(|passphrase| !passphrase.is_empty()),
        expires_at: lifetime::from_form(&expiry, &until, asked(&asked_at, now), now),
        form_key: Some(form_key).filter(|key| !key.is_empty()),
        ..NewCredential::plain(kind, &name, scopes.clone())
    };
    let made = match request.actor() {
        Ok(actor) => {
            let made = request.service.create_credential(&actor, &request.caller.origin, &workspace, new).await;
            made.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(Created::New(token, _) | Created::Before(token)) => {
            leptos_axum::redirect(&routes::credential_created(&workspace, token.id));
            Ok(())
        }
        Err(error) => {
            let fields = [
                ("name", name),
                ("description", description),
                ("expiry", expiry),
                ("until", until),
                ("level", level),
                ("project", project),
                ("active", active),
            ];
            let back = routes::new_credential(&workspace, kind, &routes::Page::default());
            request.refuse(new_form(kind), error, typed(fields, scopes), &back).await
        }
    }
}

/// Takes the secret out of its slot; the second call finds none.
#[server(prefix = "/fn", endpoint = "reveal_credential")]
pub async fn reveal_credential(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
) -> Result<RevealView, UiError> {
    let request = Request::current()?;
    let person = request.person()?;
    let id = asked_id(&id)?;
    if !request.is_looked_at() {
        return Err(because(UiError::Refused("Open this page to see the secret.".to_owned())));
    }
    let standing = request.service.workspace(&request.actor()?, &workspace).await?;
    let look = Look::new(&request.service, &standing, id.kind())?;
    Ok(match request.service.reveal(person, &workspace, id).await? {
        Reveal::Shown(token, secret) => {
            RevealView::Shown { token: Box::new(look.row(*token)), secret, api_url: request.state.settings.api_url() }
        }
        Reveal::AlreadyShown(token) => RevealView::AlreadyShown(Box::new(look.row(*token))),
    })
}

/// Ends a token, and with `descendants=revoke` those that it has made.
#[server(prefix = "/fn", endpoint = "revoke_credential")]
pub async fn revoke_credential(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
    #[server(default)] descendants: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let keep = descendants != "revoke";
    let id = asked_id(&id)?;
    let done = match request.actor() {
        Ok(actor) => {
            let done = request.service.revoke_credential(&actor, &request.caller.origin, &workspace, id, keep).await;
            done.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            leptos_axum::redirect(&routes::credentials(&workspace, id.kind()));
            Ok(())
        }
        Err(error) => {
            let back = routes::revoke_credential(&workspace, id, &routes::Page::default());
            request.refuse("revoke token", error, Vec::new(), &back).await
        }
    }
}
