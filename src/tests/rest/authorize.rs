//! `GET /authorize`: what a reverse proxy asks before it lets a request through.

use latchkey::{
    domain::{call::Reason, credential::Kind, lifetime, plan::Plan, role::Role, workspace::Workspace},
    service::{
        actor::{Actor, Origin},
        new_credential::NewCredential,
    },
};
use reqwest::Method;
use time::Duration;

use crate::support::{Answer, Api, Server, new_token};

const READ: &str = "/authorize?workspace=northwind&scope=read";

async fn home(server: &Server) -> Workspace {
    server.workspace("Northwind", Plan::Team).await
}

async fn asked(api: &Api, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request =
        headers.iter().fold(api.request(Method::GET, path), |request, (name, value)| request.header(*name, *value));
    Answer::to(request).await
}

fn key(name: &str, scopes: &[&str]) -> NewCredential {
    NewCredential { kind: Kind::ApiKey, ..new_token(name, scopes) }
}

#[tokio::test]
async fn a_good_token_is_let_through_and_the_service_behind_learns_whose_it_is() {
    let server = Server::start().await;
    let home = home(&server).await;
    let project = server.project(&home, "Weekly report").await;
    let (id, secret) = server.mint(&home, new_token("Deploy", &["admin"])).await;
    let answer = server.holding(&secret).get(READ).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("latchkey-credential"), id.to_string());
    assert_eq!(answer.header("latchkey-kind"), "access_token");
    assert_eq!(answer.header("latchkey-workspace"), "northwind");
    assert_eq!(answer.header("latchkey-project"), "");
    let mut scopes: Vec<_> = answer.header("latchkey-scopes").split(' ').collect();
    scopes.sort_unstable();
    assert_eq!(scopes, ["admin", "delete", "deploy", "read"], "with what they include");
    assert_eq!(answer.header("cache-control"), "no-store");

    let within = NewCredential { project: Some(project.slug.clone()), ..key("Report", &["read"]) };
    let (_, secret) = server.mint(&home, within).await;
    let api = server.holding(&secret);
    for named in [&project.slug, &project.id.to_string()] {
        let path = format!("/authorize?workspace={}&scope=read&project={named}&kind=api_key", home.id);
        let answer = api.get(&path).await;
        assert_eq!((answer.status, answer.header("latchkey-project")), (200, "weekly-report"), "{}", answer.body);
        assert_eq!(answer.header("latchkey-kind"), "api_key");
    }
}

