//! CSV that spreadsheets can open without harm.
//!
//! Comma-separated (RFC 4180), UTF-8 without a byte order mark, lines ended by a line feed, missing
//! values empty.

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, Write},
};

use crate::table::{Cell, Table};

/// Writes a header and every row.
pub(crate) fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    write_header(table, out)?;
    write_rows(table, out)
}

/// Writes the header alone.
pub(crate) fn write_header(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(table.names()).map_err(io_error)?;
    writer.flush()
}

/// Writes every row, without a header.
pub(crate) fn write_rows(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for row in table.rows() {
        write_row(row, &mut writer)?;
    }
    writer.flush()
}

/// The rows one by one, each with its line feed.
pub(crate) fn lines(table: &Table) -> impl Iterator<Item = io::Result<Vec<u8>>> {
    table.rows().map(|row| {
        let mut line = Vec::new();
        let mut writer = csv::WriterBuilder::new()
            .buffer_capacity(1024)
            .from_writer(&mut line);
        write_row(row, &mut writer)?;
        writer.flush()?;
        drop(writer);
        Ok(line)
    })
}

fn write_row<'a, W: Write>(
    row: impl Iterator<Item = Cell<'a>>,
    writer: &mut csv::Writer<W>,
) -> io::Result<()> {
    let mut shown = String::new();
    for cell in row {
        if let Cell::Text(text) = cell {
            writer
                .write_field(spreadsheet_safe(text).as_bytes())
                .map_err(io_error)?;
        } else {
            shown.clear();
            // Writing to a string cannot fail.
            let _ = write!(shown, "{cell}");
            writer.write_field(&shown).map_err(io_error)?;
        }
    }
    writer.write_record(None::<&[u8]>).map_err(io_error)
}

/// The stream's own error: the library's conversion would hide its kind, and with it a broken pipe.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A text that a spreadsheet shows instead of running.
///
/// Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, also after a tab
/// or a carriage return, and a formula can call out or run a program. As OWASP advises (“CSV
/// Injection”), such a text gets an apostrophe in front. Posts often begin with `@`, so this is
/// common; Parquet holds the text as it was. NUL is dropped, because many readers end there.
fn spreadsheet_safe(text: &str) -> Cow<'_, str> {
    let text = if text.contains('\0') {
        Cow::Owned(text.replace('\0', ""))
    } else {
        Cow::Borrowed(text)
    };
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}

/// The text that [`spreadsheet_safe`] was given, except for a text of a post that itself began with
/// an apostrophe before such a character, which loses it.
pub(crate) fn unescaped(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;
    use proptest::prelude::*;

    use super::*;

    fn written(table: &DataFrame) -> String {
        let mut out = Vec::new();
        write(&Table::new(table).unwrap(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formulas_become_text() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-1", "'-1"),
            ("@shop hello", "'@shop hello"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\0=1", "'=1"),
            ("a\0b", "ab"),
            ("plain = 1", "plain = 1"),
            ("'=1", "'=1"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(spreadsheet_safe(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_apostrophe_is_taken_away_again() {
        for text in ["=1+1", "@shop", "\t=1", "'quoted'", "plain", "'", ""] {
            assert_eq!(unescaped(&spreadsheet_safe(text)), text);
        }
    }

    #[test]
    fn only_text_is_made_safe() {
        let table = df!(
            "id" => [Some("-5"), None],
            "text" => ["@shop \"so\" late,\nagain", "fine"],
            "logit" => [-1.5_f32, 2.0],
        )
        .unwrap();
        insta::assert_snapshot!(written(&table), @r#"
        id,text,logit
        '-5,"'@shop ""so"" late,
        again",-1.500000
        ,fine,2.000000
        "#);
    }

    #[test]
    fn a_table_of_one_empty_cell_keeps_its_row() {
        let table = df!("text" => [""]).unwrap();
        assert_eq!(written(&table), "text\n\"\"\n");
    }

    proptest! {
        #[test]
        fn any_text_comes_back_safe_and_whole(texts in prop::collection::vec(any::<String>(), 0..8)) {
            let table = df!("a" => &texts, "b" => &texts).unwrap();
            let csv = written(&table);
            let read: Vec<_> = csv::Reader::from_reader(csv.as_bytes())
                .into_records()
                .map(|record| record.unwrap()[1].to_owned())
                .collect();
            prop_assert_eq!(read.len(), texts.len());
            for (found, text) in read.iter().zip(&texts) {
                prop_assert!(!found.starts_with(['=', '+', '-', '@', '\t', '\r']));
                prop_assert!(found.ends_with(&text.replace('\0', "")));
            }
        }
    }
}
