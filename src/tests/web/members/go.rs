//! Changing roles, removing, leaving: by plain forms.

use latchkey::domain::{plan::Plan, role::Role};

use super::{MEMBERS, id, member, members};
use crate::support::{Browser, Server, hidden};

const ADA: &str = "ada@northwind.example";
const OWNER: &str = "owner@northwind.example";

async fn make_token(browser: &mut Browser, name: &str) {
    let form = [
        ("workspace", "northwind"),
        ("kind", "access_token"),
        ("name", name),
        ("expiry", "90"),
        ("scopes[]", "deploy"),
    ];
    assert_eq!(browser.post("/fn/create_credential", &form).await.status, 302);
}

async fn status(browser: &mut Browser, name: &str) -> String {
    let list = browser.ask("list_credentials", &[("workspace", "northwind"), ("kind", "access_token")]).await.json();
    let tokens = list["tokens"].as_array().unwrap();
    tokens.iter().find(|token| token["name"] == name).unwrap()["status"].as_str().unwrap().to_lowercase()
}

#[tokio::test]
async fn an_owner_promotes_and_demotes_who_answers_for_nothing_without_a_question() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person(ADA, &home, Role::Member).await;
    let mut owner = server.signed_in(OWNER).await;
    let ada = id(&mut owner, ADA).await;
    for role in ["admin", "owner", "member"] {
        let form = [("workspace", "northwind"), ("user", &ada), ("role", role)];
        let changed = owner.post("/fn/change_role", &form).await;
        assert_eq!((changed.status, changed.header("location")), (302, MEMBERS), "{}", changed.body);
        assert_eq!(member(&mut owner, ADA).await["role"], role);
    }
    // What no form sends is refused in words, on the page.
    for (role, message) in [("boss", "The role is owner, admin or member."), ("", "The role is missing.")] {
        let form = [("workspace", "northwind"), ("user", &ada), ("role", role)];
        assert_eq!(owner.post("/fn/change_role", &form).await.header("location"), MEMBERS);
        assert!(owner.get(MEMBERS).await.body.contains(message), "{role}");
    }
}

#[tokio::test]
async fn an_owner_who_demotes_is_asked_about_tokens_first() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person(ADA, &home, Role::Admin).await;
    let mut ada = server.signed_in(ADA).await;
    make_token(&mut ada, "Deploy from CI").await;
    let mut owner = server.signed_in(OWNER).await;
    let (ada_id, owner_id) = (id(&mut owner, ADA).await, id(&mut owner, OWNER).await);
    let form = [("workspace", "northwind"), ("user", &ada_id), ("role", "member")];
    let asked = owner.post("/fn/change_role", &form).await;
    let dialog = format!("{MEMBERS}/{ada_id}/role");
    assert_eq!((asked.status, asked.header("location")), (302, dialog.as_str()));
    assert_eq!(member(&mut owner, ADA).await["role"], "admin", "nothing was done yet");

    let page = owner.get(&dialog).await;
    assert_eq!(page.status, 200);
    for words in ["Make ada@northwind.example a Member?", "Deploy from CI", "Revoke it", "Hand it over", "1 token"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let heirs: Vec<_> =
        page.body.split("<option").filter(|o| o.split('>').next().unwrap().contains(&owner_id)).collect();
    assert!(heirs.len() == 1 && heirs[0].contains("owner@northwind.example (Owner)"), "{heirs:?}");

    // Refused, what was chosen is still chosen.
    let mut form = vec![
        ("workspace", "northwind"),
        ("user", &ada_id),
        ("role", "member"),
        ("credentials", "hand_over"),
        ("to", &ada_id),
    ];
    assert_eq!(owner.post("/fn/change_role", &form).await.header("location"), dialog);
    let page = owner.get(&dialog).await.body;
    assert!(page.contains("Choose another owner or admin of this workspace."), "{page}");
    let chosen = page.split("<input").find(|field| field.contains("value=\"hand_over\"")).unwrap();
    assert!(chosen.split('>').next().unwrap().contains(" checked"), "{chosen}");

    form[4].1 = &owner_id;
    assert_eq!(owner.post("/fn/change_role", &form).await.header("location"), MEMBERS);
    assert_eq!(member(&mut owner, ADA).await["role"], "member");
    assert_eq!(member(&mut owner, OWNER).await["tokens"], 1);
    assert_eq!(status(&mut owner, "Deploy from CI").await, "active");
    let refused = ada.ask("create_credential", &[("workspace", "northwind"), ("kind", "access_token")]).await;
    assert_eq!(refused.status, 403, "from the next request on");
}

