//! Failures are counted, each of them, and browsers are known for a while.

use super::{
    super::throttle::{self, Counter},
    *,
};

on_both_engines! {
    twenty_failures_at_once_are_twenty
    a_count_is_kept_until_it_is_cleared_or_its_time_has_come
    a_browser_is_known_to_one_account_for_a_while
}

fn counter(device: Option<&str>) -> Counter {
    Counter { account: digest("ada"), device: device.map(digest) }
}

async fn twenty_failures_at_once_are_twenty(db: Database) {
    let counted = db
        .winners(|mut tx| async move {
            let (failures, ..) = throttle::hold(&mut tx, &counter(None), now()).await.unwrap();
            throttle::write(&mut tx, &counter(None), (failures + 1, None, now())).await.unwrap();
            (tx, true)
        })
        .await;
    assert_eq!(counted, 20);
    let found = throttle::find(db.store.read(), &counter(None)).await.unwrap();
    assert_eq!(found, Some((20, None, now())));
}

async fn a_count_is_kept_until_it_is_cleared_or_its_time_has_come(db: Database) {
    let (all, one) = (counter(None), counter(Some("one")));
    let count = (11, Some(now().plus(Duration::MINUTE)), now().plus(Duration::DAY));
    let mut tx = db.begin().await;
    for counter in [&all, &one] {
        throttle::hold(&mut tx, counter, now()).await.unwrap();
        throttle::write(&mut tx, counter, count).await.unwrap();
    }
    throttle::clear(&mut tx, &all).await.unwrap();
    throttle::sweep(&mut tx, now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(throttle::find(db.store.read(), &all).await.unwrap(), None);
    assert_eq!(throttle::find(db.store.read(), &one).await.unwrap(), Some(count));

    for by_time in [true, false] {
        let mut tx = db.begin().await;
        throttle::hold(&mut tx, &one, now()).await.unwrap();
        throttle::write(&mut tx, &one, count).await.unwrap();
        assert_eq!(throttle::hold(&mut tx, &one, now()).await.unwrap(), count, "holding changes nothing");
        throttle::clear_all(&mut tx, &digest("eve")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(throttle::find(db.store.read(), &one).await.unwrap(), Some(count), "it is another's");
        let mut tx = db.begin().await;
        if by_time {
            throttle::sweep(&mut tx, count.2).await.unwrap();
        } else {
            throttle::clear_all(&mut tx, &one.account).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(throttle::find(db.store.read(), &one).await.unwrap(), None);
    }
}

async fn a_browser_is_known_to_one_account_for_a_while(db: Database) {
    let (ada, eve, device) = (digest("ada"), digest("eve"), digest("device"));
    let knows = async |account, since| throttle::knows(db.store.read(), account, &device, since).await.unwrap();
    let before = now().plus(-Duration::DAY);
    let mut tx = db.begin().await;
    throttle::remember(&mut tx, &ada, &device, now(), before).await.unwrap();
    tx.commit().await.unwrap();
    assert!(knows(&ada, before).await && !knows(&eve, before).await && !knows(&ada, now()).await);

    let later = now().plus(Duration::DAY);
    let mut tx = db.begin().await;
    throttle::remember(&mut tx, &ada, &device, later, before).await.unwrap();
    throttle::remember(&mut tx, &eve, &digest("other"), later, now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(knows(&ada, now()).await, "it has signed in again");
    let mut tx = db.begin().await;
    throttle::remember(&mut tx, &eve, &digest("other"), later.plus(Duration::DAY), later).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!knows(&ada, before).await, "it was forgotten");
}
