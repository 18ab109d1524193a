//! **The wiring of the process**: configuration, routes, the listener, what the log shows.
//!
//! May import everything; is imported by `cli` alone. Never happens here: a rule of the product.

mod assets;
pub mod config;
mod connections;
mod docs;
mod head_timer;
pub mod listener;
pub mod operator_socket;
pub mod router;
pub mod telemetry;
