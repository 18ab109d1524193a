//! Who did something, as every resource tells it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    credential::{Maker, MakerKind},
    id::UserId,
};

/// A person, a token or key, or the operator.
#[derive(Serialize, ToSchema)]
pub(super) struct Party {
    /// `user`, `credential` or `operator`.
    #[serde(rename = "type")]
    #[schema(example = "user")]
    type_: &'static str,
    /// Its id; the operator has none.
    id: Option<String>,
    /// An email address or a name.
    #[schema(example = "ops@northwind.example")]
    name: String,
}

impl From<Maker> for Party {
    fn from(maker: Maker) -> Self {
        Self { type_: maker.kind.as_str(), id: maker.id, name: maker.name }
    }
}

impl From<(UserId, String)> for Party {
    fn from((user, email): (UserId, String)) -> Self {
        Self { type_: MakerKind::User.as_str(), id: Some(user.to_string()), name: email }
    }
}
