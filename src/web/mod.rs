//! **The browser app**, compiled twice: rendered by the server, then hydrated in the browser.
//!
//! `pages` are one route each, `components` turn props into markup, `api` holds the server functions through
//! which pages reach the service, `dom` is what only a browser can do. May import: `domain`, and in the bodies of
//! server functions `http` and `service`. Never happens here: SQL, a decision about rights that the service does not
//! make again, a clock while rendering.
//!
//! Rules that the framework imposes, each seen in the source of Leptos 0.8.23:
//!
//! - Inside `<Suspense>` and `<Transition>` the server runs a reactive closure several times (`dry_resolve`). So a page
//!   makes its resources in its own body, reads them in one `Suspend`, and no `<Outlet/>` stands inside one: a page
//!   below would ask everything twice, and the reveal would find its slot empty.
//! - Titles are constants and stand in the pages, because the server does not escape them.
//! - Inputs are uncontrolled: their values are attributes, which hydration leaves alone, so nothing typed is lost.

pub mod api;
pub mod app;
pub mod components;
pub mod dom;
pub mod error;
pub mod navigate;
pub mod pages;
pub mod routes;
pub mod send;
