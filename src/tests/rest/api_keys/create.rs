//! `GET` and `POST …/api-keys`.

use latchkey::domain::plan::Plan;
use serde_json::json;

use super::{KEYS, new_key};
use crate::support::{Server, new_token};

#[tokio::test]
async fn an_admin_token_makes_one_and_finds_it_among_the_keys() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (maker, secret) = server.mint(&home, new_token("Maker", &["admin"])).await;
    let api = server.holding(&secret);
    let body = json!({
        "name": " Terraform ",
        "description": "Plans and applies",
        "scopes": ["write", "read"],
        "expires_at": "2026-12-31",
        "active": false,
    });
    let made = api.post(KEYS, &body).await;
    assert_eq!((made.status, made.header("cache-control"), made.header("etag")), (201, "no-store", "\"0\""));
    let (id, secret) = (made.text("id"), made.text("secret"));
    assert!(id.starts_with("key_") && secret.starts_with("dp_") && secret.len() == 35, "{}", made.body);
    assert_eq!(made.header("location"), format!("/api/v1{KEYS}/{id}"));
    let mut shown = made.json();
    let key = json!({
        "id": id,
        "kind": "api_key",
        "name": "Terraform",
        "description": "Plans and applies",
        "hint": secret[..7],
        "scopes": ["read", "write"],
        "level": "workspace",
        "project": null,
        "status": "inactive",
        "has_passphrase": false,
        "created_at": "2026-11-22T20:47:00Z",
        "created_by": { "type": "credential", "id": maker.to_string(), "name": "Maker" },
        "responsible": shown["responsible"].clone(),
        "parent": maker.to_string(),
        "expires_at": "2026-12-31T23:59:59Z",
        "revoked_at": null,
        "last_used_at": null,
        "use_count": 0,
    });
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(shown, key);

    let later = api.get(&format!("{KEYS}/{id}")).await;
    assert_eq!((later.status, later.header("etag"), later.json()), (200, "\"0\"", key.clone()));
    assert_eq!(api.get(KEYS).await.json(), json!({ "items": [key], "next_cursor": null }), "no token is among them");
    let tokens = api.get("/workspaces/northwind/access-tokens").await.json();
    assert_eq!(tokens["items"].as_array().unwrap().len(), 1, "no key is among them");
    server.holding(&secret).get("/whoami").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn a_key_works_from_the_start_unless_told_otherwise() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let body = json!({ "name": "Reader", "description": null, "scopes": ["read"], "passphrase": "12345678" });
    let made = api.post(KEYS, &body).await;
    assert_eq!((made.status, made.json()["has_passphrase"].clone()), (201, json!(true)));
    let key = server.holding(&made.text("secret"));
    let whoami = key.whoami_with("12345678").await;
    assert_eq!(
        (whoami.text("kind"), whoami.text("level"), whoami.json()["scopes"].clone()),
        ("api_key".into(), "workspace".into(), json!(["read"]))
    );
}

#[tokio::test]
async fn an_admin_token_is_told_every_broken_rule_at_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    for (body, broken) in [
        (json!({}), &["name required", "scopes required"][..]),
        (json!({ "name": "Key", "scopes": [] }), &["scopes required"]),
        (json!({ "name": "Key", "scopes": ["all"] }), &["scopes other_kind"]),
        (json!({ "name": "Key", "scopes": ["read"], "project": "nowhere" }), &["project unknown"]),
        (json!({ "name": "Key", "scopes": ["read"], "description": "d".repeat(1001) }), &["description too_long"]),
        (
            json!({ "name": "Key", "scopes": ["read"], "description": "a\u{200B}" }),
            &["description forbidden_character"],
        ),
        (json!({ "name": "Key", "scopes": ["read"], "active": "yes" }), &["active wrong_type"]),
        (json!({ "name": "Key", "scopes": ["read"], "level": "project" }), &["level unknown_member"]),
        (
            json!({ "name": "K", "scopes": ["x"], "expires_at": "2020-01-01", "project": "nowhere" }),
            &["name too_short", "scopes unknown", "expires_at not_in_future", "project unknown"],
        ),
    ] {
        assert_eq!(api.post(KEYS, &body).await.broken(), broken, "{body}");
    }
    assert_eq!(api.get(KEYS).await.json()["items"], json!([]), "nothing was made");
}

#[tokio::test]
async fn a_token_of_one_kind_has_no_address_in_the_other() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let (key, _) = server.mint(&home, new_key("Key", &["read"])).await;
    let (token, _) = server.mint(&home, new_token("Token", &["read"])).await;
    api.get(&format!("{KEYS}/{token}")).await.problem(404, "not_found");
    api.delete(&format!("{KEYS}/{token}")).await.problem(404, "not_found");
    super::patch(&api, token, &json!({ "name": "Other" })).await.problem(404, "not_found");
    api.get(&format!("/workspaces/northwind/access-tokens/{key}")).await.problem(404, "not_found");
}

#[tokio::test]
async fn each_kind_has_a_limit_of_its_own() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    for number in 0..5 {
        let body = json!({ "name": format!("Key {number}"), "scopes": ["read"], "active": number > 0 });
        assert_eq!(api.post(KEYS, &body).await.status, 201, "one that is switched off counts, too");
    }
    let sixth = api.post(KEYS, &json!({ "name": "Key 6", "scopes": ["read"] })).await;
    sixth.problem(409, "plan_limit_reached");
    let token = json!({ "name": "Token", "scopes": ["read"] });
    assert_eq!(api.post("/workspaces/northwind/access-tokens", &token).await.status, 201);
}
