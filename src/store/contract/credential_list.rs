//! Lists: whatever the filter, the order and the way through the pages, they are what a naive list would be.

use super::*;
use crate::{
    domain::{
        credential::{OwnProject, Status},
        credential_list::{By, Filter, Level, Order, PageStart, UNUSED},
        id::ProjectId,
        scope::ScopeName,
    },
    store::{credential_list, search_index},
};

on_both_engines! {
    every_list_is_what_a_naive_one_would_be
    pages_lead_forth_and_back_through_every_order
    a_search_finds_beginnings_of_words_and_of_hints
    what_was_there_before_the_index_is_found_after_the_next_start
    a_changed_name_is_found_and_the_old_one_is_not
    a_list_is_of_one_kind_workspace_and_project
    makers_and_projects_are_offered_once
    what_stops_soon_is_counted_up_to_a_bound
    several_are_fetched_by_their_ids
}

const WORDS: [&str; 12] =
    ["Deploy", "deployment", "CI", "Größe", "Čas", "chat", "über", "Zoo", "zoom", "7Q", "depot", "北京"];

/// The numbers of a linear congruential generator: the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn word(&mut self) -> &'static str {
        WORDS[usize::try_from(self.roll(12)).unwrap()]
    }
}

/// A workspace with two projects and `count` tokens of all sorts.
async fn filled(db: &Database, count: u128) -> ((UserId, WorkspaceId), Vec<Credential>) {
    let home = db.owner(1).await;
    let (other, _) = db.owner(2).await;
    let projects = [db.project(1, home.1).await, db.project(2, home.1).await];
    let mut dice = Dice(7);
    let mut all = Vec::new();
    for number in 1..=count {
        let credential = random(&mut dice, number, home, other, &projects);
        db.insert(&credential).await;
        let mut tx = db.begin().await;
        if let Some(at) = credential.revoked_at {
            credentials::revoke(&mut tx, home.1, credential.id, at).await.unwrap();
        }
        if let Some(last_at) = credential.last_use.at {
            let uses = usage::Uses { count: 1, last_at, ip: None, user_agent: None };
            usage::add(&mut tx, &[((credential.workspace, credential.id), uses)]).await.unwrap();
        }
        tx.commit().await.unwrap();
        all.push(credential);
    }
    (home, all)
}

fn random(
    dice: &mut Dice,
    number: u128,
    home: (UserId, WorkspaceId),
    other: UserId,
    projects: &[OwnProject; 2],
) -> Credential {
    let about = |dice: &mut Dice, days: i64| now().plus(Duration::hours(i64::try_from(dice.roll(40)).unwrap() * days));
    let scopes = ["deploy", "read", "services:read"].into_iter().filter(|_| dice.roll(2) == 0);
    let scopes: Vec<ScopeName> = scopes.map(|scope| scope.parse().unwrap()).collect();
    let made_by_other = dice.roll(3) == 0;
    Credential {
        name: format!("{} {}", dice.word(), dice.word()),
        hint: format!("sk_live_{}Q{number:02}", dice.roll(3)),
        scopes,
        created_by: Maker {
            kind: MakerKind::User,
            id: Some(if made_by_other { other } else { home.0 }.to_string()),
            name: email(if made_by_other { 2 } else { 1 }).to_string(),
        },
        created_at: about(dice, -100),
        project: projects.get(usize::try_from(dice.roll(4)).unwrap()).cloned(),
        expires_at: match dice.roll(4) {
            0 => Some(about(dice, -20)),
            1 => Some(about(dice, 5)),
            2 => Some(now().plus(Duration::WEEK)),
            _ => None,
        },
        revoked_at: (dice.roll(5) == 0).then(now),
        disabled_at: (dice.roll(6) == 0).then(now),
        last_use: LastUse { at: (dice.roll(2) == 0).then(|| about(dice, -150)), ..LastUse::default() },
        ..token(number, home)
    }
}

impl Database {
    async fn project(&self, number: u128, workspace: WorkspaceId) -> OwnProject {
        let project = OwnProject {
            id: ProjectId::from_u128(number),
            slug: format!("p{number}"),
            name: format!("Project {number}"),
        };
        let mut tx = self.begin().await;
        let sql = "INSERT INTO projects (id, workspace_id, slug, name, created_at) VALUES ($1, $2, $3, $4, 0)";
        sqlx::query(sql)
            .bind(project.id.to_string())
            .bind(workspace.to_string())
            .bind(project.slug.as_str())
            .bind(project.name.as_str())
            .execute(tx.on())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        project
    }

