//! The REST API, route by route.

mod access_tokens;
mod activity;
mod api_keys;
mod authentication;
mod errors;
mod openapi;
mod whoami;
mod workspaces;
