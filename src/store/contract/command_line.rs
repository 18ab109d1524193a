//! Command lines that wait to be signed in, and creates that are carried out once.

use super::*;
use crate::store::{
    device_logins::{self, NewLogin},
    idempotency,
};

on_both_engines! {
    a_command_line_is_approved_by_one_of_twenty_and_claimed_by_one_of_twenty
    a_command_line_that_was_refused_or_is_late_waits_no_more
    a_code_is_taken_once
    a_request_is_taken_by_one_of_twenty_and_keeps_what_it_made
    a_request_is_forgotten_after_its_time
}

fn minutes(minutes: i64) -> Timestamp {
    now().plus(Duration::minutes(minutes))
}

impl Database {
    /// One that waits for a quarter of an hour.
    async fn waits(&self, device: &str, user: &str) -> bool {
        let (device, user) = (digest(device), digest(user));
        let new = NewLogin {
            device: &device,
            user: &user,
            host_name: "build-7",
            ip: Some("203.0.113.5"),
            user_agent: None,
            now: now(),
            expires_at: minutes(15),
            interval: 5,
        };
        let mut tx = self.begin().await;
        let is_new = device_logins::insert(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        is_new
    }
}

async fn a_command_line_is_approved_by_one_of_twenty_and_claimed_by_one_of_twenty(db: Database) {
    let (user, _) = db.owner(1).await;
    let session = db.session(1, user).await;
    assert!(db.waits("device", "user").await);
    let waiting = device_logins::waiting(db.store.read(), &digest("user"), now()).await.unwrap().unwrap();
    assert_eq!((waiting.host_name.as_str(), waiting.ip.as_deref()), ("build-7", Some("203.0.113.5")));
    assert_eq!(waiting.device, digest("device"));
    let mut tx = db.begin().await;
    assert!(!device_logins::claim(&mut tx, &digest("device"), now()).await.unwrap(), "nobody has approved it");
    drop(tx);
    let approved = db
        .winners(move |mut tx| async move {
            let won = device_logins::approve(&mut tx, &digest("device"), session, now()).await.unwrap();
            (tx, won)
        })
        .await;
    let claimed = db
        .winners(move |mut tx| async move {
            let won = device_logins::claim(&mut tx, &digest("device"), now()).await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!((approved, claimed), (1, 1));
    let login = device_logins::find(db.store.read(), &digest("device")).await.unwrap().unwrap();
    assert!(login.session == Some(session) && login.is_claimed && !login.is_denied);
    assert!(device_logins::waiting(db.store.read(), &digest("user"), now()).await.unwrap().is_none());
}

async fn a_command_line_that_was_refused_or_is_late_waits_no_more(db: Database) {
    let (user, _) = db.owner(1).await;
    let session = db.session(1, user).await;
    assert!(db.waits("refused", "one").await && db.waits("late", "two").await);
    let mut tx = db.begin().await;
    device_logins::polled(&mut tx, &digest("late"), minutes(1), 10).await.unwrap();
    assert!(device_logins::deny(&mut tx, &digest("refused"), now()).await.unwrap());
    assert!(!device_logins::approve(&mut tx, &digest("refused"), session, now()).await.unwrap());
    assert!(!device_logins::approve(&mut tx, &digest("late"), session, minutes(15)).await.unwrap());
    assert!(!device_logins::deny(&mut tx, &digest("late"), minutes(15)).await.unwrap());
    tx.commit().await.unwrap();
    let late = device_logins::find(db.store.read(), &digest("late")).await.unwrap().unwrap();
    assert_eq!((late.polled_at, late.interval, late.session), (Some(minutes(1)), 10, None));
    assert!(device_logins::find(db.store.read(), &digest("refused")).await.unwrap().unwrap().is_denied);
    let mut tx = db.begin().await;
    device_logins::sweep(&mut tx, minutes(15)).await.unwrap();
    assert!(device_logins::find(tx.on(), &digest("late")).await.unwrap().is_some(), "its last instant");
    device_logins::sweep(&mut tx, minutes(16)).await.unwrap();
    assert!(device_logins::find(tx.on(), &digest("late")).await.unwrap().is_none());
}

async fn a_code_is_taken_once(db: Database) {
    assert!(db.waits("device", "user").await);
    assert!(!db.waits("other device", "user").await);
    assert!(!db.waits("device", "other user").await);
}

async fn a_request_is_taken_by_one_of_twenty_and_keeps_what_it_made(db: Database) {
    let won = db
        .winners(|mut tx| async move {
            let won = idempotency::take(&mut tx, "caller", "key", &digest("request"), now()).await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!(won, 1);
    let mut tx = db.begin().await;
    assert!(idempotency::take(&mut tx, "other caller", "key", &digest("request"), now()).await.unwrap());
    idempotency::made(&mut tx, "caller", "key", "tok_1").await.unwrap();
    let found = idempotency::find(&mut tx, "caller", "key").await.unwrap();
    assert_eq!(found, Some((digest("request"), "tok_1".to_owned())));
    let other = idempotency::find(&mut tx, "other caller", "key").await.unwrap();
    assert_eq!(other, Some((digest("request"), String::new())), "nothing yet");
}

async fn a_request_is_forgotten_after_its_time(db: Database) {
    let mut tx = db.begin().await;
    assert!(idempotency::take(&mut tx, "caller", "key", &digest("request"), now()).await.unwrap());
    idempotency::sweep(&mut tx, minutes(-1)).await.unwrap();
    assert!(idempotency::find(&mut tx, "caller", "key").await.unwrap().is_some());
    idempotency::sweep(&mut tx, now()).await.unwrap();
    assert!(idempotency::find(&mut tx, "caller", "key").await.unwrap().is_none());
}
