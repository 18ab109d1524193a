//! Counting use, off the request's path: calls gather in memory and are written together.
//!
//! A crash loses at most what [`EVERY`] gathered.

use std::{
    collections::{HashMap, hash_map::Entry},
    mem,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::{Result, Service, actor::Origin};
use crate::{
    domain::credential::CredentialId,
    store::usage::{self, Uses},
};

/// How often the gathered calls are written.
pub const EVERY: Duration = Duration::from_millis(500);

/// The calls that are not written yet, and the turn of who writes them.
#[derive(Default)]
pub(super) struct Pending {
    calls: Mutex<HashMap<CredentialId, Uses>>,
    writing: tokio::sync::Mutex<()>,
}

impl Service {
    /// Counts a call that was let in.
    pub fn count_use(&self, id: CredentialId, origin: &Origin) {
        let latest =
            Uses { count: 1, last_at: self.now(), ip: origin.ip_text(), user_agent: origin.user_agent.clone() };
        let mut pending = self.usage.calls.lock().unwrap_or_else(PoisonError::into_inner);
        match pending.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(latest);
            }
            Entry::Occupied(mut entry) => {
                let count = entry.get().count + 1;
                entry.insert(Uses { count, ..latest });
            }
        }
    }

    /// Writes what was gathered, all that was counted before. Calls that could not be written are kept for the next time.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn flush_uses(&self) -> Result<()> {
        // One batch after the other: none is still on its way when this has answered.
        let _turn = self.usage.writing.lock().await;
        let batch = mem::take(&mut *self.usage.calls.lock().unwrap_or_else(PoisonError::into_inner));
        if batch.is_empty() {
            return Ok(());
        }
        let written = self.write_uses(&batch).await;
        if written.is_err() {
            let mut pending = self.usage.calls.lock().unwrap_or_else(PoisonError::into_inner);
            for (id, uses) in batch {
                pending.entry(id).and_modify(|newer| newer.count += uses.count).or_insert(uses);
            }
        }
        written
    }

    async fn write_uses(&self, batch: &HashMap<CredentialId, Uses>) -> Result<()> {
        // In one order everywhere, so that two batches on PostgreSQL cannot wait for each other.
        let mut batch: Vec<_> = batch.iter().collect();
        batch.sort_by_key(|(id, _)| **id);
        let mut tx = self.store.begin().await?;
        for (id, uses) in batch {
            usage::add(&mut tx, *id, uses).await?;
        }
        Ok(tx.commit().await?)
    }
}
