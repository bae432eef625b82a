//! An inspection for programs.

use serde_json::{Value, json};
use uproar_ingest::inspect::{Company, InspectedInput, Inspection, RowCount};
use uproar_ingest::schema::Column;
use uproar_report::{Finding, Need};

use super::{findings, remark};

/// Version of the format.
const SCHEMA: u32 = 1;

/// Everything that was found; `null` where something is not known.
pub(super) fn json(inspection: &Inspection) -> Value {
    let notices = inspection.notices.iter().map(ToString::to_string);
    json!({
        "schema": SCHEMA,
        "uproar": env!("CARGO_PKG_VERSION"),
        "inputs": inspection.inputs.iter().map(input).collect::<Vec<_>>(),
        "notices": notices.collect::<Vec<_>>(),
    })
}

fn input(input: &InspectedInput) -> Value {
    let rejects = input.rejects.iter().map(|rows| {
        json!({
            "reason": rows.reason.to_string(),
            "rows": rows.count,
            "first_line": rows.line,
        })
    });
    let columns = input.columns.iter().map(|found| {
        json!({
            "column": found.column.name(),
            "headers": found.headers,
            "filled": found.filled,
            "samples": found.samples,
        })
    });
    let languages = input
        .languages
        .iter()
        .map(|language| json!({ "code": language.code, "posts": language.posts }));
    let results = Finding::ALL.iter().map(|finding| of(finding, input));
    json!({
        "name": input.name,
        "left_out": input.is_left_out(),
        "error": input.error.as_ref().map(ToString::to_string),
        "bytes": input.bytes,
        "packing": input.packing,
        "format": input.format.map(|format| json!({
            "name": format.name,
            "encoding": format.encoding,
            "delimiter": format.delimiter,
        })),
        "rows": input.rows.map(rows),
        "looked_at": {
            "rows": input.counts.rows,
            "posts": input.counts.posts,
            "rejected": input.counts.rejected,
            "duplicates": input.counts.duplicates,
        },
        "rejects": rejects.collect::<Vec<_>>(),
        "columns": columns.collect::<Vec<_>>(),
        "unused": input.unused,
        "not_found": input.not_found().map(Column::name).collect::<Vec<_>>(),
        "period": input.period.map(|(first, last)| json!({
            "first": first.to_string(),
            "last": last.to_string(),
        })),
        "languages": languages.collect::<Vec<_>>(),
        "company": company(&input.company),
        "findings": results.collect::<Vec<_>>(),
        "notices": input.notices.iter().map(remark).collect::<Vec<_>>(),
    })
}

fn rows(rows: RowCount) -> Value {
    let (number, is) = match rows {
        RowCount::Exact(number) => (number, "exact"),
        RowCount::About(number) => (number, "about"),
        RowCount::MoreThan(number) => (number, "more_than"),
    };
    json!({ "number": number, "is": is })
}

fn company(company: &Company) -> Value {
    let (known_by, handles) = match company {
        Company::Export => (Some("export"), None),
        Company::Named { posts } => ((*posts > 0).then_some("option"), None),
        Company::Inferred(handles) => (Some("answers"), Some(handles)),
        Company::Unknown => (None, None),
    };
    json!({ "known_by": known_by, "handles": handles })
}

fn of(finding: &Finding, input: &InspectedInput) -> Value {
    let missing = findings::missing(finding, input).map(|need| {
        let any_of = match need {
            Need::AnyOf(columns) => Some(columns.iter().map(|it| it.name()).collect()),
            Need::Company => None::<Vec<_>>,
        };
        json!({ "any_of": any_of, "remedy": need.remedy() })
    });
    json!({ "name": finding.name, "missing": missing.collect::<Vec<_>>() })
}
