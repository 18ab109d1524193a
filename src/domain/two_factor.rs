//! The second factor: what people type, and how many backup codes there are (PRODUCT section 7).

use time::Duration;

use super::invalid::Invalid;

/// How many digits a code of the app has.
const DIGITS: usize = 6;
/// Crockford's base32: no letter in it looks like a digit.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many characters a backup code has, without what stands between them: 80 bits.
pub const BACKUP: usize = 16;
/// How many backup codes one gets.
pub const BACKUP_CODES: usize = 10;
/// So many left are few.
pub const FEW: u32 = 3;
/// Whoever has typed the password has this long for the code.
pub const HALF_SIGN_IN: Duration = Duration::minutes(10);

/// A code as somebody types it, from the app or one of the backup codes.
#[derive(Clone, PartialEq, Eq)]
pub enum Typed {
    /// Six digits.
    Code(String),
    /// Sixteen characters of [`ALPHABET`].
    Backup(String),
}

impl Typed {
    /// Reads six digits, spaces in them or not, for the field `code`.
    ///
    /// # Errors
    /// `required` or `malformed`.
    pub fn code(raw: &str) -> Result<Self, Invalid> {
        let message = "A code has six digits. Enter the one that your app shows now.";
        Self::read(raw, "code", message, "The code is missing.").and_then(|typed| match typed {
            Self::Code(_) => Ok(typed),
            Self::Backup(_) => Err(Invalid::new("code", "malformed", message)),
        })
    }

    /// Reads a backup code, in capitals or not, for the field `backup`.
    ///
    /// # Errors
    /// `required` or `malformed`.
    pub fn backup(raw: &str) -> Result<Self, Invalid> {
        let message = "A backup code has 16 letters and digits, such as 7KQ2-M9ZR-04TX-B6HC.";
        Self::read(raw, "backup", message, "The backup code is missing.").and_then(|typed| match typed {
            Self::Backup(_) => Ok(typed),
            Self::Code(_) => Err(Invalid::new("backup", "malformed", message)),
        })
    }

    /// Reads either, for the field `code`.
    ///
    /// # Errors
    /// `required` or `malformed`.
    pub fn either(raw: &str) -> Result<Self, Invalid> {
        let message = "Enter the six digits that your app shows now, or a backup code.";
        Self::read(raw, "code", message, "The code is missing.")
    }

    /// The field that it was typed into, where there is one for each.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Backup(_) => "backup",
        }
    }

    fn read(raw: &str, field: &str, malformed: &str, missing: &str) -> Result<Self, Invalid> {
        let text: String = raw.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–')).collect();
        if text.is_empty() {
            return Err(Invalid::new(field, "required", missing));
        }
        if text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Code(text));
        }
        let read = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let text: String = text.chars().map(read).collect();
        if text.len() == BACKUP && text.bytes().all(|byte| ALPHABET.contains(&byte)) {
            return Ok(Self::Backup(text));
        }
        Err(Invalid::new(field, "malformed", malformed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_have_spaces() {
        for raw in ["123456", "123 456", " 12 34 56 ", "123\u{a0}456", "123-456"] {
            assert!(Typed::code(raw) == Ok(Typed::Code("123456".to_owned())), "{raw}");
        }
        for (raw, code) in [("", "required"), (" ", "required"), ("12345", "malformed"), ("1234567", "malformed")] {
            assert_eq!(Typed::code(raw).err().map(|invalid| invalid.code).as_deref(), Some(code), "{raw}");
        }
        assert!(Typed::code("１２３４５６").is_err(), "digits of another script are not what the app shows");
    }

    #[test]
    fn a_backup_code_is_read_as_people_copy_it() {
        let expected = Typed::Backup("M9S346Q3D25VT4F0".to_owned());
        for raw in ["M9S3-46Q3-D25V-T4F0", "m9s346q3d25vt4fo", " m9s3 46q3 d25v t4fO ", "M9S3–46Q3–D25V–T4F0"] {
            assert!(Typed::backup(raw).as_ref() == Ok(&expected), "{raw}");
        }
        assert!(Typed::backup("IL00-0000-0000-0000") == Ok(Typed::Backup("1100000000000000".to_owned())));
        for raw in ["M9S3-46Q3-D25V-T4F", "M9S3-46Q3-D25V-T4F00", "M9S3-46Q3-D25V-T4FU", "123456"] {
            assert_eq!(Typed::backup(raw).err().map(|invalid| invalid.code).as_deref(), Some("malformed"), "{raw}");
        }
    }

    #[test]
    fn either_is_told_by_its_form() {
        assert!(matches!(Typed::either("123 456"), Ok(Typed::Code(_))));
        assert!(matches!(Typed::either("M9S3-46Q3-D25V-T4F0"), Ok(Typed::Backup(_))));
        assert!(Typed::either("1234").is_err());
    }
}
