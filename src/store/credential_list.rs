//! Lists of credentials with filters, orders and cursors, quick at any length.
//!
//! A page is read in one of two ways. Where some filter leaves few over, it *starts* from those, by the filter's own
//! index, and sorts them. Else it *walks* along the order's index and leaves out what does not fit, until it is full.
//! Which of them is better, no planner can tell without statistics; so each filter is counted first, but not far.

use super::{
    Connection, Result,
    credentials::{Row, select},
    search_index::{Range, Search, name_place},
    statement::{Statement, Value},
};
use crate::domain::{
    credential::{Credential, CredentialId, Kind, Status},
    credential_list::{By, Filter, Level, Mark, Order, PageStart, Place, UNUSED},
    id::{ProjectId, WorkspaceId},
    lifetime,
    timestamp::Timestamp,
};

/// So many are few: to look at each of them takes some milliseconds. A walk may be over sooner if what fits is spread
/// evenly; if all of it lies at the far end, it passes everything.
const FEW: i64 = 4000;
/// So many makers and projects are offered to choose from.
const CHOICES: i64 = 100;

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Where.
    pub workspace: WorkspaceId,
    /// Of which kind.
    pub kind: Kind,
    /// The only project whose credentials are seen; none for all.
    pub within: Option<ProjectId>,
    /// What is left out.
    pub filter: &'a Filter,
    /// In which order.
    pub order: Order,
    /// From where on.
    pub from: &'a PageStart,
    /// How many at most.
    pub limit: usize,
    /// The instant at which they stand where the filter says.
    pub now: Timestamp,
}

/// Up to `limit` credentials, in the list's order.
///
/// # Errors
/// If the database fails.
pub async fn page(db: &mut Connection, query: &Query<'_>) -> Result<Vec<Credential>> {
    page_from(db, query, FEW).await
}

/// The same where `few` are few.
pub(super) async fn page_from(db: &mut Connection, query: &Query<'_>, few: i64) -> Result<Vec<Credential>> {
    let search = Search::parse(&query.filter.search);
    if search.as_ref().is_some_and(|search| search.words.is_empty() && search.hint.is_none()) {
        return Ok(Vec::new());
    }
    let list = List { query, search: search.as_ref() };
    let start = list.fewest(db, few).await?;
    let mut found = Vec::new();
    for part in list.parts() {
        let missing = query.limit.saturating_sub(found.len());
        if missing > 0 {
            found.extend(list.part(start.as_ref(), part, missing).fetch::<Row>(db).await?);
        }
    }
    if matches!(query.from, PageStart::Before(_)) {
        found.reverse();
    }
    found.into_iter().map(Row::into_domain).collect()
}

