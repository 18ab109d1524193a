//! What browsers are told not to do with our answers.

use latchkey::domain::plan::Plan;
use reqwest::Method;

use crate::support::{Answer, Server};

const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// The number in the policy of a page, after a look at the rest of it.
#[track_caller]
fn nonce(page: &Answer) -> String {
    let policy = page.header("content-security-policy");
    let (before, rest) = policy.split_once("'nonce-").unwrap_or_else(|| panic!("no number: {policy}"));
    let (nonce, after) = rest.split_once('\'').unwrap();
    assert_eq!(before, "default-src 'none'; script-src 'self' ");
    assert_eq!(
        after,
        " 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    assert!(nonce.len() > 20, "{nonce}");
    nonce.to_owned()
}

#[tokio::test]
async fn an_owner_gets_pages_that_run_their_own_script_alone() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let mut seen = Vec::new();
    let pages = [
        ("/sign-in?next=//evil.example", 302),
        ("/w/northwind-robotics/settings/access-tokens", 200),
        ("/w/northwind-robotics/settings/access-tokens/new", 200),
        ("/w/northwind-robotics/nothing-here", 404),
        ("/nothing-here", 404),
        ("/invitations/no-such-code", 404),
    ];
    for (path, status) in pages {
        let page = owner.get(path).await;
        assert_eq!(page.status, status, "{path}: {}", page.body);
        let nonce = nonce(&page);
        let own = format!("nonce=\"{nonce}\"");
        let scripts: Vec<_> = page.body.split("<script").skip(1).map(|rest| rest.split_once('>').unwrap().0).collect();
        assert!(!scripts.is_empty() && scripts.iter().all(|tag| tag.contains(&own)), "{path}: {scripts:?}");
        for inline in ["<style", " style=\"", " onclick=", "javascript:"] {
            assert!(!page.body.contains(inline), "{path} has {inline}");
        }
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        seen.push(nonce);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), pages.len(), "each page has a number of its own");
}

#[tokio::test]
async fn a_visitor_is_told_not_to_frame_sniff_or_run_anything() {
    let server = Server::start().await;
    let mut visitor = server.browser();
    let unsafe_one = visitor.request(Method::POST, "/fn/sign_out").header("origin", "https://evil.example");
    let answers = [
        ("a page", visitor.get("/sign-in").await),
        ("a probe", visitor.get("/healthz").await),
        ("a file", visitor.get("/favicon.svg").await),
        ("a server function", visitor.ask("viewer", &[]).await),
        ("a refusal", visitor.send(unsafe_one).await),
        ("a download", visitor.get("/w/x/settings/access-tokens/export.csv").await),
        ("the API", server.anonymous().get("/whoami").await),
        ("the API's description", server.anonymous().get("/openapi.json").await),
        ("no route of the API", server.anonymous().get("/nothing-here").await),
    ];
    for (what, answer) in answers {
        for (name, value) in
            [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "same-origin")]
        {
            assert_eq!(answer.header(name), value, "{what}: {name}");
        }
        if answer.header("content-type").starts_with("text/html") {
            nonce(&answer);
        } else {
            assert_eq!(answer.header("content-security-policy"), NOTHING, "{what}");
        }
        assert_eq!(answer.header("strict-transport-security"), "", "{what}: nothing holds https to a plain address");
    }
}

#[tokio::test]
async fn a_visitor_of_an_https_address_is_held_to_it() {
    let server = Server::start_with(|state| {
        let public_url = "https://latchkey.example".parse().unwrap();
        state.settings.public_url = public_url;
    })
    .await;
    for path in ["/sign-in", "/healthz", "/nothing-here"] {
        let answer = server.browser().get(path).await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
}

#[tokio::test]
async fn a_reader_finds_nothing_of_the_signed_in_kept_anywhere() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let api = server.token(&home, &["admin"]).await;
    for path in ["/whoami", "/workspaces", "/workspaces/northwind/access-tokens", "/workspaces/nothing"] {
        assert_eq!(api.get(path).await.header("cache-control"), "no-store", "{path}");
    }
    for path in ["/", "/w/northwind/members", "/w/northwind/activity/export?format=csv"] {
        assert_eq!(owner.get(path).await.header("cache-control"), "no-store", "{path}");
    }
    assert_eq!(owner.ask("viewer", &[]).await.header("cache-control"), "no-store");
}
