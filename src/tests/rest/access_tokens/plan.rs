//! The plan's limit, on both engines.

use latchkey::domain::{lifetime, plan::Plan};
use reqwest::Method;
use serde_json::json;
use time::Duration;
use tokio::task::JoinSet;

use crate::support::{Answer, Server, new_token};

const TOKENS: &str = "/workspaces/northwind/access-tokens";

async fn thirty_at_once(server: Server) {
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, secret) = server.mint(&home, new_token("Maker", &["admin"])).await;
    let api = server.holding(&secret);
    let mut creates = JoinSet::new();
    for number in 0..30 {
        let request =
            api.request(Method::POST, TOKENS).json(&json!({ "name": format!("CI {number}"), "scopes": ["deploy"] }));
        creates.spawn(Answer::to(request));
    }
    let (mut made, mut refused) = (Vec::new(), 0);
    for answer in creates.join_all().await {
        if answer.status == 201 {
            made.push(answer.text("id"));
        } else {
            let problem = answer.problem(409, "plan_limit_reached");
            assert!(problem["detail"].as_str().unwrap().contains("All 5 tokens of the Free plan"), "{problem}");
            refused += 1;
        }
    }
    // With the maker, the five of the free plan.
    assert_eq!((made.len(), refused), (4, 26));

    // What ends makes room, on its own or not.
    let body = json!({ "name": "One more", "scopes": ["deploy"], "expires_at": "2026-11-23" });
    api.post(TOKENS, &body).await.problem(409, "plan_limit_reached");
    assert_eq!(api.delete(&format!("{TOKENS}/{}", made[0])).await.status, 204);
    assert_eq!(api.post(TOKENS, &body).await.status, 201);
    api.post(TOKENS, &body).await.problem(409, "plan_limit_reached");
    server.advance(Duration::DAY * 2);
    let later = json!({ "name": "One more", "scopes": ["deploy"] });
    assert_eq!(api.post(TOKENS, &later).await.status, 201);
    assert_eq!(api.delete(&format!("{TOKENS}/{id}")).await.status, 204);
    api.get("/whoami").await.problem(401, "invalid_token");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_parallel_creates_stop_at_the_limit_on_sqlite() {
    thirty_at_once(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_parallel_creates_stop_at_the_limit_on_postgresql() {
    thirty_at_once(Server::start_on_postgresql().await).await;
}

/// Keys have a limit of their own.
async fn thirty_keys_at_once(server: Server) {
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let mut creates = JoinSet::new();
    for number in 0..30 {
        let body = json!({ "name": format!("Service {number}"), "scopes": ["read"] });
        creates.spawn(Answer::to(api.request(Method::POST, "/workspaces/northwind/api-keys").json(&body)));
    }
    let (made, refused): (Vec<_>, Vec<_>) =
        creates.join_all().await.into_iter().partition(|answer| answer.status == 201);
    assert_eq!((made.len(), refused.len()), (5, 25));
    for answer in refused {
        let problem = answer.problem(409, "plan_limit_reached");
        assert!(problem["detail"].as_str().unwrap().contains("All 5 API keys of the Free plan"), "{problem}");
    }
    let alive = api.get("/workspaces/northwind/api-keys?status=active").await.json();
    assert_eq!(alive["items"].as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_parallel_creates_of_keys_stop_at_the_limit_on_sqlite() {
    thirty_keys_at_once(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_parallel_creates_of_keys_stop_at_the_limit_on_postgresql() {
    thirty_keys_at_once(Server::start_on_postgresql().await).await;
}

#[tokio::test]
async fn an_expired_token_does_not_count() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    for number in 0..5 {
        let mut token = new_token(&format!("Short {number}"), &["deploy"]);
        token.expires_at = lifetime::parse("expires_at", "2026-11-22T21:00:00Z", server.now()).map(Some);
        server.mint(&home, token).await;
    }
    server.advance(Duration::HOUR);
    let api = server.token(&home, &["read"]).await;
    assert_eq!(api.get("/whoami").await.status, 200);
}
