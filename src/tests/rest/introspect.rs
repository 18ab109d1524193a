//! `POST /introspect` (RFC 7662).

use latchkey::{
    domain::{
        call::Reason,
        credential::{CredentialId, Kind},
        plan::Plan,
        role::Role,
        workspace::Workspace,
    },
    service::{
        actor::{Actor, Origin},
        new_credential::NewCredential,
    },
};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::{Answer, Api, Server, new_token};

async fn ask(api: &Api, form: &[(&str, &str)]) -> Answer {
    Answer::to(api.request(Method::POST, "/introspect").form(form)).await
}

async fn verdict(api: &Api, secret: &str) -> Value {
    let answer = ask(api, &[("token", secret)]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.body);
    answer.json()
}

fn key(name: &str, scopes: &[&str]) -> NewCredential {
    NewCredential { kind: Kind::ApiKey, ..new_token(name, scopes) }
}

/// A service that may introspect, by its id and as a caller.
async fn service(server: &Server, home: &Workspace) -> (CredentialId, Api) {
    let (id, secret) = server.mint(home, key("Billing", &["introspect"])).await;
    (id, server.holding(&secret))
}

fn inactive() -> Value {
    json!({ "active": false })
}

#[tokio::test]
async fn a_service_learns_what_a_good_secret_is_good_for() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let project = server.project(&home, "Weekly report").await;
    let (_, service) = service(&server, &home).await;
    let (id, secret) = server.mint(&home, new_token("Deploy", &["deploy", "read"])).await;
    let said = verdict(&service, &secret).await;
    let owner = said["sub"].as_str().unwrap().to_owned();
    assert!(owner.starts_with("usr_"), "{said}");
    assert_eq!(
        said,
        json!({
            "active": true, "scope": "deploy read", "token_type": "Bearer", "sub": owner, "client_id": id.to_string(),
            "iat": server.now().micros() / 1_000_000, "iss": server.url,
            "latchkey": { "kind": "access_token", "workspace": "northwind", "project": null },
        })
    );
    let end = latchkey::domain::lifetime::parse("expires_at", "2026-12-31", server.now()).map(Some);
    let within = NewCredential { project: Some(project.slug), expires_at: end, ..key("Report", &["services:read"]) };
    let (_, secret) = server.mint(&home, within).await;
    let said = verdict(&service, &secret).await;
    assert_eq!(said["exp"], 1_798_761_599);
    assert_eq!(said["latchkey"], json!({ "kind": "api_key", "workspace": "northwind", "project": "weekly-report" }));
    let hinted = ask(&service, &[("token", &secret), ("token_type_hint", "access_token"), ("other", "1")]).await;
    assert_eq!(hinted.json(), said, "other fields are ignored");
}

#[tokio::test]
async fn of_anything_else_a_service_learns_that_it_is_not_good() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let away = server.workspace("Contoso", Plan::Team).await;
    let own = server.project(&home, "Own").await;
    let (_, service) = service(&server, &home).await;
    let (_, foreign) = server.mint(&away, new_token("Foreign", &["read"])).await;
    let (revoked, revoked_secret) = server.mint(&home, new_token("Revoked", &["read"])).await;
    assert_eq!(verdict(&service, &revoked_secret).await["active"], true);
    server.service.revoke_credential(&Actor::Operator, &Origin::OPERATOR, "northwind", revoked, true).await.unwrap();
    let guarded = NewCredential { passphrase: Some("open sesame".to_owned()), ..new_token("Guarded", &["read"]) };
    let (_, guarded) = server.mint(&home, guarded).await;
    server.person("ada@northwind.example", &home, Role::Owner).await;
    let mut browser = server.signed_in("ada@northwind.example").await;
    let jwt = browser.cookie("session").unwrap().to_owned();
    let person = server.command_line(&mut browser).await.authorization.unwrap();
    let person = person.strip_prefix("Bearer ").unwrap();
    let unknown = "sk_live_000000000000000000000000000HQPqh";
    for secret in [&*foreign, &*revoked_secret, &*guarded, &*jwt, person, unknown, "", "nonsense", "\0"] {
        assert_eq!(verdict(&service, secret).await, inactive(), "{secret}");
    }
    let told = ask(&service, &[("token", &guarded), ("passphrase", "open sesame")]).await;
    assert_eq!(told.json()["active"], true);
    assert_eq!(ask(&service, &[("token", &guarded), ("passphrase", "wrong")]).await.json(), inactive());

    // A key of one project is told of that project's alone.
    let (_, secret) =
        server.mint(&home, NewCredential { project: Some(own.slug.clone()), ..key("Within", &["introspect"]) }).await;
    let within = server.holding(&secret);
    let (_, whole) = server.mint(&home, new_token("Whole", &["read"])).await;
    let (_, same) = server.mint(&home, NewCredential { project: Some(own.slug), ..new_token("Same", &["read"]) }).await;
    assert_eq!(verdict(&within, &whole).await, inactive());
    assert_eq!(verdict(&within, &same).await["active"], true);
    assert_eq!(verdict(&within, &foreign).await, inactive());
}

