//! Who is in a workspace: the page, its dialogs, and the link of an invitation.

mod accept;
mod at_once;
mod go;
mod invite;
mod matrix;

use serde_json::Value;

use crate::support::Browser;

const MEMBERS: &str = "/w/northwind/members";

/// The members as the page has them.
async fn members(browser: &mut Browser) -> Vec<Value> {
    let list = browser.ask("list_members", &[("workspace", "northwind")]).await;
    assert_eq!(list.status, 200, "{}", list.body);
    list.json()["members"].as_array().unwrap().clone()
}

/// The member of this address.
async fn member(browser: &mut Browser, email: &str) -> Value {
    let all = members(browser).await;
    all.into_iter().find(|member| member["email"] == email).unwrap_or_default()
}

/// The id of the member of this address.
async fn id(browser: &mut Browser, email: &str) -> String {
    member(browser, email).await["id"].as_str().unwrap().to_owned()
}

/// Invites an address: the code of the link.
async fn invite(browser: &mut Browser, email: &str, role: &str) -> String {
    let form = [("workspace", "northwind"), ("email", email), ("role", role)];
    let made = browser.post("/fn/invite", &form).await;
    let (list, id) = made.header("location").split_once("?invited=").unwrap_or_else(|| panic!("{}", made.body));
    assert_eq!((made.status, list), (302, MEMBERS));
    let link = browser.ask("reveal_invitation", &[("workspace", "northwind"), ("id", id)]).await;
    let url = link.json()["Shown"]["url"].as_str().unwrap().to_owned();
    url.split_once("/invitations/").unwrap().1.to_owned()
}
