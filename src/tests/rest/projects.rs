//! `/workspaces/{workspace}/projects`.

use std::collections::BTreeSet;

use latchkey::domain::{credential::Kind, plan::Plan};
use reqwest::{Method, header};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Answer, Api, Server, new_token};

const PROJECTS: &str = "/workspaces/northwind/projects";

async fn patch(api: &Api, path: &str, body: &Value) -> Answer {
    Answer::to(api.request(Method::PATCH, path).json(body)).await
}

#[tokio::test]
async fn an_admin_token_makes_reads_renames_and_deletes_a_project() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let made = api.post(PROJECTS, &json!({ "name": " Weekly report " })).await;
    let project = json!({
        "id": made.text("id"),
        "name": "Weekly report",
        "slug": "weekly-report",
        "created_at": "2026-11-22T20:47:00Z",
    });
    assert_eq!((made.status, made.json()), (201, project.clone()));
    assert!(made.text("id").starts_with("proj_"));
    let at = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    assert_eq!(at, format!("{PROJECTS}/{}", made.text("id")));
    for path in
        [at.clone(), format!("{PROJECTS}/weekly-report"), format!("/workspaces/{}/projects/weekly-report", home.id)]
    {
        let one = api.get(&path).await;
        assert_eq!((one.status, one.json()), (200, project.clone()), "{path}");
    }
    let list = api.get(PROJECTS).await;
    assert_eq!((list.status, list.json()), (200, json!({ "items": [project], "next_cursor": null })));

    let renamed = patch(&api, &at, &json!({ "name": "Monthly report" })).await;
    assert_eq!(
        (renamed.status, renamed.text("name"), renamed.text("slug")),
        (200, "Monthly report".into(), "weekly-report".into())
    );
    assert_eq!(api.get(&at).await.json(), renamed.json());

    let deleted = api.delete(&format!("{PROJECTS}/weekly-report")).await;
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    for answer in [api.get(&at).await, api.delete(&at).await, patch(&api, &at, &json!({ "name": "Gone" })).await] {
        answer.problem(404, "not_found");
    }
    assert_eq!(api.get(PROJECTS).await.json()["items"], json!([]));
    assert_eq!(api.post(PROJECTS, &json!({ "name": "Weekly report" })).await.text("slug"), "weekly-report");
}

#[tokio::test]
async fn a_project_gets_a_slug_that_is_free() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    server.project(&elsewhere, "Weekly report").await;
    let api = server.token(&home, &["admin"]).await;
    for (name, slug) in [
        ("Weekly report", "weekly-report"),
        ("Weekly  Report!", "weekly-report-2"),
        ("weekly report", "weekly-report-3"),
        ("Größe über alles", "grosse-uber-alles"),
        ("北京", "bei-jing"),
        ("🔑", "key"),
        ("…", "project"),
        ("!!!", "project-2"),
        ("New", "new-2"),
    ] {
        let made = api.post(PROJECTS, &json!({ "name": name })).await;
        assert_eq!((made.status, made.text("slug"), made.text("name")), (201, slug.into(), name.into()));
    }
}

