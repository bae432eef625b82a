//! `docs/reports.md`, from the specifications that the files are written by.

use std::fmt::Write;

use crate::{
    Kind, TableSpec, Tables,
    tables::{posts, queue},
    workbook::MOST_ROWS,
};

/// The files that are not tables of their own below: name, and what is in it.
const FILES: [[&str; 2]; 7] = [
    ["posts.csv, posts.parquet", POSTS],
    [
        "summary.csv",
        "The export in a few numbers, one a row: `measure`, `level` and `value`.",
    ],
    [
        "rejects.csv",
        "The rows that could not be read: `file`, `line`, `reason` and `raw`.",
    ],
    [
        "run.json",
        "What made the report: version, model, options, inputs, counts and notices. It appears last: \
         its presence tells that the files beside it are those of one run.",
    ],
    [
        "words.ndjson",
        "Which words drove the first posts of the queue.",
    ],
    [
        "report.html",
        "The report as a page: one file that loads nothing from elsewhere.",
    ],
    [
        "report.xlsx",
        "The report as an Excel workbook: [below](#the-workbook).",
    ],
];

const POSTS: &str = "Every post, in the order of the input, with all columns. Parquet keeps types, \
                     full precision and the text as it was.";

/// Every kind of value: its name, how CSV writes it and how the workbook shows it.
const KINDS: [(Kind, [&str; 3]); 11] = [
    (Kind::Label, ["a few words", "text", "text"]),
    (
        Kind::Text,
        ["text", "text", "text, at most six lines of it in sight"],
    ),
    (
        Kind::Id,
        ["id", "text", "text, also where it looks like a number"],
    ),
    (
        Kind::Count,
        [
            "whole number",
            "`1234`",
            "`1,234`; a level with its word, `2 angry`",
        ],
    ),
    (
        Kind::Share,
        [
            "share",
            "a fraction of 1, `0.123456`",
            "`12.3%`, with a bar",
        ],
    ),
    (
        Kind::Score,
        ["score", "0 to 1, `0.123456`", "`0.12`, with a bar"],
    ),
    (Kind::Number, ["number", "`12.35`", "`12.4`"]),
    (
        Kind::Minutes,
        [
            "minutes",
            "`48.50`",
            "minutes, with a decimal below ten: `9.5`, `49`",
        ],
    ),
    (
        Kind::Time,
        [
            "time",
            "RFC 3339 in UTC",
            "a date of Excel in the time zone of the settings",
        ],
    ),
    (
        Kind::Flag,
        ["yes or no", "`true`, `false`", "`TRUE`, `FALSE`"],
    ),
    (
        Kind::Band,
        [
            "band",
            "`now`, `today`, `later`, `none`",
            "the word, on its colour",
        ],
    ),
];

/// The content of `docs/reports.md`.
pub fn documentation() -> String {
    let tables = Tables::specs();
    let specs = [&queue::SPEC]
        .into_iter()
        .chain(tables)
        .chain([&posts::SPEC]);
    let specs: Vec<&TableSpec> = specs.collect();
    let mut text = INTRODUCTION.to_owned();
    let of_tables = specs
        .iter()
        .filter(|spec| spec.name != posts::SPEC.name)
        .map(|spec| {
            [
                format!("[{0}.csv](#{0})", spec.name),
                spec.purpose.to_owned(),
            ]
        });
    let others = FILES.map(|[name, content]| [name.to_owned(), content.to_owned()]);
    text += &table(["file", "what is in it"], of_tables.chain(others));
    text += VALUES;
    text += &table(
        ["kind", "in CSV", "in the workbook"],
        KINDS.map(|(_, cells)| cells.map(str::to_owned)),
    );
    text += &workbook();
    for spec in specs {
        // Writing to memory does not fail.
        let _ = write!(text, "\n## {}\n\n{}\n\n", spec.title, spec.purpose);
        let columns = spec.fields.iter().map(|field| {
            [
                format!("`{}`", field.name),
                kind(field.kind).to_owned(),
                field.meaning.to_owned(),
            ]
        });
        text += &table(["column", "kind", "meaning"], columns);
    }
    text
}

const INTRODUCTION: &str = "\
<!-- Made by `uproar_report::documentation`; a test compares it. To make it again:
     UPROAR_UPDATE_DOCS=1 cargo test -p uproar-report documentation -->

# Reports

`uproar score EXPORT --out DIR` writes a report into a folder. The files appear together when all are
complete; a run that fails leaves the report that was there as it was. The same posts, model and settings give
the same bytes, but for `run.json`, which holds times.

## Files

";

const VALUES: &str = "
What the scores mean is in [scoring](scoring.md), what is known of conversations in
[conversations](conversations.md).

## Values

CSV is comma-separated (RFC 4180), UTF-8 without a byte order mark, with LF at the end of lines. A text
that a spreadsheet could take for a formula, one that begins with `=`, `+`, `-`, `@`, a tab or a carriage
return, has an apostrophe in front.

An empty cell is a value that does not apply or cannot be known, never a zero: a share of nothing is empty.

";

/// What is to know of `report.xlsx`.
fn workbook() -> String {
    format!(
        "
## The workbook

`report.xlsx` is made to be passed around. Its first sheet, `overview`, has the headline figures, what
stands out in plain sentences, and charts; then come `queue`, a sheet for each table, `posts` with the
first posts by rank, and `about`, which says what every column means and which model scored the posts.
The charts are Excel's own and refer to the cells of the sheets. A header is the column's name in words;
its note has the name in the CSV file and the meaning. The header stays in sight, and every column can be
filtered. A colour never stands alone: the word or number is in the cell.

**Privacy.** Texts of posts are shown with markers such as `[phone]` in place of the personal data that was
found ([privacy](privacy.md)), whether or not the CSV files are redacted. Handles and names of authors
are shown; `--pseudonymise` replaces them in all files.

**Texts.** No text is a formula or a link, whatever it begins with. A cell holds 32,767 characters; a longer
text is cut and ends with `…`.

**Limits.** A sheet holds at most {most} rows, of the queue and the posts the first ones. A sheet that is cut
says so above its header, and names the CSV file that has all rows.
",
        most = crate::workbook::count(MOST_ROWS as u64)
    )
}

fn kind(kind: Kind) -> &'static str {
    let found = KINDS.iter().find(|(known, _)| *known == kind);
    found.map_or("", |(_, [name, ..])| name)
}

/// A table in Markdown.
fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut text = String::new();
    let mut add = |cells: [String; N]| {
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        // Writing to memory does not fail.
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    };
    add(header.map(str::to_owned));
    add(["---"; N].map(str::to_owned));
    rows.into_iter().for_each(add);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reports.md");
        if std::env::var_os("UPROAR_UPDATE_DOCS").is_some() {
            std::fs::write(path, documentation()).unwrap();
        }
        // A checkout may have made CRLF of the line ends.
        let committed = std::fs::read_to_string(path).unwrap().replace('\r', "");
        assert!(
            committed == documentation(),
            "docs/reports.md is not what the code says; run the command in its first lines"
        );
    }

    #[test]
    fn every_kind_has_its_words() {
        let specs = Tables::specs();
        for spec in specs.into_iter().chain([&queue::SPEC, &posts::SPEC]) {
            for field in spec.fields {
                assert_ne!(kind(field.kind), "", "{:?}", field.kind);
            }
        }
    }
}
