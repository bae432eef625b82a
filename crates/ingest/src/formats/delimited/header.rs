//! Where the header of a delimited input is, and what separates its fields.

use crate::columns::{ColumnOverride, Mapping};
use crate::schema::Column;

/// Delimiters in use; the first of equals is chosen.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Most lines above a header, such as the title of a report and its dates.
pub(crate) const MOST_LEADING: usize = 20;

/// The header of a delimited input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) delimiter: u8,
    /// Lines above it.
    pub(crate) leading: usize,
    pub(crate) names: Vec<String>,
}

/// A header and how well it fits.
struct Candidate {
    header: Header,
    mapping: Mapping,
    /// How many in a thousand of the rows below have the same number of fields; all, of no rows.
    share: usize,
}

/// Finds the header in the head of an input.
///
/// It is in the first line, or below one that only says `sep=;`, as spreadsheets write it. When it
/// names no column for the text, a header is looked for below: the first line that names the text
/// and another column, and whose fields most rows have. Without rows like it, it is a sentence that
/// happens to name columns, as the notes beside an export have.
pub(crate) fn find(head: &[u8], is_whole: bool, overrides: &[ColumnOverride]) -> Header {
    let mut lines = line_starts(head);
    let stated = lines
        .next()
        .and_then(|_| lines.clone().next())
        .and_then(|second| stated_delimiter(&head[..second]).zip(Some(second)));
    if let Some((delimiter, start)) = stated {
        let mut candidate = try_delimiter(&head[start..], is_whole, delimiter, overrides);
        candidate.header.leading = 1;
        return candidate.header;
    }
    let first = best(head, is_whole, overrides);
    if first.has_text() {
        return first.header;
    }
    for (leading, start) in (1..=MOST_LEADING).zip(lines) {
        let below = &head[start..];
        if below
            .first()
            .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
        {
            continue;
        }
        let mut candidate = best(below, is_whole, overrides);
        let is_header = candidate.has_text() && candidate.mapping.fields().len() > 1;
        if is_header && candidate.share >= 500 {
            candidate.header.leading = leading;
            return candidate.header;
        }
    }
    first.header
}

/// Where the lines of `text` start.
fn line_starts(text: &[u8]) -> impl Iterator<Item = usize> + Clone {
    let is_end = |index: usize| match text.get(index) {
        Some(b'\n') => true,
        Some(b'\r') => text.get(index + 1) != Some(&b'\n'),
        _ => false,
    };
    std::iter::once(0).chain((1..text.len()).filter(move |index| is_end(index - 1)))
}

