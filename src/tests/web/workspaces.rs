//! The workspace itself: making one, its settings, its end, by plain forms.

use latchkey::domain::{credential::Kind, plan::Plan, role::Role};
use tokio::task::JoinSet;

use crate::support::{Server, hidden, new_token};

const GENERAL: &str = "/w/northwind/settings/general";

#[tokio::test]
async fn anybody_makes_a_workspace_with_a_catalog_and_owns_it() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("qa@northwind.example", &home, Role::Member).await;
    let mut member = server.signed_in("qa@northwind.example").await;
    let page = member.get("/workspaces/new").await;
    assert_eq!(page.status, 200);
    for catalog in ["standard", "deplo", "bootload", "devpilot"] {
        assert!(page.body.contains(&format!("value=\"{catalog}\"")), "{catalog}");
    }
    let made = member.post("/fn/create_workspace", &[("workspace", "Second one"), ("catalog", "bootload")]).await;
    assert_eq!((made.status, made.header("location")), (302, "/w/second-one"), "{}", made.body);
    let on = member.get("/w/second-one").await;
    assert_eq!((on.status, on.header("location")), (302, "/w/second-one/settings/api-keys"));
    assert_eq!(member.get("/w/second-one/settings/general").await.status, 200);
}

#[tokio::test]
async fn a_refused_workspace_says_why_and_keeps_what_was_typed() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let long = "n".repeat(256);
    let refused = owner.post("/fn/create_workspace", &[("workspace", &long), ("catalog", "deplo")]).await;
    assert_eq!((refused.status, refused.header("location")), (302, "/workspaces/new"));
    let page = owner.get("/workspaces/new").await.body;
    assert_eq!(hidden(&page, "workspace"), long);
    assert!(page.contains("may have at most 255 characters"), "{page}");
    let answer = owner.ask("create_workspace", &[("workspace", "Third"), ("catalog", "nothing")]).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    let mut nobody = server.browser();
    assert_eq!(nobody.ask("create_workspace", &[("workspace", "Third")]).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_workspaces_of_one_name_get_twenty_slugs() {
    for server in [Server::start().await, Server::start_on_postgresql().await] {
        server.workspace("Northwind", Plan::Free).await;
        let owner = server.signed_in("owner@northwind.example").await;
        let mut creates = JoinSet::new();
        for _ in 0..20 {
            let mut browser = owner.clone();
            creates.spawn(async move {
                let made = browser.post("/fn/create_workspace", &[("workspace", "Same name"), ("catalog", "")]).await;
                made.header("location").to_owned()
            });
        }
        let mut places = creates.join_all().await;
        places.sort();
        places.dedup();
        assert_eq!(places.len(), 20, "{places:?}");
        assert!(places.contains(&"/w/same-name".to_owned()) && places.contains(&"/w/same-name-20".to_owned()));
    }
}

#[tokio::test]
async fn an_owner_renames_the_workspace_and_its_address_stays() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let done = owner.post("/fn/rename_workspace", &[("workspace", "northwind"), ("name", "Südwind & Co")]).await;
    assert_eq!((done.status, done.header("location")), (302, GENERAL));
    let page = owner.get(GENERAL).await.body;
    assert_eq!(hidden(&page, "name"), "Südwind &amp; Co");
    owner.post("/fn/rename_workspace", &[("workspace", "northwind"), ("name", "\u{202E}x")]).await;
    let page = owner.get(GENERAL).await.body;
    assert!(page.contains("has a character that cannot be seen"), "{page}");
}

