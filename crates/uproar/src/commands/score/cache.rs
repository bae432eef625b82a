//! The model's outputs for texts that earlier runs have scored. It holds hashes and numbers, never
//! text.

use std::fs;
use std::path::Path;

use redb::{Builder, Database, ReadableDatabase, TableDefinition};
use uproar_classifier::Classifier;

use super::digest::Digest;
use super::texts::Logits;

/// Memory that the store may use.
const MEMORY_BYTES: usize = 32 * 1024 * 1024;

const BYTES: usize = size_of::<Logits>();

/// Outputs by the hash of the normalised text.
const OUTPUTS: TableDefinition<'_, u128, [u8; BYTES]> = TableDefinition::new("outputs");

/// A store of outputs of one model, in a file of its own.
pub(super) struct ScoreCache {
    database: Database,
}

/// What came of opening a cache.
pub(super) struct Opened {
    pub(super) cache: Option<ScoreCache>,
    /// What the user should know.
    pub(super) notice: Option<String>,
}

impl ScoreCache {
    /// Opens the store for this model in a folder, creating both where needed. A store that is in
    /// use by another run or cannot be opened is done without; one that is damaged is begun anew.
    pub(super) fn open(folder: &Path, classifier: &Classifier) -> Opened {
        let model = classifier.model();
        let key = Digest::of_texts([model.outputs_checksum(), &classifier.engine()]);
        let name = format!("outputs-{:032x}.redb", key.to_u128());
        let path = folder.join(name);
        let without = |reason: String| Opened {
            cache: None,
            notice: Some(format!("the cache {} {reason}", folder.display())),
        };
        if let Err(error) = fs::create_dir_all(folder) {
            return without(format!("cannot be used: {error}"));
        }
        match Self::open_file(&path) {
            Ok(cache) => Opened {
                cache: Some(cache),
                notice: None,
            },
            Err(redb::Error::DatabaseAlreadyOpen) => {
                without("is in use by another run; this one goes without it".to_owned())
            }
            Err(error) if is_damage(&error) => {
                let again = fs::remove_file(&path)
                    .map_err(redb::Error::from)
                    .and_then(|()| Self::open_file(&path));
                match again {
                    Ok(cache) => Opened {
                        cache: Some(cache),
                        notice: Some(format!(
                            "the cache {} was damaged and is begun anew: {error}",
                            folder.display()
                        )),
                    },
                    Err(error) => without(format!("cannot be used: {error}")),
                }
            }
            Err(error) => without(format!("cannot be used: {error}")),
        }
    }

    fn open_file(path: &Path) -> Result<Self, redb::Error> {
        let database = Builder::new()
            .set_cache_size(MEMORY_BYTES)
            // A page that was altered must be found before its numbers are believed.
            .set_check_integrity_on_open(true)
            .create(path)?;
        let transaction = database.begin_write()?;
        transaction.open_table(OUTPUTS)?;
        transaction.commit()?;
        Ok(Self { database })
    }

    /// The outputs of those of these texts that are known, in their order.
    pub(super) fn get(&self, hashes: &[u128]) -> Result<Vec<(u128, Logits)>, redb::Error> {
        let table = self.database.begin_read()?.open_table(OUTPUTS)?;
        let mut found = Vec::new();
        for hash in hashes {
            if let Some(value) = table.get(hash)? {
                found.push((*hash, from_bytes(&value.value())));
            }
        }
        Ok(found)
    }

    /// Adds outputs.
    pub(super) fn insert(&self, outputs: &[(u128, Logits)]) -> Result<(), redb::Error> {
        if outputs.is_empty() {
            return Ok(());
        }
        let transaction = self.database.begin_write()?;
        {
            let mut table = transaction.open_table(OUTPUTS)?;
            for (hash, logits) in outputs {
                table.insert(hash, to_bytes(logits))?;
            }
        }
        Ok(transaction.commit()?)
    }
}

/// Whether the file is no store of this kind, as opposed to one that cannot be reached.
fn is_damage(error: &redb::Error) -> bool {
    match error {
        redb::Error::Io(error) => error.kind() == std::io::ErrorKind::InvalidData,
        redb::Error::Corrupted(_)
        | redb::Error::UpgradeRequired(_)
        | redb::Error::RepairAborted
        | redb::Error::TableTypeMismatch { .. }
        | redb::Error::TypeDefinitionChanged { .. } => true,
        _ => false,
    }
}

fn to_bytes(logits: &Logits) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    for (place, logit) in bytes.chunks_exact_mut(4).zip(logits) {
        place.copy_from_slice(&logit.to_le_bytes());
    }
    bytes
}

fn from_bytes(bytes: &[u8; BYTES]) -> Logits {
    let (numbers, _) = bytes.as_chunks();
    let mut logits = Logits::default();
    for (logit, bytes) in logits.iter_mut().zip(numbers) {
        *logit = f32::from_le_bytes(*bytes);
    }
    logits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outputs.redb");
        let logits: Logits = std::array::from_fn(|signal| signal as f32 - 3.25);
        {
            let cache = ScoreCache::open_file(&path).unwrap();
            cache.insert(&[(7, logits), (u128::MAX, [0.5; 8])]).unwrap();
        }
        let cache = ScoreCache::open_file(&path).unwrap();
        let found = cache.get(&[u128::MAX, 8, 7]).unwrap();
        assert_eq!(found, [(u128::MAX, [0.5; 8]), (7, logits)]);
        assert!(matches!(
            ScoreCache::open_file(&path),
            Err(redb::Error::DatabaseAlreadyOpen)
        ));
    }

    /// Wherever a byte is changed, the store is refused or what it gives is right.
    #[test]
    fn damage_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outputs.redb");
        let outputs: Vec<(u128, Logits)> = (0..2_000)
            .map(|n| {
                (
                    Digest::of(&[n as u8, (n >> 8) as u8]).to_u128(),
                    [n as f32; 8],
                )
            })
            .collect();
        let hashes: Vec<u128> = outputs.iter().map(|(hash, _)| *hash).collect();
        ScoreCache::open_file(&path)
            .unwrap()
            .insert(&outputs)
            .unwrap();
        let whole = fs::read(&path).unwrap();
        let mut refused = 0;
        for place in (0..whole.len()).step_by(whole.len() / 40) {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            fs::write(&path, bytes).unwrap();
            match ScoreCache::open_file(&path) {
                Ok(cache) => {
                    for (hash, logits) in cache.get(&hashes).unwrap() {
                        let expected = outputs.iter().find(|it| it.0 == hash).unwrap();
                        assert_eq!(logits, expected.1, "byte {place}");
                    }
                }
                Err(error) => {
                    assert!(is_damage(&error), "byte {place}: {error:?}");
                    refused += 1;
                }
            }
        }
        assert!(refused > 0);
        for bytes in [&whole[..whole.len() / 2], b"no store", &[0; 4096]] {
            fs::write(&path, bytes).unwrap();
            let error = ScoreCache::open_file(&path).err().unwrap();
            assert!(is_damage(&error), "{error:?}");
        }
    }
}
