//! What the activity log says of members.

use latchkey::domain::{plan::Plan, role::Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::{INVITATIONS, id, path, token_of};
use crate::support::{Answer, PASSWORD, Server};

/// The events with this word, as `actor: target: detail`, sorted: those of one instant have no order.
fn said(log: &Value, event: &str) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let events = log["items"].as_array().unwrap().iter().filter(|entry| entry["event"] == event);
    let mut said: Vec<_> = events
        .map(|e| format!("{}: {}: {}", word(&e["actor"]["name"]), word(&e["target"]["name"]), word(&e["detail"])))
        .collect();
    said.sort_unstable();
    said
}

#[tokio::test]
async fn an_admin_token_reads_in_the_log_all_that_became_of_people_and_what_they_answered_for() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person("ada@northwind.example", &home, Role::Admin).await;
    server.person("bob@northwind.example", &home, Role::Admin).await;
    let api = server.token(&home, &["admin"]).await;
    for name in ["First", "Second"] {
        token_of(&server, "ada@northwind.example", name, "read").await;
    }
    token_of(&server, "bob@northwind.example", "Bob's", "read").await;

    let made = api.post(INVITATIONS, &json!({ "email": "sam@northwind.example", "role": "admin" })).await;
    let code = made.text("url").rsplit_once('/').unwrap().1.to_owned();
    let mut sam = server.browser();
    let joined = sam.post("/fn/accept_as_newcomer", &[("code", &code), ("password", PASSWORD)]).await;
    assert_eq!(joined.status, 302, "{}", joined.body);
    let taken_back = api.post(INVITATIONS, &json!({ "email": "cyn@northwind.example", "role": "member" })).await;
    assert_eq!(api.delete(&format!("{INVITATIONS}/{}", taken_back.text("id"))).await.status, 204);

    let bob = path(&api, "bob@northwind.example").await;
    let body = json!({ "role": "member" });
    assert_eq!(Answer::to(api.request(Method::PATCH, &bob).json(&body)).await.status, 200);
    let ada = path(&api, "ada@northwind.example").await;
    let owner = id(&api, "owner@northwind.example").await;
    assert_eq!(api.delete(&format!("{ada}?credentials=hand_over&to={owner}")).await.status, 204);
    assert_eq!(sam.ask("leave_workspace", &[("workspace", "northwind")]).await.status, 200);

    let log = api.get("/workspaces/northwind/activity?limit=200").await.json();
    for (event, expected) in [
        ("invitation.created", vec!["Test: cyn@northwind.example: As Member", "Test: sam@northwind.example: As Admin"]),
        ("invitation.revoked", vec!["Test: cyn@northwind.example: "]),
        ("member.joined", vec!["sam@northwind.example: sam@northwind.example: As Admin, invited by Test"]),
        ("member.role_changed", vec!["Test: bob@northwind.example: Now Member, was Admin; 1 token revoked"]),
        ("credential.revoked", vec!["Test: Bob's: read"]),
        (
            "member.removed",
            vec!["Test: ada@northwind.example: Was Admin; 2 tokens handed over to owner@northwind.example"],
        ),
        (
            "credential.handed_over",
            vec![
                "Test: First: To owner@northwind.example, was ada@northwind.example",
                "Test: Second: To owner@northwind.example, was ada@northwind.example",
            ],
        ),
        ("member.left", vec!["sam@northwind.example: sam@northwind.example: Was Admin"]),
    ] {
        assert_eq!(said(&log, event), expected, "{event}");
    }
}
