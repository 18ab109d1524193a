//! `latchkey migrate`.

use super::{Database, Result, say};

pub(super) async fn run(database: &Database) -> Result<()> {
    database.open().await?.store().close().await;
    say("The database is up to date.");
    Ok(())
}
