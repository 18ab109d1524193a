//! Backup codes: eighty random bits each, sixteen characters of Crockford's base32 in groups of four.
//!
//! Eighty bits are fewer than a hash without a key should be trusted with (NIST SP 800-63B, section 5.1.2). So the hash
//! is keyed, with a key made from the account's own seed, which lies sealed: whoever has the database alone has nothing
//! to try codes against.

use std::fmt;

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use secrecy::{ExposeSecret, SecretString};

use super::totp::Seed;
use crate::domain::{
    stored::Digest,
    two_factor::{ALPHABET, BACKUP},
};

/// A backup code. It is shown once.
pub struct BackupCode(SecretString);

impl BackupCode {
    /// From ten random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 10]) -> Self {
        let mut rest = bytes.iter().fold(0u128, |rest, byte| rest << 8 | u128::from(*byte));
        let mut text = [b'0'; BACKUP];
        for character in text.iter_mut().rev() {
            *character = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
        Self(text.map(char::from).iter().collect::<String>().into())
    }

    /// As people read it: `XXXX-XXXX-XXXX-XXXX`.
    #[must_use]
    pub fn groups(&self) -> String {
        let text = self.0.expose_secret();
        [&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-")
    }

    /// What is stored in its place, for the account with this seed.
    #[must_use]
    pub fn digest(&self, seed: &Seed) -> Digest {
        digest(self.0.expose_secret(), seed)
    }
}

/// The same of a code that somebody typed, as the domain has read it.
#[must_use]
pub fn digest(code: &str, seed: &Seed) -> Digest {
    let seed = hmac::Key::new(hmac::HMAC_SHA256, seed.expose());
    // A key of its own: what stands for a code must never be what the app makes of the same seed.
    let key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&seed, b"latchkey backup codes").as_ref());
    Digest::from_hex(HEXLOWER.encode(hmac::sign(&key, code.as_bytes()).as_ref()))
}

/// Redacted.
impl fmt::Debug for BackupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::two_factor::Typed;

    #[test]
    fn a_code_has_eighty_bits_in_four_groups() {
        assert_eq!(BackupCode::new([0; 10]).groups(), "0000-0000-0000-0000");
        assert_eq!(BackupCode::new([0xFF; 10]).groups(), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(BackupCode::new([0, 0, 0, 0, 0, 0, 0, 0, 0, 33]).groups(), "0000-0000-0000-0011");
        assert_eq!(BackupCode::new([8, 0, 0, 0, 0, 0, 0, 0, 0, 0]).groups(), "1000-0000-0000-0000");
    }

    #[test]
    fn a_code_that_is_typed_again_is_known_for_one_account_alone() {
        let (seed, other) = (Seed::new([1; 20]), Seed::new([2; 20]));
        let code = BackupCode::new(*b"0123456789");
        let Ok(Typed::Backup(typed)) = Typed::backup(&code.groups().to_lowercase()) else {
            panic!("it cannot be read")
        };
        assert_eq!(digest(&typed, &seed), code.digest(&seed));
        assert_ne!(digest(&typed, &other), code.digest(&seed));
        assert!(!code.digest(&seed).as_str().contains(&typed));
        assert_eq!(format!("{code:?}"), "BackupCode(…)");
    }
}
