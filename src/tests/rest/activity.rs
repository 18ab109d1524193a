//! `GET …/activity`.

use latchkey::{
    domain::{credential::Kind, plan::Plan},
    service::new_credential::NewCredential,
};
use serde_json::{Value, json};
use time::Duration;

use crate::support::{Answer, Server, new_token};

const ACTIVITY: &str = "/workspaces/northwind/activity";

/// What happened to what, of each event of a page.
#[track_caller]
fn told(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.body);
    let items = page.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| format!("{} {}", item["event"].as_str().unwrap(), item["target"]["name"])).collect()
}

#[tokio::test]
async fn a_reading_token_reads_who_did_what_and_no_addresses() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (maker, secret) = server.mint(&home, new_token("CI Deploy", &["admin"])).await;
    server.advance(Duration::MINUTE);
    let api = server.holding(&secret);
    let made = api.post("/workspaces/northwind/access-tokens", &json!({ "name": "Child", "scopes": ["read"] })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let page = api.get(&format!("{ACTIVITY}?limit=1")).await.json();
    let mut newest = page["items"][0].clone();
    assert!(newest.as_object_mut().unwrap().remove("id").unwrap().as_str().unwrap().starts_with("evt_"));
    let expected = json!({
        "at": "2026-11-22T20:48:00Z",
        "actor": { "type": "credential", "id": maker.to_string(), "name": "CI Deploy" },
        "via": "api",
        "ip": "127.0.0.1",
        "event": "credential.created",
        "target": { "id": made.text("id"), "name": "Child" },
        "project": null,
        "detail": newest["detail"],
    });
    assert_eq!(newest, expected);

    let reader = server.token(&home, &["read"]).await;
    let seen = reader.get(ACTIVITY).await;
    assert_eq!(told(&seen).len(), 3);
    assert!(seen.json()["items"].as_array().unwrap().iter().all(|item| item["ip"] == Value::Null), "{}", seen.body);
    let deployer = server.token(&home, &["deploy"]).await;
    deployer.get(ACTIVITY).await.problem(403, "insufficient_scope");
}

#[tokio::test]
async fn a_reading_token_looks_for_what_it_likes() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (reader, secret) = server.mint(&home, new_token("Reader", &["admin"])).await;
    server.advance(Duration::DAY);
    server.mint(&home, NewCredential::plain(Kind::ApiKey, "Größe service", vec!["read".to_owned()])).await;
    server.advance(Duration::DAY);
    let api = server.holding(&secret);
    let made = api.post("/workspaces/northwind/access-tokens", &json!({ "name": "Weekly", "scopes": ["read"] })).await;
    server.advance(Duration::MINUTE);
    let gone = api.delete(&format!("/workspaces/northwind/access-tokens/{}", made.text("id"))).await;
    assert_eq!(gone.status, 204);

    let (created, revoked) = ("credential.created", "credential.revoked");
    for (query, expected) in [
        ("kind=api_keys", vec![format!("{created} \"Größe service\"")]),
        ("kind=settings", vec![]),
        ("event=credential.revoked", vec![format!("{revoked} \"Weekly\"")]),
        (&format!("by={reader}"), vec![format!("{revoked} \"Weekly\""), format!("{created} \"Weekly\"")]),
        ("by=operator&kind=tokens", vec![format!("{created} \"Reader\"")]),
        ("from=2026-11-23&to=2026-11-23", vec![format!("{created} \"Größe service\"")]),
        ("to=2026-11-22", vec![format!("{created} \"Reader\"")]),
        ("from=2026-11-24T20:48:00Z", vec![format!("{revoked} \"Weekly\"")]),
        ("q=%3F!", vec![]),
        ("q=GROSS%20serv", vec![format!("{created} \"Größe service\"")]),
        ("q=eekly", vec![]),
        ("q=week&event=credential.created", vec![format!("{created} \"Weekly\"")]),
    ] {
        let page = api.get(&format!("{ACTIVITY}?{query}")).await;
        assert_eq!(told(&page), expected, "{query}");
        assert_eq!(page.json()["next_cursor"], Value::Null, "{query}");
    }
    for (query, broken) in [
        ("limit=0&cursor=x", &["limit out_of_range", "cursor unknown"][..]),
        ("kind=sessions&event=session.hijacked", &["kind unknown", "event unknown"]),
        ("by=Somebody", &["by unknown"]),
        ("from=yesterday&to=2026-02-30", &["from malformed", "to malformed"]),
    ] {
        assert_eq!(api.get(&format!("{ACTIVITY}?{query}")).await.broken(), broken, "{query}");
    }
    api.get(&format!("{ACTIVITY}?project=nowhere")).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_reading_token_reads_all_pages_and_each_event_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let api = server.token(&home, &["read"]).await;
    let mut expected = vec!["credential.created \"Test\"".to_owned()];
    for number in 1..12 {
        server.advance(Duration::SECOND);
        server.mint(&home, new_token(&format!("Token {number}"), &["deploy"])).await;
        expected.push(format!("credential.created \"Token {number}\""));
    }
    expected.reverse();
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("{ACTIVITY}?limit=5{cursor}")).await;
        found.extend(told(&page));
        server.advance(Duration::SECOND);
        server.mint(&home, new_token("Meanwhile", &["deploy"])).await;
        match &page.json()["next_cursor"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => break,
        }
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_token_of_one_project_reads_what_happened_in_it_and_nothing_else() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (own, other) = (server.project(&home, "Own").await, server.project(&home, "Other").await);
    let of =
        |project: &str, name: &str| NewCredential { project: Some(project.to_owned()), ..new_token(name, &["admin"]) };
    server.advance(Duration::MINUTE);
    server.mint(&home, of(&other.slug, "In the other")).await;
    server.mint(&home, new_token("In none", &["read"])).await;
    server.advance(Duration::MINUTE);
    let (_, secret) = server.mint(&home, of(&own.slug, "In its own")).await;
    let api = server.holding(&secret);
    let expected = [r#"credential.created "In its own""#, r#"project.created "Own""#];
    assert_eq!(told(&api.get(ACTIVITY).await), expected);
    assert_eq!(told(&api.get(&format!("{ACTIVITY}?project={}", own.slug)).await), expected);
    api.get(&format!("{ACTIVITY}?project={}", other.slug)).await.problem(404, "not_found");
    let page = api.get(ACTIVITY).await.json();
    assert!(page["items"].as_array().unwrap().iter().all(|item| item["ip"] == Value::Null), "{page}");
}
