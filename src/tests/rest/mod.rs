//! The REST API, route by route.

mod access_tokens;
mod activity;
mod api_keys;
mod authentication;
mod catalogs;
mod deployments;
mod errors;
mod last_calls;
mod leaks;
mod members;
mod openapi;
mod project_level;
mod projects;
mod whoami;
mod workspaces;
