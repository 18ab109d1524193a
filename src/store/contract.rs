//! What the rest relies on, asked of both engines: every statement, and what holds under parallel use.

use std::{
    collections::BTreeSet,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use sqlx::{AnyConnection, Connection as _};
use tempfile::TempDir;
use time::Duration;
use tokio::{sync::Barrier, task::JoinSet};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::{
    Error, Store, Tx, browser_state, credentials, events, instance, reveals, sessions, usage, users, workspaces,
};
use crate::domain::{
    activity::{Happened, Via},
    credential::{Credential, CredentialId, Kind, LastUse, Maker, MakerKind},
    id::{EventId, SessionId, UserId, WorkspaceId},
    plan::Plan,
    role::Role,
    session::{self, End},
    stored::{Digest, Sealed},
    text::Email,
    timestamp::Timestamp,
    workspace::Workspace,
};

/// Makes two tests of each contract, one for each engine.
macro_rules! on_both_engines {
    ($($contract:ident)*) => {$(
        mod $contract {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                super::$contract(super::Database::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgresql() {
                super::$contract(super::Database::postgresql().await).await;
            }
        }
    )*};
}

mod accounts;
mod command_line;
mod keys;
mod members;
mod projects;
mod sealed;
mod two_factor;

on_both_engines! {
    a_unique_value_is_taken_once
    a_row_refers_to_rows_that_are_there
    what_is_absent_stays_absent
    what_is_there_comes_back
    only_the_living_are_counted
    descendants_are_found_all_the_way_down
    revoking_happens_once
    a_secret_is_judged_by_what_its_responsible_member_is_now
    a_slot_is_emptied_by_one_of_twenty
    a_slot_is_for_one_session_and_some_time
    the_set_up_is_claimed_by_one_of_twenty
    the_set_up_link_works_until_it_is_replaced_or_used
    a_refresh_token_is_replaced_by_one_of_twenty
    a_session_ends_once_and_stays_so
    the_lock_serialises_what_is_counted_under_it
    an_acknowledged_write_survives_reopening
    a_transaction_that_is_dropped_changes_nothing
    what_came_after_the_mark_is_taken_back_alone
    use_adds_up
    workspaces_and_members_are_found_by_who_asks
    browser_state_lives_until_its_end
    an_installation_has_one_fingerprint_and_keys_of_which_the_newest_signs
    the_log_takes_events_of_a_workspace_and_of_an_account
}

mod credential_list;
mod log;
mod throttle;
mod use_of_credentials;
mod workspace_life;

/// A fresh database.
struct Database {
    store: Arc<Store>,
    url: String,
    _folder: TempDir,
}

impl Database {
    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("latchkey.db").display());
        Self { store: Arc::new(Store::open(&url).await.unwrap()), url, _folder: folder }
    }

    async fn postgresql() -> Self {
        let server = std::env::var("LATCHKEY_TEST_POSTGRES_URL")
            .expect("LATCHKEY_TEST_POSTGRES_URL names no PostgreSQL: run `make test`, which starts one");
        let folder = tempfile::tempdir().unwrap();
        let name = format!("contract{}", folder.path().file_name().unwrap().to_str().unwrap());
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect(&server).await.unwrap();
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE \"{name}\""));
        sqlx::query(create).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        let url = url.to_string();
        Self { store: Arc::new(Store::open(&url).await.unwrap()), url, _folder: folder }
    }

    async fn begin(&self) -> Tx {
        self.store.begin().await.unwrap()
    }

    /// A user who owns a workspace, both with this number.
    async fn owner(&self, number: u128) -> (UserId, WorkspaceId) {
        let (user, workspace) = (UserId::from_u128(number), workspace(number));
        let mut tx = self.begin().await;
        users::insert(&mut tx, user, &email(number), "hash", now()).await.unwrap();
        workspaces::insert(&mut tx, &workspace).await.unwrap();
        workspaces::add_member(&mut tx, workspace.id, user, Role::Owner, now()).await.unwrap();
        tx.commit().await.unwrap();
        (user, workspace.id)
    }

    async fn insert(&self, credential: &Credential) {
        let mut tx = self.begin().await;
        insert(&mut tx, credential, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn session(&self, number: u128, user: UserId) -> SessionId {
        let id = SessionId::from_u128(number);
        let mut tx = self.begin().await;
        sessions::insert(&mut tx, &new_session(id, user, &digest("refresh 0"))).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Runs `each` twenty times at once, each with a transaction of its own, and counts those that say yes.
    async fn winners<F, W>(&self, each: F) -> usize
    where
        F: Fn(Tx) -> W + Copy + Send + Sync + 'static,
        W: Future<Output = (Tx, bool)> + Send,
    {
        let start = Arc::new(Barrier::new(20));
        let mut tasks = JoinSet::new();
        for _ in 0..20 {
            let (store, start) = (self.store.clone(), start.clone());
            tasks.spawn(async move {
                start.wait().await;
                let (tx, won) = each(store.begin().await.unwrap()).await;
                tx.commit().await.unwrap();
                won
            });
        }
        tasks.join_all().await.into_iter().filter(|won| *won).count()
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-22T20:47:00Z").unwrap()
}

fn email(number: u128) -> Email {
    Email::parse(&format!("Ops{number}@northwind.example")).unwrap()
}

fn digest(of: &str) -> Digest {
    Digest::from_hex(format!("{of:-<64}"))
}

fn workspace(number: u128) -> Workspace {
    Workspace {
        id: WorkspaceId::from_u128(number),
        slug: format!("northwind-{number}"),
        name: "Northwind".to_owned(),
        plan: Plan::Pro,
        catalog: "standard".to_owned(),
        created_at: now(),
        requires_two_factor: false,
    }
}

/// A live token of which everything that may be absent is.
fn token(number: u128, (user, workspace): (UserId, WorkspaceId)) -> Credential {
    Credential {
        id: CredentialId::new(Kind::AccessToken, number),
        workspace,
        project: None,
        name: format!("Token {number}"),
        description: String::new(),
        hint: "sk_live_7Qx4".to_owned(),
        scopes: vec!["deploy".parse().unwrap(), "services:read".parse().unwrap()],
        has_passphrase: false,
        created_at: now(),
        created_by: Maker { kind: MakerKind::Operator, id: None, name: "Operator".to_owned() },
        responsible: (user, email(1).to_string()),
        parent: None,
        expires_at: None,
        revoked_at: None,
        disabled_at: None,
        version: 0,
        last_use: LastUse::default(),
        use_count: 0,
    }
}

async fn insert(tx: &mut Tx, credential: &Credential, form_key: Option<&str>) -> super::Result<()> {
    let digest = digest(&credential.id.to_string());
    let row = credentials::NewCredential { credential, digest: &digest, passphrase_hash: None, form_key };
    credentials::insert(tx, &row).await
}

fn new_session(id: SessionId, user: UserId, refresh: &Digest) -> sessions::NewSession<'_> {
    sessions::NewSession {
        id,
        user,
        refresh,
        now: now(),
        idle_expires_at: now().plus(session::IDLE),
        expires_at: now().plus(session::ABSOLUTE),
        ip: None,
        user_agent: None,
        device_name: None,
    }
}

fn names(found: &[Credential]) -> Vec<&str> {
    found.iter().map(|credential| credential.name.as_str()).collect()
}

async fn a_unique_value_is_taken_once(db: Database) {
    let home = db.owner(1).await;
    let first = token(1, home);
    let mut tx = db.begin().await;
    insert(&mut tx, &first, Some("form")).await.unwrap();
    instance::create(&mut tx, "fingerprint", now()).await.unwrap();
    browser_state::create(&mut tx, "state", "{}", now()).await.unwrap();
    tx.commit().await.unwrap();

    // Each in a transaction of its own: PostgreSQL refuses everything after the first error.
    let mut taken = Vec::new();
    let folded = Email::parse("OPS1@NORTHWIND.EXAMPLE").unwrap();
    taken.push(users::insert(&mut db.begin().await, UserId::from_u128(2), &folded, "hash", now()).await);
    taken.push(workspaces::add_member(&mut db.begin().await, home.1, home.0, Role::Member, now()).await);
    let same_form = Credential { id: CredentialId::new(Kind::AccessToken, 2), ..first.clone() };
    taken.push(insert(&mut db.begin().await, &same_form, Some("form")).await);
    let same_digest = digest(&first.id.to_string());
    let row = credentials::NewCredential {
        credential: &same_form,
        digest: &same_digest,
        passphrase_hash: None,
        form_key: None,
    };
    taken.push(credentials::insert(&mut db.begin().await, &row).await);
    taken.push(instance::create(&mut db.begin().await, "other", now()).await);
    taken.push(browser_state::create(&mut db.begin().await, "state", "{}", now()).await);
    for (case, result) in taken.into_iter().enumerate() {
        assert!(matches!(result, Err(Error::Taken)), "case {case}: {result:?}");
    }

    // The same form key in another workspace is another form, and two tokens of no form do not collide.
    let elsewhere = db.owner(2).await;
    let mut tx = db.begin().await;
    insert(&mut tx, &token(3, elsewhere), Some("form")).await.unwrap();
    insert(&mut tx, &token(4, elsewhere), None).await.unwrap();
    insert(&mut tx, &token(5, elsewhere), None).await.unwrap();
    tx.commit().await.unwrap();
    let found = credentials::by_form(db.store.read(), elsewhere.1, "form").await.unwrap();
    assert_eq!(found.map(|credential| credential.name), Some("Token 3".to_owned()));
    assert_eq!(credentials::by_form(db.store.read(), home.1, "other form").await.unwrap(), None);
}

async fn a_row_refers_to_rows_that_are_there(db: Database) {
    let home = db.owner(1).await;
    let session = db.session(1, home.0).await;
    let (nobody, nowhere) = (UserId::from_u128(9), WorkspaceId::from_u128(9));
    let missing = CredentialId::new(Kind::AccessToken, 9);
    let orphan = Credential { parent: Some(missing), ..token(2, home) };
    let sealed = Sealed("sealed".to_owned());
    let event = events::Event { workspace: Some(nowhere), ..event(1) };
    let mut refused = Vec::new();
    refused.push(workspaces::add_member(&mut db.begin().await, home.1, nobody, Role::Member, now()).await);
    refused.push(workspaces::add_member(&mut db.begin().await, nowhere, home.0, Role::Member, now()).await);
    refused.push(insert(&mut db.begin().await, &token(2, (nobody, home.1)), None).await);
    refused.push(insert(&mut db.begin().await, &token(2, (home.0, nowhere)), None).await);
    refused.push(insert(&mut db.begin().await, &orphan, None).await);
    refused.push(
        sessions::insert(&mut db.begin().await, &new_session(SessionId::from_u128(9), nobody, &digest("a"))).await,
    );
    refused.push(reveals::put(&mut db.begin().await, missing, session, &sealed, now()).await);
    refused.push(events::append(&mut db.begin().await, &event).await);
    for (case, result) in refused.into_iter().enumerate() {
        let foreign = match &result {
            Err(Error::Database(error)) => {
                error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation)
            }
            _ => false,
        };
        assert!(foreign, "case {case}: {result:?}");
    }
}

async fn what_is_absent_stays_absent(db: Database) {
    let home = db.owner(1).await;
    let bare = token(1, home);
    db.insert(&bare).await;
    let session = db.session(1, home.0).await;
    assert_eq!(credentials::find(db.store.read(), home.1, bare.id).await.unwrap(), Some(bare.clone()));
    let presented = credentials::by_id(db.store.read(), bare.id).await.unwrap().unwrap();
    assert_eq!((presented.credential, presented.passphrase_hash), (bare.clone(), None));
    let found = sessions::find(db.store.read(), session).await.unwrap().unwrap();
    assert_eq!((found.previous_digest, found.ended_at), (None, None));
    // Another workspace does not have it.
    assert_eq!(credentials::find(db.store.read(), WorkspaceId::from_u128(2), bare.id).await.unwrap(), None);
}

async fn what_is_there_comes_back(db: Database) {
    let home = db.owner(1).await;
    let parent = token(1, home);
    db.insert(&parent).await;
    let full = Credential {
        id: CredentialId::new(Kind::ApiKey, 2),
        name: "</title>'\"; — 🔑".to_owned(),
        description: "what it is for".to_owned(),
        has_passphrase: true,
        created_by: Maker { kind: MakerKind::Credential, id: Some(parent.id.to_string()), name: parent.name.clone() },
        parent: Some(parent.id),
        expires_at: Some(now().plus(Duration::DAY)),
        ..token(2, home)
    };
    let by_user = Credential {
        created_by: Maker { kind: MakerKind::User, id: Some(home.0.to_string()), name: email(1).to_string() },
        ..token(3, home)
    };
    let row = credentials::NewCredential {
        credential: &full,
        digest: &digest("full"),
        passphrase_hash: Some("argon2"),
        form_key: Some("form"),
    };
    let mut tx = db.begin().await;
    credentials::insert(&mut tx, &row).await.unwrap();
    insert(&mut tx, &by_user, None).await.unwrap();
    tx.commit().await.unwrap();
    let presented = credentials::by_digest(db.store.read(), &digest("full")).await.unwrap().unwrap();
    assert_eq!(presented.passphrase_hash.as_deref(), Some("argon2"));
    assert_eq!(presented.credential, full);
    assert_eq!(presented.workspace, workspace(1));
    assert_eq!(credentials::find(db.store.read(), home.1, by_user.id).await.unwrap(), Some(by_user));
    assert!(credentials::by_digest(db.store.read(), &digest("unknown")).await.unwrap().is_none());
}

async fn only_the_living_are_counted(db: Database) {
    let (home, elsewhere) = (db.owner(1).await, db.owner(2).await);
    let ends = |number, at: Timestamp| Credential { expires_at: Some(at), ..token(number, home) };
    db.insert(&token(1, home)).await;
    db.insert(&ends(2, Timestamp::from_micros(now().micros() + 1))).await;
    db.insert(&ends(3, now())).await;
    db.insert(&token(4, home)).await;
    db.insert(&token(5, elsewhere)).await;
    db.insert(&Credential { id: CredentialId::new(Kind::ApiKey, 6), ..token(6, home) }).await;
    let mut tx = db.begin().await;
    credentials::revoke(&mut tx, home.1, CredentialId::new(Kind::AccessToken, 4), now()).await.unwrap();
    tx.commit().await.unwrap();
    let count = |kind, at| credentials::count_live(db.store.read(), home.1, kind, at, u32::MAX);
    assert_eq!(count(Kind::AccessToken, now()).await.unwrap(), 2);
    assert_eq!(count(Kind::AccessToken, now().plus(Duration::SECOND)).await.unwrap(), 1);
    assert_eq!(count(Kind::ApiKey, now()).await.unwrap(), 1);
}

async fn descendants_are_found_all_the_way_down(db: Database) {
    let home = db.owner(1).await;
    let child =
        |number, of| Credential { parent: Some(CredentialId::new(Kind::AccessToken, of)), ..token(number, home) };
    db.insert(&token(1, home)).await;
    db.insert(&child(2, 1)).await;
    db.insert(&child(3, 2)).await;
    db.insert(&child(4, 3)).await;
    db.insert(&Credential { expires_at: Some(now()), ..child(5, 1) }).await;
    db.insert(&child(6, 5)).await;
    db.insert(&token(7, home)).await;
    let below = async |number| {
        let id = CredentialId::new(Kind::AccessToken, number);
        credentials::descendants(db.store.read(), home.1, id, now()).await.unwrap()
    };
    // The expired one is not listed, what it has made is; so with a revoked one.
    assert_eq!(names(&below(1).await), ["Token 2", "Token 3", "Token 4", "Token 6"]);
    assert_eq!(names(&below(3).await), ["Token 4"]);
    assert_eq!(names(&below(4).await), [""; 0]);
    let mut tx = db.begin().await;
    credentials::revoke(&mut tx, home.1, CredentialId::new(Kind::AccessToken, 3), now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&below(1).await), ["Token 2", "Token 4", "Token 6"]);
    let elsewhere = WorkspaceId::from_u128(2);
    let id = CredentialId::new(Kind::AccessToken, 1);
    assert_eq!(credentials::descendants(db.store.read(), elsewhere, id, now()).await.unwrap(), []);
}

