//! What is remembered of calls: that one was let in or why not, which the caller never learns.

use std::collections::BTreeSet;

use latchkey::{
    auth::digest,
    domain::{
        call::{Call, LINES, Reason, SHOWN},
        credential::{Credential, CredentialId, Kind},
        lifetime,
        plan::Plan,
        workspace::Workspace,
    },
    service::{
        actor::{Actor, Origin},
        new_credential::NewCredential,
        usage::Use,
    },
    store::{Store, credentials},
};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::support::{Answer, Server, new_token};

async fn used(server: &Server, id: CredentialId) -> Use {
    server.service.flush_uses().await.unwrap();
    server.service.use_of_credential(&Actor::Operator, "northwind", id).await.unwrap()
}

/// What was called, and why it was refused; newest first.
async fn lines(server: &Server, id: CredentialId) -> Vec<(String, u16, Option<Reason>)> {
    let lines = used(server, id).await.lines.into_iter();
    lines
        .map(|line| (format!("{} {}", line.call.method, line.call.path), line.call.status, line.call.refused))
        .collect()
}

async fn count(server: &Server, id: CredentialId) -> u64 {
    server.service.credential(&Actor::Operator, "northwind", id).await.unwrap().credential.use_count
}

#[tokio::test]
async fn every_refusal_of_a_secret_is_remembered_with_its_reason_and_answered_alike() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (revoked, revoked_secret) = server.mint(&home, new_token("Revoked", &["read"])).await;
    let origin = Origin::OPERATOR;
    server.service.revoke_credential(&Actor::Operator, &origin, "northwind", revoked, true).await.unwrap();
    let end = lifetime::parse("expires_at", "2026-11-22T20:48:00Z", server.now()).map(Some);
    let expired = NewCredential { expires_at: end, ..new_token("Expired", &["read"]) };
    let off = NewCredential { kind: Kind::ApiKey, ..new_token("Off", &["read"]) };
    let (off, off_secret) = server.mint(&home, off).await;
    server.service.switch_credential(&Actor::Operator, &origin, "northwind", off, false).await.unwrap();
    let guarded = NewCredential { passphrase: Some("open sesame".to_owned()), ..new_token("Guarded", &["read"]) };
    let (expired, expired_secret) = server.mint(&home, expired).await;
    let (guarded, guarded_secret) = server.mint(&home, guarded).await;
    server.advance(Duration::MINUTE);
    let mut answers: Vec<Value> = Vec::new();
    for (id, secret, reason) in [
        (revoked, revoked_secret, Reason::Revoked),
        (expired, expired_secret, Reason::Expired),
        (off, off_secret, Reason::SwitchedOff),
        (guarded, guarded_secret.clone(), Reason::Passphrase),
    ] {
        let answer = server.holding(&secret).get("/whoami?x=1").await;
        answers.push(answer.problem(401, "invalid_token"));
        assert_eq!(lines(&server, id).await, [("GET /whoami".to_owned(), 401, Some(reason))]);
        assert_eq!((count(&server, id).await, used(&server, id).await.days), (0, vec![0; SHOWN]));
    }
    server.holding(&guarded_secret).whoami_with("wrong passphrase").await;
    assert_eq!(used(&server, guarded).await.lines[0].count, 2, "missing and wrong are one reason");
    let stranger = server.holding("sk_live_000000000000000000000000000HQPqh").get("/whoami").await;
    answers.push(stranger.problem(401, "invalid_token"));
    assert!(answers.iter().all(|problem| *problem == answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn what_a_good_secret_may_not_do_is_remembered_with_its_reason() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let own = server.project(&home, "Own").await;
    server.advance(Duration::SECOND);
    server.project(&home, "Other").await;
    let at = "/workspaces/northwind";

    let (deployer, secret) = server.mint(&home, new_token("Deployer", &["deploy"])).await;
    server.holding(&secret).get(at).await.problem(403, "insufficient_scope");
    let told = lines(&server, deployer).await;
    assert!(
        matches!(&told[..], [(call, 403, Some(Reason::Scope(scopes)))] if call == "GET /workspaces/northwind"
            && scopes.contains(&"read".to_owned())),
        "{told:?}"
    );

    let of_project = NewCredential { project: Some(own.id.to_string()), ..new_token("Own", &["all"]) };
    let (of_project, secret) = server.mint(&home, of_project).await;
    let api = server.holding(&secret);
    api.get(&format!("{at}/projects/other")).await.problem(404, "not_found");
    server.advance(Duration::SECOND);
    api.post(&format!("{at}/projects"), &json!({ "name": "Third" })).await.problem(403, "insufficient_level");
    server.advance(Duration::SECOND);
    api.get("/workspaces/elsewhere").await.problem(404, "not_found");
    let told = lines(&server, of_project).await;
    assert_eq!(
        told,
        [
            ("GET /workspaces/elsewhere".to_owned(), 404, None),
            ("POST /workspaces/northwind/projects".to_owned(), 403, Some(Reason::WorkspaceLevel)),
            ("GET /workspaces/northwind/projects/other".to_owned(), 404, Some(Reason::OtherProject)),
        ]
    );
    assert_eq!(count(&server, of_project).await, 1, "only what was let in counts");
}

#[tokio::test]
async fn calls_of_a_minute_share_a_line_that_says_from_where_they_came() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, secret) = server.mint(&home, new_token("Test", &["read"])).await;
    let api = server.holding(&secret);
    let call = async |agent: &str| {
        let request = api.request(Method::GET, "/whoami").header("user-agent", agent);
        assert_eq!(Answer::to(request).await.status, 200);
    };
    for agent in ["curl/8.11", "curl/8.11", "other/1"] {
        call(agent).await;
    }
    // Written between two calls of the same minute: the line goes on.
    server.service.flush_uses().await.unwrap();
    server.advance(Duration::seconds(59));
    call("curl/8.11").await;
    server.advance(Duration::DAY);
    call("curl/8.11").await;
    let seen = used(&server, id).await;
    let lines: Vec<_> = seen
        .lines
        .iter()
        .map(|line| (line.at.rfc3339(), line.count, line.user_agent.clone().unwrap(), line.ip.clone().unwrap()))
        .collect();
    let line = |at: &str, count, agent: &str| (at.to_owned(), count, agent.to_owned(), "127.0.0.1".to_owned());
    assert_eq!(
        lines,
        [
            line("2026-11-23T20:47:59Z", 1, "curl/8.11"),
            line("2026-11-22T20:47:59Z", 3, "curl/8.11"),
            line("2026-11-22T20:47:00Z", 1, "other/1"),
        ]
    );
    assert_eq!(seen.days[SHOWN - 2..], [4, 1], "yesterday and today, UTC");
    server.advance(Duration::days(29));
    let later = used(&server, id).await.days;
    assert_eq!((later.len(), later[0], later.iter().sum::<u64>()), (SHOWN, 1, 1), "thirty days, today among them");
}

