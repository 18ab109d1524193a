//! The secrets of tokens and keys: prefix, 26 random base62 characters, 6 of checksum (PRODUCT section 4).

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::digest;
use crate::domain::stored::Digest;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM: usize = 26;
const CHECKSUM: usize = 6;
const HINT: usize = 4;

/// A secret in full. It is shown once and never stored.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// So many bytes follow the prefix.
    pub(super) const BODY: usize = RANDOM + CHECKSUM;

    /// Mints one from `fill`, a source of random bytes.
    pub fn mint(prefix: &str, fill: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut text = format!("{prefix}{}", base62(RANDOM, fill));
        text.extend(checksum(&text).map(char::from));
        Self(text.into())
    }

    /// Reads a secret that somebody presents. One whose checksum is wrong is none of ours, without a question to
    /// the database.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_whole(text).then(|| Self(text.to_owned().into()))
    }

    /// What is stored in place of a secret that somebody presents, for those who need no more of it.
    #[must_use]
    pub fn digest_of(text: &str) -> Option<Digest> {
        is_whole(text).then(|| digest::of(text))
    }

    /// What is stored in its place.
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest::of(self.0.expose_secret())
    }

    /// The prefix and the first random characters: all that is ever shown later.
    #[must_use]
    pub fn hint(&self) -> String {
        let text = self.0.expose_secret();
        text[..text.len() - Self::BODY + HINT].to_owned()
    }

    /// The plain text, for the one answer that shows it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Redacted.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// `length` characters, each of the 62 equally likely.
pub fn base62(length: usize, fill: &mut dyn FnMut(&mut [u8])) -> String {
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 32];
    while text.len() < length {
        fill(&mut bytes);
        // 248 is the greatest multiple of 62 in a byte; the rest is thrown away, or some characters came up more often.
        let fair = bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
        text.extend(fair.take(length - text.len()));
    }
    text
}

/// Whether a text has the form of a secret, with the right checksum.
fn is_whole(text: &str) -> bool {
    let Some((start, body)) = text.len().checked_sub(Secret::BODY).and_then(|at| text.split_at_checked(at)) else {
        return false;
    };
    let (random, sum) = body.as_bytes().split_at(RANDOM);
    body.bytes().all(|b| b.is_ascii_alphanumeric()) && sum == checksum(&text[..start.len() + random.len()])
}

/// The CRC32 of a text in base62.
fn checksum(text: &str) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A source that counts, so that tests mint known secrets.
    fn counting() -> impl FnMut(&mut [u8]) {
        let mut next = 0u8;
        move |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(7);
            }
        }
    }

    #[test]
    fn a_minted_secret_has_the_published_form() {
        let secret = Secret::mint("sk_live_", &mut counting());
        let text = secret.expose();
        assert_eq!(text.len(), 8 + 32);
        assert!(text.starts_with("sk_live_") && text[8..].bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_eq!(secret.hint(), text[..12]);
        assert_eq!(Secret::parse(text).unwrap().digest(), secret.digest());
    }

    #[test]
    fn the_checksum_is_crc32_in_base62() {
        // CRC32 of "123456789" is 0xCBF43926 (the check value of the algorithm) = 3421780262.
        assert_eq!(checksum("123456789"), *b"3jZRME");
    }

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::mint("sk_live_", &mut counting());
        assert_eq!(format!("{secret:?} {:?}", secret.digest()), "Secret(…) Digest(…)");
    }

    proptest! {
        #[test]
        fn a_single_wrong_character_is_noticed(position in 0usize..40, replacement in "[0-9A-Za-z]") {
            let secret = Secret::mint("sk_live_", &mut counting());
            let mut text = secret.expose().to_owned();
            prop_assume!(text[position..=position] != replacement);
            text.replace_range(position..=position, &replacement);
            prop_assert!(Secret::parse(&text).is_none());
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text: String) {
            let _ = Secret::parse(&text).map(|secret| secret.hint());
        }
    }
}
