//! The one binary.

use std::process::ExitCode;

use clap::Parser as _;
use latchkey::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