/// A filter from whose few credentials a page can start.
enum Start<'a> {
    Words(&'a Range, Option<&'a Range>),
    Hint(&'a Range),
    Scope(&'a str),
    Status(Status),
    Creator(&'a str),
    Project(ProjectId),
    Unused,
}

/// Which part of the list is read next.
#[derive(Clone, Copy)]
enum Part<'a> {
    /// All of it.
    All,
    /// What stands in the same place as the mark, after it by id.
    Tied(&'a Mark),
    /// What stands in the places after it.
    Beyond(&'a Mark),
}

struct List<'a> {
    query: &'a Query<'a>,
    search: Option<&'a Search>,
}

impl<'a> List<'a> {
    /// In two parts where ties are possible: each is one piece of the order's index.
    fn parts(&self) -> Vec<Part<'a>> {
        match self.query.from {
            PageStart::First => vec![Part::All],
            PageStart::After(mark) | PageStart::Before(mark) if self.query.order.by == By::Created => {
                vec![Part::Beyond(mark)]
            }
            PageStart::After(mark) | PageStart::Before(mark) => vec![Part::Tied(mark), Part::Beyond(mark)],
        }
    }

    /// The filter that leaves the fewest, if those are few.
    async fn fewest(&self, db: &mut Connection, few: i64) -> Result<Option<Start<'a>>> {
        let mut fewest = (few + 1, None);
        for start in self.starts() {
            let mut statement = Statement::default();
            statement.add("SELECT COUNT(*) FROM (", []);
            // One that has two such words counts twice here: to tell would be to read them all.
            self.select_start(&mut statement, &start, false);
            statement.add(" LIMIT ?) few", [fewest.0.into()]);
            let count: Vec<(i64,)> = statement.fetch(db).await?;
            let count = count.first().map_or(0, |row| row.0);
            if count < fewest.0 {
                fewest = (count, Some(start));
            }
        }
        Ok(fewest.1)
    }

    fn starts(&self) -> Vec<Start<'a>> {
        let filter = self.query.filter;
        let mut starts = Vec::new();
        if let Some(search) = self.search {
            let hint = search.hint.as_ref();
            starts.extend(search.words.iter().map(|word| Start::Words(word, hint)));
            starts.extend(hint.filter(|_| search.words.is_empty()).map(Start::Hint));
        }
        starts.extend(filter.scope.as_ref().map(|scope| Start::Scope(scope.as_str())));
        starts.extend(filter.status.filter(|status| *status != Status::Active).map(Start::Status));
        starts.extend(filter.creator.as_deref().map(Start::Creator));
        starts.extend(filter.project.or(self.query.within).map(Start::Project));
        starts.extend(filter.unused.then_some(Start::Unused));
        starts
    }

    /// The ids from which a page starts, each `once` if need be.
    fn select_start(&self, to: &mut Statement, start: &Start<'_>, once: bool) {
        let of = || [Value::from(self.query.workspace.to_string()), Value::from(self.query.kind.as_str())];
        let now = self.query.now;
        match start {
            Start::Words(word, hint) => {
                to.add("SELECT credential_id AS id FROM credential_words WHERE workspace_id = ? AND kind = ?", of());
                between(to, " AND word >= ? AND word < ?", word);
                if let Some(hint) = hint {
                    let more = " UNION SELECT credential_id FROM credential_words WHERE workspace_id = ? AND kind = ?";
                    to.add(more, of());
                    between(to, " AND word >= ? AND word < ?", hint);
                } else if once {
                    to.add(" GROUP BY credential_id", []);
                }
            }
            Start::Hint(hint) => {
                to.add("SELECT credential_id AS id FROM credential_words WHERE workspace_id = ? AND kind = ?", of());
                between(to, " AND word >= ? AND word < ?", hint);
            }
            Start::Scope(scope) => {
                to.add("SELECT credential_id AS id FROM credential_scopes WHERE workspace_id = ? AND kind = ?", of());
                to.add(" AND scope = ?", [(*scope).into()]);
            }
            Start::Status(Status::Revoked) => {
                to.add("SELECT id FROM credentials WHERE workspace_id = ? AND kind = ?", of());
                to.add(" AND revoked_at IS NOT NULL", []);
            }
            Start::Status(Status::Inactive) => {
                to.add("SELECT id FROM credentials WHERE workspace_id = ? AND kind = ?", of());
                to.add(" AND disabled_at IS NOT NULL", []);
            }
            Start::Status(Status::Expired) => {
                to.add("SELECT id FROM credentials WHERE workspace_id = ? AND kind = ?", of());
                to.add(" AND revoked_at IS NULL AND expires_at <= ?", [now.into()]);
            }
            Start::Status(Status::Expiring | Status::Active) => {
                to.add("SELECT id FROM credentials WHERE workspace_id = ? AND kind = ?", of());
                let soon = now.plus(lifetime::EXPIRING);
                to.add(" AND revoked_at IS NULL AND expires_at > ? AND expires_at < ?", [now.into(), soon.into()]);
            }
            Start::Creator(id) => {
                to.add("SELECT id FROM credentials WHERE workspace_id = ? AND kind = ?", of());
                to.add(" AND created_by_id = ?", [(*id).into()]);
            }
            Start::Project(id) => {
                to.add("SELECT id FROM credentials WHERE workspace_id = ? AND kind = ?", of());
                to.add(" AND project_id = ?", [id.to_string().into()]);
            }
            Start::Unused => {
                to.add("SELECT id FROM credentials WHERE workspace_id = ? AND kind = ?", of());
                to.add(" AND COALESCE(last_used_at, 0) < ?", [now.plus(-UNUSED).into()]);
            }
        }
    }

    /// The statement that reads one part.
    fn part(&self, start: Option<&Start<'_>>, part: Part<'_>, limit: usize) -> Statement {
        let mut to = Statement::default();
        let by = self.query.order.by;
        let backwards = matches!(self.query.from, PageStart::Before(_));
        let descending = self.query.order.descending != backwards;
        if let Some(start) = start {
            to.add("WITH start (id) AS MATERIALIZED (", []);
            self.select_start(&mut to, start, true);
            to.add("), page (id, place) AS MATERIALIZED (", []);
        } else {
            to.add("WITH page (id, place) AS MATERIALIZED (", []);
        }
        to.add("SELECT c.id, ", []);
        to.add(place(by), []);
        // SQLite joins these in the order in which they stand.
        let from = if start.is_some() {
            " FROM start CROSS JOIN credentials c WHERE c.id = start.id AND c.workspace_id = ? AND c.kind = ?"
        } else {
            " FROM credentials c WHERE c.workspace_id = ? AND c.kind = ?"
        };
        to.add(from, [self.query.workspace.to_string().into(), self.query.kind.as_str().into()]);
        self.status(&mut to);
        self.belonging(&mut to);
        self.searched(&mut to);
        after(&mut to, by, descending, part);
        // What is in one place is sorted by id alone, which SQLite does not see by itself.
        let by = if matches!(part, Part::Tied(_)) { By::Created } else { by };
        to.add(sorted(by, descending), []);
        to.add(" LIMIT ?) ", [i64::try_from(limit).unwrap_or(i64::MAX).into()]);
        // The empty word keeps SQLite from reading the whole workspace in search of the page.
        to.add(
            select!("", "JOIN page ON page.id = c.id WHERE (c.workspace_id || '') = ? "),
            [self.query.workspace.to_string().into()],
        );
        to.add(if descending { "ORDER BY page.place DESC, page.id DESC" } else { "ORDER BY page.place, page.id" }, []);
        to
    }

    /// Where it stands, as [`Status::at`] says. A `+` keeps SQLite from leaving the order's index for one of times.
    fn status(&self, to: &mut Statement) {
        let now = self.query.now;
        match self.query.filter.status {
            None => {}
            Some(Status::Revoked) => to.add(" AND c.revoked_at IS NOT NULL", []),
            Some(Status::Expired) => to.add(" AND c.revoked_at IS NULL AND +c.expires_at <= ?", [now.into()]),
            Some(Status::Inactive) => to.add(
                " AND c.revoked_at IS NULL AND c.disabled_at IS NOT NULL \
                 AND +COALESCE(c.expires_at, 9223372036854775807) > ?",
                [now.into()],
            ),
            Some(Status::Expiring) => to.add(
                " AND c.revoked_at IS NULL AND c.disabled_at IS NULL AND +c.expires_at > ? AND +c.expires_at < ?",
                [now.into(), now.plus(lifetime::EXPIRING).into()],
            ),
            Some(Status::Active) => to.add(
                " AND c.revoked_at IS NULL AND c.disabled_at IS NULL \
                 AND +COALESCE(c.expires_at, 9223372036854775807) > ?",
                [now.into()],
            ),
        }
    }

    /// Whose it is, what it may do and where, and whether it is used. `IS TRUE` keeps SQLite from beginning with what is
    /// only to be asked of each (it would make a join of a bare `EXISTS`). Where the order is not that of the making, the
    /// indexes of makers and projects are out of order: an empty word keeps SQLite from them.
    fn belonging(&self, to: &mut Statement) {
        let (filter, in_order) = (self.query.filter, self.query.order.by == By::Created);
        if let Some(scope) = &filter.scope {
            let piece = " AND (EXISTS (SELECT 1 FROM credential_scopes s WHERE s.workspace_id = c.workspace_id \
                         AND s.kind = c.kind AND s.scope = ? AND s.credential_id = c.id)) IS TRUE";
            to.add(piece, [scope.as_str().into()]);
        }
        if let Some(creator) = filter.creator.as_deref() {
            let piece = if in_order { " AND c.created_by_id = ?" } else { " AND (c.created_by_id || '') = ?" };
            to.add(piece, [creator.into()]);
        }
        for project in filter.project.into_iter().chain(self.query.within) {
            let piece = if in_order { " AND c.project_id = ?" } else { " AND (c.project_id || '') = ?" };
            to.add(piece, [project.to_string().into()]);
        }
        match filter.level {
            None => {}
            Some(Level::Workspace) => to.add(" AND c.project_id IS NULL", []),
            Some(Level::Project) => to.add(" AND (c.project_id || '') <> ''", []),
        }
        if filter.unused {
            let since = self.query.now.plus(-UNUSED);
            to.add(" AND +COALESCE(c.last_used_at, c.created_at) < ?", [since.into()]);
        }
    }

    fn searched(&self, to: &mut Statement) {
        const WORD: &str = "(EXISTS (SELECT 1 FROM credential_words w WHERE w.credential_id = c.id \
                            AND w.word >= ? AND w.word < ?)) IS TRUE";
        let Some(search) = self.search else { return };
        to.add(" AND (", []);
        for (at, word) in search.words.iter().enumerate() {
            to.add(if at == 0 { "(" } else { " AND " }, []);
            between(to, WORD, word);
        }
        to.add(if search.words.is_empty() { "" } else { ")" }, []);
        if let Some(hint) = &search.hint {
            to.add(if search.words.is_empty() { "" } else { " OR " }, []);
            between(to, WORD, hint);
        }
        to.add(")", []);
    }
}

