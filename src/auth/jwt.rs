//! The JWT of a browser session (RFC 7519, EdDSA as in RFC 8037): ids only, no roles.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    signature::{Ed25519KeyPair, KeyPair},
};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    jwk::{
        AlgorithmParameters, CommonParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, OctetKeyPairParameters,
        OctetKeyPairType, PublicKeyUse,
    },
};
use serde::{Deserialize, Serialize};

use crate::domain::{
    id::{SessionId, UserId},
    session,
    timestamp::Timestamp,
};

/// Told in the header, so that a JWT of another use is never taken for one of these.
const TYPE: &str = "latchkey-session+jwt";

/// A pair of keys for signing, known by its id.
pub struct SigningKey {
    id: String,
    signing: EncodingKey,
    checking: DecodingKey,
    public: String,
}

/// The keys of an installation: the newest signs; those before it are good for what they have signed.
pub struct KeyRing {
    newest: SigningKey,
    /// Each with the instant from which nothing that it signed can be good.
    older: Vec<(SigningKey, Timestamp)>,
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
        let public = BASE64URL_NOPAD.encode(pair.public_key().as_ref());
        Self { id, signing, checking, public }
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

impl SigningKey {
    /// The public half (RFC 7517, RFC 8037).
    fn jwk(&self) -> Jwk {
        Jwk {
            common: CommonParameters {
                public_key_use: Some(PublicKeyUse::Signature),
                key_algorithm: Some(KeyAlgorithm::EdDSA),
                key_id: Some(self.id.clone()),
                ..CommonParameters::default()
            },
            algorithm: AlgorithmParameters::OctetKeyPair(OctetKeyPairParameters {
                key_type: OctetKeyPairType::OctetKeyPair,
                curve: EllipticCurve::Ed25519,
                x: self.public.clone(),
            }),
        }
    }
}

impl KeyRing {
    /// From keys with the instants at which they were made, the newest first; none from none.
    #[must_use]
    pub fn new(keys: Vec<(SigningKey, Timestamp)>) -> Option<Self> {
        let mut keys = keys.into_iter();
        let (newest, mut replaced_at) = keys.next()?;
        let older = keys
            .map(|(key, made_at)| {
                let until = replaced_at.plus(session::JWT);
                replaced_at = made_at;
                (key, until)
            })
            .collect();
        Some(Self { newest, older })
    }

    /// Signs `claims` with the newest key.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        self.newest.sign(claims)
    }

    /// Reads a JWT; none unless one of these keys signed it while it was the newest, as a session's, and it is still
    /// good at `now`.
    #[must_use]
    pub fn verify(&self, jwt: &str, now: Timestamp) -> Option<Claims> {
        self.good(now).find_map(|key| key.verify(jwt, now))
    }

    /// Whether a JWT names a key that is not among these: a younger one, if it is ours at all.
    #[must_use]
    pub fn knows_not(&self, jwt: &str) -> bool {
        let kid = jsonwebtoken::decode_header(jwt).ok().and_then(|header| header.kid);
        let mut all = std::iter::once(&self.newest).chain(self.older.iter().map(|(key, _)| key));
        kid.is_some_and(|kid| all.all(|key| key.id != kid))
    }

    /// The public halves of the keys that are good at `now`.
    #[must_use]
    pub fn jwks(&self, now: Timestamp) -> JwkSet {
        JwkSet { keys: self.good(now).map(SigningKey::jwk).collect() }
    }

    fn good(&self, now: Timestamp) -> impl Iterator<Item = &SigningKey> {
        let older = self.older.iter().filter(move |(_, until)| now < *until).map(|(key, _)| key);
        std::iter::once(&self.newest).chain(older)
    }
}

#[cfg(test)]
mod tests {
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

    /// The claims under another header, signed by `key` with `algorithm`.
    fn forged(header: &Header, key: &EncodingKey) -> String {
        let Claims { user: sub, session: sid, generation, expires_at } = claims();
        jsonwebtoken::encode(header, &Wire { sub, sid, generation, exp: expires_at.seconds() }, key).unwrap()
    }

    fn header(algorithm: Algorithm) -> Header {
        Header { typ: Some(TYPE.into()), kid: Some("k1".into()), ..Header::new(algorithm) }
    }

    #[test]
    fn only_this_key_signs_and_only_sessions() {
        let key = SigningKey::from_seed("k1".into(), &[1; 32]);
        let is_good = |jwt: &str| key.verify(jwt, Timestamp::from_micros(0)).is_some();
        assert!(is_good(&forged(&header(Algorithm::EdDSA), &key.signing)), "the forger's tools are good");
        for (what, header) in [
            ("another type", Header { typ: Some("JWT".into()), ..header(Algorithm::EdDSA) }),
            ("an access token's type", Header { typ: Some("at+jwt".into()), ..header(Algorithm::EdDSA) }),
            ("no type", Header { typ: None, ..header(Algorithm::EdDSA) }),
            ("another key's id", Header { kid: Some("k2".into()), ..header(Algorithm::EdDSA) }),
            ("a path as id", Header { kid: Some("../../dev/null".into()), ..header(Algorithm::EdDSA) }),
            ("a statement as id", Header { kid: Some("k1' OR '1'='1".into()), ..header(Algorithm::EdDSA) }),
            ("no id", Header { kid: None, ..header(Algorithm::EdDSA) }),
        ] {
            assert!(!is_good(&forged(&header, &key.signing)), "{what}");
        }
    }

