//! The first owner and workspace.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::{Request, because};
use crate::web::{api::form::Refused, error::UiError};
#[cfg(feature = "ssr")]
use crate::{domain::catalog::Catalog, service::setup::NewOwner, web::routes};

/// What the set-up page begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupView {
    /// The catalogs to choose from; the first is the default. With one there is nothing to choose.
    pub catalogs: Vec<CatalogCard>,
    /// What was refused before, without JavaScript.
    pub refused: Option<Refused>,
    /// The public address of this Latchkey without its scheme, for the footer.
    pub host: String,
}

/// A catalog to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogCard {
    /// Its name in the form.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// The prefixes of its secrets.
    pub prefixes: Vec<String>,
}

/// What the page needs; not found once set up, or with a wrong code.
#[server(prefix = "/fn", endpoint = "setup_form")]
pub async fn setup_form(#[server(default)] code: String) -> Result<SetupView, UiError> {
    let request = Request::current()?;
    if !request.service.setup_is_open(&code).await? {
        return Err(because(UiError::NotFound));
    }
    Ok(SetupView {
        catalogs: request.service.catalogs().iter().map(card).collect(),
        refused: request.refused("setup").await?,
        host: request.state.settings.host(),
    })
}

/// A catalog as a card.
#[cfg(feature = "ssr")]
#[must_use]
pub fn card(catalog: &Catalog) -> CatalogCard {
    let kinds = [catalog.access_token.as_ref(), catalog.api_key.as_ref()];
    CatalogCard {
        name: catalog.name.clone(),
        title: catalog.title.clone(),
        description: catalog.description.clone(),
        prefixes: kinds.into_iter().flatten().map(|vocabulary| vocabulary.prefix.clone()).collect(),
    }
}

/// Makes the first owner and workspace and signs the owner in.
#[server(prefix = "/fn", endpoint = "set_up")]
pub async fn set_up(
    #[server(default)] code: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] workspace: String,
    #[server(default)] catalog: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let new = NewOwner { email: &email, password: &password, workspace: &workspace, catalog: &catalog };
    let made = request.service.set_up(&code, &new, &request.caller.origin).await;
    match made {
        Ok(_) => {
            let signed_in = request.service.sign_in(&email, &password, &request.caller.origin).await?;
            request.go_on(signed_in, routes::HOME).await
        }
        Err(error) => {
            let typed =
                vec![("email".to_owned(), email), ("workspace".to_owned(), workspace), ("catalog".to_owned(), catalog)];
            request.refuse("setup", error.into(), typed, &routes::setup(&code)).await
        }
    }
}
