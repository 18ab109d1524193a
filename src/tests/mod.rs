//! **Through the front door**: the product as its users meet it, over HTTP and on the command line.
//!
//! Every test has a server of its own, in this process, on a fresh database; the clock stands still until a test moves
//! it. The first word of a test's name says who is asking. Never happens here: SQL, a sleep, a second try.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there; clippy knows it of test functions only")]

mod architecture;
mod backup;
mod command_line;
mod matrix;
mod operator;
mod policy;
mod proxies;
mod readme;
mod rest;
mod scan;
mod support;
mod verification;
mod web;
