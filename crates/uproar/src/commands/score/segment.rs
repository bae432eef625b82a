//! Segments: parts of the posts with the model's outputs, on disk.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use polars::prelude::{
    BinaryChunked, Column as Values, DataFrame, DataType, Float32Chunked, IntoColumn,
    NewChunkedArray, ParquetCompression, ParquetReader, ParquetWriter, SerReader, StringChunked,
    UInt64Chunked,
};
use serde::{Deserialize, Serialize};
use uproar_classifier::{Embedding, Output, Signal};
use uproar_ingest::Reject;
use uproar_ingest::schema::Column;
use uproar_report::atomic::write_file;
use uproar_report::{RejectRow, columns};

use super::digest::Digest;
use super::texts::Outputs;
use crate::error::Error;

const PREFIX: &str = "segment-";

/// The columns of the text's hash, beside the posts'.
const HASH: [&str; 2] = ["text_hash_high", "text_hash_low"];

/// The column of the text's embedding.
const EMBEDDING: &str = "embedding";

/// Whether a file of the work folder belongs to a segment.
pub(super) fn is_segment(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// The segments of a run, by number from 0.
#[derive(Clone, Debug)]
pub(super) struct Segments {
    folder: PathBuf,
}

/// What stands beside a segment's posts. It is written after them, and so says that they are whole.
#[derive(Debug, Deserialize, Serialize)]
struct Seal {
    /// SHA-256 of the posts as they were read.
    content: String,
    /// SHA-256 of the file of posts.
    file: String,
    rejects: Vec<SavedReject>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct SavedReject {
    file: String,
    line: u64,
    reason: String,
    raw: String,
}

impl Segments {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The checksum of posts, by which a segment is known to hold them.
    pub(super) fn content(posts: &DataFrame) -> Result<String, Error> {
        let mut columns = Vec::with_capacity(posts.width());
        for column in posts.columns() {
            let column = match column.dtype() {
                // A moment's number says the same as its date, and is made sooner.
                DataType::Datetime(..) => column.cast(&DataType::Int64)?,
                _ => column.clone(),
            };
            columns.push(column.cast(&DataType::String)?.str()?.clone());
        }
        Ok(Digest::of_cells(columns.iter().flat_map(StringChunked::iter)).to_hex())
    }

    /// Writes a segment: first the posts, then what says that they are whole.
    pub(super) fn save(
        &self,
        number: usize,
        content: String,
        posts: DataFrame,
        outputs: &Outputs,
        rejects: &[Reject],
    ) -> Result<(), Error> {
        let path = self.path(number, "parquet");
        write_table(&path, with_outputs(posts, outputs)?)?;
        let seal = Seal {
            content,
            file: self.file_digest(&path)?,
            rejects: rejects.iter().map(saved).collect(),
        };
        let text = serde_json::to_vec(&seal)?;
        Ok(write_file(&self.path(number, "json"), |out| {
            out.write_all(&text)
        })?)
    }

    /// The outputs for the posts of this content, where a segment of this number is whole and holds
    /// just these and these rejects. Anything else is worth as much as no segment, and is scored
    /// again.
    pub(super) fn outputs(
        &self,
        number: usize,
        content: &str,
        rejects: &[Reject],
    ) -> Option<Outputs> {
        let seal = self.seal(number).ok()?;
        let path = self.path(number, "parquet");
        if seal.content != content
            || !seal.rejects.into_iter().eq(rejects.iter().map(saved))
            || self.file_digest(&path).ok()? != seal.file
        {
            return None;
        }
        let names = Signal::ALL.map(logit);
        let names = names.iter().map(String::as_str).chain(HASH);
        let names = names.chain([EMBEDDING, columns::LANGUAGE]);
        outputs(&read_table(&path, Some(&names.collect::<Vec<_>>())).ok()?).ok()
    }

    /// The posts of a segment, as they were read.
    pub(super) fn posts(&self, number: usize) -> Result<DataFrame, Error> {
        let names = Column::ALL.map(Column::name);
        read_table(&self.path(number, "parquet"), Some(&names))
    }

    /// The posts of a segment and their outputs.
    pub(super) fn scored(&self, number: usize) -> Result<(DataFrame, Outputs), Error> {
        let table = read_table(&self.path(number, "parquet"), None)?;
        let outputs = outputs(&table)?;
        Ok((table.select(Column::ALL.map(Column::name))?, outputs))
    }

    /// What each text of a segment is about; none of those that the model did not score.
    pub(super) fn embeddings(&self, number: usize) -> Result<Vec<Option<Embedding>>, Error> {
        let table = read_table(&self.path(number, "parquet"), Some(&[EMBEDDING]))?;
        let embeddings = table.column(EMBEDDING)?.binary()?;
        Ok(embeddings.iter().map(|it| it.map(embedding)).collect())
    }

    /// The hashes of a segment's texts.
    pub(super) fn hashes(&self, number: usize) -> Result<Vec<u128>, Error> {
        hashes(&read_table(&self.path(number, "parquet"), Some(&HASH))?)
    }

    /// The rows of the inputs that stand between a segment's posts and could not be read.
    pub(super) fn rejects(&self, number: usize) -> Result<Vec<RejectRow>, Error> {
        let rejects = self.seal(number)?.rejects.into_iter();
        Ok(rejects
            .map(|reject| RejectRow {
                file: reject.file,
                line: reject.line,
                reason: reject.reason,
                raw: reject.raw,
            })
            .collect())
    }

    fn seal(&self, number: usize) -> Result<Seal, Error> {
        let path = self.path(number, "json");
        let read = || Ok(serde_json::from_slice(&fs::read(&path)?)?);
        read().map_err(|source| Error::WorkFolder {
            path: path.clone(),
            source,
        })
    }

    fn file_digest(&self, path: &Path) -> Result<String, Error> {
        match fs::read(path) {
            Ok(bytes) => Ok(Digest::of(&bytes).to_hex()),
            Err(source) => Err(Error::WorkFolder {
                path: path.to_owned(),
                source,
            }),
        }
    }

    fn path(&self, number: usize, kind: &str) -> PathBuf {
        self.folder.join(format!("{PREFIX}{number:06}.{kind}"))
    }
}

/// Writes a table to a file of the work folder.
pub(super) fn write_table(path: &Path, mut table: DataFrame) -> Result<(), Error> {
    table.rechunk_mut();
    Ok(write_file(path, |out| {
        // The fastest to pack: the file lives no longer than the run.
        ParquetWriter::new(out)
            .with_compression(ParquetCompression::Lz4Raw)
            .finish(&mut table)
            .map_err(into_io)?;
        Ok(())
    })?)
}

/// Reads a table back, or some of its columns.
pub(super) fn read_table(path: &Path, columns: Option<&[&str]>) -> Result<DataFrame, Error> {
    let columns = columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    let read = || {
        let file = File::open(path)?;
        ParquetReader::new(file)
            .with_columns(columns)
            .finish()
            .map_err(into_io)
    };
    read().map_err(|source| Error::WorkFolder {
        path: path.to_owned(),
        source,
    })
}

/// The system's error behind Polars' own, where there is one, with its kind.
fn into_io(error: polars::error::PolarsError) -> std::io::Error {
    match error {
        polars::error::PolarsError::IO { error, .. } => {
            std::io::Error::new(error.kind(), error.to_string())
        }
        error => std::io::Error::other(error.to_string()),
    }
}

fn logit(signal: Signal) -> String {
    format!("logit_{}", signal.name())
}

fn with_outputs(mut posts: DataFrame, outputs: &Outputs) -> Result<DataFrame, Error> {
    for signal in Signal::ALL {
        let values = outputs
            .model
            .iter()
            .map(|row| Some((*row)?.logits[signal as usize]));
        let column = Float32Chunked::from_iter_options(logit(signal).into(), values);
        posts.with_column(column.into_column())?;
    }
    let embeddings = outputs
        .model
        .iter()
        .map(|row| Some((*row)?.embedding.0.map(i8::cast_unsigned)));
    let embeddings = BinaryChunked::from_iter_options(EMBEDDING.into(), embeddings);
    posts.with_column(embeddings.into_column())?;
    let halves: [fn(u128) -> u64; 2] = [|hash| (hash >> 64) as u64, |hash| hash as u64];
    for (name, half) in HASH.into_iter().zip(halves) {
        let values = outputs.hashes.iter().map(|hash| half(*hash));
        let column: Values = UInt64Chunked::from_iter_values(name.into(), values).into_column();
        posts.with_column(column)?;
    }
    let languages = outputs.languages.iter().map(Option::as_deref);
    let languages = StringChunked::from_iter_options(columns::LANGUAGE.into(), languages);
    posts.with_column(languages.into_column())?;
    Ok(posts)
}

fn outputs(table: &DataFrame) -> Result<Outputs, Error> {
    let signals = Signal::ALL
        .map(|signal| Ok(table.column(&logit(signal))?.f32()?.clone()))
        .into_iter()
        .collect::<Result<Vec<_>, Error>>()?;
    let embeddings = table.column(EMBEDDING)?.binary()?;
    let model = (0..table.height())
        .map(|row| {
            let mut output = Output::default();
            for (logit, values) in output.logits.iter_mut().zip(&signals) {
                *logit = values.get(row)?;
            }
            output.embedding = embedding(embeddings.get(row)?);
            Some(output)
        })
        .collect();
    let languages = table.column(columns::LANGUAGE)?.str()?;
    Ok(Outputs {
        hashes: hashes(table)?,
        model,
        languages: languages.iter().map(|it| it.map(str::to_owned)).collect(),
    })
}

fn embedding(bytes: &[u8]) -> Embedding {
    let mut embedding = Embedding::default();
    for (number, byte) in embedding.0.iter_mut().zip(bytes) {
        *number = byte.cast_signed();
    }
    embedding
}

fn hashes(table: &DataFrame) -> Result<Vec<u128>, Error> {
    let [high, low] = HASH.map(|name| Ok::<_, Error>(table.column(name)?.u64()?.clone()));
    let (high, low) = (high?, low?);
    let halves = high.iter().zip(low.iter());
    Ok(halves
        .map(|(high, low)| {
            u128::from(high.unwrap_or_default()) << 64 | u128::from(low.unwrap_or_default())
        })
        .collect())
}

fn saved(reject: &Reject) -> SavedReject {
    SavedReject {
        file: reject.file.clone(),
        line: reject.line,
        reason: reject.reason.to_string(),
        raw: reject.raw.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts(texts: &[&str]) -> DataFrame {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.csv");
        fs::write(&path, format!("text\n{}\n", texts.join("\n"))).unwrap();
        let inputs = vec![uproar_ingest::Input::Path(path)];
        let mut reader = uproar_ingest::Reader::open(inputs, Default::default()).unwrap();
        reader.next().unwrap().unwrap().posts
    }

    fn output(of: f32) -> Output {
        Output {
            logits: [of; 8],
            embedding: Embedding([if of < 0.0 { -128 } else { 127 }; Embedding::DIMENSIONS]),
        }
    }

    fn saved_segment() -> (tempfile::TempDir, Segments, DataFrame, Outputs) {
        let folder = tempfile::tempdir().unwrap();
        let segments = Segments::new(folder.path());
        let posts = posts(&["hello", "where is it", "¿dónde está?"]);
        let outputs = Outputs {
            hashes: vec![u128::MAX - 5, 7, 0],
            model: vec![Some(output(-1.5)), Some(output(f32::MIN_POSITIVE)), None],
            languages: vec![None, Some("en".to_owned()), Some("es".to_owned())],
        };
        let content = Segments::content(&posts).unwrap();
        segments
            .save(3, content, posts.clone(), &outputs, &[])
            .unwrap();
        (folder, segments, posts, outputs)
    }

    #[test]
    fn a_segment_comes_back_as_it_was() {
        let (_folder, segments, posts, outputs) = saved_segment();
        let content = Segments::content(&posts).unwrap();
        assert_eq!(segments.outputs(3, &content, &[]), Some(outputs.clone()));
        let (read, read_outputs) = segments.scored(3).unwrap();
        assert!(read.equals_missing(&posts));
        assert!(segments.posts(3).unwrap().equals_missing(&posts));
        assert_eq!(read_outputs, outputs);
        assert_eq!(segments.hashes(3).unwrap(), outputs.hashes);
        let embeddings = outputs.model.iter().map(|it| Some((*it)?.embedding));
        assert!(embeddings.eq(segments.embeddings(3).unwrap()));
    }

    #[test]
    fn what_is_not_whole_or_holds_other_posts_is_not_taken() {
        let (folder, segments, posts, _) = saved_segment();
        let content = Segments::content(&posts).unwrap();
        assert_eq!(segments.outputs(2, &content, &[]), None);
        let other = ["hello", "where is", "¿dónde está?"];
        let other = Segments::content(&self::posts(&other)).unwrap();
        assert_eq!(segments.outputs(3, &other, &[]), None);
        let mut followed = posts.clone();
        let followers = Values::new(Column::Followers.name().into(), [7i64, 7, 7]);
        followed.with_column(followers).unwrap();
        let followed = Segments::content(&followed).unwrap();
        assert_eq!(segments.outputs(3, &followed, &[]), None);

        let path = folder.path().join("segment-000003.parquet");
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(segments.outputs(3, &content, &[]), None);
    }

    #[test]
    fn texts_do_not_run_together() {
        let digest = |texts: &[&str]| Digest::of_texts(texts.iter().copied()).to_hex();
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_ne!(digest(&[""]), Digest::of_cells([None]).to_hex());
    }
}
