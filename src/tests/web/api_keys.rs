//! The tab of keys: making, editing, switching and deleting by plain forms.

use latchkey::{
    domain::{credential::Kind, plan::Plan, role::Role},
    service::new_credential::NewCredential,
};
use serde_json::json;

use crate::support::{Browser, Server, hidden, new_token};

const KEYS: &str = "/w/northwind/settings/api-keys";
const API: &str = "/workspaces/northwind/api-keys";
const BREAKOUT: &str = "</textarea><script>alert(1)</script> & co";

fn new_key(name: &str, scopes: &[&str]) -> NewCredential {
    NewCredential { kind: Kind::ApiKey, ..new_token(name, scopes) }
}

/// The scopes that are ticked in a page.
fn ticked(page: &str) -> Vec<&str> {
    let boxes = page.split("<input").filter_map(|field| field.split('>').next());
    let boxes = boxes.filter(|field| field.contains("name=\"scopes[]\"") && field.contains(" checked"));
    boxes.map(|field| field.split("value=\"").nth(1).unwrap().split('"').next().unwrap()).collect()
}

/// Whether the switch in a page is on.
fn is_on(page: &str) -> bool {
    let switch = page.split("<input").find(|field| field.contains("name=\"active\"")).unwrap();
    switch.split('>').next().unwrap().contains(" checked")
}

/// The values that are chosen in the lists of a page.
fn selected(page: &str) -> Vec<&str> {
    let options = page.split("<option").filter_map(|option| option.split('>').next());
    let options = options.filter(|option| option.contains(" selected"));
    options.map(|option| option.split("value=\"").nth(1).unwrap().split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn an_owner_who_is_refused_finds_everything_typed() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let new = format!("{KEYS}/new");
    assert!(is_on(&owner.get(&new).await.body), "a new key works unless told otherwise");
    let form = [
        ("workspace", "northwind"),
        ("kind", "api_key"),
        ("name", "ab"),
        ("description", BREAKOUT),
        ("expiry", "custom"),
        ("until", "2027-01-31"),
        ("level", "workspace"),
        ("scopes[]", "read"),
        ("scopes[]", "billing:write"),
    ];
    let refused = owner.post("/fn/create_credential", &form).await;
    assert_eq!((refused.status, refused.header("location")), (302, new.as_str()));
    let page = owner.get(&new).await.body;
    assert!(page.contains("The name needs at least 3 characters."), "{page}");
    assert!(page.contains(">&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; co</textarea>"), "{page}");
    assert!(!page.contains("<script>alert"));
    assert_eq!((ticked(&page), selected(&page), is_on(&page)), (vec!["read", "billing:write"], vec!["custom"], false));
}

#[tokio::test]
async fn an_owner_edits_all_but_the_secret() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let made = api
        .post(
            API,
            &json!({ "name": "Terraform", "description": BREAKOUT, "scopes": ["read"], "expires_at": "2026-12-31" }),
        )
        .await;
    let (id, holder) = (made.text("id"), server.holding(&made.text("secret")));
    let edit = format!("{KEYS}/{id}/edit");
    let mut owner = server.signed_in("owner@northwind.example").await;
    let page = owner.get(&edit).await.body;
    assert!(page.contains(">&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; co</textarea>"), "{page}");
    assert!(!page.contains("<script>alert"));
    assert_eq!((hidden(&page, "name"), hidden(&page, "version")), ("Terraform".to_owned(), "0".to_owned()));
    assert_eq!((ticked(&page), selected(&page), is_on(&page)), (vec!["read"], vec!["keep"], true));

    let edited = async |browser: &mut Browser, version: &str, name: &str, expiry: &str, active: &str| {
        let form = [
            ("workspace", "northwind"),
            ("id", id.as_str()),
            ("version", version),
            ("name", name),
            ("description", "Plans\r\n and applies "),
            ("expiry", expiry),
            ("scopes[]", "read"),
            ("scopes[]", "domains:write"),
            ("active", active),
        ];
        browser.post("/fn/edit_key", &form).await.header("location").to_owned()
    };
    assert_eq!(edited(&mut owner, "0", "ab", "never", "").await, edit, "refused");
    let page = owner.get(&edit).await.body;
    assert!(page.contains("The name needs at least 3 characters."), "{page}");
    assert_eq!(
        (hidden(&page, "name"), ticked(&page), selected(&page), is_on(&page)),
        ("ab".to_owned(), vec!["read", "domains:write"], vec!["never"], false)
    );
    assert_eq!(holder.get("/whoami").await.status, 200, "nothing changed");

    assert_eq!(edited(&mut owner, "0", "Terraform 2", "keep", "").await, KEYS);
    holder.get("/whoami").await.problem(401, "invalid_token");
    let key = api.get(&format!("{API}/{id}")).await;
    assert_eq!(key.header("etag"), "\"1\"");
    let key = key.json();
    assert_eq!(
        (&key["name"], &key["description"], &key["scopes"], &key["expires_at"], &key["status"]),
        (
            &json!("Terraform 2"),
            &json!("Plans and applies"),
            &json!(["read", "domains:write"]),
            &json!("2026-12-31T23:59:59Z"),
            &json!("inactive")
        )
    );

    // A form that shows an older version would undo what it does not show.
    assert_eq!(edited(&mut owner, "0", "Terraform 3", "keep", "true").await, edit);
    let page = owner.get(&edit).await.body;
    assert!(page.contains("Somebody changed it meanwhile."), "{page}");
    assert_eq!((hidden(&page, "name"), hidden(&page, "version")), ("Terraform 3".to_owned(), "1".to_owned()));
    assert_eq!(edited(&mut owner, "1", "Terraform 3", "never", "true").await, KEYS);
    assert_eq!(api.get(&format!("{API}/{id}")).await.json()["expires_at"], json!(null));
    assert_eq!(holder.get("/whoami").await.status, 200, "it is on again");
}

