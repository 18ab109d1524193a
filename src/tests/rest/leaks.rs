//! `POST /leaks`.

use latchkey::domain::{plan::Plan, role::Role};
use serde_json::{Value, json};

use crate::support::{Answer, Api, Server, new_token};

const PLACE: &str = "https://git.example.org/weekly-report/blob/main/.env#L3";

async fn report(server: &Server, secret: &str, found_in: &str) -> Answer {
    server.anonymous().post("/leaks", &json!({ "secret": secret, "found_in": found_in })).await
}

/// The events of the workspace that a reporter caused, as event, kind of actor, target, and detail; in a fixed order,
/// for several may bear the same millisecond.
async fn log(admin: &Api) -> Vec<[String; 4]> {
    let events = admin.get("/workspaces/northwind/activity").await.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |event: &Value| {
        [text(&event["event"]), text(&event["actor"]["type"]), text(&event["target"]["name"]), text(&event["detail"])]
    };
    let mut rows: Vec<_> = events["items"].as_array().unwrap().iter().map(row).collect();
    rows.retain(|[_, actor, ..]| actor == "reporter");
    rows.sort();
    rows
}

async fn anybody_revokes(server: Server) {
    let home = server.workspace("Northwind", Plan::Team).await;
    let admin = server.token(&home, &["admin"]).await;
    let mut new = new_token("Leaked", &["admin"]);
    new.passphrase = Some("open sesame".to_owned());
    let (_, secret) = server.mint(&home, new).await;
    let leaked = server.holding(&secret);
    assert_eq!(leaked.whoami_with("open sesame").await.status, 200);
    let body = json!({ "name": "Child", "scopes": ["read"] });
    let made = leaked.request(reqwest::Method::POST, "/workspaces/northwind/access-tokens");
    let made = Answer::to(made.header("latchkey-passphrase", "open sesame").json(&body)).await;
    let child = server.holding(&made.text("secret"));
    assert_eq!(child.get("/whoami").await.status, 200);

    let told = report(&server, &secret, PLACE).await;
    assert_eq!((told.status, told.json()), (200, json!({ "outcome": "revoked" })), "{}", told.body);
    assert_eq!(told.header("cache-control"), "no-store");
    leaked.whoami_with("open sesame").await.problem(401, "invalid_token");
    child.get("/whoami").await.problem(401, "invalid_token");
    assert_eq!(admin.get("/whoami").await.status, 200);
    let told = log(&admin).await;
    let row = |event: &str, target: &str, detail: String| [event.into(), "reporter".into(), target.into(), detail];
    assert_eq!(
        told,
        [
            row("credential.leaked", "Leaked", format!("Found in {PLACE}")),
            row("credential.revoked", "Child", "With Leaked, which made it".to_owned()),
        ]
    );

    let again = report(&server, &secret, PLACE).await;
    assert_eq!((again.status, again.json()), (200, json!({ "outcome": "revoked_before" })));
    assert_eq!(log(&admin).await, told, "nothing more is told");
}

#[tokio::test]
async fn anybody_who_holds_a_secret_ends_it_and_what_it_made_on_sqlite() {
    anybody_revokes(Server::start().await).await;
}

#[tokio::test]
async fn anybody_who_holds_a_secret_ends_it_and_what_it_made_on_postgresql() {
    anybody_revokes(Server::start_on_postgresql().await).await;
}

#[tokio::test]
async fn anybody_who_holds_none_ends_nothing_and_is_told_why() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    report(&server, "sk_live_000000000000000000000000003CdOEy", PLACE).await.problem(404, "not_found");
    assert_eq!(report(&server, "sk_live_guess", " ").await.broken(), ["secret malformed", "found_in required"]);
    assert_eq!(report(&server, "", &"x".repeat(501)).await.broken(), ["secret malformed", "found_in too_long"]);
    let more = server.anonymous().post("/leaks", &json!({ "secret": "", "found_in": "", "by": "me" })).await;
    assert_eq!(more.broken(), ["by unknown_member"]);
}

#[tokio::test]
async fn anybody_who_reports_an_address_with_the_secret_in_it_does_not_spread_it() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let admin = server.token(&home, &["admin"]).await;
    let (_, secret) = server.mint(&home, new_token("Leaked", &["read"])).await;
    assert_eq!(report(&server, &secret, &format!("https://example.org/?token={secret}&x")).await.status, 200);
    let hint = &secret[..12];
    assert_eq!(log(&admin).await[0][3], format!("Found in https://example.org/?token={hint}…&x"));
}

#[tokio::test]
async fn anybody_who_reports_too_much_waits_and_nobody_else_does() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (_, secret) = server.mint(&home, new_token("Leaked", &["read"])).await;
    for _ in 0..30 {
        report(&server, "sk_live_guess", PLACE).await.problem(422, "validation_failed");
    }
    let refused = report(&server, &secret, PLACE).await;
    refused.problem(429, "too_many_attempts");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    assert_eq!(server.holding(&secret).get("/whoami").await.status, 200, "nothing was done");
    // Whoever signs in from there is counted elsewhere.
    server.signed_in("owner@northwind.example").await;
}

#[tokio::test]
async fn a_member_reads_in_the_activity_where_it_was_found() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("eve@northwind.example", &home, Role::Member).await;
    let (_, secret) = server.mint(&home, new_token("Leaked", &["read"])).await;
    report(&server, &secret, PLACE).await;
    let mut browser = server.signed_in("eve@northwind.example").await;
    let page = browser.get("/w/northwind/activity").await.body;
    assert!(page.contains("found and revoked token") && page.contains("A reporter"), "{page}");
    assert!(page.contains(&format!("Found in {PLACE}")), "{page}");
    // It is nobody whose deeds one could look for.
    assert!(!page.contains(">A reporter</option>"), "{page}");
    let operators = browser.get("/w/northwind/activity?by=operator").await.body;
    assert!(!operators.contains("found and revoked token"), "{operators}");
}

#[tokio::test]
async fn anybody_who_finds_the_secret_of_a_command_line_signs_it_out() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("eve@northwind.example", &home, Role::Member).await;
    let mut browser = server.signed_in("eve@northwind.example").await;
    let leaked = server.command_line(&mut browser).await;
    let secret = leaked.authorization.as_deref().unwrap().strip_prefix("Bearer ").unwrap();
    assert_eq!(leaked.get("/whoami").await.status, 200);
    assert_eq!(report(&server, secret, PLACE).await.json(), json!({ "outcome": "revoked" }));
    leaked.get("/whoami").await.problem(401, "invalid_token");
    assert_eq!(report(&server, secret, PLACE).await.json(), json!({ "outcome": "revoked_before" }));
    let page = browser.get("/account/activity").await.body;
    assert!(page.contains(&format!("found in {PLACE}")), "{page}");
    assert_eq!(browser.viewer().await.as_deref(), Some("eve@northwind.example"), "the browser is another session");
}
