//! What lists of credentials are searched and sorted by: the words of each name, each hint, each scope. It is written
//! in the same transaction as what it is made from.
//!
//! Words are kept in digits, two for each letter. Digits sort alike under every collation that a PostgreSQL may have,
//! which cannot be said of letters (in Czech, `ch` comes after `h`).

use std::collections::BTreeSet;

use sqlx::FromRow;

use super::{Result, Store, Tx, statement::Statement};
use crate::domain::credential::Credential;

/// So much of a folded name decides its place in an alphabetical list; names that are alike so far stand by age.
const PLACE: usize = 80;
/// So many words of a search are looked at.
const WORDS: usize = 10;
/// So many credentials are indexed in one transaction at start.
const BATCH: i64 = 5000;
/// So many rows are inserted by one statement; each has four values, and SQLite takes 32,766.
const ROWS: usize = 1000;

/// The words of a text, in small ASCII letters and digits: `Größe: 12 GB` gives `grosse`, `12`, `gb`.
pub(super) fn fold(text: &str) -> Vec<String> {
    let ascii = deunicode::deunicode(text).to_ascii_lowercase();
    ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A word in digits: 10 to 19 for digits, 20 to 45 for letters.
pub(super) fn digits(word: &str) -> String {
    let code = |b: u8| if b.is_ascii_digit() { b - b'0' + 10 } else { b - b'a' + 20 };
    word.bytes().map(|b| code(b).to_string()).collect()
}

/// A hint in digits: unlike a word it keeps its case, and begins with a 9.
fn hint_digits(hint: &str) -> String {
    hint.bytes().fold("9".to_owned(), |codes, b| format!("{codes}{b:03}"))
}

/// A name as its place in an alphabetical list is told to people's browsers and back: short and without case.
#[must_use]
pub fn folded_name(name: &str) -> String {
    let mut folded = fold(name).join(" ");
    folded.truncate(PLACE);
    folded.truncate(folded.trim_end().len());
    folded
}

/// The place in an alphabetical list of a folded name.
pub(super) fn name_place(folded: &str) -> String {
    folded.split(' ').map(|word| digits(&fold(word).concat())).collect::<Vec<_>>().join("00")
}

/// What all words between two bounds, the second excluded, begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range(pub(super) String, pub(super) String);

impl Range {
    /// Of what begins with these digits.
    pub(super) fn of(beginning: String) -> Self {
        // No word has a 9 after its beginning but in a hint's codes, which go to 127.
        let end = format!("{beginning}9");
        Self(beginning, end)
    }
}

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Search {
    /// The beginnings of words, all of which the name must have; none if nothing that was typed is a word.
    pub(super) words: Vec<Range>,
    /// Or else the beginning of the hint.
    pub(super) hint: Option<Range>,
}

impl Search {
    /// From what was typed; none if that is nothing. What has no underscore does not mean a hint: all hints of a
    /// workspace begin with the same word.
    pub(super) fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let all = fold(typed);
        let mut words: Vec<&String> = Vec::new();
        for (at, word) in all.iter().enumerate() {
            // What another word begins with, that word has looked for.
            let covered = all.iter().enumerate().any(|(other_at, other)| {
                other_at != at && other.starts_with(word.as_str()) && (other != word || other_at < at)
            });
            if !covered && words.len() < WORDS {
                words.push(word);
            }
        }
        let words = words.into_iter().map(|word| Range::of(digits(word))).collect();
        let is_hint = typed.contains('_') && typed.is_ascii() && !typed.contains(char::is_whitespace);
        Some(Self { words, hint: is_hint.then(|| Range::of(hint_digits(typed))) })
    }
}

/// Indexes a credential that was just added.
///
/// # Errors
/// If the database fails.
pub async fn add(tx: &mut Tx, credential: &Credential) -> Result<()> {
    let scopes = credential.scopes.iter().map(ToString::to_string).collect();
    let source = Source {
        id: credential.id.to_string(),
        workspace_id: credential.workspace.to_string(),
        kind: credential.id.kind().as_str().to_owned(),
        name: credential.name.clone(),
        hint: credential.hint.clone(),
        scopes,
    };
    source.add(tx).await
}

/// Indexes a credential again whose name or scopes have changed.
///
/// # Errors
/// If the database fails.
pub async fn renew(tx: &mut Tx, credential: &Credential) -> Result<()> {
    let (workspace, id) = (credential.workspace.to_string(), credential.id.to_string());
    for sql in [
        "DELETE FROM credential_words WHERE credential_id = $2 AND workspace_id = $1",
        "DELETE FROM credential_scopes WHERE credential_id = $2 AND workspace_id = $1",
    ] {
        sqlx::query(sql).bind(workspace.as_str()).bind(id.as_str()).execute(tx.on()).await?;
    }
    add(tx, credential).await
}

/// What one is indexed by.
struct Source {
    id: String,
    workspace_id: String,
    kind: String,
    name: String,
    hint: String,
    scopes: BTreeSet<String>,
}

impl Source {
    async fn add(&self, tx: &mut Tx) -> Result<()> {
        add_all(tx, std::slice::from_ref(self)).await
    }

