//! The one binary.

use std::process::ExitCode;

use clap::Parser as _;
use latchkey::cli::Cli;

/// A call is many small pieces of memory on several threads: the system's own allocator spends a tenth of it on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
