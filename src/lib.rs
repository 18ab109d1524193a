//! # Latchkey
//!
//! A self-hosted dashboard and API for the access tokens and API keys of a workspace. One crate, compiled twice: as
//! a server (`ssr`) and for the browser (`hydrate`). **Layers are folders, features are file names**: read
//! `credentials.rs` or `tokens.rs` down the folders and you have read the feature.
//!
//! ```text
//! browser -> web::pages -> web::api --+
//! scripts, services ------> rest -----+--> service --> store --> database
//! operator ---------------> cli ------+       +------> auth            every layer --> domain
//! ```
//!
//! - [`domain`] says what the product means: pure, in server and browser.
//! - `auth` says how secrets behave: pure, with all of the cryptography.
//! - `store` has the only SQL, the same for SQLite and PostgreSQL.
//! - `service` has the use cases; it alone joins the three, and asks [`domain::policy`] first in each.
//! - `http` turns requests into actors; `rest` is the API; [`web`] is the app in the browser.
//! - `server` wires the process together for `cli`, the one binary; it also has the documentation. `cli` operates an
//!   installation, and is a client of any other.
//!
//! A layer imports only what the arrows allow; `src/tests/architecture.rs` fails on any other. Each `mod.rs` says
//! what lives there, what it may import, and what never happens there.
//!
//! ## What holds everywhere
//!
//! - The clock and randomness are read in `service::clock` alone (`clippy.toml` bans the rest).
//! - A plain secret, its digest and a sealed text are different types; the first is shown once and never stored.
//! - A change is one transaction that looks its actor up again before it writes.
//! - Faults fail closed: where it cannot be told who asks, nobody is let in.

#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
pub mod auth;
#[cfg(feature = "ssr")]
pub mod cli;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod rest;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
pub mod web;

/// Takes over the page that the server has rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(web::app::App);
}
