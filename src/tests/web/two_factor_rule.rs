//! A workspace that lets nobody in without a second factor.

use latchkey::domain::{plan::Plan, role::Role};
use time::Duration;

use crate::support::{Browser, PASSWORD, Server, new_token};

const OWNER: &str = "owner@northwind.example";
const SAM: &str = "sam@northwind.example";

async fn start() -> Server {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person(SAM, &home, Role::Admin).await;
    server.person("eve@northwind.example", &home, Role::Member).await;
    server
}

async fn require(browser: &mut Browser, required: &str) -> (u16, String) {
    let answer = browser.ask("require_two_factor", &[("workspace", "northwind"), ("required", required)]).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn an_owner_who_has_it_sees_whom_it_affects_and_requires_it() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let page = owner.get("/w/northwind/settings/general/two-factor").await.body;
    assert!(
        page.contains("Turn on two-factor for your own account first") && page.contains("3 people have none"),
        "{page}"
    );
    let (status, why) = require(&mut owner, "yes").await;
    assert_eq!((status, why.contains("Turn on two-factor for your own account first.")), (409, true), "{why}");

    let factor = server.enrol(&mut owner).await;
    let page = owner.get("/w/northwind/settings/general/two-factor").await.body;
    assert!(
        page.contains("2 people have none") && page.contains(SAM) && page.contains("eve@northwind.example"),
        "{page}"
    );
    let general = owner.get("/w/northwind/settings/general").await.body;
    assert!(general.contains("Not required") && general.contains("See whom it would affect"), "{general}");
    let plain = owner.post("/fn/require_two_factor", &[("workspace", "northwind"), ("required", "yes")]).await;
    assert_eq!((plain.status, plain.header("location")), (302, "/w/northwind/settings/general"));
    let general = owner.get("/w/northwind/settings/general").await.body;
    assert!(general.contains("Stop requiring it"), "{general}");
    assert_eq!(require(&mut owner, "yes").await.0, 200, "twice is once");
    server.advance(Duration::minutes(30));
    assert_eq!(require(&mut owner, "").await, (403, "\"Stale\"".to_owned()));
    owner.ask("reauthenticate", &[("password", PASSWORD), ("code", &factor.code(&server))]).await;
    assert_eq!(require(&mut owner, "").await.0, 200);
    let log = owner.ask("list_activity", &[("workspace", "northwind"), ("kind", "settings")]).await.json();
    let told: Vec<_> = log["events"].as_array().unwrap().iter().map(|event| event["happened"].clone()).collect();
    assert_eq!(told[..2], ["workspace.two_factor_optional", "workspace.two_factor_required"]);
    assert_eq!(log["events"][0]["detail"], "People without it: 2");
}

#[tokio::test]
async fn a_member_without_it_is_shown_the_way_to_it_and_nothing_else() {
    let server = start().await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    server.also(SAM, &elsewhere, Role::Member).await;
    let home =
        server.service.workspace(&latchkey::service::actor::Actor::Operator, "northwind").await.unwrap().workspace;
    let (id, secret) = server.mint(&home, new_token("CI Deploy", &["read"])).await;
    let (mut owner, mut sam) = (server.signed_in(OWNER).await, server.signed_in(SAM).await);
    server.enrol(&mut owner).await;
    assert_eq!(require(&mut owner, "yes").await.0, 200);

    let tokens = "/w/northwind/settings/access-tokens";
    let to = |page: &str| format!("/account/two-factor?next={}", page.replace('/', "%2F"));
    for page in [
        tokens,
        "/w/northwind/settings/general",
        "/w/northwind/settings/api-keys",
        "/w/northwind/projects",
        "/w/northwind/members",
        "/w/northwind/activity",
        "/w/northwind",
    ] {
        let answer = sam.get(page).await;
        assert_eq!((answer.status, answer.header("location")), (302, to(page).as_str()), "{page}");
        assert!(!answer.body.contains("CI Deploy"), "{page}");
    }
    let export = sam.get(&format!("{tokens}/export.csv")).await;
    assert_eq!((export.status, export.header("location")), (303, to(tokens).as_str()));
    let form = [("workspace", "northwind"), ("kind", "access_token"), ("id", &id.to_string())];
    for function in ["list_credentials", "revoke_credential", "list_members", "leave_workspace", "general_settings"] {
        let answer = sam.ask(function, &form).await;
        assert_eq!((answer.status, answer.body.as_str()), (403, "\"NeedsTwoFactor\""), "{function}");
    }
    let viewer = sam.ask("viewer", &[]).await.json();
    let link = viewer["workspaces"].as_array().unwrap().iter().find(|link| link["slug"] == "northwind").unwrap();
    assert_eq!(
        (&link["needs_two_factor"], &link["projects"], &link["tabs"]),
        (&true.into(), &serde_json::json!([]), &serde_json::json!([]))
    );
    assert_eq!(sam.get("/w/elsewhere/members").await.status, 200, "another workspace asks for nothing");
    assert_eq!(server.holding(&secret).get("/whoami").await.status, 200, "tokens go on");

    let page = sam.get(&to(tokens)).await.body;
    assert!(page.contains("Northwind requires two-factor") && page.contains("Set up two-factor"), "{page}");
    let code = latchkey::auth::totp::Seed::new(crate::support::seed(&sam.setup_key().await)).code_at(server.now());
    let on = sam.post("/fn/turn_on_two_factor", &[("code", &code), ("next", tokens)]).await;
    assert_eq!(on.header("location"), format!("/account/two-factor/codes?next={}", tokens.replace('/', "%2F")));
    let codes = sam.get(on.header("location")).await.body;
    assert!(codes.contains(&format!("action=\"{tokens}\"")), "the codes lead back: {codes}");
    assert_eq!(sam.get(tokens).await.status, 200);
    let page = sam.get("/account/two-factor").await.body;
    assert!(page.contains("Northwind requires two-factor"), "it says so before one turns it off: {page}");
}

#[tokio::test]
async fn an_owner_who_turns_their_own_off_is_kept_out_too_until_it_is_on_again() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    let factor = server.enrol(&mut owner).await;
    assert_eq!(require(&mut owner, "yes").await.0, 200);
    let off = owner.ask("turn_off_two_factor", &[("password", PASSWORD), ("code", &factor.code(&server))]).await;
    assert_eq!(off.status, 200, "{}", off.body);
    assert_eq!(require(&mut owner, "").await, (403, "\"NeedsTwoFactor\"".to_owned()));
    server.advance(Duration::SECOND);
    server.enrol(&mut owner).await;
    assert_eq!(require(&mut owner, "").await.0, 200);
}

#[tokio::test]
async fn nobody_but_an_owner_sets_or_sees_the_rule() {
    let server = start().await;
    let mut sam = server.signed_in(SAM).await;
    server.enrol(&mut sam).await;
    assert_eq!(require(&mut sam, "yes").await.0, 403);
    assert_eq!(sam.get("/w/northwind/settings/general/two-factor").await.status, 403);
    let general = sam.get("/w/northwind/settings/general").await.body;
    assert!(general.contains("Not required") && !general.contains("See whom it would affect"), "{general}");
}
