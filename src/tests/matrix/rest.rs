//! Each route of the API × each kind of caller.

use std::collections::{BTreeMap, BTreeSet};

use latchkey::{
    domain::{
        catalog::capabilities,
        credential::Kind,
        lifetime,
        policy::{Action, Decision, Resource, Subject, decide},
        project::Project,
        role::Role,
        scope::Capability,
        workspace::Workspace,
    },
    rest::openapi,
    service::new_credential::NewCredential,
};
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use super::Scene;
use crate::support::{Answer, Api, PASSWORD, new_token};

/// What a route asks the policy for.
#[derive(Clone, Copy)]
enum Asks {
    /// Nothing: any good secret is let in.
    Nothing,
    /// Nothing of a person; no token or key is let in.
    APerson,
    /// This, of the workspace.
    OfWorkspace(Action),
    /// This, of the project in its path.
    OfProject(Action),
    /// This, of the workspace; and what its path names must lie in the caller's project.
    OfCredential(Action),
}

/// A route: its method and path, what it asks for, the answer where that is allowed, and a good body.
type Route = (&'static str, &'static str, Asks, u16, fn(&Project) -> Value);

#[rustfmt::skip]
const ROUTES: &[Route] = {
    use Action as A;
    use Asks::{APerson, Nothing, OfCredential, OfProject, OfWorkspace};
    &[
        ("GET", "/whoami", Nothing, 200, nothing),
        ("GET", "/account", APerson, 200, nothing),
        ("GET", "/account/sessions", APerson, 200, nothing),
        ("DELETE", "/account/sessions/{session}", APerson, 404, nothing),
        ("GET", "/account/two-factor", APerson, 200, nothing),
        ("POST", "/account/two-factor/confirm", APerson, 409, code),
        ("POST", "/account/two-factor", APerson, 200, nothing),
        ("POST", "/account/two-factor/backup-codes", APerson, 409, code),
        ("DELETE", "/account/two-factor", APerson, 409, proof),
        ("GET", "/workspaces", OfWorkspace(A::SeeWorkspace), 200, nothing),
        ("POST", "/workspaces", APerson, 201, name),
        ("PATCH", "/workspaces/{workspace}", OfWorkspace(A::RenameWorkspace), 200, name),
        ("DELETE", "/workspaces/{workspace}", OfWorkspace(A::DeleteWorkspace), 204, nothing),
        ("GET", "/workspaces/{workspace}", OfWorkspace(A::SeeWorkspace), 200, nothing),
        ("GET", "/workspaces/{workspace}/access-tokens", OfWorkspace(A::SeeCredentials), 200, nothing),
        ("POST", "/workspaces/{workspace}/access-tokens", OfWorkspace(A::CreateCredential), 201, token),
        ("GET", "/workspaces/{workspace}/access-tokens/{token}", OfCredential(A::SeeCredentials), 200, nothing),
        ("DELETE", "/workspaces/{workspace}/access-tokens/{token}", OfCredential(A::RevokeCredential), 204, nothing),
        ("GET", "/workspaces/{workspace}/activity", OfWorkspace(A::SeeActivity), 200, nothing),
        ("GET", "/workspaces/{workspace}/api-keys", OfWorkspace(A::SeeCredentials), 200, nothing),
        ("POST", "/workspaces/{workspace}/api-keys", OfWorkspace(A::CreateCredential), 201, key),
        ("GET", "/workspaces/{workspace}/api-keys/{key}", OfCredential(A::SeeCredentials), 200, nothing),
        ("PATCH", "/workspaces/{workspace}/api-keys/{key}", OfCredential(A::EditCredential), 200, name),
        ("DELETE", "/workspaces/{workspace}/api-keys/{key}", OfCredential(A::RevokeCredential), 204, nothing),
        ("GET", "/workspaces/{workspace}/projects", OfWorkspace(A::SeeProjects), 200, nothing),
        ("POST", "/workspaces/{workspace}/projects", OfWorkspace(A::CreateProject), 201, name),
        ("GET", "/workspaces/{workspace}/projects/{project}", OfProject(A::SeeProjects), 200, nothing),
        ("PATCH", "/workspaces/{workspace}/projects/{project}", OfProject(A::RenameProject), 200, name),
        ("DELETE", "/workspaces/{workspace}/projects/{project}", OfProject(A::DeleteProject), 204, nothing),
        ("GET", "/workspaces/{workspace}/projects/{project}/deployments", OfProject(A::SeeDeployments), 200, nothing),
        ("POST", "/workspaces/{workspace}/projects/{project}/deployments", OfProject(A::CreateDeployment), 201, file),
        ("GET", "/workspaces/{workspace}/projects/{project}/deployments/{deployment}", OfProject(A::SeeDeployments), 200, nothing),
        ("POST", "/workspaces/{workspace}/projects/{project}/deployments/{deployment}/archive", OfProject(A::ArchiveDeployment), 200, nothing),
        ("GET", "/workspaces/{workspace}/members", OfWorkspace(A::SeeMembers), 200, nothing),
        ("PATCH", "/workspaces/{workspace}/members/{user}", OfWorkspace(A::ChangeMember), 200, role),
        ("DELETE", "/workspaces/{workspace}/members/{user}", OfWorkspace(A::ChangeMember), 204, nothing),
        ("GET", "/workspaces/{workspace}/invitations", OfWorkspace(A::Invite), 200, nothing),
        ("POST", "/workspaces/{workspace}/invitations", OfWorkspace(A::Invite), 201, guest),
        ("DELETE", "/workspaces/{workspace}/invitations/{invitation}", OfWorkspace(A::Invite), 204, nothing),
    ]
};

