//! A person sets up a second factor from their command line.

use latchkey::{auth::totp::Seed, domain::plan::Plan};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::support::{Answer, PASSWORD, Server, seed};

async fn from_on_to_off(server: Server) {
    server.workspace("Northwind", Plan::Team).await;
    let mut browser = server.signed_in("owner@northwind.example").await;
    let api = server.command_line(&mut browser).await;
    let status = async || api.get("/account/two-factor").await.json();
    assert_eq!(status().await["enabled"], false);
    api.post("/account/two-factor/confirm", &json!({ "code": "123456" })).await.problem(409, "enrolment_over");
    let begun = Answer::to(api.request(Method::POST, "/account/two-factor")).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    assert!(begun.text("otpauth_url").starts_with("otpauth://totp/"));
    let again = Answer::to(api.request(Method::POST, "/account/two-factor")).await;
    assert_eq!(again.text("key"), begun.text("key"), "the same until it is confirmed");
    let wrong = api.post("/account/two-factor/confirm", &json!({ "code": "000000" })).await;
    assert_eq!(wrong.broken(), ["code wrong"]);

    let seed = seed(&begun.text("key"));
    let code = || json!({ "code": Seed::new(seed).code_at(server.now()) });
    let on = api.post("/account/two-factor/confirm", &code()).await;
    assert_eq!(on.status, 200, "{}", on.body);
    let first = on.json()["backup_codes"].clone();
    assert_eq!(first.as_array().unwrap().len(), 10);
    let now = status().await;
    assert_eq!((&now["enabled"], &now["backup_codes_left"]), (&json!(true), &json!(10)));
    Answer::to(api.request(Method::POST, "/account/two-factor")).await.problem(409, "two_factor_on");

    server.advance(Duration::seconds(30));
    let made = api.post("/account/two-factor/backup-codes", &code()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_ne!(made.json()["backup_codes"], first);
    let half = server.browser().sign_in("owner@northwind.example", PASSWORD).await;
    assert_eq!(half.header("location"), "/sign-in/code");

    let off = async |body: Value| Answer::to(api.request(Method::DELETE, "/account/two-factor").json(&body)).await;
    let backup = made.json()["backup_codes"][0].clone();
    let wrong = off(json!({ "password": "not the right password", "code": backup })).await;
    assert_eq!(wrong.broken(), ["password wrong"]);
    assert_eq!(off(json!({ "password": PASSWORD, "code": backup })).await.status, 204);
    assert_eq!(status().await["enabled"], false);
}

#[tokio::test]
async fn a_person_turns_it_on_and_off_on_sqlite() {
    from_on_to_off(Server::start().await).await;
}

#[tokio::test]
async fn a_person_turns_it_on_and_off_on_postgresql() {
    from_on_to_off(Server::start_on_postgresql().await).await;
}

#[tokio::test]
async fn a_person_without_one_finds_only_the_way_to_one_where_it_is_required() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person("sam@northwind.example", &home, latchkey::domain::role::Role::Admin).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let mut sam = server.signed_in("sam@northwind.example").await;
    let api = server.command_line(&mut sam).await;
    server.enrol(&mut owner).await;
    let required = owner.ask("require_two_factor", &[("workspace", "northwind"), ("required", "yes")]).await;
    assert_eq!(required.status, 200, "{}", required.body);
    let refused = api.get("/workspaces/northwind/projects").await.problem(403, "two_factor_required");
    assert!(refused["detail"].as_str().unwrap().contains("/account/two-factor"), "{refused}");
    assert_eq!(api.get("/account/two-factor").await.json()["required_by"], json!(["Northwind"]));

    let begun = Answer::to(api.request(Method::POST, "/account/two-factor")).await;
    let code = Seed::new(seed(&begun.text("key"))).code_at(server.now());
    assert_eq!(api.post("/account/two-factor/confirm", &json!({ "code": code })).await.status, 200);
    assert_eq!(api.get("/workspaces/northwind/projects").await.status, 200);
}
