//! Every scope of every catalog, for both kinds, at both levels: made, presented, and good for what the catalog says.

use latchkey::{
    domain::{credential::Kind, plan::Plan, role::Role, workspace::Workspace},
    service::new_credential::NewCredential,
    store::workspaces,
};
use serde_json::json;

use crate::support::{Server, new_token};

const CATALOGS: [&str; 4] = ["standard", "deplo", "bootload", "devpilot"];

async fn workspace_with(server: &Server, catalog: &str, plan: Plan) -> Workspace {
    let home = Workspace { catalog: catalog.to_owned(), ..server.workspace(catalog, plan).await };
    let mut tx = server.service.store().begin().await.unwrap();
    workspaces::update(&mut tx, &home).await.unwrap();
    tx.commit().await.unwrap();
    home
}

#[tokio::test]
async fn every_scope_of_every_catalog_makes_what_its_secret_says() {
    let server = Server::start().await;
    let mut made = 0;
    for catalog in CATALOGS {
        let home = workspace_with(&server, catalog, Plan::Team).await;
        let project = server.project(&home, "Fleet API").await;
        let known = server.service.catalogs().iter().find(|known| known.name == catalog).unwrap();
        // By the API they are made by a token with full rights; where there are no tokens, by people alone.
        let full = known.vocabulary(Kind::AccessToken).map(|tokens| {
            tokens.scopes.iter().find(|scope| scope.full).unwrap_or_else(|| panic!("{catalog} has no full scope"))
        });
        let maker = match full {
            Some(scope) => Some(server.token(&home, &[scope.name.as_str()]).await),
            None => None,
        };
        assert_eq!(maker.is_none(), catalog == "bootload");
        for kind in Kind::ALL {
            let Some(vocabulary) = known.vocabulary(kind) else { continue };
            for scope in &vocabulary.scopes {
                for level in [None, Some(project.slug.clone())] {
                    let scopes = vec![scope.name.to_string()];
                    let new =
                        NewCredential { project: level.clone(), ..NewCredential::plain(kind, "One of each", scopes) };
                    let (id, secret) = server.mint(&home, new).await;
                    let rest = secret.strip_prefix(&vocabulary.prefix).unwrap_or_else(|| panic!("{catalog} {scope:?}"));
                    assert!(rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{catalog}");
                    let me = server.holding(&secret).get("/whoami").await;
                    assert_eq!(me.status, 200, "{catalog} {}: {}", scope.name, me.body);
                    let me = me.json();
                    assert_eq!(me["id"], id.to_string());
                    assert_eq!(me["kind"], kind.as_str());
                    assert!(me["scopes"].as_array().unwrap().contains(&json!(scope.name.as_str())), "{me}");
                    assert_eq!(me["project"].is_null(), level.is_none(), "{me}");
                    made += 1;

                    let Some(maker) = &maker else { continue };
                    let path = format!("/workspaces/{}/{}", home.slug, kind.segment());
                    let body = json!({ "name": "One of each", "scopes": [scope.name.as_str()], "project": level });
                    let answer = maker.post(&path, &body).await;
                    if scope.min_role > Role::Admin {
                        assert_eq!(answer.broken(), ["scopes exceeds_maker"], "{catalog} {}", scope.name);
                        continue;
                    }
                    assert_eq!(answer.status, 201, "{catalog} {}: {}", scope.name, answer.body);
                    let me = server.holding(&answer.text("secret")).get("/whoami").await.json();
                    assert!(me["scopes"].as_array().unwrap().contains(&json!(scope.name.as_str())), "{me}");
                    assert_eq!(me["project"].is_null(), level.is_none(), "{me}");
                }
            }
        }
    }
    assert_eq!(made, 2 * (12 + 19 + 5 + 10 + 8 + 10));
}

#[tokio::test]
async fn a_kind_that_the_catalog_lacks_cannot_be_made() {
    let server = Server::start().await;
    let deplo = workspace_with(&server, "deplo", Plan::Free).await;
    let admin = server.token(&deplo, &["admin"]).await;
    let body = json!({ "name": "Not here", "scopes": ["read"] });
    admin.post("/workspaces/deplo/api-keys", &body).await.problem(404, "not_found");
    assert_eq!(admin.get("/workspaces/deplo/api-keys").await.json()["items"], json!([]));
}

#[tokio::test]
async fn an_unknown_scope_grants_nothing_in_another_catalog_and_all_of_it_again_in_its_own() {
    let server = Server::start().await;
    let home = workspace_with(&server, "standard", Plan::Free).await;
    let (id, secret) = server.mint(&home, new_token("Reader", &["read", "deploy"])).await;
    let reader = server.holding(&secret);
    assert_eq!(reader.get("/workspaces/standard").await.status, 200);
    workspaces_catalog(&server, &home, "devpilot").await;
    reader.get("/workspaces/standard").await.problem(403, "insufficient_scope");
    assert_eq!(reader.get("/whoami").await.json()["scopes"], json!([]), "{id} is good, and good for nothing");
    workspaces_catalog(&server, &home, "deplo").await;
    assert_eq!(reader.get("/workspaces/standard").await.status, 200);
}

async fn workspaces_catalog(server: &Server, home: &Workspace, catalog: &str) {
    let mut tx = server.service.store().begin().await.unwrap();
    workspaces::update(&mut tx, &Workspace { catalog: catalog.to_owned(), ..home.clone() }).await.unwrap();
    tx.commit().await.unwrap();
}
