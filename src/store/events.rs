//! The activity log. There is no statement here that changes or deletes an event, and there never is; the database
//! refuses them, too.
//!
//! Finding words: what is rare is found by `event_words` and then sorted; what is frequent is met soon by reading from
//! the newest on, and its words stand in the event itself. Which of the two it is, a count that ends early says. So
//! neither a word that every event has (the address of the only admin) nor one of a single token reads the whole log.

use sqlx::FromRow;

use super::{
    Connection, Result, Tx,
    error::read,
    search_index::{Range, digits, fold},
    statement::{Statement, Value},
};
use crate::domain::{
    activity::{self, Doer, Filter, Happened, Start, Via},
    credential::{Maker, MakerKind, OwnProject},
    id::{EventId, ProjectId, UserId, WorkspaceId},
    timestamp::Timestamp,
};

/// Words of more events than this are frequent.
const RARE: i64 = 2000;

/// So many of an event's words can be looked for.
const WORDS: usize = 32;

/// So many words of a search are looked at.
const ASKED: usize = 8;

/// How many of them one statement adds.
const CHUNK: usize = 8;

/// One entry, to be written.
pub struct Event<'a> {
    /// Its id.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// In which workspace; account events have none.
    pub workspace: Option<WorkspaceId>,
    /// What kind of actor.
    pub actor_kind: MakerKind,
    /// Which; operators and reporters have no id.
    pub actor_id: Option<String>,
    /// What it is called: an address, a name.
    pub actor_name: &'a str,
    /// Through which door.
    pub via: Via,
    /// From which address.
    pub ip: Option<&'a str>,
    /// What happened.
    pub happened: Happened,
    /// To what: its id and its name then.
    pub target: Option<(String, &'a str)>,
    /// In which project.
    pub project: Option<ProjectId>,
    /// What changed, in a few words.
    pub detail: Option<&'a str>,
}

/// Appends an event.
///
/// # Errors
/// If the database fails.
pub async fn append(tx: &mut Tx, event: &Event<'_>) -> Result<()> {
    let sql = "INSERT INTO events (id, at, workspace_id, actor_kind, actor_id, via, ip, happened, target_id, target_name, \
               actor_name, project_id, detail, about, words) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let (target_id, target_name) = event.target.as_ref().map(|(id, name)| (id.as_str(), *name)).unzip();
    let names = [event.actor_name, target_name.unwrap_or_default(), event.detail.unwrap_or_default()];
    let words = words(&names.join(" "), WORDS);
    sqlx::query(sql)
        .bind(event.id.to_string())
        .bind(event.at.micros())
        .bind(event.workspace.map(|id| id.to_string()))
        .bind(event.actor_kind.as_str())
        .bind(event.actor_id.as_deref())
        .bind(event.via.as_str())
        .bind(event.ip)
        .bind(event.happened.as_str())
        .bind(target_id)
        .bind(target_name)
        .bind(event.actor_name)
        .bind(event.project.map(|id| id.to_string()))
        .bind(event.detail)
        .bind(event.happened.about(target_id).as_str())
        .bind(format!(" {}", words.join(" ")))
        .execute(tx.on())
        .await?;
    match event.workspace {
        Some(workspace) => add_words(tx, workspace, event.id, &words).await,
        None => Ok(()),
    }
}

