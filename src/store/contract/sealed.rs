//! What is sealed, and the master key that it is sealed with.

use super::*;
use crate::{
    domain::{
        id::{InvitationId, ResetId},
        invitation::Invitation,
    },
    store::{
        invitations::{self, NewInvitation},
        password_resets::{self, Reset},
        sealed::{self, Place, Row},
        two_factor::{self, SecondFactor},
    },
};

on_both_engines! {
    all_that_is_sealed_is_found_and_replaced
    a_master_key_is_replaced_by_one_of_twenty
    a_root_is_set_once
}

/// One sealed text in each place.
async fn fill(db: &Database) {
    let (user, workspace) = db.owner(1).await;
    let session = db.session(1, user).await;
    let token = token(1, (user, workspace));
    db.insert(&token).await;
    let sealed = |what: &str| Sealed(what.to_owned());
    let until = now().plus(Duration::HOUR);
    let mut tx = db.begin().await;
    instance::create(&mut tx, "fingerprint", now()).await.unwrap();
    instance::set_root(&mut tx, &sealed("Root")).await.unwrap();
    instance::add_signing_key(&mut tx, "k1", &sealed("SigningKey"), now()).await.unwrap();
    let factor = SecondFactor { seed: sealed("SecondFactor"), enabled_at: now() };
    two_factor::insert(&mut tx, user, &factor, 1).await.unwrap();
    two_factor::put_codes(&mut tx, user, session, &sealed("BackupCodes"), until).await.unwrap();
    reveals::put(&mut tx, token.id, session, &sealed("Reveal"), until).await.unwrap();
    let invitation = Invitation {
        id: InvitationId::from_u128(1),
        workspace,
        email: email(2),
        role: Role::Member,
        invited_by: token.created_by,
        created_at: now(),
        expires_at: until,
        accepted_at: None,
        revoked_at: None,
    };
    let slot = Some((session, &sealed("Invitation")));
    let new = NewInvitation { invitation: &invitation, digest: &digest("invitation"), slot };
    invitations::insert(&mut tx, &new).await.unwrap();
    let reset = Reset { id: ResetId::from_u128(1), user, workspace, expires_at: until };
    password_resets::insert(&mut tx, &reset, &digest("reset"), (session, &sealed("PasswordReset")), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn all_that_is_sealed_is_found_and_replaced(db: Database) {
    fill(&db).await;
    let session = SessionId::from_u128(1).to_string();
    let mut tx = db.begin().await;
    for place in Place::ALL {
        let rows = sealed::all(&mut tx, place).await.unwrap();
        let [Row { id, session: waits_for, sealed }] = rows.as_slice() else { panic!("{place:?}: {rows:?}") };
        assert_eq!(sealed.0, format!("{place:?}"));
        let is_slot = matches!(place, Place::BackupCodes | Place::Reveal | Place::Invitation | Place::PasswordReset);
        assert_eq!(waits_for, if is_slot { &session } else { "" }, "{place:?}");
        sealed::replace(&mut tx, place, id, &Sealed(format!("new {place:?}"))).await.unwrap();
    }
    for place in Place::ALL {
        let rows = sealed::all(&mut tx, place).await.unwrap();
        assert_eq!(rows[0].sealed.0, format!("new {place:?}"));
    }
}

#[test]
fn every_sealed_column_has_a_place() {
    let mut columns = 0;
    for file in std::fs::read_dir("migrations").unwrap() {
        let sql = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let code = sql.lines().map(|line| line.split("--").next().unwrap());
        columns += code.flat_map(|line| line.split_whitespace()).filter(|word| word.starts_with("sealed")).count();
    }
    assert_eq!(columns, Place::ALL.len(), "a column of the migrations that is sealed again nowhere");
}

async fn a_master_key_is_replaced_by_one_of_twenty(db: Database) {
    fill(&db).await;
    let won = db
        .winners(|mut tx| async move {
            let won = instance::replace_master_key(&mut tx, "fingerprint", "another").await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!(won, 1);
    let mut tx = db.begin().await;
    assert!(!instance::hold_master_key(&mut tx, "fingerprint").await.unwrap());
    assert!(instance::hold_master_key(&mut tx, "another").await.unwrap());
    assert_eq!(instance::fingerprint(tx.on()).await.unwrap().as_deref(), Some("another"));
}

async fn a_root_is_set_once(db: Database) {
    let mut tx = db.begin().await;
    instance::create(&mut tx, "fingerprint", now()).await.unwrap();
    assert_eq!(instance::root(tx.on()).await.unwrap(), None);
    for root in ["first", "second"] {
        instance::set_root(&mut tx, &Sealed(root.to_owned())).await.unwrap();
        assert_eq!(instance::root(tx.on()).await.unwrap(), Some(Sealed("first".to_owned())));
    }
}