    /// The list, read by starting from few and by walking: it must be the same.
    async fn list(&self, query: &credential_list::Query<'_>) -> Vec<String> {
        let mut connection = self.store.connection().await.unwrap();
        let started = credential_list::page(&mut connection, query).await.unwrap();
        let walked = credential_list::page_from(&mut connection, query, 0).await.unwrap();
        let ids = |found: &[Credential]| found.iter().map(|found| found.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(&started), ids(&walked), "{query:?}");
        ids(&started)
    }
}

fn query<'a>(workspace: WorkspaceId, filter: &'a Filter, from: &'a PageStart) -> credential_list::Query<'a> {
    credential_list::Query {
        workspace,
        kind: Kind::AccessToken,
        within: None,
        filter,
        order: Order::default(),
        from,
        limit: 200,
        now: now(),
    }
}

fn orders() -> impl Iterator<Item = Order> {
    ["-created", "created", "name", "-name", "expires", "-expires", "last_used", "-last_used"]
        .into_iter()
        .map(|word| Order::find(word).unwrap())
}

/// What the words of the product say, without an index.
fn fits(credential: &Credential, filter: &Filter) -> bool {
    let status = credential.status(now());
    let folded = search_index::folded_name(&credential.name);
    let used = credential.last_use.at.unwrap_or(credential.created_at);
    search_index::folded_name(&filter.search)
        .split(' ')
        .all(|typed| folded.split(' ').any(|word| word.starts_with(typed)))
        && filter
            .status
            .is_none_or(|wanted| wanted == status || (wanted == Status::Active && status == Status::Expiring))
        && filter.scope.as_ref().is_none_or(|scope| credential.scopes.contains(scope))
        && filter.level.is_none_or(|level| (level == Level::Project) == credential.project.is_some())
        && (filter.creator.is_none() || filter.creator == credential.created_by.id)
        && filter.project.is_none_or(|id| credential.project.as_ref().is_some_and(|project| project.id == id))
        && (!filter.unused || used < now().plus(-UNUSED))
}

/// In the list's order; the names are few and short, so that their folded form sorts as their place does.
fn sort(list: &mut [Credential], order: Order) {
    list.sort_by_key(|credential| {
        let name = (order.by == By::Name).then(|| search_index::folded_name(&credential.name));
        let time = match order.by {
            By::Expires => credential.expires_at.map_or(i64::MAX, Timestamp::micros),
            By::Used => credential.last_use.at.map_or(0, Timestamp::micros),
            By::Created | By::Name => 0,
        };
        (name, time, credential.id)
    });
    if order.descending {
        list.reverse();
    }
}

async fn every_list_is_what_a_naive_one_would_be(db: Database) {
    let (home, all) = filled(&db, 90).await;
    let mut dice = Dice(11);
    let mut sizes = BTreeSet::new();
    for round in 0..120 {
        let one_of = |dice: &mut Dice| dice.roll(3) == 0;
        let filter = Filter {
            search: if one_of(&mut dice) {
                dice.word().chars().take(1 + usize::try_from(dice.roll(3)).unwrap()).collect()
            } else {
                String::new()
            },
            status: one_of(&mut dice).then(|| Status::ALL[usize::try_from(dice.roll(5)).unwrap()]),
            scope: one_of(&mut dice).then(|| "deploy".parse().unwrap()),
            level: one_of(&mut dice).then_some(if round % 2 == 0 { Level::Project } else { Level::Workspace }),
            creator: one_of(&mut dice).then(|| home.0.to_string()),
            project: one_of(&mut dice).then(|| ProjectId::from_u128(1)),
            unused: one_of(&mut dice),
        };
        for order in orders() {
            let mut expected: Vec<Credential> = all.iter().filter(|one| fits(one, &filter)).cloned().collect();
            sort(&mut expected, order);
            let expected: Vec<String> = expected.iter().map(|one| one.id.to_string()).collect();
            let found = db.list(&credential_list::Query { order, ..query(home.1, &filter, &PageStart::First) }).await;
            assert_eq!(found, expected, "{filter:?} {order:?}");
            sizes.insert(found.len());
        }
    }
    assert!(sizes.len() > 10, "the filters leave too much alike over: {sizes:?}");
}

