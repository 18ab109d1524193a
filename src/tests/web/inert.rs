//! Names that are markup stay names, on every page and in every refusal.

use latchkey::{
    domain::{
        credential::{CredentialId, Kind},
        plan::Plan,
        role::Role,
    },
    service::new_credential::NewCredential,
    web::app::App,
};
use leptos_axum::generate_route_list;
use reqwest::{Method, header};

use crate::support::{Answer, Browser, Server, new_token};

const NAME: &str = "</title><script>alert(1)</script>";

#[track_caller]
fn is_inert(answer: &Answer, path: &str) {
    if answer.header("content-type") == "application/json" && answer.header("x-content-type-options") == "nosniff" {
        // Nothing that a browser would draw.
        return;
    }
    let told = format!("{:?} {}", answer.headers, answer.body);
    for open in ["</title><script", "<script>alert", "alert(1)</script", "<img src=x"] {
        assert!(!told.contains(open), "{path} is open to {open}: {told}");
    }
}

/// The path of a route with what stands for its parameters.
fn filled(route: &str, token: CredentialId, key: CredentialId, project: &str) -> String {
    let id = if route.contains("api-keys") { key } else { token };
    let fill = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        None => segment.to_owned(),
        Some("workspace") => "northwind".to_owned(),
        Some("project") => project.to_owned(),
        Some("id") => id.to_string(),
        Some(_) => "%3C%2Ftitle%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E".to_owned(),
    };
    route.split('/').map(fill).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn an_owner_who_calls_everything_a_script_runs_none() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person("</title><script>alert(1)</script>@northwind.example", &home, Role::Member).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let form = [("workspace", "northwind"), ("name", NAME)];
    assert_eq!(owner.post("/fn/rename_workspace", &form).await.status, 302);
    let project = server.project(&home, NAME).await;
    let (token, _) = server.mint(&home, new_token(NAME, &["read"])).await;
    let description = format!("{NAME}</textarea><img src=x onerror=alert(1)>");
    let key = NewCredential { description, ..NewCredential::plain(Kind::ApiKey, NAME, vec!["read".to_owned()]) };
    let (key, _) = server.mint(&home, key).await;

    let mut seen = 0;
    for route in generate_route_list(App) {
        let path = filled(route.path(), token, key, &project.slug);
        let page = owner.get(&path).await;
        is_inert(&page, &path);
        seen += usize::from(page.body.contains("alert(1)"));
        for query in ["q", "next", "after", "status", "like", "code", "id"] {
            let path = format!("{path}?{query}=%3C%2Ftitle%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E");
            is_inert(&owner.get(&path).await, &path);
        }
    }
    assert!(seen > 12, "only {seen} pages say a name");
    for path in ["/%3C/title%3E%3Cscript%3Ealert(1)%3C/script%3E", "/w/%3Cscript%3Ealert(1)%3C%2Fscript%3E/projects"] {
        is_inert(&owner.get(path).await, path);
    }
}

/// Sends a form that is refused, by script and without, and looks at what both get.
async fn is_refused_inertly(browser: &mut Browser, function: &str, form: &[(&str, &str)], back: &str) {
    is_inert(&browser.ask(function, form).await, function);
    let referer = format!("{back}?{NAME}");
    let request = browser.request(Method::POST, &format!("/fn/{function}"));
    let request = request.header("sec-fetch-site", "same-origin").header(header::REFERER, referer).form(form);
    let answer = browser.send(request).await;
    is_inert(&answer, function);
    let next = answer.header("location").to_owned();
    if next.starts_with('/') {
        is_inert(&browser.get(&next).await, &next);
    }
    is_inert(&browser.get(back).await, back);
}

#[tokio::test]
async fn an_owner_whose_forms_are_refused_gets_back_what_was_typed_as_text() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let (home, tab) = (("workspace", "northwind"), "/w/northwind/settings");
    for (function, form, back) in [
        (
            "create_credential",
            vec![
                home,
                ("kind", "api_key"),
                ("name", NAME),
                ("description", "</textarea><img src=x>"),
                ("scopes[]", NAME),
                ("expiry", NAME),
            ],
            format!("{tab}/api-keys/new"),
        ),
        ("create_credential", vec![home, ("kind", NAME), ("name", NAME)], format!("{tab}/access-tokens/new")),
        ("invite", vec![home, ("email", NAME), ("role", NAME)], "/w/northwind/members".to_owned()),
        ("rename_workspace", vec![home, ("name", "")], format!("{tab}/general")),
        ("sign_in", vec![("email", NAME), ("password", "x"), ("next", NAME)], "/sign-in".to_owned()),
        ("revoke_credential", vec![("workspace", NAME), ("id", NAME)], format!("{tab}/access-tokens")),
        ("create_project", vec![("workspace", NAME), ("name", NAME)], "/w/northwind/projects/new".to_owned()),
    ] {
        is_refused_inertly(&mut owner, function, &form, &back).await;
    }
    is_refused_inertly(&mut server.browser(), "sign_in", &[("email", NAME), ("password", "")], "/sign-in").await;
}