/// What needs no secret: a form that is none is refused as OAuth says.
const OPEN: &[(&str, &str)] = &[
    ("POST", "/device/code"),
    ("POST", "/device/token"),
    ("POST", "/leaks"),
    ("GET", "/authorize"),
    ("POST", "/introspect"),
];

fn nothing(_: &Project) -> Value {
    Value::Null
}

fn token(project: &Project) -> Value {
    json!({ "name": "Made", "scopes": ["run_scripts"], "project": project.id.to_string() })
}

fn key(project: &Project) -> Value {
    json!({ "name": "Made", "scopes": ["view_logs"], "project": project.id.to_string() })
}

fn name(_: &Project) -> Value {
    json!({ "name": "Another name" })
}

fn code(_: &Project) -> Value {
    json!({ "code": "123456" })
}

fn proof(_: &Project) -> Value {
    json!({ "password": PASSWORD, "code": "123456" })
}

fn file(_: &Project) -> Value {
    json!({ "file_name": "b.tar.gz", "size": 1, "sha256": "cd".repeat(32) })
}

fn role(_: &Project) -> Value {
    json!({ "role": "admin" })
}

fn guest(_: &Project) -> Value {
    json!({ "email": "new@guest.example", "role": "member" })
}

/// A secret of the right form that nothing here has.
const UNKNOWN: &str = "sk_live_000000000000000000000000003CdOEy";

/// What stands for the variable parts of a path: in this workspace and, as far as it can be, in this project.
async fn fill(scene: &Scene, path: &str, workspace: &Workspace, project: &Project) -> String {
    let mut filled = path.replace("{workspace}", &workspace.id.to_string());
    filled = filled.replace("{project}", &project.id.to_string());
    filled = filled.replace("{session}", "ses_00000000000000000000000000");
    for (kind, place, scope) in [(Kind::AccessToken, "{token}", "run_scripts"), (Kind::ApiKey, "{key}", "view_logs")] {
        if filled.contains(place) {
            let (id, _) = scene.credential(workspace, kind, &[scope], Some(project)).await;
            filled = filled.replace(place, &id.to_string());
        }
    }
    if filled.contains("{deployment}") {
        filled = filled.replace("{deployment}", &scene.deployment(workspace, project).await);
    }
    if filled.contains("{user}") {
        filled = filled.replace("{user}", &scene.member(workspace).await.to_string());
    }
    if filled.contains("{invitation}") {
        filled = filled.replace("{invitation}", &scene.invitation(workspace).await);
    }
    filled
}

