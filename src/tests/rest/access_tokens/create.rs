//! `POST …/access-tokens`.

use latchkey::{
    domain::{credential::Kind, lifetime, plan::Plan},
    service::new_credential::NewCredential,
};
use serde_json::{Value, json};

use crate::support::{Server, is_secret, new_token};

const TOKENS: &str = "/workspaces/northwind/access-tokens";

#[tokio::test]
async fn an_admin_token_makes_one_and_sees_its_secret_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (maker, secret) = server.mint(&home, new_token("Maker", &["admin"])).await;
    let api = server.holding(&secret);
    let made = api.post(TOKENS, &json!({ "name": "  CI Deploy ", "scopes": ["deploy"] })).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.body);
    let (id, secret) = (made.text("id"), made.text("secret"));
    assert!(is_secret(&secret), "{secret}");
    assert_eq!(made.header("location"), format!("/api/v1{TOKENS}/{id}"));
    let mut token = json!({
        "id": id,
        "kind": "access_token",
        "name": "CI Deploy",
        "description": "",
        "hint": secret[..12],
        "scopes": ["deploy"],
        "level": "workspace",
        "project": null,
        "status": "active",
        "has_passphrase": false,
        "created_at": "2026-11-22T20:47:00Z",
        "created_by": { "type": "credential", "id": maker.to_string(), "name": "Maker" },
        "parent": maker.to_string(),
        "expires_at": null,
        "revoked_at": null,
        "last_used_at": null,
        "use_count": 0,
    });
    let mut shown = made.json();
    assert_eq!(shown["responsible"]["name"], "owner@northwind.example");
    token["responsible"] = shown["responsible"].clone();
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(shown, token);

    let location = made.header("location").strip_prefix("/api/v1").unwrap();
    let later = api.get(location).await;
    assert_eq!((later.status, later.json()), (200, token), "the same, without the secret");
    assert_eq!(server.holding(&secret).get("/whoami").await.text("id"), id);
}

#[tokio::test]
async fn a_deploy_token_makes_none() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["deploy"]).await;
    // Whatever it sends: rights come before rules.
    for body in [json!({ "name": "CI Deploy", "scopes": ["deploy"] }), json!({})] {
        let answer = api.post(TOKENS, &body).await;
        answer.problem(403, "insufficient_scope");
        let challenge = r#"Bearer error="insufficient_scope", scope="admin all""#;
        assert_eq!(answer.header("www-authenticate"), challenge);
    }
}

#[tokio::test]
async fn an_admin_token_is_told_every_broken_rule_at_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let good = json!({ "name": "CI Deploy", "scopes": ["deploy"] });
    let with = |member: &str, value: Value| {
        let mut body = good.clone();
        body[member] = value;
        body
    };
    for (body, broken) in [
        (with("name", json!("ab")), &["name too_short"][..]),
        (with("name", json!("   ab   ")), &["name too_short"]),
        (with("name", json!("é".repeat(256))), &["name too_long"]),
        (with("name", json!("CI\u{202E}Deploy")), &["name forbidden_character"]),
        (with("scopes", json!([])), &["scopes required"]),
        (with("scopes", json!(["nothing"])), &["scopes unknown"]),
        (with("scopes", json!(["view_logs"])), &["scopes other_kind"]),
        (with("passphrase", json!("short")), &["passphrase too_short"]),
        (with("passphrase", json!("")), &["passphrase too_short"]),
        (with("expires_at", json!("2026-11-21")), &["expires_at not_in_future"]),
        (with("expires_at", json!("2026-11-22T20:47:00Z")), &["expires_at not_in_future"]),
        (with("expires_at", json!("soon")), &["expires_at malformed"]),
        (json!({}), &["name required", "scopes required"]),
        (
            json!({ "name": "ab", "scopes": ["x", "y"], "passphrase": "p", "expires_at": "no" }),
            &["name too_short", "scopes unknown", "scopes unknown", "passphrase too_short", "expires_at malformed"],
        ),
    ] {
        assert_eq!(api.post(TOKENS, &body).await.broken(), broken, "{body}");
    }
    let listed = api.get(TOKENS).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "nothing was made");
}

#[tokio::test]
async fn an_admin_token_sets_an_end_and_a_passphrase() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    for (end, expected, status) in [
        (json!("2026-12-31"), json!("2026-12-31T23:59:59Z"), "active"),
        (json!("2026-11-23T00:00:00+02:00"), json!("2026-11-22T22:00:00Z"), "expiring"),
        (json!(null), json!(null), "active"),
    ] {
        let body = json!({ "name": "Ends", "scopes": ["read", "deploy"], "expires_at": end, "passphrase": "12345678" });
        let made = api.post(TOKENS, &body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let made = made.json();
        assert_eq!((&made["expires_at"], &made["status"]), (&expected, &json!(status)));
        assert_eq!((&made["has_passphrase"], &made["scopes"]), (&json!(true), &json!(["deploy", "read"])));
        assert!(!made.to_string().contains("12345678"));
    }
}