async fn revoking_happens_once(db: Database) {
    let home = db.owner(1).await;
    let it = token(1, home);
    db.insert(&it).await;
    let later = now().plus(Duration::HOUR);
    let mut tx = db.begin().await;
    assert!(!credentials::revoke(&mut tx, WorkspaceId::from_u128(2), it.id, now()).await.unwrap(), "elsewhere");
    assert!(credentials::revoke(&mut tx, home.1, it.id, now()).await.unwrap());
    assert!(!credentials::revoke(&mut tx, home.1, it.id, later).await.unwrap(), "again");
    tx.commit().await.unwrap();
    let found = credentials::find(db.store.read(), home.1, it.id).await.unwrap().unwrap();
    assert_eq!(found.revoked_at, Some(now()), "the first time stays");
}

async fn a_secret_is_judged_by_what_its_responsible_member_is_now(db: Database) {
    let home = db.owner(1).await;
    let stranger = db.owner(2).await;
    let mut tx = db.begin().await;
    let theirs = Credential { responsible: (home.0, email(1).to_string()), ..token(1, home) };
    let of_a_stranger = Credential { responsible: (stranger.0, email(2).to_string()), ..token(2, home) };
    insert(&mut tx, &theirs, None).await.unwrap();
    insert(&mut tx, &of_a_stranger, None).await.unwrap();
    tx.commit().await.unwrap();
    let role = async |id: CredentialId| {
        let presented = credentials::by_digest(db.store.read(), &digest(&id.to_string())).await.unwrap();
        presented.unwrap().responsible_role
    };
    assert_eq!(role(theirs.id).await, Some(Role::Owner));
    assert_eq!(role(of_a_stranger.id).await, None, "an owner elsewhere is nobody here");
}

