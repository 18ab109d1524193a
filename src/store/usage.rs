//! Use of credentials, written in batches: how often in all and on each day, and the last calls and refusals.

use sqlx::{Any, Executor, FromRow};

use super::{Connection, Result, Tx, error::read, statement::Statement};
use crate::domain::{
    call::{Call, Line},
    credential::CredentialId,
    id::WorkspaceId,
    stored::Digest,
    timestamp::Timestamp,
};

/// So many rows are written by one statement: each is a way to the thread or process of the database and back.
const ROWS: usize = 200;

/// What a batch adds to one credential.
#[derive(Clone, Debug)]
pub struct Uses {
    /// How many calls were let in.
    pub count: i64,
    /// When the last of them was.
    pub last_at: Timestamp,
    /// Where it came from.
    pub ip: Option<String>,
    /// What it called itself.
    pub user_agent: Option<String>,
}

/// Whose use.
pub type Of = (WorkspaceId, CredentialId);

/// Adds a batch; each credential stands in it once.
///
/// # Errors
/// If the database fails.
pub async fn add(tx: &mut Tx, batch: &[(Of, Uses)]) -> Result<()> {
    for rows in batch.chunks(ROWS) {
        let mut statement = Statement::default();
        statement.add(
            "UPDATE credentials SET use_count = use_count + more.column3, last_used_at = more.column4, \
             last_used_ip = more.column5, last_used_agent = more.column6 FROM (VALUES ",
            [],
        );
        statement.list("(?, ?, ?, ?, ?, ?)", rows, |((workspace, id), uses)| {
            [
                workspace.to_string().into(),
                id.to_string().into(),
                uses.count.into(),
                uses.last_at.into(),
                uses.ip.as_deref().into(),
                uses.user_agent.as_deref().into(),
            ]
        });
        statement.add(") AS more WHERE credentials.workspace_id = more.column1 AND credentials.id = more.column2", []);
        statement.execute_again(rows.len() == ROWS, tx.on()).await?;
    }
    Ok(())
}

/// Adds calls to days, counted since 1970: whose, which day, how many. Each day of a credential stands in it once.
///
/// # Errors
/// If the database fails.
pub async fn add_to_days(tx: &mut Tx, batch: &[(Of, i64, i64)]) -> Result<()> {
    for rows in batch.chunks(ROWS) {
        let mut statement = Statement::default();
        statement.add("INSERT INTO use_days (workspace_id, credential_id, day, calls) VALUES ", []);
        statement.list("(?, ?, ?, ?)", rows, |((workspace, id), day, calls)| {
            [workspace.to_string().into(), id.to_string().into(), (*day).into(), (*calls).into()]
        });
        statement.add(" ON CONFLICT (credential_id, day) DO UPDATE SET calls = use_days.calls + excluded.calls", []);
        statement.execute_again(rows.len() == ROWS, tx.on()).await?;
    }
    Ok(())
}

/// Adds calls to the lines of these names. Each line of a credential stands in it once.
///
/// # Errors
/// If the database fails.
pub async fn add_to_lines(tx: &mut Tx, batch: &[(Of, Digest, Line)]) -> Result<()> {
    for rows in batch.chunks(ROWS) {
        let mut statement = Statement::default();
        statement.add(
            "INSERT INTO last_calls (workspace_id, credential_id, line, at, calls, method, path, status, reason, ip, \
             user_agent) VALUES ",
            [],
        );
        statement.list("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows, |((workspace, id), name, line)| {
            [
                workspace.to_string().into(),
                id.to_string().into(),
                name.as_str().into(),
                line.at.into(),
                i64::try_from(line.count).unwrap_or(i64::MAX).into(),
                (&*line.call.method).into(),
                (&*line.call.path).into(),
                i64::from(line.call.status).into(),
                line.call.refused.as_ref().map(ToString::to_string).unwrap_or_default().into(),
                line.ip.as_deref().into(),
                line.user_agent.as_deref().into(),
            ]
        });
        statement.add(
            " ON CONFLICT (credential_id, line) DO UPDATE SET calls = last_calls.calls + excluded.calls, \
             at = CASE WHEN excluded.at > last_calls.at THEN excluded.at ELSE last_calls.at END",
            [],
        );
        statement.execute_again(rows.len() == ROWS, tx.on()).await?;
    }
    Ok(())
}

