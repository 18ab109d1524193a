//! **How secrets behave.** Minting, hashing, sealing, signing; pure, on the server only.
//!
//! Lives here: everything that touches cryptography, and all of the crates for it. May import: `domain`.
//! Never happens here: input or output, the clock, a source of randomness. `now` and random bytes are arguments,
//! so that a test can fix both. A plain secret, a digest and a sealed text are different types.

pub mod backup_codes;
pub mod digest;
pub mod finder;
pub mod jwt;
pub mod keys;
pub mod lockout;
pub mod password;
pub mod refresh;
pub mod seal;
pub mod secret;
pub mod totp;
pub mod user_code;
