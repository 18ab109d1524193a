//! A credential never exceeds its maker, nor its editor (PRODUCT section 2).

use latchkey::{
    domain::{lifetime, plan::Plan, role::Role, workspace::Workspace},
    service::{
        actor::{Actor, Origin},
        edit_credential::Change,
        new_credential::NewCredential,
    },
    store::{members, users},
};
use serde_json::json;

use super::{KEYS, new_key, patch};
use crate::support::{Server, new_token};

const TOKENS: &str = "/workspaces/northwind/access-tokens";

/// Gives somebody another role, or none.
async fn set_role(server: &Server, workspace: &Workspace, email: &str, role: Option<Role>) {
    let mut tx = server.service.store().begin().await.unwrap();
    let user = users::login(tx.on(), &latchkey::domain::text::Email::parse(email).unwrap()).await.unwrap().unwrap().id;
    let done = match role {
        Some(role) => members::set_role(&mut tx, workspace.id, user, role).await,
        None => members::remove(&mut tx, workspace.id, user).await,
    };
    assert!(done.unwrap());
    tx.commit().await.unwrap();
}

fn ending(new: NewCredential, server: &Server, end: &str) -> NewCredential {
    NewCredential { expires_at: lifetime::parse("expires_at", end, server.now()).map(Some), ..new }
}

#[tokio::test]
async fn an_admin_token_grants_what_an_admin_may_and_nothing_of_an_owner() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    for scope in ["admin", "all"] {
        let api = server.token(&home, &[scope]).await;
        let wider = api.post(KEYS, &json!({ "name": "Billing", "scopes": ["billing:read", "billing:write"] })).await;
        assert_eq!(wider.broken(), ["scopes exceeds_maker"], "{scope}");
        assert!(wider.body.contains("billing:write"), "the scope is named: {}", wider.body);
        let same = api.post(KEYS, &json!({ "name": "Billing", "scopes": ["billing:read", "manage_servers"] })).await;
        assert_eq!(same.status, 201, "{}", same.body);
        let wider = patch(&api, same.text("id"), &json!({ "scopes": ["billing:write"] })).await;
        assert_eq!(wider.broken(), ["scopes exceeds_maker"], "{scope}");
    }
}

#[tokio::test]
async fn a_token_edits_no_key_into_one_that_it_could_not_make() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let api = server.token(&home, &["admin"]).await;
    let (id, secret) = server.mint(&home, new_key("Billing", &["billing:read", "billing:write"])).await;
    for body in [
        json!({ "name": "Other" }),
        json!({ "description": "Other" }),
        json!({ "expires_at": "2026-12-31" }),
        json!({ "active": true }),
        json!({ "scopes": ["billing:write"] }),
        json!({ "name": "Other", "active": false }),
    ] {
        assert_eq!(patch(&api, id, &body).await.broken(), ["scopes exceeds_maker"], "{body}");
    }
    // As it may delete the key, it may stop it, but then not start it again.
    assert_eq!(patch(&api, id, &json!({ "active": false })).await.text("status"), "inactive");
    server.holding(&secret).get("/whoami").await.problem(401, "invalid_token");
    assert_eq!(patch(&api, id, &json!({ "active": true })).await.broken(), ["scopes exceeds_maker"]);
    // And it may leave it with less than it has itself.
    assert_eq!(patch(&api, id, &json!({ "scopes": ["billing:read"], "active": true })).await.status, 200);
    assert_eq!(server.holding(&secret).get("/whoami").await.json()["scopes"], json!(["billing:read"]));
}

#[tokio::test]
async fn what_a_token_makes_or_edits_ends_no_later_than_it_does() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (_, secret) = server.mint(&home, ending(new_token("Maker", &["admin"]), &server, "2026-12-01")).await;
    let api = server.holding(&secret);
    for kind in [TOKENS, KEYS] {
        for end in [json!(null), json!("2026-12-02"), json!("2026-12-02T00:00:00Z")] {
            let made = api.post(kind, &json!({ "name": "Child", "scopes": ["read"], "expires_at": end })).await;
            assert_eq!(made.broken(), ["expires_at exceeds_maker"], "{kind} {end}");
            assert!(made.body.contains("2026-12-01T23:59:59Z"), "its own end is named: {}", made.body);
        }
        let body = json!({ "name": "Child", "scopes": ["read"], "expires_at": "2026-12-01" });
        assert_eq!(api.post(kind, &body).await.status, 201);
    }
    let (endless, _) = server.mint(&home, new_key("Endless", &["read"])).await;
    for body in [json!({ "name": "Other" }), json!({ "expires_at": null }), json!({ "expires_at": "2026-12-02" })] {
        assert_eq!(patch(&api, endless, &body).await.broken(), ["expires_at exceeds_maker"], "{body}");
    }
    assert_eq!(patch(&api, endless, &json!({ "active": false })).await.status, 200);
    assert_eq!(patch(&api, endless, &json!({ "active": true, "expires_at": "2026-12-01" })).await.status, 200);
}

