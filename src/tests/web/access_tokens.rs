//! The tab: making and revoking by plain forms.

use latchkey::domain::{plan::Plan, role::Role};
use tokio::task::JoinSet;

use crate::support::{Browser, Server, hidden, new_token};

const TAB: &str = "/w/northwind/settings/access-tokens";
const NEW: &str = "/w/northwind/settings/access-tokens/new";

async fn names(browser: &mut Browser) -> Vec<String> {
    let list = browser.ask("list_credentials", &[("workspace", "northwind"), ("kind", "access_token")]).await;
    assert_eq!(list.status, 200, "{}", list.body);
    let tokens = list.json();
    tokens["tokens"].as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_owner_who_is_refused_finds_everything_typed_but_the_passphrase() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let page = owner.get(NEW).await.body;
    let (form_key, asked_at) = (hidden(&page, "form_key"), hidden(&page, "asked_at"));
    let form = [
        ("workspace", "northwind"),
        ("kind", "access_token"),
        ("form_key", &form_key),
        ("asked_at", &asked_at),
        ("name", "ab"),
        ("expiry", "custom"),
        ("until", "2027-01-31"),
        ("scopes[]", "deploy"),
        ("scopes[]", "run_scripts"),
        ("passphrase", "a fine passphrase"),
    ];
    let refused = owner.post("/fn/create_credential", &form).await;
    assert_eq!((refused.status, refused.header("location")), (302, NEW));
    let page = owner.get(NEW).await.body;
    assert!(page.contains("The name needs at least 3 characters."), "{page}");
    assert_eq!((hidden(&page, "name"), hidden(&page, "until")), ("ab".to_owned(), "2027-01-31".to_owned()));
    let ticked: Vec<_> = page
        .split("<input")
        .filter(|field| field.contains("name=\"scopes[]\"") && field.split('>').next().unwrap().contains(" checked"))
        .map(|field| field.split("value=\"").nth(1).unwrap().split('"').next().unwrap())
        .collect();
    assert_eq!(ticked, ["deploy", "run_scripts"]);
    let chosen: Vec<_> =
        page.split("<option").filter(|option| option.split('>').next().unwrap().contains(" selected")).collect();
    assert!(chosen.len() == 1 && chosen[0].contains("value=\"custom\""), "{chosen:?}");
    assert!(!page.contains("a fine passphrase"));
    assert!(!owner.get(NEW).await.body.contains("value=\"ab\""), "the next form is empty");
    assert_eq!(names(&mut owner).await, [""; 0]);
}

#[tokio::test]
async fn an_owner_who_leaves_the_form_empty_is_told_of_every_field() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    owner.post("/fn/create_credential", &[("workspace", "northwind"), ("kind", "access_token")]).await;
    let page = owner.get(NEW).await.body;
    for message in ["The name is missing.", "Choose at least one scope.", "Choose when it expires from the list."] {
        assert!(page.contains(message), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_owner_who_submits_twice_makes_one_token() {
    for server in [Server::start().await, Server::start_on_postgresql().await] {
        server.workspace("Northwind", Plan::Free).await;
        let mut owner = server.signed_in("owner@northwind.example").await;
        let form_key = hidden(&owner.get(NEW).await.body, "form_key");
        let mut submits = JoinSet::new();
        for _ in 0..2 {
            let (mut tab, form_key) = (owner.clone(), form_key.clone());
            submits.spawn(async move {
                let form = [
                    ("workspace", "northwind"),
                    ("kind", "access_token"),
                    ("form_key", &form_key),
                    ("name", "CI Deploy"),
                    ("expiry", "90"),
                    ("scopes[]", "deploy"),
                ];
                let answer = tab.post("/fn/create_credential", &form).await;
                assert_eq!(answer.status, 302);
                answer.header("location").to_owned()
            });
        }
        let led_to = submits.join_all().await;
        assert!(led_to[0] == led_to[1] && led_to[0].starts_with(&format!("{TAB}/created?id=tok_")), "{led_to:?}");
        assert_eq!(names(&mut owner).await, ["CI Deploy"]);
        assert_ne!(hidden(&owner.get(NEW).await.body, "form_key"), form_key, "the next form is another");
    }
}

#[tokio::test]
async fn an_owner_revokes_after_a_question_that_names_the_token() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let (id, secret) = server.mint(&home, new_token("CI Deploy", &["read"])).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let id = id.to_string();
    let question = owner.get(&format!("{TAB}/{id}/revoke")).await;
    assert!(question.status == 200 && question.body.contains("CI Deploy"));
    assert_eq!(server.holding(&secret).get("/whoami").await.status, 200, "the question revokes nothing");
    let answer = owner.post("/fn/revoke_credential", &[("workspace", "northwind"), ("id", &id)]).await;
    assert_eq!((answer.status, answer.header("location")), (302, TAB));
    server.holding(&secret).get("/whoami").await.problem(401, "invalid_token");
    assert!(owner.get(TAB).await.body.contains("Revoked"));
}

#[tokio::test]
async fn a_member_sees_tokens_and_changes_nothing() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("member@northwind.example", &home, Role::Member).await;
    let (id, secret) = server.mint(&home, new_token("CI Deploy", &["read"])).await;
    let id = id.to_string();
    let mut member = server.signed_in("member@northwind.example").await;
    let tab = member.get(TAB).await;
    assert!(tab.status == 200 && tab.body.contains("CI Deploy"));
    assert!(!tab.body.contains(&format!("{TAB}/{id}/revoke")), "what would be refused is not offered");
    let form = [
        ("workspace", "northwind"),
        ("kind", "access_token"),
        ("name", "Mine"),
        ("expiry", "never"),
        ("scopes[]", "read"),
    ];
    for (function, form) in
        [("create_credential", &form[..]), ("revoke_credential", &[("workspace", "northwind"), ("id", &id)])]
    {
        let answer = member.ask(function, form).await;
        let forbidden = answer.json()["Forbidden"].is_string();
        assert!(answer.status == 403 && forbidden, "{function}: {}", answer.body);
    }
    assert_eq!(names(&mut member).await, ["CI Deploy"]);
    assert_eq!(server.holding(&secret).get("/whoami").await.status, 200);
}

