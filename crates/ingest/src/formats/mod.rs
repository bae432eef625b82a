//! The formats of exports, told apart by content.

mod apart;
mod arrow;
mod columnar;
mod delimited;
mod json;
mod nesting;
mod parquet;
mod pushback;

use std::io::{Read, Seek};
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

pub(crate) use apart::MAX_APART;
pub(crate) use arrow::MAX_BATCH;
pub(crate) use delimited::MOST_LEADING;

/// What an input turned out to be.
#[derive(Debug)]
pub(crate) enum Format {
    /// Fields with a delimiter between them, below a header row.
    Delimited {
        encoding: TextEncoding,
        header: delimited::Header,
    },
    /// One JSON object a line.
    Ndjson { encoding: TextEncoding },
    /// JSON over any number of lines.
    JsonDocument {
        encoding: TextEncoding,
        layout: json::Layout,
    },
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC, as a file or as a stream.
    Arrow,
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
            Self::Delimited { encoding, header } => {
                ("CSV", Some(encoding), Some(char::from(header.delimiter)))
            }
            Self::Ndjson { encoding } => ("NDJSON", Some(encoding), None),
            Self::JsonDocument { encoding, .. } => ("JSON document", Some(encoding), None),
            Self::Parquet => ("Parquet", None, None),
            Self::Arrow => ("Arrow IPC", None, None),
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
    let columns = if head.bytes.starts_with(parquet::MAGIC) {
        Some((Format::Parquet, parquet::headers(source)?))
    } else if arrow::is_arrow(head) {
        Some((Format::Arrow, arrow::headers(source)?))
    } else {
        None
    };
    if let Some((format, headers)) = columns {
        return Ok(Detected {
            format,
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
    let json = if let Some(layout) = json::layout(start, head.is_whole) {
        let headers = json::document_keys(start, layout, overrides)?;
        Some((Format::JsonDocument { encoding, layout }, headers))
    } else if json::is_object(start) {
        let headers = json::line_keys(start, head.is_whole, overrides);
        Some((Format::Ndjson { encoding }, headers))
    } else {
        None
    };
    if let Some((format, headers)) = json {
        return Ok(Detected {
            format,
            is_complete: !headers.is_empty(),
            headers,
        });
    }
    let header = delimited::find_header(&text, head.is_whole, overrides);
    Ok(Detected {
        headers: header.names.clone(),
        format: Format::Delimited { encoding, header },
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
    Ok(match &detected.format {
        Format::Delimited { encoding, header } => {
            let authors = if delimited::is_author_table_expected(header, overrides) {
                let read = |text| delimited::read_authors(text, header);
                Some(read_ahead(source, *encoding, read)?)
            } else {
                None
            };
            let text = DecodedText::open(source, *encoding, counter)?;
            let rows = delimited::Rows::new(text, header.clone(), authors, overrides)?;
            Box::new(rows)
        }
        Format::Ndjson { encoding } => {
            let text = DecodedText::open(source, *encoding, counter)?;
            Box::new(json::LineRows::new(text, overrides.to_vec()))
        }
        Format::JsonDocument { encoding, layout } => {
            let includes = if layout.has_includes() {
                read_ahead(source, *encoding, json::read_includes)?
            } else {
                json::Includes::default()
            };
            let text = DecodedText::open(source, *encoding, counter)?;
            let rows = json::DocumentRows::new(text, *layout, includes, overrides.to_vec());
            Box::new(rows)
        }
        Format::Parquet => Box::new(parquet::Rows::new(source, overrides, counter.clone())?),
        Format::Arrow => Box::new(arrow::Rows::new(source, overrides, counter)?),
    })
}

/// Reads an input once before its rows are read, for what stands below them. A stream is copied
/// to a temporary file for it.
fn read_ahead<T>(
    source: &mut Source,
    encoding: TextEncoding,
    read: impl FnOnce(DecodedText) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut file = source.file()?;
    let failed = |error| Error::io(&source.name, error);
    let bytes = file.try_clone().map_err(failed)?;
    let found = read(DecodedText::new(source, Box::new(bytes), encoding)?)?;
    // What is read next may share the place in the file.
    file.rewind().map_err(failed)?;
    Ok(found)
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
    fn open(
        source: &mut Source,
        encoding: TextEncoding,
        counter: &ByteCounter,
    ) -> Result<Self, Error> {
        let bytes = source.bytes(counter)?;
        Self::new(source, bytes, encoding)
    }

    fn new(
        source: &Source,
        bytes: Box<dyn Read + Send>,
        encoding: TextEncoding,
    ) -> Result<Self, Error> {
        let replaced = Arc::<AtomicBool>::default();
        let text = encoding
            .decode(bytes, Arc::clone(&replaced))
            .map_err(|error| Error::io(&source.name, error))?;
        Ok(Self {
            file: source.name.clone(),
            text,
            replaced,
            encoding,
            limits: source.limits,
        })
    }

    /// Text that was decoded already.
    fn of_head(text: &[u8]) -> Self {
        Self {
            file: String::new(),
            text: Box::new(std::io::Cursor::new(text.to_vec())),
            replaced: Arc::default(),
            encoding: TextEncoding::UTF_8,
            limits: Limits::default(),
        }
    }

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
