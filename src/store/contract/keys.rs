//! Keys are edited and switched.

use super::*;

on_both_engines! {
    an_edit_changes_what_can_change_and_counts
    an_edit_of_an_old_version_or_of_what_has_ended_changes_nothing
    one_of_twenty_edits_of_the_same_version_is_made
}

fn key(home: (UserId, WorkspaceId)) -> Credential {
    Credential { id: CredentialId::new(Kind::ApiKey, 7), description: "before".to_owned(), ..token(7, home) }
}

async fn an_edit_changes_what_can_change_and_counts(db: Database) {
    let home = db.owner(1).await;
    let before = key(home);
    db.insert(&before).await;
    let after = Credential {
        name: "Terraform".to_owned(),
        description: String::new(),
        scopes: vec!["domains:write".parse().unwrap()],
        expires_at: Some(now().plus(Duration::DAY)),
        disabled_at: Some(now()),
        version: 1,
        ..before
    };
    let mut tx = db.begin().await;
    assert!(credentials::update(&mut tx, &after).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(credentials::find(db.store.read(), home.1, after.id).await.unwrap(), Some(after.clone()));

    let cleared = Credential { expires_at: None, disabled_at: None, version: 2, ..after };
    let mut tx = db.begin().await;
    assert!(credentials::update(&mut tx, &cleared).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(credentials::find(db.store.read(), home.1, cleared.id).await.unwrap(), Some(cleared));
}

async fn an_edit_of_an_old_version_or_of_what_has_ended_changes_nothing(db: Database) {
    let (home, other) = (db.owner(1).await, db.owner(2).await);
    let before = key(home);
    db.insert(&before).await;
    let edit = |version, workspace| Credential { name: "Other".to_owned(), version, workspace, ..before.clone() };
    let mut tx = db.begin().await;
    assert!(!credentials::update(&mut tx, &edit(2, home.1)).await.unwrap(), "it is at version 0");
    assert!(!credentials::update(&mut tx, &edit(1, other.1)).await.unwrap(), "it is of another workspace");
    assert!(credentials::revoke(&mut tx, home.1, before.id, now()).await.unwrap());
    assert!(!credentials::update(&mut tx, &edit(1, home.1)).await.unwrap(), "it is revoked");
    tx.commit().await.unwrap();
    let found = credentials::find(db.store.read(), home.1, before.id).await.unwrap();
    assert_eq!(found, Some(Credential { revoked_at: Some(now()), ..before }));
}

async fn one_of_twenty_edits_of_the_same_version_is_made(db: Database) {
    let home = db.owner(1).await;
    db.insert(&key(home)).await;
    let won = db
        .winners(|mut tx| async move {
            let owner = (UserId::from_u128(1), WorkspaceId::from_u128(1));
            let after = Credential { name: "Winner".to_owned(), version: 1, ..key(owner) };
            let won = credentials::update(&mut tx, &after).await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!(won, 1);
}
