//! `GET …/members`.

use latchkey::domain::{credential::Kind, plan::Plan, role::Role};
use serde_json::json;
use time::Duration;

use super::{MEMBERS, member};
use crate::support::{Server, new_token};

#[tokio::test]
async fn a_reading_token_sees_who_is_there_and_what_they_answer_for() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    let api = server.token(&home, &["read"]).await;
    server
        .mint(
            &home,
            latchkey::service::new_credential::NewCredential {
                kind: Kind::ApiKey,
                ..new_token("Gateway", &["logs:read"])
            },
        )
        .await;
    server.mint(&elsewhere, new_token("Not here", &["read"])).await;
    server.advance(Duration::HOUR);
    server.person("ada@northwind.example", &home, Role::Admin).await;
    server.signed_in("ada@northwind.example").await;

    let list = api.get(MEMBERS).await;
    assert_eq!(list.status, 200, "{}", list.body);
    let (owner, ada) = (member(&api, "owner@northwind.example").await, member(&api, "ada@northwind.example").await);
    assert_eq!(list.json(), json!({ "items": [owner, ada], "next_cursor": null }));
    assert_eq!(
        owner,
        json!({
            "id": owner["id"],
            "email": "owner@northwind.example",
            "role": "owner",
            "joined_at": "2026-11-22T20:47:00Z",
            "last_seen_at": null,
            "responsible_for": { "access_tokens": 1, "api_keys": 1 },
        })
    );
    assert_eq!(
        ada,
        json!({
            "id": ada["id"],
            "email": "ada@northwind.example",
            "role": "admin",
            "joined_at": "2026-11-22T21:47:00Z",
            "last_seen_at": "2026-11-22T21:47:00Z",
            "responsible_for": { "access_tokens": 0, "api_keys": 0 },
        })
    );
}

#[tokio::test]
async fn a_reading_token_goes_through_the_list_page_by_page() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["read"]).await;
    // Three of them at the same instant.
    for name in ["ada", "bob", "cyn"] {
        server.person(&format!("{name}@northwind.example"), &home, Role::Member).await;
    }
    let mut seen = Vec::new();
    let mut next = format!("{MEMBERS}?limit=1");
    loop {
        let page = api.get(&next).await.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 1);
        seen.extend(items.iter().map(|member| member["email"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("{MEMBERS}?limit=1&cursor={cursor}"),
            None => break,
        }
    }
    seen.sort_unstable();
    let all = ["ada", "bob", "cyn", "owner"].map(|name| format!("{name}@northwind.example"));
    assert_eq!(seen, all);
    assert_eq!(
        api.get(&format!("{MEMBERS}?limit=0&cursor=x")).await.broken(),
        ["limit out_of_range", "cursor unknown"]
    );
}

#[tokio::test]
async fn a_deploying_token_and_one_of_elsewhere_see_nobody() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    let deploying = server.token(&home, &["deploy"]).await;
    deploying.get(MEMBERS).await.problem(403, "insufficient_scope");
    let stranger = server.token(&elsewhere, &["admin"]).await;
    stranger.get(MEMBERS).await.problem(404, "not_found");
}
