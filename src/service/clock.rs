//! The only door to the clock and to randomness; `clippy.toml` closes the others. Tests fix both.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use rand::Rng as _;
use time::Duration;

use crate::{
    auth::{digest, secret},
    domain::timestamp::Timestamp,
};

/// What time it is.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A hand that only [`Clock::advance`] moves.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn fixed(now: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(now.micros())))
    }

    /// The instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
                let now = time::OffsetDateTime::now_utc();
                Timestamp::from_micros(i64::try_from(now.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX))
            }
            Self::Fixed(hand) => Timestamp::from_micros(hand.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock; the machine's clock it cannot move.
    pub fn advance(&self, span: Duration) {
        if let Self::Fixed(hand) = self {
            hand.store(self.now().plus(span).micros(), Ordering::SeqCst);
        }
    }
}

/// Where random bytes come from.
#[derive(Clone, Debug)]
pub enum Random {
    /// The operating system's generator.
    System,
    /// A sequence that is the same in every run.
    Fixed(Arc<AtomicU64>),
}

impl Random {
    /// A sequence that begins at `seed`.
    #[must_use]
    pub fn fixed(seed: u64) -> Self {
        Self::Fixed(Arc::new(AtomicU64::new(seed)))
    }

    /// Fills `bytes`.
    ///
    /// # Panics
    /// If the operating system has no randomness to give: there is no safe way on.
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "the one place that reads randomness")]
                getrandom::fill(bytes).expect("the operating system gives random bytes");
            }
            Self::Fixed(counter) => {
                for chunk in bytes.chunks_mut(32) {
                    let digest = digest::of(&counter.fetch_add(1, Ordering::SeqCst).to_string());
                    chunk.copy_from_slice(&digest.as_str().as_bytes()[..chunk.len()]);
                }
            }
        }
    }

    /// Fills `bytes` for what is told apart and not kept secret, without asking the operating system each time.
    pub fn fill_quickly(&self, bytes: &mut [u8]) {
        match self {
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "the one place that reads randomness")]
                rand::rng().fill_bytes(bytes);
            }
            Self::Fixed(_) => self.fill(bytes),
        }
    }

    /// So many random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A `UUIDv7` of `now` (RFC 9562).
    #[must_use]
    pub fn id(&self, now: Timestamp) -> u128 {
        let millis = u64::try_from(now.micros() / 1000).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid().as_u128()
    }

    /// A code that nobody guesses: 26 base62 characters, 154 bits.
    #[must_use]
    pub fn code(&self) -> String {
        secret::base62(26, &mut |bytes| self.fill(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_clock() {
        let random = Random::fixed(1);
        let now = Timestamp::parse("2026-11-22T20:47:00Z").unwrap();
        let (earlier, later) = (random.id(now), random.id(now.plus(Duration::SECOND)));
        assert!(earlier < later);
        assert_eq!(earlier >> 80, u128::from(now.micros().unsigned_abs() / 1000));
        assert_eq!((earlier >> 76) & 0xF, 7, "the version");
    }

    #[test]
    fn a_fixed_source_repeats_itself_in_every_run_and_never_within_one() {
        let (a, b) = (Random::fixed(7), Random::fixed(7));
        assert_eq!(a.code(), b.code());
        assert_ne!(a.code(), a.code());
    }
}
