//! Statements whose conditions depend on what is asked: constant pieces, joined; values are always bound.

use sqlx::{Arguments as _, AssertSqlSafe, FromRow, any::AnyArguments};

use super::{Connection, Result, engine};
use crate::domain::timestamp::Timestamp;

/// A statement that grows out of constant pieces.
#[derive(Default)]
pub(super) struct Statement {
    /// As far as it has grown, with `?` where a value belongs.
    pub(super) text: String,
    values: Vec<Value>,
}

/// A value to bind.
pub(super) enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// No text.
    Absent,
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Absent, Self::from)
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Number(at.micros())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl Statement {
    /// Adds a piece; each `?` in it is the place of a value.
    pub(super) fn add<const N: usize>(&mut self, piece: &'static str, values: [Value; N]) {
        debug_assert_eq!(piece.matches('?').count(), N, "{piece}");
        self.text.push_str(piece);
        self.values.extend(values);
    }

    /// Adds a piece for each row, with commas between: a list of rows or of values.
    pub(super) fn list<T, const N: usize>(
        &mut self,
        piece: &'static str,
        rows: &[T],
        values: impl Fn(&T) -> [Value; N],
    ) {
        self.text.reserve(rows.len() * (piece.len() + 2));
        self.values.reserve(rows.len() * N);
        for (at, row) in rows.iter().enumerate() {
            if at > 0 {
                self.add(", ", []);
            }
            self.add(piece, values(row));
        }
    }

    /// Runs it.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) async fn fetch<T>(self, db: &mut Connection) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, sqlx::any::AnyRow> + Send + Unpin,
    {
        let query = sqlx::query_as_with(AssertSqlSafe(engine::placeholders(self.text, db)), arguments(self.values)?);
        Ok(query.fetch_all(db).await?)
    }

    /// Runs it for what it changes. It is not kept: the next one has another length.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) async fn execute(self, db: &mut Connection) -> Result<()> {
        self.execute_again(false, db).await
    }

    /// The same; kept if the next one is likely to be just as long.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) async fn execute_again(self, is_kept: bool, db: &mut Connection) -> Result<()> {
        let query = sqlx::query_with(AssertSqlSafe(engine::placeholders(self.text, db)), arguments(self.values)?);
        query.persistent(is_kept).execute(db).await?;
        Ok(())
    }
}

fn arguments(values: Vec<Value>) -> sqlx::Result<AnyArguments> {
    let mut arguments = AnyArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        let added = match value {
            Value::Text(text) => arguments.add(text),
            Value::Number(number) => arguments.add(number),
            Value::Absent => arguments.add(None::<String>),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
