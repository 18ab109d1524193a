//! What a database can answer besides rows.

/// A statement failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something of that name exists already.
    #[error("a unique value is taken")]
    Taken,
    /// A row holds what the domain does not know.
    #[error("the database holds {0:?} where {1} belongs")]
    Corrupt(String, &'static str),
    /// The database could not carry it out.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
}

/// The result of a statement.
pub type Result<T> = std::result::Result<T, Error>;

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(database) if database.is_unique_violation() => Self::Taken,
            _ => Self::Database(error),
        }
    }
}

/// Reads a text that we wrote.
pub(super) fn read<T: std::str::FromStr>(text: &str, what: &'static str) -> Result<T> {
    text.parse().map_err(|_| Error::Corrupt(text.to_owned(), what))
}
