//! **What the product means.** Names, rules and decisions, as plain values.
//!
//! Lives here: every word of the product and the rules between them. May import: nothing of ours.
//! Never happens here: input or output, the clock, randomness, a secret. `now` is always an argument.
//! Compiled into the server and the browser, so that a form and the service refuse the same things.

pub mod activity;
pub mod call;
pub mod catalog;
pub mod credential;
pub mod credential_list;
pub mod id;
pub mod invalid;
pub mod invitation;
pub mod lifetime;
pub mod member;
pub mod plan;
pub mod policy;
pub mod project;
pub mod role;
pub mod scope;
pub mod session;
pub mod stored;
pub mod text;
pub mod timestamp;
pub mod two_factor;
pub mod workspace;
