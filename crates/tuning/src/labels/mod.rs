//! Files of labels: what people say of posts.
//!
//! A file is a sheet that somebody filled in (CSV or an Excel workbook) or a report's `posts.csv`
//! that somebody corrected; the columns tell which. Every row becomes a [`LabelRow`] or is counted
//! in [`Counts`]; what cannot be understood is an error that names the rows.

mod answer;
mod columns;
mod read;
mod sheet;
mod values;

use std::path::Path;

use sha2::{Digest, Sha256};
use uproar_classifier::Signal;

pub use self::answer::{Answer, Label};
use crate::error::Error;

/// The labels of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    /// The posts that were judged, in the order of the file.
    pub rows: Vec<LabelRow>,
    /// What became of all rows.
    pub counts: Counts,
    /// SHA-256 of the file, in hexadecimal.
    pub checksum: String,
    /// What a user should know of the file.
    pub notices: Vec<String>,
}

/// What became of a file's rows that are not blank. `rows` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All rows.
    pub rows: u64,
    /// Rows that became a [`LabelRow`] of their own.
    pub used: u64,
    /// Rows that say again what an earlier row says of the same post, or add to it.
    pub repeated: u64,
    /// Rows without any label.
    pub unjudged: u64,
    /// Rows of posts that the company wrote.
    pub by_company: u64,
}

/// A post that was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelRow {
    /// The row in a spreadsheet, where the header is row 1.
    pub row: u64,
    /// The post's identifier.
    pub id: Option<String>,
    /// The post as it was written. Present where `id` is not.
    pub text: Option<String>,
    /// What was said of it.
    pub answer: Answer,
    /// How many posts this one stands for. Positive, 1 unless the file says otherwise.
    pub weight: f64,
    /// The model's raw outputs, in the order of [`Signal::ALL`].
    pub logits: Option<[f32; Signal::COUNT]>,
    /// The company that the post was written to.
    pub company: Option<String>,
    /// How many accounts follow the author.
    pub followers: Option<u64>,
    /// The post's language.
    pub lang: Option<String>,
    /// The first digits of the checksum of the model that the row was picked with.
    pub model: Option<String>,
    /// What the report said, where the file is a report's `posts.csv`.
    pub report: Option<ReportCells>,
}

/// What a report's row says beside its labels: enough to tell whether its band was edited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReportCells {
    /// Anger, urgency and actionable as the model scored them, from 0 to 1.
    pub scores: [f32; 3],
    /// The urgency that the row's band stands for: `none` 0, `later` 1, `today` 2, `now` 3.
    pub band: u8,
}

impl Labels {
    /// Reads a file of labels.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, lacks the columns that labels need, holds no label, or holds
    /// cells or answers that cannot be right.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| Error::Read {
            file: file.clone(),
            source,
        })?;
        Self::parse(&file, &bytes)
    }

    /// Reads the content of a file; `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, Error> {
        let sheet = sheet::Sheet::parse(file, bytes)?;
        let mut labels = read::labels(file, &sheet)?;
        labels.checksum = checksum(bytes);
        Ok(labels)
    }

    /// How many posts have an answer to this question.
    pub fn answered(&self, label: Label) -> usize {
        let answers = self.rows.iter().filter_map(|row| row.answer.get(label));
        answers.count()
    }
}

/// SHA-256 in hexadecimal.
pub fn checksum(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
