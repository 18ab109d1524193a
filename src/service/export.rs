//! Lists to take along: as CSV for spreadsheets, as JSON for programs. Written in pieces, so that a long list never
//! stands in memory whole.

use std::{borrow::Cow, str::FromStr};

use serde_json::{Map, Value};

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180), the names of the columns first.
    Csv,
    /// One array of objects.
    Json,
}

/// The word names no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a format of an export")]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        match text {
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            _ => Err(UnknownFormat),
        }
    }
}

impl Format {
    /// The word, which is also how the file's name ends.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

/// Writes the rows of one list.
#[derive(Debug)]
pub struct Export {
    format: Format,
    columns: &'static [&'static str],
    rows: usize,
}

impl Export {
    /// A list with these columns.
    #[must_use]
    pub const fn new(format: Format, columns: &'static [&'static str]) -> Self {
        Self { format, columns, rows: 0 }
    }

    /// What stands before the first row.
    #[must_use]
    pub fn head(&self) -> Vec<u8> {
        match self.format {
            Format::Csv => line(self.columns.iter().map(|name| Cow::Borrowed(*name))),
            Format::Json => b"[".to_vec(),
        }
    }

    /// One row: a value for each column.
    pub fn row(&mut self, values: Vec<Value>) -> Vec<u8> {
        self.rows += 1;
        match self.format {
            Format::Csv => line(values.iter().map(cell)),
            Format::Json => {
                let named = self.columns.iter().map(|name| (*name).to_owned()).zip(values);
                let object = Value::Object(named.collect::<Map<_, _>>());
                let joint = if self.rows == 1 { "\n" } else { ",\n" };
                format!("{joint}{object}").into_bytes()
            }
        }
    }

    /// What stands after the last row.
    #[must_use]
    pub fn tail(&self) -> Vec<u8> {
        match self.format {
            Format::Csv => Vec::new(),
            Format::Json => b"\n]\n".to_vec(),
        }
    }
}

/// A value as it stands in a spreadsheet.
fn cell(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => neutral(text),
        Value::Array(values) => {
            let words: Vec<_> = values.iter().map(|value| value.as_str().unwrap_or_default()).collect();
            Cow::Owned(neutral(&words.join(" ")).into_owned())
        }
        other => Cow::Owned(other.to_string()),
    }
}

/// A text that no spreadsheet takes for a formula: an apostrophe stands before what could begin one (OWASP, CSV
/// injection).
#[must_use]
pub fn neutral(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn line<'a>(cells: impl Iterator<Item = Cow<'a, str>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // A vector takes whatever is written.
    let written = writer.write_record(cells.map(|cell| cell.into_owned().into_bytes()));
    written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn whole(format: Format, rows: Vec<Vec<Value>>) -> String {
        let mut export = Export::new(format, &["name", "scopes", "uses", "project"]);
        let mut bytes = export.head();
        for row in rows {
            bytes.extend(export.row(row));
        }
        bytes.extend(export.tail());
        String::from_utf8(bytes).unwrap()
    }

    fn rows() -> Vec<Vec<Value>> {
        vec![
            vec![json!("CI, \"Deploy\"\nnew"), json!(["deploy", "read"]), json!(-7), json!(null)],
            vec![json!("=HYPERLINK(\"x\")"), json!([]), json!(0), json!("é")],
        ]
    }

    #[test]
    fn a_spreadsheet_finds_texts_and_no_formulas() {
        let expected = "name,scopes,uses,project\r\n\"CI, \"\"Deploy\"\"\nnew\",deploy read,-7,\r\n\
                        \"'=HYPERLINK(\"\"x\"\")\",,0,é\r\n";
        assert_eq!(whole(Format::Csv, rows()), expected);
        for text in ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(neutral(text), format!("'{text}"));
        }
        assert_eq!(neutral("a=1"), "a=1");
    }

    #[test]
    fn a_program_finds_objects_as_they_are() {
        let read: Value = serde_json::from_str(&whole(Format::Json, rows())).unwrap();
        assert_eq!(read[0]["scopes"], json!(["deploy", "read"]));
        assert_eq!(read[1], json!({ "name": "=HYPERLINK(\"x\")", "scopes": [], "uses": 0, "project": "é" }));
        assert_eq!(whole(Format::Json, vec![]), "[\n]\n");
    }
}
