//! A caller names a create with a key, so that it is carried out once.

use latchkey::{
    domain::{credential::Kind, plan::Plan},
    service::new_credential::NewCredential,
};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;
use tokio::task::JoinSet;

use crate::support::{Answer, Api, Server};

async fn post(api: &Api, path: &str, key: &str, body: &Value) -> Answer {
    Answer::to(api.request(Method::POST, path).header("idempotency-key", key).json(body)).await
}

async fn count(api: &Api, path: &str) -> usize {
    api.get(path).await.json()["items"].as_array().unwrap().len()
}

/// What can be made, below `Northwind`: its list, and two bodies.
fn creates() -> Vec<(&'static str, Value, Value)> {
    let named = |scope: &str| {
        let body = |name: &str| json!({ "name": name, "scopes": [scope] });
        (body("First"), body("Second"))
    };
    let ((token, another_token), (key, another_key)) = (named("deploy"), named("view_logs"));
    let file = |size: u64| json!({ "file_name": "a.zip", "size": size, "sha256": "ab".repeat(32) });
    let guest = |name: &str| json!({ "email": format!("{name}@guest.example"), "role": "member" });
    vec![
        ("/workspaces/northwind/access-tokens", token, another_token),
        ("/workspaces/northwind/api-keys", key, another_key),
        ("/workspaces/northwind/projects", json!({ "name": "Report" }), json!({ "name": "Site" })),
        ("/workspaces/northwind/projects/own/deployments", file(1), file(2)),
        ("/workspaces/northwind/invitations", guest("first"), guest("second")),
        ("/workspaces", json!({ "name": "Workshop" }), json!({ "name": "Garden" })),
    ]
}

async fn each_create_once(server: Server) {
    let home = server.workspace("Northwind", Plan::Team).await;
    server.project(&home, "Own").await;
    let api = server.command_line(&mut server.signed_in("owner@northwind.example").await).await;
    for (path, body, another) in creates() {
        let key = format!("key of {path}");
        let before = count(&api, path).await;
        let first = post(&api, path, &key, &body).await;
        assert_eq!(first.status, 201, "{path}: {}", first.body);
        let again = post(&api, path, &key, &body).await;
        assert_eq!(again.status, 200, "{path}: {}", again.body);
        assert_eq!(again.header("location"), first.header("location"));
        let (mut made, told) = (first.json(), again.json());
        for shown_once in ["secret", "url"] {
            made.as_object_mut().unwrap().remove(shown_once);
        }
        assert_eq!(told, made, "{path}: all but what is shown once");
        let other = post(&api, path, &key, &another).await;
        assert_eq!(other.broken(), ["Idempotency-Key reused"], "{path}");
        assert_eq!(count(&api, path).await, before + 1, "{path}");
        assert_eq!(post(&api, path, &format!("another {key}"), &another).await.status, 201, "{path}");

        // What was refused is not remembered.
        let refused = post(&api, path, &format!("mended {key}"), &json!({})).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.body);
    }

    // After a day the key is free.
    let (path, body, _) = creates().swap_remove(2);
    server.advance(Duration::days(1));
    assert_eq!(post(&api, path, &format!("key of {path}"), &body).await.status, 201);
}

#[tokio::test]
async fn a_caller_who_repeats_a_create_makes_one_on_sqlite() {
    each_create_once(Server::start().await).await;
}

#[tokio::test]
async fn a_caller_who_repeats_a_create_makes_one_on_postgresql() {
    each_create_once(Server::start_on_postgresql().await).await;
}

async fn ten_at_once(server: Server) {
    let home = server.workspace("Northwind", Plan::Team).await;
    server.project(&home, "Own").await;
    let api = server.command_line(&mut server.signed_in("owner@northwind.example").await).await;
    for (path, body, _) in creates() {
        let before = count(&api, path).await;
        let mut requests = JoinSet::new();
        for _ in 0..10 {
            let (api, body) = (api.clone(), body.clone());
            requests.spawn(async move { post(&api, path, &format!("once {path}"), &body).await.status });
        }
        let mut told = requests.join_all().await;
        told.sort_unstable();
        assert_eq!(told, [&[200; 9][..], &[201]].concat(), "{path}");
        assert_eq!(count(&api, path).await, before + 1, "{path}");
    }
}

#[tokio::test]
async fn a_caller_who_posts_ten_times_at_once_makes_one_on_sqlite() {
    ten_at_once(Server::start().await).await;
}

#[tokio::test]
async fn a_caller_who_posts_ten_times_at_once_makes_one_on_postgresql() {
    ten_at_once(Server::start_on_postgresql().await).await;
}

#[tokio::test]
async fn callers_have_keys_of_their_own() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let body = json!({ "name": "Report" });
    for name in ["one", "other"] {
        let new = NewCredential::plain(Kind::AccessToken, &format!("Token {name}"), vec!["all".to_owned()]);
        let (_, secret) = server.mint(&home, new).await;
        let made = post(&server.holding(&secret), "/workspaces/northwind/projects", "k", &body).await;
        assert_eq!(made.status, 201, "{name}: {}", made.body);
    }
    let api = server.token(&home, &["all"]).await;
    assert_eq!(count(&api, "/workspaces/northwind/projects").await, 2);
    for wrong in ["", "é", &"x".repeat(256)] {
        post(&api, "/workspaces/northwind/projects", wrong, &body).await.problem(400, "malformed_request");
    }
}

#[tokio::test]
async fn a_token_that_may_not_read_is_told_what_it_made() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.project(&home, "Own").await;
    let api = server.token(&home, &["deploy"]).await;
    let (path, body, _) = creates().swap_remove(3);
    let first = post(&api, path, "k", &body).await;
    let again = post(&api, path, "k", &body).await;
    assert_eq!((first.status, again.status), (201, 200), "{}", again.body);
    assert_eq!(again.text("id"), first.text("id"));
}
