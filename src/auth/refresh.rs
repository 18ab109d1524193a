//! Refresh tokens of browser sessions (PRODUCT section 6).
//!
//! A token is `<session id>.<32 bytes>.<16 bytes of keyed hash>`: the last part proves that we made it, so that a
//! replaced token that comes back is told from a made-up one without keeping every digest. The successor's 32 bytes
//! are a keyed hash of its predecessor: a lost answer can be given again although only digests are stored.

use std::fmt;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret, SecretString};

use super::{digest, keys::MasterKey};
use crate::domain::{id::SessionId, stored::Digest};

/// The keys for refresh tokens.
pub struct RefreshKeys {
    successor: hmac::Key,
    proof: hmac::Key,
}

/// A refresh token that we made.
#[derive(Clone)]
pub struct RefreshToken {
    session: SessionId,
    text: SecretString,
}

impl RefreshKeys {
    /// Made from `master`.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        let key = |purpose| hmac::Key::new(hmac::HMAC_SHA256, &master.derive(purpose));
        Self { successor: key("refresh successor"), proof: key("refresh proof") }
    }

    /// The first token of a session.
    #[must_use]
    pub fn first(&self, session: SessionId, random: [u8; 32]) -> RefreshToken {
        self.make(session, &random)
    }

    /// The token that replaces `token`; always the same one.
    #[must_use]
    pub fn successor(&self, token: &RefreshToken) -> RefreshToken {
        let next = hmac::sign(&self.successor, token.text.expose_secret().as_bytes());
        self.make(token.session, next.as_ref())
    }

    /// Reads a token from a cookie; none if we never made it.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<RefreshToken> {
        let (body, proof) = text.rsplit_once('.')?;
        let session = body.split_once('.')?.0.parse().ok()?;
        let proof = BASE64URL_NOPAD.decode(proof.as_bytes()).ok()?;
        let ours = hmac::sign(&self.proof, body.as_bytes());
        bool::from(subtle::ConstantTimeEq::ct_eq(&ours.as_ref()[..16], proof.as_slice()))
            .then(|| RefreshToken { session, text: text.to_owned().into() })
    }

    fn make(&self, session: SessionId, value: &[u8]) -> RefreshToken {
        let body = format!("{session}.{}", BASE64URL_NOPAD.encode(value));
        let proof = hmac::sign(&self.proof, body.as_bytes());
        let text = format!("{body}.{}", BASE64URL_NOPAD.encode(&proof.as_ref()[..16]));
        RefreshToken { session, text: text.into() }
    }
}

impl RefreshToken {
    /// The session it belongs to.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// What is stored in its place.
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest::of(self.text.expose_secret())
    }

    /// The plain text, for the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

/// Redacted.
impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RefreshToken({}, …)", self.session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> RefreshKeys {
        RefreshKeys::new(&MasterKey::new([5; 32]))
    }

    #[test]
    fn a_token_has_one_successor() {
        let first = keys().first(SessionId::from_u128(1), [1; 32]);
        let (a, b) = (keys().successor(&first), keys().successor(&first));
        assert_eq!(a.expose(), b.expose());
        assert_ne!(a.expose(), first.expose());
        assert_eq!(keys().parse(a.expose()).unwrap().session(), first.session());
    }

    #[test]
    fn what_we_did_not_make_is_no_token() {
        let token = keys().first(SessionId::from_u128(1), [1; 32]);
        let text = token.expose();
        assert!(keys().parse(&text[..text.len() - 1]).is_none());
        let other = text.replacen(&SessionId::from_u128(1).to_string(), &SessionId::from_u128(2).to_string(), 1);
        assert!(keys().parse(&other).is_none());
        assert!(RefreshKeys::new(&MasterKey::new([6; 32])).parse(text).is_none());
        assert!(keys().parse("").is_none());
    }
}
