//! The master key, and the keys made from it (HKDF-SHA256, RFC 5869): one for each purpose. What has to outlive the
//! master key is made from a root of its own, which lies sealed in the database.

use std::fmt;

use aws_lc_rs::{digest, hkdf};
use data_encoding::HEXLOWER;

/// 32 random bytes that the operator keeps; everything sealed or keyed hangs on them.
pub struct MasterKey([u8; 32]);

/// The text in a key file is no master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the master key is not 64 hexadecimal digits")]
pub struct InvalidMasterKey;

impl MasterKey {
    /// From random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the key file's text.
    ///
    /// # Errors
    /// [`InvalidMasterKey`] if it is anything but 64 hexadecimal digits, with space around them.
    pub fn parse(text: &str) -> Result<Self, InvalidMasterKey> {
        let bytes = HEXLOWER.decode(text.trim().to_ascii_lowercase().as_bytes()).map_err(|_| InvalidMasterKey)?;
        bytes.try_into().map(Self).map_err(|_| InvalidMasterKey)
    }

    /// The text for the key file.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}\n", HEXLOWER.encode(&self.0))
    }

    /// The bytes, to be sealed as a root.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Says which key this is without telling it; the database keeps it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let key = self.derive("fingerprint");
        HEXLOWER.encode(&digest::digest(&digest::SHA256, &key).as_ref()[..16])
    }

    /// A key for one purpose.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"latchkey")
            .extract(&self.0)
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key))
            .expect("32 bytes is the length that HKDF-SHA256 was asked for");
        key
    }
}

/// Redacted.
impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_file() {
        let key = MasterKey::new([7; 32]);
        assert_eq!(MasterKey::parse(&key.to_text()).unwrap().fingerprint(), key.fingerprint());
        assert_eq!(MasterKey::parse("abc").unwrap_err(), InvalidMasterKey);
    }

    #[test]
    fn each_purpose_has_its_own_key() {
        let key = MasterKey::new([7; 32]);
        assert_ne!(key.derive("seal"), key.derive("refresh"));
        assert_ne!(key.derive("seal"), MasterKey::new([8; 32]).derive("seal"));
    }
}
