//! The link by which a member chooses a new password.

use latchkey::domain::{plan::Plan, role::Role};
use time::Duration;

use crate::support::{Browser, PASSWORD, Server};

const OWNER: &str = "owner@northwind.example";
const SAM: &str = "sam@northwind.example";
const NEW: &str = "a new brass key for the old latch";

async fn start() -> Server {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person(SAM, &home, Role::Admin).await;
    server
}

async fn id(browser: &mut Browser, email: &str) -> String {
    let list = browser.ask("list_members", &[("workspace", "northwind")]).await.json();
    let found = list["members"].as_array().unwrap().iter().find(|member| member["email"] == email).cloned();
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

/// Makes a link for Sam: its code.
async fn link(owner: &mut Browser) -> String {
    let sam = id(owner, SAM).await;
    let made = owner.post("/fn/make_reset_link", &[("workspace", "northwind"), ("user", &sam)]).await;
    let shown_at = made.header("location").to_owned();
    assert!(made.status == 302 && shown_at.starts_with("/w/northwind/members?reset=rst_"), "{shown_at}");
    let page = owner.get(&shown_at).await.body;
    let code = page.split("/reset/").nth(1).unwrap_or_else(|| panic!("no link: {page}"));
    let code = code.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap().to_owned();
    let again = owner.get(&shown_at).await.body;
    assert!(again.contains("Already shown") && !again.contains(&code), "it is shown once");
    code
}

async fn choose(server: &Server, code: &str, password: &str) -> u16 {
    server.browser().ask("reset_password", &[("code", code), ("password", password)]).await.status
}

#[tokio::test]
async fn a_member_chooses_a_new_password_by_a_link_once() {
    let server = start().await;
    let (mut owner, mut sam) = (server.signed_in(OWNER).await, server.signed_in(SAM).await);
    let dialog = format!("/w/northwind/members/{}/reset", id(&mut owner, SAM).await);
    let question = owner.get(&dialog).await.body;
    assert!(question.contains("Reset the password of sam@northwind.example?"), "{question}");
    let code = link(&mut owner).await;
    assert!(sam.viewer().await.is_some(), "a link alone changes nothing");
    let page = server.browser().get(&format!("/reset/{code}")).await;
    assert!(page.status == 200 && page.body.contains(SAM), "{}", page.body);
    assert_eq!(choose(&server, &code, "short").await, 422);
    assert_eq!(choose(&server, &code, NEW).await, 200);
    assert_eq!(sam.viewer().await, None, "signed out everywhere");
    assert_eq!(choose(&server, &code, PASSWORD).await, 409, "once");
    assert_eq!(server.browser().get(&format!("/reset/{code}")).await.status, 404);
    let mut sam = server.browser();
    sam.sign_in(SAM, NEW).await;
    assert_eq!(sam.viewer().await.as_deref(), Some(SAM));
    let log = owner.ask("list_activity", &[("workspace", "northwind")]).await.body;
    assert!(log.contains("member.reset_link_created"), "{log}");
}

#[tokio::test]
async fn a_link_ends_after_thirty_minutes_or_with_the_next_one() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let (first, second) = (link(&mut owner).await, link(&mut owner).await);
    assert_eq!(choose(&server, &first, NEW).await, 409);
    server.advance(Duration::minutes(30));
    assert_eq!(choose(&server, &second, NEW).await, 409);
    for made_up in ["", "x", "..%2F"] {
        assert_eq!(choose(&server, made_up, NEW).await, 409);
    }
    let mut sam = server.browser();
    sam.sign_in(SAM, PASSWORD).await;
    assert!(sam.viewer().await.is_some(), "nothing was changed");
}

#[tokio::test]
async fn an_owner_resets_nobody_of_another_workspace_and_not_themselves() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let code = link(&mut owner).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    server.also(SAM, &elsewhere, Role::Member).await;
    assert_eq!(choose(&server, &code, NEW).await, 409, "they have joined another one since");
    let (sam, own) = (id(&mut owner, SAM).await, id(&mut owner, OWNER).await);
    for (user, code) in [(&sam, 409), (&own, 409), (&"usr_00000000000000000000000000".to_owned(), 404)] {
        let made = owner.ask("make_reset_link", &[("workspace", "northwind"), ("user", user)]).await;
        assert_eq!(made.status, code, "{user}: {}", made.body);
    }
    // An admin is told what it needs, a stranger nothing.
    let mut admin = server.signed_in(SAM).await;
    let form = [("workspace", "northwind"), ("user", own.as_str())];
    assert_eq!(admin.ask("make_reset_link", &form).await.status, 403);
    let mut stranger = server.signed_in("owner@elsewhere.example").await;
    assert_eq!(stranger.ask("make_reset_link", &form).await.status, 404);
}
