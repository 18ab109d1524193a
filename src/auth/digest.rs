//! Digests of secrets.

use std::io::{self, Read};

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;

use crate::domain::stored::Digest;

/// Digests `secret`, which has at least 128 random bits: such need no salt and no slow hash.
#[must_use]
pub fn of(secret: &str) -> Digest {
    Digest::from_hex(HEXLOWER.encode(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref()))
}

/// The SHA-256 of all that `source` gives.
///
/// # Errors
/// If it cannot be read.
pub fn of_all(mut source: impl Read) -> io::Result<Digest> {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut piece = vec![0; 256 * 1024];
    loop {
        match source.read(&mut piece)? {
            0 => return Ok(Digest::from_hex(HEXLOWER.encode(context.finish().as_ref()))),
            read => context.update(&piece[..read]),
        }
    }
}
