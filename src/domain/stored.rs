//! What the database keeps in place of a secret. Only `auth` makes and opens these.

use std::fmt;

/// The SHA-256 of a secret with at least 128 random bits, in hexadecimal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Digest(String);

impl Digest {
    /// From 64 hexadecimal digits.
    #[must_use]
    pub const fn from_hex(digits: String) -> Self {
        Self(digits)
    }

    /// 64 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Redacted: a digest has no business in a log.
impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

/// A text that only the master key opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(pub String);
