//! Inviting: the form, the link that is shown once, taking back.

use latchkey::domain::{plan::Plan, role::Role};
use reqwest::Method;

use super::MEMBERS;
use crate::support::{Answer, Server, hidden};

#[tokio::test]
async fn an_owner_sees_the_link_once_and_no_one_else_does() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Owner).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let mut other_browser = server.signed_in("owner@northwind.example").await;
    let mut other_owner = server.signed_in("ada@northwind.example").await;
    let form = [("workspace", "northwind"), ("email", "sam@northwind.example"), ("role", "admin")];
    let page = owner.post("/fn/invite", &form).await.header("location").to_owned();
    assert!(page.starts_with(&format!("{MEMBERS}?invited=inv_")), "{page}");

    let link = format!("{}/invitations/", server.url);
    for browser in [&mut other_browser, &mut other_owner] {
        let seen = browser.get(&page).await;
        assert!(seen.status == 200 && seen.body.contains("Already shown") && !seen.body.contains(&link));
    }
    // Neither a HEAD nor a browser that fetches ahead empties the slot.
    Answer::to(owner.request(Method::HEAD, &page)).await;
    let ahead = Answer::to(owner.request(Method::GET, &page).header("sec-purpose", "prefetch")).await;
    assert!(!ahead.body.contains(&link));
    let shown = owner.get(&page).await;
    assert_eq!(shown.header("cache-control"), "no-store");
    assert!(shown.body.contains(&link) && shown.body.contains("29 November 2026 at 20:47:00 UTC"), "{}", shown.body);
    let again = owner.get(&page).await.body;
    assert!(again.contains("Already shown: the link for sam@northwind.example.") && !again.contains(&link));
    let list = owner.get(MEMBERS).await.body;
    assert!(list.contains("Invited by owner@northwind.example") && !list.contains(&link));
}

#[tokio::test]
async fn a_thief_of_the_database_finds_no_link_in_it() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let form = [("workspace", "northwind"), ("email", "sam@northwind.example"), ("role", "admin")];
    let page = owner.post("/fn/invite", &form).await.header("location").to_owned();
    let read = || server.files().into_iter().map(|file| std::fs::read(file).unwrap()).collect::<Vec<_>>();
    let mut stolen = read();
    let shown = owner.get(&page).await.body;
    let code = shown.split_once("/invitations/").unwrap().1.get(..26).unwrap();
    assert_eq!(server.browser().get(&format!("/invitations/{code}")).await.status, 200, "{code}");
    stolen.extend(read());
    let has = |what: &str| stolen.iter().any(|file| file.windows(what.len()).any(|bytes| bytes == what.as_bytes()));
    assert!(has("sam@northwind.example") && !has(code));
}

#[tokio::test]
async fn an_owner_who_is_refused_finds_what_was_typed() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    for (email, message) in [
        ("sam at northwind", "That is not an email address. It looks like name@example.org."),
        ("owner@NORTHWIND.example", "This person is in the workspace already."),
    ] {
        let form = [("workspace", "northwind"), ("email", email), ("role", "admin")];
        let refused = owner.post("/fn/invite", &form).await;
        assert_eq!((refused.status, refused.header("location")), (302, MEMBERS));
        let page = owner.get(MEMBERS).await.body;
        assert!(page.contains(message), "{page}");
        assert_eq!(hidden(&page, "email"), email);
        let chosen: Vec<_> =
            page.split("<option").filter(|o| o.split('>').next().unwrap().contains(" selected")).collect();
        assert!(chosen.len() == 1 && chosen[0].contains("value=\"admin\""), "{chosen:?}");
        assert!(!owner.get(MEMBERS).await.body.contains(message), "it is told once");
    }
}

#[tokio::test]
async fn an_owner_withdraws_an_invitation() {
    let server = Server::start().await;
    server.workspace("Northwind", Plan::Free).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    let code = super::invite(&mut owner, "sam@northwind.example", "member").await;
    let link = format!("/invitations/{code}");
    assert_eq!(server.browser().get(&link).await.status, 200);
    let page = owner.get(MEMBERS).await.body;
    let (_, line) = page
        .split_once("Withdraw the invitation of sam@northwind.example")
        .map_or_else(|| panic!("no button: {page}"), |(before, after)| (after, before.rsplit_once("<form").unwrap().1));
    let id = hidden(line, "id");
    let done = owner.post("/fn/withdraw_invitation", &[("workspace", "northwind"), ("id", &id)]).await;
    assert_eq!((done.status, done.header("location")), (302, MEMBERS));
    assert!(!owner.get(MEMBERS).await.body.contains("sam@northwind.example"));
    assert_eq!(server.browser().get(&link).await.status, 404);
}

#[tokio::test]
async fn a_member_sees_who_is_there_without_controls_and_no_invitation() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Member).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    super::invite(&mut owner, "sam@northwind.example", "member").await;
    let mut ada = server.signed_in("ada@northwind.example").await;
    let page = ada.get(MEMBERS).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("owner@northwind.example") && page.body.contains("Leave workspace"));
    for absent in ["sam@northwind.example", "Invite by link", "<select", "Remove from workspace", "Withdraw"] {
        assert!(!page.body.contains(absent), "{absent}");
    }
    let id = super::id(&mut ada, "owner@northwind.example").await;
    for dialog in ["remove", "role"] {
        let page = ada.get(&format!("{MEMBERS}/{id}/{dialog}")).await;
        assert_eq!(page.status, 403, "{dialog}");
        assert!(page.body.contains("Only an admin of this workspace may do this."));
    }
}
