//! `GET /whoami`: what a secret belongs to, told to whoever holds it.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    authenticate::{Caller, Who},
    credentials::Level,
    problem::Refusals,
};
use crate::{domain::timestamp::Timestamp, service::verify::Verified};

/// The token, key or person that calls.
#[derive(Serialize, ToSchema)]
pub(super) struct Whoami {
    /// Its id.
    #[schema(example = "tok_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// `access_token`, `api_key`, or `user` for a person at their command line.
    #[schema(example = "access_token")]
    kind: &'static str,
    /// Its name; a person's address.
    #[schema(example = "Deploy from CI")]
    name: String,
    /// Its prefix and first characters.
    #[schema(example = "sk_live_7Qx4")]
    hint: String,
    /// Where it belongs; null for a person, who may be in several.
    workspace: Option<WorkspaceRef>,
    /// The id of the only project it reaches; null at the level of the workspace.
    project: Option<String>,
    /// What it reaches; null for a person.
    level: Option<Level>,
    /// What it may do now: with what its scopes include, within its responsible member's role. A person has a role in
    /// each workspace instead.
    scopes: Vec<String>,
    /// When it ends, RFC 3339; null if it does not.
    expires_at: Option<String>,
}

/// A workspace in short.
#[derive(Serialize, ToSchema)]
pub(super) struct WorkspaceRef {
    /// Its id.
    #[schema(example = "ws_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// Its place in addresses.
    #[schema(example = "northwind-robotics")]
    slug: String,
    /// Its name.
    #[schema(example = "Northwind Robotics")]
    name: String,
}

/// Who is calling
///
/// Whoever has a good secret may ask.
#[utoipa::path(get, path = "/whoami", tag = "Tokens", responses((status = 200, body = Whoami), Refusals))]
pub(super) async fn whoami(caller: Caller) -> Json<Whoami> {
    Json(match caller.who {
        Who::Credential(verified) => of_credential(&verified),
        Who::Person(at) => Whoami {
            id: at.person.user.to_string(),
            kind: "user",
            name: at.person.email.to_string(),
            hint: at.hint,
            workspace: None,
            project: None,
            level: None,
            scopes: Vec::new(),
            expires_at: Some(at.expires_at.rfc3339()),
        },
    })
}

fn of_credential(verified: &Verified) -> Whoami {
    Whoami {
        level: Some(Level::of(&verified.credential)),
        id: verified.credential.id.to_string(),
        kind: verified.credential.id.kind().as_str(),
        name: verified.credential.name.clone(),
        hint: verified.credential.hint.clone(),
        workspace: Some(WorkspaceRef {
            id: verified.workspace.id.to_string(),
            slug: verified.workspace.slug.clone(),
            name: verified.workspace.name.clone(),
        }),
        project: verified.credential.project.as_ref().map(|project| project.id.to_string()),
        scopes: verified.scopes.iter().map(|scope| scope.name.to_string()).collect(),
        expires_at: verified.credential.expires_at.map(Timestamp::rfc3339),
    }
}
