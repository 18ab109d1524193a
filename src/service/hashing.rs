//! Slow hashes, off the runtime's threads and only a few at once: a flood of sign-ins must not starve the rest.

use std::thread;

use time::Duration;
use tokio::{sync::Semaphore, task};

use super::{
    error::{Error, Fault, Result},
    throttle::Wait,
};
use crate::{auth::password, domain::timestamp::Timestamp};

/// So many strangers' passwords wait for their turn at once, a second or two; more would wait for longer than a browser.
const QUEUE: usize = 64;
/// Who finds the queue full may come again after this.
const FULL: Duration = Duration::seconds(5);

/// The queues before the hashing threads: one for whoever is known already, by a token's secret or as a browser that
/// has signed in before, and one for everybody.
pub(super) struct Hashing {
    known: Semaphore,
    strangers: Semaphore,
    queue: Semaphore,
}

impl Hashing {
    pub(super) fn new() -> Self {
        // Half of the processors for strangers: the other half goes on answering.
        let half = thread::available_parallelism().map_or(2, usize::from).div_ceil(2);
        Self { known: Semaphore::new(half), strangers: Semaphore::new(half), queue: Semaphore::new(QUEUE) }
    }

    pub(super) async fn hash(&self, secret: String, salt: [u8; 16]) -> Result<String> {
        run(&self.known, move || password::hash(&secret, salt)).await
    }

    /// Whether `secret` is what was hashed, for somebody who is known already.
    pub(super) async fn verify(&self, secret: String, stored: Option<String>) -> Result<bool> {
        run(&self.known, move || password::verify(&secret, stored.as_deref())).await
    }

    /// The same for anybody, unless too many wait already at `now`.
    pub(super) async fn verify_for_a_stranger(
        &self,
        secret: String,
        stored: Option<String>,
        now: Timestamp,
    ) -> Result<bool> {
        let Ok(_place) = self.queue.try_acquire() else {
            return Err(Error::TooManyAttempts(Wait::new(now, now.plus(FULL))));
        };
        run(&self.strangers, move || password::verify(&secret, stored.as_deref())).await
    }
}

async fn run<T: Send + 'static>(turns: &Semaphore, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let fault = |error: String| Error::Fault(Fault::Hashing(error));
    let _turn = turns.acquire().await.map_err(|error| fault(error.to_string()))?;
    task::spawn_blocking(work).await.map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_flood_of_strangers_is_turned_away_and_the_known_go_on() {
        let hashing = Arc::new(Hashing::new());
        // Nobody's turn comes before the flood is there.
        let turns = u32::try_from(hashing.strangers.available_permits()).unwrap();
        let held = hashing.strangers.acquire_many(turns).await.unwrap();
        let now = Timestamp::from_micros(0);
        let mut flood = JoinSet::new();
        for _ in 0..QUEUE {
            let hashing = hashing.clone();
            flood.spawn(async move { hashing.verify_for_a_stranger("guess".to_owned(), None, now).await });
        }
        while hashing.queue.available_permits() > 0 {
            task::yield_now().await;
        }
        let one_more = hashing.verify_for_a_stranger("guess".to_owned(), None, now).await;
        assert!(matches!(one_more, Err(Error::TooManyAttempts(wait)) if wait.seconds == 5));
        let stored = hashing.hash("a passphrase".to_owned(), [0; 16]).await.unwrap();
        assert!(hashing.verify("a passphrase".to_owned(), Some(stored)).await.unwrap());
        drop(held);
        for guess in flood.join_all().await {
            assert!(!guess.unwrap());
        }
        assert_eq!(hashing.queue.available_permits(), QUEUE);
    }
}
