//! `/workspaces/{workspace}/access-tokens`.

mod create;
mod filter;
mod list;
mod plan;
mod revoke;
