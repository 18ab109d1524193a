//! Workspaces: their slugs, what owners change, their end.

use super::*;

on_both_engines! {
    a_taken_slug_makes_no_workspace_and_spoils_nothing
    a_workspace_changes_name_plan_and_catalog_but_not_its_slug
    a_deleted_workspace_is_gone_with_all_that_worked_in_it
    the_scopes_of_the_living_are_counted_together
}

async fn a_taken_slug_makes_no_workspace_and_spoils_nothing(db: Database) {
    db.owner(1).await;
    let mut tx = db.begin().await;
    let same_slug = Workspace { id: WorkspaceId::from_u128(2), ..workspace(1) };
    assert!(!workspaces::insert(&mut tx, &same_slug).await.unwrap());
    let free = Workspace { slug: "northwind-2".to_owned(), ..same_slug };
    assert!(workspaces::insert(&mut tx, &free).await.unwrap(), "the transaction goes on");
    tx.commit().await.unwrap();
    assert_eq!(workspaces::find(db.store.read(), "northwind-2").await.unwrap(), Some(free));
}

async fn a_workspace_changes_name_plan_and_catalog_but_not_its_slug(db: Database) {
    let (first, second) = (db.owner(1).await, db.owner(2).await);
    let mut tx = db.begin().await;
    let mut changed = Workspace { name: "Other".to_owned(), plan: Plan::Team, ..workspace(1) };
    changed.catalog = "deplo".to_owned();
    workspaces::update(&mut tx, &changed).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(workspaces::find(db.store.read(), &first.1.to_string()).await.unwrap(), Some(changed));
    assert_eq!(workspaces::find(db.store.read(), &second.1.to_string()).await.unwrap(), Some(workspace(2)));
    assert_eq!(workspaces::catalogs(db.store.read()).await.unwrap(), ["deplo", "standard"]);
}

async fn a_deleted_workspace_is_gone_with_all_that_worked_in_it(db: Database) {
    let (first, second) = (db.owner(1).await, db.owner(2).await);
    let mut tx = db.begin().await;
    let (ours, theirs) = (token(1, first), token(2, second));
    insert(&mut tx, &ours, None).await.unwrap();
    insert(&mut tx, &theirs, None).await.unwrap();
    credentials::revoke_all(&mut tx, first.1, now()).await.unwrap();
    workspaces::delete(&mut tx, first.1, now()).await.unwrap();
    let reused = Workspace { id: WorkspaceId::from_u128(9), ..workspace(1) };
    assert!(workspaces::insert(&mut tx, &reused).await.unwrap(), "its slug is free again");
    tx.commit().await.unwrap();
    assert_eq!(workspaces::find(db.store.read(), &first.1.to_string()).await.unwrap(), None);
    assert_eq!(workspaces::of_user(db.store.read(), first.0).await.unwrap(), []);
    let revoked = async |it: &Credential| {
        credentials::by_id(db.store.read(), it.id).await.unwrap().unwrap().credential.revoked_at
    };
    assert_eq!((revoked(&ours).await, revoked(&theirs).await), (Some(now()), None));
    let ids = workspaces::catalogs(db.store.read()).await.unwrap();
    assert_eq!(ids, ["standard"]);
}

async fn the_scopes_of_the_living_are_counted_together(db: Database) {
    let home = db.owner(1).await;
    let mut tx = db.begin().await;
    let with = |number, scopes: &[&str]| {
        let scopes = scopes.iter().map(|name| name.parse().unwrap()).collect();
        Credential { scopes, ..token(number, home) }
    };
    for (number, scopes) in [(1, &["deploy", "read"][..]), (2, &["deploy", "read"]), (3, &["read"]), (4, &["admin"])] {
        insert(&mut tx, &with(number, scopes), None).await.unwrap();
    }
    credentials::revoke(&mut tx, home.1, CredentialId::new(Kind::AccessToken, 4), now()).await.unwrap();
    tx.commit().await.unwrap();
    let found = credentials::scopes_in_use(db.store.read(), home.1, Kind::AccessToken, now()).await.unwrap();
    let found: Vec<_> = found
        .into_iter()
        .map(|(scopes, count)| (scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "), count))
        .collect();
    assert_eq!(found, [("deploy read".to_owned(), 2), ("read".to_owned(), 1)]);
}
