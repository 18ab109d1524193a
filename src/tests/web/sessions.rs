//! Refresh tokens are replaced, honoured and refused as PRODUCT section 6 says.

use std::collections::BTreeSet;

use time::Duration;
use tokio::task::JoinSet;

use crate::support::{Browser, PASSWORD, Server};

const ADA: Option<&str> = Some("ada@northwind.example");
const SIXTEEN_MINUTES: Duration = Duration::minutes(16);

async fn is_signed_in(browser: &mut Browser) -> bool {
    let viewer = browser.viewer().await;
    assert!(viewer.is_none() || viewer.as_deref() == ADA);
    viewer.is_some()
}

#[tokio::test]
async fn an_owner_whose_jwt_has_ended_is_renewed_unseen() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let before = owner.cookies.clone();
    server.advance(Duration::minutes(14));
    assert!(is_signed_in(&mut owner).await);
    assert_eq!(owner.cookies, before, "nothing is replaced before its time");
    server.advance(Duration::MINUTE);
    assert!(is_signed_in(&mut owner).await);
    let replaced: Vec<_> = owner.cookies.iter().filter(|(name, value)| before[*name] != **value).collect();
    assert_eq!(replaced.len(), 2, "both tokens are new, and the browser is still known: {replaced:?}");
    // A page renews as a server function does.
    server.advance(SIXTEEN_MINUTES);
    let page = owner.get("/w/northwind-robotics/settings/access-tokens").await;
    assert_eq!((page.status, page.headers.get_all("set-cookie").iter().count()), (200, 2));
}

async fn twenty_at_once(server: Server) {
    let mut owner = server.set_up().await;
    assert!(is_signed_in(&mut owner).await);
    server.advance(SIXTEEN_MINUTES);
    let mut requests = JoinSet::new();
    for _ in 0..20 {
        let mut tab = owner.clone();
        requests.spawn(async move { (is_signed_in(&mut tab).await, tab) });
    }
    let before = owner.cookie("refresh").unwrap().to_owned();
    let mut successors = BTreeSet::new();
    for (signed_in, tab) in requests.join_all().await {
        assert!(signed_in, "no tab is thrown out");
        let refresh = tab.cookie("refresh").unwrap().to_owned();
        if refresh != before {
            successors.insert(refresh);
            owner = tab;
        }
    }
    assert_eq!(successors.len(), 1);
    assert!(is_signed_in(&mut owner).await);
    server.advance(SIXTEEN_MINUTES);
    assert!(is_signed_in(&mut owner).await, "the session lives on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_owner_with_twenty_tabs_gets_one_successor_on_sqlite() {
    twenty_at_once(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_owner_with_twenty_tabs_gets_one_successor_on_postgresql() {
    twenty_at_once(Server::start_on_postgresql().await).await;
}

#[tokio::test]
async fn a_thief_with_a_replaced_token_ends_the_session() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let mut thief = owner.clone();
    server.advance(SIXTEEN_MINUTES);
    assert!(is_signed_in(&mut owner).await);
    assert!(is_signed_in(&mut owner).await, "the new JWT was seen");
    server.advance(Duration::seconds(31));
    let kept = thief.cookies.clone();
    assert!(!is_signed_in(&mut thief).await);
    assert_eq!(thief.cookies, kept, "a losing request clears no cookies");
    assert!(!is_signed_in(&mut owner).await, "nobody knows who the thief is");
}

#[tokio::test]
async fn a_thief_with_a_token_that_was_replaced_twice_ends_the_session_within_the_grace_too() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let mut thief = owner.clone();
    for _ in 0..2 {
        server.advance(SIXTEEN_MINUTES);
        assert!(is_signed_in(&mut owner).await);
    }
    assert!(!is_signed_in(&mut thief).await);
    assert!(!is_signed_in(&mut owner).await);
}

#[tokio::test]
async fn an_owner_whose_answer_was_slow_or_lost_gets_the_same_successor() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    assert!(is_signed_in(&mut owner).await);
    server.advance(SIXTEEN_MINUTES);
    let mut lost = owner.clone();
    assert!(is_signed_in(&mut lost).await);
    // Nobody has seen what `lost` was given: at any time.
    server.advance(Duration::HOUR);
    let mut again = owner.clone();
    assert!(is_signed_in(&mut again).await);
    assert_eq!(again.cookie("refresh"), lost.cookie("refresh"));

    // Now its JWT is seen: for thirty seconds from the replacement.
    server.advance(SIXTEEN_MINUTES);
    let before = again.clone();
    assert!(is_signed_in(&mut again).await && is_signed_in(&mut again).await);
    server.advance(Duration::seconds(30));
    let mut slow = before.clone();
    assert!(is_signed_in(&mut slow).await);
    assert_eq!(slow.cookie("refresh"), again.cookie("refresh"));
    assert!(is_signed_in(&mut again).await);
}

