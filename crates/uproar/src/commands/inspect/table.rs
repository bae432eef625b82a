//! An inspection for people at a terminal.

use anstyle::Style;
use comfy_table::{CellAlignment, ColumnConstraint, Row, Table, Width};
use indicatif::{HumanBytes, HumanCount};
use textwrap::{Options, WordSplitter};
use uproar_ingest::counted;
use uproar_ingest::inspect::{
    Company, FormatDescription, InspectedColumn, InspectedInput, Inspection, LanguageCount,
    RowCount,
};
use uproar_ingest::schema::Column;

use super::{findings, remark};
use crate::output;

/// Characters of a value or header that are shown.
const LONGEST: usize = 40;

/// Lines that a column takes at most.
const LINES: usize = 3;

/// Reasons of rejects and languages that are listed.
const LISTED: usize = 5;

/// Room for the name of a fact.
const NAME: usize = 11;

/// All inputs, one below the other.
pub(super) fn text(inspection: &Inspection) -> String {
    let width = output::table([""]).width().map_or(80, usize::from);
    let inputs = inspection.inputs.iter();
    let mut blocks: Vec<String> = inputs.map(|input| block(input, width)).collect();
    if !inspection.notices.is_empty() {
        let notes = inspection.notices.iter().map(ToString::to_string);
        blocks.push(facts("note", notes, width));
    }
    blocks.join("\n")
}

fn block(input: &InspectedInput, width: usize) -> String {
    let bold = Style::new().bold();
    let mut text = format!("{bold}{}{bold:#}\n", input.name);
    let mut add = |name, values: Vec<String>| text += &facts(name, values, width);
    let is_left_out = input.is_left_out();
    let errors = input.error.iter().map(ToString::to_string);
    add(
        if is_left_out { "left out" } else { "error" },
        errors.collect(),
    );
    add(
        "format",
        input.format.iter().map(|it| format(it, input)).collect(),
    );
    add(
        "rows",
        input.rows.iter().map(|rows| self::rows(*rows)).collect(),
    );
    if input.counts.rows > 0 {
        add("posts", vec![posts(input)]);
        add("rejected", rejected(input));
    }
    if input.counts.posts > 0 {
        add("dates", vec![dates(input)]);
        add(
            "languages",
            vec![languages(&input.languages, input.counts.posts)],
        );
        add("company", vec![company(&input.company)]);
    }
    add("note", input.notices.iter().map(remark).collect());
    if !input.columns.is_empty() {
        text += "\n";
        text += &output::lines(&columns(input));
    }
    if input.format.is_some() {
        text += "\n";
        text += &facts("unused", [list(&input.unused)], width);
    }
    if input.error.is_none() {
        let not_found: Vec<&str> = input.not_found().map(Column::name).collect();
        text += &facts("not found", [list(&not_found)], width);
        text += "\n";
        text += &output::lines(&findings::results(input));
        if let Some(table) = findings::remedies(input) {
            text += "\n";
            text += &output::lines(&table);
        }
    }
    text
}

/// A name and its values, each on lines of its own; nothing where there is no value.
fn facts(name: &str, values: impl IntoIterator<Item = String>, width: usize) -> String {
    let mut text = String::new();
    let mut name = name;
    let indent = " ".repeat(NAME + 1);
    for value in values {
        let first = format!(" {name:<NAME$}");
        let options = Options::new(width)
            .initial_indent(&first)
            .subsequent_indent(&indent)
            .word_splitter(WordSplitter::NoHyphenation);
        text += textwrap::fill(&value, options).trim_end();
        text.push('\n');
        name = "";
    }
    text
}