/// The words of a text, each once, not more than `most`.
fn words(text: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    for word in fold(text) {
        if words.len() < most && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Eight at a time: a chunk that is not full repeats its last word, which is there already.
async fn add_words(tx: &mut Tx, workspace: WorkspaceId, event: EventId, words: &[String]) -> Result<()> {
    let sql = "INSERT INTO event_words (workspace_id, event_id, word) VALUES ($1, $2, $3), ($1, $2, $4), ($1, $2, $5), \
               ($1, $2, $6), ($1, $2, $7), ($1, $2, $8), ($1, $2, $9), ($1, $2, $10) ON CONFLICT DO NOTHING";
    for chunk in words.chunks(CHUNK) {
        let mut query = sqlx::query(sql).bind(workspace.to_string()).bind(event.to_string());
        for place in 0..CHUNK {
            query = query.bind(chunk.get(place).or(chunk.last()).map(|word| digits(word)));
        }
        query.execute(tx.on()).await?;
    }
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: String,
    at: i64,
    actor_kind: String,
    actor_id: Option<String>,
    actor_name: String,
    via: String,
    ip: Option<String>,
    happened: String,
    target_id: Option<String>,
    target_name: Option<String>,
    detail: Option<String>,
    project_id: Option<String>,
    project_slug: Option<String>,
    project_name: Option<String>,
}

impl Row {
    fn into_domain(self) -> Result<activity::Event> {
        let project = match (self.project_id, self.project_slug, self.project_name) {
            (Some(id), Some(slug), Some(name)) => Some(OwnProject { id: read(&id, "a project id")?, slug, name }),
            _ => None,
        };
        Ok(activity::Event {
            id: read(&self.id, "an event id")?,
            at: Timestamp::from_micros(self.at),
            actor: Maker { kind: read(&self.actor_kind, "a kind of actor")?, id: self.actor_id, name: self.actor_name },
            via: read(&self.via, "a door")?,
            ip: self.ip,
            happened: read(&self.happened, "an event")?,
            target: self.target_id.map(|id| (id, self.target_name.unwrap_or_default())),
            project,
            detail: self.detail,
        })
    }
}

/// What is read of an event, from what is named next; its project comes along.
const SELECT: &str = "SELECT e.id, e.at, e.actor_kind, e.actor_id, e.actor_name, e.via, e.ip, e.happened, e.target_id, \
                      e.target_name, e.detail, e.project_id, p.slug AS project_slug, p.name AS project_name FROM ";
const PROJECT: &str = " LEFT JOIN projects p ON p.id = e.project_id WHERE ";

/// Up to `limit` events of an account, newest first, those of `only` if there are any, in no workspace.
///
/// # Errors
/// If the database fails.
pub async fn of_account(
    connection: &mut Connection,
    user: UserId,
    only: &[Happened],
    start: Start,
    limit: i64,
) -> Result<Vec<activity::Event>> {
    let mut statement = Statement::default();
    statement.add(SELECT, []);
    statement.add("events e", []);
    statement.add(PROJECT, []);
    statement.add("e.workspace_id IS NULL AND e.target_id = ?", [text(&user)]);
    for (at, happened) in only.iter().enumerate() {
        statement.add(if at == 0 { " AND e.happened IN (?" } else { ", ?" }, [text(happened.as_str())]);
    }
    statement.add(if only.is_empty() { "" } else { ")" }, []);
    page(connection, statement, start, limit).await
}

/// Up to `limit` events of a workspace that `filter` holds of, newest first; of one project only, if there is one.
///
/// # Errors
/// If the database fails.
pub async fn list(
    connection: &mut Connection,
    workspace: WorkspaceId,
    project: Option<ProjectId>,
    filter: &Filter,
    start: Start,
    limit: i64,
) -> Result<Vec<activity::Event>> {
    let words = words(&filter.search, ASKED);
    if words.is_empty() && !filter.search.trim().is_empty() {
        return Ok(Vec::new());
    }
    let rare = rarest(connection, workspace, &words).await?;
    let mut statement = Statement::default();
    if let Some(Range(beginning, end)) = &rare {
        statement.add(
            "WITH few (id) AS MATERIALIZED (SELECT event_id FROM event_words \
             WHERE workspace_id = ? AND word >= ? AND word < ? GROUP BY event_id) ",
            [text(&workspace), text(beginning), text(end)],
        );
    }
    statement.add(SELECT, []);
    // SQLite joins in the order in which these stand.
    statement.add(if rare.is_some() { "few CROSS JOIN events e" } else { "events e" }, []);
    statement.add(PROJECT, []);
    statement.add(if rare.is_some() { "e.id = few.id AND " } else { "" }, []);
    statement.add("e.workspace_id = ?", [text(&workspace)]);
    narrow(&mut statement, project, filter);
    for word in &words {
        // Folded words have none of the signs that LIKE gives a meaning to.
        statement.add(" AND e.words LIKE ?", [Value::Text(format!("% {word}%"))]);
    }
    page(connection, statement, start, limit).await
}

/// Where it begins and how long it is; then fetches it, newest first.
async fn page(
    connection: &mut Connection,
    mut statement: Statement,
    start: Start,
    limit: i64,
) -> Result<Vec<activity::Event>> {
    match start {
        Start::Newest => statement.add(" ORDER BY e.id DESC", []),
        Start::OlderThan(id) => statement.add(" AND e.id < ? ORDER BY e.id DESC", [text(&id)]),
        Start::NewerThan(id) => statement.add(" AND e.id > ? ORDER BY e.id ASC", [text(&id)]),
    }
    statement.add(" LIMIT ?", [Value::Number(limit)]);
    let rows: Vec<Row> = statement.fetch(connection).await?;
    let mut events = rows.into_iter().map(Row::into_domain).collect::<Result<Vec<_>>>()?;
    if matches!(start, Start::NewerThan(_)) {
        events.reverse();
    }
    Ok(events)
}

/// Adds the conditions. The first of them leads, by its index, in which events stand in their order; the others must not
/// lead SQLite elsewhere, which an empty word beside the column keeps it from.
fn narrow(to: &mut Statement, project: Option<ProjectId>, filter: &Filter) {
    let mut leads = true;
    let mut equal = |to: &mut Statement, leading: &'static str, following: &'static str, value: Value| {
        to.add(if leads { leading } else { following }, [value]);
        leads = false;
    };
    if let Some(project) = project {
        equal(to, " AND e.project_id = ?", " AND (e.project_id || '') = ?", text(&project));
    }
    if let Some(happened) = filter.happened {
        equal(to, " AND e.happened = ?", " AND (e.happened || '') = ?", text(happened.as_str()));
    }
    if let Some(about) = filter.about {
        equal(to, " AND e.about = ?", " AND (e.about || '') = ?", text(about.as_str()));
    }
    match &filter.by {
        Some(Doer::Id(id)) => equal(to, " AND e.actor_id = ?", " AND (e.actor_id || '') = ?", text(id)),
        Some(Doer::Operator) => equal(
            to,
            " AND e.actor_id IS NULL AND e.actor_kind = ?",
            " AND (e.actor_id || '') IS NULL AND e.actor_kind = ?",
            text(MakerKind::Operator.as_str()),
        ),
        None => {}
    }
    // Ids begin with the time, to the millisecond.
    if let Some(from) = filter.from {
        to.add(" AND e.id >= ?", [text(&first_id(from.micros() / 1000))]);
    }
    if let Some(until) = filter.to {
        to.add(" AND e.id < ?", [text(&first_id(until.micros() / 1000 + 1))]);
    }
}

/// The least id of an event of that millisecond.
fn first_id(millis: i64) -> EventId {
    EventId::from_u128(u128::from(millis.unsigned_abs()) << 80)
}

fn text(value: &(impl ToString + ?Sized)) -> Value {
    Value::Text(value.to_string())
}

/// The word of the fewest events, if they are few.
async fn rarest(connection: &mut Connection, workspace: WorkspaceId, words: &[String]) -> Result<Option<Range>> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM event_words \
               WHERE workspace_id = $1 AND word >= $2 AND word < $3 LIMIT $4) AS few";
    let mut rarest = None;
    let mut fewest = RARE;
    for word in words {
        let range = Range::of(digits(word));
        let count: i64 = sqlx::query_scalar(sql)
            .bind(workspace.to_string())
            .bind(range.0.as_str())
            .bind(range.1.as_str())
            .bind(fewest)
            .fetch_one(&mut *connection)
            .await?;
        if count < fewest {
            (fewest, rarest) = (count, Some(range));
        }
    }
    Ok(rarest)
}

/// Who did something of late: id (the operator has none) and name, in the order of names.
///
/// # Errors
/// If the database fails.
pub async fn recent_actors(
    connection: &mut Connection,
    workspace: WorkspaceId,
    project: Option<ProjectId>,
) -> Result<Vec<(Option<String>, String)>> {
    let mut statement = Statement::default();
    statement.add(
        "SELECT r.actor_id, MAX(r.actor_name) AS actor_name FROM (SELECT e.actor_id, e.actor_name FROM events e \
         WHERE e.workspace_id = ?",
        [text(&workspace)],
    );
    if let Some(project) = project {
        statement.add(" AND e.project_id = ?", [text(&project)]);
    }
    // Who reports a leak is nobody that one can look for.
    statement.add(" AND e.actor_kind <> ?", [text(MakerKind::Reporter.as_str())]);
    statement.add(" ORDER BY e.id DESC LIMIT 500) AS r GROUP BY r.actor_id ORDER BY 2", []);
    statement.fetch(connection).await
}
