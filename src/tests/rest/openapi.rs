//! The API's description of itself.

use std::collections::BTreeSet;

use latchkey::domain::plan::Plan;
use reqwest::Method;
use serde_json::Value;

use crate::support::{Answer, Server};

#[tokio::test]
async fn anybody_may_read_the_description() {
    let server = Server::start().await;
    let answer = server.anonymous().get("/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let mut description = answer.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1."));
    assert_eq!(description["info"]["version"], env!("CARGO_PKG_VERSION"));
    description["info"]["version"] = "(that of the package)".into();
    insta::assert_json_snapshot!(description);
}

#[tokio::test]
async fn a_token_finds_every_described_route_and_no_other() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["admin"]).await;
    let description = api.get("/openapi.json").await.json();
    let mut described = Vec::new();
    let mut names = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        let filled = path
            .replace("{workspace}", "northwind")
            .replace("{token}", "tok_00000000000000000000000000")
            .replace("{project}", "proj_00000000000000000000000000")
            .replace("{deployment}", "dep_00000000000000000000000000")
            .replace("{user}", "usr_00000000000000000000000000")
            .replace("{session}", "ses_00000000000000000000000000")
            .replace("{invitation}", "inv_00000000000000000000000000");
        let mut allowed = Vec::new();
        for (method, operation) in methods.as_object().unwrap() {
            let method = method.to_ascii_uppercase();
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name), "{method} {path}: two operations have the name of this one");
            let answer = Answer::to(api.request(method.parse().unwrap(), &filled)).await;
            assert!(answer.status != 405 && answer.status < 500, "{method} {path}: {}", answer.status);
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key(&answer.status.to_string()), "{method} {path} answers {}", answer.status);
            let is_guarded = operation.get("security").is_none();
            for status in ["401", "403", "404"].into_iter().filter(|_| is_guarded) {
                assert!(responses.contains_key(status), "{method} {path} does not describe {status}");
            }
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            allowed.push(method);
        }
        // A method that no route has makes the router say which it has.
        let refused = Answer::to(api.request(Method::TRACE, &filled)).await;
        let mut routed: Vec<_> = refused.header("allow").split(',').filter(|method| *method != "HEAD").collect();
        routed.sort_unstable();
        allowed.sort_unstable();
        assert_eq!(routed, allowed, "{path}");
        described.push(path.clone());
    }
    assert!(described.len() > 5, "{described:?}");
    assert!(description["components"]["schemas"].as_object().unwrap().values().all(|schema| {
        schema.get("properties").and_then(Value::as_object).is_none_or(|members| {
            members.iter().all(|(name, member)| {
                !name.contains("digest")
                    && !name.contains("hash")
                    && (member["description"].is_string()
                        || member.get("$ref").is_some()
                        || member.get("oneOf").is_some())
            })
        })
    }));
}
