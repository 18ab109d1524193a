//! `/workspaces/{workspace}/members` and `…/invitations`.

mod invitations;
mod list;
mod log;
mod parting;
mod roles;

use serde_json::Value;

use crate::support::{Api, Server};

const MEMBERS: &str = "/workspaces/northwind/members";
const INVITATIONS: &str = "/workspaces/northwind/invitations";

/// The member of this address, as the list has them; null if they are not on it.
async fn member(api: &Api, email: &str) -> Value {
    let list = api.get(&format!("{MEMBERS}?limit=200")).await;
    assert_eq!(list.status, 200, "{}", list.body);
    let items = list.json()["items"].as_array().unwrap().clone();
    items.into_iter().find(|member| member["email"] == email).unwrap_or_default()
}

/// Where that member is.
async fn path(api: &Api, email: &str) -> String {
    format!("{MEMBERS}/{}", id(api, email).await)
}

/// The id of that member.
async fn id(api: &Api, email: &str) -> String {
    member(api, email).await["id"].as_str().unwrap().to_owned()
}

/// A token for which `email`, an owner or admin, answers since they made it in their browser.
async fn token_of(server: &Server, email: &str, name: &str, scope: &str) -> Api {
    let mut browser = server.signed_in(email).await;
    let form =
        [("workspace", "northwind"), ("kind", "access_token"), ("name", name), ("expiry", "90"), ("scopes[]", scope)];
    let made = browser.post("/fn/create_credential", &form).await;
    let (_, id) = made.header("location").split_once("?id=").unwrap_or_else(|| panic!("{}", made.body));
    let shown = browser.ask("reveal_credential", &[("workspace", "northwind"), ("id", id)]).await;
    server.holding(shown.json()["Shown"]["secret"].as_str().unwrap())
}
