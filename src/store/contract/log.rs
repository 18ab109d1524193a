//! The activity log, read: filters, words, pages; and that nothing of it ever changes.

use sqlx::AnyPool;

use super::*;
use crate::domain::{
    activity::{About, Doer, Filter, Start},
    id::ProjectId,
};

on_both_engines! {
    the_log_is_read_from_the_newest_and_in_both_directions
    the_log_is_narrowed_by_whatever_one_looks_for
    words_are_found_by_their_beginnings_be_they_rare_or_frequent
    what_happened_stays_as_it_happened
    those_who_did_something_of_late_can_be_chosen
}

/// An event of this minute, with an id as the clock makes it.
fn at(minute: i64) -> events::Event<'static> {
    let at = now().plus(Duration::minutes(minute));
    let millis = u128::from((at.micros() / 1000).unsigned_abs());
    events::Event { id: EventId::from_u128(millis << 80 | 7), at, happened: Happened::PlanChanged, ..event(0) }
}

async fn append(db: &Database, events: &[events::Event<'_>]) {
    let mut tx = db.begin().await;
    for event in events {
        events::append(&mut tx, event).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The minutes of the events that a page has.
async fn minutes(db: &Database, workspace: WorkspaceId, filter: &Filter, start: Start, limit: i64) -> Vec<i64> {
    let mut connection = db.store.connection().await.unwrap();
    let found = events::list(&mut connection, workspace, None, filter, start, limit).await.unwrap();
    found.iter().map(|event| event.at.since(now()).whole_minutes()).collect()
}

async fn the_log_is_read_from_the_newest_and_in_both_directions(db: Database) {
    let (home, elsewhere) = (db.owner(1).await.1, db.owner(2).await.1);
    for minute in 0..5 {
        let of_home = events::Event { workspace: Some(home), ..at(minute) };
        let of_elsewhere = events::Event {
            workspace: Some(elsewhere),
            id: EventId::from_u128(u128::from(minute.unsigned_abs()) + 1),
            ..at(minute)
        };
        append(&db, &[of_home, of_elsewhere]).await;
    }
    let all = Filter::default();
    let page = async |start, limit| minutes(&db, home, &all, start, limit).await;
    assert_eq!(page(Start::Newest, 50).await, [4, 3, 2, 1, 0]);
    assert_eq!(page(Start::OlderThan(at(3).id), 2).await, [2, 1]);
    assert_eq!(page(Start::NewerThan(at(1).id), 2).await, [3, 2], "the two just newer, newest first");
    assert_eq!(page(Start::OlderThan(at(0).id), 2).await, [0; 0]);
}

async fn the_log_is_narrowed_by_whatever_one_looks_for(db: Database) {
    let (user, home) = db.owner(1).await;
    let mut tx = db.begin().await;
    let project = ProjectId::from_u128(1);
    let sql = "INSERT INTO projects (id, workspace_id, slug, name, created_at) VALUES ($1, $2, 'fleet', 'Fleet', 0)";
    sqlx::query(sql).bind(project.to_string()).bind(home.to_string()).execute(tx.on()).await.unwrap();
    tx.commit().await.unwrap();
    let id = |kind| CredentialId::new(kind, 1).to_string();
    let by = |event| events::Event { actor_kind: MakerKind::User, actor_id: Some(user.to_string()), ..event };
    let events = [
        at(0),
        by(events::Event {
            happened: Happened::CredentialCreated,
            target: Some((id(Kind::AccessToken), "CI")),
            project: Some(project),
            ..at(1)
        }),
        events::Event { happened: Happened::CredentialCreated, target: Some((id(Kind::ApiKey), "Fleet")), ..at(2) },
        by(events::Event { happened: Happened::MemberLeft, ..at(3) }),
    ];
    append(&db, &events.map(|event| events::Event { workspace: Some(home), ..event })).await;

    let page = async |filter: Filter| minutes(&db, home, &filter, Start::Newest, 50).await;
    let none = Filter::default;
    for (about, found) in [
        (About::Settings, &[0][..]),
        (About::Tokens, &[1]),
        (About::ApiKeys, &[2]),
        (About::Members, &[3]),
        (About::Projects, &[]),
    ] {
        assert_eq!(page(Filter { about: Some(about), ..none() }).await, found, "{about:?}");
    }
    assert_eq!(page(Filter { happened: Some(Happened::CredentialCreated), ..none() }).await, [2, 1]);
    assert_eq!(page(Filter { by: Some(Doer::Id(user.to_string())), ..none() }).await, [3, 1]);
    assert_eq!(page(Filter { by: Some(Doer::Operator), ..none() }).await, [2, 0]);
    let minute = |minute| now().plus(Duration::minutes(minute));
    assert_eq!(page(Filter { from: Some(minute(2)), ..none() }).await, [3, 2]);
    assert_eq!(page(Filter { from: Some(minute(1)), to: Some(minute(2)), ..none() }).await, [2, 1], "both ends count");
    let both = Filter { by: Some(Doer::Operator), happened: Some(Happened::CredentialCreated), ..none() };
    assert_eq!(page(both).await, [2]);
    let all = Filter {
        by: Some(Doer::Id(user.to_string())),
        happened: Some(Happened::CredentialCreated),
        about: Some(About::Tokens),
        from: Some(minute(1)),
        to: Some(minute(1)),
        search: "ci".to_owned(),
    };
    assert_eq!(page(all.clone()).await, [1]);

    let mut connection = db.store.connection().await.unwrap();
    for (filter, found) in [(none(), 1), (all, 1), (Filter { about: Some(About::Members), ..none() }, 0)] {
        let within = events::list(&mut connection, home, Some(project), &filter, Start::Newest, 50).await.unwrap();
        assert_eq!(within.len(), found, "in the project: {filter:?}");
        for event in within {
            assert_eq!(event.project.unwrap().slug, "fleet");
            assert_eq!(event.target, Some((id(Kind::AccessToken), "CI".to_owned())));
            assert_eq!(event.actor.id, Some(user.to_string()));
        }
    }
}

async fn words_are_found_by_their_beginnings_be_they_rare_or_frequent(db: Database) {
    let home = db.owner(1).await.1;
    // More than are rare, by one who is everywhere.
    let names: Vec<String> = (0..2200).map(|minute| format!("Runner {minute} Zürich")).collect();
    let frequent: Vec<_> = (0..2200)
        .map(|minute| events::Event {
            workspace: Some(home),
            actor_name: "ops@northwind.example",
            target: Some(("tok_1".to_owned(), names[usize::try_from(minute).unwrap()].as_str())),
            detail: (minute == 7).then_some("Was 100% “Contractor handover”"),
            ..at(minute)
        })
        .collect();
    append(&db, &frequent).await;
    let page = async |words: &str| {
        let filter = Filter { search: words.to_owned(), ..Filter::default() };
        minutes(&db, home, &filter, Start::Newest, 3).await
    };
    assert_eq!(page("ops").await, [2199, 2198, 2197]);
    assert_eq!(page("RUN zur example").await, [2199, 2198, 2197], "all are frequent");
    assert_eq!(page("contr").await, [7]);
    assert_eq!(page("northw hand 100").await, [7], "one is rare, and 100 is no pattern");
    assert_eq!(page("219").await, [2199, 2198, 2197]);
    assert_eq!(page("andover").await, [0; 0], "it is the middle of a word");
    assert_eq!(page("runner 7").await.len(), 3);
    assert_eq!(page("?!").await, [0; 0], "it is no word");
    let older = Filter { search: "runner".to_owned(), ..Filter::default() };
    assert_eq!(minutes(&db, home, &older, Start::OlderThan(at(100).id), 2).await, [99, 98]);
    let rare = Filter { search: "21".to_owned(), ..Filter::default() };
    assert_eq!(minutes(&db, home, &rare, Start::NewerThan(at(210).id), 2).await, [212, 211]);
}

async fn what_happened_stays_as_it_happened(db: Database) {
    let home = db.owner(1).await.1;
    append(&db, &[events::Event { workspace: Some(home), ..at(0) }]).await;
    let mut sayings = vec![
        "UPDATE events SET actor_name = 'Somebody else'",
        "UPDATE events SET at = 0 WHERE via = 'operator'",
        "DELETE FROM events",
        "DELETE FROM events WHERE via = 'operator'",
    ];
    if db.url.starts_with("postgres") {
        sayings.push("TRUNCATE events CASCADE");
    }
    for sql in sayings {
        let mut tx = db.begin().await;
        let refused = sqlx::query(sql).execute(tx.on()).await.expect_err(sql).to_string();
        assert!(refused.contains("an event never changes") || refused.contains("never deleted"), "{sql}: {refused}");
    }
    assert_eq!(minutes(&db, home, &Filter::default(), Start::Newest, 50).await, [0]);
}

async fn those_who_did_something_of_late_can_be_chosen(db: Database) {
    let home = db.owner(1).await.1;
    let somebody = |minute, id: &str, name| events::Event {
        workspace: Some(home),
        actor_kind: MakerKind::Credential,
        actor_id: Some(id.to_owned()),
        actor_name: name,
        ..at(minute)
    };
    let operator = events::Event { workspace: Some(home), ..at(2) };
    append(&db, &[somebody(0, "tok_1", "CI"), somebody(1, "tok_1", "CI"), operator, somebody(3, "key_1", "Agent")])
        .await;
    let recent = events::recent_actors(&mut db.store.connection().await.unwrap(), home, None).await.unwrap();
    let text = |text: &str| text.to_owned();
    let expected = [(Some(text("key_1")), text("Agent")), (Some(text("tok_1")), text("CI")), (None, text("Operator"))];
    assert_eq!(recent, expected);
    let mut connection = db.store.connection().await.unwrap();
    let nowhere = Some(ProjectId::from_u128(1));
    let recent_of_project = events::recent_actors(&mut connection, home, nowhere).await.unwrap();
    assert!(recent_of_project.is_empty());
    let people = workspaces::people(db.store.read(), home).await.unwrap();
    assert_eq!(people, [(UserId::from_u128(1), email(1).to_string())]);
}

/// How many statements [`ask_all`] makes at least.
pub(super) const ASKED: usize = 14;

/// What they are answered by.
pub(super) const INDEXES: [&str; 5] =
    ["events_of_workspace", "events_about", "events_by", "events_happened", "events_of_project"];

/// Every way of reading the log.
pub(super) async fn ask_all(db: &AnyPool, home: WorkspaceId) {
    let mut connection = db.acquire().await.unwrap();
    let none = Filter::default;
    let (about, happened) = (Some(About::Tokens), Some(Happened::CredentialCreated));
    let by = Some(Doer::Id("usr_1".to_owned()));
    let (from, to) = (Some(now()), Some(now()));
    let search = "deploy".to_owned();
    for filter in [
        none(),
        Filter { about, ..none() },
        Filter { happened, ..none() },
        Filter { by: by.clone(), ..none() },
        Filter { by: Some(Doer::Operator), ..none() },
        Filter { from, to, ..none() },
        Filter { about, happened, by, from, to, search },
    ] {
        events::list(&mut connection, home, None, &filter, Start::OlderThan(at(0).id), 50).await.unwrap();
    }
    let project = Some(ProjectId::from_u128(1));
    let filter = Filter { about, ..none() };
    for start in [Start::Newest, Start::OlderThan(at(0).id), Start::NewerThan(at(0).id)] {
        events::list(&mut connection, home, None, &none(), start, 50).await.unwrap();
    }
    events::list(&mut connection, home, project, &filter, Start::Newest, 50).await.unwrap();
    events::recent_actors(&mut connection, home, None).await.unwrap();
    events::recent_actors(&mut connection, home, project).await.unwrap();
}
