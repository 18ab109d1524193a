//! The REST API, route by route.

mod access_tokens;
mod activity;
mod api_keys;
mod authentication;
mod authorize;
mod catalogs;
mod command_line;
mod deployments;
mod errors;
mod idempotency;
mod introspect;
mod last_calls;
mod leaks;
mod members;
mod openapi;
mod project_level;
mod projects;
mod two_factor;
mod whoami;
mod workspaces;