fn format(format: &FormatDescription, input: &InspectedInput) -> String {
    let delimiter = format.delimiter.map(|delimiter| match delimiter {
        ',' => "with commas".to_owned(),
        ';' => "with semicolons".to_owned(),
        '\t' => "with tabs".to_owned(),
        '|' => "with pipes".to_owned(),
        other => format!("with {}", other.escape_default()),
    });
    let name = match delimiter {
        Some(delimiter) => format!("{} {delimiter}", format.name),
        None => format.name.to_owned(),
    };
    let parts = [
        Some(name),
        format.encoding.map(str::to_owned),
        input
            .packing
            .map(|packing| format!("packed with {packing}")),
        input.bytes.map(|bytes| HumanBytes(bytes).to_string()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn rows(rows: RowCount) -> String {
    match rows {
        RowCount::Exact(number) => HumanCount(number).to_string(),
        RowCount::About(number) => format!("about {}, an estimate", HumanCount(number)),
        RowCount::MoreThan(number) => format!("more than {}", HumanCount(number)),
    }
}

fn posts(input: &InspectedInput) -> String {
    let counts = input.counts;
    let is_all = input.rows == Some(RowCount::Exact(counts.rows));
    let mut text = format!(
        "{} of {}{}",
        HumanCount(counts.posts),
        if is_all { "" } else { "the first " },
        counted(counts.rows, "row"),
    );
    if counts.duplicates > 0 {
        text += &format!("; {}", counted(counts.duplicates, "duplicate"));
    }
    text
}

fn rejected(input: &InspectedInput) -> Vec<String> {
    let mut lines: Vec<String> = input
        .rejects
        .iter()
        .take(LISTED)
        .map(|rows| {
            format!(
                "{} ({}): {}, first on line {}",
                HumanCount(rows.count),
                percent(rows.count, input.counts.rows),
                rows.reason,
                rows.line
            )
        })
        .collect();
    let others = input.rejects.iter().skip(LISTED).map(|rows| rows.count);
    match others.sum::<u64>() {
        0 => {}
        others => lines.push(format!("{} for other reasons", HumanCount(others))),
    }
    lines
}

fn dates(input: &InspectedInput) -> String {
    match input.period {
        None => "not known".to_owned(),
        Some((first, last)) => format!(
            "{} to {} UTC",
            first.strftime("%Y-%m-%d %H:%M"),
            last.strftime("%Y-%m-%d %H:%M")
        ),
    }
}

fn languages(languages: &[LanguageCount], posts: u64) -> String {
    let mut shown: Vec<String> = languages
        .iter()
        .take(LISTED)
        .map(|language| {
            let code = language.code.as_deref().unwrap_or("not known");
            format!("{code} {}", percent(language.posts, posts))
        })
        .collect();
    if let Some(others) = languages.get(LISTED..).filter(|others| !others.is_empty()) {
        let others = others.iter().map(|language| language.posts).sum();
        shown.push(format!("others {}", percent(others, posts)));
    }
    shown.join(", ")
}

fn company(company: &Company) -> String {
    match company {
        Company::Export => "its posts are told by the export".to_owned(),
        Company::Named { posts: 0 } => {
            "none of these posts is by a handle of --company; check the handles".to_owned()
        }
        Company::Named { posts } => {
            format!("{} by the handles of --company", counted(*posts, "post"))
        }
        Company::Inferred(handles) => {
            let handles: Vec<String> = handles.iter().map(|handle| format!("@{handle}")).collect();
            format!(
                "taken for it by how they answer: {}; if this is wrong, use --company @handle",
                list(&handles)
            )
        }
        Company::Unknown => "not known".to_owned(),
    }
}

fn columns(input: &InspectedInput) -> Table {
    let mut table = output::table(["column in the input", "read as", "filled", "values"]);
    for found in &input.columns {
        let filled = if input.counts.posts == 0 {
            String::new()
        } else {
            percent(found.filled, input.counts.posts)
        };
        let samples: Vec<String> = found.samples.iter().map(|sample| cut(sample)).collect();
        let mut row = Row::from([
            origin(found),
            found.column.name().to_owned(),
            filled,
            samples.join(" · "),
        ]);
        row.max_height(LINES);
        table.add_row(row);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(40)));
    }
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Where a column's values come from.
fn origin(found: &InspectedColumn) -> String {
    if found.headers.is_empty() {
        return "(elsewhere)".to_owned();
    }
    let headers: Vec<String> = found.headers.iter().map(|header| cut(header)).collect();
    headers.join(" + ")
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

fn list<S: AsRef<str>>(names: &[S]) -> String {
    const MOST: usize = 60;
    if names.is_empty() {
        return "none".to_owned();
    }
    let mut shown: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| cut(name.as_ref()))
        .collect();
    if names.len() > MOST {
        shown.push(format!("and {} more", names.len() - MOST));
    }
    shown.join(", ")
}

/// A share, which is 0 or 100 % only if it is none or all.
fn percent(part: u64, whole: u64) -> String {
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    match share {
        _ if part == 0 => "0 %".to_owned(),
        _ if part >= whole => "100 %".to_owned(),
        share if share < 1.0 => "<1 %".to_owned(),
        share if share > 99.0 => ">99 %".to_owned(),
        share => format!("{share:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_some_are_neither_none_nor_all() {
        for (part, whole, expected) in [
            (0, 0, "0 %"),
            (0, 7, "0 %"),
            (1, 1000, "<1 %"),
            (2, 3, "67 %"),
            (989, 1000, "99 %"),
            (999, 1000, ">99 %"),
            (7, 7, "100 %"),
        ] {
            assert_eq!(percent(part, whole), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        assert_eq!(cut("naïve"), "naïve");
        assert_eq!(cut(&"é".repeat(50)), format!("{}…", "é".repeat(LONGEST)));
    }
}
