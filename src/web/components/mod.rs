//! **Parts of pages**: props in, markup out, one part a file, named like its style sheet.
//!
//! May import: `domain`, for the words and the ways of writing things. Never happens here: fetching, a server
//! function, a decision about rights. What moves in the browser (copying, searching, opening) is kept in the smallest
//! part that needs it.

#![expect(
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "components own their props, and only the view macro calls them"
)]

pub mod auth;
pub mod badge;
pub mod bars;
pub mod brand;
pub mod button;
pub mod callout;
pub mod catalog;
pub mod chip;
pub mod copy;
pub mod description;
pub mod dialog;
pub mod empty;
pub mod expiry;
pub mod field;
pub mod fold;
pub mod icon;
pub mod keytag;
pub mod level;
pub mod menu;
pub mod number;
pub mod pager;
pub mod passphrase;
pub mod picks;
pub mod plan;
pub mod shell;
pub mod snippets;
pub mod switch;
pub mod table;
pub mod tabs;
pub mod toast;
pub mod when;
