//! `/setup`: the first owner and workspace.

use tokio::task::JoinSet;

use crate::support::{PASSWORD, Server, hidden};

#[tokio::test]
async fn a_stranger_without_the_code_finds_no_set_up() {
    let server = Server::start().await;
    server.service.offer_setup().await.unwrap().unwrap();
    let mut browser = server.browser();
    for path in ["/setup", "/setup?code=", "/setup?code=000000000000000000000000"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(!page.body.contains("name=\"password\""));
    }
    let form = [("code", "x"), ("email", "a@b.example"), ("password", PASSWORD), ("workspace", "W")];
    let answer = browser.ask("set_up", &form).await;
    assert_eq!((answer.status, answer.json()), (404, "NotFound".into()));
    assert!(!server.service.is_set_up().await.unwrap());
}

#[tokio::test]
async fn an_operator_is_told_what_is_wrong_and_types_only_the_password_again() {
    let server = Server::start().await;
    let code = server.service.offer_setup().await.unwrap().unwrap();
    let page = format!("/setup?code={code}");
    let mut browser = server.browser();
    assert_eq!(hidden(&browser.get(&page).await.body, "code"), code);
    let form = [
        ("code", code.as_str()),
        ("email", "Ada@northwind.example"),
        ("password", "too short"),
        ("workspace", "North & Wind"),
    ];
    let answer = browser.post("/fn/set_up", &form).await;
    assert_eq!((answer.status, answer.header("location")), (302, page.as_str()));
    let refused = browser.get(&page).await.body;
    assert_eq!(hidden(&refused, "email"), "Ada@northwind.example");
    assert_eq!(hidden(&refused, "workspace"), "North &amp; Wind");
    assert!(refused.contains("The password needs at least 12 characters."), "{refused}");
    assert!(!refused.contains("too short"), "what was typed as a password does not come back");
    assert!(!server.service.is_set_up().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_operators_at_once_make_one_owner() {
    for server in [Server::start().await, Server::start_on_postgresql().await] {
        let code = server.service.offer_setup().await.unwrap().unwrap();
        let page = format!("/setup?code={code}");
        let mut attempts = JoinSet::new();
        for name in ["first", "second"] {
            let (code, mut browser) = (code.clone(), server.browser());
            attempts.spawn(async move {
                let email = format!("{name}@northwind.example");
                let form =
                    [("code", code.as_str()), ("email", &email), ("password", PASSWORD), ("workspace", "Northwind")];
                browser.post("/fn/set_up", &form).await;
                browser.viewer().await
            });
        }
        let signed_in: Vec<_> = attempts.join_all().await.into_iter().flatten().collect();
        assert_eq!(signed_in.len(), 1, "{signed_in:?}");

        // Afterwards the page is gone for good.
        assert!(server.service.is_set_up().await.unwrap());
        assert_eq!(server.service.offer_setup().await.unwrap(), None);
        assert_eq!(server.browser().get(&page).await.status, 404);
        let other = if signed_in[0].starts_with("first") { "second" } else { "first" };
        let mut browser = server.browser();
        browser.sign_in(&format!("{other}@northwind.example"), PASSWORD).await;
        assert_eq!(browser.viewer().await, None, "the other account was not made");
    }
}
