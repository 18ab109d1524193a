//! What is wrong with a request is a problem (RFC 9457), whatever it is.

use latchkey::domain::plan::Plan;
use reqwest::{Method, header};
use serde_json::json;

use crate::support::{Answer, Server};

const TOKENS: &str = "/workspaces/northwind/access-tokens";

#[tokio::test]
async fn anybody_is_told_of_a_route_that_does_not_exist() {
    let server = Server::start().await;
    for path in ["/nothing", "/", "", "/whoami/more", "/../../api/v2/whoami", "/../"] {
        let answer = server.anonymous().get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        answer.problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_token_is_told_which_methods_are_possible() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    for (method, path, allowed) in [
        (Method::POST, "/whoami".to_owned(), "GET,HEAD"),
        (Method::PUT, TOKENS.to_owned(), "GET,HEAD,POST"),
        (Method::PATCH, format!("{TOKENS}/tok_00000000000000000000000000"), "DELETE,GET,HEAD"),
        (Method::DELETE, "/openapi.json".to_owned(), "GET,HEAD"),
    ] {
        let answer = Answer::to(api.request(method.clone(), &path)).await;
        answer.problem(405, "method_not_allowed");
        let mut allow: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
        allow.sort_unstable();
        assert_eq!(allow.join(","), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn a_token_that_sends_no_json_is_told_so() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let send = async |kind: &str, body: String| {
        Answer::to(api.request(Method::POST, TOKENS).header(header::CONTENT_TYPE, kind).body(body)).await
    };
    let json = "application/json";
    for body in ["", "{", "{\"name\":\"CI\"", "name=CI", "{} {}", "{\"name\": tru}", "\u{0}"] {
        send(json, body.to_owned()).await.problem(400, "malformed_request");
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"] {
        send(kind, r#"{"name":"CI Deploy","scopes":["deploy"]}"#.to_owned())
            .await
            .problem(415, "unsupported_media_type");
    }
    let large = format!(r#"{{"name":"{}"}}"#, "a".repeat(70_000));
    send(json, large).await.problem(413, "body_too_large");
    let good = send("Application/JSON; charset=utf-8", r#"{"name":"CI Deploy","scopes":["deploy"]}"#.to_owned()).await;
    assert_eq!(good.status, 201, "{}", good.body);
}

#[tokio::test]
async fn a_token_that_sends_another_type_is_told_which_member() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    for (body, broken) in [
        (json!({ "name": "CI Deploy", "scopes": ["deploy"], "expires": null }), "expires unknown_member"),
        (json!({ "name": "CI Deploy", "scopes": ["deploy"], "secret": "x" }), "secret unknown_member"),
        (json!({ "name": 7, "scopes": ["deploy"] }), "name wrong_type"),
        (json!({ "name": null, "scopes": ["deploy"] }), "name wrong_type"),
        (json!({ "name": "CI Deploy", "scopes": "deploy" }), "scopes wrong_type"),
        (json!({ "name": "CI Deploy", "scopes": ["deploy", 7] }), "scopes[1] wrong_type"),
        (json!({ "name": "CI Deploy", "scopes": ["deploy"], "expires_at": 7 }), "expires_at wrong_type"),
        (json!(["CI Deploy", ["deploy"]]), "body wrong_type"),
        (json!(null), "body wrong_type"),
        (json!("CI Deploy"), "body wrong_type"),
    ] {
        assert_eq!(api.post(TOKENS, &body).await.broken(), [broken], "{body}");
    }
}

#[tokio::test]
async fn a_token_that_sends_a_broken_address_gets_a_problem_too() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    api.get("/workspaces/%FF").await.problem(404, "not_found");
    api.get(&format!("{TOKENS}/%FF")).await.problem(404, "not_found");
    let twice = api.get(&format!("{TOKENS}?limit=1&limit=2")).await;
    twice.problem(400, "malformed_request");
}
