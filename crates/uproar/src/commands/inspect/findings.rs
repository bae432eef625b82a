//! What can be told of an input, and how to get what is lacking for the rest.

use comfy_table::Table;
use uproar_ingest::inspect::InspectedInput;
use uproar_ingest::schema::Column;
use uproar_report::{Finding, Need};

use crate::output;

/// What can be told of the input, and what it lacks for the rest.
pub(super) fn results(input: &InspectedInput) -> Table {
    let mut table = output::table(["result", "possible"]);
    for finding in &Finding::ALL {
        let missing: Vec<String> = missing(finding, input).map(named).collect();
        let possible = if missing.is_empty() {
            "yes".to_owned()
        } else {
            format!("no, lacks {}", missing.join("; "))
        };
        table.add_row([finding.name, &possible]);
    }
    table
}

/// How to get what is lacking, each thing once; none where nothing is.
pub(super) fn remedies(input: &InspectedInput) -> Option<Table> {
    let mut needs: Vec<Need> = Vec::new();
    for need in Finding::ALL.iter().flat_map(|it| missing(it, input)) {
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    if needs.is_empty() {
        return None;
    }
    let mut table = output::table(["lacking", "what to do"]);
    for need in needs {
        table.add_row([named(need), hint(need, input)]);
    }
    Some(table)
}

pub(super) fn missing(finding: &Finding, input: &InspectedInput) -> impl Iterator<Item = Need> {
    finding.missing(|column| input.has(column), input.company.is_known())
}

/// `in_reply_to_id, conversation_id or reply_ids`.
fn named(need: Need) -> String {
    let Need::AnyOf(columns) = need else {
        return "which posts are the company's".to_owned();
    };
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.concat(),
    }
}

fn hint(need: Need, input: &InspectedInput) -> String {
    let remedy = need.remedy();
    let Need::AnyOf(columns @ [first, ..]) = need else {
        return remedy.to_owned();
    };
    // A column that is there without values is not helped by another header.
    let is_empty = |column: &Column| input.columns.iter().any(|it| it.column == *column);
    if columns.iter().any(is_empty) {
        format!("{remedy}: there is a column, but no value in it")
    } else if input.unused.is_empty() {
        remedy.to_owned()
    } else {
        let name = first.name();
        format!("--map {name}=HEADER if it is in an unused column, else {remedy}")
    }
}
