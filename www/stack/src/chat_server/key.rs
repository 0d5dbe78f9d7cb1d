//! Secure keys: only their digest is kept, and they are compared in constant time.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// SHA-256 of a secure key. Why a digest: neither memory dumps nor the database then hold a key that opens a chat.
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// Bytes of a digest.
    pub const LEN: usize = 32;

    /// Digest of a key.
    pub fn of(secure_key: &str) -> Self {
        Self(Sha256::digest(secure_key.as_bytes()).into())
    }

    /// Whether the key is the one this digest was made of, in time that does not depend on where they differ.
    pub fn matches(&self, secure_key: &str) -> bool {
        self.0.ct_eq(&Self::of(secure_key).0).into()
    }

    /// The digest's bytes, for the database.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads a digest from the database; `None` if it has not 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_matches() {
        let digest = KeyDigest::of("0011223344556677");
        assert!(digest.matches("0011223344556677"));
        assert!(!digest.matches("0011223344556678"));
        assert!(!digest.matches(""));
        assert!(KeyDigest::from_bytes(digest.bytes()).unwrap().matches("0011223344556677"));
        assert!(KeyDigest::from_bytes(b"short").is_none());
    }
}