async fn pages_lead_forth_and_back_through_every_order(db: Database) {
    let (home, all) = filled(&db, 40).await;
    for filter in [Filter::default(), Filter { status: Some(Status::Active), ..Filter::default() }] {
        for order in orders() {
            let mut expected: Vec<Credential> = all.iter().filter(|one| fits(one, &filter)).cloned().collect();
            sort(&mut expected, order);
            let by_id = |id: &String| all.iter().find(|one| one.id.to_string() == *id).unwrap();
            let (mut forth, mut back, mut from) = (Vec::new(), Vec::new(), PageStart::First);
            loop {
                let page = db.list(&credential_list::Query { order, limit: 7, ..query(home.1, &filter, &from) }).await;
                let Some(last) = page.last() else { break };
                from = PageStart::After(credential_list::mark(by_id(last), order.by));
                forth.extend(page);
            }
            let expected: Vec<String> = expected.iter().map(|one| one.id.to_string()).collect();
            assert_eq!(forth, expected, "{filter:?} {order:?}");
            let mut from = PageStart::Before(credential_list::mark(by_id(&expected[expected.len() - 1]), order.by));
            loop {
                let page = db.list(&credential_list::Query { order, limit: 7, ..query(home.1, &filter, &from) }).await;
                let Some(first) = page.first() else { break };
                from = PageStart::Before(credential_list::mark(by_id(first), order.by));
                back.splice(0..0, page);
            }
            assert_eq!(back, expected[..expected.len() - 1], "{filter:?} {order:?}");
        }
    }
}

async fn a_search_finds_beginnings_of_words_and_of_hints(db: Database) {
    let home = db.owner(1).await;
    for (number, name, hint) in [
        (1, "Deploy from CI", "sk_live_7Qx4"),
        (2, "Größe messen", "sk_live_7qAB"),
        (3, "chat-bot_v2 (EU)", "sk_live_0000"),
        (4, "100% \"quoted\" 'name'", "sk_live_zzzz"),
        (5, "Čeština, 北京", "sk_live_9999"),
    ] {
        db.insert(&Credential { name: name.to_owned(), hint: hint.to_owned(), ..token(number, home) }).await;
    }
    for (typed, found) in [
        ("dep", &[1][..]),
        ("CI dep", &[1]),
        ("dep xx", &[]),
        ("ploy", &[]),
        ("grosse", &[2]),
        ("GRÖß", &[2]),
        ("ch", &[3]),
        ("bot eu", &[3]),
        ("v2", &[3]),
        ("c", &[5, 3, 1]),
        ("bei", &[5]),
        ("100%", &[4]),
        ("%", &[]),
        ("quoted", &[4]),
        ("' OR 1=1 --", &[]),
        ("sk_live_7Q", &[1]),
        ("sk_live_7q", &[2]),
        ("sk_live_", &[5, 4, 3, 2, 1]),
        ("sk", &[]),
        ("  ", &[5, 4, 3, 2, 1]),
    ] {
        let filter = Filter { search: typed.to_owned(), ..Filter::default() };
        let found: Vec<String> =
            found.iter().map(|number| CredentialId::new(Kind::AccessToken, *number).to_string()).collect();
        assert_eq!(db.list(&query(home.1, &filter, &PageStart::First)).await, found, "{typed:?}");
    }
}