#[tokio::test]
async fn an_admin_leaves_what_only_an_owner_grants_but_adds_none() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person("admin@northwind.example", &home, Role::Admin).await;
    let mut browser = server.signed_in("admin@northwind.example").await;
    let (held, _) = server.mint(&home, new_key("Billing", &["read", "billing:write"])).await;
    let (other, _) = server.mint(&home, new_key("Other", &["read"])).await;
    let api = server.token(&home, &["admin"]).await;
    assert!(browser.get(&format!("{KEYS}/{held}/edit")).await.body.contains("Owners only"));
    assert!(!browser.get(&format!("{KEYS}/{other}/edit")).await.body.contains("Owners only"));
    let mut edit = async |id: &str, scopes: &[&str]| {
        let mut form =
            vec![("workspace", "northwind"), ("id", id), ("name", "Edited"), ("expiry", "keep"), ("active", "true")];
        form.extend(scopes.iter().map(|scope| ("scopes[]", *scope)));
        browser.ask("edit_key", &form).await
    };
    let (held, other) = (held.to_string(), other.to_string());
    let kept = edit(&held, &["read", "write", "billing:write"]).await;
    assert!(kept.status < 400, "{}", kept.body);
    assert_eq!(api.get(&format!("{API}/{held}")).await.json()["scopes"], json!(["read", "write", "billing:write"]));
    let added = edit(&other, &["read", "billing:write"]).await;
    assert!(added.status == 422 && added.body.contains("Only an owner may grant billing:write"), "{}", added.body);
    let dropped = edit(&held, &["read"]).await;
    assert!(dropped.status < 400, "{}", dropped.body);
    assert_eq!(edit(&held, &["read", "billing:write"]).await.status, 422, "what was given up is gone");
}

#[tokio::test]
async fn a_member_sees_the_facts_and_edits_nothing() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("member@northwind.example", &home, Role::Member).await;
    let mut member = server.signed_in("member@northwind.example").await;
    let (id, _) = server.mint(&home, new_key("Terraform", &["read"])).await;
    let answer = member.get(&format!("{KEYS}/{id}/edit")).await;
    assert_eq!((answer.status, answer.header("location")), (302, format!("{KEYS}/{id}").as_str()));
    let page = member.get(&format!("{KEYS}/{id}")).await.body;
    assert!(page.contains("Permissions") && !page.contains("/edit") && !page.contains("Delete API key"), "{page}");
    let id = id.to_string();
    let form = [("workspace", "northwind"), ("id", id.as_str()), ("active", "false")];
    assert_eq!(member.ask("switch_credential", &form).await.status, 403);
    let form = [("workspace", "northwind"), ("id", id.as_str()), ("name", "Other"), ("expiry", "keep")];
    assert_eq!(member.ask("edit_key", &form).await.status, 403);
}

