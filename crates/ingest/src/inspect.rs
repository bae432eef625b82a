//! What exports hold, found out from their first rows before anything is scored.
//!
//! Inputs are opened and read by the same code as for [`Reader`](crate::Reader), so that what is
//! said of their format, columns and rows is what a run would make of them.

mod column;
mod figures;

use std::collections::VecDeque;

use jiff::Timestamp;
use polars::prelude::DataFrame;

use crate::error::Error;
use crate::formats::Detected;
pub use crate::formats::FormatDescription;
use crate::input::{Input, Source, shown};
use crate::intake::Intake;
use crate::notice::Notice;
use crate::reader::{self, Counts, ReadOptions, Reader};
use crate::redact::Redactor;
use crate::rows::LOOK_AHEAD;
use crate::schema::{self, Column};

pub use column::{InspectedColumn, SAMPLES};
pub use figures::{Company, LanguageCount, RejectedRows};

/// How many rows of an input are looked at: as many as a run looks at before its first post.
pub const LOOKED_AT: usize = LOOK_AHEAD;

/// How many bytes, as they are stored, an estimate of the number of rows rests on at least. What
/// decoders read ahead of the rows, up to 64 KiB, makes it no more than 6 % low.
const ESTIMATED_BY: u64 = 1 << 20;

/// What inputs hold.
#[derive(Debug)]
pub struct Inspection {
    /// The inputs in their order: also those that could not be opened, and those of folders and
    /// archives that have columns but no text.
    pub inputs: Vec<InspectedInput>,
    /// Remarks about what was left out of folders, patterns and archives.
    pub notices: Vec<Notice>,
}

/// What one input holds, as far as its first [`LOOKED_AT`] rows show.
#[derive(Debug)]
pub struct InspectedInput {
    /// Its name in messages and rejects.
    pub name: String,
    /// Whether the user named it, and not a folder, pattern or archive that it is in.
    pub is_named: bool,
    /// Its length in bytes as it is stored; none for a stream that was not read to its end.
    pub bytes: Option<u64>,
    /// How it is compressed or archived, such as `gzip` or `zip`.
    pub packing: Option<&'static str>,
    /// Its format; none when it could not be opened.
    pub format: Option<FormatDescription>,
    /// The canonical columns that it has, in their order.
    pub columns: Vec<InspectedColumn>,
    /// Its columns that are not read.
    pub unused: Vec<String>,
    /// How many rows it has.
    pub rows: Option<RowCount>,
    /// What became of the rows looked at.
    pub counts: Counts,
    /// The rejected among them by reason, the most frequent first.
    pub rejects: Vec<RejectedRows>,
    /// The earliest and the latest time of a post.
    pub period: Option<(Timestamp, Timestamp)>,
    /// The languages of the posts, the most frequent first.
    pub languages: Vec<LanguageCount>,
    /// What tells which posts are the company's.
    pub company: Company,
    /// Remarks about what was read.
    pub notices: Vec<Notice>,
    /// Why a run could not use it.
    pub error: Option<Error>,
}

/// How many rows an input has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowCount {
    /// All rows were counted, or the format tells.
    Exact(u64),
    /// By the length of the rows looked at, to two digits.
    About(u64),
    /// There are more than these, but the length of the input is not known.
    MoreThan(u64),
}

impl Inspection {
    /// Looks at inputs. With a redactor, personal data is left out of samples and headers, and
    /// so are the names and ids of authors.
    ///
    /// An input that cannot be used is no error of the inspection, but stands in the result with
    /// its own.
    ///
    /// # Errors
    /// When the encoding of the options is unknown, or when an override names a header that no
    /// input has.
    pub fn of(
        inputs: Vec<Input>,
        options: &ReadOptions,
        redactor: Option<&Redactor>,
    ) -> Result<Self, Error> {
        let mut intake = Intake::new(options)?.with_textless();
        let mut opened = VecDeque::new();
        // What comes of each input: so many opened ones, and an error.
        let mut outcomes = Vec::new();
        for input in inputs {
            let name = input.to_string();
            let error = intake.add(input).err();
            outcomes.push((name, intake.sources.len(), error));
            opened.append(&mut intake.sources);
        }
        if outcomes.iter().all(|(_, _, error)| error.is_none()) {
            // Otherwise the header may be in one that could not be opened.
            reader::check_overrides(&opened, &options.map)
                .map_err(|error| redacted_error(error, redactor))?;
        }
        let mut opened = opened.into_iter();
        let mut inspected = Vec::new();
        for (name, count, error) in outcomes {
            inspected.extend(opened.by_ref().take(count).map(|(source, detected)| {
                let is_named = source.name == name;
                InspectedInput {
                    is_named,
                    ..InspectedInput::look_at(source, detected, options, redactor)
                }
            }));
            inspected.extend(
                error.map(|error| InspectedInput::unusable(name, redacted_error(error, redactor))),
            );
        }
        let notices = intake.notices;
        Ok(Self {
            inputs: inspected,
            notices,
        })
    }
}

impl InspectedInput {
    /// Whether a run would pass over it: what is found in a folder, pattern or archive and has no
    /// text is no export.
    pub const fn is_left_out(&self) -> bool {
        !self.is_named && matches!(self.error, Some(Error::NoTextColumn { .. }))
    }

