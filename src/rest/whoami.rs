//! `GET /whoami`: what a token or key is, told to itself.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::{authenticate::Caller, credentials::Level, problem::Refusals};
use crate::domain::timestamp::Timestamp;

/// The token or key that calls.
#[derive(Serialize, ToSchema)]
pub(super) struct Whoami {
    /// Its id.
    #[schema(example = "tok_01jdb2v9c5e8x3q7m4k6n0r1sy")]
    id: String,
    /// `access_token` or `api_key`.
    #[schema(example = "access_token")]
    kind: &'static str,
    /// Its name.
    #[schema(example = "Deploy from CI")]
    name: String,
    /// Its prefix and first characters.
    #[schema(example = "sk_live_7Qx4")]
    hint: String,
    /// Where it belongs.
    workspace: WorkspaceRef,
    /// The id of the only project it reaches; null at the level of the workspace.
    project: Option<String>,
    /// What it reaches.
    level: Level,
    /// What it may do now: with what its scopes include, within its responsible member's role.
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
/// Any good token or key may ask.
#[utoipa::path(get, path = "/whoami", tag = "Tokens", responses((status = 200, body = Whoami), Refusals))]
pub(super) async fn whoami(caller: Caller) -> Json<Whoami> {
    let verified = caller.verified;
    Json(Whoami {
        level: Level::of(&verified.credential),
        id: verified.credential.id.to_string(),
        kind: verified.credential.id.kind().as_str(),
        name: verified.credential.name,
        hint: verified.credential.hint,
        workspace: WorkspaceRef {
            id: verified.workspace.id.to_string(),
            slug: verified.workspace.slug,
            name: verified.workspace.name,
        },
        project: verified.credential.project.as_ref().map(|project| project.id.to_string()),
        scopes: verified.scopes.iter().map(|scope| scope.name.to_string()).collect(),
        expires_at: verified.credential.expires_at.map(Timestamp::rfc3339),
    })
}
