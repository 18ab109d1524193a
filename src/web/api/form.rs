//! What was typed into a form that was refused: kept so that nobody has to type it again.

use serde::{Deserialize, Serialize};

use crate::web::error::UiError;

/// A refused form, as its page shows it again without JavaScript. Never a password, passphrase or code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Why.
    pub error: UiError,
    /// What was typed, by field; a field may stand more than once.
    pub typed: Vec<(String, String)>,
}

impl Refused {
    /// What was typed into `field`, first of it.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&str> {
        value(&self.typed, field)
    }

    /// Whether `value` was ticked in `field`.
    #[must_use]
    pub fn ticked(&self, field: &str, value: &str) -> bool {
        ticked(&self.typed, field, value)
    }
}

/// What stands in `field`, first of it, among what a form begins with.
#[must_use]
pub fn value<'a>(typed: &'a [(String, String)], field: &str) -> Option<&'a str> {
    typed.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
}

/// Whether `value` is ticked in `field` there.
#[must_use]
pub fn ticked(typed: &[(String, String)], field: &str, value: &str) -> bool {
    typed.iter().any(|(name, ticked)| name == field && ticked == value)
}
