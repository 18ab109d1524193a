//! What the log shows: to standard error, with times, never a secret.

use tracing_subscriber::{EnvFilter, filter::ParseError};

/// Starts logging with a filter such as `info` or `latchkey=debug,sqlx=warn`.
///
/// # Errors
/// If the filter cannot be read.
pub fn start(filter: &str) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(filter)?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    Ok(())
}