    /// Whether posts have values of `column`, as far as is known.
    pub fn has(&self, column: Column) -> bool {
        let found = self.columns.iter().find(|found| found.column == column);
        found.is_some_and(|found| found.filled > 0 || self.counts.posts == 0)
    }

    /// The canonical columns that it has not.
    pub fn not_found(&self) -> impl Iterator<Item = Column> {
        let is_found = |column| self.columns.iter().any(|found| found.column == column);
        Column::ALL
            .into_iter()
            .filter(move |column| !is_found(*column))
    }

    fn new(name: String) -> Self {
        Self {
            name,
            is_named: true,
            bytes: None,
            packing: None,
            format: None,
            columns: Vec::new(),
            unused: Vec::new(),
            rows: None,
            counts: Counts::default(),
            rejects: Vec::new(),
            period: None,
            languages: Vec::new(),
            company: Company::default(),
            notices: Vec::new(),
            error: None,
        }
    }

    fn unusable(name: String, error: Error) -> Self {
        Self {
            error: Some(error),
            ..Self::new(name)
        }
    }

    /// Looks at an opened input.
    fn look_at(
        source: Source,
        detected: Detected,
        options: &ReadOptions,
        redactor: Option<&Redactor>,
    ) -> Self {
        let mut input = Self {
            bytes: source.length,
            packing: source.packing,
            format: Some(detected.format.describe()),
            ..Self::new(source.name.clone())
        };
        let headers: Vec<String> = detected
            .headers
            .iter()
            .map(|header| shown(&column::redacted(header, redactor)))
            .collect();
        let mapping = detected.mapping(&options.map);
        let used = mapping.fields();
        input.unused = headers
            .iter()
            .enumerate()
            .filter(|(index, header)| !used.contains(index) && !header.is_empty())
            .map(|(_, header)| header.clone())
            .collect();
        let headers_of = |column| {
            let fields = mapping.fields_of(column);
            fields.filter_map(|index| headers.get(index).cloned())
        };
        let read = match detected.check_text(&source.name, &options.map) {
            Ok(()) => input.read(source, detected, options),
            Err(error) => Err(error),
        };
        let looked_at = read.and_then(|posts| {
            input.company =
                figures::company(&posts, options, mapping.get(Column::Direction).is_some())?;
            input.period = figures::period(&posts)?;
            input.languages = figures::languages(&posts)?;
            Ok(posts)
        });
        let posts = looked_at.unwrap_or_else(|error| {
            input.error = Some(redacted_error(error, redactor));
            DataFrame::empty_with_schema(&schema::schema())
        });
        for column in Column::ALL {
            let found = InspectedColumn::of(column, headers_of(column).collect(), &posts, redactor);
            match found {
                Ok(found) if found.is_found(&input.company) => input.columns.push(found),
                Ok(_) => {}
                Err(error) => input.error = Some(error.into()),
            }
        }
        input
    }

    /// Reads the first rows; gives their posts.
    fn read(
        &mut self,
        source: Source,
        detected: Detected,
        options: &ReadOptions,
    ) -> Result<DataFrame, Error> {
        let options = ReadOptions {
            chunk_rows: LOOKED_AT,
            ..options.clone()
        };
        let mut reader = Reader::over([(source, detected)].into(), options, Vec::new());
        let chunk = reader.next().transpose()?;
        self.counts = reader.counts();
        self.rows = Some(if let Some(total) = reader.rows_of_current() {
            RowCount::Exact(total)
        } else {
            while !reader.is_done() && reader.bytes_read() < ESTIMATED_BY {
                reader.next().transpose()?;
            }
            let rows = reader.counts().rows;
            match self.bytes {
                _ if reader.is_done() => RowCount::Exact(rows),
                Some(bytes) => RowCount::About(extrapolated(rows, reader.bytes_read(), bytes)),
                None => RowCount::MoreThan(rows),
            }
        });
        if reader.is_done() {
            // The remarks about all inputs come when there is nothing more.
            reader.next().transpose()?;
            self.bytes.get_or_insert(reader.bytes_read());
        }
        self.notices = reader.notices().to_vec();
        self.notices.extend(reader.notices_of_current());
        let Some(chunk) = chunk else {
            return Ok(DataFrame::empty_with_schema(&schema::schema()));
        };
        self.rejects = figures::by_reason(chunk.rejects);
        Ok(chunk.posts)
    }
}

/// An error without the content of the input: what stands in the place of headers may be a post.
fn redacted_error(mut error: Error, redactor: Option<&Redactor>) -> Error {
    let headers: Vec<&mut String> = match &mut error {
        Error::NoTextColumn { headers, .. } => headers.iter_mut().collect(),
        Error::UnknownHeader { found, .. } => {
            found.iter_mut().flat_map(|(_, headers)| headers).collect()
        }
        _ => Vec::new(),
    };
    for header in headers {
        *header = column::redacted(header, redactor).into_owned();
    }
    error
}

/// How many rows `bytes` hold if `read` of them hold `rows`, to two digits.
fn extrapolated(rows: u64, read: u64, bytes: u64) -> u64 {
    let rows = u128::from(rows) * u128::from(bytes) / u128::from(read.max(1));
    let unit = 10u128.pow(rows.checked_ilog10().unwrap_or(0).saturating_sub(1));
    let rounded = rows.saturating_add(unit / 2) / unit * unit;
    u64::try_from(rounded).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
