//! Guessing is braked: for each account over all addresses, for each address over all accounts, and never for a browser
//! that the account knows.

use std::time::Duration as Real;

use latchkey::{
    domain::{plan::Plan, role::Role},
    http::state::Shared,
};
use reqwest::Method;
use time::Duration;
use tokio::task::JoinSet;

use crate::support::{Answer, Browser, PASSWORD, Server};

const OWNER: &str = "owner@northwind.example";
const WRONG: &str = "not the right password";

fn behind_a_proxy(state: &mut Shared) {
    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    state.settings.trusted_proxies = trusted_proxies;
}

/// Signs in from an address, as script does.
async fn sign_in_from(browser: &mut Browser, address: &str, email: &str, password: &str) -> Answer {
    let request = browser.request_for("application/json", Method::POST, "/fn/sign_in");
    let request = request.header("sec-fetch-site", "same-origin").header("x-forwarded-for", address);
    browser.send(request.form(&[("email", email), ("password", password)])).await
}

#[track_caller]
fn is_throttled(answer: &Answer, seconds: u32) {
    assert_eq!((answer.status, answer.header("retry-after")), (429, seconds.to_string().as_str()), "{}", answer.body);
    assert!(answer.body.contains("Too many attempts. Wait "), "{}", answer.body);
}

#[tokio::test]
async fn a_stranger_with_a_hundred_addresses_is_throttled_and_the_owner_gets_in() {
    let server = Server::start_with(behind_a_proxy).await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in(OWNER).await;
    owner.post("/fn/sign_out", &[]).await;
    let mut wrong = 0;
    for number in 0..100 {
        let answer = sign_in_from(&mut server.browser(), &format!("198.51.100.{number}"), OWNER, WRONG).await;
        if number < 10 {
            assert_eq!(answer.status, 422, "{}", answer.body);
            wrong += 1;
        } else {
            is_throttled(&answer, 60);
        }
    }
    assert_eq!(wrong, 10);
    // Not even the right password, from a browser that the account does not know.
    is_throttled(&sign_in_from(&mut server.browser(), "203.0.113.9", OWNER, PASSWORD).await, 60);
    let page = server.browser().sign_in(OWNER, PASSWORD).await;
    assert_eq!((page.status, page.header("location")), (302, "/sign-in"), "without script the page says it");

    let known = sign_in_from(&mut owner, "203.0.113.9", OWNER, PASSWORD).await;
    assert_eq!(known.status, 200, "{}", known.body);
    assert_eq!(owner.viewer().await.as_deref(), Some(OWNER));
    is_throttled(&sign_in_from(&mut server.browser(), "198.51.100.1", OWNER, WRONG).await, 60);

    // No wait is for ever.
    server.advance(Duration::MINUTE);
    let later = sign_in_from(&mut server.browser(), "203.0.113.10", OWNER, PASSWORD).await;
    assert_eq!(later.status, 200, "{}", later.body);
    let afresh = sign_in_from(&mut server.browser(), "198.51.100.1", OWNER, WRONG).await;
    assert_eq!(afresh.status, 422, "a complete sign-in has ended the count: {}", afresh.body);
}

#[tokio::test]
async fn a_stranger_whose_forwarded_addresses_nobody_believes_is_one_address() {
    let server = Server::start_with(|_| {}).await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in(OWNER).await;
    let mut throttled = Vec::new();
    for number in 0..60 {
        let email = format!("somebody{number}@northwind.example");
        let answer = sign_in_from(&mut server.browser(), &format!("198.51.100.{number}"), &email, WRONG).await;
        match answer.status {
            422 => {}
            429 => throttled.push(answer.header("retry-after").parse::<u64>().unwrap()),
            status => panic!("{status}: {}", answer.body),
        }
    }
    assert!(throttled.len() > 20, "only {} of 60 were throttled", throttled.len());
    assert!(throttled.iter().all(|seconds| Real::from_secs(*seconds) <= Real::from_secs(6)), "{throttled:?}");
    let known = sign_in_from(&mut owner, "198.51.100.1", OWNER, PASSWORD).await;
    assert_eq!(known.status, 200, "the owner is there too, in a browser that is known: {}", known.body);
}

#[tokio::test]
async fn an_owner_who_mistypes_in_a_known_browser_waits_longer_each_time() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in(OWNER).await;
    for _ in 0..10 {
        assert_eq!(owner.ask("sign_in", &[("email", OWNER), ("password", WRONG)]).await.status, 422);
    }
    for minutes in [1, 2, 4] {
        let refused = owner.ask("sign_in", &[("email", OWNER), ("password", PASSWORD)]).await;
        is_throttled(&refused, minutes * 60);
        server.advance(Duration::minutes(minutes.into()));
        assert_eq!(owner.ask("sign_in", &[("email", OWNER), ("password", WRONG)]).await.status, 422);
    }
    // Elsewhere nothing was counted.
    let mut elsewhere = server.browser();
    assert_eq!(elsewhere.sign_in(OWNER, PASSWORD).await.header("location"), "/sign-in?fresh=1");
    is_throttled(&owner.ask("sign_in", &[("email", OWNER), ("password", PASSWORD)]).await, 8 * 60);
}

