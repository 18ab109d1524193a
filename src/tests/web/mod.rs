//! The pages, as a browser without script uses them.

mod access_tokens;
mod account;
mod activity;
mod api_keys;
mod device;
mod docs;
mod headers;
mod inert;
mod jwt;
mod lists;
mod members;
mod other_sites;
mod password_reset;
mod projects;
mod reveal;
mod sessions;
mod setup;
mod sign_in;
mod throttle;
mod traces;
mod two_factor;
mod two_factor_rule;
mod use_of_tokens;
mod workspaces;
