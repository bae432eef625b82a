//! What every workbook of the program has in common: texts that stay texts, and the same bytes for
//! the same content.

use std::borrow::Cow;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The most that a cell can hold, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;

/// A workbook without sheets. What it comes to depends on its sheets alone: the moment of writing
/// would make every file differ.
pub(crate) fn new_workbook() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    Ok(workbook)
}

/// Writes a text that is never a formula or a link, whatever it begins with.
pub(crate) fn write_text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        sheet.write_blank(row, column, format)?;
    } else {
        sheet.write_string_with_format(row, column, fitting(text), format)?;
    }
    Ok(())
}

/// The text, or as much of it as a cell can hold.
fn fitting(text: &str) -> Cow<'_, str> {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return Cow::Borrowed(text);
    }
    let mut units = 1;
    let fits = text.chars().take_while(|c| {
        units += c.len_utf16();
        units <= LONGEST_TEXT
    });
    Cow::Owned(fits.chain(['…']).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_cut_and_shows_it() {
        for (text, cut) in [
            ("short".to_owned(), false),
            ("x".repeat(LONGEST_TEXT), false),
            ("x".repeat(LONGEST_TEXT + 1), true),
            ("😡".repeat(LONGEST_TEXT), true),
        ] {
            let fitting = fitting(&text);
            assert!(fitting.encode_utf16().count() <= LONGEST_TEXT);
            assert_eq!(fitting.ends_with('…'), cut);
            assert_eq!(fitting == text, !cut);
        }
    }
}