#[tokio::test]
async fn an_owner_without_script_reads_on_the_page_how_long_to_wait() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut browser = server.browser();
    for _ in 0..10 {
        browser.sign_in(OWNER, "wrong").await;
    }
    assert_eq!(browser.sign_in(OWNER, PASSWORD).await.status, 302);
    let page = browser.get("/sign-in").await;
    assert_eq!((page.status, page.header("retry-after")), (429, "60"));
    assert!(page.body.contains("Too many attempts. Wait 1 minute, until 20:48 UTC, then try again."), "{}", page.body);
    assert_eq!(browser.get("/sign-in").await.status, 200, "it is told once");
}

#[tokio::test]
async fn a_stranger_learns_nothing_of_an_address_from_the_throttle() {
    let server = Server::start_with(behind_a_proxy).await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Member).await;
    let mut stories = Vec::new();
    for email in ["ada@northwind.example", "nobody@northwind.example"] {
        let mut story = Vec::new();
        for number in 0..14 {
            let answer = sign_in_from(&mut server.browser(), &format!("198.51.100.{number}"), email, WRONG).await;
            story.push((answer.status, answer.header("retry-after").to_owned(), answer.body));
        }
        stories.push(story);
    }
    assert_eq!(stories[0], stories[1]);
    assert_eq!(stories[0].iter().filter(|(status, ..)| *status == 429).count(), 4);
}

#[tokio::test]
async fn a_newcomer_is_not_kept_out_by_what_was_tried_before_there_was_an_account() {
    let server = Server::start().await;
    let code = server.service.offer_setup().await.unwrap().unwrap();
    for number in 0..11 {
        let answer = server.browser().ask("sign_in", &[("email", OWNER), ("password", WRONG)]).await;
        assert_eq!(answer.status, if number < 10 { 422 } else { 429 });
    }
    let mut owner = server.browser();
    let form = [("code", code.as_str()), ("email", OWNER), ("password", PASSWORD), ("workspace", "Northwind")];
    let answer = owner.ask("set_up", &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(owner.viewer().await.as_deref(), Some(OWNER));

    let newcomer = "ada@northwind.example";
    for _ in 0..10 {
        server.browser().ask("sign_in", &[("email", newcomer), ("password", WRONG)]).await;
    }
    let invited =
        owner.post("/fn/invite", &[("workspace", "northwind"), ("email", newcomer), ("role", "member")]).await;
    let page = owner.get(invited.header("location")).await.body;
    let code = page.split("/invitations/").nth(1).unwrap().split(|c: char| !c.is_alphanumeric()).next().unwrap();
    let mut ada = server.browser();
    let answer = ada.ask("accept_as_newcomer", &[("code", code), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(ada.viewer().await.as_deref(), Some(newcomer));
}

async fn fifty_at_once(server: Server) {
    let home = server.workspace("Northwind", Plan::Free).await;
    for number in 0..20 {
        server.person(&format!("colleague{number}@northwind.example"), &home, Role::Member).await;
    }
    let mut guesses = JoinSet::new();
    for number in 0..50 {
        let mut stranger = server.browser();
        guesses.spawn(async move {
            sign_in_from(&mut stranger, &format!("198.51.100.{number}"), OWNER, WRONG).await.status
        });
    }
    let told = guesses.join_all().await;
    assert_eq!(told.iter().filter(|status| **status == 422).count(), 10, "{told:?}");
    assert!(told.iter().all(|status| [422, 429].contains(status)), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stranger_who_guesses_fifty_times_at_once_is_told_ten_times_on_sqlite() {
    fifty_at_once(Server::start_with(behind_a_proxy).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stranger_who_guesses_fifty_times_at_once_is_told_ten_times_on_postgresql() {
    fifty_at_once(Server::start_on_postgresql_with(behind_a_proxy).await).await;
}

#[tokio::test]
async fn a_stranger_with_a_device_of_another_account_is_a_stranger() {
    let server = Server::start_with(behind_a_proxy).await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("eve@northwind.example", &home, Role::Member).await;
    let mut eve = server.signed_in("eve@northwind.example").await;
    for number in 0..11 {
        let answer = sign_in_from(&mut eve, &format!("198.51.100.{number}"), OWNER, WRONG).await;
        assert_eq!(answer.status, if number < 10 { 422 } else { 429 });
    }
    is_throttled(&sign_in_from(&mut server.browser(), "203.0.113.1", OWNER, PASSWORD).await, 60);
}
