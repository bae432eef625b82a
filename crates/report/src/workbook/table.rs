//! One table on one sheet.

use std::borrow::Cow;

use jiff::{Timestamp, tz::TimeZone};
use polars::prelude::DataFrame;
use rust_xlsxwriter::{
    ConditionalFormatDataBar, ConditionalFormatType, ExcelDateTime, Format, FormatAlign,
    IgnoreError, Note, Worksheet, XlsxError,
};
use uproar_ingest::redact::Redactor;

use super::{
    cells,
    style::{self, Styles},
};
use crate::{
    Field, Kind, TableSpec, columns,
    error::Error,
    table::{Cell, Table},
};

/// The row of the header. Above it stand title, purpose and the number of rows.
const HEADER: u32 = 3;
/// The row of the first values.
pub(super) const FIRST_ROW: u32 = HEADER + 1;

/// The most rows of a sheet: more than people read, few enough to open at once.
pub(crate) const MOST_ROWS: usize = 5_000;

/// The most lines that a row shows of a text; the cell holds all of it.
const MOST_LINES: u32 = 6;

/// The least width of a table's purpose, in characters.
const PURPOSE_WIDTH: u32 = 110;

/// A table as far as a sheet holds it.
pub(super) struct SheetTable {
    pub(super) spec: &'static TableSpec,
    pub(super) rows: DataFrame,
    /// How many rows the CSV file has.
    pub(super) all: u64,
}

/// What decides how values are shown, the same for all sheets.
pub(super) struct Show<'a> {
    pub(super) styles: Styles,
    pub(super) time_zone: &'a TimeZone,
    /// Takes personal data from texts.
    pub(super) redactor: Option<Redactor>,
}

impl SheetTable {
    /// The first rows of a table that has so many in its CSV file.
    pub(super) fn new(spec: &'static TableSpec, rows: &DataFrame, all: u64) -> Self {
        Self {
            spec,
            rows: rows.head(Some(MOST_ROWS)),
            all,
        }
    }

    pub(super) fn write(&self, sheet: &mut Worksheet, show: &Show) -> Result<(), Error> {
        let table = Table::new(&self.rows)?;
        self.write_top(sheet, &show.styles)?;
        self.write_header(sheet, show)?;
        self.write_rows(sheet, &table, show)?;
        self.set_up(sheet)?;
        Ok(())
    }

    /// The row behind the last value; that of the first where there is none.
    pub(super) fn end_row(&self) -> u32 {
        FIRST_ROW + self.rows.height() as u32
    }

    /// How much of the table stands on the sheet, and where the rest is.
    pub(super) fn extent(&self) -> String {
        let (shown, all, name) = (self.rows.height() as u64, self.all, self.spec.name);
        let rows = style::count(all);
        if shown < all {
            let shown = style::count(shown);
            format!("The first {shown} of {rows} rows. {name}.csv holds all of them.")
        } else if all == 1 {
            format!("1 row, as in {name}.csv.")
        } else {
            format!("{rows} rows, as in {name}.csv.")
        }
    }

    fn write_top(&self, sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
        cells::write_text(sheet, 0, 0, self.spec.title, &styles.title)?;
        self.write_purpose(sheet, styles)?;
        let is_cut = (self.rows.height() as u64) < self.all;
        let format = if is_cut {
            &styles.warning
        } else {
            &styles.remark
        };
        cells::write_text(sheet, 2, 0, &self.extent(), format)?;
        sheet.set_row_height(0, 24)?;
        Ok(())
    }

    /// Across as many columns as a line takes to be read.
    fn write_purpose(&self, sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
        let (mut columns, mut width) = (0, 0);
        for field in self.spec.fields {
            if width >= PURPOSE_WIDTH {
                break;
            }
            width += style::width(field);
            columns += 1;
        }
        let format = styles.remark.clone().set_text_wrap();
        let format = format.set_align(FormatAlign::Top);
        // One cell cannot be merged.
        if columns > 1 {
            sheet.merge_range(1, 0, 1, columns - 1, "", &format)?;
        }
        cells::write_text(sheet, 1, 0, self.spec.purpose, &format)?;
        let lines = style::lines(self.spec.purpose, width, MOST_LINES);
        sheet.set_row_height(1, style::height(lines))?;
        Ok(())
    }

    fn write_header(&self, sheet: &mut Worksheet, show: &Show) -> Result<(), XlsxError> {
        let mut most_lines = 1;
        for (column, field) in (0..).zip(self.spec.fields) {
            let heading = style::heading(field.name);
            let width = style::width(field);
            most_lines = most_lines.max(style::lines(&heading, width - 3, 4));
            cells::write_text(sheet, HEADER, column, &heading, &show.styles.header)?;
            sheet.set_column_width(column, width)?;
            let meaning = plain(field.meaning);
            let unit = unit(field.kind, show.time_zone);
            let note = [field.name, &meaning, &unit].join("\n");
            let lines = style::lines(&note, 48, 20);
            let note = Note::new(note.trim_end())
                .add_author_prefix(false)
                .set_width(320)
                .set_height(18 * (lines + 1));
            sheet.insert_note(HEADER, column, &note)?;
        }
        sheet.set_row_height(HEADER, style::height(most_lines) + 6.0)?;
        Ok(())
    }