#[tokio::test]
async fn a_hundred_calls_at_once_add_up_exactly() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, secret) = server.mint(&home, new_token("Busy", &["read"])).await;
    let api = server.holding(&secret);
    let mut calls = JoinSet::new();
    for number in 0..100 {
        let (api, service) = (api.clone(), server.service.clone());
        calls.spawn(async move {
            assert_eq!(api.get("/whoami").await.status, 200);
            if number % 10 == 0 {
                service.flush_uses().await.unwrap();
            }
        });
    }
    calls.join_all().await;
    let seen = used(&server, id).await;
    assert_eq!((seen.days[SHOWN - 1], count(&server, id).await), (100, 100));
    assert_eq!(seen.lines.iter().map(|line| line.count).collect::<Vec<_>>(), [100]);
}

#[tokio::test]
async fn a_flood_of_refusals_leaves_the_last_calls_that_were_let_in() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, _) = server.mint(&home, new_token("Flooded", &["read"])).await;
    let remember = |path: String, refused: Option<Reason>| {
        let status = if refused.is_some() { 403 } else { 200 };
        let call = Call { method: "GET".into(), path: path.into(), status, refused };
        server.service.remember_call((home.id, id), &Origin::OPERATOR, call);
    };
    remember("/whoami".to_owned(), None);
    for round in 0..3 {
        for number in 0..70 {
            remember(format!("/workspaces/{round}-{number}"), Some(Reason::OtherProject));
        }
        server.advance(Duration::MINUTE);
        server.service.flush_uses().await.unwrap();
    }
    let seen = used(&server, id).await.lines;
    let (accepted, refused): (Vec<_>, Vec<_>) = seen.iter().partition(|line| line.call.refused.is_none());
    assert_eq!((accepted.len(), refused.len()), (1, LINES));
    let paths: BTreeSet<_> = refused.iter().map(|line| line.call.path.clone()).collect();
    assert!(paths.iter().all(|path| path.starts_with("/workspaces/2-")), "{paths:?}");
}

