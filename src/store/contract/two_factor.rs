//! Second factors: what of them can be used once is used once.

use super::*;
use crate::store::two_factor::{self, SecondFactor};

on_both_engines! {
    there_is_one_second_factor_for_a_person
    a_step_is_used_by_one_of_twenty_and_never_one_before_it
    a_backup_code_is_used_by_one_of_twenty
    new_backup_codes_take_the_place_of_those_before
    backup_codes_are_shown_to_one_of_twenty_in_the_session_that_made_them
    a_second_factor_that_is_gone_leaves_nothing
    a_workspace_knows_who_has_none
}

fn factor() -> SecondFactor {
    SecondFactor { seed: Sealed("sealed seed".to_owned()), enabled_at: now() }
}

/// The step that the clock of these tests stands at.
fn step() -> i64 {
    now().seconds() / 30
}

impl Database {
    async fn enrolled(&self, number: u128) -> (UserId, WorkspaceId) {
        let owner = self.owner(number).await;
        let mut tx = self.begin().await;
        two_factor::insert(&mut tx, owner.0, &factor(), step()).await.unwrap();
        two_factor::set_backup_codes(&mut tx, owner.0, &[digest("first"), digest("second")]).await.unwrap();
        tx.commit().await.unwrap();
        owner
    }

    async fn left(&self, user: UserId) -> u32 {
        two_factor::backup_codes_left(self.store.read(), user).await.unwrap()
    }
}

async fn there_is_one_second_factor_for_a_person(db: Database) {
    let (user, _) = db.owner(1).await;
    assert_eq!(two_factor::find(db.store.read(), user).await.unwrap(), None);
    let mut tx = db.begin().await;
    two_factor::insert(&mut tx, user, &factor(), step()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(two_factor::find(db.store.read(), user).await.unwrap(), Some(factor()));
    let again = two_factor::insert(&mut db.begin().await, user, &factor(), step()).await;
    assert!(matches!(again, Err(Error::Taken)), "{again:?}");
}

async fn a_step_is_used_by_one_of_twenty_and_never_one_before_it(db: Database) {
    let (user, _) = db.enrolled(1).await;
    let won = db
        .winners(move |mut tx| async move {
            let won = two_factor::use_step(&mut tx, user, now(), step() + 1).await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!(won, 1);
    let mut tx = db.begin().await;
    for used in [step() - 1, step(), step() + 1] {
        assert!(!two_factor::use_step(&mut tx, user, now(), used).await.unwrap(), "{used}");
    }
    let later = now().plus(Duration::SECOND);
    assert!(!two_factor::use_step(&mut tx, user, later, step() + 2).await.unwrap(), "it is of another enrolment");
    assert!(two_factor::use_step(&mut tx, user, now(), step() + 2).await.unwrap());
}

async fn a_backup_code_is_used_by_one_of_twenty(db: Database) {
    let (user, _) = db.enrolled(1).await;
    let (other, _) = db.enrolled(2).await;
    let won = db
        .winners(move |mut tx| async move {
            let won = two_factor::use_backup_code(&mut tx, user, &digest("first"), now()).await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!((won, db.left(user).await, db.left(other).await), (1, 1, 2));
    let mut tx = db.begin().await;
    assert!(!two_factor::use_backup_code(&mut tx, user, &digest("third"), now()).await.unwrap());
}

async fn new_backup_codes_take_the_place_of_those_before(db: Database) {
    let (user, _) = db.enrolled(1).await;
    let mut tx = db.begin().await;
    two_factor::set_backup_codes(&mut tx, user, &[digest("third")]).await.unwrap();
    assert!(!two_factor::use_backup_code(&mut tx, user, &digest("first"), now()).await.unwrap());
    assert!(two_factor::use_backup_code(&mut tx, user, &digest("third"), now()).await.unwrap());
}

async fn backup_codes_are_shown_to_one_of_twenty_in_the_session_that_made_them(db: Database) {
    let (user, _) = db.enrolled(1).await;
    let (session, other) = (db.session(1, user).await, db.session(2, user).await);
    let until = now().plus(Duration::HOUR);
    let put = async |sealed: &str| {
        let mut tx = db.begin().await;
        two_factor::put_codes(&mut tx, user, session, &Sealed(sealed.to_owned()), until).await.unwrap();
        tx.commit().await.unwrap();
    };
    put("first").await;
    put("second").await;
    let mut tx = db.begin().await;
    assert_eq!(two_factor::take_codes(&mut tx, user, other, now()).await.unwrap(), None, "another session");
    assert_eq!(two_factor::take_codes(&mut tx, user, session, until).await.unwrap(), None, "too late");
    tx.commit().await.unwrap();
    let won = db
        .winners(move |mut tx| async move {
            let taken = two_factor::take_codes(&mut tx, user, session, now()).await.unwrap();
            (tx, taken == Some(Sealed("second".to_owned())))
        })
        .await;
    assert_eq!(won, 1);
    put("third").await;
    let mut tx = db.begin().await;
    two_factor::sweep(&mut tx, until).await.unwrap();
    assert_eq!(two_factor::take_codes(&mut tx, user, session, now()).await.unwrap(), None, "swept");
}

async fn a_second_factor_that_is_gone_leaves_nothing(db: Database) {
    let (user, _) = db.enrolled(1).await;
    let session = db.session(1, user).await;
    let until = now().plus(Duration::HOUR);
    let mut tx = db.begin().await;
    two_factor::put_codes(&mut tx, user, session, &Sealed("codes".to_owned()), until).await.unwrap();
    assert!(two_factor::delete(&mut tx, user).await.unwrap());
    assert!(!two_factor::delete(&mut tx, user).await.unwrap(), "it was gone");
    assert_eq!(two_factor::take_codes(&mut tx, user, session, now()).await.unwrap(), None);
    assert!(!two_factor::use_step(&mut tx, user, now(), step() + 1).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!((two_factor::find(db.store.read(), user).await.unwrap(), db.left(user).await), (None, 0));
}

async fn a_workspace_knows_who_has_none(db: Database) {
    let (enrolled, home) = db.enrolled(1).await;
    let (other, _) = db.owner(2).await;
    let mut tx = db.begin().await;
    workspaces::add_member(&mut tx, home, other, Role::Member, now()).await.unwrap();
    workspaces::require_two_factor(&mut tx, home, Some(now())).await.unwrap();
    tx.commit().await.unwrap();
    let without = workspaces::without_two_factor(db.store.read(), home).await.unwrap();
    assert_eq!(without, [(Role::Member, email(2).to_string())]);
    let found = async || workspaces::find_for(db.store.read(), &home.to_string(), enrolled).await.unwrap().unwrap().0;
    assert!(found().await.requires_two_factor);
    let mut tx = db.begin().await;
    workspaces::require_two_factor(&mut tx, home, None).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!found().await.requires_two_factor);
}
