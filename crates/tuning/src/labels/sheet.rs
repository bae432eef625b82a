//! A file of labels as rows of cells.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx, XlsxError};
use encoding_rs::Encoding;

use super::columns;
use crate::error::{Error, Places};

/// The rows of a file, as text.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// A row that is not blank.
#[derive(Debug)]
pub(super) struct Row {
    /// Its number in a spreadsheet, where the header is row 1.
    pub(super) number: u64,
    pub(super) cells: Vec<String>,
}

impl Row {
    /// The cell of a column, without the white space around it; empty where the row is short.
    pub(super) fn cell(&self, column: Option<usize>) -> &str {
        column
            .and_then(|column| self.cells.get(column))
            .map_or("", |cell| unescaped(cell))
    }
}

/// Takes away the apostrophe that keeps a spreadsheet from running a text as a formula.
fn unescaped(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

impl Sheet {
    /// Reads a workbook's first sheet, or delimited text.
    pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<Self, Error> {
        let mut sheet = if bytes.starts_with(b"PK\x03\x04") {
            workbook(file, bytes)?
        } else {
            delimited(file, &text(file, bytes)?)?
        };
        sheet
            .rows
            .retain(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()));
        let mut surplus = Places::default();
        for row in &sheet.rows {
            let beyond = row.cells.iter().skip(sheet.headers.len());
            if beyond.into_iter().any(|cell| !cell.trim().is_empty()) {
                surplus.row(row.number);
            }
        }
        if surplus.is_empty() {
            Ok(sheet)
        } else {
            Err(Error::Surplus {
                file: file.to_owned(),
                rows: surplus,
            })
        }
    }
}

/// Most cells in the rectangle around all that are filled, which are all set aside at once. One
/// stray cell in the last row and column of a sheet would take hundreds of gigabytes.
const MOST_CELLS: u64 = 10_000_000;

fn workbook(file: &str, bytes: &[u8]) -> Result<Sheet, Error> {
    let failed = |message: String| Error::Workbook {
        file: file.to_owned(),
        message,
    };
    let mut workbook: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error| failed(error.to_string()))?;
    if extent(&mut workbook).map_err(|error| failed(error.to_string()))? > MOST_CELLS {
        return Err(failed(
            "a cell far from the others is filled; clear what is beside and below the table"
                .to_owned(),
        ));
    }
    let range = workbook
        .worksheet_range_at(0)
        .ok_or_else(|| failed("it has no sheet".to_owned()))?
        .map_err(|error| failed(error.to_string()))?;
    let first = range.start().map_or(0, |(row, _)| u64::from(row)) + 1;
    let mut rows = range.rows().map(|row| row.iter().map(shown).collect());
    let headers = rows.next().unwrap_or_default();
    let rows = (first + 1..)
        .zip(rows)
        .map(|(number, cells)| Row { number, cells })
        .collect();
    Ok(Sheet { headers, rows })
}

/// How many cells the rectangle around the filled ones of the first sheet has.
fn extent(workbook: &mut Xlsx<Cursor<&[u8]>>) -> Result<u64, XlsxError> {
    let Some(name) = workbook.sheet_names().into_iter().next() else {
        return Ok(0);
    };
    let mut cells = workbook.worksheet_cells_reader(&name)?;
    let mut corners: Option<[(u32, u32); 2]> = None;
    while let Some(cell) = cells.next_cell()? {
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        let (row, column) = cell.get_position();
        let [first, last] = corners.get_or_insert([(row, column); 2]);
        *first = (first.0.min(row), first.1.min(column));
        *last = (last.0.max(row), last.1.max(column));
    }
    Ok(corners.map_or(0, |[first, last]| {
        u64::from(last.0 - first.0 + 1) * u64::from(last.1 - first.1 + 1)
    }))
}

fn shown(cell: &Data) -> String {
    // A number of more digits than the workbook can hold was rounded. In this form an id shows it.
    const EXACT: f64 = 1e15;
    match cell {
        Data::Float(number) if number.abs() >= EXACT => format!("{number:E}"),
        cell => cell.to_string(),
    }
}

/// The text of a file in UTF-8 or, with a byte order mark, UTF-16.
fn text(file: &str, bytes: &[u8]) -> Result<String, Error> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes)
        && encoding != encoding_rs::UTF_8
    {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return Ok(text.into_owned());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let valid = &bytes[..error.valid_up_to()];
            Err(Error::NotUtf8 {
                file: file.to_owned(),
                line: 1 + valid.iter().filter(|byte| **byte == b'\n').count(),
            })
        }
    }
}

