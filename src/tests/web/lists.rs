//! Lists: several revoked at once, a list as a file, filters in the address.

use latchkey::domain::{plan::Plan, role::Role};

use crate::support::{Server, new_token};

const TAB: &str = "/w/northwind/settings/access-tokens";

#[tokio::test]
async fn an_owner_revokes_several_and_reads_what_became_of_each() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (first, secret) = server.mint(&home, new_token("First", &["admin"])).await;
    let (ended, _) = server.mint(&home, new_token("Ended", &["read"])).await;
    let (kept, kept_secret) = server.mint(&home, new_token("Kept", &["read"])).await;
    let api = server.holding(&secret);
    let made = serde_json::json!({ "name": "Made", "scopes": ["read"] });
    let made = api.post("/workspaces/northwind/access-tokens", &made).await.text("secret");
    assert_eq!(api.delete(&format!("/workspaces/northwind/access-tokens/{ended}")).await.status, 204);

    let mut owner = server.signed_in("owner@northwind.example").await;
    let question = owner.get(&format!("{TAB}/revoke?ids={first}&ids={ended}&ids=tok_none")).await;
    assert_eq!(question.status, 200);
    for words in ["Revoke 1 token?", "First", "Ended", "Also revoke the one that they have made"] {
        assert!(question.body.contains(words), "{words}: {}", question.body);
    }
    assert_eq!(api.get("/whoami").await.status, 200, "the question revokes nothing");

    let (first, ended) = (first.to_string(), ended.to_string());
    let form = [
        ("workspace", "northwind"),
        ("kind", "access_token"),
        ("ids[]", &first),
        ("ids[]", &ended),
        ("ids[]", "tok_none"),
        ("descendants", "revoke"),
    ];
    let answer = owner.post("/fn/revoke_credentials", &form).await;
    assert_eq!((answer.status, answer.header("location")), (302, format!("{TAB}/revoked").as_str()));
    let report = owner.get(&format!("{TAB}/revoked")).await.body;
    for words in ["1 token revoked", "Had ended before", "Not found", "tok_none", "With them ended 1 more"] {
        assert!(report.contains(words), "{words}: {report}");
    }
    for secret in [&secret, &made] {
        server.holding(secret).get("/whoami").await.problem(401, "invalid_token");
    }
    assert_eq!(server.holding(&kept_secret).get("/whoami").await.status, 200, "{kept}");
}

#[tokio::test]
async fn a_member_revokes_nothing_and_takes_the_list_along() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person("member@northwind.example", &home, Role::Member).await;
    let (id, secret) = server.mint(&home, new_token("=1+1", &["read"])).await;
    let id = id.to_string();
    let mut member = server.signed_in("member@northwind.example").await;
    assert!(!member.get(TAB).await.body.contains("row-check"), "what would be refused is not offered");
    let form = [("workspace", "northwind"), ("kind", "access_token"), ("ids[]", id.as_str())];
    let refused = member.ask("revoke_credentials", &form).await;
    assert!(refused.status == 403 && refused.json()["Forbidden"].is_string(), "{}", refused.body);
    assert_eq!(member.get(&format!("{TAB}/revoke?ids={id}")).await.status, 403);
    assert_eq!(server.holding(&secret).get("/whoami").await.status, 200);

    let csv = member.get(&format!("{TAB}/export.csv")).await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(csv.header("content-disposition").starts_with("attachment; filename=\"access-tokens-northwind-"));
    assert!(csv.body.contains(",'=1+1,") && !csv.body.contains(&secret), "{}", csv.body);
    let json = member.get(&format!("{TAB}/export.json?q=nothing")).await;
    assert_eq!(json.json(), serde_json::json!([]));
}

#[tokio::test]
async fn a_file_has_more_than_one_page_and_each_once() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    for number in 0..501 {
        server.mint(&home, new_token(&format!("Token {number}"), &["read"])).await;
    }
    let mut owner = server.signed_in("owner@northwind.example").await;
    let json = owner.get(&format!("{TAB}/export.json?sort=name&after=nonsense")).await.json();
    let mut ids: Vec<_> = json.as_array().unwrap().iter().map(|token| token["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 501);
}

#[tokio::test]
async fn a_stranger_takes_nothing_along() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.workspace("Elsewhere", Plan::Free).await;
    let (id, _) = server.mint(&home, new_token("CI Deploy", &["read"])).await;
    let mut stranger = server.signed_in("owner@elsewhere.example").await;
    for below in ["export.csv".to_owned(), "export.json".into(), format!("revoke?ids={id}"), "revoked".into()] {
        let answer = stranger.get(&format!("{TAB}/{below}")).await;
        assert_eq!(answer.status, 404, "{below}");
        assert!(!answer.body.contains("CI Deploy"));
    }
    let answer = server.browser().get(&format!("{TAB}/export.csv")).await;
    assert!(answer.status == 303 && answer.header("location").starts_with("/sign-in?next="));
}

#[tokio::test]
async fn an_owner_reads_an_old_address_as_far_as_it_means_something() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.mint(&home, new_token("CI Deploy", &["read"])).await;
    server.mint(&home, new_token("Nightly", &["deploy"])).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    for (query, shown) in [
        ("?scope=read", [true, false]),
        ("?scope=read&status=nonsense&after=x&sort=?&level=proj_gone", [true, false]),
        ("?status=revoked", [false, false]),
        ("?q=night", [false, true]),
    ] {
        let page = owner.get(&format!("{TAB}{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        assert_eq!([">CI Deploy<", ">Nightly<"].map(|name| page.body.contains(name)), shown, "{query}");
    }
    assert!(owner.get(&format!("{TAB}?status=revoked")).await.body.contains("No tokens match"));
}
