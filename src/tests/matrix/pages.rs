//! Each page × somebody whose sign-in waits for its code.

use std::collections::BTreeMap;

use latchkey::{domain::role::Role, web::app::App};
use leptos_axum::generate_route_list;

use super::Scene;
use crate::support::{Answer, Browser};

/// Every page's address, with things of a workspace in the variable parts.
fn addresses(parts: &BTreeMap<&str, String>) -> Vec<String> {
    let listed = generate_route_list(App);
    let mut addresses: Vec<_> = listed
        .iter()
        .map(|route| {
            let part = |part: &str| match part.strip_prefix([':', '{']).map(|name| name.trim_end_matches('}')) {
                Some(name) => parts.get(name).unwrap_or_else(|| panic!("nothing for {name}: {}", route.path())).clone(),
                None => part.to_owned(),
            };
            route.path().split('/').map(part).collect::<Vec<_>>().join("/")
        })
        .collect();
    // What is no page of the app, but for the same eyes.
    let home = &parts["workspace"];
    addresses.push(format!("/w/{home}/activity/export?format=csv"));
    addresses.push(format!("/w/{home}/settings/access-tokens/export.csv"));
    addresses.push(format!("/w/{home}/settings/api-keys/export.json"));
    addresses
}

async fn shown(browser: &Browser, address: &str) -> (u16, String, bool) {
    let Answer { status, headers, body } = browser.clone().get(address).await;
    let location = headers.get("location").map(|value| value.to_str().unwrap().to_owned());
    (status, location.unwrap_or_default(), body.contains("Account menu"))
}

#[tokio::test]
async fn a_half_finished_sign_in_opens_no_page() {
    let scene = Scene::start().await;
    let (half, email) = scene.half_signed_in().await;
    let home = scene.workspace().await;
    scene.server.also(&email, &home, Role::Owner).await;
    let project = scene.project(&home).await;
    let parts = BTreeMap::from([
        ("workspace", home.slug.clone()),
        ("project", project.slug.clone()),
        ("id", scene.member(&home).await.to_string()),
        ("code", "x".to_owned()),
    ]);
    let addresses = addresses(&parts);
    assert!(addresses.len() > 40, "the list has the app's pages: {addresses:?}");
    for address in &addresses {
        if address == "/sign-in/code" {
            continue;
        }
        let nobody = shown(&scene.server.browser(), address).await;
        assert_eq!(shown(&half, address).await, nobody, "{address}");
        assert!(!nobody.2, "{address}");
    }
    let waits = half.clone().get("/sign-in/code").await;
    assert!(waits.status == 200 && waits.body.contains(&email), "it was one all the while: {}", waits.body);
}
