//! API keys.

use latchkey::{domain::credential::Kind, service::new_credential::NewCredential};
use reqwest::Method;
use serde_json::Value;

use crate::support::{Answer, Api, new_token};

mod ceiling;
mod change;
mod create;
mod revoke;
mod twice;

const KEYS: &str = "/workspaces/northwind/api-keys";

/// A key without an end.
fn new_key(name: &str, scopes: &[&str]) -> NewCredential {
    NewCredential { kind: Kind::ApiKey, ..new_token(name, scopes) }
}

/// Changes a key.
async fn patch(api: &Api, id: impl std::fmt::Display, body: &Value) -> Answer {
    Answer::to(api.request(Method::PATCH, &format!("{KEYS}/{id}")).json(body)).await
}