async fn a_slot_is_emptied_by_one_of_twenty(db: Database) {
    let home = db.owner(1).await;
    let it = token(1, home);
    db.insert(&it).await;
    let session = db.session(1, home.0).await;
    let mut tx = db.begin().await;
    reveals::put(&mut tx, it.id, session, &Sealed("sealed".to_owned()), now().plus(Duration::HOUR)).await.unwrap();
    tx.commit().await.unwrap();
    let id = it.id;
    let won = db
        .winners(move |mut tx| async move {
            let taken = reveals::take(&mut tx, id, session, now()).await.unwrap();
            (tx, taken == Some(Sealed("sealed".to_owned())))
        })
        .await;
    assert_eq!(won, 1);
}

async fn a_slot_is_for_one_session_and_some_time(db: Database) {
    let home = db.owner(1).await;
    let (mine, other) = (db.session(1, home.0).await, db.session(2, home.0).await);
    let until = now().plus(Duration::HOUR);
    let sealed = Sealed("sealed".to_owned());
    let ids = [1, 2, 3].map(|number| token(number, home));
    for it in &ids {
        db.insert(it).await;
    }
    let [kept, swept, discarded] = ids.map(|it| it.id);
    let mut tx = db.begin().await;
    reveals::put(&mut tx, kept, mine, &sealed, until.plus(Duration::SECOND)).await.unwrap();
    reveals::put(&mut tx, swept, mine, &sealed, until).await.unwrap();
    reveals::put(&mut tx, discarded, mine, &sealed, until.plus(Duration::SECOND)).await.unwrap();
    assert_eq!(reveals::take(&mut tx, kept, other, now()).await.unwrap(), None, "another session");
    assert_eq!(reveals::take(&mut tx, swept, mine, until).await.unwrap(), None, "too late");
    reveals::sweep(&mut tx, until).await.unwrap();
    assert_eq!(reveals::take(&mut tx, swept, mine, now()).await.unwrap(), None, "swept");
    reveals::discard(&mut tx, discarded).await.unwrap();
    assert_eq!(reveals::take(&mut tx, discarded, mine, now()).await.unwrap(), None, "discarded");
    assert_eq!(reveals::take(&mut tx, kept, mine, until).await.unwrap(), Some(sealed));
}

