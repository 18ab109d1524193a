//! The pages of one's own account: sessions, address, password, what happened to it; and typing the password again.

use latchkey::domain::{plan::Plan, role::Role};
use reqwest::header;
use serde_json::Value;
use time::Duration;

use crate::support::{Answer, Browser, PASSWORD, Server, hidden};

const OWNER: &str = "owner@northwind.example";
const NEW: &str = "a new brass key for the old latch";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

async fn start() -> Server {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Team).await;
    server
}

async fn sessions(browser: &mut Browser) -> Vec<Value> {
    let answer = browser.ask("list_sessions", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["sessions"].as_array().unwrap().clone()
}

/// What happened to the account, newest first.
async fn happened(browser: &mut Browser) -> Vec<String> {
    let answer = browser.ask("list_own_activity", &[]).await.json();
    let events = answer["events"].as_array().unwrap();
    events.iter().map(|event| event["happened"].as_str().unwrap().to_owned()).collect()
}

async fn can_sign_in(server: &Server, email: &str, password: &str) -> bool {
    let mut browser = server.browser();
    browser.sign_in(email, password).await;
    browser.viewer().await.is_some()
}

#[tokio::test]
async fn a_person_sees_where_they_are_signed_in_and_signs_out_there_at_once() {
    let server = start().await;
    let mut here = server.signed_in(OWNER).await;
    server.advance(Duration::HOUR);
    let mut there = server.browser();
    let form = [("email", OWNER), ("password", PASSWORD)];
    let sign_in = there.request(reqwest::Method::POST, "/fn/sign_in").header(header::ORIGIN, &server.url);
    assert_eq!(there.send(sign_in.header(header::USER_AGENT, FIREFOX).form(&form)).await.status, 302);
    let mut third = server.signed_in(OWNER).await;

    let listed = sessions(&mut here).await;
    assert_eq!(listed.len(), 3);
    assert_eq!((&listed[0]["is_here"], &listed[1]["is_here"]), (&true.into(), &false.into()), "this one is first");
    let firefox = listed.iter().find(|session| session["device"]["name"] == "Firefox on Linux").unwrap();
    assert_eq!(firefox["ip"], "127.0.0.1");
    let page = here.get("/account/sessions").await.body;
    assert!(page.contains("This device") && page.contains("Firefox on Linux"), "{page}");

    let id = firefox["id"].as_str().unwrap();
    server.advance(Duration::SECOND);
    let ended = here.post("/fn/end_session", &[("id", id)]).await;
    assert_eq!((ended.status, ended.header("location")), (302, "/account/sessions"));
    assert_eq!(there.viewer().await, None, "its JWT had fifteen minutes more");
    assert!(third.viewer().await.is_some());
    assert_eq!(here.ask("end_session", &[("id", id)]).await.status, 404, "it is gone");

    server.advance(Duration::SECOND);
    assert_eq!(here.post("/fn/end_other_sessions", &[]).await.status, 302);
    assert_eq!(third.viewer().await, None);
    assert_eq!(sessions(&mut here).await.len(), 1);
    assert_eq!(happened(&mut here).await[..2], ["session.others_ended", "session.ended"]);
}

#[tokio::test]
async fn a_stranger_signs_nobody_else_out() {
    let server = start().await;
    let home = server.workspace("Elsewhere", Plan::Free).await;
    server.person("eve@elsewhere.example", &home, Role::Owner).await;
    let mut owner = server.signed_in(OWNER).await;
    let theirs = sessions(&mut owner).await[0]["id"].as_str().unwrap().to_owned();
    let mut eve = server.signed_in("eve@elsewhere.example").await;
    for id in [theirs.as_str(), "ses_00000000000000000000000000", "nonsense", ""] {
        assert_eq!(eve.ask("end_session", &[("id", id)]).await.status, 404, "{id}");
    }
    assert!(owner.viewer().await.is_some());
    for function in ["list_sessions", "end_session", "end_other_sessions", "profile", "list_own_activity"] {
        assert_eq!(server.browser().ask(function, &[]).await.status, 401, "{function}");
    }
}

/// Makes a token with a sensitive scope, without script.
async fn make_sensitive(browser: &mut Browser) -> Answer {
    let form = [
        ("workspace", "northwind"),
        ("kind", "access_token"),
        ("name", "Full access"),
        ("expiry", "90"),
        ("scopes[]", "admin"),
    ];
    browser.post("/fn/create_credential", &form).await
}

#[tokio::test]
async fn an_owner_types_the_password_again_before_a_sensitive_act_and_nothing_else_again() {
    let server = start().await;
    let mut owner = server.signed_in(OWNER).await;
    server.advance(Duration::minutes(30) - Duration::SECOND);
    assert!(make_sensitive(&mut owner).await.header("location").contains("/created?id="));
    server.advance(Duration::SECOND);
    let asked = make_sensitive(&mut owner).await;
    let form = "/w/northwind/settings/access-tokens/new";
    let confirm = format!("/confirm?next={}", form.replace('/', "%2F"));
    assert_eq!((asked.status, asked.header("location")), (302, confirm.as_str()));
    let page = owner.get(&confirm).await;
    assert_eq!((page.status, hidden(&page.body, "next").as_str()), (200, form));

    let wrong = owner.post("/fn/reauthenticate", &[("password", "not the right password"), ("next", form)]).await;
    assert_eq!((wrong.status, wrong.header("location")), (302, confirm.as_str()));
    assert!(owner.get(&confirm).await.body.contains("That is not your password."));
    let right = owner.post("/fn/reauthenticate", &[("password", PASSWORD), ("next", form)]).await;
    assert_eq!((right.status, right.header("location")), (302, form));
    let page = owner.get(form).await.body;
    assert_eq!(hidden(&page, "name"), "Full access", "what was typed is there");
    assert!(page.contains("It is you. Send the form once more."), "{page}");
    assert!(make_sensitive(&mut owner).await.header("location").contains("/created?id="));

    // With script the form waits; the answer says for what.
    server.advance(Duration::minutes(30));
    let form = [("workspace", "northwind"), ("email", "sam@northwind.example"), ("role", "admin")];
    let asked = owner.ask("invite", &form).await;
    assert_eq!((asked.status, asked.json()), (403, "Stale".into()));
    let member = [("workspace", "northwind"), ("email", "sam@northwind.example"), ("role", "member")];
    assert_eq!(owner.ask("invite", &member).await.status, 200, "a member is no sensitive matter");
    assert_eq!(owner.ask("reauthenticate", &[("password", PASSWORD)]).await.status, 200);
    assert_eq!(owner.ask("invite", &form).await.status, 200);
}

#[tokio::test]
async fn an_owner_is_asked_again_before_every_kind_of_sensitive_act() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person("sam@northwind.example", &home, Role::Member).await;
    let mut owner = server.signed_in(OWNER).await;
    let members = owner.ask("list_members", &[("workspace", "northwind")]).await.json();
    let sam =
        members["members"].as_array().unwrap().iter().find(|one| one["email"] == "sam@northwind.example").unwrap();
    let sam = sam["id"].as_str().unwrap();
    let (key, _) = server.mint(&home, crate::support::new_token("Any", &["read"])).await;
    server.advance(Duration::minutes(30));
    let key = key.to_string();
    let acts: &[(&str, &[(&str, &str)])] = &[
        ("change_role", &[("workspace", "northwind"), ("user", sam), ("role", "admin")]),
        ("invite", &[("workspace", "northwind"), ("email", "new@northwind.example"), ("role", "owner")]),
        ("make_reset_link", &[("workspace", "northwind"), ("user", sam)]),
        ("change_email", &[("email", "other@northwind.example"), ("password", PASSWORD)]),
        ("change_password", &[("password", PASSWORD), ("new_password", NEW)]),
    ];
    for (function, form) in acts {
        let asked = owner.ask(function, form).await;
        assert_eq!((asked.status, asked.json()), (403, "Stale".into()), "{function}");
    }
    let revoked = owner.ask("revoke_credential", &[("workspace", "northwind"), ("id", &key)]).await;
    assert_eq!(revoked.status, 200, "to take away is always possible: {}", revoked.body);
}

