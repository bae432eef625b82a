//! The formats of exports, told apart by content.

mod delimited;
mod ndjson;
mod nesting;
mod parquet;

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use encoding_rs::Encoding;

use crate::columns::{Cells, ColumnOverride, Mapping};
use crate::encoding::TextEncoding;
use crate::error::Error;
use crate::input::{ByteCounter, Head, Source};
use crate::limits::Limits;
use crate::notice::NoticeKind;
use crate::reject::Reason;
use crate::schema::Column;

/// What an input turned out to be.
#[derive(Debug)]
pub(crate) enum Format {
    /// Fields with a delimiter between them, below a header row.
    Delimited {
        encoding: TextEncoding,
        delimiter: u8,
    },
    /// One JSON object a line.
    Ndjson { encoding: TextEncoding },
    /// Apache Parquet.
    Parquet,
}

/// An input's format and the names of its columns.
#[derive(Debug)]
pub(crate) struct Detected {
    pub(crate) format: Format,
    /// Header cells, column names or, of the objects in the head, keys.
    pub(crate) headers: Vec<String>,
    /// Whether `headers` can be relied upon to hold the text's column if there is one.
    pub(crate) is_complete: bool,
}

/// A format in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatDescription {
    /// Its name, such as `CSV`.
    pub name: &'static str,
    /// The encoding of its text by the name in the WHATWG encoding standard; none for binary
    /// formats.
    pub encoding: Option<&'static str>,
    /// What separates its fields, if that is a character.
    pub delimiter: Option<char>,
}

impl Format {
    pub(crate) fn describe(&self) -> FormatDescription {
        let (name, encoding, delimiter) = match self {
            Self::Delimited {
                encoding,
                delimiter,
            } => ("CSV", Some(encoding), Some(char::from(*delimiter))),
            Self::Ndjson { encoding } => ("NDJSON", Some(encoding), None),
            Self::Parquet => ("Parquet", None, None),
        };
        FormatDescription {
            name,
            encoding: encoding.map(|encoding| encoding.name()),
            delimiter,
        }
    }
}

impl Detected {
    /// Which of its columns hold what.
    pub(crate) fn mapping(&self, overrides: &[ColumnOverride]) -> Mapping {
        Mapping::new(&self.headers, overrides)
    }

    /// Fails if none of its columns can hold the text.
    pub(crate) fn check_text(&self, file: &str, overrides: &[ColumnOverride]) -> Result<(), Error> {
        if self.is_complete && self.mapping(overrides).get(Column::Text).is_none() {
            return Err(Error::NoTextColumn {
                file: file.to_owned(),
                headers: self.headers.clone(),
            });
        }
        Ok(())
    }
}

/// One row, with the 1-based physical line where it starts.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Result<Cells, Reason>,
}

/// Reads the rows of one input in order.
pub(crate) trait ReadRows: Send {
    /// The next row; none at the end.
    fn next_row(&mut self) -> Result<Option<Row>, Error>;

    /// The row last read, as it stands in the input, cut for a reject.
    fn raw(&self) -> String;

    /// Remarks about what was read so far.
    fn notices(&self) -> Vec<NoticeKind> {
        Vec::new()
    }

    /// How many rows there are, where the format tells beforehand.
    fn total(&self) -> Option<u64> {
        None
    }
}

/// Finds out what `source` holds.
pub(crate) fn detect(
    source: &mut Source,
    head: &Head,
    wanted: Option<&'static Encoding>,
    overrides: &[ColumnOverride],
) -> Result<Detected, Error> {
    if head.bytes.starts_with(parquet::MAGIC) {
        let headers = parquet::headers(source)?;
        return Ok(Detected {
            format: Format::Parquet,
            headers,
            is_complete: true,
        });
    }
    let encoding = TextEncoding::detect(&source.name, head, wanted)?;
    let text = head_text(encoding, head).map_err(|error| Error::io(&source.name, error))?;
    let start = text.trim_ascii_start();
    if start.is_empty() && head.is_whole {
        return Err(Error::Empty {
            file: source.name.clone(),
        });
    }
    if let Some(kind) = ndjson::document_kind(start) {
        return Err(Error::JsonDocument {
            file: source.name.clone(),
            kind,
        });
    }
    if ndjson::is_ndjson(start) {
        let headers = ndjson::keys(start, head.is_whole);
        let is_complete = !headers.is_empty();
        return Ok(Detected {
            format: Format::Ndjson { encoding },
            headers,
            is_complete,
        });
    }
    let (delimiter, headers) = delimited::sniff(&text, head.is_whole, overrides);
    Ok(Detected {
        format: Format::Delimited {
            encoding,
            delimiter,
        },
        headers,
        is_complete: true,
    })
}

/// The head as UTF-8; if it was cut, its last line may be incomplete.
fn head_text(encoding: TextEncoding, head: &Head) -> std::io::Result<Vec<u8>> {
    let bytes = Box::new(std::io::Cursor::new(head.bytes.clone()));
    let mut text = Vec::new();
    encoding
        .decode(bytes, Arc::default())?
        .read_to_end(&mut text)?;
    Ok(text)
}

/// Opens the rows of `source`.
pub(crate) fn rows(
    source: &mut Source,
    detected: &Detected,
    overrides: &[ColumnOverride],
    counter: &ByteCounter,
) -> Result<Box<dyn ReadRows>, Error> {
    let file = source.name.clone();
    let limits = source.limits;
    let mut text = |encoding: TextEncoding| {
        let replaced = Arc::<AtomicBool>::default();
        let bytes = source.bytes(counter)?;
        encoding
            .decode(bytes, Arc::clone(&replaced))
            .map(|text| DecodedText {
                file: file.clone(),
                text,
                replaced,
                encoding,
                limits,
            })
            .map_err(|error| Error::io(&file, error))
    };
    Ok(match detected.format {
        Format::Delimited {
            encoding,
            delimiter,
        } => Box::new(delimited::Rows::new(
            text(encoding)?,
            delimiter,
            &detected.headers,
            overrides,
        )),
        Format::Ndjson { encoding } => {
            Box::new(ndjson::Rows::new(text(encoding)?, overrides.to_vec()))
        }
        Format::Parquet => Box::new(parquet::Rows::new(source, overrides, counter.clone())?),
    })
}

/// An input's text as a stream, with what is needed to speak of it.
struct DecodedText {
    file: String,
    text: Box<dyn std::io::BufRead + Send>,
    replaced: Arc<AtomicBool>,
    encoding: TextEncoding,
    limits: Limits,
}

impl DecodedText {
    fn failed(&self, error: std::io::Error) -> Error {
        Error::io(&self.file, error)
    }

    fn notice(&self) -> Option<NoticeKind> {
        self.replaced
            .load(std::sync::atomic::Ordering::Relaxed)
            .then(|| NoticeKind::ReplacedCharacters {
                encoding: self.encoding.name(),
            })
    }
}
