//! `GET …/access-tokens`.

use latchkey::domain::plan::Plan;
use serde_json::Value;

use crate::support::{Server, new_token};

const TOKENS: &str = "/workspaces/northwind/access-tokens";

#[tokio::test]
async fn a_reading_token_reads_all_pages_and_each_token_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let api = server.token(&home, &["read"]).await;
    let mut expected = vec!["Test".to_owned()];
    for number in 1..120 {
        // In the order of time: ids begin with it.
        server.advance(time::Duration::SECOND);
        let name = format!("Token {number}");
        server.mint(&home, new_token(&name, &["deploy"])).await;
        expected.push(name);
    }
    expected.reverse();
    let (mut names, mut sizes, mut cursor) = (Vec::new(), Vec::new(), None::<String>);
    loop {
        let query = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page = api.get(&format!("{TOKENS}?limit=50{query}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(!page.body.contains("secret"), "a list shows no secret");
        let page = page.json();
        let items = page["items"].as_array().unwrap();
        sizes.push(items.len());
        names.extend(items.iter().map(|token| token["name"].as_str().unwrap().to_owned()));
        // Whatever is made meanwhile stands before the first page and moves nothing.
        server.advance(time::Duration::SECOND);
        server.mint(&home, new_token("Meanwhile", &["deploy"])).await;
        match &page["next_cursor"] {
            Value::String(next) => cursor = Some(next.clone()),
            end => {
                assert_eq!(*end, Value::Null);
                break;
            }
        }
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_reading_token_gets_fifty_unless_it_says_otherwise() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let api = server.token(&home, &["read"]).await;
    for _ in 0..50 {
        server.mint(&home, new_token("Token", &["deploy"])).await;
    }
    let count = async |query: &str| {
        let page = api.get(&format!("{TOKENS}{query}")).await.json();
        (page["items"].as_array().unwrap().len(), page["next_cursor"].is_null())
    };
    assert_eq!(count("").await, (50, false));
    assert_eq!(count("?limit=1").await, (1, false));
    assert_eq!(count("?limit=51").await, (51, true), "the end is known where it is");
    assert_eq!(count("?limit=200").await, (51, true));
}

#[tokio::test]
async fn a_reading_token_is_told_what_is_wrong_with_the_query() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let api = server.token(&home, &["read"]).await;
    for (query, broken) in [
        ("limit=0", &["limit out_of_range"][..]),
        ("limit=201", &["limit out_of_range"]),
        ("limit=-1", &["limit out_of_range"]),
        ("limit=many", &["limit out_of_range"]),
        ("limit=", &["limit out_of_range"]),
        ("cursor=nonsense", &["cursor unknown"]),
        ("cursor=", &["cursor unknown"]),
        ("limit=0&cursor=%C3%A9", &["limit out_of_range", "cursor unknown"]),
    ] {
        assert_eq!(api.get(&format!("{TOKENS}?{query}")).await.broken(), broken, "{query}");
    }
}
