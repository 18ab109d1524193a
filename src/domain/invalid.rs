//! What is wrong with an input: which field, which rule, and how to put it right.

use serde::{Deserialize, Serialize};

/// One broken rule of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid {
    /// The field as the caller names it, such as `name` or `scopes`.
    pub field: String,
    /// A stable word for programs, such as `too_short`.
    pub code: String,
    /// A sentence for people: what is wrong and how to fix it.
    pub message: String,
}

impl Invalid {
    /// A broken rule.
    #[must_use]
    pub fn new(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), code: code.to_owned(), message: message.into() }
    }
}

/// Collects the errors of a form, so that all of them are told at once.
#[derive(Debug, Default)]
pub struct Gather(Vec<Invalid>);

impl Gather {
    /// Keeps the value, or its error.
    pub fn take<T>(&mut self, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|invalid| self.0.push(invalid)).ok()
    }

    /// Adds errors found elsewhere.
    pub fn extend(&mut self, errors: impl IntoIterator<Item = Invalid>) {
        self.0.extend(errors);
    }

    /// The errors, none if all was well.
    #[must_use]
    pub fn into_errors(self) -> Vec<Invalid> {
        self.0
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