fn between(to: &mut Statement, piece: &'static str, Range(from, end): &Range) {
    to.add(piece, [from.as_str().into(), end.as_str().into()]);
}

/// What an order sorts by, written as in its index.
const fn place(by: By) -> &'static str {
    match by {
        By::Created => "c.id",
        By::Name => "c.name_place",
        By::Expires => "COALESCE(c.expires_at, 9223372036854775807)",
        By::Used => "COALESCE(c.last_used_at, 0)",
    }
}

const fn sorted(by: By, descending: bool) -> &'static str {
    match (by, descending) {
        (By::Created, true) => " ORDER BY c.id DESC",
        (By::Created, false) => " ORDER BY c.id",
        (By::Name, true) => " ORDER BY c.name_place DESC, c.id DESC",
        (By::Name, false) => " ORDER BY c.name_place, c.id",
        (By::Expires, true) => " ORDER BY COALESCE(c.expires_at, 9223372036854775807) DESC, c.id DESC",
        (By::Expires, false) => " ORDER BY COALESCE(c.expires_at, 9223372036854775807), c.id",
        (By::Used, true) => " ORDER BY COALESCE(c.last_used_at, 0) DESC, c.id DESC",
        (By::Used, false) => " ORDER BY COALESCE(c.last_used_at, 0), c.id",
    }
}