#[tokio::test]
async fn a_person_changes_their_email_with_their_password() {
    let server = start().await;
    let home = server.workspace("Elsewhere", Plan::Free).await;
    server.person("eve@elsewhere.example", &home, Role::Owner).await;
    let mut owner = server.signed_in(OWNER).await;
    let change = async |browser: &mut Browser, email: &str, password: &str| {
        browser.ask("change_email", &[("email", email), ("password", password)]).await
    };
    for (email, password, field, code) in [
        ("nonsense", PASSWORD, "email", "malformed"),
        ("new@northwind.example", "", "password", "required"),
        ("new@northwind.example", "not the right password", "password", "wrong"),
        ("EVE@elsewhere.example", PASSWORD, "email", "taken"),
    ] {
        let refused = change(&mut owner, email, password).await;
        let told = &refused.json()["Invalid"][0];
        assert_eq!((refused.status, &told["field"], &told["code"]), (422, &field.into(), &code.into()), "{email}");
    }
    assert_eq!(change(&mut owner, "New@northwind.example", PASSWORD).await.status, 200);
    assert_eq!(owner.viewer().await.as_deref(), Some("New@northwind.example"));
    assert!(can_sign_in(&server, "new@northwind.example", PASSWORD).await);
    assert!(!can_sign_in(&server, OWNER, PASSWORD).await);
    assert!(happened(&mut owner).await.contains(&"account.email_changed".to_owned()));
}

