//! `GET …/access-tokens` and `…/api-keys` with filters and orders.

use latchkey::{
    domain::{
        credential::{CredentialId, Kind},
        plan::Plan,
    },
    service::new_credential::NewCredential,
};
use time::Duration;

use crate::support::{Api, Server, new_token};

const TOKENS: &str = "/workspaces/northwind/access-tokens";

async fn names(api: &Api, path: &str) -> Vec<String> {
    let list = api.get(path).await;
    assert_eq!(list.status, 200, "{path}: {}", list.body);
    list.json()["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// Four tokens, each a day younger than the one before; the one that reads is the oldest.
async fn filled(server: &Server) -> (Api, Vec<CredentialId>) {
    let home = server.workspace("Northwind", Plan::Team).await;
    let api = server.token(&home, &["admin"]).await;
    let mut ids = Vec::new();
    let in_days = |days| Ok(Some(server.service.now().plus(Duration::days(days))));
    for (new, days) in [
        (NewCredential { expires_at: in_days(3), ..new_token("Größe messen", &["read"]) }, 1),
        (NewCredential { expires_at: in_days(90), ..new_token("Deploy from CI", &["deploy", "read"]) }, 1),
        (new_token("deployment, nightly", &["deploy"]), 0),
    ] {
        server.advance(Duration::HOUR);
        ids.push(server.mint(&home, new).await.0);
        server.advance(Duration::hours(days));
    }
    (api, ids)
}

#[tokio::test]
async fn a_reading_token_finds_what_it_filters_by() {
    let server = Server::start().await;
    let (api, ids) = filled(&server).await;
    assert_eq!(api.delete(&format!("{TOKENS}/{}", ids[1])).await.status, 204);
    let hint = api.get(&format!("{TOKENS}/{}", ids[2])).await.text("hint");
    for (query, expected) in [
        ("q=deploy", &["deployment, nightly", "Deploy from CI"][..]),
        ("q=gross+mess", &["Größe messen"]),
        ("q=ploy", &[]),
        (&format!("q={hint}"), &["deployment, nightly"]),
        ("status=revoked", &["Deploy from CI"]),
        ("status=expiring", &["Größe messen"]),
        ("status=active", &["deployment, nightly", "Größe messen", "Test"]),
        ("scope=deploy&status=active", &["deployment, nightly"]),
        ("level=project", &[]),
        ("level=workspace&q=gross", &["Größe messen"]),
        ("unused=90", &[]),
        ("sort=name", &["Deploy from CI", "deployment, nightly", "Größe messen", "Test"]),
        ("sort=expires&scope=read", &["Größe messen", "Deploy from CI"]),
        ("sort=-last_used&limit=1", &["Test"]),
    ] {
        server.service.flush_uses().await.unwrap();
        assert_eq!(names(&api, &format!("{TOKENS}?{query}")).await, expected, "{query}");
    }
    server.advance(Duration::days(91));
    assert_eq!(api.get("/whoami").await.status, 200);
    server.service.flush_uses().await.unwrap();
    let unused = names(&api, &format!("{TOKENS}?unused=90")).await;
    assert_eq!(unused, ["deployment, nightly", "Deploy from CI", "Größe messen"]);
}

#[tokio::test]
async fn a_reading_token_finds_what_somebody_made() {
    let server = Server::start().await;
    let (api, _) = filled(&server).await;
    let me = api.get("/whoami").await.text("id");
    let new = serde_json::json!({ "name": "Made by a token", "scopes": ["read"] });
    assert_eq!(api.post(TOKENS, &new).await.status, 201);
    assert_eq!(names(&api, &format!("{TOKENS}?creator={me}")).await, ["Made by a token"]);
    assert_eq!(names(&api, &format!("{TOKENS}?creator=usr_01jdb2v9c5e8x3q7m4k6n0r1sy")).await, [""; 0]);
}

#[tokio::test]
async fn pages_keep_the_order_that_was_asked_for() {
    let server = Server::start().await;
    let (api, _) = filled(&server).await;
    let first = api.get(&format!("{TOKENS}?sort=name&limit=3")).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(names(&api, &format!("{TOKENS}?sort=name&limit=3&cursor={cursor}")).await, ["Test"]);
    // A cursor of one order means nothing in another.
    let other = api.get(&format!("{TOKENS}?cursor={cursor}")).await;
    other.problem(422, "validation_failed");
    assert_eq!(other.broken(), ["cursor unknown"]);
}

#[tokio::test]
async fn a_reading_token_is_told_of_every_filter_that_means_nothing() {
    let server = Server::start().await;
    let (api, _) = filled(&server).await;
    let query = format!(
        "q={}&status=on&scope=%21&level=all&creator=me&project=none&unused=30&sort=age&limit=0&cursor=x",
        "q".repeat(256)
    );
    for kind in [Kind::AccessToken, Kind::ApiKey] {
        let answer = api.get(&format!("/workspaces/northwind/{}?{query}", kind.segment())).await;
        answer.problem(422, "validation_failed");
        let mut broken = answer.broken();
        broken.sort();
        let expected = [
            "creator unknown",
            "cursor unknown",
            "level unknown",
            "limit out_of_range",
            "project unknown",
            "q too_long",
            "scope unknown",
            "sort unknown",
            "status unknown",
            "unused unknown",
        ];
        assert_eq!(broken, expected, "{kind:?}");
    }
}
