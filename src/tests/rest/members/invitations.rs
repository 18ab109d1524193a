//! `…/invitations`.

use latchkey::domain::{plan::Plan, role::Role};
use serde_json::json;
use time::Duration;

use super::{INVITATIONS, member};
use crate::support::{PASSWORD, Server};

#[tokio::test]
async fn an_admin_token_invites_and_shows_the_link_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let made = api.post(INVITATIONS, &json!({ "email": " Sam@Northwind.example ", "role": "member" })).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.body);
    let url = made.text("url");
    let code = url.strip_prefix(&format!("{}/invitations/", server.url)).unwrap();
    assert!(code.len() == 26 && code.bytes().all(|b| b.is_ascii_alphanumeric()), "{code}");
    let mut invitation = made.json();
    invitation.as_object_mut().unwrap().remove("url");
    assert_eq!(
        invitation,
        json!({
            "id": invitation["id"],
            "email": "Sam@Northwind.example",
            "role": "member",
            "invited_by": { "type": "credential", "id": invitation["invited_by"]["id"], "name": "Test" },
            "created_at": "2026-11-22T20:47:00Z",
            "expires_at": "2026-11-29T20:47:00Z",
        })
    );
    let list = api.get(INVITATIONS).await;
    assert_eq!(list.json(), json!({ "items": [invitation], "next_cursor": null }));
    assert!(!list.body.contains(code));

    let mut browser = server.browser();
    let page = browser.get(&format!("/invitations/{code}")).await;
    assert!(page.status == 200 && page.body.contains("Sam@Northwind.example"), "{}", page.body);
    let joined = browser.post("/fn/accept_as_newcomer", &[("code", code), ("password", PASSWORD)]).await;
    assert_eq!(joined.status, 302, "{}", joined.body);
    assert_eq!(member(&api, "Sam@Northwind.example").await["role"], "member");
    assert_eq!(api.get(INVITATIONS).await.json()["items"], json!([]));
}

#[tokio::test]
async fn an_admin_token_is_told_every_rule_that_it_breaks() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    assert_eq!(api.post(INVITATIONS, &json!({})).await.broken(), ["email required", "role required"]);
    let wrong = api.post(INVITATIONS, &json!({ "email": "sam", "role": "boss" })).await;
    assert_eq!(wrong.broken(), ["email malformed", "role unknown"]);
    assert_eq!(api.post(INVITATIONS, &json!({ "mail": "x" })).await.broken(), ["mail unknown_member"]);
    let again = api.post(INVITATIONS, &json!({ "email": "OWNER@northwind.example", "role": "admin" })).await;
    again.problem(409, "already_member");
    let owner = api.post(INVITATIONS, &json!({ "email": "sam@northwind.example", "role": "owner" })).await;
    owner.problem(403, "needs_person");
    assert_eq!(api.get(INVITATIONS).await.json()["items"], json!([]));
}

#[tokio::test]
async fn an_admin_token_that_invites_again_puts_the_first_link_out_of_use() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let first = api.post(INVITATIONS, &json!({ "email": "sam@northwind.example", "role": "admin" })).await.text("url");
    let second = api.post(INVITATIONS, &json!({ "email": "SAM@northwind.example", "role": "member" })).await;
    assert_eq!(second.status, 201, "{}", second.body);
    let open = api.get(INVITATIONS).await.json();
    assert_eq!((open["items"].as_array().unwrap().len(), &open["items"][0]["role"]), (1, &json!("member")));
    let at = |url: &str| url.strip_prefix(&server.url).unwrap().to_owned();
    assert_eq!(server.browser().get(&at(&first)).await.status, 404);
    assert_eq!(server.browser().get(&at(&second.text("url"))).await.status, 200);
}

#[tokio::test]
async fn an_admin_token_invites_again_whom_time_has_shut_out() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let sam = json!({ "email": "sam@northwind.example", "role": "member" });
    let first = api.post(INVITATIONS, &sam).await;
    server.advance(Duration::days(7));
    assert_eq!(api.get(INVITATIONS).await.json()["items"], json!([]), "its time is over");
    let url = first.text("url").replace(&server.url, "");
    assert_eq!(server.browser().get(&url).await.status, 404);
    assert_eq!(api.post(INVITATIONS, &sam).await.status, 201);
}

#[tokio::test]
async fn an_admin_token_takes_an_invitation_back_as_often_as_it_likes() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let made = api.post(INVITATIONS, &json!({ "email": "sam@northwind.example", "role": "member" })).await;
    let (path, url) = (format!("{INVITATIONS}/{}", made.text("id")), made.text("url").replace(&server.url, ""));
    let stranger = server.token(&elsewhere, &["admin"]).await;
    stranger.delete(&path).await.problem(404, "not_found");
    let wrong = format!("/workspaces/elsewhere/invitations/{}", made.text("id"));
    stranger.delete(&wrong).await.problem(404, "not_found");
    api.delete(&format!("{INVITATIONS}/inv_00000000000000000000000000")).await.problem(404, "not_found");
    api.delete(&format!("{INVITATIONS}/nonsense")).await.problem(404, "not_found");
    assert_eq!(server.browser().get(&url).await.status, 200, "nothing was done");
    for _ in 0..2 {
        assert_eq!(api.delete(&path).await.status, 204);
    }
    assert_eq!(server.browser().get(&url).await.status, 404);
}

#[tokio::test]
async fn an_admin_token_goes_through_the_invitations_page_by_page() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    for name in ["ada", "bob", "cyn"] {
        server.advance(Duration::SECOND);
        let body = json!({ "email": format!("{name}@northwind.example"), "role": "member" });
        assert_eq!(api.post(INVITATIONS, &body).await.status, 201);
    }
    let first = api.get(&format!("{INVITATIONS}?limit=2")).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = api.get(&format!("{INVITATIONS}?limit=2&cursor={cursor}")).await.json();
    let emails: Vec<_> = [&first, &rest]
        .into_iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|invitation| invitation["email"].as_str().unwrap())
        .collect();
    assert_eq!(emails, ["cyn@northwind.example", "bob@northwind.example", "ada@northwind.example"]);
    assert_eq!(rest["next_cursor"], json!(null));
}

#[tokio::test]
async fn an_admin_who_is_removed_leaves_no_door_open() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Admin).await;
    let api = server.token(&home, &["admin"]).await;
    let mut ada = server.signed_in("ada@northwind.example").await;
    let form = [("workspace", "northwind"), ("email", "her-other-address@elsewhere.example"), ("role", "admin")];
    assert_eq!(ada.post("/fn/invite", &form).await.status, 302);
    let by_token = api.post(INVITATIONS, &json!({ "email": "sam@northwind.example", "role": "member" })).await;
    assert_eq!(by_token.status, 201);
    let count = async || api.get(INVITATIONS).await.json()["items"].as_array().unwrap().len();
    assert_eq!(count().await, 2);
    let path = super::path(&api, "ada@northwind.example").await;
    assert_eq!(api.delete(&path).await.status, 204);
    let left = api.get(INVITATIONS).await.json();
    assert_eq!((count().await, &left["items"][0]["email"]), (1, &json!("sam@northwind.example")));
}
