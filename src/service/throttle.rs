//! The brake on guessing: whatever proves who somebody is goes through here, before and after.
//!
//! `Service::attempt` before anything slow or secret is looked at. Then, if it was wrong, `Service::note_failure` in
//! the transaction that records it; if it was right, `Service::stands`, since others may have been wrong meanwhile:
//! of fifty guesses at once no more than ten are told whether they were right. Where somebody is signed in completely,
//! `begin_session` makes the count end, and looks a last time, since guesses wait side by side for their transactions.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use time::Duration;

use super::{Error, Result, Service, actor::Origin};
use crate::{
    auth::lockout::Lockout,
    domain::{text::Email, timestamp::Timestamp},
    store::{
        Connection, Tx,
        throttle::{self as table, Counter},
    },
};

/// A browser that has signed in is known for this long; no longer do browsers keep cookies.
pub const KNOWN: Duration = Duration::days(400);

/// The code in a browser's cookie by which an account knows it again.
#[derive(Clone)]
pub struct DeviceCode(SecretString);

impl DeviceCode {
    /// Reads a cookie; none unless it has the form of a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_code = text.len() == 26 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_code.then(|| Self(text.to_owned().into()))
    }

    /// The plain code, for the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Redacted.
impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceCode(…)")
    }
}

/// Too much was tried: nothing is looked at before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The end.
    pub until: Timestamp,
    /// The whole seconds until then, at least one.
    pub seconds: u32,
}

impl Wait {
    /// From `now` until `until`.
    #[must_use]
    pub fn new(now: Timestamp, until: Timestamp) -> Self {
        let micros = u64::try_from(until.since(now).whole_microseconds()).unwrap_or_default();
        Self { until, seconds: u32::try_from(micros.div_ceil(1_000_000)).unwrap_or(u32::MAX).max(1) }
    }

    /// From `now` on, for `wait`.
    #[must_use]
    pub fn lasting(now: Timestamp, wait: std::time::Duration) -> Self {
        Self::new(now, now.plus(wait.try_into().unwrap_or(Duration::MINUTE)))
    }

    /// What people are told.
    #[must_use]
    pub fn sentence(&self) -> String {
        let count = |number: u32, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
        let span = match self.seconds {
            seconds @ ..60 => count(seconds, "second"),
            seconds => count(seconds.div_ceil(60), "minute"),
        };
        // To the minute after, so that it is over by then.
        let clock = self.until.plus(Duration::seconds(59)).clock();
        format!("Too many attempts. Wait {span}, until {clock}, then try again.")
    }
}

/// An attempt to prove who somebody is, that may be looked at.
#[derive(Clone, Debug)]
pub(super) struct Attempt(Counter);

impl Attempt {
    /// Whether the browser has signed in to this account before.
    pub(super) const fn is_from_a_known_device(&self) -> bool {
        self.0.device.is_some()
    }
}