#[tokio::test]
async fn a_token_never_exceeds_its_maker() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let mut token = new_token("Maker", &["admin"]);
    token.expires_at = lifetime::parse("expires_at", "2026-12-01", server.now()).map(Some);
    let (_, secret) = server.mint(&home, token).await;
    let api = server.holding(&secret);
    let post =
        async |end: Value| api.post(TOKENS, &json!({ "name": "Child", "scopes": ["read"], "expires_at": end })).await;
    assert_eq!(post(json!(null)).await.broken(), ["expires_at exceeds_maker"], "never is later");
    assert_eq!(post(json!("2026-12-02T00:00:00Z")).await.broken(), ["expires_at exceeds_maker"]);
    let made = post(json!("2026-12-01")).await;
    assert_eq!(made.status, 201, "{}", made.body);
    // A full scope grants what an admin may grant, itself too; its child with less grants nothing.
    let body = json!({ "name": "Child", "scopes": ["all"], "expires_at": "2026-12-01" });
    assert_eq!(api.post(TOKENS, &body).await.status, 201);
    let child = server.holding(&made.text("secret"));
    child.post(TOKENS, &json!({ "name": "Grandchild", "scopes": ["read"] })).await.problem(403, "insufficient_scope");
}

#[tokio::test]
async fn a_stranger_learns_nothing_of_another_workspace() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let theirs = server.workspace("Elsewhere", Plan::Free).await;
    let (victim, victim_secret) = server.mint(&theirs, new_token("Victim", &["admin"])).await;
    let (mine, secret) = server.mint(&home, new_token("Mine", &["admin"])).await;
    let api = server.holding(&secret);
    let body = json!({ "name": "CI Deploy", "scopes": ["deploy"] });
    let (foreign, random) = (theirs.id.to_string(), "ws_01jdb2v9c5e8x3q7m4k6n0r1sy");
    let (their_token, no_token) = (victim.to_string(), "tok_01jdb2v9c5e8x3q7m4k6n0r1sy");
    let ask = async |method: &str, path: String| {
        let request = api.request(method.parse().unwrap(), &path);
        let request = match method {
            "POST" => request.json(&body),
            "PATCH" => request.json(&json!({ "name": "Other" })),
            _ => request,
        };
        let answer = crate::support::Answer::to(request).await;
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        headers.sort_unstable();
        (answer.problem(404, "not_found"), headers)
    };
    let (their_key, _) =
        server.mint(&theirs, NewCredential { kind: Kind::ApiKey, ..new_token("Key", &["read"]) }).await;
    let (their_key, no_key) = (their_key.to_string(), "key_01jdb2v9c5e8x3q7m4k6n0r1sy");
    for (method, path) in [
        ("GET", "/workspaces/{ws}"),
        ("GET", "/workspaces/{ws}/access-tokens"),
        ("POST", "/workspaces/{ws}/access-tokens"),
        ("GET", "/workspaces/{ws}/access-tokens/{tok}"),
        ("DELETE", "/workspaces/{ws}/access-tokens/{tok}"),
        ("GET", "/workspaces/{ws}/api-keys"),
        ("POST", "/workspaces/{ws}/api-keys"),
        ("GET", "/workspaces/{ws}/api-keys/{tok}"),
        ("PATCH", "/workspaces/{ws}/api-keys/{tok}"),
        ("DELETE", "/workspaces/{ws}/api-keys/{tok}"),
    ] {
        let nothing = ask(method, path.replace("{ws}", random).replace("{tok}", no_token)).await;
        for ws in [foreign.as_str(), "elsewhere", "nowhere"] {
            for tok in [their_token.as_str(), no_token, &mine.to_string(), &their_key, no_key, "nonsense"] {
                let answer = ask(method, path.replace("{ws}", ws).replace("{tok}", tok)).await;
                assert_eq!(answer, nothing, "{method} {path} {ws} {tok}");
            }
        }
        if path.contains("{tok}") {
            for tok in [their_token.as_str(), no_token, "nonsense", &their_key, no_key] {
                let answer = ask(method, path.replace("{ws}", "northwind").replace("{tok}", tok)).await;
                assert_eq!(answer, nothing, "{method} {path} {tok}");
            }
        }
    }
    assert_eq!(server.holding(&victim_secret).get("/whoami").await.status, 200, "nothing happened to it");
}