#[tokio::test]
async fn an_owner_removes_and_the_workspace_is_gone_for_them_while_their_session_lives() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person(ADA, &home, Role::Admin).await;
    let mut ada = server.signed_in(ADA).await;
    make_token(&mut ada, "Deploy from CI").await;
    make_token(&mut ada, "Nightly").await;
    let mut owner = server.signed_in(OWNER).await;
    let ada_id = id(&mut owner, ADA).await;
    let page = owner.get(&format!("{MEMBERS}/{ada_id}/remove")).await.body;
    for words in ["Remove ada@northwind.example?", "They are responsible for 2 tokens.", "Nightly", "Revoke both"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(hidden(&page, "user"), ada_id);
    let form = [("workspace", "northwind"), ("user", &ada_id), ("credentials", "revoke"), ("to", &ada_id)];
    let removed = owner.post("/fn/remove_member", &form).await;
    assert_eq!((removed.status, removed.header("location")), (302, MEMBERS), "{}", removed.body);
    assert_eq!(members(&mut owner).await.len(), 1);
    assert_eq!(status(&mut owner, "Deploy from CI").await, "revoked");

    assert_eq!(ada.viewer().await.as_deref(), Some(ADA), "the session lives");
    let (gone, never) = (ada.get(MEMBERS).await, ada.get("/w/nowhere/members").await);
    assert_eq!((gone.status, never.status), (404, 404));
    assert_eq!(ada.ask("list_members", &[("workspace", "northwind")]).await.status, 404);
    assert_eq!(owner.get(&format!("{MEMBERS}/{ada_id}/remove")).await.status, 404, "there is nobody to remove");
}

#[tokio::test]
async fn a_person_leaves_after_saying_what_becomes_of_their_tokens() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person(ADA, &home, Role::Admin).await;
    let mut ada = server.signed_in(ADA).await;
    make_token(&mut ada, "Deploy from CI").await;
    let mut owner = server.signed_in(OWNER).await;
    let owner_id = id(&mut owner, OWNER).await;
    let page = ada.get(&format!("{MEMBERS}/leave")).await.body;
    for words in ["Leave Northwind?", "You are responsible for 1 token.", "Deploy from CI"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let form = [("workspace", "northwind"), ("credentials", "hand_over"), ("to", &owner_id)];
    let left = ada.post("/fn/leave_workspace", &form).await;
    assert_eq!((left.status, left.header("location")), (302, "/"), "{}", left.body);
    assert_eq!(ada.get(MEMBERS).await.status, 404);
    assert_eq!(ada.get("/").await.status, 200, "a page for who is in no workspace");
    assert_eq!((members(&mut owner).await.len(), status(&mut owner, "Deploy from CI").await), (1, "active".into()));
}

#[tokio::test]
async fn the_last_owner_cannot_go() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person(ADA, &home, Role::Admin).await;
    let mut owner = server.signed_in(OWNER).await;
    let page = owner.get(&format!("{MEMBERS}/leave")).await.body;
    assert!(
        page.contains("A workspace always keeps one owner.") && !page.contains("Leave workspace</button>"),
        "{page}"
    );
    let own = id(&mut owner, OWNER).await;
    for (function, form) in [
        ("leave_workspace", vec![("workspace", "northwind")]),
        ("remove_member", vec![("workspace", "northwind"), ("user", &own)]),
        ("change_role", vec![("workspace", "northwind"), ("user", &own), ("role", "admin")]),
        ("change_role", vec![("workspace", "northwind"), ("user", &own), ("role", "member")]),
    ] {
        let refused = owner.ask(function, &form).await;
        assert_eq!(refused.status, 409, "{function}: {}", refused.body);
        assert!(refused.body.contains("A workspace always keeps one owner."));
    }
    let refused = owner.post("/fn/leave_workspace", &[("workspace", "northwind")]).await;
    assert_eq!(refused.header("location"), format!("{MEMBERS}/leave"));
    assert_eq!(member(&mut owner, OWNER).await["role"], "owner");
    // With another owner they may.
    let ada = id(&mut owner, ADA).await;
    owner.post("/fn/change_role", &[("workspace", "northwind"), ("user", &ada), ("role", "owner")]).await;
    assert_eq!(owner.ask("leave_workspace", &[("workspace", "northwind")]).await.status, 200);
}