async fn what_was_there_before_the_index_is_found_after_the_next_start(db: Database) {
    let home = db.owner(1).await;
    db.insert(&token(1, home)).await;
    let mut tx = db.begin().await;
    for sql in [
        "DELETE FROM credential_words WHERE workspace_id = $1",
        "DELETE FROM credential_scopes WHERE workspace_id = $1",
        "UPDATE credentials SET name_place = NULL WHERE workspace_id = $1",
    ] {
        sqlx::query(sql).bind(home.1.to_string()).execute(tx.on()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let filter = Filter { search: "tok".to_owned(), scope: Some("deploy".parse().unwrap()), ..Filter::default() };
    assert!(db.list(&query(home.1, &filter, &PageStart::First)).await.is_empty());
    search_index::complete(&db.store).await.unwrap();
    assert_eq!(db.list(&query(home.1, &filter, &PageStart::First)).await.len(), 1);
    let place: String = sqlx::query_scalar("SELECT name_place FROM credentials WHERE workspace_id = $1")
        .bind(home.1.to_string())
        .fetch_one(db.store.read())
        .await
        .unwrap();
    assert!(!place.is_empty());
}

async fn a_changed_name_is_found_and_the_old_one_is_not(db: Database) {
    let home = db.owner(1).await;
    db.insert(&token(1, home)).await;
    let changed =
        Credential { name: "Nightly report".to_owned(), scopes: vec!["read".parse().unwrap()], ..token(1, home) };
    let mut tx = db.begin().await;
    search_index::renew(&mut tx, &changed).await.unwrap();
    tx.commit().await.unwrap();
    let search = |typed: &str| Filter { search: typed.to_owned(), ..Filter::default() };
    let scope = |name: &str| Filter { scope: Some(name.parse().unwrap()), ..Filter::default() };
    for (filter, count) in [(search("night"), 1), (search("token"), 0), (scope("read"), 1), (scope("deploy"), 0)] {
        assert_eq!(db.list(&query(home.1, &filter, &PageStart::First)).await.len(), count, "{filter:?}");
    }
}

async fn a_list_is_of_one_kind_workspace_and_project(db: Database) {
    let (home, elsewhere) = (db.owner(1).await, db.owner(2).await);
    let project = db.project(1, home.1).await;
    db.insert(&token(1, home)).await;
    db.insert(&token(2, elsewhere)).await;
    db.insert(&Credential { id: CredentialId::new(Kind::ApiKey, 3), ..token(3, home) }).await;
    db.insert(&Credential { project: Some(project.clone()), ..token(4, home) }).await;
    let (filter, first) = (Filter { search: "token".to_owned(), ..Filter::default() }, PageStart::First);
    let numbers = |ids: Vec<String>| ids.iter().map(|id| id[id.len() - 1..].to_owned()).collect::<Vec<_>>();
    let of = query(home.1, &filter, &first);
    assert_eq!(numbers(db.list(&of).await), ["4", "1"]);
    assert_eq!(numbers(db.list(&credential_list::Query { kind: Kind::ApiKey, ..of }).await), ["3"]);
    assert_eq!(numbers(db.list(&credential_list::Query { within: Some(project.id), ..of }).await), ["4"]);
    let other = credential_list::Query { within: Some(ProjectId::from_u128(2)), ..of };
    assert!(db.list(&other).await.is_empty());
    assert_eq!(numbers(db.list(&query(elsewhere.1, &filter, &first)).await), ["2"]);
}

async fn makers_and_projects_are_offered_once(db: Database) {
    let (home, all) = filled(&db, 30).await;
    let maker = all[0].clone();
    let made = Credential {
        created_by: Maker { kind: MakerKind::Credential, id: Some(maker.id.to_string()), name: String::new() },
        ..token(99, home)
    };
    db.insert(&made).await;
    db.insert(&token(100, home)).await;
    let mut connection = db.store.connection().await.unwrap();
    let mut makers = credential_list::creators(&mut connection, home.1, Kind::AccessToken).await.unwrap();
    makers.sort();
    let mut expected = vec![
        (home.0.to_string(), email(1).to_string()),
        (UserId::from_u128(2).to_string(), email(2).to_string()),
        (maker.id.to_string(), maker.name),
    ];
    expected.sort();
    assert_eq!(makers, expected);
    let projects = credential_list::projects(&mut connection, home.1, Kind::AccessToken).await.unwrap();
    assert_eq!(projects.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["Project 1", "Project 2"]);
    let none = credential_list::creators(&mut connection, home.1, Kind::ApiKey).await.unwrap();
    assert!(none.is_empty());
    assert!(credential_list::projects(&mut connection, home.1, Kind::ApiKey).await.unwrap().is_empty());
}

async fn what_stops_soon_is_counted_up_to_a_bound(db: Database) {
    let (home, all) = filled(&db, 60).await;
    let expiring = all.iter().filter(|one| one.status(now()) == Status::Expiring).count();
    assert!(expiring > 2);
    let mut connection = db.store.connection().await.unwrap();
    for (most, expected) in [(1000, expiring), (2, 2)] {
        let count =
            credential_list::count_expiring(&mut connection, home.1, Kind::AccessToken, now(), most).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), expected);
    }
}

async fn several_are_fetched_by_their_ids(db: Database) {
    let (home, elsewhere) = (db.owner(1).await, db.owner(2).await);
    for number in 1..=3 {
        db.insert(&token(number, home)).await;
    }
    db.insert(&token(4, elsewhere)).await;
    let ids: Vec<CredentialId> = [1, 3, 4, 5].map(|number| CredentialId::new(Kind::AccessToken, number)).to_vec();
    let mut connection = db.store.connection().await.unwrap();
    let found = credential_list::chosen(&mut connection, home.1, Kind::AccessToken, &ids).await.unwrap();
    assert_eq!(names(&found), ["Token 3", "Token 1"]);
    assert!(credential_list::chosen(&mut connection, home.1, Kind::AccessToken, &[]).await.unwrap().is_empty());
}
