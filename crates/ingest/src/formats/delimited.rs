//! CSV, TSV and their relatives with semicolons and pipes.

mod record;

use crate::columns::{self, ColumnOverride, Mapping};
use crate::error::Error;
use crate::notice::NoticeKind;
use crate::reject::{self, Reason};
use crate::schema::Column;

use super::{DecodedText, ReadRows, Row};
use record::Records;

/// Delimiters in use; the first of equals is chosen.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Finds the delimiter and the header from the head of an input.
///
/// The best delimiter gives a header with a column for the text, more than one column, and the
/// same number of fields in most rows.
pub(crate) fn sniff(
    head: &[u8],
    is_whole: bool,
    overrides: &[ColumnOverride],
) -> (u8, Vec<String>) {
    let mut best = None;
    for delimiter in DELIMITERS {
        let (headers, share) = try_delimiter(head, is_whole, delimiter);
        let has_text = Mapping::new(&headers, overrides)
            .get(Column::Text)
            .is_some();
        let merit = (has_text, headers.len() > 1, share, headers.len());
        if best.as_ref().is_none_or(|(found, _, _)| merit > *found) {
            best = Some((merit, delimiter, headers));
        }
    }
    best.map_or((b',', Vec::new()), |(_, delimiter, headers)| {
        (delimiter, headers)
    })
}

/// The header that `delimiter` gives, and how many in a thousand of the rows below it have the
/// same number of fields.
fn try_delimiter(head: &[u8], is_whole: bool, delimiter: u8) -> (Vec<String>, usize) {
    const MOST_ROWS: usize = 200;
    let reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(head);
    let mut records = reader.into_byte_records().map_while(Result::ok);
    let Some(header) = records.next() else {
        return (Vec::new(), 0);
    };
    let headers: Vec<String> = header
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).trim().to_owned())
        .collect();
    let mut widths: Vec<usize> = records.map(|record| record.len()).take(MOST_ROWS).collect();
    if !is_whole && widths.len() < MOST_ROWS {
        // The last row was cut.
        widths.pop();
    }
    let same = widths
        .iter()
        .filter(|width| **width == headers.len())
        .count();
    (headers, same * 1000 / widths.len().max(1))
}

/// The rows of a delimited input.
pub(crate) struct Rows {
    records: Records,
    headers: Vec<String>,
    /// Fields that a row must have: those of the header up to its last named one.
    required: usize,
    mapping: Mapping,
    is_past_header: bool,
    /// Where a second table begins, and how many lines it has so far.
    other_table: Option<(u64, u64)>,
    is_in_other_table: bool,
}

impl Rows {
    pub(crate) fn new(
        input: DecodedText,
        delimiter: u8,
        headers: &[String],
        overrides: &[ColumnOverride],
    ) -> Self {
        Self {
            records: Records::new(input, delimiter),
            headers: headers.to_vec(),
            required: headers
                .iter()
                .rposition(|name| !name.is_empty())
                .map_or(0, |last| last + 1),
            mapping: Mapping::new(headers, overrides),
            is_past_header: false,
            other_table: None,
            is_in_other_table: false,
        }
    }

    /// What is wrong with the record last read.
    fn fault(&mut self) -> Option<Reason> {
        if let Some(fault) = self.records.fault() {
            return Some(fault);
        }
        if std::str::from_utf8(self.records.raw()).is_err() {
            return Some(Reason::InvalidUtf8);
        }
        if self.is_header_again() {
            self.is_in_other_table = false;
            return Some(Reason::RepeatedHeader);
        }
        if self.is_other_header() {
            self.is_in_other_table = true;
            self.other_table.get_or_insert((self.records.line(), 0));
        }
        if self.is_in_other_table
            && let Some((header_line, count)) = &mut self.other_table
        {
            *count += 1;
            return Some(Reason::OtherTable {
                header_line: *header_line,
            });
        }
        let found = self.records.len();
        let surplus_is_empty =
            || (self.headers.len()..found).all(|index| self.records.field(index) == Some(""));
        if found < self.required || !surplus_is_empty() {
            return Some(Reason::FieldCount {
                expected: self.required,
                found,
            });
        }
        None
    }

    fn is_header_again(&self) -> bool {
        self.records.len() == self.headers.len()
            && self
                .headers
                .iter()
                .enumerate()
                .all(|(index, name)| self.records.field(index).map(str::trim) == Some(name))
    }

    /// Whether the record is the header of another table: Vicinitas writes a table of authors
    /// below its table of posts. Three known names that make up half of the row cannot be a post.
    fn is_other_header(&self) -> bool {
        const LONGEST_NAME: usize = 40;
        let cells = || {
            (0..self.records.len())
                .filter_map(|index| self.records.field(index))
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
}

fn is_known(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_alphabetic()) && columns::is_known(cell)
}

impl ReadRows for Rows {
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        loop {
            if !self.records.read()? {
                return Ok(None);
            }
            if !self.is_past_header && self.records.fault().is_none() {
                self.is_past_header = true;
                continue;
            }
            let line = self.records.line();
            let cells = match self.fault() {
                Some(reason) => Err(reason),
                None => Ok(self
                    .mapping
                    .cells(|index| self.records.field(index).map(str::to_owned))),
            };
            return Ok(Some(Row { line, cells }));
        }
    }

    fn raw(&self) -> String {
        reject::raw(self.records.raw())
    }

    fn notices(&self) -> Vec<NoticeKind> {
        let other_table = self
            .other_table
            .map(|(line, count)| NoticeKind::OtherTable { line, count });
        self.records
            .notice()
            .into_iter()
            .chain(other_table)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_found() {
        let cases: [(&str, u8, &[&str]); 8] = [
            ("id,text\n1,\"a; b; c\"\n2,d\n", b',', &["id", "text"]),
            ("id\ttext\n1\ta, b, c\n", b'\t', &["id", "text"]),
            ("id;text\n1;a, b\n2;c, d\n", b';', &["id", "text"]),
            ("id|text\n1|a\n", b'|', &["id", "text"]),
            ("id,text;lang\n", b',', &["id", "text;lang"]),
            ("text\na, b\nc\n", b'\t', &["text"]),
            ("text\nfoo\n", b',', &["text"]),
            ("\n\n id , Text \n", b',', &["id", "Text"]),
        ];
        for (head, delimiter, headers) in cases {
            let (found, found_headers) = sniff(head.as_bytes(), true, &[]);
            assert_eq!(
                (char::from(found), found_headers),
                (
                    char::from(delimiter),
                    headers.iter().map(|s| (*s).to_owned()).collect()
                ),
                "{head}"
            );
        }
    }

    #[test]
    fn an_override_takes_part_in_the_choice() {
        let head = b"a,b;c\n1,2;3\n";
        let overrides = ["text=c".parse().unwrap()];
        assert_eq!(sniff(head, true, &overrides).0, b';');
        assert_eq!(sniff(head, true, &[]).0, b',');
    }

    #[test]
    fn a_cut_row_does_not_count() {
        let head = b"id;text\n1;a,b\n2;c,d\n3";
        assert_eq!(sniff(head, false, &[]).0, b';');
    }
}
