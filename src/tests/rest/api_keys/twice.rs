//! A form that is sent many times makes one key, on both engines.

use latchkey::domain::{plan::Plan, role::Role};
use tokio::task::JoinSet;

use crate::support::{Server, hidden};

async fn twenty_at_once(server: Server) {
    let home = server.workspace("Northwind", Plan::Pro).await;
    server.person("admin@northwind.example", &home, Role::Admin).await;
    let mut browser = server.signed_in("admin@northwind.example").await;
    let page = browser.get("/w/northwind/settings/api-keys/new").await.body;
    let form_key = hidden(&page, "form_key");
    let mut posts = JoinSet::new();
    for _ in 0..20 {
        let (mut browser, form_key) = (browser.clone(), form_key.clone());
        posts.spawn(async move {
            let form = [
                ("workspace", "northwind"),
                ("kind", "api_key"),
                ("form_key", form_key.as_str()),
                ("name", "Terraform"),
                ("expiry", "never"),
                ("active", "true"),
                ("scopes[]", "read"),
            ];
            let answer = browser.post("/fn/create_credential", &form).await;
            assert_eq!(answer.status, 302, "{}", answer.body);
            answer.header("location").to_owned()
        });
    }
    let mut led_to = posts.join_all().await;
    led_to.sort_unstable();
    led_to.dedup();
    assert_eq!(led_to.len(), 1, "{led_to:?}");
    assert!(led_to[0].starts_with("/w/northwind/settings/api-keys/created?id=key_"), "{led_to:?}");
    let api = server.token(&home, &["read"]).await;
    assert_eq!(api.get(super::KEYS).await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_parallel_posts_of_one_form_make_one_key_on_sqlite() {
    twenty_at_once(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_parallel_posts_of_one_form_make_one_key_on_postgresql() {
    twenty_at_once(Server::start_on_postgresql().await).await;
}
