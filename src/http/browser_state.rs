//! tower-sessions over our database: the published store for sqlx is on older versions of both.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

use crate::{domain::timestamp::Timestamp, service::Service};

/// The store.
#[derive(Clone)]
pub struct BrowserState(pub Arc<Service>);

impl fmt::Debug for BrowserState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserState")
    }
}

fn end(at: OffsetDateTime) -> Timestamp {
    Timestamp::from_micros(i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX))
}

fn encode(record: &Record) -> Result<String> {
    serde_json::to_string(record).map_err(|error| Error::Encode(error.to_string()))
}

fn backend(error: impl fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for BrowserState {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 random bits collide never; but to hand one person another's state would be unforgivable.
        while !self
            .0
            .create_browser_state(&record.id.to_string(), &encode(record)?, end(record.expiry_date))
            .await
            .map_err(backend)?
        {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = encode(record)?;
        self.0.save_browser_state(&record.id.to_string(), &data, end(record.expiry_date)).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let data = self.0.load_browser_state(&id.to_string()).await.map_err(backend)?;
        data.map(|data| serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))).transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.delete_browser_state(&id.to_string()).await.map_err(backend)
    }
}
