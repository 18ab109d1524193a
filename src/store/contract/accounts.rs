//! What people have beside workspaces: sessions on several devices, an address and a password, links to reset it, a log.

use super::*;
use crate::{
    domain::{activity::Start, id::ResetId},
    store::password_resets::{self, Reset},
};

on_both_engines! {
    live_sessions_are_listed_by_when_they_were_seen
    all_sessions_but_one_end_together
    a_password_that_is_typed_again_counts_for_a_live_session
    an_address_and_a_password_are_changed
    notices_are_seen_up_to_an_instant_that_never_goes_back
    a_reset_link_takes_the_place_of_the_one_before
    a_reset_link_is_used_by_one_of_twenty
    a_reset_link_is_shown_to_one_of_twenty_in_the_session_that_made_it
    an_account_has_a_log_of_its_own
}

async fn live_sessions_are_listed_by_when_they_were_seen(db: Database) {
    let (user, _) = db.owner(1).await;
    let (other, _) = db.owner(2).await;
    assert!(!sessions::has_any(db.store.read(), user).await.unwrap());
    let (first, second) = (db.session(1, user).await, db.session(2, user).await);
    assert!(sessions::has_any(db.store.read(), user).await.unwrap());
    db.session(3, other).await;
    let ended = db.session(4, user).await;
    let later = now().plus(Duration::HOUR);
    let mut tx = db.begin().await;
    sessions::end(&mut tx, ended, End::SignedOut, now()).await.unwrap();
    let (old, new) = (digest("refresh 0"), digest("refresh 1"));
    let seen = (Some("192.0.2.1"), Some("Firefox"));
    assert!(sessions::rotate(&mut tx, first, &old, &new, later, later.plus(session::IDLE), seen).await.unwrap());
    tx.commit().await.unwrap();
    let found = sessions::of_user(db.store.read(), user, later).await.unwrap();
    assert_eq!(found.iter().map(|seen| seen.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!((found[0].created_at, found[0].last_seen_at), (now(), later));
    assert_eq!((found[0].ip.as_deref(), found[0].user_agent.as_deref()), (Some("192.0.2.1"), Some("Firefox")));
    let idle = now().plus(session::IDLE);
    let found = sessions::of_user(db.store.read(), user, idle).await.unwrap();
    assert_eq!(found.iter().map(|seen| seen.id).collect::<Vec<_>>(), [first], "the other was not used for too long");
}

async fn all_sessions_but_one_end_together(db: Database) {
    let (user, _) = db.owner(1).await;
    let (other, _) = db.owner(2).await;
    let (kept, _, _) = (db.session(1, user).await, db.session(2, user).await, db.session(3, user).await);
    let foreign = db.session(4, other).await;
    let end = async |keep| {
        let mut tx = db.begin().await;
        let ended = sessions::end_others(&mut tx, user, keep, End::Elsewhere, now()).await.unwrap();
        tx.commit().await.unwrap();
        ended
    };
    assert_eq!((end(Some(kept)).await, end(Some(kept)).await), (2, 0));
    let is_live = async |id| sessions::find(db.store.read(), id).await.unwrap().unwrap().is_live(now());
    assert!(is_live(kept).await && is_live(foreign).await);
    assert_eq!(end(None).await, 1);
    assert!(!is_live(kept).await && is_live(foreign).await);
}

async fn a_password_that_is_typed_again_counts_for_a_live_session(db: Database) {
    let (user, _) = db.owner(1).await;
    let id = db.session(1, user).await;
    let later = now().plus(Duration::HOUR);
    let mut tx = db.begin().await;
    assert!(sessions::authenticated_again(&mut tx, id, later).await.unwrap());
    assert_eq!(sessions::find(tx.on(), id).await.unwrap().unwrap().authenticated_at, later);
    sessions::end(&mut tx, id, End::SignedOut, later).await.unwrap();
    assert!(!sessions::authenticated_again(&mut tx, id, later).await.unwrap());
}

async fn an_address_and_a_password_are_changed(db: Database) {
    let (user, _) = db.owner(1).await;
    db.owner(2).await;
    let mut tx = db.begin().await;
    users::set_email(&mut tx, user, &email(3)).await.unwrap();
    users::set_password(&mut tx, user, "another").await.unwrap();
    tx.commit().await.unwrap();
    assert!(users::login(db.store.read(), &email(1)).await.unwrap().is_none());
    let login = users::login(db.store.read(), &email(3)).await.unwrap().unwrap();
    assert_eq!((login.id, login.password_hash.as_str()), (user, "another"));
    assert_eq!(users::email(db.store.read(), user).await.unwrap(), Some(email(3)));
    assert_eq!(users::email(db.store.read(), UserId::from_u128(9)).await.unwrap(), None);
    let mut tx = db.begin().await;
    let taken = users::set_email(&mut tx, user, &email(2)).await;
    assert!(matches!(taken, Err(Error::Taken)), "{taken:?}");
}

async fn notices_are_seen_up_to_an_instant_that_never_goes_back(db: Database) {
    let (user, _) = db.owner(1).await;
    let seen = async || users::notices_seen(db.store.read(), user).await.unwrap();
    assert_eq!(seen().await, Timestamp::from_micros(0));
    for then in [now(), now().plus(-Duration::DAY)] {
        let mut tx = db.begin().await;
        users::saw_notices(&mut tx, user, then).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(seen().await, now());
    }
}

fn reset(number: u128, (user, workspace): (UserId, WorkspaceId)) -> Reset {
    Reset { id: ResetId::from_u128(number), user, workspace, expires_at: now().plus(Duration::minutes(30)) }
}

impl Database {
    async fn reset(&self, number: u128, owner: (UserId, WorkspaceId), session: SessionId) -> Reset {
        let reset = reset(number, owner);
        let (code, sealed) = (digest(&reset.id.to_string()), Sealed("sealed".to_owned()));
        let mut tx = self.begin().await;
        password_resets::insert(&mut tx, &reset, &code, (session, &sealed), now()).await.unwrap();
        tx.commit().await.unwrap();
        reset
    }

    async fn reset_of(&self, reset: &Reset, at: Timestamp) -> Option<Reset> {
        password_resets::by_code(self.store.read(), &digest(&reset.id.to_string()), at).await.unwrap()
    }
}

async fn a_reset_link_takes_the_place_of_the_one_before(db: Database) {
    let owner = db.owner(1).await;
    let session = db.session(1, owner.0).await;
    let first = db.reset(1, owner, session).await;
    assert_eq!(db.reset_of(&first, now()).await.as_ref(), Some(&first));
    assert_eq!(db.reset_of(&first, first.expires_at).await, None, "its time is over");
    let second = db.reset(2, owner, session).await;
    assert_eq!(db.reset_of(&first, now()).await, None);
    assert_eq!(db.reset_of(&second, now()).await.as_ref(), Some(&second));
    let mut tx = db.begin().await;
    password_resets::close(&mut tx, owner.0, now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(db.reset_of(&second, now()).await, None);
}

async fn a_reset_link_is_used_by_one_of_twenty(db: Database) {
    let owner = db.owner(1).await;
    let session = db.session(1, owner.0).await;
    let made = db.reset(1, owner, session).await;
    let won = db
        .winners(|mut tx| async move {
            let won = password_resets::claim(&mut tx, ResetId::from_u128(1), now()).await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!((won, db.reset_of(&made, now()).await), (1, None));
    let late = db.reset(2, owner, session).await;
    let mut tx = db.begin().await;
    assert!(!password_resets::claim(&mut tx, late.id, late.expires_at).await.unwrap());
}

async fn a_reset_link_is_shown_to_one_of_twenty_in_the_session_that_made_it(db: Database) {
    let owner = db.owner(1).await;
    let (session, other) = (db.session(1, owner.0).await, db.session(2, owner.0).await);
    let made = db.reset(1, owner, session).await;
    let mut tx = db.begin().await;
    assert_eq!(password_resets::take_link(&mut tx, owner.1, made.id, other, now()).await.unwrap(), None);
    tx.commit().await.unwrap();
    let won = db
        .winners(move |mut tx| async move {
            let id = ResetId::from_u128(1);
            let taken = password_resets::take_link(&mut tx, owner.1, id, session, now()).await.unwrap();
            let (user, expires_at, sealed) = taken.unwrap();
            assert_eq!((user, expires_at), (owner.0, now().plus(Duration::minutes(30))));
            (tx, sealed.is_some_and(|sealed| sealed.0 == "sealed"))
        })
        .await;
    assert_eq!(won, 1);
    assert!(db.reset_of(&made, now()).await.is_some(), "to show it is not to use it");
    let late = db.reset(2, owner, session).await;
    let mut tx = db.begin().await;
    let (.., sealed) =
        password_resets::take_link(&mut tx, owner.1, late.id, session, late.expires_at).await.unwrap().unwrap();
    assert_eq!(sealed, None);
}

async fn an_account_has_a_log_of_its_own(db: Database) {
    let (user, workspace) = db.owner(1).await;
    let (other, _) = db.owner(2).await;
    let mut tx = db.begin().await;
    let of = |number, user: UserId, happened| events::Event {
        happened,
        target: Some((user.to_string(), "ops")),
        ..event(number)
    };
    for event in [
        of(1, user, Happened::SignedIn),
        of(2, other, Happened::SignedIn),
        of(3, user, Happened::NewDevice),
        events::Event { workspace: Some(workspace), ..of(4, user, Happened::RoleChanged) },
        of(5, user, Happened::SignedOut),
    ] {
        events::append(&mut tx, &event).await.unwrap();
    }
    tx.commit().await.unwrap();
    let read = async |only: &[Happened], start, limit| {
        let mut connection = db.store.connection().await.unwrap();
        let found = events::of_account(&mut connection, user, only, start, limit).await.unwrap();
        found.into_iter().map(|event| event.id).collect::<Vec<_>>()
    };
    let id = EventId::from_u128;
    assert_eq!(read(&[], Start::Newest, 9).await, [id(5), id(3), id(1)]);
    assert_eq!(read(&[], Start::Newest, 2).await, [id(5), id(3)]);
    assert_eq!(read(&[], Start::OlderThan(id(3)), 9).await, [id(1)]);
    assert_eq!(read(&[], Start::NewerThan(id(1)), 1).await, [id(3)]);
    assert_eq!(read(&[Happened::NewDevice, Happened::SignedIn], Start::Newest, 9).await, [id(3), id(1)]);
}