async fn call(api: &Api, method: &str, path: &str, body: &Value) -> Answer {
    let request = api.request(method.parse().unwrap(), path);
    Answer::to(if body.is_null() { request } else { request.json(body) }).await
}

/// A workspace with an owner, who answers for its tokens and keys.
async fn owned(scene: &Scene) -> Workspace {
    let workspace = scene.workspace().await;
    let (owner, _) = scene.user().await;
    scene.join(&workspace, owner, Role::Owner).await;
    workspace
}

#[test]
fn every_route_has_a_row() {
    let description = serde_json::to_value(openapi::description()).unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        described.extend(methods.as_object().unwrap().keys().map(|method| (method.to_ascii_uppercase(), path.clone())));
    }
    let all = ROUTES.iter().map(|row| (row.0, row.1)).chain(OPEN.iter().copied());
    let rows: BTreeSet<_> = all.map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(rows.len(), ROUTES.len() + OPEN.len(), "a route has two rows");
    let missing: Vec<_> = described.difference(&rows).collect();
    let stale: Vec<_> = rows.difference(&described).collect();
    assert!(missing.is_empty() && stale.is_empty(), "without a row: {missing:#?}; not there any more: {stale:#?}");
}

/// One scope for each set of capabilities that a single scope of the standard catalog opens.
fn openers(scene: &Scene, workspace: &Workspace) -> Vec<(Kind, String, BTreeSet<Capability>)> {
    let catalog = scene.server.service.catalog_of(workspace).unwrap();
    let mut openers = BTreeMap::new();
    for kind in [Kind::AccessToken, Kind::ApiKey] {
        let vocabulary = catalog.vocabulary(kind).unwrap();
        for scope in &vocabulary.scopes {
            let open = capabilities(vocabulary.closure(std::slice::from_ref(&scope.name)));
            openers.entry(open).or_insert((kind, scope.name.to_string()));
        }
    }
    let openers: Vec<_> = openers.into_iter().map(|(open, (kind, scope))| (kind, scope, open)).collect();
    for capability in Capability::ALL {
        assert!(openers.iter().any(|(.., open)| open.contains(&capability)), "{capability:?} is opened by none");
    }
    assert!(openers.iter().any(|(.., open)| open.is_empty()), "none opens nothing");
    openers
}

/// At which level a caller stands, and of which project the call is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Level {
    Workspace,
    Own,
    Other,
}

