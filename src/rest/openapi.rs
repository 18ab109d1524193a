//! The description of the API (OpenAPI 3.1), made from the code.

use axum::{
    Json,
    routing::{MethodRouter, get},
};
use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Description,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Latchkey",
        description = "Tokens and keys of a workspace. Errors are RFC 9457 problems with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/api/v1"))
)]
struct Base;

/// What all routes share.
pub(super) fn base() -> Description {
    let mut description = Base::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The secret of an access token, an API key or a person's command line. With a passphrase, also the header `Latchkey-Passphrase`."))
        .build();
    let components = description.components.get_or_insert_with(Default::default);
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let basic = HttpBuilder::new()
        .scheme(HttpAuthScheme::Basic)
        .description(Some("The id of a token or key, and its secret as the password."))
        .build();
    components.add_security_scheme("basic", SecurityScheme::Http(basic));
    description.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
    description
}

/// The whole description.
#[must_use]
pub fn description() -> Description {
    super::guarded()
        .merge(super::open())
        .merge(super::authorization())
        .merge(super::introspection())
        .split_for_parts()
        .1
}

pub(super) fn route<S: Clone + Send + Sync + 'static>(description: Description) -> MethodRouter<S> {
    get(async move || Json(description))
}