async fn the_set_up_is_claimed_by_one_of_twenty(db: Database) {
    let mut tx = db.begin().await;
    instance::create(&mut tx, "fingerprint", now()).await.unwrap();
    assert!(instance::offer_setup(&mut tx, &digest("code")).await.unwrap());
    tx.commit().await.unwrap();
    let won = db
        .winners(|mut tx| async move {
            let won = instance::claim_setup(&mut tx, Some(&digest("code")), now()).await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!(won, 1);
    assert!(instance::is_set_up(db.store.read()).await.unwrap());
}

async fn the_set_up_link_works_until_it_is_replaced_or_used(db: Database) {
    let is_open = |code: &'static str| {
        let store = db.store.clone();
        async move { instance::setup_is_open(store.read(), &digest(code)).await.unwrap() }
    };
    let mut tx = db.begin().await;
    instance::create(&mut tx, "fingerprint", now()).await.unwrap();
    assert!(instance::offer_setup(&mut tx, &digest("old")).await.unwrap());
    assert!(instance::offer_setup(&mut tx, &digest("new")).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!is_open("old").await && is_open("new").await);
    assert!(!instance::is_set_up(db.store.read()).await.unwrap());

    let mut tx = db.begin().await;
    assert!(!instance::claim_setup(&mut tx, Some(&digest("old")), now()).await.unwrap(), "replaced");
    assert!(instance::claim_setup(&mut tx, None, now()).await.unwrap(), "the operator needs no link");
    assert!(!instance::claim_setup(&mut tx, None, now()).await.unwrap(), "used up");
    assert!(!instance::offer_setup(&mut tx, &digest("newer")).await.unwrap(), "no link any more");
    tx.commit().await.unwrap();
    assert!(!is_open("new").await && !is_open("newer").await);
}

async fn a_refresh_token_is_replaced_by_one_of_twenty(db: Database) {
    let (user, _) = db.owner(1).await;
    let id = db.session(1, user).await;
    let later = now().plus(Duration::HOUR);
    let idle = later.plus(session::IDLE);
    let won = db
        .winners(move |mut tx| async move {
            let (old, new) = (digest("refresh 0"), digest("refresh 1"));
            let won = sessions::rotate(&mut tx, id, &old, &new, later, idle, (Some("192.0.2.1"), None)).await.unwrap();
            (tx, won)
        })
        .await;
    assert_eq!(won, 1);
    let found = sessions::find(db.store.read(), id).await.unwrap().unwrap();
    assert_eq!(found.refresh_digest, digest("refresh 1").as_str());
    assert_eq!(found.previous_digest.as_deref(), Some(digest("refresh 0").as_str()));
    assert_eq!((found.generation, found.seen_generation), (1, 0));
    assert_eq!((found.rotated_at, found.idle_expires_at), (later, idle));
    assert_eq!((found.user, found.email, found.authenticated_at), (user, email(1), now()));
}

async fn a_session_ends_once_and_stays_so(db: Database) {
    let (user, _) = db.owner(1).await;
    let id = db.session(1, user).await;
    let found = sessions::find(db.store.read(), id).await.unwrap().unwrap();
    let until = now().plus(session::IDLE);
    assert!(found.is_live(now()) && !found.is_live(until));

    let mut tx = db.begin().await;
    sessions::saw(&mut tx, id, 0, now()).await.unwrap();
    sessions::saw(&mut tx, id, -1, now()).await.unwrap();
    assert!(sessions::end(&mut tx, id, End::SignedOut, now()).await.unwrap());
    assert!(!sessions::end(&mut tx, id, End::Reuse, now().plus(Duration::HOUR)).await.unwrap());
    let (old, new) = (digest("refresh 0"), digest("refresh 1"));
    assert!(
        !sessions::rotate(&mut tx, id, &old, &new, now(), until, (None, None)).await.unwrap(),
        "sign-out beats refresh"
    );
    tx.commit().await.unwrap();
    let found = sessions::find(db.store.read(), id).await.unwrap().unwrap();
    assert_eq!((found.ended_at, found.seen_generation), (Some(now()), 0));
    assert!(!found.is_live(now()));
    assert!(sessions::find(db.store.read(), SessionId::from_u128(2)).await.unwrap().is_none());
}

async fn the_lock_serialises_what_is_counted_under_it(db: Database) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let home = db.owner(1).await;
    let made = db
        .winners(move |mut tx| async move {
            let number = NEXT.fetch_add(1, Ordering::SeqCst).into();
            workspaces::lock(&mut tx, home.1).await.unwrap();
            let live = credentials::count_live(tx.on(), home.1, Kind::AccessToken, now(), u32::MAX).await.unwrap();
            if live < 5 {
                insert(&mut tx, &token(number, home), None).await.unwrap();
            }
            (tx, live < 5)
        })
        .await;
    assert_eq!(made, 5);
    assert_eq!(credentials::count_live(db.store.read(), home.1, Kind::AccessToken, now(), u32::MAX).await.unwrap(), 5);
}

