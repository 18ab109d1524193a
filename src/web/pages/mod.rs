//! **Pages**: one route, one file. A page makes its resources, waits for them in one place, and lays out components.
//!
//! May import: `web::api`, components, `domain`. Never happens here: SQL, a cookie, a decision about rights that the
//! service does not make again. `workspace` is what the pages of one workspace share, `frame` what stands around
//! them, `form` what forms with a server function do alike, `over` what
//! the dialogs over projects do alike.

#![expect(
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "components own their props, and only the view macro calls them"
)]

pub mod activity;
mod activity_event;
pub mod backup_codes;
pub mod bulk;
pub mod confirm;
pub mod credential;
pub mod credential_created;
pub mod credential_filters;
pub mod credential_live;
pub mod credential_new;
pub mod credential_revoke;
pub mod credential_row;
pub mod credential_use;
pub mod credentials;
pub mod credentials_revoke;
pub mod deployment_new;
pub mod deployment_row;
pub mod device;
pub mod error;
pub mod form;
pub mod frame;
pub mod general;
pub mod general_questions;
pub mod general_two_factor;
pub mod home;
pub mod invitation;
pub mod key_edit;
pub mod key_row;
pub mod member_invite;
pub mod member_parting;
pub mod member_reset;
pub mod member_row;
pub mod members;
pub mod not_found;
pub mod over;
pub mod own_activity;
pub mod profile;
pub mod project;
pub mod project_delete;
pub mod project_new;
pub mod projects;
pub mod reset;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod sign_in_code;
mod stored;
pub mod two_factor;
mod two_factor_on;
pub mod workspace;
pub mod workspace_new;
