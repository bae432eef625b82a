//! The first sheet: figures, findings and charts on one page.

use jiff::{Timestamp, tz::TimeZone};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::{
    cells, charts,
    style::{self, Styles},
    table::{self, SheetTable, Show},
};
use crate::{Kind, band::Band, overview::Overview};

/// The sheet's columns, all of one width.
const COLUMNS: u16 = 8;
/// Their width, in characters.
const WIDTH: u32 = 17;
/// Columns of a figure.
const FIGURE_COLUMNS: u16 = 2;
/// Rows of a chart.
const CHART_ROWS: u32 = 17;
/// Columns of a chart.
const CHART_COLUMNS: u16 = 4;

/// A number, with the words below it.
struct Figure {
    label: &'static str,
    value: Option<f64>,
    kind: Kind,
    band: Option<Band>,
}

impl Figure {
    fn count(label: &'static str, value: u64) -> Self {
        Self {
            label,
            value: Some(value as f64),
            kind: Kind::Count,
            band: None,
        }
    }

    fn awaiting(label: &'static str, value: u64, band: Band) -> Self {
        Self {
            band: (value > 0).then_some(band),
            ..Self::count(label, value)
        }
    }

    fn share(label: &'static str, value: Option<f32>) -> Self {
        Self {
            label,
            // Without the digits that single precision does not have.
            value: value.and_then(|value| format!("{value:.6}").parse().ok()),
            kind: Kind::Share,
            band: None,
        }
    }

    fn minutes(label: &'static str, value: Option<f64>) -> Self {
        Self {
            label,
            value,
            kind: Kind::Minutes,
            band: None,
        }
    }
}

fn figures(overview: &Overview) -> [[Figure; 4]; 3] {
    let awaiting = &overview.awaiting;
    [
        [
            Figure::awaiting("await an answer now", awaiting.now, Band::Now),
            Figure::awaiting("await an answer today", awaiting.today, Band::Today),
            Figure::awaiting("can wait for days", awaiting.later, Band::Later),
            Figure::count("customers' posts", overview.customer_posts),
        ],
        [
            Figure::share("of them urgent", overview.urgent_share),
            Figure::share("of them angry", overview.angry_share),
            Figure::share("answered, where known", overview.answered_share),
            Figure::minutes(
                "minutes to the first answer (median)",
                overview.median_first_response_minutes,
            ),
        ],
        [
            Figure::minutes(
                "minutes within which 90 % are answered",
                overview.p90_first_response_minutes,
            ),
            Figure::share("of answers send elsewhere", overview.deflected_share),
            Figure::share("of answers move to private", overview.private_share),
            Figure::count("companies", overview.companies),
        ],
    ]
}

pub(super) fn write(
    sheet: &mut Worksheet,
    overview: &Overview,
    tables: &[SheetTable],
    show: &Show,
) -> Result<(), XlsxError> {
    let styles = &show.styles;
    sheet.set_column_range_width(0, COLUMNS - 1, WIDTH)?;
    sheet.set_screen_gridlines(false);
    table::page(sheet, u32::from(COLUMNS) * WIDTH);
    sheet.set_print_fit_to_pages(1, 1);
    cells::write_text(
        sheet,
        0,
        0,
        "What customers write, and who waits",
        &styles.title,
    )?;
    sheet.set_row_height(0, 26)?;
    let extent = extent(overview, show.time_zone);
    cells::write_text(sheet, 1, 0, &extent, &styles.remark)?;
    let mut row = 3;
    for line in figures(overview) {
        for (place, figure) in (0..).zip(line) {
            write_figure(sheet, row, place * FIGURE_COLUMNS, &figure, styles)?;
        }
        sheet.set_row_height(row, 32)?;
        sheet.set_row_height(row + 2, 8)?;
        row += 3;
    }
    row = write_findings(sheet, row, &overview.findings, styles)?;
    write_charts(sheet, row + 1, tables)
}

/// How many posts of which days.
fn extent(overview: &Overview, time_zone: &TimeZone) -> String {
    let day = |time: &Option<String>| {
        let time: Timestamp = time.as_ref()?.parse().ok()?;
        let date = time.to_zoned(time_zone.clone()).date();
        Some(date.strftime("%-d %B %Y").to_string())
    };
    let posts = style::count(overview.posts);
    let scored = style::count(overview.scored);
    let days = match (day(&overview.first_post), day(&overview.last_post)) {
        (Some(first), Some(last)) if first == last => format!(" of {first}"),
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    format!("{posts} posts{days}; {scored} by customers have scores.")
}

fn write_figure(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    figure: &Figure,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let last = column + FIGURE_COLUMNS - 1;
    let base = match figure.band.and_then(|band| styles.band(band.name())) {
        Some(format) => format
            .clone()
            .set_indent(0)
            .set_border_bottom(FormatBorder::None),
        None => Format::new().set_background_color(style::PALE),
    };
    let base = base.set_align(FormatAlign::Center);
    let number = base
        .clone()
        .set_bold()
        .set_font_size(20)
        .set_align(FormatAlign::VerticalCenter)
        .set_num_format(style::number(figure.kind));
    sheet.merge_range(row, column, row, last, "", &number)?;
    match figure.value {
        Some(value) => sheet.write_number_with_format(row, column, value, &number)?,
        None => sheet.write_string_with_format(row, column, "not known", &number)?,
    };
    let label = base.set_font_size(10).set_align(FormatAlign::Top);
    sheet.merge_range(row + 1, column, row + 1, last, figure.label, &label)?;
    Ok(())
}

/// Writes the sentences. Returns the next row.
fn write_findings(
    sheet: &mut Worksheet,
    mut row: u32,
    findings: &[String],
    styles: &Styles,
) -> Result<u32, XlsxError> {
    if findings.is_empty() {
        return Ok(row);
    }
    cells::write_text(sheet, row, 0, "Findings", &styles.heading)?;
    row += 1;
    for finding in findings {
        let lines = style::lines(finding, u32::from(COLUMNS) * WIDTH - 10, 6);
        sheet.merge_range(row, 0, row, COLUMNS - 1, "", &styles.text)?;
        cells::write_text(sheet, row, 0, &format!("• {finding}"), &styles.text)?;
        sheet.set_row_height(row, style::height(lines) + 2.0)?;
        row += 1;
    }
    Ok(row)
}

/// Two charts beside each other, line by line.
fn write_charts(sheet: &mut Worksheet, row: u32, tables: &[SheetTable]) -> Result<(), XlsxError> {
    let cell = WIDTH * 7 + 5;
    for (place, mut chart) in (0..).zip(charts::charts(tables)) {
        chart
            .set_width(cell * u32::from(CHART_COLUMNS) - 12)
            .set_height(20 * CHART_ROWS - 12);
        let row = row + place / 2 * CHART_ROWS;
        let column = if place % 2 == 0 { 0 } else { CHART_COLUMNS };
        sheet.insert_chart_with_offset(row, column, &chart, 6, 6)?;
    }
    Ok(())
}