#[tokio::test]
async fn a_name_that_breaks_a_rule_is_refused_by_its_member() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let at = format!("{PROJECTS}/{}", server.project(&home, "Weekly report").await.id);
    for (body, broken) in [
        (json!({ "name": " " }), "name required"),
        (json!({ "name": "n".repeat(256) }), "name too_long"),
        (json!({ "name": "Weekly\u{202E}report" }), "name forbidden_character"),
        (json!({ "name": 7 }), "name wrong_type"),
        (json!({ "name": "Weekly report", "slug": "mine" }), "slug unknown_member"),
        (json!([]), "body wrong_type"),
    ] {
        assert_eq!(api.post(PROJECTS, &body).await.broken(), [broken], "{body}");
        assert_eq!(patch(&api, &at, &body).await.broken(), [broken], "{body}");
    }
    assert_eq!(api.post(PROJECTS, &json!({})).await.broken(), ["name required"]);
    assert_eq!(api.post(PROJECTS, &json!({ "name": null })).await.broken(), ["name wrong_type"]);
    assert_eq!(patch(&api, &at, &json!({ "name": null })).await.broken(), ["name required"]);
    let same = patch(&api, &at, &json!({})).await;
    assert_eq!((same.status, same.text("name")), (200, "Weekly report".into()), "what is absent stays as it is");
    assert_eq!(api.get(PROJECTS).await.json()["items"].as_array().unwrap().len(), 1, "none was made");
    let as_patch = api.request(Method::PATCH, &at).header(header::CONTENT_TYPE, "application/merge-patch+json");
    let renamed = Answer::to(as_patch.body(r#"{"name":"Monthly report"}"#)).await;
    assert_eq!((renamed.status, renamed.text("name")), (200, "Monthly report".into()));
}

#[tokio::test]
async fn a_reading_token_reads_all_pages_and_each_project_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["read"]).await;
    let mut expected = Vec::new();
    for number in 0..5 {
        server.advance(time::Duration::SECOND);
        expected.push(server.project(&home, &format!("Project {number}")).await.slug);
    }
    expected.reverse();
    let (mut slugs, mut query) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("{PROJECTS}?limit=2{query}")).await.json();
        let items = page["items"].as_array().unwrap();
        slugs.extend(items.iter().map(|project| project["slug"].as_str().unwrap().to_owned()));
        server.advance(time::Duration::SECOND);
        server.project(&home, "Meanwhile").await;
        match page["next_cursor"].as_str() {
            Some(next) => query = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(slugs, expected);
    for (query, broken) in
        [("limit=0", "limit out_of_range"), ("limit=201", "limit out_of_range"), ("cursor=x", "cursor unknown")]
    {
        assert_eq!(api.get(&format!("{PROJECTS}?{query}")).await.broken(), [broken]);
    }
}

/// Which of the operations on projects and deployments a new token or key of `scope` may do.
async fn opened(server: &Server, kind: Kind, scope: &str) -> Vec<&'static str> {
    let home =
        server.service.workspace(&latchkey::service::actor::Actor::Operator, "northwind").await.unwrap().workspace;
    let (_, secret) = server
        .mint(&home, latchkey::service::new_credential::NewCredential { kind, ..new_token("Test", &[scope]) })
        .await;
    let (_, all) = server.mint(&home, new_token("All", &["all"])).await;
    let (api, all) = (server.holding(&secret), server.holding(&all));
    let project = format!("{PROJECTS}/{}", server.project(&home, "Weekly report").await.id);
    let deployments = format!("{project}/deployments");
    let file = json!({ "file_name": "report.tar.gz", "size": 1, "sha256": "ab".repeat(32) });
    let deployment = format!("{deployments}/{}", all.post(&deployments, &file).await.text("id"));
    let answers = [
        ("list projects", api.get(PROJECTS).await),
        ("get project", api.get(&project).await),
        ("create project", api.post(PROJECTS, &json!({ "name": "Another" })).await),
        ("rename project", patch(&api, &project, &json!({ "name": "Monthly report" })).await),
        ("list deployments", api.get(&deployments).await),
        ("get deployment", api.get(&deployment).await),
        ("create deployment", api.post(&deployments, &file).await),
        ("archive deployment", api.post(&format!("{deployment}/archive"), &json!({})).await),
        ("delete project", api.delete(&project).await),
    ];
    let mut may = Vec::new();
    for (what, answer) in answers {
        if answer.status == 403 {
            answer.problem(403, "insufficient_scope");
            assert!(answer.header("www-authenticate").contains(r#"error="insufficient_scope", scope=""#));
        } else {
            assert!([200, 201, 204].contains(&answer.status), "{what}: {}", answer.body);
            may.push(what);
        }
    }
    may
}

#[tokio::test]
async fn each_scope_opens_what_it_should_and_nothing_else() {
    const READ: [&str; 4] = ["list projects", "get project", "list deployments", "get deployment"];
    const WRITE: [&str; 2] = ["create project", "rename project"];
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Team).await;
    let everything = [
        "list projects",
        "get project",
        "create project",
        "rename project",
        "list deployments",
        "get deployment",
        "create deployment",
        "archive deployment",
        "delete project",
    ];
    for (kind, scope, expected) in [
        (Kind::AccessToken, "deploy", &["create deployment"][..]),
        (Kind::AccessToken, "read", &READ),
        (Kind::AccessToken, "delete", &["archive deployment", "delete project"]),
        (Kind::AccessToken, "admin", &everything),
        (Kind::AccessToken, "all", &everything),
        (Kind::AccessToken, "basic_deployment", &["create deployment"]),
        (Kind::AccessToken, "advanced_deployment", &["create deployment", "archive deployment"]),
        (Kind::AccessToken, "run_scripts", &[]),
        (Kind::ApiKey, "read", &READ),
        (Kind::ApiKey, "write", &WRITE),
        (Kind::ApiKey, "delete", &["archive deployment", "delete project"]),
        (Kind::ApiKey, "deploy", &["create deployment"]),
        (Kind::ApiKey, "manage_projects", &["create project", "rename project", "delete project"]),
        (Kind::ApiKey, "services:read", &[]),
    ] {
        assert_eq!(opened(&server, kind, scope).await, expected, "{} {scope}", kind.as_str());
    }
}

