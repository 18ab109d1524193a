//! How often one may be wrong (PRODUCT section 7). The specification first:
//!
//! - Failures are counted as long as no fifteen minutes pass without one. The tenth begins a wait.
//! - While a wait runs, nothing is tried: right or wrong is not even looked at, so it is no failure either.
//! - After a wait one more may be tried. If that fails, the next wait is twice as long, up to an hour: no lock is for
//!   ever, and six digits are safe from 24 guesses a day.
//! - A day after the last wait all is forgotten. Before that only a complete sign-in ends it, which is its caller's
//!   to see: a right password alone does not.
//!
//! Passwords, codes and backup codes of an account share one count; a browser that has signed in to it fully before has
//! one of its own, so that a stranger who is wrong on purpose keeps nobody out (OWASP, device cookies).

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use time::Duration;

use super::keys::MasterKey;
use crate::domain::{stored::Digest, timestamp::Timestamp};

/// So many failures begin a wait.
const ALLOWED: u32 = 10;
/// Failures with less than this between them are counted together.
const TOGETHER: Duration = Duration::minutes(15);
/// The first wait.
const FIRST_WAIT: Duration = Duration::MINUTE;
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::HOUR;
/// After a wait the count is kept this long.
const REMEMBERED: Duration = Duration::DAY;

/// How often somebody was wrong, and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    /// How often.
    pub failures: u32,
    /// Nothing is tried before this.
    pub waits_until: Option<Timestamp>,
    /// From then on it is as if nothing had been.
    pub forgotten_at: Timestamp,
}

impl Lockout {
    /// Nobody was wrong.
    #[must_use]
    pub const fn fresh(now: Timestamp) -> Self {
        Self { failures: 0, waits_until: None, forgotten_at: now }
    }

    /// The end of the wait that runs at `now`.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> Option<Timestamp> {
        self.waits_until.filter(|until| now < *until)
    }

    /// What follows from a failure at `now`.
    #[must_use]
    pub fn failed(self, now: Timestamp) -> Self {
        if self.wait(now).is_some() {
            return self;
        }
        let failures = if now < self.forgotten_at { self.failures.saturating_add(1) } else { 1 };
        let Some(beyond) = failures.checked_sub(ALLOWED) else {
            return Self { failures, waits_until: None, forgotten_at: now.plus(TOGETHER) };
        };
        let wait = (FIRST_WAIT * 2i32.saturating_pow(beyond.min(10))).min(LONGEST_WAIT);
        let until = now.plus(wait);
        Self { failures, waits_until: Some(until), forgotten_at: until.plus(REMEMBERED) }
    }
}

/// The key under which accounts and browsers are counted: an address that has no account may be a slip of the
/// keyboard, and is nobody's to read.
pub struct Keys(hmac::Key);

impl Keys {
    /// Made from `master`.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &master.derive("lockout")))
    }

    /// What stands for an address or a browser's code in the database.
    #[must_use]
    pub fn digest(&self, text: &str) -> Digest {
        Digest::from_hex(HEXLOWER.encode(hmac::sign(&self.0, text.as_bytes()).as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> Timestamp {
        Timestamp::parse("2026-11-22T20:47:00Z").unwrap()
    }

    /// After `count` failures, each as soon as it may be; and when the last was.
    fn after(count: u32) -> (Lockout, Timestamp) {
        let (mut lockout, mut now) = (Lockout::fresh(start()), start());
        for _ in 0..count {
            now = lockout.wait(now).unwrap_or(now);
            lockout = lockout.failed(now);
        }
        (lockout, now)
    }

    #[test]
    fn ten_failures_begin_a_wait_that_grows_and_has_an_end() {
        assert_eq!(after(9).0.wait(start()), None);
        let waits: Vec<_> = (10..=18).map(after).collect();
        let minutes: Vec<_> =
            waits.iter().map(|(lockout, now)| lockout.wait(*now).unwrap().since(*now).whole_minutes()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        let (lockout, now) = after(5_000);
        assert_eq!(lockout.wait(now.plus(Duration::HOUR)), None, "never for ever");
    }

    #[test]
    fn while_a_wait_runs_nothing_counts() {
        let (lockout, now) = after(10);
        let last = Timestamp::from_micros(lockout.waits_until.unwrap().micros() - 1);
        assert_eq!(lockout.failed(now), lockout);
        assert_eq!(lockout.failed(last), lockout);
        assert_eq!(lockout.failed(lockout.waits_until.unwrap()).failures, 11);
    }

    #[test]
    fn failures_that_lie_apart_are_not_counted_together() {
        let (lockout, now) = after(9);
        assert_eq!(lockout.failed(now.plus(Duration::minutes(15))).failures, 1);
        let just_before = Timestamp::from_micros(now.plus(Duration::minutes(15)).micros() - 1);
        assert_eq!(lockout.failed(just_before).failures, 10);
    }

    #[test]
    fn a_wait_is_remembered_for_a_day() {
        let (lockout, _) = after(12);
        let end = lockout.waits_until.unwrap();
        assert_eq!(lockout.failed(end.plus(Duration::hours(23))).failures, 13);
        assert_eq!(lockout.failed(end.plus(Duration::hours(24))).failures, 1);
    }

    #[test]
    fn what_is_counted_cannot_be_read_back_without_the_key() {
        let [a, b] = [1, 2].map(|key| Keys::new(&MasterKey::new([key; 32])).digest("ada@northwind.example"));
        assert_ne!(a, b);
    }

    proptest! {
        #[test]
        fn nobody_tries_more_than_ten_times_in_a_quarter_of_an_hour(pauses in prop::collection::vec(0i64..400, 1..80)) {
            let (mut lockout, mut now) = (Lockout::fresh(start()), start());
            let mut tries = Vec::new();
            for pause in pauses {
                now = now.plus(Duration::seconds(pause));
                if lockout.wait(now).is_none() {
                    tries.push(now);
                    lockout = lockout.failed(now);
                }
            }
            for window in tries.windows(14) {
                // The eleventh to the fourteenth come after waits of 1, 2, 4 and 8 minutes.
                prop_assert!(window[13].since(window[0]) >= Duration::minutes(7));
            }
            for window in tries.windows(11) {
                prop_assert!(window[10].since(window[0]) >= Duration::minutes(1));
            }
        }
    }
}
