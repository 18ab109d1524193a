//! `/workspaces/{workspace}/access-tokens`.

mod create;
mod list;
mod plan;
mod revoke;
