//! Who is let in.

use latchkey::domain::{lifetime, plan::Plan};
use reqwest::{Method, header};
use serde_json::json;
use time::Duration;

use crate::support::{Answer, Server, new_token};

#[tokio::test]
async fn anybody_without_a_secret_is_asked_for_one() {
    let server = Server::start().await;
    let mut api = server.anonymous();
    for authorization in [None, Some("Basic c2s6"), Some("Bearer"), Some("sk_live_x"), Some("")] {
        api.authorization = authorization.map(str::to_owned);
        let answer = api.get("/whoami").await;
        answer.problem(401, "missing_credentials");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn a_bearer_of_something_else_is_refused_alike() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (_, secret) = server.mint(&home, new_token("Test", &["admin"])).await;
    let last = if secret.ends_with('0') { "1" } else { "0" };
    let almost = format!("{}{last}", &secret[..39]);
    // Well formed, and never made: its checksum is right.
    let stranger = "sk_live_000000000000000000000000000HQPqh".to_owned();
    let mut refused = Vec::new();
    for word in [almost, stranger, format!("{secret}0"), String::from("sk_live_"), String::from("x")] {
        let answer = server.holding(&word).get("/whoami").await;
        assert_eq!(answer.header("www-authenticate"), r#"Bearer error="invalid_token""#);
        refused.push(answer.problem(401, "invalid_token"));
    }
    assert!(refused.iter().all(|problem| *problem == refused[0]), "{refused:#?}");
}

#[tokio::test]
async fn a_bearer_writes_the_scheme_as_they_like() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (_, secret) = server.mint(&home, new_token("Test", &["read"])).await;
    let mut api = server.anonymous();
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        api.authorization = Some(format!("{scheme} {secret}"));
        assert_eq!(api.get("/whoami").await.status, 200, "{scheme}");
    }
}

#[tokio::test]
async fn a_token_is_refused_from_the_instant_of_its_end() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let mut token = new_token("Short", &["read"]);
    token.expires_at = lifetime::parse("expires_at", "2026-11-22T20:48:00Z", server.now()).map(Some);
    let (id, secret) = server.mint(&home, token).await;
    let api = server.holding(&secret);
    server.advance(Duration::seconds(59));
    assert_eq!(api.get("/whoami").await.status, 200);
    server.advance(Duration::SECOND);
    let answer = api.get("/whoami").await;
    answer.problem(401, "invalid_token");
    assert_eq!(answer.header("www-authenticate"), r#"Bearer error="invalid_token""#);
    let seen = server.token(&home, &["read"]).await.get(&format!("/workspaces/northwind/access-tokens/{id}")).await;
    assert_eq!((seen.status, seen.text("status")), (200, "expired".to_owned()), "it stays listed");
}

#[tokio::test]
async fn a_token_with_a_passphrase_needs_it() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let mut token = new_token("Guarded", &["read"]);
    token.passphrase = Some("open sesame é".to_owned());
    let (_, secret) = server.mint(&home, token).await;
    let api = server.holding(&secret);
    let refused = [api.get("/whoami").await, api.whoami_with("wrong passphrase").await, api.whoami_with("x").await];
    let problems = refused.map(|answer| {
        assert_eq!(answer.header("www-authenticate"), r#"Bearer error="invalid_token""#);
        answer.problem(401, "invalid_token")
    });
    assert!(problems.iter().all(|problem| *problem == problems[0]), "missing and wrong answer alike");
    assert_eq!(api.whoami_with("open sesame é").await.status, 200);
    // Composed otherwise (NFC): the same characters.
    assert_eq!(api.whoami_with("open sesame e\u{301}").await.status, 200);
    let in_the_query = Answer::to(api.request(Method::GET, "/whoami?passphrase=open%20sesame%20%C3%A9")).await;
    in_the_query.problem(401, "invalid_token");
}

