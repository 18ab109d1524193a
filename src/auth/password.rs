//! Passwords and passphrases: Argon2id with the parameters of OWASP's Password Storage Cheat Sheet
//! (19 MiB, two passes, one lane).

use std::sync::OnceLock;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};

use crate::domain::{invalid::Invalid, text};

/// Common passwords of twelve and more characters, from the list that Django ships (20,000 by Royce Williams).
const COMMON: &str = include_str!("common_passwords.txt");

fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the cheat sheet's parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Checks a new password: length, not a common one, not the person's address (PRODUCT section 2).
///
/// # Errors
/// `too_short`, `too_long`, `common` or `is_email`, for the field `password`.
pub fn parse(raw: &str, email: &str) -> Result<String, Invalid> {
    let password = text::PASSWORD.parse_secret(raw)?;
    let folded = password.to_lowercase();
    if folded == email.trim().to_lowercase() {
        return Err(Invalid::new("password", "is_email", "The password must not be your email address."));
    }
    if COMMON.lines().any(|common| common == folded) {
        return Err(Invalid::new("password", "common", "That password is on every attacker's list. Choose another."));
    }
    Ok(password)
}

/// Hashes for the database. Slow and hungry on purpose: never on a runtime's thread.
#[must_use]
pub fn hash(secret: &str, salt: [u8; 16]) -> String {
    hasher()
        .hash_password_with_salt(secret.as_bytes(), &salt)
        .expect("a salt of 16 bytes and a secret of bounded length can always be hashed")
        .to_string()
}

/// Whether `secret` is the one that was hashed. As slow as [`hash()`].
/// With no hash to compare, as for an unknown address, it takes the same time and says no.
#[must_use]
pub fn verify(secret: &str, stored: Option<&str>) -> bool {
    static DECOY: OnceLock<String> = OnceLock::new();
    let text = stored.unwrap_or_else(|| DECOY.get_or_init(|| hash("nobody has this password", [0; 16])));
    let same = PasswordHash::new(text).is_ok_and(|hash| hasher().verify_password(secret.as_bytes(), &hash).is_ok());
    same && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let stored = hash("correct horse battery", [3; 16]);
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse battery", Some(&stored)));
        assert!(!verify("correct horse batterY", Some(&stored)));
        assert!(!verify("correct horse battery", Some("not a hash")));
    }

    #[test]
    fn the_decoy_lets_nobody_in() {
        assert!(!verify("nobody has this password", None));
    }

    #[test]
    fn weak_choices_are_refused_by_name() {
        let code = |raw: &str| parse(raw, "Ops@Northwind.example").map_err(|e| e.code);
        assert_eq!(code("eleven char"), Err("too_short".into()));
        assert_eq!(code("ops@northwind.EXAMPLE"), Err("is_email".into()));
        assert_eq!(code("1q2w3e4r5t6y"), Err("common".into()));
        assert!(code("twelve chars").is_ok());
        assert_eq!(code(&"x".repeat(257)), Err("too_long".into()));
    }
}