#[tokio::test]
async fn a_maker_who_loses_the_role_takes_the_rights_along_from_the_next_request() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    // The operator's tokens are the owner's to answer for.
    let owner = "owner@northwind.example";
    let (key, secret) = server.mint(&home, new_key("Billing", &["read", "billing:write"])).await;
    let holder = server.holding(&secret);
    let admin = server.token(&home, &["admin"]).await;
    let counts = async || holder.get("/whoami").await.json()["scopes"].clone();
    assert_eq!(counts().await, json!(["read", "billing:write"]));

    set_role(&server, &home, owner, Some(Role::Admin)).await;
    assert_eq!(counts().await, json!(["read"]), "what only an owner may grant sleeps");
    assert_eq!(admin.get(&format!("{KEYS}/{key}")).await.json()["scopes"], json!(["read", "billing:write"]));
    set_role(&server, &home, owner, Some(Role::Owner)).await;
    assert_eq!(counts().await, json!(["read", "billing:write"]));

    for role in [Some(Role::Member), None] {
        set_role(&server, &home, owner, role).await;
        assert_eq!(counts().await, json!([]));
        holder.get("/workspaces").await.problem(403, "insufficient_scope");
        admin.post(KEYS, &json!({ "name": "Child", "scopes": ["read"] })).await.problem(403, "insufficient_scope");
        patch(&admin, key, &json!({ "active": false })).await.problem(403, "insufficient_scope");
    }
}

#[tokio::test]
async fn nothing_is_edited_on_rights_that_are_gone() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (editor, secret) = server.mint(&home, new_token("Editor", &["admin"])).await;
    let (key, _) = server.mint(&home, new_key("Key", &["read"])).await;
    let origin = Origin::OPERATOR;
    // The token was good when its request came, and is revoked before its change.
    let verified = server.service.verify(&secret, None, &origin).await.unwrap().unwrap();
    server.service.revoke_credential(&Actor::Operator, &origin, "northwind", editor, true).await.unwrap();
    let change = Change { name: Some("Edited".to_owned()), ..Change::default() };
    let actor = Actor::Credential(verified);
    let late = server.service.edit_credential(&actor, &origin, "northwind", key, change).await;
    assert!(matches!(late, Err(latchkey::service::Error::Unauthenticated)), "{late:?}");
}

#[tokio::test]
async fn a_token_of_one_project_makes_and_edits_nothing_beyond_it() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let (own, other) = (server.project(&home, "Own").await, server.project(&home, "Other").await);
    let of = |project: &str, new: NewCredential| NewCredential { project: Some(project.to_owned()), ..new };
    let (_, secret) = server.mint(&home, of(&own.slug, new_token("Own", &["admin"]))).await;
    let api = server.holding(&secret);
    for kind in [TOKENS, KEYS] {
        let make = async |project: serde_json::Value| {
            api.post(kind, &json!({ "name": "Child", "scopes": ["read"], "project": project })).await
        };
        assert_eq!(make(json!(null)).await.broken(), ["project exceeds_maker"], "workspace from project: {kind}");
        assert_eq!(make(json!(other.slug)).await.broken(), ["project unknown"], "another project: {kind}");
        let made = make(json!(own.slug)).await;
        assert_eq!(
            (made.status, made.text("level"), made.text("project")),
            (201, "project".into(), own.id.to_string())
        );
    }
    let (its, _) = server.mint(&home, of(&own.slug, new_key("Its", &["read"]))).await;
    let (foreign, _) = server.mint(&home, of(&other.slug, new_key("Foreign", &["read"]))).await;
    let (whole, _) = server.mint(&home, new_key("Whole", &["read"])).await;
    assert_eq!(patch(&api, its, &json!({ "name": "Edited" })).await.text("name"), "Edited");
    for id in [foreign, whole] {
        for body in [json!({ "name": "Edited" }), json!({ "active": false })] {
            patch(&api, id, &body).await.problem(404, "not_found");
        }
        api.delete(&format!("{KEYS}/{id}")).await.problem(404, "not_found");
    }
}