/// Calls each route with each single scope, and compares with what the policy decides.
async fn each_scope_on_each_route(level: Level) {
    let scene = Scene::start().await;
    let home = owned(&scene).await;
    let mut wrong = Vec::new();
    let mut counts = BTreeMap::new();
    for (kind, scope, open) in openers(&scene, &home) {
        for (method, path, asks, allowed, body) in ROUTES.iter().copied() {
            let is_of_a_project = ["{project}", "{token}", "{key}"].iter().any(|place| path.contains(place));
            if level == Level::Other && !is_of_a_project {
                continue;
            }
            let (own, other) = (scene.project(&home).await, scene.project(&home).await);
            let project = if level == Level::Other { &other } else { &own };
            let within = (level != Level::Workspace).then_some(&own);
            let (_, secret) = scene.credential(&home, kind, &[&scope], within).await;
            let path = fill(&scene, path, &home, project).await;
            let answer = call(&scene.server.holding(&secret), method, &path, &body(project)).await;

            let within = within.map(|project| project.id);
            let subject = Subject::Credential { workspace: home.id, project: within, capabilities: &open };
            let decision = match asks {
                Asks::Nothing => Decision::Allow,
                Asks::APerson => Decision::NeedsPerson,
                Asks::OfWorkspace(action) | Asks::OfCredential(action) => {
                    decide(subject, action, Resource::Workspace(home.id))
                }
                Asks::OfProject(action) => decide(subject, action, Resource::Project(home.id, project.id)),
            };
            let expected = match decision {
                Decision::Allow if level == Level::Other && matches!(asks, Asks::OfCredential(_)) => 404,
                Decision::Allow => allowed,
                Decision::Hide | Decision::HideProject => 404,
                Decision::NeedsRole(_)
                | Decision::NeedsTwoFactor
                | Decision::NeedsCapability(_)
                | Decision::NeedsWorkspaceLevel
                | Decision::NeedsPerson => 403,
            };
            *counts.entry(expected).or_insert(0) += 1;
            if answer.status != expected {
                wrong.push(format!("{scope}: {method} {path}: {}, not {expected}: {}", answer.status, answer.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counts.len() >= 2, "all answer alike: {counts:?}");
}

#[tokio::test]
async fn a_credential_of_the_workspace_may_what_the_policy_says_on_every_route() {
    each_scope_on_each_route(Level::Workspace).await;
}

#[tokio::test]
async fn a_credential_of_a_project_may_in_it_what_the_policy_says_on_every_route() {
    each_scope_on_each_route(Level::Own).await;
}

#[tokio::test]
async fn a_credential_of_a_project_finds_nothing_in_another_on_any_route() {
    each_scope_on_each_route(Level::Other).await;
}

#[tokio::test]
async fn nobody_without_a_good_secret_passes_on_any_route() {
    let scene = Scene::start().await;
    let home = owned(&scene).await;
    let (_, email) = scene.user().await;
    let browser = scene.server.signed_in(&email).await;

    let mut ending = new_token("Ending", &["admin"]);
    ending.expires_at = lifetime::parse("expires_at", "2026-11-22T20:48:00Z", scene.server.now()).map(Some);
    let (_, expired) = scene.server.mint(&home, ending).await;
    let (id, revoked) = scene.credential(&home, Kind::AccessToken, &["admin"], None).await;
    let admin = scene.server.token(&home, &["admin"]).await;
    let gone = admin.delete(&format!("/workspaces/{}/access-tokens/{id}", home.slug)).await;
    assert_eq!(gone.status, 204);
    let inactive =
        NewCredential { active: false, ..NewCredential::plain(Kind::ApiKey, "Switched off", vec!["write".to_owned()]) };
    let (_, inactive) = scene.server.mint(&home, inactive).await;
    let mut guarded = new_token("Guarded", &["admin"]);
    guarded.passphrase = Some("open sesame".to_owned());
    let (_, guarded) = scene.server.mint(&home, guarded).await;
    scene.server.advance(Duration::MINUTE);

    let project = scene.project(&home).await;
    for (method, path, ..) in ROUTES.iter().copied() {
        let path = fill(&scene, path, &home, &project).await;
        call(&scene.server.anonymous(), method, &path, &Value::Null).await.problem(401, "missing_credentials");
        let mut told = Vec::new();
        for (who, secret) in [
            ("an unknown one", UNKNOWN),
            ("an expired one", expired.as_str()),
            ("a revoked one", revoked.as_str()),
            ("one that is switched off", inactive.as_str()),
            ("one without its passphrase", guarded.as_str()),
            ("a browser's JWT", browser.cookie("session").unwrap()),
            ("a browser's refresh token", browser.cookie("refresh").unwrap()),
        ] {
            let answer = call(&scene.server.holding(secret), method, &path, &Value::Null).await;
            assert_eq!(answer.status, 401, "{who}: {method} {path}: {}", answer.body);
            told.push(answer.problem(401, "invalid_token"));
        }
        assert!(told.iter().all(|problem| *problem == told[0]), "{method} {path}: {told:#?}");
        let mut browser = browser.clone();
        let method: Method = method.parse().unwrap();
        let cookies = browser.request(method, &format!("/api/v1{path}"));
        browser.send(cookies).await.problem(401, "missing_credentials");
    }
}

#[tokio::test]
async fn a_person_at_a_command_line_may_what_their_role_says_on_every_route() {
    let scene = Scene::start().await;
    let (user, email) = scene.user().await;
    let mut wrong = Vec::new();
    for role in [None, Some(Role::Member), Some(Role::Admin), Some(Role::Owner)] {
        let api = scene.server.command_line(&mut scene.server.signed_in(&email).await).await;
        for (method, path, asks, allowed, body) in ROUTES.iter().copied() {
            let home = owned(&scene).await;
            if let Some(role) = role {
                scene.join(&home, user, role).await;
            }
            let project = scene.project(&home).await;
            let path = fill(&scene, path, &home, &project).await;
            let answer = call(&api, method, &path, &body(&project)).await;
            let decision = match asks {
                Asks::Nothing | Asks::APerson => Decision::Allow,
                // One's own are listed, whatever they are.
                Asks::OfWorkspace(_) if path == "/workspaces" => Decision::Allow,
                Asks::OfWorkspace(action) | Asks::OfCredential(action) => {
                    decide(Subject::Person(role), action, Resource::Workspace(home.id))
                }
                Asks::OfProject(action) => {
                    decide(Subject::Person(role), action, Resource::Project(home.id, project.id))
                }
            };
            let expected = match decision {
                Decision::Allow => allowed,
                Decision::Hide | Decision::HideProject => 404,
                _ => 403,
            };
            if answer.status != expected {
                wrong.push(format!("{role:?}: {method} {path}: {}, not {expected}: {}", answer.status, answer.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a stranger must not be able to tell apart.
fn told(answer: &Answer) -> (Value, String, String) {
    let problem = answer.problem(404, "not_found");
    (problem, answer.header("www-authenticate").to_owned(), answer.header("cache-control").to_owned())
}

#[tokio::test]
async fn a_stranger_cannot_tell_what_is_elsewhere_from_what_is_nowhere_on_any_route() {
    let scene = Scene::start().await;
    let (home, elsewhere) = (owned(&scene).await, owned(&scene).await);
    let (own, theirs) = (scene.project(&home).await, scene.project(&elsewhere).await);
    let (_, all) = scene.credential(&home, Kind::AccessToken, &["all"], None).await;
    let (_, nothing) = scene.credential(&home, Kind::AccessToken, &["run_scripts"], None).await;
    for secret in [&all, &nothing] {
        let api = scene.server.holding(secret);
        for (method, path, _, _, body) in ROUTES.iter().copied().filter(|row| row.1.contains("{workspace}")) {
            let real = fill(&scene, path, &elsewhere, &theirs).await;
            let body = body(&theirs);
            let here = told(&call(&api, method, &real, &body).await);
            for other in [elsewhere.slug.clone(), "ws_00000000000000000000000000".to_owned(), "nowhere".to_owned()] {
                let path = real.replace(&elsewhere.id.to_string(), &other);
                assert_eq!(told(&call(&api, method, &path, &body).await), here, "{method} {path}");
            }
        }
    }

    // One who may do everything asks the own workspace for what lies in another one.
    let api = scene.server.holding(&all);
    for (method, path, _, _, body) in ROUTES.iter().copied().filter(|row| row.1.contains("{workspace}")) {
        let theirs_at = fill(&scene, path, &elsewhere, &theirs).await;
        let parts = path.split('/').zip(theirs_at.split('/'));
        let named: Vec<_> = parts.filter(|(part, _)| part.starts_with('{') && *part != "{workspace}").collect();
        let Some((place, id)) = named.last().copied() else { continue };
        let mut ours = path.replace("{workspace}", &home.id.to_string());
        if place != "{project}" {
            ours = ours.replace("{project}", &own.id.to_string());
        }
        let prefix = id.split('_').next().unwrap();
        let body = body(&own);
        let there = told(&call(&api, method, &ours.replace(place, id), &body).await);
        for nowhere in [format!("{prefix}_00000000000000000000000000"), "nonsense".to_owned(), home.id.to_string()] {
            let path = ours.replace(place, &nowhere);
            assert_eq!(told(&call(&api, method, &path, &body).await), there, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_half_finished_sign_in_opens_no_route() {
    let scene = Scene::start().await;
    let (half, email) = scene.half_signed_in().await;
    let home = scene.workspace().await;
    scene.server.also(&email, &home, Role::Owner).await;
    let project = scene.project(&home).await;
    for (method, path, _, _, body) in ROUTES.iter().copied() {
        let path = fill(&scene, path, &home, &project).await;
        let request = half.request_for("application/json", method.parse().unwrap(), &format!("/api/v1{path}"));
        let body = body(&project);
        let answer = Answer::to(if body.is_null() { request } else { request.json(&body) }).await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.body);
    }
}