fn delimited(file: &str, text: &str) -> Result<Sheet, Error> {
    // The separator under which the header shows the most columns that mean something.
    let known = |delimiter: &u8| {
        let headers = reader(text, *delimiter).headers().cloned();
        headers.map_or(0, |headers| {
            headers
                .iter()
                .filter(|name| columns::is_known(name))
                .count()
        })
    };
    let delimiter = [b'\t', b';', b',']
        .into_iter()
        .max_by_key(known)
        .unwrap_or(b',');
    let mut reader = reader(text, delimiter);
    let broken = |error: csv::Error| Error::Read {
        file: file.to_owned(),
        source: std::io::Error::other(error),
    };
    let headers = reader.headers().map_err(broken)?;
    let headers = headers.iter().map(str::to_owned).collect();
    let mut rows: Vec<Row> = Vec::new();
    let mut starts = Vec::new();
    let mut number = 1 + blank_lines(text);
    for record in reader.into_records() {
        let record = record.map_err(broken)?;
        let mut start = record.position().map_or(0, |place| place.byte() as usize);
        // The parser leaves the second half of a CRLF to the next record.
        if text
            .get(..start)
            .is_some_and(|before| before.ends_with('\r'))
        {
            start += usize::from(text.get(start..).is_some_and(|from| from.starts_with('\n')));
        }
        number += 1 + blank_lines(text.get(start..).unwrap_or_default());
        starts.push(start);
        rows.push(Row {
            number,
            cells: record.iter().map(str::to_owned).collect(),
        });
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    for ((start, end), row) in starts.iter().zip(ends).zip(&rows) {
        let raw = text.get(*start..end).unwrap_or_default().trim();
        if raw.matches('"').count() % 2 == 1 && raw.contains('\n') {
            return Err(Error::UnclosedQuote {
                file: file.to_owned(),
                row: row.number,
            });
        }
    }
    Ok(Sheet { headers, rows })
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// Blank lines at the start, which the parser passes over and a spreadsheet counts.
fn blank_lines(text: &str) -> u64 {
    let blank = text.len() - text.trim_start_matches(['\r', '\n']).len();
    text.as_bytes()[..blank]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<(u64, String)> {
        let sheet = Sheet::parse("labels.csv", bytes).unwrap();
        sheet
            .rows
            .into_iter()
            .map(|row| (row.number, row.cells.join("|")))
            .collect()
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let marked = format!("\u{feff}{text}");
        marked.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn separators_and_encodings() {
        let expected = [(2, "1|late, again; why".to_owned())];
        let comma = "id,text\r\n1,\"late, again; why\"\r\n";
        let tab = "id\ttext\n1\tlate, again; why\n";
        let semicolon = "ID;Text\n1;\"late, again; why\"\n";
        for text in [comma, tab, semicolon] {
            assert_eq!(cells(text.as_bytes()), expected);
            assert_eq!(cells(format!("\u{feff}{text}").as_bytes()), expected);
            assert_eq!(cells(&utf16(text, u16::to_le_bytes)), expected);
            assert_eq!(cells(&utf16(text, u16::to_be_bytes)), expected);
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        let text = b"id,text\n1,\"two\nlines\"\n\n,\n2,x\n\r\n3,y";
        let numbers: Vec<u64> = cells(text).iter().map(|row| row.0).collect();
        assert_eq!(numbers, [2, 5, 7]);
    }

    #[test]
    fn what_would_lose_a_row_is_refused() {
        let cases: [(&[u8], &str); 4] = [
            (
                b"id,text\n1,\"late\n2,\"again\"\n3,x\n4,y \"\"\n",
                "labels.csv, row 2: a quote is opened and never closed; close it or double it",
            ),
            (
                b"id,text\n1,late, again\n2,x\n3,a,,b\n",
                "labels.csv: more cells than the header has columns in row 2, row 4; put quotes \
                 around texts that hold the separator",
            ),
            (
                b"id,text\n1,caf\xe9\n",
                "labels.csv, line 2: not valid UTF-8; save the labels as CSV UTF-8 or as an Excel \
                 workbook (.xlsx)",
            ),
            (
                b"PK\x03\x04cut",
                "labels.csv is not a readable Excel workbook",
            ),
        ];
        for (bytes, expected) in cases {
            let message = Sheet::parse("labels.csv", bytes).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn spreadsheet_apostrophes_are_taken_away() {
        let sheet = Sheet::parse("labels.csv", b"id,text\n'-5,'@shop late\n'so,''\n").unwrap();
        let found: Vec<_> = sheet
            .rows
            .iter()
            .map(|row| (row.cell(Some(0)), row.cell(Some(1))))
            .collect();
        assert_eq!(found, [("-5", "@shop late"), ("'so", "''")]);
    }
}
