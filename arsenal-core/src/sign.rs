//! Signatures of this program's own: for tokens that callers bring back.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// Signs with a key that is made at the program's start and never leaves it.
pub(crate) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(crate) fn new() -> Self {
        // Two random UUIDs are 244 bits from the system's own source.
        let mut key = [0; 32];
        key[..16].copy_from_slice(Uuid::new_v4().as_bytes());
        key[16..].copy_from_slice(Uuid::new_v4().as_bytes());
        Self(Hmac::new_from_slice(&key).expect("HMAC takes a key of any length"))
    }

    pub(crate) fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            // Lengths keep ("a", "bc") and ("ab", "c") apart.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

#[cfg(test)]
mod tests {
    use super::Signer;

    #[test]
    fn a_signature_is_of_these_parts_and_of_this_program() {
        let signer = Signer::new();
        assert_eq!(signer.sign(&[b"a", b"bc"]), signer.sign(&[b"a", b"bc"]));
        assert_ne!(signer.sign(&[b"a", b"bc"]), signer.sign(&[b"ab", b"c"]));
        assert_ne!(signer.sign(&[b"a"]), Signer::new().sign(&[b"a"]));
    }
}
