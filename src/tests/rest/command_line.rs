//! A person at a command line calls the API with their `lku_…`.

use std::collections::BTreeSet;

use latchkey::domain::{plan::Plan, role::Role};
use reqwest::Method;
use serde_json::json;
use time::Duration;

use crate::support::{Answer, Api, Browser, PASSWORD, Server};

/// A signed-in owner of `Northwind` and their command line.
async fn owner(server: &Server) -> (Browser, Api) {
    server.workspace("Northwind", Plan::Team).await;
    let mut browser = server.signed_in("owner@northwind.example").await;
    let api = server.command_line(&mut browser).await;
    (browser, api)
}

fn secret(api: &Api) -> String {
    api.authorization.as_deref().unwrap().strip_prefix("Bearer ").unwrap().to_owned()
}

async fn a_day(server: Server) {
    let (_, api) = owner(&server).await;
    let me = api.get("/whoami").await.json();
    assert_eq!((&me["kind"], &me["name"]), (&json!("user"), &json!("owner@northwind.example")));
    assert_eq!((&me["workspace"], me["hint"].as_str().unwrap()), (&json!(null), &secret(&api)[..8]));

    let elsewhere = server.workspace("Elsewhere", Plan::Team).await;
    server.also("owner@northwind.example", &elsewhere, Role::Member).await;
    let slugs = api.get("/workspaces").await.json();
    let items = slugs["items"].as_array().unwrap();
    let slugs: BTreeSet<_> = items.iter().map(|home| home["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, BTreeSet::from(["elsewhere", "northwind"]));
    api.post("/workspaces/elsewhere/projects", &json!({ "name": "Report" })).await.problem(403, "insufficient_role");
    server.workspace("Foreign", Plan::Team).await;
    api.get("/workspaces/foreign").await.problem(404, "not_found");

    let new = json!({ "name": "CI Deploy", "scopes": ["deploy"] });
    let made = api.post("/workspaces/northwind/access-tokens", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let token = made.json();
    let person = &token["created_by"];
    assert_eq!((&person["type"], &person["name"]), (&json!("user"), &json!("owner@northwind.example")));
    assert_eq!(&token["responsible"]["name"], "owner@northwind.example");
    assert_eq!(server.holding(&made.text("secret")).get("/whoami").await.status, 200);
    let log = api.get("/workspaces/northwind/activity").await.json();
    let event = &log["items"][0];
    assert_eq!((&event["event"], &event["via"]), (&json!("credential.created"), &json!("api")), "{event}");
    assert_eq!(event["ip"], "127.0.0.1");

    let home = api.post("/workspaces", &json!({ "name": "Tinkering", "catalog": "deplo" })).await;
    assert_eq!((home.status, home.text("slug").as_str(), home.text("catalog").as_str()), (201, "tinkering", "deplo"));
    assert_eq!(api.post("/workspaces", &json!({})).await.broken(), ["name required"]);
    let patch = async |body| Answer::to(api.request(Method::PATCH, "/workspaces/tinkering").json(&body)).await;
    let changed = patch(json!({ "name": "Workshop", "plan": "pro" })).await;
    assert_eq!(
        (changed.status, changed.text("name").as_str(), changed.text("plan").as_str()),
        (200, "Workshop", "pro")
    );
    let wrong = patch(json!({ "name": " ", "plan": "gold", "catalog": null })).await.broken();
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert!(wrong.contains(&"name required".to_owned()) && wrong.contains(&"catalog required".to_owned()));
    assert_eq!(api.get("/workspaces/tinkering").await.text("name"), "Workshop", "nothing of it was changed");
    assert_eq!(api.delete("/workspaces/tinkering").await.status, 204);
    api.get("/workspaces/tinkering").await.problem(404, "not_found");
}

#[tokio::test]
async fn a_person_does_at_a_command_line_what_they_do_in_a_browser_on_sqlite() {
    a_day(Server::start().await).await;
}

#[tokio::test]
async fn a_person_does_at_a_command_line_what_they_do_in_a_browser_on_postgresql() {
    a_day(Server::start_on_postgresql().await).await;
}

#[tokio::test]
async fn a_person_who_was_demoted_or_removed_has_the_rights_of_now() {
    let server = Server::start().await;
    let (mut browser, _) = owner(&server).await;
    let home = server.workspace("Team", Plan::Team).await;
    server.person("sam@northwind.example", &home, Role::Admin).await;
    let sam = server.command_line(&mut server.signed_in("sam@northwind.example").await).await;
    let create = async || sam.post("/workspaces/team/projects", &json!({ "name": "Report" })).await;
    assert_eq!(create().await.status, 201);
    server.also("owner@northwind.example", &home, Role::Owner).await;
    let members = sam.get("/workspaces/team/members").await.json();
    let own = sam.get("/account").await.text("id");
    assert!(members.to_string().contains(&own));
    let demoted = browser.ask("change_role", &[("workspace", "team"), ("user", &own), ("role", "member")]).await;
    assert_eq!(demoted.status, 200, "{}", demoted.body);
    create().await.problem(403, "insufficient_role");
    let removed = browser.ask("remove_member", &[("workspace", "team"), ("user", &own)]).await;
    assert_eq!(removed.status, 200, "{}", removed.body);
    create().await.problem(404, "not_found");
    assert_eq!(sam.get("/account").await.status, 200, "the session lives on");
}

#[tokio::test]
async fn a_command_line_that_is_signed_out_is_let_in_nowhere() {
    let server = Server::start().await;
    let (mut browser, api) = owner(&server).await;
    let listed = api.get("/account/sessions").await.json();
    let items = listed["items"].as_array().unwrap();
    let told: Vec<_> = items.iter().map(|item| (item["kind"].as_str().unwrap(), &item["current"])).collect();
    assert_eq!(told, [("command_line", &json!(true)), ("browser", &json!(false))]);
    assert_eq!(items[0]["device"], "Command line on build-7");

    let id = items[0]["id"].as_str().unwrap();
    assert_eq!(browser.ask("end_session", &[("id", id)]).await.status, 200);
    api.get("/whoami").await.problem(401, "invalid_token");
    api.post("/workspaces", &json!({ "name": "Late" })).await.problem(401, "invalid_token");

    let api = server.command_line(&mut browser).await;
    assert_eq!(browser.ask("end_other_sessions", &[]).await.status, 200);
    api.get("/whoami").await.problem(401, "invalid_token");

    let api = server.command_line(&mut browser).await;
    let new = [("password", PASSWORD), ("new_password", "the lock is brass, the key is new")];
    assert_eq!(browser.ask("change_password", &new).await.status, 200);
    api.get("/whoami").await.problem(401, "invalid_token");

    // It signs itself out, and the browser.
    let api = server.command_line(&mut browser).await;
    let sessions = api.get("/account/sessions").await.json();
    let [own, other] = [0, 1].map(|at| sessions["items"][at]["id"].as_str().unwrap().to_owned());
    assert_eq!(api.delete(&format!("/account/sessions/{other}")).await.status, 204);
    assert_eq!(browser.viewer().await, None);
    api.delete(&format!("/account/sessions/{other}")).await.problem(404, "not_found");
    assert_eq!(api.delete(&format!("/account/sessions/{own}")).await.status, 204);
    api.get("/whoami").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn a_command_line_ends_after_thirty_days_without_use_and_after_ninety_at_most() {
    let server = Server::start().await;
    let (mut browser, api) = owner(&server).await;
    for _ in 0..3 {
        server.advance(Duration::days(29));
        assert_eq!(api.get("/whoami").await.status, 200);
    }
    server.advance(Duration::days(3));
    api.get("/whoami").await.problem(401, "invalid_token");
    drop(browser.get("/").await);

    let mut again = server.signed_in("owner@northwind.example").await;
    let api = server.command_line(&mut again).await;
    server.advance(Duration::days(30));
    api.get("/whoami").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn a_command_line_that_signed_in_long_ago_does_nothing_sensitive() {
    let server = Server::start().await;
    let (_, api) = owner(&server).await;
    server.advance(Duration::minutes(30));
    let create = async |scope| {
        api.post("/workspaces/northwind/access-tokens", &json!({ "name": "CI Deploy", "scopes": [scope] })).await
    };
    create("admin").await.problem(403, "reauthentication_required");
    assert_eq!(create("deploy").await.status, 201);
    let guest = json!({ "email": "new@guest.example", "role": "admin" });
    api.post("/workspaces/northwind/invitations", &guest).await.problem(403, "reauthentication_required");
    api.post("/account/two-factor", &json!(null)).await.problem(403, "reauthentication_required");
}

#[tokio::test]
async fn a_command_lines_secret_opens_no_page() {
    let server = Server::start().await;
    let (mut browser, api) = owner(&server).await;
    for cookie in ["session", "refresh"] {
        browser.set_cookie(cookie, &secret(&api));
    }
    assert_eq!(browser.viewer().await, None);
}
