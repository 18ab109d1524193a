//! `PATCH …/api-keys/{key}`.

use latchkey::domain::plan::Plan;
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use super::{KEYS, new_key, patch};
use crate::support::{Answer, Api, Server};

async fn start() -> (Server, Api, String, Api) {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let admin = server.token(&home, &["admin"]).await;
    let body = json!({
        "name": "Terraform", "description": "Plans", "scopes": ["read", "view_logs"], "expires_at": "2026-12-31",
    });
    let made = admin.post(KEYS, &body).await;
    let holder = server.holding(&made.text("secret"));
    (server, admin, made.text("id"), holder)
}

#[tokio::test]
async fn what_is_absent_stays_and_null_clears() {
    let (_server, admin, id, _) = start().await;
    let before = admin.get(&format!("{KEYS}/{id}")).await.json();
    let mut expected = before.clone();
    for (number, (body, member, value)) in [
        (json!({ "name": "  Terraform 2 " }), "name", json!("Terraform 2")),
        (json!({ "description": "Plans and applies" }), "description", json!("Plans and applies")),
        (json!({ "description": null }), "description", json!("")),
        (json!({ "scopes": ["write", "read", "write"] }), "scopes", json!(["read", "write"])),
        (json!({ "expires_at": "2027-01-31" }), "expires_at", json!("2027-01-31T23:59:59Z")),
        (json!({ "expires_at": null }), "expires_at", json!(null)),
        (json!({ "active": false }), "status", json!("inactive")),
        (json!({ "active": true }), "status", json!("active")),
    ]
    .into_iter()
    .enumerate()
    {
        expected[member] = value;
        let changed = patch(&admin, &id, &body).await;
        assert_eq!((changed.status, changed.json()), (200, expected.clone()), "{body}");
        assert_eq!(changed.header("etag"), format!("\"{}\"", number + 1));
        assert_eq!(admin.get(&format!("{KEYS}/{id}")).await.json(), expected);
    }
}

#[tokio::test]
async fn what_is_the_same_is_no_change() {
    let (_server, admin, id, _) = start().await;
    let same = json!({
        "name": "Terraform", "description": "Plans", "scopes": ["view_logs", "read"],
        "expires_at": "2026-12-31T23:59:59Z", "active": true,
    });
    for body in [json!({}), same] {
        let changed = patch(&admin, &id, &body).await;
        assert_eq!((changed.status, changed.header("etag")), (200, "\"0\""), "{}", changed.body);
    }
}

#[tokio::test]
async fn every_broken_rule_is_named_and_nothing_changes() {
    let (_server, admin, id, _) = start().await;
    for (body, broken) in [
        (json!({ "name": null }), &["name required"][..]),
        (
            json!({ "name": null, "scopes": null, "active": null }),
            &["name required", "scopes required", "active required"],
        ),
        (json!({ "scopes": [] }), &["scopes required"]),
        (json!({ "scopes": ["read", "all"] }), &["scopes other_kind"]),
        (
            json!({ "name": "ab", "description": "d".repeat(1001), "expires_at": "2026-11-22" }),
            &["name too_short", "description too_long"],
        ),
        (json!({ "name": "Other", "expires_at": "2026-11-21" }), &["expires_at not_in_future"]),
        (json!({ "active": "off" }), &["active wrong_type"]),
        (json!({ "passphrase": "12345678" }), &["passphrase unknown_member"]),
        (json!({ "project": "weekly-report" }), &["project unknown_member"]),
        (json!([]), &["body wrong_type"]),
    ] {
        assert_eq!(patch(&admin, &id, &body).await.broken(), broken, "{body}");
    }
    let seen = admin.get(&format!("{KEYS}/{id}")).await;
    assert_eq!((seen.header("etag"), seen.text("name")), ("\"0\"", "Terraform".into()));
}

