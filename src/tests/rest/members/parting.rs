//! What becomes of tokens and keys when who answers for them is removed or demoted.

use latchkey::domain::{plan::Plan, role::Role, workspace::Workspace};
use reqwest::Method;
use serde_json::json;

use super::{MEMBERS, member, path, token_of};
use crate::support::{Answer, Api, Server, new_token};

/// A workspace with two admins, `ada` and `bob`, and somebody who holds an `admin` token of the owner.
async fn northwind(server: &Server) -> (Workspace, Api) {
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person("ada@northwind.example", &home, Role::Admin).await;
    server.person("bob@northwind.example", &home, Role::Admin).await;
    let api = server.token(&home, &["admin"]).await;
    (home, api)
}

#[tokio::test]
async fn a_removed_persons_tokens_are_revoked_unless_somebody_is_named() {
    let server = Server::start().await;
    let (_, api) = northwind(&server).await;
    let first = token_of(&server, "ada@northwind.example", "First", "read").await;
    let other = token_of(&server, "bob@northwind.example", "Bob's", "read").await;
    assert_eq!(member(&api, "ada@northwind.example").await["responsible_for"]["access_tokens"], 1);
    let ada = path(&api, "ada@northwind.example").await;
    assert_eq!(api.delete(&ada).await.status, 204);
    first.get("/whoami").await.problem(401, "invalid_token");
    assert_eq!(other.get("/whoami").await.status, 200);
    assert!(member(&api, "ada@northwind.example").await.is_null());
    api.delete(&ada).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_removed_persons_tokens_go_on_under_the_one_who_is_named() {
    let server = Server::start().await;
    let (_, api) = northwind(&server).await;
    let first = token_of(&server, "ada@northwind.example", "First", "read").await;
    let (ada, bob) = (path(&api, "ada@northwind.example").await, member(&api, "bob@northwind.example").await);
    let bob_id = bob["id"].as_str().unwrap();
    assert_eq!(api.delete(&format!("{ada}?credentials=hand_over&to={bob_id}")).await.status, 204);
    assert_eq!(first.get("/workspaces").await.status, 200);
    let bob = member(&api, "bob@northwind.example").await;
    assert_eq!(bob["responsible_for"]["access_tokens"], 1);
    let id = first.get("/whoami").await.text("id");
    let token = api.get(&format!("/workspaces/northwind/access-tokens/{id}")).await.json();
    assert_eq!(token["responsible"], json!({ "type": "user", "id": bob_id, "name": "bob@northwind.example" }));
    assert_eq!(token["created_by"]["name"], "ada@northwind.example", "who made it stays");

    // Whoever is named next answers for it next.
    let bob = path(&api, "bob@northwind.example").await;
    assert_eq!(api.delete(&bob).await.status, 204);
    first.get("/whoami").await.problem(401, "invalid_token");
}

#[tokio::test]
async fn nobody_is_named_who_could_not_answer_for_a_token() {
    let server = Server::start().await;
    let (home, api) = northwind(&server).await;
    server.person("cyn@northwind.example", &home, Role::Member).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Free).await;
    server.person("eve@elsewhere.example", &elsewhere, Role::Owner).await;
    let stranger = server.token(&elsewhere, &["read"]).await;
    let eve = stranger.get("/workspaces/elsewhere/members").await.json()["items"][1]["id"].as_str().unwrap().to_owned();
    let first = token_of(&server, "ada@northwind.example", "First", "read").await;
    let ada = path(&api, "ada@northwind.example").await;
    let id = async |email| member(&api, email).await["id"].as_str().unwrap().to_owned();
    let (own, cyn, bob) =
        (id("ada@northwind.example").await, id("cyn@northwind.example").await, id("bob@northwind.example").await);
    for (query, broken) in [
        ("credentials=hand_over".to_owned(), "to required"),
        ("credentials=hand_over&to=bob".to_owned(), "to unknown"),
        (format!("credentials=hand_over&to={own}"), "to unknown"),
        (format!("credentials=hand_over&to={cyn}"), "to unknown"),
        (format!("credentials=hand_over&to={eve}"), "to unknown"),
        ("credentials=hand_over&to=usr_00000000000000000000000000".to_owned(), "to unknown"),
        ("credentials=keep".to_owned(), "credentials unknown"),
        // Who forgets to say so must not lose everything.
        (format!("to={bob}"), "to unexpected"),
        (format!("credentials=revoke&to={bob}"), "to unexpected"),
    ] {
        assert_eq!(api.delete(&format!("{ada}?{query}")).await.broken(), [broken], "{query}");
        let body = json!({ "role": "member" });
        let demoted = Answer::to(api.request(Method::PATCH, &format!("{ada}?{query}")).json(&body)).await;
        assert_eq!(demoted.broken(), [broken], "{query}");
    }
    assert_eq!(first.get("/whoami").await.status, 200, "nothing was done");
    assert_eq!(member(&api, "ada@northwind.example").await["role"], "admin");
}

