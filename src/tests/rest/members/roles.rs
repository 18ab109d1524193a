//! `PATCH …/members/{user}`.

use latchkey::{
    domain::{plan::Plan, role::Role},
    service::new_credential::NewCredential,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{INVITATIONS, MEMBERS, member, path};
use crate::support::{Answer, Api, Server, new_token};

async fn patch(api: &Api, path: &str, body: &Value) -> Answer {
    Answer::to(api.request(Method::PATCH, path).json(body)).await
}

#[tokio::test]
async fn an_admin_token_gives_members_another_role() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Member).await;
    let api = server.token(&home, &["admin"]).await;
    let ada = path(&api, "ada@northwind.example").await;
    for role in ["admin", "admin", "member"] {
        let changed = patch(&api, &ada, &json!({ "role": role })).await;
        assert_eq!((changed.status, changed.text("role")), (200, role.to_owned()), "{}", changed.body);
        assert_eq!(changed.json(), member(&api, "ada@northwind.example").await);
    }
    let same = patch(&api, &ada, &json!({})).await;
    assert_eq!((same.status, same.text("role")), (200, "member".to_owned()), "absent leaves it as it is");
    assert_eq!(patch(&api, &ada, &json!({ "role": null })).await.broken(), ["role required"]);
    assert_eq!(patch(&api, &ada, &json!({ "role": "boss" })).await.broken(), ["role unknown"]);
    assert_eq!(patch(&api, &ada, &json!({ "email": "x" })).await.broken(), ["email unknown_member"]);
    let both = patch(&api, &format!("{ada}?credentials=keep"), &json!({ "role": "boss" })).await;
    assert_eq!(both.broken(), ["credentials unknown", "role unknown"]);
}

#[tokio::test]
async fn an_admin_token_touches_no_owner_and_makes_none() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Admin).await;
    server.person("eve@northwind.example", &home, Role::Owner).await;
    let api = server.token(&home, &["admin"]).await;
    let (ada, eve) = (path(&api, "ada@northwind.example").await, path(&api, "eve@northwind.example").await);
    patch(&api, &ada, &json!({ "role": "owner" })).await.problem(403, "needs_person");
    for role in ["admin", "member", "owner"] {
        patch(&api, &eve, &json!({ "role": role })).await.problem(403, "needs_person");
    }
    api.delete(&eve).await.problem(403, "needs_person");
    assert_eq!(member(&api, "eve@northwind.example").await["role"], "owner");
    assert_eq!(member(&api, "ada@northwind.example").await["role"], "admin");
}

#[tokio::test]
async fn a_token_without_the_scope_changes_nobody_and_one_of_elsewhere_finds_nobody() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Member).await;
    let reader = server.token(&home, &["read", "deploy", "delete"]).await;
    let ada = path(&reader, "ada@northwind.example").await;
    patch(&reader, &ada, &json!({ "role": "admin" })).await.problem(403, "insufficient_scope");
    reader.delete(&ada).await.problem(403, "insufficient_scope");
    reader.get("/workspaces/northwind/invitations").await.problem(403, "insufficient_scope");

    let stranger = server.token(&elsewhere, &["admin"]).await;
    let through_own = ada.replace("northwind", "elsewhere");
    let admin = server.token(&home, &["admin"]).await;
    for (api, path) in [
        (&stranger, ada.as_str()),
        (&stranger, through_own.as_str()),
        (&admin, &format!("{MEMBERS}/usr_00000000000000000000000000")),
        (&admin, &format!("{MEMBERS}/nobody")),
    ] {
        patch(api, path, &json!({ "role": "admin" })).await.problem(404, "not_found");
        api.delete(path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_token_of_one_project_sees_nobody_and_changes_nobody_whatever_its_scopes() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    let admin = server.token(&home, &["admin"]).await;
    let made = admin.post("/workspaces/northwind/projects", &json!({ "name": "Weekly report" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let new = NewCredential { project: Some("weekly-report".to_owned()), ..new_token("Of one project", &["admin"]) };
    let (_, secret) = server.mint(&home, new).await;
    let api = server.holding(&secret);
    let owner = path(&admin, "owner@northwind.example").await;
    let sam = json!({ "email": "sam@northwind.example", "role": "member" });
    for answer in [
        api.get(MEMBERS).await,
        patch(&api, &owner, &json!({ "role": "member" })).await,
        api.delete(&owner).await,
        api.get(INVITATIONS).await,
        api.post(INVITATIONS, &sam).await,
        api.delete(&format!("{INVITATIONS}/inv_00000000000000000000000000")).await,
    ] {
        answer.problem(403, "insufficient_level");
    }
}
