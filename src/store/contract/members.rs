//! Who is in a workspace, who is invited, and who answers for what.

use super::*;
use crate::{
    domain::{
        id::InvitationId,
        invitation::{self, Invitation},
        member::{Joined, Member},
    },
    store::{invitations, members},
};

on_both_engines! {
    members_are_listed_in_the_order_of_joining
    a_member_is_shown_with_what_they_answer_for
    a_role_is_changed_and_a_member_is_taken_out
    what_somebody_answers_for_is_found_and_handed_over
    an_invitation_comes_back_as_it_was_made
    an_address_has_one_invitation_that_waits
    open_invitations_are_listed_from_the_newest
    an_invitation_is_used_by_one_of_twenty
    an_invitation_is_used_only_while_it_is_open
    a_link_is_taken_by_one_of_twenty
    a_link_is_for_one_session_while_it_works
}

impl Database {
    async fn member(&self, number: u128, workspace: WorkspaceId, role: Role, at: Timestamp) -> UserId {
        let user = UserId::from_u128(number);
        let mut tx = self.begin().await;
        users::insert(&mut tx, user, &email(number), "hash", now()).await.unwrap();
        workspaces::add_member(&mut tx, workspace, user, role, at).await.unwrap();
        tx.commit().await.unwrap();
        user
    }

