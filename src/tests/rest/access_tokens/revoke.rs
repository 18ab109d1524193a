//! `DELETE …/access-tokens/{token}`.

use latchkey::domain::plan::Plan;
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{Answer, Api, Server, new_token};

const TOKENS: &str = "/workspaces/northwind/access-tokens";

/// Makes a token by `maker`: its id, and somebody who holds it.
async fn child(server: &Server, maker: &Api, name: &str) -> (String, Api) {
    let made = maker.post(TOKENS, &json!({ "name": name, "scopes": ["admin"] })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    (made.text("id"), server.holding(&made.text("secret")))
}

async fn revocation_is_immediate(server: Server) {
    let home = server.workspace("Northwind", Plan::Free).await;
    let admin = server.token(&home, &["admin"]).await;
    let (id, secret) = server.mint(&home, new_token("Leaked", &["read"])).await;
    let api = server.holding(&secret);
    assert_eq!(api.get("/workspaces").await.status, 200);

    let revoked = admin.delete(&format!("{TOKENS}/{id}")).await;
    assert_eq!((revoked.status, revoked.body.as_str()), (204, ""));
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        calls.spawn(Answer::to(api.request(Method::GET, "/workspaces")));
    }
    for answer in calls.join_all().await {
        answer.problem(401, "invalid_token");
        assert_eq!(answer.header("www-authenticate"), r#"Bearer error="invalid_token""#);
    }
    assert_eq!(admin.delete(&format!("{TOKENS}/{id}")).await.status, 204, "again");
    let seen = admin.get(&format!("{TOKENS}/{id}")).await;
    assert_eq!((seen.text("status"), seen.text("revoked_at")), ("revoked".into(), "2026-11-22T20:47:00Z".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_holder_is_refused_from_the_moment_the_revocation_has_answered_on_sqlite() {
    revocation_is_immediate(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_holder_is_refused_from_the_moment_the_revocation_has_answered_on_postgresql() {
    revocation_is_immediate(Server::start_on_postgresql().await).await;
}

#[tokio::test]
async fn an_admin_token_revokes_what_a_token_has_made_all_the_way_down() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let admin = server.token(&home, &["admin"]).await;
    let (id, first) = child(&server, &admin, "First").await;
    let (_, second) = child(&server, &first, "Second").await;
    let (_, third) = child(&server, &second, "Third").await;
    let (_, sibling) = child(&server, &admin, "Sibling").await;
    assert_eq!(admin.delete(&format!("{TOKENS}/{id}")).await.status, 204);
    for gone in [first, second, third] {
        gone.get("/whoami").await.problem(401, "invalid_token");
    }
    assert_eq!(sibling.get("/whoami").await.status, 200);
    assert_eq!(admin.get("/whoami").await.status, 200, "what made it stays");
}

#[tokio::test]
async fn an_admin_token_may_keep_what_a_token_has_made() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let admin = server.token(&home, &["admin"]).await;
    let (id, first) = child(&server, &admin, "First").await;
    let (_, second) = child(&server, &first, "Second").await;
    let unknown = admin.delete(&format!("{TOKENS}/{id}?descendants=maybe")).await;
    assert_eq!(unknown.broken(), ["descendants unknown"]);
    assert_eq!(first.get("/whoami").await.status, 200, "nothing was done");
    assert_eq!(admin.delete(&format!("{TOKENS}/{id}?descendants=keep")).await.status, 204);
    first.get("/whoami").await.problem(401, "invalid_token");
    assert_eq!(second.get("/whoami").await.status, 200);
    // Asked again without `keep`, it takes them too.
    assert_eq!(admin.delete(&format!("{TOKENS}/{id}")).await.status, 204);
    second.get("/whoami").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn a_token_may_end_itself_and_a_reading_one_ends_nothing() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, secret) = server.mint(&home, new_token("Self", &["admin"])).await;
    let reader = server.token(&home, &["read"]).await;
    reader.delete(&format!("{TOKENS}/{id}")).await.problem(403, "insufficient_scope");
    let api = server.holding(&secret);
    assert_eq!(api.delete(&format!("{TOKENS}/{id}")).await.status, 204);
    api.delete(&format!("{TOKENS}/{id}")).await.problem(401, "invalid_token");
}

/// Nothing that a token has authorised commits after its revocation has answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_in_flight_makes_nothing_after_its_revocation() {
    for server in [Server::start().await, Server::start_on_postgresql().await] {
        let home = server.workspace("Northwind", Plan::Team).await;
        let admin = server.token(&home, &["admin"]).await;
        let (id, secret) = server.mint(&home, new_token("Leaked", &["admin"])).await;
        let api = server.holding(&secret);
        let mut creates = JoinSet::new();
        for number in 0..8 {
            let body = json!({ "name": format!("Late {number}"), "scopes": ["read"], "passphrase": "slow to hash" });
            creates.spawn(Answer::to(api.request(Method::POST, TOKENS).json(&body)));
        }
        assert_eq!(admin.delete(&format!("{TOKENS}/{id}")).await.status, 204);
        let alive = async || {
            let page = admin.get(&format!("{TOKENS}?limit=200")).await.json();
            let mut live = page["items"].as_array().unwrap().clone();
            live.retain(|token| token["status"] == "active" && token["parent"] == id.to_string());
            live.len()
        };
        assert_eq!(alive().await, 0, "those before it were revoked with it");
        for answer in creates.join_all().await {
            assert!(matches!(answer.status, 201 | 401), "{}", answer.body);
        }
        assert_eq!(alive().await, 0, "and none came after it");
    }
}