#[tokio::test]
async fn a_smaller_plan_revokes_nothing_and_stops_new_ones() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let mut secrets = Vec::new();
    for number in 0..7 {
        secrets.push(server.mint(&home, new_token(&format!("Job {number}"), &["admin"])).await.1);
    }
    let mut owner = server.signed_in("owner@northwind.example").await;
    let done = owner.post("/fn/change_plan", &[("workspace", "northwind"), ("plan", "free")]).await;
    assert_eq!((done.status, done.header("location")), (302, GENERAL));
    for secret in &secrets {
        assert_eq!(server.holding(secret).get("/whoami").await.status, 200);
    }
    let body = serde_json::json!({ "name": "One more", "scopes": ["read"] });
    let maker = server.holding(&secrets[0]);
    maker.post("/workspaces/northwind/access-tokens", &body).await.problem(409, "plan_limit_reached");
    // The other kind counts for itself.
    assert_eq!(maker.post("/workspaces/northwind/api-keys", &body).await.status, 201);
    let answer = owner.ask("change_plan", &[("workspace", "northwind"), ("plan", "enterprise")]).await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn the_preview_of_a_catalog_counts_what_would_grant_nothing_and_changes_nothing() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.mint(&home, new_token("One", &["deploy", "read"])).await;
    server.mint(&home, new_token("Two", &["deploy"])).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let form = [("workspace", "northwind"), ("to", "devpilot")];
    let preview = owner.ask("preview_catalog", &form).await;
    assert_eq!(preview.status, 200, "{}", preview.body);
    let tokens = &preview.json()["kinds"][0];
    assert_eq!(tokens["kind"], Kind::AccessToken.as_str());
    assert_eq!((&tokens["live"], &tokens["before"], &tokens["after"]), (&2.into(), &true.into(), &true.into()));
    assert_eq!(tokens["unknown"], serde_json::json!([["deploy", 2], ["read", 1]]));
    let page = owner.get(&format!("{GENERAL}/catalog?to=bootload")).await.body;
    assert!(page.contains("The tab stays for the 2 tokens"), "{page}");
    assert_eq!(server.token(&home, &["read"]).await.get("/workspaces/northwind").await.text("catalog"), "standard");

    let done = owner.post("/fn/change_catalog", &form).await;
    assert_eq!((done.status, done.header("location")), (302, GENERAL));
    let keys = server.mint(&home, new_token("Three", &["all"])).await.1;
    assert_eq!(server.holding(&keys).get("/workspaces/northwind").await.text("catalog"), "devpilot");
    assert!(keys.starts_with("workspace_token_"));
}

#[tokio::test]
async fn an_admin_and_a_member_see_the_settings_and_change_none() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("admin@northwind.example", &home, Role::Admin).await;
    server.person("qa@northwind.example", &home, Role::Member).await;
    for email in ["admin@northwind.example", "qa@northwind.example"] {
        let mut browser = server.signed_in(email).await;
        let page = browser.get(GENERAL).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("/fn/rename_workspace") && !page.body.contains("Delete workspace"), "{email}");
        for (function, field) in [
            ("rename_workspace", ("name", "Mine")),
            ("change_plan", ("plan", "team")),
            ("preview_catalog", ("to", "deplo")),
            ("change_catalog", ("to", "deplo")),
            ("delete_workspace", ("confirmation", "northwind")),
        ] {
            let answer = browser.ask(function, &[("workspace", "northwind"), field]).await;
            assert_eq!(answer.status, 403, "{email} {function}: {}", answer.body);
        }
        assert_eq!(browser.get(&format!("{GENERAL}/delete")).await.status, 403);
    }
}

#[tokio::test]
async fn a_deleted_workspace_is_gone_for_everybody_at_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("qa@northwind.example", &home, Role::Member).await;
    let reader = server.token(&home, &["read"]).await;
    let mut member = server.signed_in("qa@northwind.example").await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let wrong = owner.post("/fn/delete_workspace", &[("workspace", "northwind"), ("confirmation", "north")]).await;
    assert_eq!((wrong.status, wrong.header("location")), (302, "/w/northwind/settings/general/delete"));
    assert!(owner.get("/w/northwind/settings/general/delete").await.body.contains("Type northwind to confirm."));
    assert_eq!(reader.get("/whoami").await.status, 200);

    let done = owner.post("/fn/delete_workspace", &[("workspace", "northwind"), ("confirmation", "northwind")]).await;
    assert_eq!((done.status, done.header("location")), (302, "/"));
    reader.get("/whoami").await.problem(401, "invalid_token");
    for browser in [&mut owner, &mut member] {
        assert_eq!(browser.get(GENERAL).await.status, 404);
        assert!(browser.viewer().await.is_some(), "the sign-in lives on");
    }
    assert!(owner.get("/").await.body.contains("You are in no workspace"));
    // Its address is free again.
    let made = owner.post("/fn/create_workspace", &[("workspace", "Northwind"), ("catalog", "")]).await;
    assert_eq!(made.header("location"), "/w/northwind");
}
