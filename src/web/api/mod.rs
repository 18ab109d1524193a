//! **Server functions**: get the actor, make one service call, return a view type.
//!
//! Lives here: the bridge between pages and the service, and the view types that cross it. May import: `domain`,
//! `web::error`; in bodies, on the server, `http` and `service`. Never happens here: a rule, a role, SQL. No view
//! type has a field for a digest; those that have a secret are returned once, by
//! functions that begin with `reveal`, and the key of a second factor until it is confirmed.

pub mod account;
pub mod activity;
#[cfg(feature = "ssr")]
pub mod activity_export;
pub mod api_keys;
#[cfg(feature = "ssr")]
pub mod credential_export;
pub mod credential_lists;
pub mod credential_use;
#[cfg(feature = "ssr")]
mod credential_views;
pub mod credentials;
pub mod deployments;
pub mod device;
pub mod form;
pub mod invitations;
pub mod members;
pub mod password_reset;
pub mod profile;
pub mod projects;
#[cfg(feature = "ssr")]
mod request;
pub mod sessions;
pub mod setup;
pub mod sign_in_code;
pub mod two_factor;
pub mod workspaces;