    /// What stands in the two tables for it: its words and its scopes.
    fn entries(&self) -> (BTreeSet<String>, &BTreeSet<String>) {
        let mut words: BTreeSet<String> = fold(&self.name).iter().map(|word| digits(word)).collect();
        words.insert(hint_digits(&self.hint));
        (words, &self.scopes)
    }
}

async fn add_all(tx: &mut Tx, sources: &[Source]) -> Result<()> {
    let (mut words, mut scopes) = (Vec::new(), Vec::new());
    for source in sources {
        let (of_words, of_scopes) = source.entries();
        words.extend(of_words.into_iter().map(|word| (source, word)));
        scopes.extend(of_scopes.iter().map(|scope| (source, scope.clone())));
    }
    insert(tx, "INSERT INTO credential_words (workspace_id, kind, word, credential_id) VALUES ", words).await?;
    insert(tx, "INSERT INTO credential_scopes (workspace_id, kind, scope, credential_id) VALUES ", scopes).await?;
    let sql = "UPDATE credentials SET name_place = $3 WHERE workspace_id = $1 AND id = $2";
    for source in sources {
        sqlx::query(sql)
            .bind(source.workspace_id.as_str())
            .bind(source.id.as_str())
            .bind(name_place(&folded_name(&source.name)))
            .execute(tx.on())
            .await?;
    }
    Ok(())
}

async fn insert(tx: &mut Tx, sql: &'static str, rows: Vec<(&Source, String)>) -> Result<()> {
    for some in rows.chunks(ROWS) {
        let mut statement = Statement::default();
        statement.add(sql, []);
        for (at, (source, text)) in some.iter().enumerate() {
            let values = [&source.workspace_id, &source.kind, text, &source.id];
            statement.add(
                if at == 0 { "(?, ?, ?, ?)" } else { ", (?, ?, ?, ?)" },
                values.map(|value| value.as_str().into()),
            );
        }
        // Another node of an installation may be doing the same at its start.
        statement.add(" ON CONFLICT DO NOTHING", []);
        statement.execute(tx.on()).await?;
    }
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: String,
    workspace_id: String,
    kind: String,
    name: String,
    hint: String,
    scopes: String,
}

impl Row {
    fn into_source(self) -> Source {
        let scopes = self.scopes.split_whitespace().map(str::to_owned).collect();
        let Self { id, workspace_id, kind, name, hint, .. } = self;
        Source { id, workspace_id, kind, name, hint, scopes }
    }
}

/// Indexes those that are not yet: of a database from before there was an index.
pub(super) async fn complete(store: &Store) -> Result<()> {
    let sql = "SELECT id, workspace_id, kind, name, hint, scopes FROM credentials WHERE name_place IS NULL \
               ORDER BY id LIMIT $1";
    loop {
        let mut tx = store.begin().await?;
        let rows: Vec<Row> = sqlx::query_as(sql).bind(BATCH).fetch_all(tx.on()).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let sources: Vec<Source> = rows.into_iter().map(Row::into_source).collect();
        add_all(&mut tx, &sources).await?;
        tx.commit().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_into_words() {
        assert_eq!(fold("Größe: 12 GB"), ["grosse", "12", "gb"]);
        assert_eq!(fold("CI-Deploy_v2"), ["ci", "deploy", "v2"]);
        assert_eq!(fold("Čeština"), ["cestina"]);
        assert!(fold("-- … --").iter().all(|word| !word.is_empty()));
    }

    #[test]
    fn what_begins_with_the_same_lies_between_two_bounds() {
        let Range(from, to) = Range::of(digits("dep"));
        for (word, inside) in [
            ("dep", true),
            ("deploy", true),
            ("depzzz", true),
            ("dep0", true),
            ("deo", false),
            ("deq", false),
            ("de", false),
        ] {
            let word = digits(word);
            assert_eq!(from <= word && word < to, inside, "{word}");
        }
        let Range(from, to) = Range::of(hint_digits("sk_live_7Q"));
        for (hint, inside) in [("sk_live_7Qx4", true), ("sk_live_7qx4", false), ("sk_live_7R00", false)] {
            let hint = hint_digits(hint);
            assert_eq!(from <= hint && hint < to, inside, "{hint}");
        }
    }

    #[test]
    fn what_is_typed_is_beginnings_of_words_or_of_a_hint() {
        let words = |typed| Search::parse(typed).map(|search| search.words.len());
        assert_eq!(words("  "), None);
        assert_eq!(words("---"), Some(0));
        assert_eq!(words("deploy from ci"), Some(3));
        assert_eq!(words("de deploy DE"), Some(1));
        assert_eq!(words("ci ci ci"), Some(1));
        assert!(Search::parse("sk").unwrap().hint.is_none());
        assert!(Search::parse("sk_live_7Q").unwrap().hint.is_some());
        assert!(Search::parse("two words_").unwrap().hint.is_none());
    }

    #[test]
    fn a_place_sorts_word_by_word() {
        let mut names = ["Team ab", "teama", "Team A", "team 10", "Zoë", "zod"];
        names.sort_by_key(|name| name_place(&folded_name(name)));
        assert_eq!(names, ["team 10", "Team A", "Team ab", "teama", "zod", "Zoë"]);
        assert!(folded_name(&"word ".repeat(50)).len() <= PLACE);
    }
}
