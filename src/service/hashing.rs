//! Slow hashes, off the runtime's threads and only a few at once: a flood of sign-ins must not starve the rest.

use std::thread;

use tokio::{sync::Semaphore, task};

use super::error::{Error, Fault, Result};
use crate::auth::password;

/// The queue before the hashing threads.
pub(super) struct Hashing(Semaphore);

impl Hashing {
    pub(super) fn new() -> Self {
        // Half of the processors: the other half goes on answering.
        let cores = thread::available_parallelism().map_or(2, usize::from);
        Self(Semaphore::new(cores.div_ceil(2)))
    }

    pub(super) async fn hash(&self, secret: String, salt: [u8; 16]) -> Result<String> {
        self.run(move || password::hash(&secret, salt)).await
    }

    pub(super) async fn verify(&self, secret: String, stored: Option<String>) -> Result<bool> {
        self.run(move || password::verify(&secret, stored.as_deref())).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let fault = |error: String| Error::Fault(Fault::Hashing(error));
        let _turn = self.0.acquire().await.map_err(|error| fault(error.to_string()))?;
        task::spawn_blocking(work).await.map_err(|error| fault(error.to_string()))
    }
}
