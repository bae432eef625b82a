//! CSV, TSV and their relatives with semicolons and pipes.

mod author_table;
mod header;
mod record;

use crate::columns::{self, Cells, ColumnOverride, Mapping};
use crate::error::Error;
use crate::handle;
use crate::notice::NoticeKind;
use crate::reject::{self, Reason};
use crate::schema::Column;

use super::apart::Authors;
use super::{DecodedText, ReadRows, Row};
use author_table::AuthorTable;
use record::Records;

pub(super) use author_table::{is_expected as is_author_table_expected, read as read_authors};
pub(crate) use header::MOST_LEADING;
pub(super) use header::{Header, find as find_header};

/// The rows of a delimited input.
pub(crate) struct Rows {
    records: Records,
    header: Header,
    /// Fields that a row must have: those of the header up to its last named one.
    required: usize,
    mapping: Mapping,
    is_past_header: bool,
    /// The authors in a table below the posts, where such a table was looked for.
    authors: Option<Authors>,
    part: Part,
    author_rows: Stacked,
    other_rows: Stacked,
}

/// Which of several tables in one input a row is of.
enum Part {
    Posts,
    Authors(AuthorTable),
    Other,
}

/// The rows of a table below the posts.
#[derive(Clone, Copy, Default)]
struct Stacked {
    /// The line of its header.
    line: u64,
    count: u64,
}

impl Stacked {
    /// Counts a row, or the header.
    fn add(&mut self, line: u64) {
        if self.line == 0 {
            self.line = line;
        }
        self.count += 1;
    }
}

/// What a record is.
enum Kind {
    Post,
    /// Part of the table of authors, which was read before.
    Author,
    Fault(Reason),
}

impl Rows {
    pub(crate) fn new(
        input: DecodedText,
        header: Header,
        authors: Option<Authors>,
        overrides: &[ColumnOverride],
    ) -> Result<Self, Error> {
        let mut records = Records::new(input, header.delimiter);
        records.skip_lines(header.leading)?;
        Ok(Self {
            records,
            required: header
                .names
                .iter()
                .rposition(|name| !name.is_empty())
                .map_or(0, |last| last + 1),
            mapping: Mapping::new(&header.names, overrides),
            header,
            is_past_header: false,
            authors,
            part: Part::Posts,
            author_rows: Stacked::default(),
            other_rows: Stacked::default(),
        })
    }

    /// What the record last read is.
    fn kind(&mut self) -> Kind {
        if let Some(fault) = self.records.fault() {
            return Kind::Fault(fault);
        }
        if std::str::from_utf8(self.records.raw()).is_err() {
            return Kind::Fault(Reason::InvalidUtf8);
        }
        if is_header_again(&self.records, &self.header.names) {
            self.part = Part::Posts;
            return Kind::Fault(Reason::RepeatedHeader);
        }
        if is_other_header(&self.records) {
            let table = self
                .authors
                .as_ref()
                .and_then(|_| AuthorTable::below(&self.records));
            if let Some(table) = table {
                self.part = Part::Authors(table);
                self.author_rows.line = self.records.line();
                return Kind::Author;
            }
            self.part = Part::Other;
        }
        match &self.part {
            Part::Posts => self.field_count().map_or(Kind::Post, Kind::Fault),
            Part::Authors(table) if table.author(&self.records).is_some() => {
                self.author_rows.count += 1;
                Kind::Author
            }
            Part::Authors(_) => Kind::Fault(Reason::OtherTable {
                header_line: self.author_rows.line,
            }),
            Part::Other => {
                self.other_rows.add(self.records.line());
                Kind::Fault(Reason::OtherTable {
                    header_line: self.other_rows.line,
                })
            }
        }
    }

    /// Whether the record has another number of fields than the header.
    fn field_count(&self) -> Option<Reason> {
        let found = self.records.len();
        let surplus_is_empty =
            || (self.header.names.len()..found).all(|index| self.records.field(index) == Some(""));
        (found < self.required || !surplus_is_empty()).then_some(Reason::FieldCount {
            expected: self.required,
            found,
        })
    }

    /// The cells of the record last read, with what the table of authors adds.
    fn cells(&self) -> Cells {
        let mut cells = self
            .mapping
            .cells(|index| self.records.field(index).map(str::to_owned));
        let name = cells.get(Column::AuthorName).map(handle::folded);
        let author = self
            .authors
            .as_ref()
            .zip(name)
            .and_then(|(authors, name)| authors.get(&name));
        if let Some(author) = author {
            cells.fill(Column::AuthorId, author.id.as_deref());
            cells.fill(Column::Followers, author.followers.as_deref());
            cells.fill(Column::Verified, author.verified.as_deref());
        }
        cells
    }
}

/// Whether the record is the header once more, as where exports were put into one file; each may
/// have brought its byte order mark.
fn is_header_again(record: &Records, header: &[String]) -> bool {
    record.len() == header.len()
        && header.iter().enumerate().all(|(index, name)| {
            let cell = record.field(index).unwrap_or_default();
            cell.trim_start_matches('\u{feff}').trim() == name
        })
}

/// Whether the record is the header of another table: Vicinitas writes a table of authors below
/// its table of posts. Three known names that make up half of the row cannot be a post.
fn is_other_header(record: &Records) -> bool {
    const LONGEST_NAME: usize = 40;
    let cells = || {
        (0..record.len())
            .filter_map(|index| record.field(index))
            .map(str::trim)
    };
    // Nearly every row of posts ends here.
    if !cells()
        .next()
        .is_some_and(|cell| cell.len() <= LONGEST_NAME && is_known(cell))
    {
        return false;
    }
    let named = cells().filter(|cell| !cell.is_empty()).count();
    let known = cells()
        .filter(|cell| cell.len() <= LONGEST_NAME && is_known(cell))
        .count();
    known >= 3 && known * 2 >= named
}

fn is_known(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_alphabetic()) && columns::is_known(cell)
}

impl ReadRows for Rows {
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        while self.records.read()? {
            if !self.is_past_header && self.records.fault().is_none() {
                self.is_past_header = true;
                continue;
            }
            let cells = match self.kind() {
                Kind::Post => Ok(self.cells()),
                Kind::Author => continue,
                Kind::Fault(reason) => Err(reason),
            };
            let line = self.records.line();
            return Ok(Some(Row { line, cells }));
        }
        Ok(None)
    }

    fn raw(&self) -> String {
        reject::raw(self.records.raw())
    }

    fn notices(&self) -> Vec<NoticeKind> {
        let leading = Some(self.header.leading as u64)
            .filter(|count| *count > 0)
            .map(|count| NoticeKind::LeadingLines { count });
        let Stacked { line, count } = self.author_rows;
        let authors = (count > 0).then_some(NoticeKind::AuthorTable { line, count });
        let left_out = self
            .authors
            .as_ref()
            .and_then(Authors::left_out)
            .map(|count| NoticeKind::AuthorsLeftOut { count });
        let Stacked { line, count } = self.other_rows;
        let other = (count > 0).then_some(NoticeKind::OtherTable { line, count });
        let notices = [leading, self.records.notice(), authors, left_out, other];
        notices.into_iter().flatten().collect()
    }
}
