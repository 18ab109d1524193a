//! `GET /whoami`.

use latchkey::domain::{lifetime, plan::Plan};
use serde_json::json;

use crate::support::{Server, new_token};

#[tokio::test]
async fn any_token_learns_what_it_is_and_what_it_may_do_now() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let mut token = new_token("CI Deploy", &["admin"]);
    token.expires_at = lifetime::parse("expires_at", "2026-12-31", server.now()).map(Some);
    let (id, secret) = server.mint(&home, token).await;
    let answer = server.holding(&secret).get("/whoami").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let expected = json!({
        "id": id.to_string(),
        "kind": "access_token",
        "name": "CI Deploy",
        "hint": secret[..12],
        "workspace": { "id": home.id.to_string(), "slug": "northwind", "name": "Northwind" },
        "project": null,
        "level": "workspace",
        "scopes": ["deploy", "read", "delete", "admin"],
        "expires_at": "2026-12-31T23:59:59Z",
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn a_token_of_the_narrowest_scope_may_ask() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let answer = server.token(&home, &["run_scripts"]).await.get("/whoami").await;
    assert_eq!((answer.status, answer.json()["scopes"].clone()), (200, json!(["run_scripts"])));
}
