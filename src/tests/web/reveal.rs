//! `…/created`: the one page that shows a secret, once.

use latchkey::domain::{plan::Plan, role::Role};
use reqwest::Method;
use time::Duration;
use tokio::task::JoinSet;

use crate::support::{Browser, Server, is_secret};

const FORM: [(&str, &str); 5] = [
    ("workspace", "northwind"),
    ("kind", "access_token"),
    ("name", "CI Deploy"),
    ("expiry", "90"),
    ("scopes[]", "deploy"),
];

/// Makes a token: where its secret is shown.
async fn create(owner: &mut Browser) -> String {
    let answer = owner.post("/fn/create_credential", &FORM).await;
    let page = answer.header("location").to_owned();
    assert!(answer.status == 302 && page.contains("/created?id=tok_"), "{page}");
    assert!(!answer.body.contains("sk_live_"), "the answer to the form has no secret");
    page
}

/// The secret in a page.
fn secret(page: &str) -> Option<&str> {
    page.match_indices("sk_live_").find_map(|(at, _)| page.get(at..at + 40).filter(|text| is_secret(text)))
}

async fn owner_of(server: &Server) -> Browser {
    server.workspace("Northwind", Plan::Free).await;
    server.signed_in("owner@northwind.example").await
}

#[tokio::test]
async fn an_owner_sees_the_secret_once_and_a_reload_says_so() {
    let server = Server::start().await;
    let mut owner = owner_of(&server).await;
    let at = create(&mut owner).await;
    let page = owner.get(&at).await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    let secret = secret(&page.body).unwrap_or_else(|| panic!("no secret: {}", page.body)).to_owned();
    assert_eq!(server.holding(&secret).get("/whoami").await.text("name"), "CI Deploy");
    for _ in 0..2 {
        let reload = owner.get(&at).await;
        assert!(reload.status == 200 && reload.body.contains("Already shown"), "{}", reload.body);
        assert!(!reload.body.contains(&secret));
    }
}

#[tokio::test]
async fn a_browser_that_looks_ahead_empties_nothing() {
    let server = Server::start().await;
    let mut owner = owner_of(&server).await;
    let at = create(&mut owner).await;
    let mut ahead = vec![owner.request(Method::HEAD, &at)];
    for (name, value) in [("sec-purpose", "prefetch"), ("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch")] {
        ahead.push(owner.request(Method::GET, &at).header(name, value));
    }
    for request in ahead {
        let answer = owner.send(request).await;
        assert_eq!(secret(&answer.body), None);
    }
    assert!(secret(&owner.get(&at).await.body).is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_owner_who_opens_it_twice_at_once_sees_it_once() {
    for server in [Server::start().await, Server::start_on_postgresql().await] {
        let mut owner = owner_of(&server).await;
        let at = create(&mut owner).await;
        let mut tabs = JoinSet::new();
        for _ in 0..2 {
            let (mut tab, at) = (owner.clone(), at.clone());
            tabs.spawn(async move { tab.get(&at).await.body });
        }
        let pages = tabs.join_all().await;
        assert_eq!(pages.iter().filter(|page| secret(page).is_some()).count(), 1);
        assert_eq!(pages.iter().filter(|page| page.contains("Already shown")).count(), 1);
    }
}

#[tokio::test]
async fn nobody_else_sees_it_nor_the_owner_in_another_session() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("admin@northwind.example", &home, Role::Admin).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let at = create(&mut owner).await;
    for other in ["admin@northwind.example", "owner@northwind.example"] {
        let page = server.signed_in(other).await.get(&at).await;
        assert!(page.status == 200 && secret(&page.body).is_none(), "{other}");
    }
    let anonymous = server.browser().get(&at).await;
    assert!(anonymous.header("location").starts_with("/sign-in?next="), "{}", anonymous.body);
    assert!(secret(&owner.get(&at).await.body).is_some(), "it still waits for whom it is for");
}

#[tokio::test]
async fn a_secret_that_nobody_comes_for_is_thrown_away() {
    let server = Server::start().await;
    let mut owner = owner_of(&server).await;
    let at = create(&mut owner).await;
    server.advance(Duration::HOUR);
    assert_eq!(secret(&owner.get(&at).await.body), None);
}

#[tokio::test]
async fn a_secret_of_a_revoked_token_is_thrown_away() {
    let server = Server::start().await;
    let mut owner = owner_of(&server).await;
    let at = create(&mut owner).await;
    let id = at.rsplit('=').next().unwrap().to_owned();
    owner.post("/fn/revoke_credential", &[("workspace", "northwind"), ("id", &id)]).await;
    assert_eq!(secret(&owner.get(&at).await.body), None);
}
