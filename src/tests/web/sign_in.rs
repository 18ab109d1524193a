//! `/sign-in`.

use latchkey::domain::{plan::Plan, role::Role};

use crate::support::{PASSWORD, Server, hidden};

#[tokio::test]
async fn an_owner_signs_in_with_the_right_password_only() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut browser = server.browser();
    let refused = browser.sign_in("owner@northwind.example", "not the right password").await;
    assert_eq!((refused.status, refused.header("location")), (302, "/sign-in"));
    assert_eq!(browser.viewer().await, None);
    let page = browser.get("/sign-in").await.body;
    assert!(page.contains("Email or password is not right."), "{page}");
    assert_eq!(hidden(&page, "email"), "owner@northwind.example");
    assert!(!page.contains("not the right password"));
    assert!(!browser.get("/sign-in").await.body.contains("not right"), "it is told once");

    let answer = browser.sign_in("OWNER@northwind.example", PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (302, "/sign-in?fresh=1"));
    assert_eq!(browser.viewer().await.as_deref(), Some("owner@northwind.example"));
    let fresh = browser.get("/sign-in?fresh=1").await;
    assert_eq!(fresh.header("location"), "/");
    let lost = server.browser().get("/sign-in?fresh=1").await;
    assert!(lost.body.contains("This browser did not keep the sign-in"));
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_known_address_from_an_unknown_one() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Member).await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("ada@northwind.example", "not the right password"),
        ("eve@northwind.example", "not the right password"),
        ("ada@northwind.example", "short"),
        ("eve@northwind.example", "short"),
    ] {
        let answer = server.browser().ask("sign_in", &[("email", email), ("password", password)]).await;
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort_unstable();
        answers.push((answer.status, headers, answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert!(answers[0].2.contains("Email or password is not right."));
}

#[tokio::test]
async fn a_visitor_is_led_on_to_local_addresses_only() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut browser = server.browser();
    for (next, fresh) in [
        ("/w/northwind/settings/access-tokens", "/sign-in?fresh=1&next=%2Fw%2Fnorthwind%2Fsettings%2Faccess-tokens"),
        ("//evil.example", "/sign-in?fresh=1"),
        ("https://evil.example", "/sign-in?fresh=1"),
        ("/\\evil.example", "/sign-in?fresh=1"),
        ("javascript:alert(1)", "/sign-in?fresh=1"),
        ("/\r\nset-cookie: a=b", "/sign-in?fresh=1"),
    ] {
        let form = [("email", "owner@northwind.example"), ("password", PASSWORD), ("next", next)];
        let answer = browser.post("/fn/sign_in", &form).await;
        assert_eq!((answer.status, answer.header("location")), (302, fresh), "{next:?}");
    }
    for next in ["//evil.example", "https://evil.example"] {
        let answer = browser.get(&format!("/sign-in?next={next}")).await;
        assert_eq!((answer.status, answer.header("location")), (302, "/"), "{next}");
    }
}

#[tokio::test]
async fn a_visitor_who_is_not_signed_in_is_led_to_the_sign_in_and_back() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let answer = server.browser().get("/w/northwind/settings/access-tokens/new?after=x").await;
    let location = "/sign-in?next=%2Fw%2Fnorthwind%2Fsettings%2Faccess-tokens%2Fnew%3Fafter%3Dx";
    assert_eq!((answer.status, answer.header("location")), (302, location));
    assert!(!answer.body.contains("Northwind"));
}

#[tokio::test]
async fn a_stranger_who_sends_a_book_is_told_that_it_is_too_large() {
    let server = Server::start().await;
    let mut stranger = server.browser();
    let book = "x".repeat(100_000);
    let answer = stranger.post("/fn/sign_in", &[("email", "ada@northwind.example"), ("password", &book)]).await;
    assert_eq!(answer.status, 413);
}
