//! What tower-sessions keeps around sign-in and refused forms: opaque records with an end.

use super::{Result, Service};
use crate::{domain::timestamp::Timestamp, store::browser_state};

impl Service {
    /// Adds a record; says no if its id is taken.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn create_browser_state(&self, id: &str, data: &str, expires_at: Timestamp) -> Result<bool> {
        let mut tx = self.store.begin().await?;
        match browser_state::create(&mut tx, id, data, expires_at).await {
            Err(crate::store::Error::Taken) => return Ok(false),
            other => other?,
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Writes a record.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn save_browser_state(&self, id: &str, data: &str, expires_at: Timestamp) -> Result<()> {
        let mut tx = self.store.begin().await?;
        browser_state::save(&mut tx, id, data, expires_at).await?;
        Ok(tx.commit().await?)
    }

    /// Reads a record.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn load_browser_state(&self, id: &str) -> Result<Option<String>> {
        Ok(browser_state::load(self.store.read(), id, self.now()).await?)
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn delete_browser_state(&self, id: &str) -> Result<()> {
        let mut tx = self.store.begin().await?;
        browser_state::delete(&mut tx, id).await?;
        Ok(tx.commit().await?)
    }
}