/// What follows a mark.
fn after(to: &mut Statement, by: By, descending: bool, part: Part<'_>) {
    match part {
        Part::All => {}
        Part::Beyond(mark) if by == By::Created => {
            to.add(if descending { " AND c.id < ?" } else { " AND c.id > ?" }, [mark.id.to_string().into()]);
        }
        Part::Tied(mark) => {
            to.add(" AND ", []);
            to.add(place(by), []);
            let piece = if descending { " = ? AND c.id < ?" } else { " = ? AND c.id > ?" };
            to.add(piece, [stored(by, &mark.place), mark.id.to_string().into()]);
        }
        Part::Beyond(mark) => {
            to.add(" AND ", []);
            to.add(place(by), []);
            to.add(if descending { " < ?" } else { " > ?" }, [stored(by, &mark.place)]);
        }
    }
}

/// A place as its column holds it. One of another order is as good as none.
fn stored(by: By, place: &Place) -> Value {
    let time = match place {
        Place::Name(name) if by == By::Name => return name_place(name).into(),
        Place::Time(time) => *time,
        _ => None,
    };
    match by {
        By::Expires => time.map_or(i64::MAX, Timestamp::micros).into(),
        By::Used => time.map_or(0, Timestamp::micros).into(),
        By::Name | By::Created => String::new().into(),
    }
}

/// How many of a kind work now and stop within seven days; no further than `most` are counted.
///
/// # Errors
/// If the database fails.
pub async fn count_expiring(
    db: &mut Connection,
    workspace: WorkspaceId,
    kind: Kind,
    now: Timestamp,
    most: u32,
) -> Result<u32> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM credentials WHERE workspace_id = $1 AND kind = $2 \
               AND revoked_at IS NULL AND disabled_at IS NULL AND expires_at > $3 AND expires_at < $4 LIMIT $5) soon";
    let count: i64 = sqlx::query_scalar(sql)
        .bind(workspace.to_string())
        .bind(kind.as_str())
        .bind(now.micros())
        .bind(now.plus(lifetime::EXPIRING).micros())
        .bind(i64::from(most))
        .fetch_one(db)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The id and name of those who have made one of a kind, up to a hundred.
