//! Text that people type: composed (NFC), trimmed, of bounded length, without invisible characters.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::invalid::Invalid;

/// How many Unicode scalar values a text may have, and what people call it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The field's name in the API and in forms.
    pub field: &'static str,
    /// The name people read, at the beginning of a sentence.
    pub title: &'static str,
    /// Fewest characters.
    pub min: usize,
    /// Most characters.
    pub max: usize,
}

/// A token's or key's name.
pub const NAME: Rule = Rule { field: "name", title: "The name", min: 3, max: 255 };
/// A workspace's name.
pub const WORKSPACE: Rule = Rule { field: "workspace", title: "The workspace name", min: 1, max: 255 };
/// What a key is for; may be empty.
pub const DESCRIPTION: Rule = Rule { field: "description", title: "The description", min: 0, max: 1000 };
/// A passphrase: not trimmed, since it is a secret that is compared as it was typed.
pub const PASSPHRASE: Rule = Rule { field: "passphrase", title: "The passphrase", min: 8, max: 255 };
/// Where a leaked secret was found: an address, a path.
pub const FOUND_IN: Rule = Rule { field: "found_in", title: "Where it was found", min: 1, max: 500 };
/// A password.
pub const PASSWORD: Rule = Rule { field: "password", title: "The password", min: 12, max: 256 };

impl Rule {
    /// Composes, trims and checks `raw`.
    ///
    /// # Errors
    /// The first rule that it breaks: `required`, `too_short`, `too_long`, `forbidden_character`.
    pub fn parse(&self, raw: &str) -> Result<String, Invalid> {
        let text: String = raw.trim().nfc().collect();
        if text.is_empty() && self.min > 0 {
            return Err(self.invalid("required", format!("{} is missing.", self.title)));
        }
        self.check_length(&text)?;
        match forbidden(&text) {
            Some(c) => Err(self.invalid(
                "forbidden_character",
                format!("{} has a character that cannot be seen (U+{:04X}). Remove it.", self.title, u32::from(c)),
            )),
            None => Ok(text),
        }
    }

    /// Composes a secret that somebody chose and checks its length; what is in it is theirs.
    ///
    /// # Errors
    /// `too_short` or `too_long`.
    pub fn parse_secret(&self, raw: &str) -> Result<String, Invalid> {
        let text: String = raw.nfc().collect();
        self.check_length(&text).map(|()| text)
    }

    fn check_length(&self, text: &str) -> Result<(), Invalid> {
        let Self { title, min, max, .. } = self;
        match text.chars().count() {
            n if n < *min => Err(self.invalid("too_short", format!("{title} needs at least {min} characters."))),
            n if n > *max => Err(self.invalid("too_long", format!("{title} may have at most {max} characters."))),
            _ => Ok(()),
        }
    }

    fn invalid(&self, code: &str, message: String) -> Invalid {
        Invalid::new(self.field, code, message)
    }
}

/// The first character that must not stand in a name: control, zero-width, bidirectional override.
/// A zero-width joiner between two parts of an emoji is fine.
fn forbidden(text: &str) -> Option<char> {
    let chars: Vec<char> = text.chars().collect();
    chars.iter().enumerate().find_map(|(i, &c)| {
        let joins = c == '\u{200D}'
            && i.checked_sub(1).is_some_and(|before| emoji_part(chars[before]))
            && chars.get(i + 1).is_some_and(|&after| emoji_part(after));
        (!joins && invisible(c)).then_some(c)
    })
}

const fn invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}'
        | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

const fn emoji_part(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{FE0F}' | '\u{1F000}'..='\u{1FAFF}')
}

/// An email address, compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Checks the shape; only a message that arrives proves an address.
    ///
    /// # Errors
    /// `required` or `malformed`, for the field `email`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text: String = raw.trim().nfc().collect();
        if text.is_empty() {
            return Err(Invalid::new("email", "required", "The email address is missing."));
        }
        let whole = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        });
        if !whole || text.len() > 254 || text.chars().any(|c| c.is_whitespace() || invisible(c)) {
            let message = "That is not an email address. It looks like name@example.org.";
            return Err(Invalid::new("email", "malformed", message));
        }
        Ok(Self(text))
    }

    /// From the database, where only checked ones are.
    #[must_use]
    pub const fn trusted(text: String) -> Self {
        Self(text)
    }

    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is compared.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Turns a transliterated name into a slug: `Weekly report` gives `weekly-report`.
/// `fallback` stands in where nothing is left.
#[must_use]
pub fn slug(ascii: &str, fallback: &str) -> String {
    let words = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        let joint = usize::from(!slug.is_empty());
        if slug.len() + joint + word.len() > 60 {
            break;
        }
        if joint == 1 {
            slug.push('-');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    if slug.is_empty() { fallback.to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters_after_composition_and_trimming() {
        assert_eq!(NAME.parse("  ab ").unwrap_err().code, "too_short");
        assert_eq!(NAME.parse("  e\u{301}tu ").unwrap(), "\u{e9}tu");
        assert_eq!(NAME.parse(&"n".repeat(255)).unwrap().len(), 255);
        assert_eq!(NAME.parse(&"n".repeat(256)).unwrap_err().code, "too_long");
        assert_eq!(NAME.parse(" \t ").unwrap_err().code, "required");
    }

    #[test]
    fn invisible_characters_are_refused_and_named() {
        for c in ['\n', '\0', '\u{200B}', '\u{202E}', '\u{2066}', '\u{FEFF}', '\u{E0041}', '\u{85}'] {
            let error = NAME.parse(&format!("na{c}me")).unwrap_err();
            assert_eq!(error.code, "forbidden_character", "{c:?}");
            assert!(error.message.contains(&format!("U+{:04X}", u32::from(c))));
        }
    }

    #[test]
    fn a_joiner_is_fine_inside_an_emoji_only() {
        assert!(NAME.parse("CI \u{1F468}\u{200D}\u{1F4BB}").is_ok());
        assert!(NAME.parse("CI \u{1F468}\u{1F3FD}\u{200D}\u{1F4BB}").is_ok());
        assert!(NAME.parse("C\u{200D}I x").is_err());
        assert!(NAME.parse("CI \u{1F468}\u{200D}").is_err());
    }

    #[test]
    fn a_passphrase_keeps_its_spaces() {
        assert_eq!(PASSPHRASE.parse_secret("  eight ").unwrap(), "  eight ");
        assert_eq!(PASSPHRASE.parse_secret("seven77").unwrap_err().code, "too_short");
    }

    #[test]
    fn addresses_compare_without_regard_to_case() {
        let address = Email::parse(" Ops@Northwind.Example ").unwrap();
        assert_eq!(address.folded(), "ops@northwind.example");
        for wrong in ["", "ops", "@x", "ops@", "a@b@c", "a b@c.de", "a@.de", "a\u{200B}@b.de"] {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn slugs_are_short_words_joined() {
        assert_eq!(slug("Weekly report", "project"), "weekly-report");
        assert_eq!(slug("  R&D -- 2026! ", "project"), "r-d-2026");
        assert_eq!(slug("---", "workspace"), "workspace");
        assert!(slug(&"word ".repeat(40), "project").len() <= 60);
    }
}