    #[test]
    fn a_foreign_key_signs_nothing_whatever_the_header_says_of_it() {
        let key = SigningKey::from_seed("k1".into(), &[1; 32]);
        let foreign = SigningKey::from_seed("k1".into(), &[2; 32]);
        let elsewhere = "https://evil.example/keys.json".to_owned();
        for header in [
            header(Algorithm::EdDSA),
            Header { jwk: Some(foreign.jwk()), ..header(Algorithm::EdDSA) },
            Header { jku: Some(elsewhere.clone()), ..header(Algorithm::EdDSA) },
            Header { x5u: Some(elsewhere), x5c: Some(vec![foreign.public.clone()]), ..header(Algorithm::EdDSA) },
        ] {
            assert_eq!(key.verify(&forged(&header, &foreign.signing), Timestamp::from_micros(0)), None, "{header:?}");
        }
    }

    #[test]
    fn the_public_half_is_no_password_for_another_algorithm() {
        let key = SigningKey::from_seed("k1".into(), &[1; 32]);
        let raw = BASE64URL_NOPAD.decode(key.public.as_bytes()).unwrap();
        let der = [b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".as_slice(), &raw].concat();
        let pem =
            format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", data_encoding::BASE64.encode(&der));
        for secret in [raw.as_slice(), key.public.as_bytes(), &der, pem.as_bytes(), pem.trim_end().as_bytes(), b""] {
            for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
                let jwt = forged(&header(algorithm), &EncodingKey::from_secret(secret));
                assert_eq!(key.verify(&jwt, Timestamp::from_micros(0)), None, "{algorithm:?} with {secret:?}");
            }
        }
    }

    #[test]
    fn without_its_signature_a_jwt_says_nothing() {
        let key = SigningKey::from_seed("k1".into(), &[1; 32]);
        let jwt = key.sign(&claims());
        let [head, body, signature]: [&str; 3] = jwt.split('.').collect::<Vec<_>>().try_into().unwrap();
        let other_body = BASE64URL_NOPAD.encode(
            String::from_utf8(BASE64URL_NOPAD.decode(body.as_bytes()).unwrap()).unwrap().replace('3', "4").as_bytes(),
        );
        let mut made_up = vec![
            format!("{head}.{body}."),
            format!("{head}.{body}"),
            format!("{head}..{signature}"),
            format!("{head}.{other_body}.{signature}"),
            format!("{head}.{body}.{}", BASE64URL_NOPAD.encode(&[0; 64])),
            format!("{jwt}.{signature}"),
            format!(" {jwt}"),
            String::new(),
            "..".to_owned(),
        ];
        for algorithm in ["none", "None", "NONE", "nOnE", "", "HS256", "EdDSA "] {
            let head = format!(r#"{{"typ":"{TYPE}","kid":"k1","alg":"{algorithm}"}}"#);
            let head = BASE64URL_NOPAD.encode(head.as_bytes());
            made_up.extend([format!("{head}.{body}."), format!("{head}.{body}.{signature}")]);
        }
        for jwt in made_up {
            assert_eq!(key.verify(&jwt, Timestamp::from_micros(0)), None, "{jwt}");
        }
    }

    #[test]
    fn a_replaced_key_is_good_for_as_long_as_a_jwt() {
        let made = Timestamp::parse("2026-11-22T20:00:00Z").unwrap();
        let key = |id: &str, byte| SigningKey::from_seed(id.into(), &[byte; 32]);
        let ring = |keys| KeyRing::new(keys).unwrap();
        let replaced = made.plus(time::Duration::HOUR);
        let claims = Claims { expires_at: replaced.plus(time::Duration::DAY), ..claims() };
        let (old, new) = (ring(vec![(key("k1", 1), made)]), ring(vec![(key("k2", 2), replaced), (key("k1", 1), made)]));
        let before = old.sign(&claims);
        let last = Timestamp::from_micros(replaced.plus(session::JWT).micros() - 1);
        assert_eq!(new.verify(&before, last), Some(claims));
        assert_eq!(new.jwks(last).keys.len(), 2);
        let over = replaced.plus(session::JWT);
        assert_eq!(new.verify(&before, over), None);
        assert_eq!(new.jwks(over).keys.len(), 1);
        let after = new.sign(&claims);
        assert_eq!(new.verify(&after, over), Some(claims));
        assert_eq!(old.verify(&after, made), None);
        assert!(old.knows_not(&after) && !new.knows_not(&before) && !new.knows_not("x"));
        assert!(KeyRing::new(vec![]).is_none());
    }

    #[test]
    fn the_public_half_is_published_as_rfc_8037_has_it() {
        // RFC 8037, appendix A.
        let seed = BASE64URL_NOPAD.decode(b"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let key = SigningKey::from_seed("k1".into(), &seed.try_into().unwrap());
        let ring = KeyRing::new(vec![(key, Timestamp::from_micros(0))]).unwrap();
        let told = serde_json::to_value(ring.jwks(Timestamp::from_micros(0))).unwrap();
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let key =
            serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "k1", "alg": "EdDSA", "use": "sig" });
        assert_eq!(told, serde_json::json!({ "keys": [key] }));
    }
}