async fn thirty_at_once(server: Server) {
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let mut creates = JoinSet::new();
    for _ in 0..30 {
        creates.spawn(Answer::to(api.request(Method::POST, PROJECTS).json(&json!({ "name": "Weekly report" }))));
    }
    let answers = creates.join_all().await;
    assert!(answers.iter().all(|answer| answer.status == 201));
    let slugs: BTreeSet<_> = answers.iter().map(|answer| answer.text("slug")).collect();
    assert_eq!(slugs.len(), 30, "{slugs:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_tokens_at_once_make_thirty_slugs_on_sqlite() {
    thirty_at_once(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_tokens_at_once_make_thirty_slugs_on_postgresql() {
    thirty_at_once(Server::start_on_postgresql().await).await;
}

async fn deletion_revokes(server: Server) {
    let home = server.workspace("Northwind", Plan::Team).await;
    let project = server.project(&home, "Weekly report").await;
    let other = server.project(&home, "Other").await;
    let admin = server.token(&home, &["admin"]).await;
    let of = |name: &str, project: &str| latchkey::service::new_credential::NewCredential {
        project: Some(project.to_owned()),
        ..new_token(name, &["admin"])
    };
    let (_, own) = server.mint(&home, of("Own", &project.slug)).await;
    let (_, others) = server.mint(&home, of("Other's", &other.slug)).await;
    let (own, others) = (server.holding(&own), server.holding(&others));
    let made = own
        .post(
            "/workspaces/northwind/access-tokens",
            &json!({ "name": "Made", "scopes": ["read"], "project": project.slug }),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let child = server.holding(&made.text("secret"));
    assert_eq!(child.get("/workspaces").await.status, 200);

    assert_eq!(admin.delete(&format!("{PROJECTS}/{}", project.slug)).await.status, 204);
    for gone in [own, child] {
        let mut calls = JoinSet::new();
        for _ in 0..20 {
            calls.spawn(Answer::to(gone.request(Method::GET, "/workspaces")));
        }
        for answer in calls.join_all().await {
            answer.problem(401, "invalid_token");
        }
    }
    assert_eq!(others.get("/workspaces").await.status, 200);
    assert_eq!(admin.get("/workspaces").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_projects_tokens_are_refused_from_the_moment_its_deletion_has_answered_on_sqlite() {
    deletion_revokes(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_projects_tokens_are_refused_from_the_moment_its_deletion_has_answered_on_postgresql() {
    deletion_revokes(Server::start_on_postgresql().await).await;
}

/// Nothing comes to life in a project after its deletion has answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_in_flight_makes_nothing_in_a_project_after_its_deletion() {
    for server in [Server::start().await, Server::start_on_postgresql().await] {
        let home = server.workspace("Northwind", Plan::Team).await;
        let admin = server.token(&home, &["admin"]).await;
        let project = server.project(&home, "Weekly report").await;
        let mut creates = JoinSet::new();
        for number in 0..8 {
            let body = json!({ "name": format!("Late {number}"), "scopes": ["read"], "project": project.slug });
            creates.spawn(Answer::to(admin.request(Method::POST, "/workspaces/northwind/access-tokens").json(&body)));
        }
        assert_eq!(admin.delete(&format!("{PROJECTS}/{}", project.id)).await.status, 204);
        for answer in creates.join_all().await {
            if answer.status == 201 {
                server.holding(&answer.text("secret")).get("/whoami").await.problem(401, "invalid_token");
            } else {
                assert_eq!(answer.broken(), ["project unknown"]);
            }
        }
    }
}