#[tokio::test]
async fn every_reason_to_refuse_is_answered_and_remembered() {
    let server = Server::start().await;
    let home = home(&server).await;
    server.workspace("Contoso", Plan::Team).await;
    let own = server.project(&home, "Own").await;
    server.project(&home, "Other").await;
    let (id, secret) = server.mint(&home, new_token("Whole", &["read"])).await;
    let within = NewCredential { project: Some(own.slug.clone()), ..new_token("Within", &["read"]) };
    let (within_id, within_secret) = server.mint(&home, within).await;
    let (whole, within) = (server.holding(&secret), server.holding(&within_secret));
    let scope = |names: &str| Reason::Scope(vec![names.to_owned()]);
    for (api, id, query, reason) in [
        (&whole, id, "workspace=contoso&scope=read", Reason::OtherWorkspace),
        (&whole, id, "workspace=nowhere&scope=read", Reason::OtherWorkspace),
        (&whole, id, "workspace=northwind&scope=read&kind=api_key", Reason::OtherKind),
        (&whole, id, "workspace=northwind&scope=read%20deploy", scope("deploy")),
        (&whole, id, "workspace=northwind&scope=unheard_of", scope("unheard_of")),
        (&whole, id, "workspace=northwind&scope=read&write_scope=deploy", scope("deploy")),
        (&within, within_id, "workspace=northwind&scope=read", Reason::OtherProject),
        (&within, within_id, "workspace=northwind&scope=read&project=other", Reason::OtherProject),
    ] {
        let answer = api.get(&format!("/authorize?{query}")).await;
        let is_scope = matches!(reason, Reason::Scope(_));
        let problem = answer.problem(403, if is_scope { "insufficient_scope" } else { "not_for_this" });
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with(r#"Bearer error="insufficient_scope""#), "{query}: {challenge}");
        if let Reason::Scope(names) = &reason {
            assert!(
                challenge.contains(&names[0]) && problem["detail"].as_str().unwrap().contains(&names[0]),
                "{query}"
            );
        }
        server.service.flush_uses().await.unwrap();
        let known = server.service.use_of_credential(&Actor::Operator, "northwind", id).await.unwrap();
        let line = known.lines.iter().find(|line| line.call.refused.as_ref() == Some(&reason));
        let line = line.unwrap_or_else(|| panic!("{query}: {:?}", known.lines));
        assert_eq!((&*line.call.path, line.call.status), ("/api/v1/authorize", 403));
        assert_eq!(known.days.iter().sum::<u64>(), 0, "a refusal is no use");
    }
    assert_eq!(within.get(&format!("{READ}&project=own")).await.status, 200);
    // A token of the whole workspace reaches each of its projects.
    assert_eq!(whole.get(&format!("{READ}&project=own")).await.status, 200);
}

#[tokio::test]
async fn what_is_not_understood_is_not_let_through() {
    let server = Server::start().await;
    let home = home(&server).await;
    let api = server.token(&home, &["admin"]).await;
    for (query, named) in [
        ("", "workspace"),
        ("workspace=northwind", "scope"),
        ("scope=read", "workspace"),
        ("workspace=&scope=read", "workspace"),
        ("workspace=northwind&scope=", "scope"),
        ("workspace=northwind&scope=%20", "scope"),
        ("workspace=northwind&scope=Read!", "scope"),
        ("workspace=northwind&scope=read&write_scope=", "write_scope"),
        ("workspace=northwind&scope=read&kind=token", "kind"),
        ("workspace=northwind&scope=read&project=", "project"),
        ("workspace=northwind&scope=read&writescope=deploy", "writescope"),
        ("workspace=northwind&scope=read&scope=deploy", "scope"),
    ] {
        let problem = api.get(&format!("/authorize?{query}")).await.problem(400, "malformed_request");
        assert!(problem["detail"].as_str().unwrap().contains(named), "{query}: {problem}");
    }
    api.post(READ, &serde_json::json!({})).await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn writing_needs_more_than_reading() {
    let server = Server::start().await;
    let home = home(&server).await;
    let path = "/authorize?workspace=northwind&scope=read&write_scope=deploy";
    let (reader, writer) = (server.token(&home, &["read"]).await, server.token(&home, &["read", "deploy"]).await);
    let original = |method| ("x-original-method", method);
    let forwarded = |method| ("x-forwarded-method", method);
    for (headers, is_reading) in [
        (vec![original("GET")], true),
        (vec![forwarded("HEAD")], true),
        (vec![original("GET"), forwarded("GET")], true),
        (vec![], false),
        (vec![original("POST")], false),
        (vec![forwarded("DELETE")], false),
        (vec![original("get")], false),
        (vec![original("")], false),
        // Whichever of the two the client has made up, the proxy's own counts.
        (vec![original("POST"), forwarded("GET")], false),
        (vec![original("GET"), forwarded("POST")], false),
        (vec![original("GET"), original("POST")], false),
    ] {
        let status = if is_reading { 200 } else { 403 };
        assert_eq!(asked(&reader, path, &headers).await.status, status, "{headers:?}");
        assert_eq!(asked(&writer, path, &headers).await.status, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn only_a_good_secret_is_let_through() {
    let server = Server::start().await;
    let home = home(&server).await;
    server.person("ada@northwind.example", &home, Role::Owner).await;
    let mut browser = server.signed_in("ada@northwind.example").await;
    server.anonymous().get(READ).await.problem(401, "missing_credentials");
    let cookies = browser.request(Method::GET, &format!("/api/v1{READ}"));
    browser.send(cookies).await.problem(401, "missing_credentials");
    for what in ["session", "refresh"] {
        server.holding(browser.cookie(what).unwrap()).get(READ).await.problem(401, "invalid_token");
    }
    // A person's command line is no token of a workspace.
    server.command_line(&mut browser).await.get(READ).await.problem(401, "invalid_token");
    let mut twice = server.token(&home, &["read"]).await;
    let bearer = twice.authorization.take().unwrap();
    asked(&twice, READ, &[("authorization", &bearer), ("authorization", &bearer)])
        .await
        .problem(401, "missing_credentials");
    asked(&twice, READ, &[("authorization", &bearer.replace("Bearer", "bEARER"))]).await;

    let origin = Origin::OPERATOR;
    let (revoked, secret) = server.mint(&home, new_token("Revoked", &["read"])).await;
    let revoked_api = server.holding(&secret);
    assert_eq!(revoked_api.get(READ).await.status, 200);
    server.service.revoke_credential(&Actor::Operator, &origin, "northwind", revoked, true).await.unwrap();
    revoked_api.get(READ).await.problem(401, "invalid_token");

    let (off, secret) = server.mint(&home, key("Off", &["read"])).await;
    let switched = server.holding(&secret);
    for (is_on, status) in [(true, 200), (false, 401), (true, 200)] {
        server.service.switch_credential(&Actor::Operator, &origin, "northwind", off, is_on).await.unwrap();
        assert_eq!(switched.get(READ).await.status, status, "switched on: {is_on}");
    }

    let guarded = NewCredential { passphrase: Some("open sesame".to_owned()), ..new_token("Guarded", &["read"]) };
    let (_, secret) = server.mint(&home, guarded).await;
    let guarded = server.holding(&secret);
    guarded.get(READ).await.problem(401, "invalid_token");
    asked(&guarded, READ, &[("latchkey-passphrase", "wrong")]).await.problem(401, "invalid_token");
    assert_eq!(asked(&guarded, READ, &[("latchkey-passphrase", "open sesame")]).await.status, 200);

    let end = lifetime::parse("expires_at", "2026-11-22T20:48:00Z", server.now()).map(Some);
    let (_, secret) = server.mint(&home, NewCredential { expires_at: end, ..new_token("Expires", &["read"]) }).await;
    let expires = server.holding(&secret);
    assert_eq!(expires.get(READ).await.status, 200);
    server.advance(Duration::MINUTE);
    expires.get(READ).await.problem(401, "invalid_token");
}

#[tokio::test]
async fn a_use_counts_for_the_token_that_was_judged() {
    let server = Server::start().await;
    let home = home(&server).await;
    let (id, secret) = server.mint(&home, new_token("Deploy", &["read"])).await;
    for _ in 0..3 {
        assert_eq!(server.holding(&secret).get(READ).await.status, 200);
    }
    server.service.flush_uses().await.unwrap();
    let known = server.service.use_of_credential(&Actor::Operator, "northwind", id).await.unwrap();
    assert_eq!((known.days.last(), known.lines[0].count), (Some(&3), 3));
}

#[tokio::test]
async fn who_shows_too_many_bad_secrets_is_told_to_wait_and_who_shows_a_good_one_is_not() {
    let server = Server::start().await;
    let home = home(&server).await;
    let good = server.token(&home, &["read"]).await;
    let bad = server.holding("sk_live_000000000000000000000000000HQPqh");
    let mut statuses = Vec::new();
    for _ in 0..310 {
        statuses.push(bad.get(READ).await.status);
    }
    assert_eq!(statuses[..300], [401; 300]);
    assert!(statuses.contains(&429), "{:?}", &statuses[300..]);
    assert_eq!(good.get(READ).await.status, 200);
}
