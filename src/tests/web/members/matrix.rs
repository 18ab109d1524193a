//! Who may do what to whom, by every door.

use latchkey::domain::{plan::Plan, role::Role};
use reqwest::Method;
use serde_json::json;

use super::member;
use crate::support::{Answer, Api, Browser, Server};

/// Somebody who tries.
enum Who {
    Person(Browser),
    Program(Api),
}

impl Who {
    async fn change(&mut self, target: &str, role: &str) -> u16 {
        match self {
            Self::Person(browser) => {
                let form = [("workspace", "northwind"), ("user", target), ("role", role)];
                browser.ask("change_role", &form).await.status
            }
            Self::Program(api) => {
                let path = format!("/workspaces/northwind/members/{target}");
                Answer::to(api.request(Method::PATCH, &path).json(&json!({ "role": role }))).await.status
            }
        }
    }

    async fn remove(&mut self, target: &str) -> u16 {
        match self {
            Self::Person(browser) => {
                browser.ask("remove_member", &[("workspace", "northwind"), ("user", target)]).await.status
            }
            // 204, where a form is answered with 200.
            Self::Program(api) => {
                let status = api.delete(&format!("/workspaces/northwind/members/{target}")).await.status;
                if status == 204 { 200 } else { status }
            }
        }
    }

    async fn invite(&mut self, email: &str, role: &str) -> u16 {
        match self {
            Self::Person(browser) => {
                let form = [("workspace", "northwind"), ("email", email), ("role", role)];
                browser.ask("invite", &form).await.status
            }
            Self::Program(api) => {
                let body = json!({ "email": email, "role": role });
                let status = api.post("/workspaces/northwind/invitations", &body).await.status;
                if status == 201 { 200 } else { status }
            }
        }
    }
}

const YES: u16 = 200;

#[tokio::test]
async fn everybody_may_do_to_others_what_the_table_says() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Team).await;
    let elsewhere = server.workspace("Elsewhere", Plan::Team).await;
    server.person("admin@northwind.example", &home, Role::Admin).await;
    server.person("member@northwind.example", &home, Role::Member).await;
    let mut watcher = server.signed_in("owner@northwind.example").await;
    let person = async |email: &str| Who::Person(server.signed_in(email).await);
    let admins: [[u16; 4]; 3] = [[403; 4], [403, YES, YES, YES], [403, YES, YES, YES]];
    let table = [
        ("owner", person("owner@northwind.example").await, [[YES; 4]; 3], [YES; 3]),
        ("admin", person("admin@northwind.example").await, admins, [403, YES, YES]),
        ("member", person("member@northwind.example").await, [[403; 4]; 3], [403; 3]),
        ("stranger", person("owner@elsewhere.example").await, [[404; 4]; 3], [404; 3]),
        ("nobody", Who::Person(server.browser()), [[401; 4]; 3], [401; 3]),
        ("token: admin", Who::Program(server.token(&home, &["admin"]).await), admins, [403, YES, YES]),
        (
            "token: all but admin",
            Who::Program(server.token(&home, &["read", "deploy", "delete"]).await),
            [[403; 4]; 3],
            [403; 3],
        ),
        ("token of elsewhere", Who::Program(server.token(&elsewhere, &["admin"]).await), [[404; 4]; 3], [404; 3]),
        ("no token", Who::Program(server.anonymous()), [[401; 4]; 3], [401; 3]),
    ];
    let mut number = 0;
    for (name, mut who, expected, may_invite) in table {
        for (target, expected) in [Role::Owner, Role::Admin, Role::Member].into_iter().zip(expected) {
            let mut found = [0; 4];
            for (act, found) in found.iter_mut().enumerate() {
                number += 1;
                let email = format!("target{number}@northwind.example");
                server.person(&email, &home, target).await;
                let id = super::id(&mut watcher, &email).await;
                *found = match act {
                    0 => who.change(&id, "owner").await,
                    1 => who.change(&id, "admin").await,
                    2 => who.change(&id, "member").await,
                    _ => who.remove(&id).await,
                };
                let after = member(&mut watcher, &email).await;
                let expected = match act {
                    _ if *found != YES => json!(target.as_str()),
                    0 => json!("owner"),
                    1 => json!("admin"),
                    2 => json!("member"),
                    _ => json!(null),
                };
                assert_eq!(after["role"], expected, "{name} to {target}, act {act}: what became of it");
                if after["role"] != json!(null) {
                    let form = [("workspace", "northwind"), ("user", &id)];
                    assert_eq!(watcher.ask("remove_member", &form).await.status, 200);
                }
            }
            assert_eq!(found, expected, "{name} makes an owner, an admin, a member of the {target}, and removes them");
        }
        let mut found = [0; 3];
        for (role, found) in ["owner", "admin", "member"].into_iter().zip(&mut found) {
            number += 1;
            *found = who.invite(&format!("guest{number}@northwind.example"), role).await;
        }
        assert_eq!(found, may_invite, "{name} invites an owner, an admin, a member");
    }
}

#[tokio::test]
async fn an_admin_touches_no_invitation_of_an_owner() {
    let server = Server::start().await;
    let home = server.workspace("Northwind", Plan::Free).await;
    server.person("ada@northwind.example", &home, Role::Admin).await;
    let mut owner = server.signed_in("owner@northwind.example").await;
    super::invite(&mut owner, "sam@northwind.example", "owner").await;
    let list = async |browser: &mut Browser| {
        browser.ask("list_members", &[("workspace", "northwind")]).await.json()["invitations"].clone()
    };
    let mut ada = server.signed_in("ada@northwind.example").await;
    let seen = list(&mut ada).await;
    assert_eq!((&seen[0]["email"], &seen[0]["may_withdraw"]), (&json!("sam@northwind.example"), &json!(false)));
    let id = seen[0]["id"].as_str().unwrap();
    assert_eq!(ada.ask("withdraw_invitation", &[("workspace", "northwind"), ("id", id)]).await.status, 403);
    let form = [("workspace", "northwind"), ("email", "sam@northwind.example"), ("role", "member")];
    assert_eq!(ada.ask("invite", &form).await.status, 403, "nor puts another in its place");
    assert_eq!(list(&mut owner).await[0]["role"], "owner");
    assert_eq!(owner.ask("withdraw_invitation", &[("workspace", "northwind"), ("id", id)]).await.status, 200);
    assert_eq!(list(&mut owner).await, json!([]));
}