#[tokio::test]
async fn a_key_that_has_ended_shows_its_facts_and_a_token_has_no_edit_page() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let (id, _) = server.mint(&home, new_key("Terraform", &["read"])).await;
    let (token, _) = server.mint(&home, new_token("Token", &["read"])).await;
    let id = id.to_string();
    let revoked = owner.post("/fn/revoke_credential", &[("workspace", "northwind"), ("id", &id)]).await;
    assert_eq!((revoked.status, revoked.header("location")), (302, KEYS));
    let answer = owner.get(&format!("{KEYS}/{id}/edit")).await;
    assert_eq!((answer.status, answer.header("location")), (302, format!("{KEYS}/{id}").as_str()));
    let form = [("workspace", "northwind"), ("id", id.as_str()), ("active", "true")];
    assert_eq!(owner.ask("switch_credential", &form).await.status, 409);
    for path in [format!("{KEYS}/{token}/edit"), format!("{KEYS}/{token}"), format!("{KEYS}/key_x/edit")] {
        assert_eq!(owner.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_switch_works_at_once_and_leads_back() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let (id, secret) = server.mint(&home, new_key("Terraform", &["read"])).await;
    let (id, holder) = (id.to_string(), server.holding(&secret));
    for (active, status) in [("false", 401), ("true", 200)] {
        let form = [("workspace", "northwind"), ("id", id.as_str()), ("active", active), ("back", KEYS)];
        let done = owner.post("/fn/switch_credential", &form).await;
        assert_eq!((done.status, done.header("location")), (302, KEYS));
        assert_eq!(holder.get("/whoami").await.status, status);
    }
    let form = [("workspace", "northwind"), ("id", id.as_str()), ("active", "perhaps")];
    assert_eq!(owner.ask("switch_credential", &form).await.status, 422);
    let elsewhere = [("workspace", "northwind"), ("id", id.as_str()), ("active", "true"), ("back", "//evil.example")];
    assert_eq!(owner.post("/fn/switch_credential", &elsewhere).await.header("location"), "/");
}

#[tokio::test]
async fn one_like_another_begins_with_all_that_it_has() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let project = api.post("/workspaces/northwind/projects", &json!({ "name": "Weekly report" })).await.text("id");
    let body = json!({
        "name": "Terraform", "description": "Plans", "scopes": ["read", "deploy"], "project": "weekly-report",
        "expires_at": "2027-02-20T20:47:00Z", "active": false,
    });
    let made = api.post(API, &body).await;
    assert_eq!((made.text("level"), made.text("project")), ("project".into(), project.clone()), "{}", made.body);
    let page = owner.get(&format!("{KEYS}/new?like={}", made.text("id"))).await.body;
    assert_eq!(hidden(&page, "name"), "Terraform");
    assert!(page.contains(">Plans</textarea>"), "{page}");
    assert_eq!((ticked(&page), selected(&page), is_on(&page)), (vec!["read", "deploy"], vec!["90", &project], true));
    // Of the other kind: what both have.
    let page = owner.get(&format!("/w/northwind/settings/access-tokens/new?like={}", made.text("id"))).await.body;
    assert_eq!((hidden(&page, "name"), selected(&page)), ("Terraform".to_owned(), vec!["90", project.as_str()]));
    assert_eq!(ticked(&page), ["deploy", "read"]);
}

#[tokio::test]
async fn an_owner_makes_one_of_either_kind_for_one_project() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let project = api.post("/workspaces/northwind/projects", &json!({ "name": "Weekly report" })).await.text("id");
    for (kind, tab) in [("access_token", "access-tokens"), ("api_key", "api-keys")] {
        let mut make = async |project: &str| {
            let form = [
                ("workspace", "northwind"),
                ("kind", kind),
                ("name", "For one"),
                ("expiry", "never"),
                ("level", "project"),
                ("project", project),
                ("scopes[]", "read"),
                ("active", "true"),
            ];
            owner.ask("create_credential", &form).await
        };
        assert_eq!(make("").await.status, 422, "a project that was not chosen is no project");
        assert_eq!(make("proj_01jdb2v9c5e8x3q7m4k6n0r1sy").await.status, 422);
        let made = make(&project).await;
        assert!(made.status < 400, "{}", made.body);
        let listed = api.get(&format!("/workspaces/northwind/{tab}")).await.json();
        let newest = listed["items"].as_array().unwrap().iter().find(|item| item["name"] == "For one").unwrap();
        assert_eq!((&newest["level"], &newest["project"]), (&json!("project"), &json!(project)));
    }
}