#[tokio::test]
async fn an_owner_who_signs_out_is_out_at_once_everywhere_in_this_session() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let mut other = server.signed_in("ada@northwind.example").await;
    let mut replay = owner.clone();
    assert!(is_signed_in(&mut replay).await);
    let answer = owner.post("/fn/sign_out", &[]).await;
    assert_eq!((answer.status, answer.header("location")), (302, "/sign-in"));
    assert_eq!((owner.cookie("session"), owner.cookie("refresh")), (None, None));
    assert!(!is_signed_in(&mut replay).await, "the JWT had fourteen minutes more");
    server.advance(SIXTEEN_MINUTES);
    assert!(!is_signed_in(&mut replay).await, "the refresh token had thirty days more");
    assert!(is_signed_in(&mut other).await, "another session lives on");
}

/// Whichever comes first, nothing that was given meanwhile is good afterwards.
async fn two_hundred_rounds(server: Server) {
    drop(server.set_up().await);
    // A browser that is known signs in as often as it likes.
    let mut known = server.signed_in("ada@northwind.example").await;
    for round in 0..200 {
        assert_eq!(known.sign_in("ada@northwind.example", PASSWORD).await.status, 302);
        let mut owner = known.clone();
        server.advance(SIXTEEN_MINUTES);
        let (mut leaving, mut staying) = (owner.clone(), owner.clone());
        let (out, _) = tokio::join!(leaving.post("/fn/sign_out", &[]), staying.viewer());
        assert_eq!(out.status, 302, "round {round}");
        for (who, browser) in [("before", &mut owner), ("out", &mut leaving), ("renewed", &mut staying)] {
            assert!(!is_signed_in(browser).await, "round {round}: {who}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_owner_who_signs_out_during_a_renewal_is_out_on_sqlite() {
    two_hundred_rounds(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_owner_who_signs_out_during_a_renewal_is_out_on_postgresql() {
    two_hundred_rounds(Server::start_on_postgresql().await).await;
}

#[tokio::test]
async fn an_owner_stays_signed_in_when_the_keys_change_and_anybody_reads_the_public_halves() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let keys = async || {
        let answer = server.browser().get("/.well-known/jwks.json").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/jwk-set+json"));
        let keys = answer.json()["keys"].as_array().unwrap().clone();
        assert!(keys.iter().all(|key| key["alg"] == "EdDSA" && key["crv"] == "Ed25519" && key.get("d").is_none()));
        keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let kid = |browser: &Browser| jsonwebtoken::decode_header(browser.cookie("session").unwrap()).unwrap().kid.unwrap();
    let first = kid(&owner);
    assert_eq!(keys().await, std::slice::from_ref(&first));
    server.advance(Duration::MINUTE);
    let second = server.service.rotate_signing_key().await.unwrap();
    assert_eq!(keys().await, [second.clone(), first.clone()]);
    let before = owner.cookies.clone();
    assert!(is_signed_in(&mut owner).await);
    assert_eq!(owner.cookies, before, "what the first has signed stays good");
    server.advance(SIXTEEN_MINUTES);
    assert!(is_signed_in(&mut owner).await);
    assert_eq!(kid(&owner), second);
    assert_eq!(keys().await, [second]);
}

#[tokio::test]
async fn an_owner_who_stays_away_or_stays_too_long_signs_in_again() {
    let server = Server::start().await;
    let mut away = server.set_up().await;
    let mut busy = server.signed_in("ada@northwind.example").await;
    for _ in 0..3 {
        server.advance(Duration::days(29));
        assert!(is_signed_in(&mut busy).await);
    }
    assert!(!is_signed_in(&mut away).await, "thirty days idle");
    server.advance(Duration::days(3) - Duration::SECOND);
    assert!(is_signed_in(&mut busy).await);
    server.advance(Duration::SECOND);
    assert!(!is_signed_in(&mut busy).await, "ninety days at most");
}

#[tokio::test]
async fn a_stranger_with_made_up_tokens_is_nobody() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let refresh = owner.cookie("refresh").unwrap().to_owned();
    let jwt = owner.cookie("session").unwrap().to_owned();
    let mut stranger = owner.clone();
    stranger.set_cookie("session", "x");
    for made_up in [format!("{refresh}x"), refresh.replacen('.', "", 1), "..".to_owned(), jwt.clone(), String::new()] {
        stranger.set_cookie("refresh", &made_up);
        assert!(!is_signed_in(&mut stranger).await, "{made_up}");
    }
    stranger.set_cookie("session", &format!("{}x", &jwt[..jwt.len() - 1]));
    assert!(!is_signed_in(&mut stranger).await);
    assert!(is_signed_in(&mut owner.clone()).await, "none of it harms the owner");
}