    fn write_rows(
        &self,
        sheet: &mut Worksheet,
        table: &Table,
        show: &Show,
    ) -> Result<(), XlsxError> {
        let formats: Vec<Format> = self
            .spec
            .fields
            .iter()
            .map(|field| style::of(field.kind))
            .collect();
        for (row, values) in (FIRST_ROW..).zip(table.rows()) {
            let mut lines = 1;
            let fields = self.spec.fields.iter().zip(&formats);
            for ((column, value), (field, format)) in (0..).zip(values).zip(fields) {
                match value {
                    Cell::Text(text) if field.kind == Kind::Text => {
                        let text = match &show.redactor {
                            Some(redactor) => redactor.redact(text),
                            None => Cow::Borrowed(text),
                        };
                        lines = lines.max(style::lines(&text, style::width(field), MOST_LINES));
                        cells::write_text(sheet, row, column, &text, format)?;
                    }
                    Cell::Text(text) => {
                        let band = (field.kind == Kind::Band)
                            .then(|| show.styles.band(text))
                            .flatten();
                        cells::write_text(sheet, row, column, text, band.unwrap_or(format))?;
                    }
                    Cell::Integer(value) => {
                        let format = show.styles.level(field.name, value).unwrap_or(format);
                        sheet.write_number_with_format(row, column, value as f64, format)?;
                    }
                    // Equal to what the CSV file says.
                    Cell::Number { value, decimals } => {
                        let value = format!("{value:.decimals$}").parse().unwrap_or(value);
                        sheet.write_number_with_format(row, column, value, format)?;
                    }
                    Cell::Boolean(value) => {
                        let format = show.styles.flag(value);
                        sheet.write_boolean_with_format(row, column, value, format)?;
                    }
                    Cell::Time(time) => match local(time, show.time_zone) {
                        Some(time) => {
                            sheet.write_datetime_with_format(row, column, time, format)?;
                        }
                        None => cells::write_text(sheet, row, column, &time.to_string(), format)?,
                    },
                    Cell::Missing => {
                        sheet.write_blank(row, column, format)?;
                    }
                }
            }
            sheet.set_row_height(row, style::height(lines))?;
        }
        Ok(())
    }

    /// The header stays in sight, each column can be filtered, and a print is as wide as its paper.
    fn set_up(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let last_row = self.end_row().saturating_sub(1).max(HEADER);
        let last_column = (self.spec.fields.len() as u16).saturating_sub(1);
        let fields = self.spec.fields;
        // A place alone does not say whose it is.
        let is_place = fields
            .first()
            .is_some_and(|field| field.kind == Kind::Count);
        let fixed = if is_place { 2 } else { 1 };
        sheet.set_freeze_panes(FIRST_ROW, fixed)?;
        sheet.autofilter(HEADER, 0, last_row, last_column)?;
        if last_row > HEADER {
            for (column, field) in (0..).zip(self.spec.fields) {
                if let Some(bars) = bars(field) {
                    sheet.add_conditional_format(FIRST_ROW, column, last_row, column, &bars)?;
                }
            }
            // Ids are text on purpose.
            let text = IgnoreError::NumberStoredAsText;
            sheet.ignore_error_range(FIRST_ROW, 0, last_row, last_column, text)?;
        }
        let width: u32 = fields.iter().map(style::width).sum();
        page(sheet, width);
        sheet.set_repeat_rows(HEADER, HEADER)?;
        sheet.set_repeat_columns(0, fixed - 1)?;
        Ok(())
    }
}

/// How a sheet of this width, in characters, is printed: on as many pages beside one another as it
/// takes to be read.
pub(super) fn page(sheet: &mut Worksheet, width: u32) {
    const A4: u8 = 9;
    const PAGE_WIDTH: u32 = 260;
    let pages = u16::try_from(width.div_ceil(PAGE_WIDTH)).unwrap_or(u16::MAX);
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(pages, 0)
        .set_footer("&L&A&R&P / &N");
}

/// Bars in the cells of a column whose values are read against one another.
fn bars(field: &Field) -> Option<ConditionalFormatDataBar> {
    let bars = ConditionalFormatDataBar::new()
        .set_solid_fill(true)
        .set_border_off(true)
        .set_minimum(ConditionalFormatType::Number, 0);
    match field.kind {
        Kind::Share => Some(bars.set_fill_color(style::LIGHT)),
        Kind::Score => Some(
            bars.set_maximum(ConditionalFormatType::Number, 1)
                .set_fill_color(style::LIGHT),
        ),
        Kind::Number if [columns::PRIORITY, columns::REACH].contains(&field.name) => Some(
            bars.set_maximum(ConditionalFormatType::Number, 100)
                .set_fill_color(style::LIGHT),
        ),
        _ => None,
    }
}

/// The moment as a sheet holds it; `None` before 1900, where Excel has no dates.
pub(super) fn local(time: Timestamp, zone: &TimeZone) -> Option<ExcelDateTime> {
    let time = time.to_zoned(zone.clone()).datetime();
    let [month, day, hour, minute, second] = [
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
    ]
    .map(|part| u8::try_from(part).unwrap_or(0));
    let year = u16::try_from(time.year()).ok()?;
    let milliseconds = u16::try_from(time.millisecond()).unwrap_or(0);
    ExcelDateTime::from_ymd(year, month, day)
        .and_then(|date| date.and_hms_milli(hour.into(), minute, second, milliseconds))
        .ok()
}

/// How a column of this kind is to be read, where its name does not tell.
pub(super) fn unit(kind: Kind, time_zone: &TimeZone) -> String {
    match kind {
        Kind::Share => "In per cent.".to_owned(),
        Kind::Score => "From 0 to 1.".to_owned(),
        Kind::Minutes => "In minutes.".to_owned(),
        Kind::Time => format!("Time zone: {}.", zone_name(time_zone)),
        _ => String::new(),
    }
}

fn zone_name(time_zone: &TimeZone) -> &str {
    time_zone.iana_name().unwrap_or("that of the settings")
}

/// A meaning without the marks of Markdown.
pub(super) fn plain(meaning: &str) -> String {
    meaning.replace('`', "")
}
