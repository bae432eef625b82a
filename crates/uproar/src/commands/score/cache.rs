//! The model's outputs for texts that earlier runs have scored. It holds hashes and numbers, never
//! text.

use std::fs;
use std::path::Path;

use redb::{Builder, Database, ReadableDatabase, TableDefinition};
use uproar_classifier::{Classifier, Embedding, Output, Signal};

use super::digest::Digest;

/// Memory that the store may use.
const MEMORY_BYTES: usize = 32 * 1024 * 1024;

/// The logits, then the embedding.
const BYTES: usize = 4 * Signal::COUNT + Embedding::DIMENSIONS;

/// Outputs by the hash of the normalised text. Another layout needs another name here and for the
/// file.
const OUTPUTS: TableDefinition<'_, u128, [u8; BYTES]> = TableDefinition::new("outputs-2");

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
        let name = format!("outputs-2-{:032x}.redb", key.to_u128());
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
    pub(super) fn get(&self, hashes: &[u128]) -> Result<Vec<(u128, Output)>, redb::Error> {
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
    pub(super) fn insert(&self, outputs: &[(u128, Output)]) -> Result<(), redb::Error> {
        if outputs.is_empty() {
            return Ok(());
        }
        let transaction = self.database.begin_write()?;
        {
            let mut table = transaction.open_table(OUTPUTS)?;
            for (hash, output) in outputs {
                table.insert(hash, to_bytes(output))?;
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

fn to_bytes(output: &Output) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let logits = output.logits.iter().flat_map(|logit| logit.to_le_bytes());
    let embedding = output
        .embedding
        .0
        .iter()
        .map(|number| number.cast_unsigned());
    for (place, byte) in bytes.iter_mut().zip(logits.chain(embedding)) {
        *place = byte;
    }
    bytes
}

fn from_bytes(bytes: &[u8; BYTES]) -> Output {
    let (logits, embedding) = bytes.split_at(4 * Signal::COUNT);
    let (numbers, _) = logits.as_chunks();
    let mut output = Output::default();
    for (logit, bytes) in output.logits.iter_mut().zip(numbers) {
        *logit = f32::from_le_bytes(*bytes);
    }
    for (number, byte) in output.embedding.0.iter_mut().zip(embedding) {
        *number = byte.cast_signed();
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(of: f32) -> Output {
        Output {
            logits: std::array::from_fn(|signal| signal as f32 - of),
            embedding: Embedding(std::array::from_fn(|n| (of as i64 - n as i64) as i8)),
        }
    }

    #[test]
    fn outputs_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outputs.redb");
        let outputs = [output(3.25), output(-0.5)];
        {
            let cache = ScoreCache::open_file(&path).unwrap();
            cache
                .insert(&[(7, outputs[0]), (u128::MAX, outputs[1])])
                .unwrap();
        }
        let cache = ScoreCache::open_file(&path).unwrap();
        let found = cache.get(&[u128::MAX, 8, 7]).unwrap();
        assert_eq!(found, [(u128::MAX, outputs[1]), (7, outputs[0])]);
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
        let outputs: Vec<(u128, Output)> = (0..2_000)
            .map(|n| {
                (
                    Digest::of(&[n as u8, (n >> 8) as u8]).to_u128(),
                    output(n as f32),
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
                    for (hash, found) in cache.get(&hashes).unwrap() {
                        let expected = outputs.iter().find(|it| it.0 == hash).unwrap();
                        assert_eq!(found, expected.1, "byte {place}");
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
