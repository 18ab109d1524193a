//! What only API keys have: they are edited, and switched off and on.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;

use crate::web::error::UiError;
#[cfg(feature = "ssr")]
use crate::{
    domain::invalid::Invalid,
    web::{
        api::{credential_views::asked_id, request::Request},
        navigate,
    },
};

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
            Err(UiError::Invalid(vec![Invalid::new("active", "unknown", "Say whether it is on: true or false.")]))
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
