//! `/workspaces/{workspace}/members` and `…/invitations`.

mod invitations;
mod list;
mod parting;
mod roles;

use serde_json::Value;

use crate::support::Api;

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
    format!("{MEMBERS}/{}", member(api, email).await["id"].as_str().unwrap())
}