///
/// # Errors
/// If the database fails.
pub async fn creators(db: &mut Connection, workspace: WorkspaceId, kind: Kind) -> Result<Vec<(String, String)>> {
    // From one to the next by the index, which does not read all that each of them has made.
    let sql = "WITH RECURSIVE maker (id) AS (\
               SELECT MIN(created_by_id) FROM credentials WHERE workspace_id = $1 AND kind = $2 \
               UNION ALL \
               SELECT (SELECT MIN(c.created_by_id) FROM credentials c WHERE c.workspace_id = $1 AND c.kind = $2 \
               AND c.created_by_id > maker.id) FROM maker WHERE maker.id IS NOT NULL) \
               SELECT maker.id, COALESCE(u.email, k.name, '') AS name FROM maker \
               LEFT JOIN users u ON u.id = maker.id \
               LEFT JOIN credentials k ON k.id = maker.id AND k.workspace_id = $1 \
               WHERE maker.id IS NOT NULL LIMIT $3";
    let query = sqlx::query_as(sql).bind(workspace.to_string()).bind(kind.as_str()).bind(CHOICES);
    Ok(query.fetch_all(db).await?)
}

/// The id and name of the projects that have one of a kind, up to a hundred.
///
/// # Errors
/// If the database fails.
pub async fn projects(db: &mut Connection, workspace: WorkspaceId, kind: Kind) -> Result<Vec<(String, String)>> {
    let sql = "WITH RECURSIVE used (id) AS (\
               SELECT MIN(project_id) FROM credentials WHERE workspace_id = $1 AND kind = $2 \
               AND project_id IS NOT NULL \
               UNION ALL \
               SELECT (SELECT MIN(c.project_id) FROM credentials c WHERE c.workspace_id = $1 AND c.kind = $2 \
               AND c.project_id > used.id) FROM used WHERE used.id IS NOT NULL) \
               SELECT p.id, p.name FROM used JOIN projects p ON p.id = used.id AND p.workspace_id = $1 LIMIT $3";
    let query = sqlx::query_as(sql).bind(workspace.to_string()).bind(kind.as_str()).bind(CHOICES);
    Ok(query.fetch_all(db).await?)
}

/// Those of a kind with these ids, that a list within a project shows.
///
/// # Errors
/// If the database fails.
pub async fn chosen(
    db: &mut Connection,
    workspace: WorkspaceId,
    kind: Kind,
    ids: &[CredentialId],
) -> Result<Vec<Credential>> {
    let mut statement = Statement::default();
    statement.add(
        select!("", "WHERE c.workspace_id = ? AND c.kind = ? AND c.id IN ("),
        [workspace.to_string().into(), kind.as_str().into()],
    );
    for (at, id) in ids.iter().enumerate() {
        statement.add(if at == 0 { "?" } else { ", ?" }, [id.to_string().into()]);
    }
    statement.add(") ORDER BY c.id DESC", []);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    statement.fetch::<Row>(db).await?.into_iter().map(Row::into_domain).collect()
}