#[tokio::test]
async fn a_line_that_had_to_go_and_returns_within_its_minute_makes_no_line_too_many() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, _) = server.mint(&home, new_token("Busy", &["read"])).await;
    let call = |number: usize| {
        let call = Call { method: "GET".into(), path: format!("/{number}").into(), status: 200, refused: None };
        server.service.remember_call((home.id, id), &Origin::OPERATOR, call);
    };
    // 0 goes when 50 comes, and 1 when 0 returns.
    for batch in [0..1, 1..LINES + 1, LINES..LINES + 1, 0..1] {
        batch.for_each(call);
        server.service.flush_uses().await.unwrap();
        server.advance(Duration::SECOND);
    }
    let lines = used(&server, id).await.lines;
    let last = lines.iter().map(|line| (&*line.call.path, line.count)).take(2).collect::<Vec<_>>();
    assert_eq!((lines.len(), last), (LINES, vec![("/0", 1), ("/50", 2)]));
}

#[tokio::test]
async fn a_batch_that_could_not_be_written_is_kept_for_the_next() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, secret) = server.mint(&home, new_token("Kept", &["read"])).await;
    let api = server.holding(&secret);
    assert_eq!(api.get("/whoami").await.status, 200);
    // The database refuses the whole batch, for the sake of one that it does not know.
    let unknown = CredentialId::new(Kind::AccessToken, 7);
    let call = Call { method: "GET".into(), path: "/whoami".into(), status: 200, refused: None };
    server.service.remember_call((home.id, unknown), &Origin::OPERATOR, call);
    server.service.flush_uses().await.unwrap_err();
    assert_eq!(count(&server, id).await, 0);
    assert_eq!(api.get("/whoami").await.status, 200);
    insert(&server, &home, id, unknown).await;
    let seen = used(&server, id).await;
    assert_eq!((seen.days[SHOWN - 1], count(&server, id).await, seen.lines[0].count), (2, 2, 2));
    assert_eq!(count(&server, unknown).await, 1);
}

#[tokio::test]
async fn a_call_that_is_answered_after_the_server_was_told_to_stop_counts_too() {
    let mut server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, secret) = server.mint(&home, new_token("Late", &["admin"])).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut client = TcpStream::connect(&address).await.unwrap();
    let body = r#"{"name":"Late"}"#;
    let head = format!(
        "POST /api/v1/workspaces/northwind/projects HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {secret}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    client.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 512];
    let read = client.read(&mut answer).await.unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 100 Continue"), "it waits for the body");
    server.tell_to_stop();
    while TcpStream::connect(&address).await.is_ok() {}
    client.write_all(body.as_bytes()).await.unwrap();
    let read = client.read(&mut answer).await.unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 201 Created"), "{}", String::from_utf8_lossy(&answer[..read]));
    let folder = server.stop().await;
    let store = Store::open(&format!("sqlite:{}", folder.path().join("latchkey.db").display())).await.unwrap();
    let known = credentials::find(store.read(), home.id, id).await.unwrap().unwrap();
    assert_eq!(known.use_count, 1);
}

/// A credential like another one, by hand.
async fn insert(server: &Server, home: &Workspace, like: CredentialId, id: CredentialId) {
    let like = server.service.credential(&Actor::Operator, &home.slug, like).await.unwrap().credential;
    let credential = Credential { id, ..like };
    let row = credentials::NewCredential {
        credential: &credential,
        digest: &digest::of("7"),
        passphrase_hash: None,
        form_key: None,
    };
    let mut tx = server.service.store().begin().await.unwrap();
    credentials::insert(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nothing_is_told_of_another_workspaces_token() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let other = server.workspace("Elsewhere", Plan::Free).await;
    let (id, secret) = server.mint(&other, new_token("Test", &["read"])).await;
    assert_eq!(server.holding(&secret).get("/whoami").await.status, 200);
    server.service.flush_uses().await.unwrap();
    for workspace in ["northwind", "nowhere"] {
        let seen = server.service.use_of_credential(&Actor::Operator, workspace, id).await;
        assert!(matches!(seen, Err(latchkey::service::Error::NotFound)), "{seen:?}");
        let last = server.service.last_use(&Actor::Operator, workspace, id).await;
        assert!(matches!(last, Err(latchkey::service::Error::NotFound)), "{last:?}");
    }
}
