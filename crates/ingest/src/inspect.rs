//! What exports hold, found out from their first rows before anything is scored.
//!
//! Inputs are opened and read by the same code as for [`Reader`](crate::Reader), so that what is
//! said of their format, columns and rows is what a run would make of them.

mod column;

use std::collections::BTreeMap;
use std::mem::discriminant;

use jiff::Timestamp;
use polars::prelude::{DataFrame, PolarsResult};

use crate::conversation::{ConversationOptions, Conversations};
use crate::error::Error;
use crate::formats::Detected;
pub use crate::formats::FormatDescription;
use crate::input::{Input, Source, shown};
use crate::intake::Intake;
use crate::language;
use crate::notice::{Notice, NoticeKind};
use crate::reader::{self, Counts, ReadOptions, Reader};
use crate::redact::Redactor;
use crate::reject::{Reason, Reject};
use crate::rows::LOOK_AHEAD;
use crate::schema::{self, Column};

pub use column::{InspectedColumn, SAMPLES};

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

/// Rows that cannot become posts, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRows {
    /// The reason of the first one; others may differ in numbers.
    pub reason: Reason,
    /// The line of the first one.
    pub line: u64,
    /// How many.
    pub count: u64,
}

/// Posts in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageCount {
    /// See [`Language::code`](language::Language::code); none where it is not known.
    pub code: Option<String>,
    /// How many posts.
    pub posts: u64,
}

/// What tells which posts are the company's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Company {
    /// The export does.
    Export,
    /// The handles that the user named, which wrote so many posts.
    Named {
        /// Posts of these handles among those looked at.
        posts: u64,
    },
    /// How accounts answer; their handles, sorted.
    Inferred(Vec<String>),
    /// Nothing does.
    #[default]
    Unknown,
}

impl Company {
    /// Whether posts are known to be the company's.
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown | Self::Named { posts: 0 })
    }
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
        // Each stands before the input of this number.
        let mut unopened = Vec::new();
        for input in inputs {
            let name = input.to_string();
            if let Err(error) = intake.add(input) {
                unopened.push((
                    intake.sources.len(),
                    InspectedInput::unusable(name, redacted_error(error, redactor)),
                ));
            }
        }
        let Intake {
            sources, notices, ..
        } = intake;
        if unopened.is_empty() {
            // Otherwise the header may be in one that could not be opened.
            reader::check_overrides(&sources, &options.map)?;
        }
        let mut unopened = unopened.into_iter().peekable();
        let mut inspected = Vec::new();
        for (number, (source, detected)) in sources.into_iter().enumerate() {
            while let Some((_, input)) = unopened.next_if(|(before, _)| *before <= number) {
                inspected.push(input);
            }
            inspected.push(InspectedInput::look_at(source, detected, options, redactor));
        }
        inspected.extend(unopened.map(|(_, input)| input));
        Ok(Self {
            inputs: inspected,
            notices,
        })
    }
}

impl InspectedInput {
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
            input.company = company(&posts, options, mapping.get(Column::Direction).is_some())?;
            input.period = period(&posts)?;
            input.languages = languages(&posts)?;
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
        self.rejects = by_reason(chunk.rejects);
        Ok(chunk.posts)
    }
}

/// An error without the content of the input: what stands in the place of headers may be a post.
fn redacted_error(mut error: Error, redactor: Option<&Redactor>) -> Error {
    if let Error::NoTextColumn { headers, .. } = &mut error {
        for header in headers {
            *header = column::redacted(header, redactor).into_owned();
        }
    }
    error
}

/// How many rows `bytes` hold if `read` of them hold `rows`, to two digits.
fn extrapolated(rows: u64, read: u64, bytes: u64) -> u64 {
    let rows = u128::from(rows) * u128::from(bytes) / u128::from(read.max(1));
    let unit = 10u128.pow(rows.checked_ilog10().unwrap_or(0).saturating_sub(1));
    let rounded = (rows + unit / 2) / unit * unit;
    u64::try_from(rounded).unwrap_or(u64::MAX)
}

fn by_reason(rejects: Vec<Reject>) -> Vec<RejectedRows> {
    let mut groups: Vec<RejectedRows> = Vec::new();
    for reject in rejects {
        let kind = discriminant(&reject.reason);
        match groups
            .iter_mut()
            .find(|group| discriminant(&group.reason) == kind)
        {
            Some(group) => group.count += 1,
            None => groups.push(RejectedRows {
                reason: reject.reason,
                line: reject.line,
                count: 1,
            }),
        }
    }
    groups.sort_by_key(|group| (std::cmp::Reverse(group.count), group.line));
    groups
}

fn company(posts: &DataFrame, options: &ReadOptions, has_column: bool) -> PolarsResult<Company> {
    let directions = posts.column(Column::Direction.name())?.str()?;
    let by_company = directions.iter().flatten();
    let by_company = by_company.filter(|side| *side == schema::COMPANY).count() as u64;
    if has_column || (by_company > 0 && options.company.is_empty()) {
        return Ok(Company::Export);
    }
    if !options.company.is_empty() {
        return Ok(Company::Named { posts: by_company });
    }
    let mut conversations = Conversations::new(ConversationOptions::default());
    conversations.add(posts)?;
    let annotations = conversations.finish();
    let inferred = annotations
        .notices()
        .iter()
        .find_map(|notice| match &notice.kind {
            NoticeKind::InferredCompany { handles } => Some(handles.clone()),
            _ => None,
        });
    Ok(inferred.map_or(Company::Unknown, Company::Inferred))
}

fn period(posts: &DataFrame) -> PolarsResult<Option<(Timestamp, Timestamp)>> {
    let moments = column::moments(posts.column(Column::CreatedAt.name())?)?;
    let bounds = moments.iter().flatten().fold(None, |bounds, moment| {
        let (first, last) = bounds.unwrap_or((moment, moment));
        Some((moment.min(first), moment.max(last)))
    });
    Ok(bounds.and_then(|(first, last)| {
        let first = Timestamp::from_microsecond(first).ok()?;
        Some((first, Timestamp::from_microsecond(last).ok()?))
    }))
}

fn languages(posts: &DataFrame) -> PolarsResult<Vec<LanguageCount>> {
    let texts = posts.column(Column::Text.name())?.str()?;
    let hints = posts.column(Column::Lang.name())?.str()?;
    let mut counts: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for (text, hint) in texts.iter().zip(hints.iter()) {
        let language = language::detect(text.unwrap_or_default(), hint);
        *counts
            .entry(language.code().map(str::to_owned))
            .or_default() += 1;
    }
    let mut languages: Vec<LanguageCount> = counts
        .into_iter()
        .map(|(code, posts)| LanguageCount { code, posts })
        .collect();
    languages.sort_by_key(|language| std::cmp::Reverse(language.posts));
    Ok(languages)
}

#[cfg(test)]
mod tests;
