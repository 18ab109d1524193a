//! The guarantees of verification (`service::verify`): what has taken rights away has done so when it answers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use latchkey::{
    domain::{
        credential::{CredentialId, Kind},
        member::Parting,
        plan::Plan,
        project::Start,
        role::Role,
        workspace::Workspace,
    },
    service::{
        actor::{Actor, Origin},
        new_credential::NewCredential,
    },
};
use reqwest::Method;
use serde_json::json;
use tokio::{sync::Barrier, task::JoinSet};

use crate::support::{Answer, Api, Server, new_token};

const ASK: &str = "/authorize?workspace=northwind&project=own&scope=read";

/// Makes two tests of each, one for each engine.
macro_rules! on_both_engines {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                super::$name(crate::support::Server::start().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgresql() {
                super::$name(crate::support::Server::start_on_postgresql().await).await;
            }
        }
    )*};
}

on_both_engines! {
    a_service_lets_nobody_in_after_anything_that_takes_rights_away
    a_service_that_asks_all_the_time_hears_of_every_revocation
    a_token_changes_nothing_after_its_revocation_has_answered
}

/// One way to take rights away, in words and as a call.
async fn take_away(server: &Server, home: &str, what: &str, (id, answers_for_it): (CredentialId, &str)) {
    let (service, operator, origin) = (&server.service, &Actor::Operator, &Origin::OPERATOR);
    match what {
        "revoked" => drop(service.revoke_credential(operator, origin, home, id, true).await.unwrap()),
        "switched off" => drop(service.switch_credential(operator, origin, home, id, false).await.unwrap()),
        "demoted" => {
            let user = answers_for_it.parse().unwrap();
            drop(service.change_role(operator, origin, home, (user, Role::Member), Parting::Revoke).await.unwrap());
        }
        "removed" => {
            let user = answers_for_it.parse().unwrap();
            service.remove_member(operator, origin, home, user, Parting::Revoke).await.unwrap();
        }
        "project deleted" => drop(service.delete_project(operator, origin, home, "own").await.unwrap()),
        "catalog changed" => service.change_catalog(operator, origin, home, "bootload").await.unwrap(),
        "workspace deleted" => service.delete_workspace(operator, origin, home, home).await.unwrap(),
        other => panic!("{other}"),
    }
}

async fn a_service_lets_nobody_in_after_anything_that_takes_rights_away(server: Server) {
    let ways =
        ["revoked", "switched off", "project deleted", "demoted", "removed", "catalog changed", "workspace deleted"];
    for (number, what) in ways.into_iter().enumerate() {
        let home = server.workspace(&format!("Home {number}"), Plan::Team).await;
        let answers = format!("admin{number}@northwind.example");
        server.person(&answers, &home, Role::Admin).await;
        server.project(&home, "Own").await;
        let mut browser = server.signed_in(&answers).await;
        let person = server.command_line(&mut browser).await;
        let body = json!({ "name": "Made", "scopes": ["read"], "project": "own" });
        let made = person.post(&format!("/workspaces/{}/api-keys", home.slug), &body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let key = server.holding(&made.text("secret"));
        let ask = format!("/authorize?workspace={}&project=own&scope=read", home.slug);
        for _ in 0..2 {
            assert_eq!(key.get(&ask).await.status, 200, "{what}");
        }
        let answers_for_it = made.json()["responsible"]["id"].as_str().unwrap().to_owned();
        take_away(&server, &home.slug, what, (made.text("id").parse().unwrap(), &answers_for_it)).await;
        for _ in 0..3 {
            let status = key.get(&ask).await.status;
            assert!(status == 401 || status == 403, "{what}: {status}");
        }
    }
}

/// One round of one client: made, good, changed and good, narrowed and no longer good, ended and no longer good.
async fn round(server: &Server, admin: &Api, name: &str) {
    let body = json!({ "name": name, "scopes": ["read", "write"], "project": "own" });
    let made = admin.post("/workspaces/northwind/api-keys", &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let key = server.holding(&made.text("secret"));
    let path = format!("/workspaces/northwind/api-keys/{}", made.text("id"));
    let write = ASK.replace("read", "write");
    assert_eq!((key.get(ASK).await.status, key.get(&write).await.status), (200, 200));
    let narrowed = Answer::to(admin.request(Method::PATCH, &path).json(&json!({ "scopes": ["read"] }))).await;
    assert_eq!(narrowed.status, 200, "{}", narrowed.body);
    assert_eq!((key.get(&write).await.status, key.get(ASK).await.status), (403, 200));
    assert_eq!(admin.delete(&path).await.status, 204);
    for _ in 0..2 {
        assert_eq!(key.get(ASK).await.status, 401, "{name}");
    }
}

async fn a_service_that_asks_all_the_time_hears_of_every_revocation(server: Server) {
    let home = server.workspace("Northwind", Plan::Team).await;
    server.project(&home, "Own").await;
    let admin = server.token(&home, &["admin"]).await;
    let server = Arc::new(server);
    let mut clients = JoinSet::new();
    for client in 0..32 {
        let (server, admin) = (server.clone(), admin.clone());
        clients.spawn(async move {
            for number in 0..4 {
                round(&server, &admin, &format!("Client {client}, round {number}")).await;
            }
        });
    }
    while let Some(done) = clients.join_next().await {
        done.unwrap();
    }
}

async fn deployments(server: &Server, home: &Workspace) -> usize {
    let all = server.service.deployments(&Actor::Operator, &home.slug, "own", Start::Newest, 100_000).await.unwrap();
    all.page.items.len()
}

async fn a_token_changes_nothing_after_its_revocation_has_answered(server: Server) {
    let home = server.workspace("Northwind", Plan::Team).await;
    server.project(&home, "Own").await;
    let admin = server.token(&home, &["admin"]).await;
    let (id, secret) =
        server.mint(&home, NewCredential { kind: Kind::AccessToken, ..new_token("Deploy", &["deploy"]) }).await;
    let token = server.holding(&secret);
    let (stop, made) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    // Half of them have written when the revocation begins.
    let going = Arc::new(Barrier::new(17));
    let mut writers = JoinSet::new();
    for _ in 0..16 {
        let (token, stop, made, going) = (token.clone(), stop.clone(), made.clone(), going.clone());
        writers.spawn(async move {
            let body = json!({ "file_name": "a.tar.gz", "size": 1, "sha256": "ab".repeat(32) });
            let mut is_first = true;
            while !stop.load(Ordering::SeqCst) {
                let answer = token.post("/workspaces/northwind/projects/own/deployments", &body).await;
                match answer.status {
                    201 => made.fetch_add(1, Ordering::SeqCst),
                    401 => break,
                    other => panic!("{other}: {}", answer.body),
                };
                if std::mem::take(&mut is_first) {
                    going.wait().await;
                }
            }
        });
    }
    going.wait().await;
    let ended = admin.delete(&format!("/workspaces/northwind/access-tokens/{id}")).await;
    assert_eq!(ended.status, 204, "{}", ended.body);
    let at_the_answer = deployments(&server, &home).await;
    let none = token.get("/whoami").await;
    stop.store(true, Ordering::SeqCst);
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    assert_eq!(none.status, 401);
    let afterwards = deployments(&server, &home).await;
    assert_eq!(afterwards, at_the_answer, "nothing was committed after the answer");
    assert_eq!(afterwards, made.load(Ordering::SeqCst), "what was answered is there, and nothing else is");
    assert!(afterwards >= 16);
}