async fn an_acknowledged_write_survives_reopening(db: Database) {
    let home = db.owner(1).await;
    let it = token(1, home);
    db.insert(&it).await;
    let Database { store, url, _folder } = db;
    // Without a farewell, as a process that is killed leaves.
    drop(store);
    let store = Store::open(&url).await.unwrap();
    store.ping().await.unwrap();
    assert_eq!(credentials::find(store.read(), home.1, it.id).await.unwrap(), Some(it));
}

async fn what_came_after_the_mark_is_taken_back_alone(db: Database) {
    let mut tx = db.begin().await;
    browser_state::create(&mut tx, "before", "{}", now()).await.unwrap();
    tx.mark().await.unwrap();
    browser_state::create(&mut tx, "after", "{}", now()).await.unwrap();
    tx.back_to_mark().await.unwrap();
    browser_state::create(&mut tx, "later", "{}", now()).await.unwrap();
    tx.commit().await.unwrap();
    let before = now().plus(-Duration::SECOND);
    for (id, is_there) in [("before", true), ("after", false), ("later", true)] {
        let found = browser_state::load(db.store.read(), id, before).await.unwrap();
        assert_eq!(found.is_some(), is_there, "{id}");
    }
}

async fn a_transaction_that_is_dropped_changes_nothing(db: Database) {
    let mut tx = db.begin().await;
    users::insert(&mut tx, UserId::from_u128(1), &email(1), "hash", now()).await.unwrap();
    drop(tx);
    assert!(users::login(db.store.read(), &email(1)).await.unwrap().is_none());
    // And the connection is good for the next.
    db.owner(1).await;
    let login = users::login(db.store.read(), &Email::parse("oPS1@northwind.EXAMPLE").unwrap()).await.unwrap().unwrap();
    assert_eq!((login.id, login.password_hash.as_str()), (UserId::from_u128(1), "hash"));
}

