//! Codes of an app (RFC 6238: SHA-1, six digits, thirty seconds, a seed of 160 bits). The algorithm is `totp-rs`'; here
//! stands what is ours about it: how the seed is given to the app, and which step a code belongs to.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Builder, Secret, Totp};

use crate::domain::timestamp::Timestamp;

/// Who made the code, as the app shows it.
const ISSUER: &str = "Latchkey";
/// How many steps of thirty seconds a code may be early or late (RFC 6238, section 5.2).
const SKEW: u16 = 1;

/// What an app and we share.
pub struct Seed([u8; 20]);

impl Seed {
    /// From random bytes, or from those that were sealed.
    #[must_use]
    pub const fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be sealed.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 20] {
        &self.0
    }

    /// As people type it into an app: base32 in groups of four.
    #[must_use]
    pub fn groups(&self) -> String {
        let text = self.base32();
        let groups: Vec<_> = (0..text.len()).step_by(4).map(|at| &text[at..at + 4]).collect();
        groups.join(" ")
    }

    /// The link that gives it to an app (Key URI Format). What is left out, apps take for SHA-1, six digits and thirty
    /// seconds; the shorter the link, the coarser and more readable its QR code.
    #[must_use]
    pub fn link(&self, account: &str) -> String {
        const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');
        let account = utf8_percent_encode(account, RESERVED);
        format!("otpauth://totp/{ISSUER}:{account}?secret={}&issuer={ISSUER}", self.base32())
    }

    /// The step that `code` belongs to: the one of `now`, the one before or the one after it. Whether it was used
    /// already is for the caller to see.
    #[must_use]
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let seconds = u64::try_from(now.seconds()).ok()?;
        self.totp().check(code, seconds).and_then(|step| i64::try_from(step).ok())
    }

    /// The code that an app shows at `now`.
    #[must_use]
    pub fn code_at(&self, now: Timestamp) -> String {
        self.totp().generate(u64::try_from(now.seconds()).unwrap_or_default()).to_string()
    }

    fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    fn totp(&self) -> Totp {
        let builder = Builder::new().with_secret(Secret::new_stack(self.0)).with_skew(SKEW);
        builder.build().expect("160 bits, six digits and thirty seconds are what the RFC asks for")
    }
}

/// Redacted.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    /// The seed of the RFC's appendix B.
    const RFC: Seed = Seed::new(*b"12345678901234567890");

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        // Appendix B has eight digits; six are their end.
        for (seconds, eight) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let six = &eight[2..];
            assert_eq!(RFC.code_at(at(seconds)), six);
            assert_eq!(RFC.step_of(six, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn one_step_early_and_one_step_late_are_good_and_two_are_not() {
        let now = Timestamp::parse("2026-11-22T20:47:00Z").unwrap();
        let step = now.seconds() / 30;
        for (seconds, expected) in
            [(-60, None), (-30, Some(step - 1)), (0, Some(step)), (30, Some(step + 1)), (60, None)]
        {
            let code = RFC.code_at(now.plus(Duration::seconds(seconds)));
            assert_eq!(RFC.step_of(&code, now), expected, "{seconds}");
        }
    }

    #[test]
    fn what_is_no_code_belongs_to_no_step() {
        let now = at(59);
        for code in ["", "28708", "0287082", "28708２", "abcdef", "-87082"] {
            assert_eq!(RFC.step_of(code, now), None, "{code}");
        }
    }

    #[test]
    fn an_app_gets_it_as_text_and_as_a_link() {
        assert_eq!(RFC.groups(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            RFC.link("ops@northwind.example"),
            "otpauth://totp/Latchkey:ops@northwind.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Latchkey"
        );
        assert!(
            RFC.link("a&secret=b:c?@é.example")
                .starts_with("otpauth://totp/Latchkey:a%26secret%3Db%3Ac%3F@%C3%A9.example?")
        );
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{RFC:?}"), "Seed(…)");
    }
}