    async fn invite(&self, invitation: &Invitation, slot: Option<(SessionId, &Sealed)>) {
        let mut tx = self.begin().await;
        insert_invitation(&mut tx, invitation, slot).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn insert_invitation(
    tx: &mut Tx,
    invitation: &Invitation,
    slot: Option<(SessionId, &Sealed)>,
) -> crate::store::Result<()> {
    let digest = digest(&invitation.id.to_string());
    invitations::insert(tx, &invitations::NewInvitation { invitation, digest: &digest, slot }).await
}

fn invited(number: u128, workspace: WorkspaceId) -> Invitation {
    Invitation {
        id: InvitationId::from_u128(number),
        workspace,
        email: email(100 + number),
        role: Role::Admin,
        invited_by: Maker { kind: MakerKind::Operator, id: None, name: "Operator".to_owned() },
        created_at: now(),
        expires_at: now().plus(invitation::LIFETIME),
        accepted_at: None,
        revoked_at: None,
    }
}

fn addresses(found: &[Member]) -> Vec<&str> {
    found.iter().map(|member| member.email.as_str()).collect()
}

async fn members_are_listed_in_the_order_of_joining(db: Database) {
    let (home, elsewhere) = (db.owner(5).await, db.owner(6).await);
    let second = now().plus(Duration::SECOND);
    db.member(2, home.1, Role::Admin, second).await;
    db.member(1, home.1, Role::Member, second).await;
    db.member(7, elsewhere.1, Role::Admin, second).await;
    let list = async |after| members::list(db.store.read(), home.1, after, 2, now()).await.unwrap();
    let first = list(None).await;
    let all = ["Ops5@northwind.example", "Ops1@northwind.example", "Ops2@northwind.example"];
    assert_eq!(addresses(&first), all[..2]);
    let rest = list(Some(Joined::from(&first[1]))).await;
    assert_eq!(addresses(&rest), all[2..]);
    assert_eq!(list(Some(Joined::from(&rest[0]))).await, []);
    let managers = members::managers(db.store.read(), home.1, now()).await.unwrap();
    assert_eq!(addresses(&managers), [all[2], all[0]], "by address");
}

async fn a_member_is_shown_with_what_they_answer_for(db: Database) {
    let (home, elsewhere) = (db.owner(1).await, db.owner(2).await);
    let mut tx = db.begin().await;
    workspaces::add_member(&mut tx, elsewhere.1, home.0, Role::Member, now()).await.unwrap();
    tx.commit().await.unwrap();
    for number in 1..=3 {
        db.insert(&token(number, home)).await;
    }
    db.insert(&Credential { id: CredentialId::new(Kind::ApiKey, 4), disabled_at: Some(now()), ..token(4, home) }).await;
    db.insert(&Credential { expires_at: Some(now()), ..token(5, home) }).await;
    db.insert(&token(6, elsewhere)).await;
    db.insert(&token(7, (home.0, elsewhere.1))).await;
    let mut tx = db.begin().await;
    credentials::revoke(&mut tx, home.1, CredentialId::new(Kind::AccessToken, 3), now()).await.unwrap();
    tx.commit().await.unwrap();
    let find = async || members::find(db.store.read(), home.1, home.0, now()).await.unwrap();
    let expected = Member {
        user: home.0,
        email: email(1).to_string(),
        role: Role::Owner,
        joined_at: now(),
        last_seen_at: None,
        tokens: 2,
        keys: 1,
    };
    assert_eq!(find().await, Some(expected.clone()));
    db.session(1, home.0).await;
    assert_eq!(find().await, Some(Member { last_seen_at: Some(now()), ..expected }));
    assert_eq!(members::find(db.store.read(), home.1, elsewhere.0, now()).await.unwrap(), None);
}

async fn a_role_is_changed_and_a_member_is_taken_out(db: Database) {
    let home = db.owner(1).await;
    let user = db.member(2, home.1, Role::Owner, now()).await;
    let owners = async || members::count_owners(db.store.read(), home.1).await.unwrap();
    let is_here = async || members::has_address(db.store.read(), home.1, &email(2).folded()).await.unwrap();
    assert_eq!((owners().await, is_here().await), (2, true));
    let mut tx = db.begin().await;
    assert!(members::set_role(&mut tx, home.1, user, Role::Admin).await.unwrap());
    assert!(!members::set_role(&mut tx, WorkspaceId::from_u128(9), user, Role::Admin).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(owners().await, 1);
    let mut tx = db.begin().await;
    assert!(!members::remove(&mut tx, WorkspaceId::from_u128(9), user).await.unwrap());
    assert!(members::remove(&mut tx, home.1, user).await.unwrap());
    assert!(!members::remove(&mut tx, home.1, user).await.unwrap(), "again");
    tx.commit().await.unwrap();
    assert!(!is_here().await);
}

async fn what_somebody_answers_for_is_found_and_handed_over(db: Database) {
    let home = db.owner(1).await;
    let heir = db.member(2, home.1, Role::Admin, now()).await;
    for number in 1..=4 {
        db.insert(&token(number, home)).await;
    }
    db.insert(&token(5, (heir, home.1))).await;
    db.insert(&Credential { expires_at: Some(now()), ..token(6, home) }).await;
    let id = |number| CredentialId::new(Kind::AccessToken, number);
    let mut tx = db.begin().await;
    credentials::revoke(&mut tx, home.1, id(4), now()).await.unwrap();
    tx.commit().await.unwrap();
    let of =
        async |user, limit| credentials::of_responsible(db.store.read(), home.1, user, limit, now()).await.unwrap();
    assert_eq!(names(&of(home.0, 9).await), ["Token 1", "Token 2", "Token 3"]);
    assert_eq!(names(&of(home.0, 2).await), ["Token 1", "Token 2"]);

    let mut tx = db.begin().await;
    assert!(credentials::hand_over(&mut tx, home.1, id(1), (home.0, heir)).await.unwrap());
    assert!(!credentials::hand_over(&mut tx, home.1, id(1), (home.0, heir)).await.unwrap(), "they have it");
    assert!(!credentials::hand_over(&mut tx, home.1, id(4), (home.0, heir)).await.unwrap(), "it is revoked");
    assert!(!credentials::hand_over(&mut tx, WorkspaceId::from_u128(9), id(2), (home.0, heir)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(names(&of(home.0, 9).await), ["Token 2", "Token 3"]);
    let theirs = of(heir, 9).await;
    assert_eq!(names(&theirs), ["Token 1", "Token 5"]);
    assert_eq!((theirs[0].version, theirs[1].version), (1, 0), "it is another one now");
}

async fn an_invitation_comes_back_as_it_was_made(db: Database) {
    let home = db.owner(1).await;
    let by_user = Maker { kind: MakerKind::User, id: Some(home.0.to_string()), name: email(1).to_string() };
    let full = Invitation { invited_by: by_user, role: Role::Owner, ..invited(1, home.1) };
    let bare = invited(2, home.1);
    db.invite(&full, None).await;
    db.invite(&bare, None).await;
    for invitation in [full, bare] {
        let digest = digest(&invitation.id.to_string());
        let found = invitations::by_code(db.store.read(), &digest).await.unwrap();
        assert_eq!(found, Some(invitation.clone()));
        assert_eq!(invitations::find(db.store.read(), home.1, invitation.id).await.unwrap(), Some(invitation.clone()));
        let elsewhere = WorkspaceId::from_u128(9);
        assert_eq!(invitations::find(db.store.read(), elsewhere, invitation.id).await.unwrap(), None);
    }
    assert_eq!(invitations::by_code(db.store.read(), &digest("unknown")).await.unwrap(), None);
}

async fn an_address_has_one_invitation_that_waits(db: Database) {
    let (home, elsewhere) = (db.owner(1).await, db.owner(2).await);
    let first = invited(1, home.1);
    db.invite(&first, None).await;
    let folded = Email::parse("OPS101@NORTHWIND.EXAMPLE").unwrap();
    let second = Invitation { id: InvitationId::from_u128(2), email: folded.clone(), ..first.clone() };
    let taken = insert_invitation(&mut db.begin().await, &second, None).await;
    assert!(matches!(taken, Err(Error::Taken)), "{taken:?}");
    db.invite(&Invitation { id: InvitationId::from_u128(3), workspace: elsewhere.1, ..first.clone() }, None).await;
    let waiting = async || invitations::waiting_for(db.store.read(), home.1, &folded).await.unwrap();
    assert_eq!(waiting().await, Some(first.clone()));
    let mut tx = db.begin().await;
    assert!(invitations::revoke(&mut tx, home.1, first.id, now()).await.unwrap());
    assert!(!invitations::revoke(&mut tx, home.1, first.id, now()).await.unwrap(), "again");
    tx.commit().await.unwrap();
    assert_eq!(waiting().await, None);
    db.invite(&second, None).await;
    assert_eq!(waiting().await, Some(second));
}

async fn open_invitations_are_listed_from_the_newest(db: Database) {
    let (home, elsewhere) = (db.owner(1).await, db.owner(2).await);
    for number in 1..=5 {
        db.invite(&invited(number, home.1), None).await;
    }
    db.invite(&Invitation { expires_at: now(), ..invited(6, home.1) }, None).await;
    db.invite(&invited(7, elsewhere.1), None).await;
    let id = InvitationId::from_u128;
    let mut tx = db.begin().await;
    assert!(invitations::revoke(&mut tx, home.1, id(5), now()).await.unwrap());
    assert!(invitations::claim(&mut tx, home.1, id(2), now()).await.unwrap());
    tx.commit().await.unwrap();
    let list = async |before| {
        let found = invitations::open(db.store.read(), home.1, before, 2, now()).await.unwrap();
        found.into_iter().map(|invitation| invitation.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None).await, [id(4), id(3)]);
    assert_eq!(list(Some(id(3))).await, [id(1)]);
}

async fn an_invitation_is_used_by_one_of_twenty(db: Database) {
    let home = db.owner(1).await;
    db.invite(&invited(1, home.1), None).await;
    let won = db
        .winners(|mut tx| async move {
            let id = InvitationId::from_u128(1);
            let won = invitations::claim(&mut tx, WorkspaceId::from_u128(1), id, now()).await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!(won, 1);
    let found = invitations::find(db.store.read(), home.1, InvitationId::from_u128(1)).await.unwrap().unwrap();
    assert_eq!(found.accepted_at, Some(now()));
}

async fn an_invitation_is_used_only_while_it_is_open(db: Database) {
    let home = db.owner(1).await;
    let (taken_back, over, open) =
        (invited(1, home.1), Invitation { expires_at: now(), ..invited(2, home.1) }, invited(3, home.1));
    for invitation in [&taken_back, &over, &open] {
        db.invite(invitation, None).await;
    }
    let mut tx = db.begin().await;
    assert!(invitations::revoke(&mut tx, home.1, taken_back.id, now()).await.unwrap());
    for id in [taken_back.id, over.id] {
        assert!(!invitations::claim(&mut tx, home.1, id, now()).await.unwrap(), "{id}");
    }
    assert!(!invitations::claim(&mut tx, WorkspaceId::from_u128(9), open.id, now()).await.unwrap());
    assert!(invitations::claim(&mut tx, home.1, open.id, now()).await.unwrap());
    assert!(!invitations::revoke(&mut tx, home.1, open.id, now()).await.unwrap(), "it was used");
    tx.commit().await.unwrap();
}

async fn a_link_is_taken_by_one_of_twenty(db: Database) {
    let home = db.owner(1).await;
    let session = db.session(1, home.0).await;
    db.invite(&invited(1, home.1), Some((session, &Sealed("sealed".to_owned())))).await;
    let won = db
        .winners(|mut tx| async move {
            let (workspace, id) = (WorkspaceId::from_u128(1), InvitationId::from_u128(1));
            let session = SessionId::from_u128(1);
            let taken = invitations::take_link(&mut tx, workspace, id, session, now()).await.unwrap();
            (tx, taken == Some(Sealed("sealed".to_owned())))
        })
        .await;
    assert_eq!(won, 1);
}

async fn a_link_is_for_one_session_while_it_works(db: Database) {
    let home = db.owner(1).await;
    let (own, other) = (db.session(1, home.0).await, db.session(2, home.0).await);
    let sealed = Sealed("sealed".to_owned());
    for number in 1..=4 {
        db.invite(&invited(number, home.1), Some((own, &sealed))).await;
    }
    db.invite(&invited(5, home.1), None).await;
    let id = InvitationId::from_u128;
    let mut tx = db.begin().await;
    assert!(invitations::claim(&mut tx, home.1, id(2), now()).await.unwrap());
    assert!(invitations::revoke(&mut tx, home.1, id(3), now()).await.unwrap());
    tx.commit().await.unwrap();
    let take = async |number, session, at| {
        let mut tx = db.begin().await;
        let taken = invitations::take_link(&mut tx, home.1, id(number), session, at).await.unwrap();
        tx.commit().await.unwrap();
        taken
    };
    assert_eq!(take(1, other, now()).await, None);
    assert_eq!(take(2, own, now()).await, None, "it was used");
    assert_eq!(take(3, own, now()).await, None, "it was taken back");
    assert_eq!(take(4, own, now().plus(invitation::LIFETIME)).await, None, "its time is over");
    assert_eq!(take(5, own, now()).await, None, "nobody's browser asked for it");
    assert_eq!(take(1, own, now()).await, Some(sealed));
    assert_eq!(take(1, own, now()).await, None);
}
