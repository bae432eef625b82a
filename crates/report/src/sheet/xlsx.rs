//! The sheet as an Excel workbook.

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Worksheet, XlsxError};

use super::guide::{INTRODUCTION, QUESTIONS};
use super::{MODEL, NOTE, PICKED_FOR};
use crate::{
    columns,
    table::{Cell, Table},
    workbook::cells,
};

/// The bytes of the workbook; the same for the same table.
pub(super) fn workbook(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = cells::new_workbook()?;
    posts(workbook.add_worksheet().set_name("posts")?, table)?;
    guide(workbook.add_worksheet().set_name("guide")?)?;
    workbook.save_to_buffer()
}

fn posts(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let header = Format::new().set_bold();
    let plain = Format::new().set_align(FormatAlign::Top);
    let wrapped = plain.clone().set_text_wrap();
    let mut last_row = 0;
    for (row, cells) in (1..).zip(table.rows()) {
        last_row = row;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(text) => cells::write_text(sheet, row, column, text, &wrapped)?,
                Cell::Integer(value) => {
                    sheet.write_number_with_format(row, column, value as f64, &plain)?;
                }
                Cell::Missing | Cell::Boolean(_) | Cell::Number { .. } | Cell::Time(_) => {
                    cells::write_text(sheet, row, column, &cell.to_string(), &plain)?;
                }
            }
        }
    }
    for (column, name) in (0..).zip(table.names()) {
        sheet.write_string_with_format(0, column, name, &header)?;
        sheet.set_column_width(column, width(name))?;
        let question = QUESTIONS.iter().find(|question| question.column == name);
        if let Some(question) = question
            && last_row > 0
        {
            let answers: Vec<&str> = question.answers.iter().map(|(answer, _)| *answer).collect();
            let validation = DataValidation::new()
                .allow_list_strings(&answers)?
                .set_input_title(question.asks)?
                .set_input_message(question.prompt)?
                .set_error_title("Not one of the answers")?
                .set_error_message(format!("Choose {}.", answers.join(", ")))?;
            sheet.add_data_validation(1, column, last_row, column, &validation)?;
        }
    }
    // The header and the post stay in sight.
    sheet.set_freeze_panes(1, 2)?;
    Ok(())
}

/// The column's width, in characters.
fn width(name: &str) -> u16 {
    match name {
        columns::TEXT => 70,
        columns::ID | columns::CREATED_AT => 20,
        NOTE => 30,
        PICKED_FOR | MODEL => 16,
        _ => 12,
    }
}

fn guide(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let plain = Format::new().set_align(FormatAlign::Top).set_text_wrap();
    for (column, width) in [(0, 32), (1, 12), (2, 90)] {
        sheet.set_column_width(column, width)?;
    }
    sheet.write_string_with_format(0, 0, "How to label", &bold)?;
    let mut row = 0;
    for line in INTRODUCTION {
        row += 1;
        sheet.merge_range(row, 0, row, 2, line, &plain)?;
        // Merged cells do not grow with their text.
        let lines = line.len().div_ceil(125);
        sheet.set_row_height(row, 15.0 * lines as f64)?;
    }
    row += 1;
    for question in QUESTIONS {
        row += 1;
        sheet.write_string_with_format(row, 0, question.column, &bold)?;
        sheet.write_string_with_format(row, 2, question.asks, &bold)?;
        for (answer, meaning) in question.answers {
            row += 1;
            sheet.write_string_with_format(row, 1, *answer, &plain)?;
            sheet.write_string_with_format(row, 2, *meaning, &plain)?;
        }
    }
    Ok(())
}
