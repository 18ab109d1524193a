//! The JWT of a browser session (RFC 7519, EdDSA as in RFC 8037): ids only, no roles.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    signature::{Ed25519KeyPair, KeyPair},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::domain::{
    id::{SessionId, UserId},
    timestamp::Timestamp,
};

/// Told in the header, so that a JWT of another use is never taken for one of these.
const TYPE: &str = "latchkey-session+jwt";

/// A pair of keys for signing, known by its id.
pub struct SigningKey {
    id: String,
    signing: EncodingKey,
    checking: DecodingKey,
}

/// What a JWT says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Who signed in.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// How often its refresh token had been replaced: a JWT that is seen proves that its refresh token arrived.
    pub generation: i64,
    /// When it stops being good, to the second.
    pub expires_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    sub: UserId,
    sid: SessionId,
    #[serde(rename = "gen")]
    generation: i64,
    exp: i64,
}

impl SigningKey {
    /// From 32 random bytes, the private half (RFC 8032).
    #[must_use]
    pub fn from_seed(id: String, seed: &[u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are an Ed25519 seed");
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("a pair made from a seed has its private half");
        let signing = EncodingKey::from_ed_der(der.as_ref());
        let checking = DecodingKey::from_ed_der(pair.public_key().as_ref());
        Self { id, signing, checking }
    }

    /// Signs `claims`.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        let header = Header { typ: Some(TYPE.into()), kid: Some(self.id.clone()), ..Header::new(Algorithm::EdDSA) };
        let wire = Wire {
            sub: claims.user,
            sid: claims.session,
            generation: claims.generation,
            exp: claims.expires_at.seconds(),
        };
        jsonwebtoken::encode(&header, &wire, &self.signing).expect("plain claims can always be signed")
    }

    /// Reads a JWT; none unless this key signed it, as a session's, and it is still good at `now`.
    #[must_use]
    pub fn verify(&self, jwt: &str, now: Timestamp) -> Option<Claims> {
        let header = jsonwebtoken::decode_header(jwt).ok()?;
        if header.typ.as_deref() != Some(TYPE) || header.kid.as_deref() != Some(&self.id) {
            return None;
        }
        // The library would read the system's clock; ours is compared below.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["exp", "sub"]);
        let wire = jsonwebtoken::decode::<Wire>(jwt, &self.checking, &validation).ok()?.claims;
        let expires_at = Timestamp::from_micros(wire.exp.saturating_mul(1_000_000));
        (now < expires_at).then_some(Claims {
            user: wire.sub,
            session: wire.sid,
            generation: wire.generation,
            expires_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;

    use super::*;

    fn claims() -> Claims {
        let expires_at = Timestamp::parse("2026-11-22T21:00:00Z").unwrap();
        Claims { user: UserId::from_u128(1), session: SessionId::from_u128(2), generation: 3, expires_at }
    }

    #[test]
    fn a_jwt_is_good_until_its_last_second() {
        let key = SigningKey::from_seed("k1".into(), &[1; 32]);
        let jwt = key.sign(&claims());
        let end = claims().expires_at;
        assert_eq!(key.verify(&jwt, Timestamp::from_micros(end.micros() - 1)), Some(claims()));
        assert_eq!(key.verify(&jwt, end), None);
    }

    #[test]
    fn another_key_type_or_algorithm_is_refused() {
        let now = Timestamp::from_micros(0);
        let key = SigningKey::from_seed("k1".into(), &[1; 32]);
        let jwt = key.sign(&claims());
        assert_eq!(SigningKey::from_seed("k1".into(), &[2; 32]).verify(&jwt, now), None);
        assert_eq!(SigningKey::from_seed("k2".into(), &[1; 32]).verify(&jwt, now), None);
        let body = jwt.split('.').nth(1).unwrap();
        for header in [
            r#"{"typ":"latchkey-session+jwt","kid":"k1","alg":"none"}"#,
            r#"{"typ":"latchkey-session+jwt","kid":"k1","alg":"HS256"}"#,
            r#"{"typ":"JWT","kid":"k1","alg":"EdDSA"}"#,
        ] {
            let forged =
                format!("{}.{body}.{}", BASE64URL_NOPAD.encode(header.as_bytes()), jwt.split('.').nth(2).unwrap());
            assert_eq!(key.verify(&forged, now), None, "{header}");
        }
        assert_eq!(key.verify(&format!("{}.", jwt.rsplit_once('.').unwrap().0), now), None);
    }
}