async fn use_adds_up(db: Database) {
    let home = db.owner(1).await;
    let it = token(1, home);
    db.insert(&it).await;
    let first = usage::Uses { count: 3, last_at: now(), ip: Some("127.0.0.1".to_owned()), user_agent: None };
    let second = usage::Uses {
        count: 4,
        last_at: now().plus(Duration::SECOND),
        ip: None,
        user_agent: Some("curl/8.11".to_owned()),
    };
    let mut tx = db.begin().await;
    usage::add(&mut tx, &[((home.1, it.id), first)]).await.unwrap();
    usage::add(&mut tx, &[((home.1, it.id), second.clone())]).await.unwrap();
    tx.commit().await.unwrap();
    let found = credentials::find(db.store.read(), home.1, it.id).await.unwrap().unwrap();
    assert_eq!(found.use_count, 7);
    let last = LastUse { at: Some(second.last_at), ip: None, user_agent: second.user_agent };
    assert_eq!(found.last_use, last, "the last call as a whole");
}

async fn workspaces_and_members_are_found_by_who_asks(db: Database) {
    let (first, second) = (db.owner(1).await, db.owner(2).await);
    let mut tx = db.begin().await;
    workspaces::add_member(&mut tx, second.1, first.0, Role::Member, now().plus(Duration::SECOND)).await.unwrap();
    assert_eq!(workspaces::first_owner(&mut tx, second.1).await.unwrap(), Some(second.0), "no member is an owner");
    assert_eq!(workspaces::first_owner(&mut tx, WorkspaceId::from_u128(9)).await.unwrap(), None);
    tx.commit().await.unwrap();
    let of = async |user| workspaces::of_user(db.store.read(), user).await.unwrap();
    assert_eq!(of(first.0).await, [(workspace(1), Role::Owner), (workspace(2), Role::Member)]);
    assert_eq!(of(second.0).await, [(workspace(2), Role::Owner)]);
    let by_slug = workspaces::find_for(db.store.read(), "northwind-1", second.0).await.unwrap();
    assert_eq!(by_slug, Some((workspace(1), None)));
    let by_id = workspaces::find_for(db.store.read(), &second.1.to_string(), first.0).await.unwrap();
    assert_eq!(by_id, Some((workspace(2), Some(Role::Member))));
    assert_eq!(workspaces::find(db.store.read(), "northwind-2").await.unwrap(), Some(workspace(2)));
    assert_eq!(workspaces::find(db.store.read(), "northwind-9").await.unwrap(), None);
}

