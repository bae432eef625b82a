//! What stands out in the tables of a report, in plain sentences.
//!
//! A table or a column that is not there gives no sentence.

use polars::prelude::DataFrame;
use uproar_ingest::counted;

use crate::{
    posts::{booleans, integers, numbers, texts},
    tables::FinishedTable,
};

/// Most sentences of each kind.
const OF_EACH: usize = 3;

/// The sentences: the first of each kind, then the second of each, so that the first few tell of who
/// waits and of what grows.
pub(crate) fn findings(tables: &[FinishedTable]) -> Vec<String> {
    let of = |name: &str, sentences: fn(&DataFrame) -> Option<Vec<String>>| {
        let table = tables.iter().find(|table| table.spec.name == name);
        table.and_then(|table| sentences(&table.rows))
    };
    let kinds = [
        of("equity", gaps),
        of("trend", spikes),
        of("companies", |rows| most_open(rows, "company")),
        of("topics", |rows| most_open(rows, "topic")),
    ];
    let kinds = kinds.map(Option::unwrap_or_default);
    (0..OF_EACH)
        .flat_map(|place| kinds.iter().filter_map(move |kind| kind.get(place)))
        .cloned()
        .collect()
}

/// Who waits longer than others, in the words of the table.
fn gaps(rows: &DataFrame) -> Option<Vec<String>> {
    let findings = texts(rows, "finding").ok()?;
    Some(findings.iter().flatten().map(str::to_owned).collect())
}

/// When there were more posts, or more angry ones, than chance explains; the newest first.
fn spikes(rows: &DataFrame) -> Option<Vec<String>> {
    let periods = texts(rows, "period").ok()?;
    let places = [("to", "top_company"), ("about", "top_topic")]
        .map(|(word, name)| (word, texts(rows, name).ok()));
    // More posts say more than more angry posts, which often come with them.
    let kinds = [
        ("posts_spike", "posts", "expected_posts", "post"),
        ("angry_spike", "angry", "expected_angry", "angry post"),
    ];
    let kinds = kinds.map(|(flag, count, expected, noun)| {
        let flags = booleans(rows, flag).ok()?;
        let counts = integers(rows, count).ok()?;
        Some((flags, counts, numbers(rows, expected).ok()?, noun))
    });
    let sentences = (0..rows.height()).rev().filter_map(|row| {
        let mut kinds = kinds.iter().flatten();
        let (_, counts, expected, noun) = kinds.find(|kind| kind.0.get(row) == Some(true))?;
        let count = u64::try_from(counts.get(row)?).ok()?;
        let mut sentence = format!(
            "{}: {}, where {:.0} were to be expected",
            periods.get(row)?,
            counted(count, noun),
            expected.get(row)?
        );
        let places = places.iter().filter_map(|(word, names)| {
            let name = names.as_ref()?.get(row)?;
            Some(format!(" {word} {name}"))
        });
        let places: String = places.collect();
        if !places.is_empty() {
            sentence += &format!("; the most{places}");
        }
        Some(sentence + ".")
    });
    Some(sentences.collect())
}

/// The company or the topic that most posts wait at, if there are several to choose from.
fn most_open(rows: &DataFrame, kind: &str) -> Option<Vec<String>> {
    let names = texts(rows, kind).ok()?;
    let now = integers(rows, "unanswered_now").ok()?;
    let today = integers(rows, "unanswered_today").ok()?;
    let open = names.iter().zip(now.iter().zip(today.iter()));
    let open: Vec<(&str, i64, i64)> = open
        .filter_map(|(name, (now, today))| Some((name?, now?, today?)))
        .collect();
    // From the end, so that the first of equals is found.
    let most = open.iter().rev().max_by_key(|it| (it.1, it.2));
    let (name, now, today) = most.filter(|it| open.len() > 1 && it.1 + it.2 > 0)?;
    Some(vec![format!(
        "The {kind} with most to answer is {name}: {now} now and {today} today."
    )])
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::*;
    use crate::tables::TableSpec;

    fn table(name: &'static str, rows: DataFrame) -> FinishedTable {
        let spec = TableSpec {
            name,
            title: "",
            purpose: "",
            fields: &[],
        };
        let spec = Box::leak(Box::new(spec));
        FinishedTable { spec, rows }
    }

    fn trend() -> DataFrame {
        df!(
            "period" => ["2026-03-03", "2026-03-04", "2026-03-05"],
            "posts" => [9_u32, 1_200, 10],
            "expected_posts" => [8.5, 40.4, 9.0],
            "posts_spike" => [Some(false), Some(true), None],
            "angry" => [2_u32, 600, 8],
            "expected_angry" => [2.0, 10.0, 2.0],
            "angry_spike" => [false, true, true],
            "top_company" => [None, Some("tarnwick"), Some("bolt")],
            "top_topic" => [None, Some("late refund"), None],
        )
        .unwrap()
    }

    #[test]
    fn each_kind_in_turn() {
        let open = |kind: &str| {
            df!(
                kind => [Some("a"), Some("b"), Some("c"), None],
                "unanswered_now" => [0_u32, 2, 2, 90],
                "unanswered_today" => [9_u32, 1, 1, 90],
            )
            .unwrap()
        };
        let equity = df!(
            "finding" => [Some("Small accounts wait longer."), None, Some("So do the calm.")],
        );
        let tables = [
            table("companies", open("company")),
            table("topics", open("topic")),
            table("trend", trend()),
            table("equity", equity.unwrap()),
        ];
        insta::assert_snapshot!(findings(&tables).join("\n"), @"
        Small accounts wait longer.
        2026-03-05: 8 angry posts, where 2 were to be expected; the most to bolt.
        The company with most to answer is b: 2 now and 1 today.
        The topic with most to answer is b: 2 now and 1 today.
        So do the calm.
        2026-03-04: 1,200 posts, where 40 were to be expected; the most to tarnwick about late refund.
        ");
    }

    #[test]
    fn what_is_not_there_gives_no_sentence() {
        assert!(findings(&[]).is_empty());
        let lacking = trend().drop_many(["posts_spike", "expected_angry"]);
        let without_places = trend().drop_many(["top_company", "top_topic", "angry_spike"]);
        let alone = df!("company" => ["a"], "unanswered_now" => [1], "unanswered_today" => [1]);
        let calm =
            df!("topic" => ["a", "b"], "unanswered_now" => [0, 0], "unanswered_today" => [0, 0]);
        for rows in [DataFrame::empty(), lacking, alone.unwrap(), calm.unwrap()] {
            for name in ["equity", "trend", "companies", "topics", "handles"] {
                let found = findings(&[table(name, rows.clone())]);
                assert_eq!(found, Vec::<String>::new(), "{name}: {rows}");
            }
        }
        assert_eq!(
            findings(&[table("trend", without_places)]),
            ["2026-03-04: 1,200 posts, where 40 were to be expected."]
        );
    }
}
