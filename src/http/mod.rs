//! **From requests to actors.** What every door needs and no feature owns.
//!
//! Lives here: the state, who is asking and from where, cookies, headers, the same-origin rule,
//! the brake on addresses. May import:
//! `service`, `domain`. Never happens here: knowledge of a feature, an authorisation, a page.

pub mod address;
pub mod authenticate;
pub mod browser_state;
pub mod cookies;
pub mod headers;
pub mod origin;
pub mod request_id;
pub mod state;
pub mod throttle;