#[tokio::test]
async fn a_switched_off_key_is_refused_from_the_moment_of_the_answer() {
    let (_server, admin, id, holder) = start().await;
    for _ in 0..3 {
        assert_eq!(holder.get("/whoami").await.status, 200);
        assert_eq!(patch(&admin, &id, &json!({ "active": false })).await.status, 200);
        holder.get("/whoami").await.problem(401, "invalid_token");
        assert_eq!(patch(&admin, &id, &json!({ "active": true })).await.status, 200);
    }
    assert_eq!(holder.get("/workspaces").await.status, 200, "it may read");
    assert_eq!(patch(&admin, &id, &json!({ "scopes": ["view_logs"] })).await.status, 200);
    holder.get("/workspaces").await.problem(403, "insufficient_scope");
    assert_eq!(holder.get("/whoami").await.json()["scopes"], json!(["view_logs"]));
}

#[tokio::test]
async fn a_change_is_made_for_the_version_that_it_is_meant_for() {
    let (_server, admin, id, _) = start().await;
    let path = format!("{KEYS}/{id}");
    let ask = async |tag: &str, body: Value| {
        Answer::to(admin.request(Method::PATCH, &path).header("if-match", tag).json(&body)).await
    };
    let first = ask("\"0\"", json!({ "name": "First" })).await;
    assert_eq!((first.status, first.header("etag")), (200, "\"1\""));
    for stale in ["\"0\"", "W/\"1\"", "1", "\"x\"", "\"0\", \"7\""] {
        ask(stale, json!({ "name": "Second" })).await.problem(412, "changed");
    }
    assert_eq!(
        ask("\"0\"", json!({ "name": "" })).await.broken(),
        ["name required"],
        "what would fail anyhow comes first"
    );
    assert_eq!(admin.get(&path).await.text("name"), "First");
    assert_eq!(ask("\"7\", \"1\"", json!({ "name": "Second" })).await.status, 200);
    assert_eq!(ask("*", json!({ "name": "Third" })).await.status, 200);
}

#[tokio::test]
async fn what_has_ended_cannot_change() {
    let (server, admin, id, _) = start().await;
    let home = server.service.workspace(&latchkey::service::actor::Actor::Operator, "northwind").await.unwrap();
    let (expiring, _) = server.mint(&home.workspace, new_key("Expiring", &["read"])).await;
    assert_eq!(patch(&admin, expiring, &json!({ "expires_at": "2026-11-23" })).await.text("status"), "expiring");
    server.advance(Duration::DAY * 3);
    assert_eq!(admin.delete(&format!("{KEYS}/{id}")).await.status, 204);
    for id in [id, expiring.to_string()] {
        for body in [json!({ "name": "Back" }), json!({ "active": true }), json!({ "expires_at": null }), json!({})] {
            patch(&admin, &id, &body).await.problem(409, "ended");
        }
    }
}

#[tokio::test]
async fn a_merge_patch_may_come_as_its_own_type() {
    let (_server, admin, id, _) = start().await;
    let send = async |method: Method, path: String, kind: &str| {
        let request = admin.request(method, &path).header("content-type", kind).body(r#"{"name":"Other"}"#);
        Answer::to(request).await.status
    };
    assert_eq!(send(Method::PATCH, format!("{KEYS}/{id}"), "application/merge-patch+json").await, 200);
    assert_eq!(send(Method::PATCH, format!("{KEYS}/{id}"), "application/json-patch+json").await, 415);
    assert_eq!(send(Method::POST, KEYS.to_owned(), "application/merge-patch+json").await, 415);
}

#[tokio::test]
async fn a_token_that_only_reads_changes_nothing_and_no_token_is_edited() {
    let (server, admin, id, _) = start().await;
    let home = server.service.workspace(&latchkey::service::actor::Actor::Operator, "northwind").await.unwrap();
    let reader = server.token(&home.workspace, &["read", "deploy"]).await;
    patch(&reader, &id, &json!({ "active": false })).await.problem(403, "insufficient_scope");
    let path = format!("/workspaces/northwind/access-tokens/{}", admin.get("/whoami").await.text("id"));
    let refused = Answer::to(admin.request(Method::PATCH, &path).json(&json!({ "name": "Other" }))).await;
    refused.problem(405, "method_not_allowed");
}