#[tokio::test]
async fn a_demoted_persons_tokens_are_revoked_or_handed_over() {
    let server = Server::start().await;
    let (_, api) = northwind(&server).await;
    for (email, query, status) in [
        ("ada@northwind.example", String::new(), 401),
        (
            "bob@northwind.example",
            format!(
                "?credentials=hand_over&to={}",
                member(&api, "owner@northwind.example").await["id"].as_str().unwrap()
            ),
            200,
        ),
    ] {
        let token = token_of(&server, email, "Theirs", "deploy").await;
        assert_eq!(token.get("/whoami").await.status, 200);
        let at = format!("{}{query}", path(&api, email).await);
        let demoted = Answer::to(api.request(Method::PATCH, &at).json(&json!({ "role": "member" }))).await;
        assert_eq!((demoted.status, demoted.text("role")), (200, "member".to_owned()), "{}", demoted.body);
        assert_eq!(demoted.json()["responsible_for"]["access_tokens"], 0);
        assert_eq!(token.get("/whoami").await.status, status, "{email}");
    }
}

#[tokio::test]
async fn an_owner_who_becomes_an_admin_keeps_their_tokens_less_what_only_owners_grant() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    server.person("eve@northwind.example", &home, Role::Owner).await;
    let api = server.token(&home, &["admin"]).await;
    let mut eve = server.signed_in("eve@northwind.example").await;
    let form = [
        ("workspace", "northwind"),
        ("kind", "api_key"),
        ("name", "Wallet"),
        ("active", "true"),
        ("expiry", "90"),
        ("scopes[]", "billing:read"),
        ("scopes[]", "billing:write"),
    ];
    let made = eve.post("/fn/create_credential", &form).await;
    let (_, id) = made.header("location").split_once("?id=").unwrap_or_else(|| panic!("{}", made.body));
    let shown = eve.ask("reveal_credential", &[("workspace", "northwind"), ("id", id)]).await;
    let key = server.holding(shown.json()["Shown"]["secret"].as_str().unwrap());
    let scopes = async || key.get("/whoami").await.json()["scopes"].clone();
    assert_eq!(scopes().await, json!(["billing:read", "billing:write"]));

    let mut owner = server.signed_in("owner@northwind.example").await;
    let eve_id = member(&api, "eve@northwind.example").await["id"].as_str().unwrap().to_owned();
    let form = [("workspace", "northwind"), ("user", eve_id.as_str()), ("role", "admin")];
    let changed = owner.post("/fn/change_role", &form).await;
    assert_eq!((changed.status, changed.header("location")), (302, "/w/northwind/members"), "{}", changed.body);
    assert_eq!(scopes().await, json!(["billing:read"]));

    // An admin token must not wake what only an owner grants by handing the key to an owner.
    let owner_id = member(&api, "owner@northwind.example").await["id"].as_str().unwrap().to_owned();
    let at = format!("{MEMBERS}/{eve_id}?credentials=hand_over&to={owner_id}");
    assert_eq!(api.delete(&at).await.broken(), ["to exceeds_maker"]);
    assert_eq!(scopes().await, json!(["billing:read"]));
    // An owner may: it is theirs to grant.
    let form = [("workspace", "northwind"), ("user", &eve_id), ("credentials", "hand_over"), ("to", &owner_id)];
    assert_eq!(owner.post("/fn/remove_member", &form).await.status, 302);
    assert_eq!(scopes().await, json!(["billing:read", "billing:write"]));
}

#[tokio::test]
async fn what_a_token_has_made_follows_those_who_answer_for_it() {
    let server = Server::start().await;
    let (home, api) = northwind(&server).await;
    let parent = token_of(&server, "ada@northwind.example", "Parent", "admin").await;
    let made = parent
        .post(
            "/workspaces/northwind/access-tokens",
            &json!({ "name": "Child", "scopes": ["read"], "expires_at": "2027-01-01" }),
        )
        .await;
    let child = server.holding(&made.text("secret"));
    let (_, others) = server.mint(&home, new_token("The owner's", &["read"])).await;
    assert_eq!(member(&api, "ada@northwind.example").await["responsible_for"]["access_tokens"], 2);
    let ada = path(&api, "ada@northwind.example").await;
    assert_eq!(api.delete(&ada).await.status, 204);
    for gone in [parent, child] {
        gone.get("/whoami").await.problem(401, "invalid_token");
    }
    assert_eq!(server.holding(&others).get("/whoami").await.status, 200);
}

#[tokio::test]
async fn a_token_that_removes_who_answers_for_it_ends_with_them() {
    let server = Server::start().await;
    let (_, api) = northwind(&server).await;
    let own = token_of(&server, "ada@northwind.example", "Own", "admin").await;
    let ada = path(&own, "ada@northwind.example").await;
    assert_eq!(own.delete(&ada).await.status, 204);
    own.get("/whoami").await.problem(401, "invalid_token");
    assert!(member(&api, "ada@northwind.example").await.is_null());
}