#[tokio::test]
async fn a_stranger_finds_no_page_of_another_workspace() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.workspace("Elsewhere", Plan::Free).await;
    let (id, _) = server.mint(&home, new_token("CI Deploy", &["read"])).await;
    let mut stranger = server.signed_in("owner@elsewhere.example").await;
    for below in [String::new(), "/new".into(), format!("/{id}"), format!("/{id}/revoke"), format!("/created?id={id}")]
    {
        for workspace in ["northwind", "nowhere"] {
            let page = stranger.get(&format!("/w/{workspace}/settings/access-tokens{below}")).await;
            assert_eq!(page.status, 404, "{workspace} {below}");
            assert!(!page.body.contains("CI Deploy"));
        }
    }
    // And a token of another workspace is none of this one.
    let id = id.to_string();
    let answer = stranger.ask("revoke_credential", &[("workspace", "elsewhere"), ("id", &id)]).await;
    assert_eq!(answer.json(), "NotFound");
}

#[tokio::test]
async fn a_name_that_is_markup_stays_a_name_on_every_page() {
    const MARKUP: &str = "</title></textarea>\"'><script>alert(1)</script>";
    let server = Server::start().await;
    let mut home = server.workspace("Northwind", Plan::Team).await;
    home.name = MARKUP.to_owned();
    let theirs = server.workspace(MARKUP, Plan::Team).await;
    let email = format!("owner@{}.example", theirs.slug);
    let tab = format!("/w/{}/settings/access-tokens", theirs.slug);
    let (id, secret) = server.mint(&theirs, new_token(MARKUP, &["read"])).await;
    let call = server.holding(&secret).request(reqwest::Method::GET, "/whoami").header("user-agent", MARKUP);
    assert_eq!(call.send().await.unwrap().status(), 200);
    server.service.flush_uses().await.unwrap();

    let mut owner = server.browser();
    owner.sign_in(MARKUP, "not the right password").await;
    let mut pages = vec![owner.get("/sign-in").await];
    owner.sign_in(&email, crate::support::PASSWORD).await;
    let form = [
        ("workspace", theirs.slug.as_str()),
        ("kind", "access_token"),
        ("name", MARKUP),
        ("expiry", MARKUP),
        ("until", MARKUP),
        ("scopes[]", MARKUP),
    ];
    owner.post("/fn/create_credential", &form).await;
    let of_the_token = [format!("/new?like={id}"), format!("/{id}"), format!("/{id}/revoke")];
    for below in ["/new", "", "/new"].into_iter().chain(of_the_token.iter().map(String::as_str)) {
        pages.push(owner.get(&format!("{tab}{below}")).await);
    }
    pages.push(owner.get(&format!("{tab}/created?id={id}")).await);
    pages.push(owner.get("/%3C/title%3E%3Cscript%3Ealert(1)%3C/script%3E?a=%3Cscript%3Ealert(1)%3C/script%3E").await);
    pages.push(owner.get("/setup?code=%3Cscript%3Ealert(1)%3C/script%3E").await);
    let mut shown = 0;
    for page in pages {
        assert!(!page.body.contains("<script>alert"), "{}", page.body);
        assert!(!page.body.contains("\"'><script"), "{}", page.body);
        shown += usize::from(page.body.contains("&lt;script&gt;alert(1)"));
    }
    assert!(shown >= 6, "{shown} pages show it as a text");
}

#[tokio::test]
async fn an_owner_of_a_full_plan_is_told_why_there_is_no_form() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    for _ in 0..5 {
        server.mint(&home, new_token("Token", &["read"])).await;
    }
    let mut owner = server.signed_in("owner@northwind.example").await;
    let page = owner.get(NEW).await.body;
    assert!(!page.contains("name=\"form_key\""), "there is no form");
    let form = [
        ("workspace", "northwind"),
        ("kind", "access_token"),
        ("name", "Sixth"),
        ("expiry", "never"),
        ("scopes[]", "read"),
    ];
    let answer = owner.ask("create_credential", &form).await.json();
    assert!(answer["Refused"].as_str().unwrap().starts_with("All 5 tokens of the Free plan are in use."), "{answer}");
}