/// The delimiter that a line such as `sep=;` states.
fn stated_delimiter(line: &[u8]) -> Option<u8> {
    let line = line.trim_ascii_end();
    let line = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    // Trimming takes a tab away, if that is what is stated.
    match line {
        [s, e, p, b'=', rest @ ..] if [s, e, p].map(u8::to_ascii_lowercase) == *b"sep" => {
            match rest {
                [] => Some(b'\t'),
                [delimiter] if delimiter.is_ascii_punctuation() => Some(*delimiter),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The best delimiter gives a header with a column for the text, more than one column, and the
/// same number of fields in most rows.
fn best(text: &[u8], is_whole: bool, overrides: &[ColumnOverride]) -> Candidate {
    let [first, others @ ..] =
        DELIMITERS.map(|delimiter| try_delimiter(text, is_whole, delimiter, overrides));
    others.into_iter().fold(first, |best, candidate| {
        if candidate.merit() > best.merit() {
            candidate
        } else {
            best
        }
    })
}

impl Candidate {
    fn has_text(&self) -> bool {
        self.mapping.get(Column::Text).is_some()
    }

    fn merit(&self) -> (bool, bool, usize, usize) {
        let width = self.header.names.len();
        (self.has_text(), width > 1, self.share, width)
    }
}

/// The header that `delimiter` gives.
fn try_delimiter(
    text: &[u8],
    is_whole: bool,
    delimiter: u8,
    overrides: &[ColumnOverride],
) -> Candidate {
    const MOST_ROWS: usize = 200;
    let reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text);
    let mut records = reader.into_byte_records().map_while(Result::ok);
    let names: Vec<String> = records
        .next()
        .unwrap_or_default()
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).trim().to_owned())
        .collect();
    let mut widths: Vec<usize> = records.map(|record| record.len()).take(MOST_ROWS).collect();
    if !is_whole && widths.len() < MOST_ROWS {
        // The last row was cut.
        widths.pop();
    }
    let same = widths.iter().filter(|width| **width == names.len()).count();
    Candidate {
        mapping: Mapping::new(&names, overrides),
        share: (same * 1000).checked_div(widths.len()).unwrap_or(1000),
        header: Header {
            delimiter,
            leading: 0,
            names,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(head: &str, is_whole: bool, overrides: &[ColumnOverride]) -> String {
        let header = find(head.as_bytes(), is_whole, overrides);
        let delimiter = char::from(header.delimiter);
        format!(
            "{delimiter:?} +{} {}",
            header.leading,
            header.names.join("/")
        )
    }

    #[test]
    fn the_delimiter_is_found() {
        for (head, expected) in [
            ("id,text\n1,\"a; b; c\"\n2,d\n", "',' +0 id/text"),
            ("id\ttext\n1\ta, b, c\n", "'\\t' +0 id/text"),
            ("id;text\n1;a, b\n2;c, d\n", "';' +0 id/text"),
            ("id|text\n1|a\n", "'|' +0 id/text"),
            ("id,text;lang\n", "',' +0 id/text;lang"),
            ("text\na, b\nc\n", "'\\t' +0 text"),
            ("text\nfoo\n", "',' +0 text"),
            ("\n\n id , Text \n", "',' +0 id/Text"),
        ] {
            assert_eq!(found(head, true, &[]), expected, "{head}");
        }
    }

    #[test]
    fn a_stated_delimiter_is_taken_at_its_word() {
        for (head, expected) in [
            ("sep=;\nid;text,x\n", "';' +1 id/text,x"),
            ("SEP=,\r\nid,text\r\n", "',' +1 id/text"),
            ("\"sep=|\"\rid|text\r", "'|' +1 id/text"),
            ("sep=\t\nid\ttext\n", "'\\t' +1 id/text"),
            ("sep=^\nid^text\n", "'^' +1 id/text"),
            ("sep=ab,text\n1,a\n", "',' +0 sep=ab/text"),
        ] {
            assert_eq!(found(head, true, &[]), expected, "{head}");
        }
    }

    #[test]
    fn lines_above_the_header_are_passed_over() {
        let titles = "Report,March\n\n\"All mentions, weekly\"\r\n";
        for (head, expected) in [
            (format!("{titles}id,text\n1,a\n"), "',' +3 id/text"),
            (format!("{titles}id;text\n1;a\n"), "';' +3 id/text"),
            // Notes about an export: hardly a row is like the line that names columns.
            (
                format!("{titles}id, text, lang\nSee here.\nOr there."),
                "',' +0 Report/March",
            ),
            // One known name may be a post.
            (format!("{titles}text\na\n"), "',' +0 Report/March"),
            ("x\n".repeat(20) + "id,text\n", "',' +20 id/text"),
            ("x\n".repeat(21) + "id,text\n", "'\\t' +0 x"),
        ] {
            assert_eq!(found(&head, true, &[]), expected, "{head}");
        }
    }

    #[test]
    fn an_override_takes_part_in_the_choice() {
        let head = "a,b;c\n1,2;3\n";
        let overrides = ["text=c".parse().unwrap()];
        assert_eq!(found(head, true, &overrides), "';' +0 a,b/c");
        assert_eq!(found(head, true, &[]), "',' +0 a/b;c");
    }

    #[test]
    fn a_cut_row_does_not_count() {
        assert_eq!(
            found("id;text\n1;a,b\n2;c,d\n3", false, &[]),
            "';' +0 id/text"
        );
    }
}
