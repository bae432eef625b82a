//! SHA-256 of what has to be known again.

use std::fmt::Write;

use sha2::{Digest as _, Sha256};

/// A SHA-256.
pub(super) struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of a list of texts. No two lists run together, as the length of each text counts.
    pub(super) fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut digest = Sha256::new();
        for text in texts {
            digest.update((text.len() as u64).to_le_bytes());
            digest.update(text);
        }
        Self(digest.finalize().into())
    }

    /// Half of it: enough to tell texts apart, and nobody can make two that agree.
    pub(super) fn to_u128(&self) -> u128 {
        let half = self.0.first_chunk().copied().unwrap_or_default();
        u128::from_le_bytes(half)
    }

    /// In hexadecimal.
    pub(super) fn to_hex(&self) -> String {
        self.0.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}
