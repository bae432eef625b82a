//! The table, from posts.

use proptest::prelude::*;

use super::*;
use crate::{
    csv,
    fixture::{Post, posts},
    rank::rank,
    settings::Settings,
    table::Table,
    tables::FinishedTable,
};

const DAY: i64 = 24 * 3_600;

fn table(rows: &[Post], chunk: usize, zone: &str) -> FinishedTable {
    let ranked = rank(posts(rows), &Settings::default()).unwrap();
    let mut settings = Settings::default();
    settings.calendar.time_zone = TimeZone::get(zone).unwrap();
    let mut trend = Box::new(Trend::new(&settings));
    trend.add(&ranked.slice(0, 0)).unwrap();
    for start in (0..ranked.height()).step_by(chunk) {
        trend.add(&ranked.slice(start as i64, chunk)).unwrap();
    }
    FinishedTable::new(&SPEC, &trend.finish().unwrap()).unwrap()
}

fn shown(table: &FinishedTable) -> String {
    let mut out = Vec::new();
    csv::write(&Table::new(&table.rows).unwrap(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn at(seconds: i64) -> Post {
    Post {
        created_at: Some(seconds),
        ..Post::default()
    }
}

#[test]
fn hours_of_one_evening() {
    let rows = [
        Post {
            anger: 0.9,
            anger_level: 3,
            answered: Some(true),
            first_response_minutes: Some(4.5),
            ..at(0)
        },
        Post {
            urgency_level: 2,
            answered: Some(false),
            ..at(60)
        },
        Post {
            scored: false,
            ..at(3 * 3_600)
        },
        Post::default(),
        Post {
            direction: columns::COMPANY,
            ..at(0)
        },
    ];
    insta::assert_snapshot!(shown(&table(&rows, 2, "Europe/Berlin")));
}

#[test]
fn an_outage_is_a_spike_and_has_a_name() {
    let mut rows = Vec::new();
    for day in 0..40 {
        for post in 0..6 {
            rows.push(Post {
                company: Some(if post % 2 == 0 { "acme" } else { "fennwave" }),
                topic: Some("delivery"),
                ..at(day * DAY + post)
            });
        }
    }
    let outage = Post {
        company: Some("fennwave"),
        topic: Some("no signal"),
        anger_level: 2,
        ..at(20 * DAY)
    };
    rows.extend([outage; 30]);
    let table = table(&rows, 1_000, "UTC");
    assert_eq!(table.rows.height(), 40);
    let flags = |name| -> Vec<usize> {
        let flags = booleans(&table.rows, name).unwrap();
        (0..40)
            .filter(|row| flags.get(*row) == Some(true))
            .collect()
    };
    assert_eq!(
        (flags(POSTS_SPIKE), flags(ANGRY_SPIKE)),
        (vec![20], vec![20])
    );
    let name = |column| {
        texts(&table.rows, column)
            .unwrap()
            .get(20)
            .map(str::to_owned)
    };
    assert_eq!(name(TOP_COMPANY).as_deref(), Some("fennwave"));
    assert_eq!(name(TOP_TOPIC).as_deref(), Some("no signal"));
}

#[test]
fn no_posts_no_rows() {
    assert_eq!(table(&[], 1, "UTC").rows.height(), 0);
}

fn any_post() -> impl Strategy<Value = Post> {
    let times = prop_oneof![
        8 => (-20 * DAY..20 * DAY).prop_map(Some),
        1 => (-20_000 * DAY..20_000 * DAY).prop_map(Some),
        1 => Just(None),
    ];
    let names = proptest::option::of(prop::sample::select(vec!["acme", "fennwave"]));
    (
        times,
        0..4_u32,
        proptest::option::of(0.0..900.0),
        names,
        any::<bool>(),
    )
        .prop_map(|(created_at, level, minutes, company, is_customer)| Post {
            created_at,
            anger: level as f32 / 3.1,
            anger_level: level,
            answered: minutes.map(|minutes| minutes > 100.0),
            first_response_minutes: minutes.filter(|minutes| *minutes > 100.0),
            company,
            direction: if is_customer {
                columns::CUSTOMER
            } else {
                columns::COMPANY
            },
            ..Post::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn chunks_do_not_matter_and_no_post_is_lost(
        rows in proptest::collection::vec(any_post(), 0..60),
        chunk in 1..20_usize,
    ) {
        let whole = table(&rows, 100, "America/New_York");
        let in_chunks = table(&rows, chunk, "America/New_York");
        prop_assert_eq!(shown(&whole), shown(&in_chunks));
        let customers = rows.iter().filter(|post| post.direction == columns::CUSTOMER).count();
        let counted: i64 = integers(&whole.rows, POSTS).unwrap().iter().flatten().sum();
        prop_assert_eq!(counted as usize, customers);
    }
}