#[tokio::test]
async fn a_person_who_changes_their_password_is_signed_out_elsewhere_and_not_here() {
    let server = start().await;
    let (mut here, mut there) = (server.signed_in(OWNER).await, server.signed_in(OWNER).await);
    let change = async |browser: &mut Browser, old: &str, new: &str| {
        browser.ask("change_password", &[("password", old), ("new_password", new)]).await
    };
    for (old, new, field) in [
        (PASSWORD, "short", "new_password"),
        (PASSWORD, OWNER, "new_password"),
        ("not the right password", NEW, "password"),
    ] {
        let refused = change(&mut here, old, new).await;
        assert_eq!((refused.status, &refused.json()["Invalid"][0]["field"]), (422, &field.into()), "{new}");
    }
    assert!(there.viewer().await.is_some());
    let plain = here.post("/fn/change_password", &[("password", PASSWORD), ("new_password", NEW)]).await;
    assert_eq!((plain.status, plain.header("location")), (302, "/account/profile"));
    assert!(here.get("/account/profile").await.body.contains("Password changed."));
    assert!(!here.get("/account/profile").await.body.contains("Password changed."), "it is told once");
    assert_eq!(there.viewer().await, None);
    assert!(can_sign_in(&server, OWNER, NEW).await && !can_sign_in(&server, OWNER, PASSWORD).await);
}

#[tokio::test]
async fn an_operator_sets_a_password_and_the_person_is_told_when_they_sign_in_next() {
    let server = start().await;
    let mut before = server.signed_in(OWNER).await;
    server.advance(Duration::MINUTE);
    server.service.reset_password_as_operator(OWNER, NEW).await.unwrap();
    assert_eq!(before.viewer().await, None);
    server.advance(Duration::MINUTE);
    let mut after = server.browser();
    after.sign_in(OWNER, NEW).await;
    let page = after.get("/account/profile").await.body;
    assert!(page.contains("Since your last sign-in") && page.contains("Password reset"), "{page}");
    assert!(happened(&mut after).await.contains(&"account.password_reset".to_owned()));

    let put_away = after.post("/fn/dismiss_notices", &[("back", "/account/sessions")]).await;
    assert_eq!((put_away.status, put_away.header("location")), (302, "/account/sessions"));
    assert!(!after.get("/account/profile").await.body.contains("Since your last sign-in"));
    let elsewhere = after.post("/fn/dismiss_notices", &[("back", "//evil.example")]).await;
    assert_eq!(elsewhere.header("location"), "/");
    for wrong in ["nobody@northwind.example", "nonsense"] {
        assert!(server.service.reset_password_as_operator(wrong, NEW).await.is_err());
    }
}

#[tokio::test]
async fn a_person_is_told_of_a_device_that_they_had_never_used() {
    let server = start().await;
    let mut first = server.signed_in(OWNER).await;
    assert!(!happened(&mut first).await.contains(&"session.new_device".to_owned()), "the first is no news");
    server.advance(Duration::MINUTE);
    let mut thief = server.browser();
    let form = [("email", OWNER), ("password", PASSWORD)];
    let sign_in = thief.request(reqwest::Method::POST, "/fn/sign_in").header(header::ORIGIN, &server.url);
    thief.send(sign_in.header(header::USER_AGENT, FIREFOX).form(&form)).await;
    assert!(!thief.get("/account/profile").await.body.contains("Since your last sign-in"), "it is not told itself");
    server.advance(Duration::MINUTE);
    // Signed out and in again, in a browser that is known.
    first.post("/fn/sign_out", &[]).await;
    first.sign_in(OWNER, PASSWORD).await;
    let page = first.get("/account/profile").await.body;
    assert!(page.contains("Somebody signed in on a new device: Firefox on Linux, from 127.0.0.1."), "{page}");
    let news = happened(&mut first).await;
    assert_eq!(news.iter().filter(|what| *what == "session.new_device").count(), 1, "{news:?}");
}
