//! `/workspaces`.

use latchkey::domain::plan::Plan;
use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn a_reading_token_sees_its_workspace_alone() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.workspace("Elsewhere", Plan::Free).await;
    let api = server.token(&home, &["read"]).await;
    let workspace = json!({
        "id": home.id.to_string(),
        "slug": "northwind",
        "name": "Northwind",
        "plan": "free",
        "catalog": "standard", "kinds": ["access_token", "api_key"],
        "created_at": "2026-11-22T20:47:00Z",
    });
    let list = api.get("/workspaces").await;
    assert_eq!((list.status, list.json()), (200, json!({ "items": [workspace], "next_cursor": null })));
    for name in [home.id.to_string(), home.slug] {
        let one = api.get(&format!("/workspaces/{name}")).await;
        assert_eq!((one.status, one.json()), (200, workspace.clone()), "{name}");
    }
}

#[tokio::test]
async fn a_deploying_token_is_told_which_scopes_read() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["deploy"]).await;
    for path in ["/workspaces", "/workspaces/northwind"] {
        let answer = api.get(path).await;
        answer.problem(403, "insufficient_scope");
        let challenge = r#"Bearer error="insufficient_scope", scope="read admin all""#;
        assert_eq!(answer.header("www-authenticate"), challenge);
    }
}
