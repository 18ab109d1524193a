//! The brake on addresses that try many accounts or secrets: in memory, by IPv4 address or IPv6 /64.

use std::{fmt, net::IpAddr, num::NonZeroU16, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _, clock::DefaultClock};

use crate::service::actor::Origin;

/// So many attempts at once, as from an office in the morning.
const BURST: u16 = 30;
/// After those, one each time this has passed.
const EVERY: Duration = Duration::from_secs(6);
/// So many secrets may be refused at once.
const SECRETS: u16 = 300;
/// After those, one each time this has passed.
const SECRETS_EVERY: Duration = Duration::from_millis(100);
/// So many networks are remembered before those that have rested are forgotten.
const REMEMBERED: usize = 10_000;

/// What each network has tried of late.
pub struct Networks(DefaultKeyedRateLimiter<Option<IpAddr>>);

impl Default for Networks {
    fn default() -> Self {
        Self::allowing(NonZeroU16::new(BURST).expect("it is not zero"))
    }
}

impl Networks {
    /// With so many attempts at once.
    #[must_use]
    pub fn allowing(burst: NonZeroU16) -> Self {
        Self::with(burst, EVERY)
    }

    /// For refusals of secrets, which nobody can guess: many services may ask through one address.
    #[must_use]
    pub fn of_secrets() -> Self {
        Self::with(NonZeroU16::new(SECRETS).expect("it is not zero"), SECRETS_EVERY)
    }

    fn with(burst: NonZeroU16, every: Duration) -> Self {
        let quota = Quota::with_period(every).expect("it is not zero").allow_burst(burst.into());
        Self(RateLimiter::keyed(quota))
    }

    /// Counts an attempt from there.
    ///
    /// # Errors
    /// The time after which the next one may come.
    pub fn attempt(&self, origin: &Origin) -> Result<(), Duration> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&origin.network()).map_err(|not_yet| not_yet.wait_time_from(DefaultClock::default().now()))
    }
}

impl fmt::Debug for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Networks")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::activity::Via;

    fn from(ip: &str) -> Origin {
        Origin { via: Via::Browser, ip: Some(ip.parse().unwrap()), user_agent: None, device: None, once: None }
    }

    #[test]
    fn an_address_that_tries_too_often_waits_and_no_other_does() {
        let networks = Networks::default();
        for attempt in 0..BURST {
            assert_eq!(networks.attempt(&from("203.0.113.5")), Ok(()), "{attempt}");
        }
        let wait = networks.attempt(&from("203.0.113.5")).unwrap_err();
        assert!(wait <= EVERY && !wait.is_zero(), "{wait:?}");
        assert_eq!(networks.attempt(&from("203.0.113.6")), Ok(()));
    }

    #[test]
    fn one_customer_of_ipv6_is_one_place() {
        let networks = Networks::default();
        for last in 0..BURST {
            networks.attempt(&from(&format!("2001:db8:1:2::{last:x}"))).unwrap();
        }
        assert!(networks.attempt(&from("2001:db8:1:2:ffff::1")).is_err());
        assert_eq!(networks.attempt(&from("2001:db8:1:3::1")), Ok(()));
    }
}
