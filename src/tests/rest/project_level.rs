//! A token or key of one project: what is of that project, and nothing else.

use latchkey::{
    domain::{credential::Kind, plan::Plan, project::Project, workspace::Workspace},
    service::new_credential::NewCredential,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Server, new_token};

const HOME: &str = "/workspaces/northwind";

/// A workspace with two projects, and a token of the first that may do everything there.
async fn two_projects(server: &Server) -> (Workspace, Project, Project, Api) {
    let home = server.workspace("Northwind", Plan::Team).await;
    let own = server.project(&home, "Weekly report").await;
    server.advance(time::Duration::SECOND);
    let other = server.project(&home, "Other").await;
    let api = server.holding(&server.mint(&home, of(&own, "Own", &["all"])).await.1);
    (home, own, other, api)
}

fn of(project: &Project, name: &str, scopes: &[&str]) -> NewCredential {
    NewCredential { project: Some(project.id.to_string()), ..new_token(name, scopes) }
}

fn file() -> Value {
    json!({ "file_name": "report.tar.gz", "size": 1, "sha256": "ab".repeat(32) })
}

#[tokio::test]
async fn it_does_everything_in_its_own_project() {
    let server = Server::start().await;
    let (_, own, _, api) = two_projects(&server).await;
    for name in [own.id.to_string(), own.slug.clone()] {
        let at = format!("{HOME}/projects/{name}");
        assert_eq!(api.get(&at).await.status, 200);
        assert_eq!(Answer::to(api.request(Method::PATCH, &at).json(&json!({ "name": "Mine" }))).await.status, 200);
        let made = api.post(&format!("{at}/deployments"), &file()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let deployment = format!("{at}/deployments/{}", made.text("id"));
        assert_eq!(api.get(&deployment).await.status, 200);
        assert_eq!(api.post(&format!("{deployment}/archive"), &json!({})).await.status, 200);
        assert_eq!(api.get(&format!("{at}/deployments")).await.status, 200);
    }
    assert_eq!(api.delete(&format!("{HOME}/projects/{}", own.id)).await.status, 204);
    api.get(HOME).await.problem(401, "invalid_token");
}

#[tokio::test]
async fn it_sees_its_workspace_and_of_the_lists_its_own_alone() {
    let server = Server::start().await;
    let (home, own, other, api) = two_projects(&server).await;
    assert_eq!(api.get(HOME).await.text("id"), home.id.to_string());
    assert_eq!(api.get("/workspaces").await.json()["items"].as_array().unwrap().len(), 1);
    for query in ["", "?limit=1"] {
        let list = api.get(&format!("{HOME}/projects{query}")).await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!((&list["items"][0]["id"], &list["next_cursor"]), (&json!(own.id.to_string()), &Value::Null));
    }
    server.mint(&home, of(&own, "Sibling", &["read"])).await;
    server.mint(&home, of(&other, "Other's", &["read"])).await;
    server.mint(&home, new_token("Everywhere", &["read"])).await;
    server.mint(&home, NewCredential { kind: Kind::ApiKey, ..of(&other, "Other's key", &["read"]) }).await;
    let list = api.get(&format!("{HOME}/access-tokens")).await.json();
    let mut names: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Own", "Sibling"]);
}

#[tokio::test]
async fn it_reads_of_the_log_what_is_of_its_project_alone() {
    let server = Server::start().await;
    let (home, own, other, api) = two_projects(&server).await;
    server.mint(&home, of(&other, "Other's", &["read"])).await;
    server.mint(&home, new_token("Everywhere", &["read"])).await;
    assert_eq!(api.post(&format!("{HOME}/projects/{}/deployments", own.id), &file()).await.status, 201);
    let log = api.get(&format!("{HOME}/activity")).await.json();
    let mut words: Vec<_> =
        log["items"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    words.sort_unstable();
    assert_eq!(words, ["credential.created", "deployment.created", "project.created"], "{log}");
}

/// Every route below a project, as it answers for the project of this name.
async fn routes(api: &Api, project: &str, deployment: &str) -> Vec<(String, Value)> {
    let at = format!("{HOME}/projects/{project}");
    let rename = api.request(Method::PATCH, &at).json(&json!({ "name": "Mine" }));
    let answers = [
        ("get", api.get(&at).await),
        ("rename", Answer::to(rename).await),
        ("refused rename", Answer::to(api.request(Method::PATCH, &at).json(&json!({ "name": null }))).await),
        ("delete", api.delete(&at).await),
        ("deployments", api.get(&format!("{at}/deployments")).await),
        ("deploy", api.post(&format!("{at}/deployments"), &file()).await),
        ("refused deploy", api.post(&format!("{at}/deployments"), &json!({})).await),
        ("deployment", api.get(&format!("{at}/deployments/{deployment}")).await),
        ("archive", api.post(&format!("{at}/deployments/{deployment}/archive"), &json!({})).await),
    ];
    answers.map(|(what, answer)| (what.to_owned(), answer.problem(404, "not_found"))).to_vec()
}

#[tokio::test]
async fn another_project_looks_like_one_that_is_not_there() {
    let server = Server::start().await;
    let (home, own, other, everything) = two_projects(&server).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    let foreign = server.project(&elsewhere, "Foreign").await;
    let all = server.token(&home, &["all"]).await;
    let made = all.post(&format!("{HOME}/projects/{}/deployments", other.id), &file()).await;
    let nothing = server.holding(&server.mint(&home, of(&own, "Nothing", &["run_scripts"])).await.1);
    let random = ("proj_00000000000000000000000000", "dep_00000000000000000000000000");
    for api in [everything, nothing] {
        let of_none = routes(&api, random.0, random.1).await;
        for name in [other.id.to_string(), other.slug.clone(), foreign.id.to_string(), "no-such".to_owned()] {
            assert_eq!(routes(&api, &name, &made.text("id")).await, of_none, "{name}");
        }
    }
    // For a token of the whole workspace the other project is there, and that of another workspace is not.
    assert_eq!(all.get(&format!("{HOME}/projects/{}", other.id)).await.status, 200);
    assert_eq!(routes(&all, &foreign.id.to_string(), random.1).await, routes(&all, random.0, random.1).await);
}

#[tokio::test]
async fn tokens_of_others_look_like_ones_that_are_not_there() {
    let server = Server::start().await;
    let (home, own, other, api) = two_projects(&server).await;
    let (sibling, _) = server.mint(&home, of(&own, "Sibling", &["read"])).await;
    let (others, _) = server.mint(&home, of(&other, "Other's", &["read"])).await;
    let (everywhere, _) = server.mint(&home, new_token("Everywhere", &["read"])).await;
    let tokens = format!("{HOME}/access-tokens");
    assert_eq!(api.get(&format!("{tokens}/{sibling}")).await.status, 200);
    let none = api.get(&format!("{tokens}/tok_00000000000000000000000000")).await.problem(404, "not_found");
    for id in [others, everywhere] {
        assert_eq!(api.get(&format!("{tokens}/{id}")).await.problem(404, "not_found"), none);
        assert_eq!(api.delete(&format!("{tokens}/{id}")).await.problem(404, "not_found"), none);
    }
    assert_eq!(api.delete(&format!("{tokens}/{sibling}")).await.status, 204);
}

#[tokio::test]
async fn what_is_of_the_whole_workspace_it_may_not() {
    let server = Server::start().await;
    let (_, own, other, api) = two_projects(&server).await;
    api.post(&format!("{HOME}/projects"), &json!({ "name": "Another" })).await.problem(403, "insufficient_level");
    for path in ["members", "invitations"] {
        api.get(&format!("{HOME}/{path}")).await.problem(403, "insufficient_level");
    }
    let invitation = json!({ "email": "sam@northwind.example", "role": "member" });
    api.post(&format!("{HOME}/invitations"), &invitation).await.problem(403, "insufficient_level");
    let new = |project: Value| json!({ "name": "Wider", "scopes": ["read"], "project": project });
    let tokens = format!("{HOME}/access-tokens");
    assert_eq!(api.post(&tokens, &new(Value::Null)).await.broken(), ["project exceeds_maker"]);
    for project in [other.id.to_string(), other.slug, "no-such".to_owned()] {
        assert_eq!(api.post(&tokens, &new(project.into())).await.broken(), ["project unknown"]);
    }
    assert_eq!(api.post(&tokens, &new(own.slug.into())).await.status, 201);
}
