//! Sealing: AES-256-GCM-SIV (RFC 8452), which forgives even a repeated nonce, bound to what the text belongs to.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use data_encoding::BASE64URL_NOPAD;

use super::keys::MasterKey;
use crate::domain::stored::Sealed;

/// Seals and opens under one key.
pub struct Sealer(LessSafeKey);

/// It was sealed under another key, for something else, or was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed text cannot be opened")]
pub struct CannotOpen;

impl Sealer {
    /// With the key for sealing that is made from `master`.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        let key = UnboundKey::new(&AES_256_GCM_SIV, &master.derive("seal")).expect("the key has the cipher's length");
        Self(LessSafeKey::new(key))
    }

    /// Seals `plain`; it opens only with the same `context`, which says what it belongs to.
    #[must_use]
    pub fn seal(&self, context: &str, plain: &[u8], nonce: [u8; 12]) -> Sealed {
        let mut bytes = plain.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut bytes)
            .expect("what we seal is far shorter than the cipher's limit");
        Sealed(BASE64URL_NOPAD.encode(&[nonce.as_slice(), &bytes].concat()))
    }

    /// Opens what [`Self::seal`] made.
    ///
    /// # Errors
    /// [`CannotOpen`], whatever the reason.
    pub fn open(&self, context: &str, sealed: &Sealed) -> Result<Vec<u8>, CannotOpen> {
        let bytes = BASE64URL_NOPAD.decode(sealed.0.as_bytes()).map_err(|_| CannotOpen)?;
        let (nonce, rest) = bytes.split_first_chunk::<12>().ok_or(CannotOpen)?;
        let mut rest = rest.to_vec();
        let plain = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut rest)
            .map_err(|_| CannotOpen)?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_with_the_same_key_and_context_only() {
        let sealer = Sealer::new(&MasterKey::new([1; 32]));
        let sealed = sealer.seal("reveal tok_1", b"secret", [9; 12]);
        assert!(!sealed.0.contains("secret"));
        assert_eq!(sealer.open("reveal tok_1", &sealed).unwrap(), b"secret");
        assert_eq!(sealer.open("reveal tok_2", &sealed), Err(CannotOpen));
        assert_eq!(Sealer::new(&MasterKey::new([2; 32])).open("reveal tok_1", &sealed), Err(CannotOpen));
        assert_eq!(sealer.open("reveal tok_1", &Sealed("AAAA".into())), Err(CannotOpen));
    }
}
