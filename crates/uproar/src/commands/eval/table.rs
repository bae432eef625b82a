//! An evaluation for people at a terminal.

use comfy_table::{CellAlignment, ColumnConstraint, Table, Width};
use uproar_tuning::evaluation::{Evaluation, Figure, Measured, Slice, classes};

use super::Subject;
use crate::output;

/// What is shown where nothing can be measured.
const NOT_MEASURED: &str = "–";

/// Room for a value with its interval, which must not be torn apart.
const COMPACT: Width = Width::Fixed(19);

/// The figures, the tables of confusion and the slices, as lines.
pub(super) fn text(subject: &Subject, evaluation: &Evaluation) -> String {
    let mut text = format!(
        "{} of {}, scored by {} (checksum {})\n\n",
        uproar_ingest::counted(evaluation.rows as u64, "post"),
        subject.labels,
        subject.model,
        subject.short_checksum(),
    );
    text += &output::lines(&figures(evaluation));
    text += "\nTrue classes in rows, decided ones in columns:\n";
    for measured in evaluation.labels.iter().filter(|it| it.rows > 0) {
        text.push('\n');
        text += &output::lines(&confusion(measured));
    }
    if !evaluation.slices.is_empty() {
        text.push('\n');
        text += &output::lines(&slices(&evaluation.slices));
    }
    if !evaluation.small_slices.is_empty() {
        text.push('\n');
    }
    for small in &evaluation.small_slices {
        text += &format!("{small}\n");
    }
    text
}

fn figures(evaluation: &Evaluation) -> Table {
    let mut table = output::table(["of", "metric", "value", "95 % interval", "posts"]);
    let of_labels = evaluation
        .labels
        .iter()
        .map(|measured| (measured.label.name(), measured.rows, &measured.figures));
    let queue = &evaluation.queue;
    for (name, rows, figures) in of_labels.chain([("queue", queue.rows, &queue.figures)]) {
        for (index, figure) in figures.iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let metric = figure.metric.to_string();
            let (value, interval) = (value(figure), interval(figure));
            table.add_row([name, &metric, &value, &interval, &rows.to_string()]);
        }
    }
    right(&mut table, [2, 3, 4]);
    table
}

fn confusion(measured: &Measured) -> Table {
    let names = classes(measured.label);
    let mut table =
        output::table(std::iter::once(measured.label.name()).chain(names.iter().copied()));
    for (name, row) in names.iter().zip(measured.confusion.rows()) {
        let counts = row.iter().map(|count| super::count(*count));
        table.add_row(std::iter::once((*name).to_owned()).chain(counts));
    }
    right(&mut table, 1..=names.len());
    table
}

fn slices(slices: &[Slice]) -> Table {
    let mut header = vec!["part".to_owned(), "posts".to_owned()];
    header.extend(slices.iter().take(1).flat_map(super::slice_columns));
    let columns = header.len();
    let mut table = output::table(header);
    for slice in slices {
        let group = output::one_line(&slice.group);
        let mut row = vec![
            format!("{}: {group}", slice.by.name()),
            slice.rows.to_string(),
        ];
        row.extend(slice.figures.iter().map(|(_, figure)| compact(figure)));
        table.add_row(row);
    }
    right(&mut table, 1..columns);
    for column in 2..columns {
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::Absolute(COMPACT));
        }
    }
    table
}

fn right(table: &mut Table, columns: impl IntoIterator<Item = usize>) {
    for column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// The value with its interval, such as `0.76 (0.63–0.85)`.
fn compact(figure: &Figure) -> String {
    match (figure.value, figure.interval) {
        (Some(value), Some(it)) => format!("{value:.2} ({:.2}–{:.2})", it.low, it.high),
        (Some(value), None) => format!("{value:.2}"),
        (None, _) => NOT_MEASURED.to_owned(),
    }
}

pub(super) fn value(figure: &Figure) -> String {
    figure
        .value
        .map_or_else(|| NOT_MEASURED.to_owned(), |value| format!("{value:.3}"))
}

pub(super) fn interval(figure: &Figure) -> String {
    figure
        .interval
        .map_or_else(String::new, |it| format!("{:.3} to {:.3}", it.low, it.high))
}