async fn browser_state_lives_until_its_end(db: Database) {
    let until = now().plus(Duration::HOUR);
    let mut tx = db.begin().await;
    browser_state::create(&mut tx, "a", "1", now()).await.unwrap();
    browser_state::save(&mut tx, "a", "2", until).await.unwrap();
    browser_state::save(&mut tx, "b", "3", until.plus(Duration::SECOND)).await.unwrap();
    browser_state::save(&mut tx, "c", "4", until.plus(Duration::SECOND)).await.unwrap();
    browser_state::delete(&mut tx, "c").await.unwrap();
    tx.commit().await.unwrap();
    let load = async |id, at| browser_state::load(db.store.read(), id, at).await.unwrap();
    assert_eq!(load("a", now()).await.as_deref(), Some("2"));
    assert_eq!(load("a", until).await, None, "its time is over");
    assert_eq!(load("c", now()).await, None, "deleted");
    let mut tx = db.begin().await;
    browser_state::sweep(&mut tx, until).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(load("a", now()).await, None, "swept");
    assert_eq!(load("b", now()).await.as_deref(), Some("3"));
}

async fn an_installation_has_one_fingerprint_and_keys_of_which_the_newest_signs(db: Database) {
    assert_eq!(instance::fingerprint(db.store.read()).await.unwrap(), None);
    assert_eq!(instance::signing_keys(db.store.read()).await.unwrap(), []);
    let later = now().plus(Duration::SECOND);
    let mut tx = db.begin().await;
    instance::create(&mut tx, "fingerprint", now()).await.unwrap();
    instance::add_signing_key(&mut tx, "new", &Sealed("2".to_owned()), later).await.unwrap();
    instance::add_signing_key(&mut tx, "old", &Sealed("1".to_owned()), now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(instance::fingerprint(db.store.read()).await.unwrap().as_deref(), Some("fingerprint"));
    let key = |id: &str, seed: &str, made_at| instance::SigningKey {
        id: id.to_owned(),
        seed: Sealed(seed.to_owned()),
        made_at,
    };
    let (new, old) = (key("new", "2", later), key("old", "1", now()));
    let left_after = async |then| {
        let mut tx = db.begin().await;
        instance::drop_signing_keys(&mut tx, then).await.unwrap();
        tx.commit().await.unwrap();
        instance::signing_keys(db.store.read()).await.unwrap()
    };
    assert_eq!(left_after(now()).await, [new.clone(), old], "none was replaced by then");
    assert_eq!(left_after(later).await, std::slice::from_ref(&new));
    assert_eq!(left_after(later.plus(Duration::DAY)).await, [new], "the newest stays");
}

fn event(number: u128) -> events::Event<'static> {
    events::Event {
        id: EventId::from_u128(number),
        at: now(),
        workspace: None,
        actor_kind: MakerKind::Operator,
        actor_id: None,
        actor_name: "Operator",
        via: Via::Operator,
        ip: None,
        happened: Happened::SignedIn,
        target: None,
        project: None,
        detail: None,
    }
}