/// Adds calls to lines that are there for sure: whose, the line's name, when the last of them was, how many. Each line of
/// a credential stands in it once.
///
/// # Errors
/// If the database fails.
pub async fn add_to_known_lines(tx: &mut Tx, batch: &[(Of, Digest, Timestamp, u64)]) -> Result<()> {
    for rows in batch.chunks(ROWS) {
        let mut statement = Statement::default();
        statement.add(
            "UPDATE last_calls SET calls = calls + more.column5, \
             at = CASE WHEN more.column4 > at THEN more.column4 ELSE at END FROM (VALUES ",
            [],
        );
        statement.list("(?, ?, ?, ?, ?)", rows, |((workspace, id), name, at, count)| {
            [
                workspace.to_string().into(),
                id.to_string().into(),
                name.as_str().into(),
                (*at).into(),
                i64::try_from(*count).unwrap_or(i64::MAX).into(),
            ]
        });
        statement.add(
            ") AS more WHERE last_calls.workspace_id = more.column1 AND last_calls.credential_id = more.column2 \
             AND last_calls.line = more.column3",
            [],
        );
        statement.execute_again(rows.len() == ROWS, tx.on()).await?;
    }
    Ok(())
}

/// Throws away all but the newest fifty lines of what was let in, and of what was refused, of each of these.
///
/// # Errors
/// If the database fails.
pub async fn prune_lines(tx: &mut Tx, of: &[Of]) -> Result<()> {
    for rows in of.chunks(ROWS) {
        let mut statement = Statement::default();
        statement.add(
            "DELETE FROM last_calls WHERE (credential_id, line) IN (SELECT credential_id, line FROM (SELECT \
             credential_id, line, ROW_NUMBER() OVER (PARTITION BY credential_id, CASE WHEN reason = '' THEN 0 ELSE 1 \
             END ORDER BY at DESC, line) AS place FROM last_calls WHERE (workspace_id, credential_id) IN (VALUES ",
            [],
        );
        statement.list("(?, ?)", rows, |(workspace, id)| [workspace.to_string().into(), id.to_string().into()]);
        statement.add(")) AS ranked WHERE place > 50)", []);
        statement.execute_again(rows.len() == ROWS, tx.on()).await?;
    }
    Ok(())
}

/// Throws away counts of days before `first`, of all credentials, some at a time: a batch stays small, and the next
/// ones do the rest.
///
/// # Errors
/// If the database fails.
pub async fn prune_days(tx: &mut Tx, first: i64) -> Result<()> {
    let sql = "DELETE FROM use_days WHERE (credential_id, day) IN \
               (SELECT credential_id, day FROM use_days WHERE day < $1 ORDER BY day LIMIT 500)";
    sqlx::query(sql).bind(first).execute(tx.on()).await?;
    Ok(())
}

#[derive(FromRow)]
struct DayRow {
    credential_id: String,
    day: i64,
    calls: i64,
}

/// The calls on each day from `first` on of these credentials: whose, which day, how many. Days without a call are
/// absent.
///
/// # Errors
/// If the database fails.
pub async fn days(
    db: &mut Connection,
    workspace: WorkspaceId,
    ids: &[CredentialId],
    first: i64,
) -> Result<Vec<(CredentialId, i64, u64)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::default();
    statement.add(
        "SELECT credential_id, day, calls FROM use_days WHERE workspace_id = ? AND day >= ? AND credential_id IN (",
        [workspace.to_string().into(), first.into()],
    );
    statement.list("?", ids, |id| [id.to_string().into()]);
    statement.add(") ORDER BY credential_id, day", []);
    let rows = statement.fetch::<DayRow>(db).await?.into_iter();
    rows.map(|row| Ok((read(&row.credential_id, "id")?, row.day, u64::try_from(row.calls).unwrap_or_default())))
        .collect()
}

#[derive(FromRow)]
struct LineRow {
    at: i64,
    calls: i64,
    method: String,
    path: String,
    status: i64,
    reason: String,
    ip: Option<String>,
    user_agent: Option<String>,
}

/// The last calls and refusals of a credential, newest first.
///
/// # Errors
/// If the database fails.
pub async fn lines(db: impl Executor<'_, Database = Any>, of: (WorkspaceId, CredentialId)) -> Result<Vec<Line>> {
    let sql = "SELECT at, calls, method, path, status, reason, ip, user_agent FROM last_calls \
               WHERE workspace_id = $1 AND credential_id = $2 ORDER BY at DESC, line LIMIT 100";
    let rows: Vec<LineRow> = sqlx::query_as(sql).bind(of.0.to_string()).bind(of.1.to_string()).fetch_all(db).await?;
    rows.into_iter()
        .map(|row| {
            let refused = if row.reason.is_empty() { None } else { Some(read(&row.reason, "reason")?) };
            let status = u16::try_from(row.status).unwrap_or_default();
            Ok(Line {
                call: Call { method: row.method.into(), path: row.path.into(), status, refused },
                ip: row.ip,
                user_agent: row.user_agent,
                at: Timestamp::from_micros(row.at),
                count: u64::try_from(row.calls).unwrap_or_default(),
            })
        })
        .collect()
}
