//! What only API keys have: they are edited, and switched off and on.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]
#![expect(clippy::too_many_arguments, reason = "a server function has one for each field of its form")]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::credentials::{CredentialView, ScopeGroup};
use crate::web::error::UiError;
#[cfg(feature = "ssr")]
use crate::{
    domain::{credential::Kind, invalid::Invalid, lifetime},
    service::{Error, edit_credential::Change},
    web::{
        api::{
            credential_views::{Look, asked, asked_id, one_line, typed},
            request::Request,
        },
        navigate, routes,
    },
};

/// A key, and the form that changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditKeyView {
    /// The key and what surrounds it.
    pub key: CredentialView,
    /// The version that the form shows; a change of another one is refused.
    pub version: u64,
    /// What it may have from now on, by group; none for those who may not edit it.
    pub groups: Vec<ScopeGroup>,
    /// What was typed when the form was refused before, without JavaScript.
    pub begin: Vec<(String, String)>,
    /// Why it was refused before.
    pub error: Option<UiError>,
}

/// What the edit page needs.
#[server(prefix = "/fn", endpoint = "edit_key_form")]
pub async fn edit_key_form(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
) -> Result<EditKeyView, UiError> {
    let request = Request::current()?;
    let (actor, id) = (request.actor()?, asked_id(&id)?);
    let detail = request.service.credential(&actor, &workspace, id).await?;
    let look = Look::new(&request.service, &detail.standing, id.kind())?;
    let grantable = match request.service.grantable(&actor, &workspace, id.kind()).await {
        Ok((_, scopes)) => scopes,
        // Who may not edit sees the facts; a catalog that has no keys any more leaves what there is.
        Err(Error::NeedsRole(_) | Error::NotFound) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let refused = request.refused("edit key").await?;
    let (begin, error) = refused.map(|refused| (refused.typed, refused.error)).unzip();
    Ok(EditKeyView {
        version: detail.credential.version,
        groups: look.editable(&grantable, &detail.credential.scopes),
        key: look.whole(detail, None),
        begin: begin.unwrap_or_default(),
        error,
    })
}

/// Changes a key, then leads to the list. `expiry=keep` leaves its end as it is.
#[server(prefix = "/fn", endpoint = "edit_key")]
pub async fn edit_key(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] asked_at: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] expiry: String,
    #[server(default)] until: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] active: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let (id, now) = (asked_id(&id)?, request.service.now());
    let change = Change {
        name: Some(name.clone()),
        description: Some(one_line(&description)),
        scopes: Some(scopes.clone()),
        expires_at: (expiry != "keep").then(|| lifetime::from_form(&expiry, &until, asked(&asked_at, now), now)),
        active: Some(active == "true"),
        if_versions: version.parse().ok().map(|version| vec![version]),
    };
    let done = match request.actor() {
        Ok(actor) => {
            let done = request.service.edit_credential(&actor, &request.caller.origin, &workspace, id, change).await;
            done.map_err(UiError::from)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            leptos_axum::redirect(&routes::credentials(&workspace, Kind::ApiKey));
            Ok(())
        }
        Err(error) => {
            let fields = [
                ("name", name),
                ("description", description),
                ("expiry", expiry),
                ("until", until),
                ("active", active),
            ];
            let back = routes::edit_credential(&workspace, id);
            request.refuse("edit key", error, typed(fields, scopes), &back).await
        }
    }
}

/// Switches a key on (`active=true`) or off (`active=false`), then leads to `back`, a local address. A refusal
/// without JavaScript waits there as the refused form `switch key`.
#[server(prefix = "/fn", endpoint = "switch_credential")]
pub async fn switch_credential(
    #[server(default)] workspace: String,
    #[server(default)] id: String,
    #[server(default)] active: String,
    #[server(default)] back: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let (id, back) = (asked_id(&id)?, navigate::local(&back));
    let done = match (request.actor(), active.parse()) {
        (Err(error), _) => Err(error),
        (Ok(_), Err(_)) => {
            Err(Error::invalid(Invalid::new("active", "unknown", "Say whether it is on: true or false.")).into())
        }
        (Ok(actor), Ok(active)) => {
            let done = request.service.switch_credential(&actor, &request.caller.origin, &workspace, id, active).await;
            done.map_err(UiError::from)
        }
    };
    match done {
        Ok(_) => {
            leptos_axum::redirect(&back);
            Ok(())
        }
        Err(error) => request.refuse("switch key", error, Vec::new(), &back).await,
    }
}
