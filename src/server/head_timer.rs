//! The timer of a connection for the heads of its requests.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};
use tokio::time;

/// One for all requests of a connection. hyper asks for a new one whenever it waits for a head and throws it away when
/// the head is there; one of tokio's would be put among all timers and taken out again each time, while one that is
/// there already is moved later almost for nothing.
#[derive(Clone)]
pub(super) struct HeadTimer(Arc<Mutex<Pin<Box<time::Sleep>>>>);

impl HeadTimer {
    /// Which ends after that time, unless it is asked for before.
    pub(super) fn new(first: Duration) -> Self {
        Self(Arc::new(Mutex::new(Box::pin(time::sleep(first)))))
    }

    fn with<T>(&self, act: impl FnOnce(Pin<&mut time::Sleep>) -> T) -> T {
        act(self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut())
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        self.with(|sleep| sleep.reset(deadline.into()));
        Box::pin(Lent(self.clone()))
    }
}

/// The timer, while a head is waited for.
struct Lent(HeadTimer);

impl Future for Lent {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.with(|sleep| sleep.poll(context))
    }
}

impl Sleep for Lent {}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);
    const SHORT: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn it_is_moved_later_and_earlier_for_each_head() {
        let timer = HeadTimer::new(SHORT);
        let later = timer.sleep(LONG);
        assert!(time::timeout(SHORT * 3, later).await.is_err(), "it did not end when it was to end first");
        let earlier = timer.sleep(SHORT);
        assert!(time::timeout(LONG, earlier).await.is_ok());
    }
}
