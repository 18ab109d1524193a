//! `/invitations/{code}`: joining by the link.

use latchkey::domain::{plan::Plan, role::Role};
use time::Duration;

use super::{MEMBERS, invite, member, members};
use crate::support::{PASSWORD, Server};

const FIRST_PAGE: &str = "/w/northwind/settings/access-tokens";
const SAM: &str = "sam@northwind.example";

#[tokio::test]
async fn a_newcomer_chooses_a_password_and_is_in() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let code = invite(&mut owner, SAM, "admin").await;
    let link = format!("/invitations/{code}");
    let mut sam = server.browser();
    let page = sam.get(&link).await;
    assert_eq!(page.status, 200);
    for words in ["Join Northwind", "owner@northwind.example invites you as Admin.", SAM, "Create account and join"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    for (password, message) in [
        ("too tiny", "The password needs at least 12 characters."),
        ("1q2w3e4r5t6y", "That password is on every attacker's list."),
        ("SAM@northwind.example", "The password must not be your email address."),
    ] {
        let refused = sam.post("/fn/accept_as_newcomer", &[("code", &code), ("password", password)]).await;
        assert_eq!((refused.status, refused.header("location")), (302, link.as_str()));
        let page = sam.get(&link).await.body;
        assert!(page.contains(message) || page.contains(&message.replace('\'', "&#x27;")), "{message}: {page}");
        assert!(!page.contains(password) || password.eq_ignore_ascii_case(SAM), "{password}");
    }
    assert!(member(&mut owner, SAM).await.is_null());

    let joined = sam.post("/fn/accept_as_newcomer", &[("code", &code), ("password", PASSWORD)]).await;
    let next = "/sign-in?fresh=1&next=%2Fw%2Fnorthwind%2Fsettings%2Faccess-tokens";
    assert_eq!((joined.status, joined.header("location")), (302, next), "{}", joined.body);
    assert_eq!(sam.viewer().await.as_deref(), Some(SAM));
    assert_eq!(sam.get(FIRST_PAGE).await.status, 200);
    assert_eq!(member(&mut owner, SAM).await["role"], "admin");
    let again = sam.get(&link).await;
    assert_eq!((again.status, again.header("location")), (302, FIRST_PAGE), "they are in");
    server.signed_in(SAM).await;
}

#[tokio::test]
async fn a_person_of_another_workspace_signs_in_first_and_then_joins() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    server.workspace("Elsewhere", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let code = invite(&mut owner, "OWNER@elsewhere.example", "member").await;
    let link = format!("/invitations/{code}");
    let mut eve = server.browser();
    let page = eve.get(&link).await.body;
    let sign_in = format!("/sign-in?next=%2Finvitations%2F{code}");
    assert!(page.contains(&format!("href=\"{sign_in}\"")), "{page}");
    // A password does not take the place of signing in.
    eve.post("/fn/accept_as_newcomer", &[("code", &code), ("password", "another fine password")]).await;
    assert!(eve.get(&link).await.body.contains("This address has an account."));
    assert_eq!(eve.post("/fn/accept_invitation", &[("code", &code)]).await.header("location"), sign_in);
    assert_eq!(eve.viewer().await, None);

    eve.sign_in("owner@elsewhere.example", PASSWORD).await;
    assert!(eve.get(&link).await.body.contains("You are signed in as OWNER@elsewhere.example."));
    let joined = eve.post("/fn/accept_invitation", &[("code", &code)]).await;
    assert_eq!((joined.status, joined.header("location")), (302, FIRST_PAGE), "{}", joined.body);
    assert_eq!(eve.get(FIRST_PAGE).await.status, 200);
    assert_eq!(eve.get("/w/elsewhere/settings/access-tokens").await.status, 200, "and stays where they were");
    assert_eq!(member(&mut owner, "owner@elsewhere.example").await["role"], "member");
    // Sent twice, it is done once.
    let again = eve.post("/fn/accept_invitation", &[("code", &code)]).await;
    assert_eq!((again.status, again.header("location")), (302, FIRST_PAGE));
    assert_eq!(members(&mut owner).await.len(), 2);
}

#[tokio::test]
async fn another_person_learns_nothing_and_does_not_join() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    server.workspace("Elsewhere", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let code = invite(&mut owner, SAM, "owner").await;
    let link = format!("/invitations/{code}");
    let mut eve = server.signed_in("owner@elsewhere.example").await;
    let page = eve.get(&link).await.body;
    assert!(page.contains("This invitation is for another address") && page.contains("owner@elsewhere.example"));
    assert!(!page.contains(SAM) && !page.contains("Northwind"), "{page}");
    let answer = eve.ask("accept_invitation", &[("code", &code)]).await;
    assert_eq!(answer.status, 409);
    assert!(!answer.body.contains(SAM), "{}", answer.body);
    // Nor by making the account from here.
    assert_eq!(members(&mut owner).await.len(), 1);
}

#[tokio::test]
async fn a_link_that_is_over_looks_like_one_that_never_was() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Member).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let withdrawn = invite(&mut owner, "bob@northwind.example", "member").await;
    let list = owner.ask("list_members", &[("workspace", "northwind")]).await.json();
    let id = list["invitations"][0]["id"].as_str().unwrap();
    assert_eq!(owner.post("/fn/withdraw_invitation", &[("workspace", "northwind"), ("id", id)]).await.status, 302);
    let used = invite(&mut owner, SAM, "member").await;
    let mut sam = server.browser();
    assert_eq!(sam.post("/fn/accept_as_newcomer", &[("code", &used), ("password", PASSWORD)]).await.status, 302);
    let expired = invite(&mut owner, "cyn@northwind.example", "member").await;
    server.advance(Duration::days(7));

    let mut ada = server.signed_in("ada@northwind.example").await;
    for browser in [&mut server.browser(), &mut ada] {
        let mut answers = Vec::new();
        for code in ["nonsense", &withdrawn, &used, &expired] {
            let page = browser.get(&format!("/invitations/{code}")).await;
            assert!(page.body.contains("This invitation does not work") && !page.body.contains("Northwind"));
            let function = if browser.cookies.len() > 1 { "accept_invitation" } else { "accept_as_newcomer" };
            let accepted = browser.ask(function, &[("code", code), ("password", PASSWORD)]).await;
            assert_eq!((page.status, accepted.status), (404, 409), "{}", accepted.body);
            answers.push((page.body.replace(code, "").len(), accepted.body));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
    assert_eq!(members(&mut owner).await.len(), 3);
}

#[tokio::test]
async fn an_invitation_to_a_workspace_that_is_gone_for_the_reader_leads_back_in() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let first = invite(&mut owner, SAM, "member").await;
    let mut sam = server.browser();
    sam.post("/fn/accept_as_newcomer", &[("code", &first), ("password", PASSWORD)]).await;
    let id = super::id(&mut owner, SAM).await;
    owner.post("/fn/remove_member", &[("workspace", "northwind"), ("user", &id)]).await;
    assert_eq!(sam.get(MEMBERS).await.status, 404);
    assert_eq!(sam.get(&format!("/invitations/{first}")).await.status, 404, "it worked once");
    let second = invite(&mut owner, SAM, "admin").await;
    assert_eq!(sam.post("/fn/accept_invitation", &[("code", &second)]).await.status, 302);
    assert_eq!(sam.get(MEMBERS).await.status, 200);
}