impl Service {
    /// Whether the browser of `origin` has signed in to the account of `email` before.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn knows_device(&self, email: &str, origin: &Origin) -> Result<bool> {
        let Ok(email) = Email::parse(email) else { return Ok(false) };
        let mut connection = self.store.connection().await?;
        self.device_is_known(&mut connection, &email, origin).await
    }

    pub(super) async fn device_is_known(
        &self,
        connection: &mut Connection,
        email: &Email,
        origin: &Origin,
    ) -> Result<bool> {
        Ok(self.counter(connection, email, origin).await?.device.is_some())
    }

    /// Begins an attempt at the account of `email`, whether there is one or not.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`] while a wait runs.
    pub(super) async fn attempt(&self, email: &Email, origin: &Origin) -> Result<Attempt> {
        let mut connection = self.store.connection().await?;
        let attempt = Attempt(self.counter(&mut connection, email, origin).await?);
        drop(connection);
        self.stands(&attempt).await?;
        Ok(attempt)
    }

    /// Whether an attempt that was right still counts.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`] if a wait has begun meanwhile.
    pub(super) async fn stands(&self, attempt: &Attempt) -> Result<()> {
        let now = self.now();
        let count = table::find(self.store.read(), &attempt.0).await?;
        match count.and_then(|count| lockout(count).wait(now)) {
            Some(until) => Err(Error::TooManyAttempts(Wait::new(now, until))),
            None => Ok(()),
        }
    }

    /// Counts an attempt that was wrong.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`] if a wait has begun meanwhile: it is not said that it was wrong, and it does not count.
    pub(super) async fn note_failure(&self, tx: &mut Tx, attempt: &Attempt) -> Result<()> {
        let now = self.now();
        table::sweep(tx, now).await?;
        let before = lockout(table::hold(tx, &attempt.0, now).await?);
        if let Some(until) = before.wait(now) {
            return Err(Error::TooManyAttempts(Wait::new(now, until)));
        }
        let after = before.failed(now);
        Ok(table::write(tx, &attempt.0, (after.failures, after.waits_until, after.forgotten_at)).await?)
    }

    /// Ends the count with a complete sign-in, and knows the browser from now on. Answers its new code if it had none.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`] if a wait has begun meanwhile.
    pub(super) async fn signed_in_completely(
        &self,
        tx: &mut Tx,
        email: &Email,
        origin: &Origin,
    ) -> Result<Option<DeviceCode>> {
        // A browser's own count, or that of all strangers: never both, or whoever guesses could go on whenever the
        // owner has signed in.
        let (counter, now) = (self.counter(tx.on(), email, origin).await?, self.now());
        if let Some(until) = lockout(table::hold(tx, &counter, now).await?).wait(now) {
            return Err(Error::TooManyAttempts(Wait::new(now, until)));
        }
        table::clear(tx, &counter).await?;
        let new = origin.device.is_none().then(|| DeviceCode(self.random.code().into()));
        if let Some(device) = origin.device.as_ref().or(new.as_ref()) {
            self.know_device(tx, email, device).await?;
        }
        Ok(new)
    }

    /// Forgets what was counted for an address that had no account until now: its newcomer was wrong about nothing.
    pub(super) async fn begin_counting(&self, tx: &mut Tx, email: &Email) -> Result<()> {
        Ok(table::clear_all(tx, &self.lockout.digest(&email.folded())).await?)
    }

    /// From now on the account of `email` knows the browser with this code.
    pub(super) async fn know_device(&self, tx: &mut Tx, email: &Email, device: &DeviceCode) -> Result<()> {
        let (account, device) = (self.lockout.digest(&email.folded()), self.lockout.digest(device.expose()));
        let now = self.now();
        Ok(table::remember(tx, &account, &device, now, now.plus(-KNOWN)).await?)
    }

    /// Where the attempts of `origin` at the account of `email` are counted.
    async fn counter(&self, connection: &mut Connection, email: &Email, origin: &Origin) -> Result<Counter> {
        let account = self.lockout.digest(&email.folded());
        let device = origin.device.as_ref().map(|device| self.lockout.digest(device.expose()));
        let known = match &device {
            Some(device) => table::knows(connection, &account, device, self.now().plus(-KNOWN)).await?,
            None => false,
        };
        Ok(Counter { account, device: device.filter(|_| known) })
    }
}

const fn lockout((failures, waits_until, forgotten_at): table::Count) -> Lockout {
    Lockout { failures, waits_until, forgotten_at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_how_long_and_until_when() {
        let now = Timestamp::parse("2026-11-22T20:47:00Z").unwrap();
        for (seconds, sentence) in [
            (0, "Too many attempts. Wait 1 second, until 20:47 UTC, then try again."),
            (5, "Too many attempts. Wait 5 seconds, until 20:48 UTC, then try again."),
            (60, "Too many attempts. Wait 1 minute, until 20:48 UTC, then try again."),
            (61, "Too many attempts. Wait 2 minutes, until 20:49 UTC, then try again."),
            (3600, "Too many attempts. Wait 60 minutes, until 21:47 UTC, then try again."),
        ] {
            assert_eq!(Wait::new(now, now.plus(Duration::seconds(seconds))).sentence(), sentence);
        }
    }

    #[test]
    fn a_cookie_with_anything_else_is_none() {
        assert!(DeviceCode::parse("abcdefghijklmnopqrstuvwxyz").is_some());
        for text in ["", "short", "abcdefghijklmnopqrstuvwxy-", "abcdefghijklmnopqrstuvwxyz0"] {
            assert!(DeviceCode::parse(text).is_none(), "{text}");
        }
    }
}