async fn the_log_takes_events_of_a_workspace_and_of_an_account(db: Database) {
    let home = db.owner(1).await;
    let of_the_workspace = events::Event {
        workspace: Some(home.1),
        actor_id: Some(home.0.to_string()),
        ip: Some("127.0.0.1"),
        target: Some(("tok_1".to_owned(), "CI Deploy")),
        ..event(2)
    };
    let mut tx = db.begin().await;
    events::append(&mut tx, &event(1)).await.unwrap();
    events::append(&mut tx, &of_the_workspace).await.unwrap();
    tx.commit().await.unwrap();
    let log = "SELECT workspace_id, actor_id, ip, target_id, target_name FROM events ORDER BY id";
    let found: Vec<[Option<String>; 5]> = sqlx::query_as(log)
        .fetch_all(db.store.read())
        .await
        .unwrap()
        .into_iter()
        .map(|(a, b, c, d, e): (_, _, _, _, _)| [a, b, c, d, e])
        .collect();
    let text = |text: &str| Some(text.to_owned());
    let full =
        [text(&home.1.to_string()), text(&home.0.to_string()), text("127.0.0.1"), text("tok_1"), text("CI Deploy")];
    assert_eq!(found, [[const { None }; 5], full]);
}

/// Notes every statement that sqlx says it has run.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Visit for Statements {
    fn record_str(&mut self, field: &Field, value: &str) {
        // A statement that is its own summary is not written out again.
        let is_whole = field.name() == "summary" && !value.ends_with('…');
        if (field.name() == "db.statement" || is_whole) && !value.trim().is_empty() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(value.trim().to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            event.record(&mut self.clone());
        }
    }
}

#[tokio::test]
async fn what_is_asked_most_is_answered_by_an_index() {
    let said = Statements::default();
    // SQLite works on threads of its own, which only the global subscriber hears.
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(said.clone())).unwrap();
    let db = Database::sqlite().await;
    let home = db.owner(1).await;
    let id = CredentialId::new(Kind::AccessToken, 1);
    let read = db.store.read();
    said.take();

    credentials::by_digest(read, &digest("secret")).await.unwrap();
    credentials::count_live(read, home.1, Kind::AccessToken, now(), u32::MAX).await.unwrap();
    credentials::descendants(read, home.1, id, now()).await.unwrap();
    sessions::find(read, SessionId::from_u128(1)).await.unwrap();
    sessions::by_secret(read, &digest("secret")).await.unwrap();
    workspaces::find_for(read, "northwind-1", home.0).await.unwrap();
    workspaces::of_user(read, home.0).await.unwrap();
    log::ask_all(read, home.1).await;
    users::login(read, &email(1)).await.unwrap();

    let mut statements = said.take();
    statements.retain(|statement| !statement.starts_with("PRAGMA"));
    assert!(statements.len() >= 7 + log::ASKED, "{statements:#?}");
    let mut used = BTreeSet::new();
    for statement in statements {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(read).await.unwrap();
        for (.., step) in plan {
            // The family of `descendants` is no table; a page of a list comes sorted out of its index.
            let whole_table =
                step.starts_with("SCAN") && !["SCAN f", "SCAN family", "SCAN few", "SCAN r"].contains(&step.as_str());
            // What starts from few rows may sort them.
            let starts_from_few = statement.starts_with("WITH few") || statement.contains("AS r GROUP BY");
            let sorted_page = step.contains("TEMP B-TREE") && statement.contains("LIMIT") && !starts_from_few;
            assert!(!whole_table, "{step}: {statement}");
            assert!(!sorted_page, "{step}: {statement}");
            used.extend(step.split_once("INDEX ").and_then(|(_, rest)| rest.split(' ').next()).map(str::to_owned));
        }
    }
    let few = ["credentials_live", "credentials_of_parent", "memberships_of_user"];
    for index in few.into_iter().chain(log::INDEXES) {
        assert!(used.contains(index), "{index} is not among {used:?}");
    }
}
