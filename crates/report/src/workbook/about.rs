//! The sheet that says what the others mean.

use rust_xlsxwriter::{Format, FormatBorder, Worksheet, XlsxError};

use super::{
    cells,
    style::{self, Styles},
    table::{self, SheetTable, Show},
};
use crate::run::Model;

/// Digits of a model's checksum: enough to tell models apart.
const MODEL_DIGITS: usize = 12;
/// The width of the column of names.
const NAME_WIDTH: u32 = 30;
/// The width of the column of meanings.
const MEANING_WIDTH: u32 = 110;

pub(super) fn write(
    sheet: &mut Worksheet,
    model: &Model,
    tables: &[SheetTable],
    show: &Show,
) -> Result<(), XlsxError> {
    sheet.set_column_width(0, NAME_WIDTH)?;
    sheet.set_column_width(1, MEANING_WIDTH)?;
    sheet.set_screen_gridlines(false);
    table::page(sheet, NAME_WIDTH + MEANING_WIDTH);
    let mut lines = Lines {
        sheet,
        styles: &show.styles,
        next: 0,
    };
    lines.title("About this report")?;
    for (name, meaning) in made_by(model, show) {
        lines.pair(name, &meaning)?;
    }
    for table in tables {
        lines.heading(table.spec.name, table.spec.purpose)?;
        lines.pair("Rows", &table.extent())?;
        for field in table.spec.fields {
            let unit = table::unit(field.kind, show.time_zone);
            let meaning = format!("{} {unit}", table::plain(field.meaning));
            lines.pair(field.name, meaning.trim_end())?;
        }
    }
    Ok(())
}

/// What made the report, and what holds for all sheets.
fn made_by(model: &Model, show: &Show) -> Vec<(&'static str, String)> {
    let checksum: String = model.checksum.chars().take(MODEL_DIGITS).collect();
    let mut lines = vec![
        ("Made by", format!("Uproar {}", env!("CARGO_PKG_VERSION"))),
        ("Model", format!("{} ({checksum})", model.name)),
    ];
    let privacy = if show.redactor.is_some() {
        "Texts are shown with markers such as [phone] in place of personal data that was found. \
         Handles and names of authors are shown."
    } else {
        "Texts are shown as they were written."
    };
    lines.extend([
        (
            "Run",
            "run.json in the folder of the report says which files were read, with which options, \
             and when."
                .to_owned(),
        ),
        ("Personal data", privacy.to_owned()),
        (
            "Empty cells",
            "The value does not apply or is not known. None of them counts as zero.".to_owned(),
        ),
        (
            "Columns",
            "Each header has a note with the column's name in the CSV file and its meaning; all of \
             them are listed below."
                .to_owned(),
        ),
    ]);
    lines
}

/// Lines from top to bottom.
struct Lines<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
    next: u32,
}

impl Lines<'_> {
    fn title(&mut self, text: &str) -> Result<(), XlsxError> {
        cells::write_text(self.sheet, self.next, 0, text, &self.styles.title)?;
        self.sheet.set_row_height(self.next, 24)?;
        self.next += 1;
        Ok(())
    }

    fn heading(&mut self, name: &str, purpose: &str) -> Result<(), XlsxError> {
        self.next += 1;
        let rule = |format: &Format| {
            let format = format.clone().set_border_bottom(FormatBorder::Medium);
            format.set_border_bottom_color(style::DARK)
        };
        let (name_format, purpose_format) = (rule(&self.styles.heading), rule(&self.styles.text));
        self.line(name, purpose, &name_format, &purpose_format)
    }

    fn pair(&mut self, name: &str, meaning: &str) -> Result<(), XlsxError> {
        let format = &self.styles.text;
        self.line(name, meaning, format, format)
    }

    fn line(
        &mut self,
        name: &str,
        meaning: &str,
        name_format: &Format,
        meaning_format: &Format,
    ) -> Result<(), XlsxError> {
        cells::write_text(self.sheet, self.next, 0, name, name_format)?;
        cells::write_text(self.sheet, self.next, 1, meaning, meaning_format)?;
        let lines = style::lines(meaning, MEANING_WIDTH, 6);
        self.sheet.set_row_height(self.next, style::height(lines))?;
        self.next += 1;
        Ok(())
    }
}
