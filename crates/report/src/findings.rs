//! What stands out in the tables of a report, in plain sentences.
//!
//! A table or a column that is not there gives no sentence.

use polars::prelude::DataFrame;
use uproar_ingest::counted;

use crate::{
    posts::{booleans, integers, numbers, texts},
    statistics::SIGNIFICANCE,
    tables::FinishedTable,
    topics::OTHER_TOPIC,
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
        of("companies", most_open),
        of("topics", hurting),
    ];
    let kinds = kinds.map(Option::unwrap_or_default);
    (0..OF_EACH)
        .flat_map(|place| kinds.iter().filter_map(move |kind| kind.get(place)))
        .cloned()
        .collect()
}

/// Who waits longer than others beyond chance, and whom ranking by reach pushes down, in the words of
/// the table. That posts which open a conversation are answered more often than the thanks at its end
/// is no news.
fn gaps(rows: &DataFrame) -> Option<Vec<String>> {
    let findings = texts(rows, "finding").ok()?;
    let comparisons = texts(rows, "comparison").ok()?;
    let p_values = numbers(rows, "p_value").ok()?;
    let followers = integers(rows, "followers_from").ok()?;
    let is_of_reach = |row: usize| comparisons.get(row) == Some("ranking by reach");
    let knows_followers =
        (0..rows.height()).any(|row| is_of_reach(row) && followers.get(row).is_some());
    let is_news = |row: usize| match p_values.get(row) {
        Some(p_value) => p_value < SIGNIFICANCE && comparisons.get(row) != Some("reply"),
        None => is_of_reach(row) && knows_followers,
    };
    let news = (0..rows.height()).filter(|row| is_news(*row));
    let sentences = news.filter_map(|row| findings.get(row));
    Some(sentences.map(str::to_owned).collect())
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

/// The company that most posts wait at, if there are several to choose from.
fn most_open(rows: &DataFrame) -> Option<Vec<String>> {
    let names = texts(rows, "company").ok()?;
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
        "The company with most to answer is {name}: {now} now and {today} today."
    )])
}

/// What hurts most: the first topic, as the table is sorted by that.
fn hurting(rows: &DataFrame) -> Option<Vec<String>> {
    let names = texts(rows, "topic").ok()?;
    let posts = integers(rows, "posts").ok()?;
    let angry = numbers(rows, "angry_share").ok()?;
    let first = names.iter().zip(posts.iter().zip(angry.iter())).next()?;
    let (Some(name), (Some(posts), Some(angry))) = first else {
        return None;
    };
    if name == OTHER_TOPIC {
        return None;
    }
    Some(vec![format!(
        "What hurts most: {name} ({}, {:.0} % of them angry).",
        counted(u64::try_from(posts).ok()?, "post"),
        100.0 * angry
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
        FinishedTable {
            spec,
            count: rows.height() as u64,
            rows,
            lines: None,
        }
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
        let companies = df!(
            "company" => [Some("a"), Some("b"), Some("c"), None],
            "unanswered_now" => [0_u32, 2, 2, 90],
            "unanswered_today" => [9_u32, 1, 1, 90],
        );
        let topics = df!(
            "topic" => ["refund · late", "login"],
            "posts" => [12_u32, 40],
            "angry_share" => [0.75_f32, 0.5],
        );
        let equity = df!(
            "comparison" => ["followers", "politeness", "reply", "ranking by reach", "ranking by reach"],
            "finding" => [
                Some("No difference beyond chance."), Some("Calm posts wait longer."),
                Some("Replies wait longer."), None, Some("Small accounts move down."),
            ],
            "p_value" => [Some(0.2_f32), Some(0.01), Some(0.01), None, None],
            "followers_from" => [None, None, None, Some(1_i64), None],
        );
        let tables = [
            table("companies", companies.unwrap()),
            table("topics", topics.unwrap()),
            table("trend", trend()),
            table("equity", equity.unwrap()),
        ];
        insta::assert_snapshot!(findings(&tables).join("\n"), @"
        Calm posts wait longer.
        2026-03-05: 8 angry posts, where 2 were to be expected; the most to bolt.
        The company with most to answer is b: 2 now and 1 today.
        What hurts most: refund · late (12 posts, 75 % of them angry).
        Small accounts move down.
        2026-03-04: 1,200 posts, where 40 were to be expected; the most to tarnwick about late refund.
        ");
    }

    #[test]
    fn what_is_not_there_gives_no_sentence() {
        assert!(findings(&[]).is_empty());
        let lacking = trend().drop_many(["posts_spike", "expected_angry"]);
        let without_places = trend().drop_many(["top_company", "top_topic", "angry_spike"]);
        let alone = df!("company" => ["a"], "unanswered_now" => [1], "unanswered_today" => [1]);
        let calm = df!("topic" => ["other"], "posts" => [3_u32], "angry_share" => [0.0_f32]);
        let calm = calm.unwrap();
        let none = calm.clear();
        for rows in [DataFrame::empty(), lacking, alone.unwrap(), calm, none] {
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
