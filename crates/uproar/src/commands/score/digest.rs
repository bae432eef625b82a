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

    /// The digest of a list of cells. No two lists run together, as the length of each text counts,
    /// and a missing cell is not an empty one.
    pub(super) fn of_cells<'a>(cells: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut digest = Sha256::new();
        for cell in cells {
            let length = cell.map_or(u64::MAX, |text| text.len() as u64);
            digest.update(length.to_le_bytes());
            digest.update(cell.unwrap_or_default());
        }
        Self(digest.finalize().into())
    }

    /// Half of it: enough to tell texts apart, and nobody can make two that agree.
    pub(super) fn to_u128(&self) -> u128 {
        let half = self.0.first_chunk().copied().unwrap_or_default();
        u128::from_le_bytes(half)
    }

    /// The digest of a list of texts, as [`of_cells`](Self::of_cells).
    pub(super) fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of_cells(texts.into_iter().map(Some))
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