#[tokio::test]
async fn who_may_ask_and_how() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (id, service) = service(&server, &home).await;
    let (_, secret) = server.mint(&home, new_token("Deploy", &["read"])).await;
    ask(&server.anonymous(), &[("token", &secret)]).await.problem(401, "missing_credentials");
    ask(&server.holding("nonsense"), &[("token", &secret)]).await.problem(401, "invalid_token");
    let small = server.token(&home, &["read"]).await;
    let refused = ask(&small, &[("token", &secret)]).await;
    refused.problem(403, "insufficient_scope");
    assert!(refused.header("www-authenticate").contains("insufficient_scope"));

    let own = service.authorization.as_deref().unwrap().strip_prefix("Bearer ").unwrap();
    let basic = async |id: &str, secret_of_key: &str| {
        let request =
            Client::new().post(format!("{}/api/v1/introspect", server.url)).basic_auth(id, Some(secret_of_key));
        Answer::to(request.form(&[("token", &secret)])).await
    };
    assert_eq!(basic(&id.to_string(), own).await.json()["active"], true);
    basic("key_00000000000000000000000000", own).await.problem(401, "invalid_token");
    basic(&id.to_string(), "nonsense").await.problem(401, "invalid_token");
    // What OAuth clients may do here they may not do elsewhere.
    let elsewhere = Client::new().get(format!("{}/api/v1/whoami", server.url)).basic_auth(id, Some(own));
    Answer::to(elsewhere).await.problem(401, "missing_credentials");

    for (email, role, active) in
        [("ada@northwind.example", Role::Admin, true), ("eve@northwind.example", Role::Member, false)]
    {
        server.person(email, &home, role).await;
        let mut browser = server.signed_in(email).await;
        let api = server.command_line(&mut browser).await;
        assert_eq!(verdict(&api, &secret).await["active"], active, "{email}");
    }

    let api = &service;
    ask(api, &[]).await.problem(400, "malformed_request");
    ask(api, &[("token", &secret), ("token", &secret)]).await.problem(400, "malformed_request");
    api.post("/introspect", &json!({ "token": secret })).await.problem(400, "malformed_request");
    ask(api, &[("token", &"x".repeat(70_000))]).await.problem(413, "body_too_large");
}

#[tokio::test]
async fn a_question_counts_for_the_token_in_question_with_who_asked() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (_, service) = service(&server, &home).await;
    let (id, secret) = server.mint(&home, new_token("Deploy", &["read"])).await;
    assert_eq!(verdict(&service, &secret).await["active"], true);
    server.service.revoke_credential(&Actor::Operator, &Origin::OPERATOR, "northwind", id, true).await.unwrap();
    assert_eq!(verdict(&service, &secret).await, inactive());
    server.service.flush_uses().await.unwrap();
    let known = server.service.use_of_credential(&Actor::Operator, "northwind", id).await.unwrap();
    assert_eq!(known.days.iter().sum::<u64>(), 1, "a refusal is no use");
    let lines: Vec<_> = known.lines.iter().map(|line| (line.ip.as_deref(), line.call.refused.clone())).collect();
    let via = Some("via Billing");
    assert!(lines.contains(&(via, None)) && lines.contains(&(via, Some(Reason::Revoked))), "{lines:?}");

    server.person("ada@northwind.example", &home, Role::Owner).await;
    let mut browser = server.signed_in("ada@northwind.example").await;
    let page = browser.get(&format!("/w/northwind/settings/access-tokens/{id}")).await.body;
    assert!(page.contains("via") && page.contains("Billing") && !page.contains("from via"), "{page}");
}
