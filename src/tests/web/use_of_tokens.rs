//! What the pages tell of a token's use.

use latchkey::{
    domain::{credential::Kind, plan::Plan, role::Role},
    service::new_credential::NewCredential,
};
use serde_json::Value;

use crate::support::{Answer, Browser, Server, new_token};

const TAB: &str = "/w/northwind/settings/access-tokens";

async fn ask(browser: &mut Browser, function: &str, id: &str) -> Value {
    let answer = browser.ask(function, &[("workspace", "northwind"), ("id", id)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[tokio::test]
async fn the_own_page_tells_of_calls_and_refusals_and_members_see_no_address() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("member@northwind.example", &home, Role::Member).await;
    let token = NewCredential { passphrase: Some("open sesame".to_owned()), ..new_token("Guarded", &["deploy"]) };
    let (id, secret) = server.mint(&home, token).await;
    let id = id.to_string();
    let mut owner = server.signed_in("owner@northwind.example").await;
    let page = owner.get(&format!("{TAB}/{id}")).await.body;
    assert!(page.contains("No calls in 30 days") && page.contains("None yet."), "{page}");
    assert_eq!(ask(&mut owner, "first_use", &id).await, Value::Null);

    let api = server.holding(&secret);
    for _ in 0..3 {
        assert_eq!(api.whoami_with("open sesame").await.status, 200);
    }
    api.get("/whoami").await.problem(401, "invalid_token");
    let request =
        api.request(reqwest::Method::GET, "/workspaces/northwind").header("latchkey-passphrase", "open sesame");
    Answer::to(request.header("user-agent", "curl/8.11")).await.problem(403, "insufficient_scope");
    server.service.flush_uses().await.unwrap();

    let list = owner.get(TAB).await.body;
    assert!(list.contains("aria-label=\"3 calls in 30 days, 3 at most in a day\""), "{list}");
    let mut member = server.signed_in("member@northwind.example").await;
    for (browser, address) in [(&mut owner, true), (&mut member, false)] {
        let page = browser.get(&format!("{TAB}/{id}")).await.body;
        for words in [
            "3 calls in 30 days, 3 at most in a day",
            "Accepted",
            "3 calls",
            "Passphrase missing or wrong",
            "Scope missing: ",
            "/workspaces/northwind",
            "curl/8.11",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(page.contains("127.0.0.1"), address, "{page}");
        let told = ask(browser, "credential_use", &id).await;
        assert!(told["calls"].as_array().unwrap().iter().all(|call| call["ip"].is_string() == address), "{told}");
        let first = ask(browser, "first_use", &id).await;
        assert_eq!(first, if address { "Used just now from 127.0.0.1" } else { "Used just now" });
    }
}

#[tokio::test]
async fn asking_for_the_first_call_leaves_the_secret_where_it_waits() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let form = [
        ("workspace", "northwind"),
        ("kind", "access_token"),
        ("name", "Waiting"),
        ("expiry", "never"),
        ("scopes[]", "read"),
    ];
    let made = owner.post("/fn/create_credential", &form).await;
    let created = made.header("location").to_owned();
    let id = created.rsplit('=').next().unwrap().to_owned();
    for _ in 0..3 {
        assert_eq!(ask(&mut owner, "first_use", &id).await, Value::Null);
    }
    let shown = owner.get(&created).await.body;
    assert!(shown.contains("sk_live_"), "{shown}");
    // Without script nothing turns: the page says where to look.
    assert!(shown.contains("Its first call will stand on"), "{shown}");
}

#[tokio::test]
async fn a_strangers_token_has_no_use_to_tell_of() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    let (id, _) = server.mint(&elsewhere, new_token("Test", &["read"])).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    for function in ["credential_use", "first_use"] {
        for workspace in ["northwind", "elsewhere"] {
            let answer = owner.ask(function, &[("workspace", workspace), ("id", &id.to_string())]).await;
            assert_eq!(answer.status, 404, "{function} {workspace}");
        }
        let nobody = server.browser().ask(function, &[("workspace", "northwind"), ("id", &id.to_string())]).await;
        assert_eq!(nobody.status, 401, "{function}");
    }
}

#[tokio::test]
async fn a_key_tells_of_its_use_where_it_is_edited_and_on_its_own_page() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let key = NewCredential { kind: Kind::ApiKey, ..new_token("Billing sync", &["read"]) };
    let (id, secret) = server.mint(&home, key).await;
    assert_eq!(server.holding(&secret).get("/whoami").await.status, 200);
    server.service.flush_uses().await.unwrap();
    let mut owner = server.signed_in("owner@northwind.example").await;
    let own = owner.get(&format!("/w/northwind/settings/api-keys/{id}")).await.body;
    assert!(own.contains("1 call in 30 days") && own.contains("/whoami") && own.contains("Accepted"), "{own}");
    let edit = owner.get(&format!("/w/northwind/settings/api-keys/{id}/edit")).await.body;
    assert!(edit.contains("spark wide") && edit.contains("1 call in 30 days"), "{edit}");
}
