//! The activity page: what happened, for whom, and as a file.

use latchkey::domain::{plan::Plan, role::Role};
use serde_json::{Value, json};
use time::Duration;

use crate::support::{Browser, Server, new_token};

const PAGE: &str = "/w/northwind/activity";

/// A workspace in which an owner's token made another one yesterday, and the operator one today.
async fn lived_in() -> Server {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person("member@northwind.example", &home, Role::Member).await;
    let (_, secret) = server.mint(&home, new_token("CI Deploy", &["admin"])).await;
    server.advance(Duration::MINUTE);
    let body = json!({ "name": "=Child()", "scopes": ["read", "deploy"] });
    let made = server.holding(&secret).post("/workspaces/northwind/access-tokens", &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    server.advance(Duration::DAY);
    server.mint(&home, new_token("Fresh", &["run_scripts"])).await;
    server
}

/// The text of a page, without its tags.
fn text(page: &str) -> String {
    let body = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let words = body.split('<').map(|piece| piece.split_once('>').map_or("", |(_, text)| text));
    words.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

async fn seen(browser: &mut Browser, query: &str) -> String {
    let page = browser.get(&format!("{PAGE}{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.body);
    text(&page.body)
}

#[tokio::test]
async fn an_owner_reads_day_by_day_who_did_what_from_where() {
    let server = lived_in().await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let page = seen(&mut owner, "").await;
    let mut rest = page.as_str();
    for words in [
        "Today",
        "Operator generated token Fresh",
        "Workspace · run_scripts",
        "20:48 UTC",
        "Yesterday",
        "Token CI Deploy generated token =Child()",
        "Workspace · deploy, read · 127.0.0.1",
        "Operator generated token CI Deploy",
    ] {
        rest = rest.split_once(words).unwrap_or_else(|| panic!("no {words} in its place: {page}")).1;
    }
    let mut member = server.signed_in("member@northwind.example").await;
    let page = seen(&mut member, "").await;
    assert!(page.contains("Token CI Deploy generated token =Child()"), "{page}");
    assert!(page.contains("Addresses are shown to Owners and Admins.") && !page.contains("127.0.0.1"), "{page}");
}

#[tokio::test]
async fn an_owner_finds_what_they_look_for_and_the_form_as_they_left_it() {
    let server = lived_in().await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    for (query, fresh, child) in [
        ("?q=fre&kind=&by=&from=", true, false),
        ("?q=CI%20child", false, true),
        ("?kind=tokens", true, true),
        ("?by=operator", true, false),
        ("?from=2026-11-23", true, false),
        ("?kind=nonsense&by=%27&from=yesterday", true, true),
    ] {
        let page = seen(&mut owner, query).await;
        assert_eq!((page.contains("token Fresh"), page.contains("token =Child()")), (fresh, child), "{query}: {page}");
    }
    let nothing = owner.get(&format!("{PAGE}?q=nobody&kind=projects&by=operator&from=2026-11-01")).await.body;
    assert!(text(&nothing).contains("No events match") && text(&nothing).contains("Clear filters"), "{nothing}");
    for kept in ["value=\"nobody\"", "value=\"2026-11-01\""] {
        assert!(nothing.contains(kept), "{kept}: {nothing}");
    }
    let options = nothing.split("<option").filter(|option| option.split('>').next().unwrap().contains(" selected"));
    let chosen: Vec<_> =
        options.map(|option| option.split("value=\"").nth(1).unwrap().split('"').next().unwrap()).collect();
    assert_eq!(chosen, ["projects", "operator"]);
}

#[tokio::test]
async fn an_owner_turns_the_pages_and_keeps_the_filter() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    for number in 0..120 {
        server.advance(Duration::SECOND);
        server.mint(&home, new_token(&format!("Token number{number}"), &["read"])).await;
    }
    let mut owner = server.signed_in("owner@northwind.example").await;
    let link = |page: &str, rel: &str| {
        let link = page.split("<a ").find(|link| link.contains(&format!("rel=\"{rel}\"")))?;
        Some(link.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&"))
    };
    let mut page = owner.get(&format!("{PAGE}?kind=tokens")).await.body;
    for newest in [119, 69, 19] {
        let words = text(&page);
        assert!(words.contains(&format!("Token number{newest} ")), "{words}");
        assert!(!words.contains(&format!("Token number{} ", newest + 1)), "{words}");
        let Some(next) = link(&page, "next") else {
            assert_eq!(newest, 19);
            break;
        };
        assert!(next.contains("kind=tokens"), "{next}");
        page = owner.get(&next).await.body;
    }
    let previous = link(&page, "prev").unwrap();
    assert!(text(&owner.get(&previous).await.body).contains("Token number69 "));
    assert_eq!(link(&owner.get(PAGE).await.body, "prev"), None);
}

#[tokio::test]
async fn an_owner_takes_along_what_the_filter_leaves() {
    let server = lived_in().await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let csv = owner.get(&format!("{PAGE}/export?format=csv")).await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
    let name = "attachment; filename=\"activity-northwind-2026-11-23.csv\"";
    assert_eq!((csv.header("content-disposition"), csv.header("cache-control")), (name, "no-store"));
    let lines: Vec<_> = csv.body.split("\r\n").collect();
    assert_eq!(lines[0], "id,at,actor_type,actor_id,actor,via,ip,event,target_id,target,project,detail");
    assert_eq!(lines.len(), 1 + 3 + 1, "{}", csv.body);
    assert!(lines[2].contains(",CI Deploy,api,127.0.0.1,credential.created,"), "{}", lines[2]);
    assert!(lines[2].ends_with(",'=Child(),,\"deploy, read\""), "no spreadsheet takes it for a formula: {}", lines[2]);

    let file = owner.get(&format!("{PAGE}/export?format=json&q=fresh")).await;
    let events = file.json();
    assert_eq!(events.as_array().unwrap().len(), 1, "{}", file.body);
    assert_eq!((&events[0]["target"], &events[0]["ip"]), (&json!("Fresh"), &Value::Null));

    let mut member = server.signed_in("member@northwind.example").await;
    let file = member.get(&format!("{PAGE}/export?format=csv")).await;
    assert!(file.status == 200 && !file.body.contains("127.0.0.1"), "{}", file.body);
    server.workspace("Elsewhere", Plan::Free).await;
    let mut stranger = server.signed_in("owner@elsewhere.example").await;
    for workspace in ["northwind", "nowhere"] {
        let refused = stranger.get(&format!("/w/{workspace}/activity/export?format=csv")).await;
        assert_eq!((refused.status, refused.body.as_str()), (404, "This is not here.\n"), "{workspace}");
        assert_eq!(stranger.get(&format!("/w/{workspace}/activity")).await.status, 404, "{workspace}");
    }
    let out = server.browser().get(&format!("{PAGE}/export?format=csv")).await;
    assert_eq!((out.status, out.header("location")), (303, "/sign-in?next=%2Fw%2Fnorthwind%2Factivity"));
}

#[tokio::test]
async fn a_long_log_is_taken_along_whole() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    for number in 0..1203 {
        server.mint(&home, new_token(&format!("Token {number}"), &["read"])).await;
    }
    let mut owner = server.signed_in("owner@northwind.example").await;
    let file = owner.get(&format!("{PAGE}/export?format=json")).await.json();
    let mut names: Vec<_> = file.as_array().unwrap().iter().map(|event| event["target"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 1203);
}
