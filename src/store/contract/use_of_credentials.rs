//! How often credentials are called, and what is kept of the last calls.

use super::*;
use crate::domain::call::{Call, LINES, Line, Reason};

on_both_engines! {
    days_add_up_for_each_credential
    days_that_are_over_are_thrown_away_some_at_a_time
    calls_that_are_alike_share_a_line
    a_line_that_is_there_gets_more_calls_and_no_other_does
    the_newest_fifty_are_kept_of_each_sort
    batches_of_many_at_once_add_up_exactly
    a_batch_is_written_however_long_it_is
}

fn line(path: &str, refused: Option<Reason>, at: Timestamp) -> Line {
    let status = if refused.is_some() { 403 } else { 200 };
    Line {
        call: Call { method: "GET".into(), path: path.to_owned().into(), status, refused },
        ip: Some("203.0.113.5".to_owned()),
        user_agent: None,
        at,
        count: 1,
    }
}

async fn days_add_up_for_each_credential(db: Database) {
    let (home, elsewhere) = (db.owner(1).await, db.owner(2).await);
    let (one, two, stranger) = (token(1, home), token(2, home), token(3, elsewhere));
    let mut tx = db.begin().await;
    for it in [&one, &two, &stranger] {
        insert(&mut tx, it, None).await.unwrap();
    }
    for (it, day, calls) in [(&one, 100, 2), (&one, 100, 3), (&one, 101, 1), (&two, 100, 7), (&stranger, 100, 9)] {
        usage::add_to_days(&mut tx, &[((it.workspace, it.id), day, calls)]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut connection = db.store.connection().await.unwrap();
    let mut days = async |ids: &[CredentialId], first| usage::days(&mut connection, home.1, ids, first).await.unwrap();
    let all = [one.id, two.id, stranger.id];
    assert_eq!(days(&all, 0).await, [(one.id, 100, 5), (one.id, 101, 1), (two.id, 100, 7)], "nothing of elsewhere");
    assert_eq!(days(&all, 101).await, [(one.id, 101, 1)]);
    assert_eq!(days(&[], 0).await, []);
}

async fn days_that_are_over_are_thrown_away_some_at_a_time(db: Database) {
    let home = db.owner(1).await;
    let it = token(1, home);
    let mut tx = db.begin().await;
    insert(&mut tx, &it, None).await.unwrap();
    for day in 0..510 {
        usage::add_to_days(&mut tx, &[((home.1, it.id), day, 1)]).await.unwrap();
    }
    let mut left = Vec::new();
    for _ in 0..2 {
        usage::prune_days(&mut tx, 505).await.unwrap();
        left.push(usage::days(tx.on(), home.1, &[it.id], 0).await.unwrap().len());
    }
    assert_eq!(left, [10, 5], "500 of a batch, the oldest first");
}

async fn calls_that_are_alike_share_a_line(db: Database) {
    let home = db.owner(1).await;
    let it = token(1, home);
    let of = (home.1, it.id);
    let first = line("/whoami", None, now());
    let again = Line { at: now().plus(Duration::SECOND), count: 4, ..first.clone() };
    let before = Line { at: now().plus(-Duration::SECOND), ..first.clone() };
    let scopes = vec!["deploy".to_owned(), "admin".to_owned()];
    let other = Line {
        user_agent: Some("curl/8.11".to_owned()),
        ip: None,
        ..line("/workspaces", Some(Reason::Scope(scopes)), now())
    };
    let mut tx = db.begin().await;
    insert(&mut tx, &it, None).await.unwrap();
    for (name, line) in [("one", &first), ("one", &again), ("one", &before), ("two", &other)] {
        usage::add_to_lines(&mut tx, &[(of, digest(name), line.clone())]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let found = usage::lines(db.store.read(), of).await.unwrap();
    assert_eq!(found, [Line { count: 6, ..again }, other], "newest first, each as it was written");
    let elsewhere = db.owner(2).await;
    assert_eq!(usage::lines(db.store.read(), (elsewhere.1, it.id)).await.unwrap(), []);
}

async fn a_line_that_is_there_gets_more_calls_and_no_other_does(db: Database) {
    let (home, elsewhere) = (db.owner(1).await, db.owner(2).await);
    let (it, other) = (token(1, home), token(2, home));
    let (first, later) = (line("/whoami", None, now()), now().plus(Duration::SECOND));
    let mut tx = db.begin().await;
    for token in [&it, &other] {
        insert(&mut tx, token, None).await.unwrap();
        usage::add_to_lines(&mut tx, &[((home.1, token.id), digest("one"), first.clone())]).await.unwrap();
    }
    for (of, name, at, count) in [
        ((home.1, it.id), "one", later, 4),
        ((home.1, it.id), "one", now(), 2),
        ((home.1, it.id), "two", later, 1),
        ((elsewhere.1, other.id), "one", later, 1),
    ] {
        usage::add_to_known_lines(&mut tx, &[(of, digest(name), at, count)]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let lines = async |id| usage::lines(db.store.read(), (home.1, id)).await.unwrap();
    assert_eq!(lines(it.id).await, [Line { at: later, count: 7, ..first.clone() }], "the later time counts");
    assert_eq!(lines(other.id).await, [first]);
}

async fn the_newest_fifty_are_kept_of_each_sort(db: Database) {
    let home = db.owner(1).await;
    let (it, other) = (token(1, home), token(2, home));
    let of = (home.1, it.id);
    let mut tx = db.begin().await;
    insert(&mut tx, &it, None).await.unwrap();
    insert(&mut tx, &other, None).await.unwrap();
    for number in 0..60 {
        // Ten of them at the same instant: which of those go does not matter, how many does.
        let at = now().plus(Duration::minutes(i64::from(number / 10)));
        let (accepted, refused) = (line("/whoami", None, at), line("/whoami", Some(Reason::Expired), at));
        usage::add_to_lines(&mut tx, &[(of, digest(&format!("accepted {number}")), accepted.clone())]).await.unwrap();
        usage::add_to_lines(&mut tx, &[(of, digest(&format!("refused {number}")), refused.clone())]).await.unwrap();
        usage::add_to_lines(&mut tx, &[((home.1, other.id), digest(&number.to_string()), accepted.clone())])
            .await
            .unwrap();
    }
    usage::prune_lines(&mut tx, &[of]).await.unwrap();
    tx.commit().await.unwrap();
    let found = usage::lines(db.store.read(), of).await.unwrap();
    let (accepted, refused): (Vec<_>, Vec<_>) = found.iter().partition(|line| line.call.refused.is_none());
    assert_eq!((accepted.len(), refused.len()), (LINES, LINES));
    assert!(found.iter().all(|line| line.at > now()), "the oldest are gone");
    assert_eq!(usage::lines(db.store.read(), (home.1, other.id)).await.unwrap().len(), 60, "the other one's are not");
}

async fn batches_of_many_at_once_add_up_exactly(db: Database) {
    let home = db.owner(1).await;
    let it = token(1, home);
    db.insert(&it).await;
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let store = db.store.clone();
        tasks.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            usage::add_to_days(&mut tx, &[((home.1, it.id), 100, 5)]).await.unwrap();
            usage::add_to_lines(&mut tx, &[((home.1, it.id), digest("one"), line("/whoami", None, now()).clone())])
                .await
                .unwrap();
            usage::prune_lines(&mut tx, &[(home.1, it.id)]).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    tasks.join_all().await;
    let mut connection = db.store.connection().await.unwrap();
    assert_eq!(usage::days(&mut connection, home.1, &[it.id], 0).await.unwrap(), [(it.id, 100, 100)]);
    assert_eq!(usage::lines(db.store.read(), (home.1, it.id)).await.unwrap()[0].count, 20);
}

async fn a_batch_is_written_however_long_it_is(db: Database) {
    let home = db.owner(1).await;
    let all: Vec<_> = (1..=450).map(|number| token(number, home)).collect();
    let mut tx = db.begin().await;
    for it in &all {
        insert(&mut tx, it, None).await.unwrap();
    }
    let of: Vec<_> = all.iter().map(|it| (home.1, it.id)).collect();
    for call in [line("/whoami", None, now()), line("/x", Some(Reason::Person), now())] {
        let uses = usage::Uses { count: 2, last_at: now(), ip: call.ip.clone(), user_agent: None };
        let name = digest(&call.call.path);
        usage::add(&mut tx, &of.iter().map(|of| (*of, uses.clone())).collect::<Vec<_>>()).await.unwrap();
        usage::add_to_days(&mut tx, &of.iter().map(|of| (*of, 100, 2)).collect::<Vec<_>>()).await.unwrap();
        let lines: Vec<_> = of.iter().map(|of| (*of, name.clone(), call.clone())).collect();
        usage::add_to_lines(&mut tx, &lines).await.unwrap();
        let more: Vec<_> = of.iter().map(|of| (*of, name.clone(), now(), 1)).collect();
        usage::add_to_known_lines(&mut tx, &more).await.unwrap();
        usage::prune_lines(&mut tx, &of).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut connection = db.store.connection().await.unwrap();
    let ids: Vec<_> = all.iter().map(|it| it.id).collect();
    assert_eq!(
        usage::days(&mut connection, home.1, &ids, 0).await.unwrap(),
        ids.iter().map(|id| (*id, 100, 4)).collect::<Vec<_>>()
    );
    for it in &all {
        let found = credentials::find(&mut *connection, home.1, it.id).await.unwrap().unwrap();
        assert_eq!((found.use_count, found.last_use.at), (4, Some(now())));
        assert_eq!(usage::lines(&mut *connection, (home.1, it.id)).await.unwrap().len(), 2);
    }
}