/// The place of a credential in an order.
#[must_use]
pub fn mark(credential: &Credential, by: By) -> Mark {
    let place = match by {
        By::Created => Place::Id,
        By::Name => Place::Name(super::search_index::folded_name(&credential.name)),
        By::Expires => Place::Time(credential.expires_at),
        By::Used => Place::Time(credential.last_use.at),
    };
    Mark { place, id: credential.id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// One step of a plan: its id, the step that it is part of, and what is done.
    type Step = (i64, i64, i64, String);

    struct Plans {
        store: Store,
        _folder: tempfile::TempDir,
    }

    impl Plans {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("latchkey.db").display());
            Self { store: Store::open(&url).await.unwrap(), _folder: folder }
        }

        /// The steps that fill a page, and those from which it starts.
        async fn of(&self, filter: &Filter, word: &str, start: Option<Start<'_>>, part: Part<'_>) -> Vec<String> {
            let search = Search::parse(&filter.search);
            let query = Query {
                workspace: WorkspaceId::from_u128(1),
                kind: Kind::AccessToken,
                within: None,
                filter,
                order: Order::find(word).unwrap(),
                from: &PageStart::First,
                limit: 50,
                now: Timestamp::from_micros(1_700_000_000_000_000),
            };
            let list = List { query: &query, search: search.as_ref() };
            let explain = format!("EXPLAIN QUERY PLAN {}", list.part(start.as_ref(), part, 51).text);
            let steps: Vec<Step> =
                sqlx::query_as(sqlx::AssertSqlSafe(explain)).fetch_all(self.store.read()).await.unwrap();
            let outer = steps.iter().filter(|step| !inside_of_a_page(&steps, step));
            for (.., step) in outer {
                let fine = ["MATERIALIZE", "SCAN page", "SEARCH", "USE TEMP B-TREE"];
                assert!(fine.iter().any(|fine| step.starts_with(fine)), "{word} {filter:?}: {step}");
                let is_of_the_page = !step.starts_with("SEARCH c ") || step.ends_with("(id=?)");
                assert!(is_of_the_page, "{word} {filter:?}: {step}");
            }
            steps.iter().filter(|step| inside_of_a_page(&steps, step)).map(|(.., step)| step.clone()).collect()
        }
    }

    fn inside_of_a_page(steps: &[Step], step: &Step) -> bool {
        steps
            .iter()
            .any(|above| above.0 == step.1 && (above.3.starts_with("MATERIALIZE") || inside_of_a_page(steps, above)))
    }

    fn filters() -> Vec<Filter> {
        let plain = Filter::default;
        let mut filters: Vec<Filter> =
            Status::ALL.into_iter().map(|status| Filter { status: Some(status), ..plain() }).collect();
        filters.extend([
            plain(),
            Filter { scope: Some("deploy".parse().unwrap()), status: Some(Status::Active), ..plain() },
            Filter { search: "deploy ci".to_owned(), ..plain() },
            Filter { search: "sk_live_7Q".to_owned(), ..plain() },
            Filter { level: Some(Level::Workspace), ..plain() },
            Filter { level: Some(Level::Project), ..plain() },
            Filter { creator: Some("usr_1".to_owned()), ..plain() },
            Filter { project: Some(ProjectId::from_u128(1)), ..plain() },
            Filter { unused: true, ..plain() },
        ]);
        filters
    }

    #[tokio::test]
    async fn a_walk_follows_the_index_of_its_order() {
        let plans = Plans::new().await;
        let mark = Mark { place: Place::Id, id: CredentialId::new(Kind::AccessToken, 1) };
        for filter in filters() {
            for (word, indexes) in [
                (
                    "created",
                    &[
                        "credentials_of_workspace",
                        "credentials_revoked",
                        "credentials_switched_off",
                        "credentials_of_creator",
                        "credentials_in_project",
                    ][..],
                ),
                ("name", &["credentials_by_name"]),
                ("expires", &["credentials_by_end"]),
                ("last_used", &["credentials_by_use"]),
            ] {
                for word in [word.to_owned(), format!("-{word}")] {
                    for part in [Part::All, Part::Beyond(&mark), Part::Tied(&mark)] {
                        if matches!(part, Part::Tied(_)) && word.ends_with("created") {
                            continue;
                        }
                        let steps = plans.of(&filter, &word, None, part).await;
                        let at = format!("{word} {filter:?}: {steps:#?}");
                        let walk = steps.iter().find(|step| step.starts_with("SEARCH c ")).expect(&at);
                        assert!(indexes.iter().any(|index| walk.contains(&format!("INDEX {index} "))), "{at}");
                        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{at}");
                        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{at}");
                    }
                }
            }
        }
    }

    #[tokio::test]
    async fn a_page_starts_from_the_index_of_its_filter() {
        let plans = Plans::new().await;
        let range = Range("23".to_owned(), "239".to_owned());
        for (start, index) in [
            (Start::Words(&range, None), "sqlite_autoindex_credential_words_1"),
            (Start::Words(&range, Some(&range)), "sqlite_autoindex_credential_words_1"),
            (Start::Hint(&range), "sqlite_autoindex_credential_words_1"),
            (Start::Scope("deploy"), "sqlite_autoindex_credential_scopes_1"),
            (Start::Status(Status::Revoked), "credentials_revoked"),
            (Start::Status(Status::Inactive), "credentials_switched_off"),
            (Start::Status(Status::Expired), "credentials_live"),
            (Start::Status(Status::Expiring), "credentials_live"),
            (Start::Creator("usr_1"), "credentials_of_creator"),
            (Start::Project(ProjectId::from_u128(1)), "credentials_in_project"),
            (Start::Unused, "credentials_by_use"),
        ] {
            let steps = plans.of(&Filter::default(), "-created", Some(start), Part::All).await;
            let at = format!("{index}: {steps:#?}");
            assert!(steps.iter().any(|step| step.contains(&format!("INDEX {index} "))), "{at}");
            let scans: Vec<_> = steps.iter().filter(|step| step.starts_with("SCAN")).collect();
            assert_eq!(scans, ["SCAN start"], "{at}");
            assert!(steps.iter().any(|step| step.starts_with("SEARCH c ") && step.contains("id=?)")), "{at}");
        }
    }
}