#[tokio::test]
async fn a_guesser_of_passphrases_is_slowed_down_and_the_holder_is_not() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let mut token = new_token("Guarded", &["read"]);
    token.passphrase = Some("open sesame".to_owned());
    let (_, secret) = server.mint(&home, token).await;
    let api = server.holding(&secret);
    assert_eq!(api.whoami_with("open sesame").await.status, 200);
    for _ in 0..12 {
        api.whoami_with("wrong passphrase").await.problem(401, "invalid_token");
    }
    assert_eq!(api.whoami_with("open sesame").await.status, 200, "a right one passes the throttle");
}

#[tokio::test]
async fn a_browsers_cookies_never_open_the_api() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    assert_eq!(owner.viewer().await.as_deref(), Some("ada@northwind.example"));
    let cookies = owner.request(Method::GET, "/api/v1/whoami");
    owner.send(cookies).await.problem(401, "missing_credentials");
    for what in ["session", "refresh"] {
        let jwt = owner.cookie(what).unwrap();
        server.holding(jwt).get("/whoami").await.problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_secret_never_opens_the_dashboard() {
    let server = Server::start().await;
    let mut owner = server.set_up().await;
    let made = owner
        .ask(
            "create_credential",
            &[
                ("workspace", "northwind-robotics"),
                ("kind", "access_token"),
                ("name", "Test"),
                ("expiry", "never"),
                ("scopes[]", "admin"),
            ],
        )
        .await;
    let id = made.header("location").rsplit('=').next().unwrap().to_owned();
    let shown = owner.ask("reveal_credential", &[("workspace", "northwind-robotics"), ("id", &id)]).await;
    let secret = shown.json()["Shown"]["secret"].as_str().unwrap().to_owned();
    assert_eq!(server.holding(&secret).get("/whoami").await.status, 200);

    for what in ["session", "refresh"] {
        let mut stranger = owner.clone();
        stranger.cookies.retain(|name, _| name.contains(what));
        stranger.set_cookie(what, &secret);
        assert_eq!(stranger.viewer().await, None, "as the cookie {what}");
    }
    let mut stranger = server.browser();
    let request = stranger.request(Method::GET, "/w/northwind-robotics/settings/access-tokens");
    let answer = stranger.send(request.header(header::AUTHORIZATION, format!("Bearer {secret}"))).await;
    assert_eq!(answer.header("location"), "/sign-in?next=%2Fw%2Fnorthwind-robotics%2Fsettings%2Faccess-tokens");
}

#[tokio::test]
async fn a_call_that_is_let_in_is_counted_and_a_refusal_is_not() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, secret) = server.mint(&home, new_token("Counted", &["deploy"])).await;
    let mut token = new_token("Guarded", &["read"]);
    token.passphrase = Some("open sesame".to_owned());
    let (guarded, guarded_secret) = server.mint(&home, token).await;
    let reader = server.token(&home, &["read"]).await;
    let seen = async |id| {
        server.service.flush_uses().await.unwrap();
        let token = reader.get(&format!("/workspaces/northwind/access-tokens/{id}")).await.json();
        (token["use_count"].clone(), token["last_used_at"].clone())
    };
    assert_eq!(seen(id).await, (json!(0), json!(null)));

    let api = server.holding(&secret);
    for _ in 0..3 {
        assert_eq!(api.get("/whoami").await.status, 200);
    }
    server.advance(Duration::MINUTE);
    assert_eq!(api.get("/whoami").await.status, 200);
    api.get("/workspaces").await.problem(403, "insufficient_scope");
    assert_eq!(seen(id).await, (json!(4), json!("2026-11-22T20:48:00Z")));

    let guarded_api = server.holding(&guarded_secret);
    guarded_api.get("/whoami").await.problem(401, "invalid_token");
    assert_eq!(seen(guarded).await, (json!(0), json!(null)));
    assert_eq!(guarded_api.whoami_with("open sesame").await.status, 200);
    assert_eq!(seen(guarded).await, (json!(1), json!("2026-11-22T20:48:00Z")));
}
