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
        self.typed.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// Whether `value` was ticked in `field`.
    #[must_use]
    pub fn ticked(&self, field: &str, value: &str) -> bool {
        self.typed.iter().any(|(name, ticked)| name == field && ticked == value)
    }
}
