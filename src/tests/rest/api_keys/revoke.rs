//! `DELETE …/api-keys/{key}`.

use latchkey::domain::plan::Plan;
use serde_json::json;

use super::{KEYS, new_key};
use crate::support::{Server, new_token};

#[tokio::test]
async fn a_deleted_key_is_refused_at_once_and_stays_listed() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let admin = server.token(&home, &["admin"]).await;
    let (id, secret) = server.mint(&home, new_key("Old", &["read"])).await;
    let holder = server.holding(&secret);
    assert_eq!(holder.get("/whoami").await.status, 200);
    for _ in 0..2 {
        assert_eq!(admin.delete(&format!("{KEYS}/{id}")).await.status, 204);
        holder.get("/whoami").await.problem(401, "invalid_token");
    }
    let listed = admin.get(KEYS).await.json();
    assert_eq!((&listed["items"][0]["status"], &listed["items"][0]["name"]), (&json!("revoked"), &json!("Old")));
    assert_eq!(admin.delete(&format!("{KEYS}/{id}?descendants=perhaps")).await.broken(), ["descendants unknown"]);
}

#[tokio::test]
async fn deleting_what_made_a_key_deletes_the_key_unless_told_to_keep_it() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Pro).await;
    let admin = server.token(&home, &["admin"]).await;
    let make = async |query: &str| {
        let (maker, secret) = server.mint(&home, new_token("Maker", &["admin"])).await;
        let made = server.holding(&secret).post(KEYS, &json!({ "name": "Child", "scopes": ["read"] })).await;
        let done = admin.delete(&format!("/workspaces/northwind/access-tokens/{maker}{query}")).await;
        assert_eq!(done.status, 204);
        server.holding(&made.text("secret")).get("/whoami").await.status
    };
    assert_eq!(make("").await, 401);
    assert_eq!(make("?descendants=keep").await, 200);
}
