//! Digests of secrets.

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;

use crate::domain::stored::Digest;

/// Digests `secret`, which has at least 128 random bits: such need no salt and no slow hash.
#[must_use]
pub fn of(secret: &str) -> Digest {
    Digest::from_hex(HEXLOWER.encode(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref()))
}
