//! `/workspaces/{workspace}/projects/{project}/deployments`.

use latchkey::domain::plan::Plan;
use serde_json::json;

use crate::support::{Server, new_token};

const DEPLOYMENTS: &str = "/workspaces/northwind/projects/weekly-report/deployments";

#[tokio::test]
async fn a_deploying_token_records_what_a_reading_one_sees() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.project(&home, "Weekly report").await;
    let (id, secret) = server.mint(&home, new_token("CI Deploy", &["deploy"])).await;
    let (deployer, reader) = (server.holding(&secret), server.token(&home, &["read"]).await);
    let file = json!({ "file_name": " report.tar.gz ", "size": 184_320, "sha256": "AB".repeat(32) });
    let made = deployer.post(DEPLOYMENTS, &file).await;
    let deployment = json!({
        "id": made.text("id"),
        "file_name": "report.tar.gz",
        "size": 184_320,
        "sha256": "ab".repeat(32),
        "status": "live",
        "created_at": "2026-11-22T20:47:00Z",
        "created_by": { "type": "credential", "id": id.to_string(), "name": "CI Deploy" },
    });
    assert_eq!((made.status, made.json()), (201, deployment.clone()));
    assert!(made.text("id").starts_with("dep_"));
    let at = made.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    let one = reader.get(&at).await;
    assert_eq!((one.status, one.json()), (200, deployment.clone()));
    let list = reader.get(DEPLOYMENTS).await;
    assert_eq!((list.status, list.json()), (200, json!({ "items": [deployment], "next_cursor": null })));
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_all_at_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.project(&home, "Weekly report").await;
    let api = server.token(&home, &["deploy"]).await;
    let digest = "ab".repeat(32);
    for (body, broken) in [
        (json!({}), &["file_name required", "size required", "sha256 required"][..]),
        (
            json!({ "file_name": "f".repeat(256), "size": 1_u64 << 53, "sha256": "ab" }),
            &["file_name too_long", "size out_of_range", "sha256 malformed"],
        ),
        (json!({ "file_name": "a\nb", "size": 0, "sha256": digest }), &["file_name forbidden_character"]),
        (json!({ "file_name": "a", "size": -1, "sha256": digest }), &["size wrong_type"]),
        (json!({ "file_name": "a", "size": "1", "sha256": digest }), &["size wrong_type"]),
        (json!({ "file_name": "a", "size": 1.5, "sha256": digest }), &["size wrong_type"]),
        (json!({ "file_name": "a", "size": 1, "sha256": digest, "status": "live" }), &["status unknown_member"]),
    ] {
        assert_eq!(api.post(DEPLOYMENTS, &body).await.broken(), broken, "{body}");
    }
    let largest = json!({ "file_name": "a", "size": (1_u64 << 53) - 1, "sha256": digest });
    assert_eq!(api.post(DEPLOYMENTS, &largest).await.status, 201);
}

#[tokio::test]
async fn a_deployment_is_archived_once_and_stays_listed() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let project = server.project(&home, "Weekly report").await;
    server.project(&home, "Other").await;
    let api = server.token(&home, &["all"]).await;
    let file = json!({ "file_name": "report.tar.gz", "size": 1, "sha256": "ab".repeat(32) });
    let made = api.post(DEPLOYMENTS, &file).await;
    let at = format!("{DEPLOYMENTS}/{}", made.text("id"));
    let mut archived = made.json();
    archived["status"] = "archived".into();
    for _ in 0..2 {
        let answer = api.post(&format!("{at}/archive"), &json!({})).await;
        assert_eq!((answer.status, answer.json()), (200, archived.clone()));
    }
    assert_eq!(api.get(&at).await.json(), archived);
    assert_eq!(api.get(DEPLOYMENTS).await.json()["items"], json!([archived]));

    // It is where it is, and nowhere else.
    let elsewhere = at.replace("weekly-report", "other");
    api.get(&elsewhere).await.problem(404, "not_found");
    api.post(&format!("{elsewhere}/archive"), &json!({})).await.problem(404, "not_found");
    for nothing in ["dep_00000000000000000000000000", "nonsense"] {
        api.get(&format!("{DEPLOYMENTS}/{nothing}")).await.problem(404, "not_found");
        api.post(&format!("{DEPLOYMENTS}/{nothing}/archive"), &json!({})).await.problem(404, "not_found");
    }
    assert_eq!(api.delete(&format!("/workspaces/northwind/projects/{}", project.id)).await.status, 204);
    api.get(&at).await.problem(404, "not_found");
    api.post(DEPLOYMENTS, &file).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_reading_token_reads_all_pages_from_the_newest() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.project(&home, "Weekly report").await;
    let api = server.token(&home, &["deploy", "read"]).await;
    for number in 0..5 {
        server.advance(time::Duration::SECOND);
        let file = json!({ "file_name": number.to_string(), "size": number, "sha256": "ab".repeat(32) });
        assert_eq!(api.post(DEPLOYMENTS, &file).await.status, 201);
    }
    let (mut names, mut query) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("{DEPLOYMENTS}?limit=2{query}")).await.json();
        let items = page["items"].as_array().unwrap();
        names.extend(items.iter().map(|item| item["file_name"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => query = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(names, ["4", "3", "2", "1", "0"]);
    assert_eq!(
        api.get(&format!("{DEPLOYMENTS}?limit=x&cursor=y")).await.broken(),
        ["limit out_of_range", "cursor unknown"]
    );
}
