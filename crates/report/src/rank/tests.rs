use proptest::prelude::*;

use super::*;
use crate::{
    fixture::{Post, posts, with_business_hours},
    posts::{integers, numbers, texts},
    priority::Weights,
    reach::ReachScale,
};

fn ranked(rows: &[Post]) -> DataFrame {
    rank(posts(rows), &Settings::default()).unwrap()
}

fn places(table: &DataFrame) -> Vec<Option<i64>> {
    integers(table, columns::RANK).unwrap().to_vec()
}

#[test]
fn orders_by_priority_then_time_then_the_order_of_the_input() {
    let calm = Post {
        urgency: 0.2,
        ..Post::default()
    };
    let table = ranked(&[
        Post {
            id: "b",
            created_at: Some(20),
            ..calm
        },
        Post {
            id: "f",
            created_at: None,
            ..calm
        },
        Post {
            id: "urgent",
            urgency: 0.9,
            created_at: Some(90),
            ..calm
        },
        Post {
            id: "reply",
            direction: "company",
            ..calm
        },
        Post {
            id: "a",
            created_at: Some(20),
            ..calm
        },
        Post {
            id: "c",
            created_at: Some(10),
            ..calm
        },
        Post {
            id: "e",
            created_at: None,
            ..calm
        },
    ]);
    assert_eq!(
        places(&table),
        [Some(3), Some(5), Some(1), None, Some(4), Some(2), Some(6)]
    );
}

#[test]
fn reach_moves_a_post_and_the_rank_without_it_shows() {
    let table = ranked(&[
        Post {
            id: "1",
            urgency: 0.60,
            followers: Some(3),
            ..Post::default()
        },
        Post {
            id: "2",
            urgency: 0.58,
            followers: Some(9_999_999),
            ..Post::default()
        },
        Post {
            id: "3",
            urgency: 0.10,
            followers: Some(9_999_999),
            ..Post::default()
        },
    ]);
    assert_eq!(places(&table), [Some(2), Some(1), Some(3)]);
    assert_eq!(
        integers(&table, columns::RANK_WITHOUT_REACH)
            .unwrap()
            .to_vec(),
        [Some(1), Some(2), Some(3)]
    );
}

#[test]
fn posts_that_cannot_be_ranked_keep_their_reach_alone() {
    let table = ranked(&[
        Post {
            direction: "company",
            followers: Some(999),
            ..Post::default()
        },
        Post {
            scored: false,
            followers: Some(999),
            ..Post::default()
        },
    ]);
    let reach = numbers(&table, columns::REACH).unwrap();
    assert_eq!(reach.null_count(), 0);
    for column in [columns::PRIORITY, columns::FROM_REACH] {
        assert_eq!(numbers(&table, column).unwrap().null_count(), 2, "{column}");
    }
    for column in [columns::BAND, columns::WHY] {
        assert_eq!(texts(&table, column).unwrap().null_count(), 2, "{column}");
    }
    assert_eq!(places(&table), [None, None]);
}

#[test]
fn waiting_is_counted_to_the_newest_post_of_the_export() {
    let table = ranked(&[
        Post {
            created_at: Some(0),
            answered: Some(false),
            urgency_level: 3,
            ..Post::default()
        },
        Post {
            created_at: Some(3 * 3600 + 59),
            direction: "company",
            ..Post::default()
        },
    ]);
    assert_eq!(
        texts(&table, columns::WHY).unwrap().get(0),
        Some("Needs help now; waiting 3 h")
    );
}

#[test]
fn an_empty_table_is_ranked() {
    assert_eq!(ranked(&[]).height(), 0);
}

#[test]
fn values_outside_their_range_are_refused() {
    let cases = [
        Post {
            urgency: 1.5,
            ..Post::default()
        },
        Post {
            churn: f32::NAN,
            ..Post::default()
        },
        Post {
            anger_level: 4,
            ..Post::default()
        },
        Post {
            direction: "bot",
            ..Post::default()
        },
    ];
    let messages: Vec<_> = cases
        .iter()
        .map(|post| rank(posts(&[Post::default(), *post]), &Settings::default()))
        .map(|result| result.unwrap_err().to_string())
        .collect();
    insta::assert_snapshot!(messages.join("\n"), @r"
    row 2 of the table of posts: `urgency` is 1.5, but must be from 0 to 1
    row 2 of the table of posts: `churn` is NaN, but must be from 0 to 1
    row 2 of the table of posts: `anger_level` is 4, but must be from 0 to 3
    row 2 of the table of posts: `direction` is bot, but must be customer or company
    ");
}

#[test]
fn a_missing_column_is_named() {
    let table = posts(&[Post::default()]).drop(columns::CHURN).unwrap();
    insta::assert_snapshot!(
        rank(table, &Settings::default()).unwrap_err(),
        @"the table of posts has no column `churn`"
    );
}

fn band(post: &Post) -> Band {
    BandRules::default().band(post.urgency_level, post.anger_level, post.is_actionable)
}

/// Few values of each kind, so that there are ties of every sort.
fn tied() -> impl Strategy<Value = Post> {
    (
        0..3_u8,
        0..4_u32,
        prop::option::of(0..3_i64),
        0..3_i64,
        0..5_u8,
    )
        .prop_map(
            |(urgency, urgency_level, created_at, followers, direction)| Post {
                urgency: f32::from(urgency) / 4.0,
                urgency_level,
                created_at,
                followers: Some(followers * 1_000),
                direction: if direction > 0 {
                    columns::CUSTOMER
                } else {
                    columns::COMPANY
                },
                ..Post::default()
            },
        )
}

proptest! {
    #[test]
    fn chunks_are_placed_as_by_a_full_sort(
        rows in prop::collection::vec(tied(), 0..60),
        chunk_rows in 1..20_usize,
    ) {
        let whole = posts(&rows);
        let mut ranking = Ranking::new(&Settings::default()).unwrap();
        for first in (0..rows.len()).step_by(chunk_rows) {
            ranking.add(&whole.slice(first as i64, chunk_rows)).unwrap();
        }
        let ranks = ranking.finish();

        let placed = |by_band: bool, with_reach: bool| {
            let key = |row: usize| {
                let post = &rows[row];
                let scores = Scores {
                    urgency: post.urgency.into(),
                    anger: 0.0,
                    actionable: 0.1_f32.into(),
                    tried_before: 0.0,
                    churn: 0.0,
                };
                let audience = Audience { followers: post.followers, ..Audience::default() };
                let reach = if with_reach { ReachScale::default().reach(&audience) } else { None };
                let priority = Priority::new(&scores, reach, &Weights::default());
                let band = if by_band { band(post) } else { Band::Now };
                (band, priority.total(), post.created_at.unwrap_or(i64::MAX))
            };
            let mut order: Vec<usize> = (0..rows.len())
                .filter(|row| rows[*row].direction == columns::CUSTOMER)
                .filter(|row| !by_band || band(&rows[*row]) != Band::None)
                .collect();
            // Stable, so that the order of the input settles what is left.
            order.sort_by(|a, b| {
                let ((band_a, value_a, time_a), (band_b, value_b, time_b)) = (key(*a), key(*b));
                let by_value = value_b.total_cmp(&value_a);
                band_a.cmp(&band_b).then(by_value).then(time_a.cmp(&time_b))
            });
            super::places(order.into_iter().map(|row| row as u32), rows.len())
        };
        prop_assert_eq!(&ranks.rank, &placed(false, true));
        prop_assert_eq!(&ranks.rank_without_reach, &placed(false, false));
        prop_assert_eq!(&ranks.queue, &placed(true, true));
    }

    #[test]
    fn places_are_a_permutation_that_follows_priority(
        rows in prop::collection::vec(
            (0.0..=1.0_f32, prop::option::of(0..100_i64), prop::option::of(0..10_000_000_i64), any::<bool>()),
            0..40,
        ),
    ) {
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(urgency, created_at, followers, is_customer)| Post {
                urgency,
                created_at,
                followers,
                direction: if is_customer { columns::CUSTOMER } else { columns::COMPANY },
                ..Post::default()
            })
            .collect();
        let table = ranked(&rows);
        let priorities = numbers(&table, columns::PRIORITY).unwrap();
        let mut order: Vec<_> = places(&table)
            .into_iter()
            .zip(priorities.iter())
            .filter_map(|(place, priority)| place.zip(priority))
            .collect();
        order.sort_by_key(|(place, _)| *place);
        prop_assert!(order.iter().map(|(place, _)| *place).eq((1..).take(order.len())));
        prop_assert!(order.is_sorted_by(|(_, a), (_, b)| a >= b));
        prop_assert_eq!(order.len(), rows.iter().filter(|row| row.direction == "customer").count());

        let whole = posts(&rows);
        let mut ranking = Ranking::new(&Settings::default()).unwrap();
        let chunks: Vec<usize> = (0..rows.len()).step_by(7).collect();
        for first in &chunks {
            ranking.add(&whole.slice(*first as i64, 7)).unwrap();
        }
        let ranks = ranking.finish();
        for first in chunks {
            let chunk = ranks.annotate(whole.slice(first as i64, 7), first).unwrap();
            prop_assert!(chunk.equals_missing(&table.slice(first as i64, 7)));
        }
    }
}

#[test]
fn with_business_hours_an_answer_has_its_open_minutes() {
    // The fixture begins on Tuesday 3 March 2026 at 18:42 UTC.
    let settings = with_business_hours("09:00-19:00");
    let answered = |created_at, first_response_minutes| Post {
        created_at,
        first_response_minutes,
        answered: Some(true),
        ..Post::default()
    };
    let rows = [
        answered(Some(0), Some(10.0)),
        answered(Some(0), Some(16.0 * 60.0)),
        answered(Some(0), None),
        answered(None, Some(10.0)),
        answered(Some(0), Some(f64::MAX)),
    ];
    let table = rank(posts(&rows), &settings).unwrap();
    let open = numbers(&table, columns::FIRST_RESPONSE_OPEN_MINUTES).unwrap();
    assert_eq!(
        open.to_vec(),
        [Some(10.0), Some(18.0 + 102.0), None, None, None]
    );
    let without = ranked(&rows);
    assert!(
        without
            .column(columns::FIRST_RESPONSE_OPEN_MINUTES)
            .is_err()
    );
}

#[test]
fn settings_decide() {
    let settings = Settings {
        bands: BandRules {
            now_from_urgency: 2,
            ..BandRules::default()
        },
        reach: ReachScale {
            full_audience: 100,
            ..ReachScale::default()
        },
        ..Settings::default()
    };
    let post = Post {
        urgency: 0.6,
        urgency_level: 2,
        followers: Some(99),
        ..Post::default()
    };
    let table = rank(posts(&[post]), &settings).unwrap();
    assert_eq!(texts(&table, columns::BAND).unwrap().get(0), Some("now"));
    assert_eq!(numbers(&table, columns::REACH).unwrap().get(0), Some(100.0));
    let why = texts(&table, columns::WHY).unwrap();
    assert!(why.get(0).unwrap().starts_with("Needs help now"));
    let unordered = Settings {
        bands: BandRules {
            now_from_urgency: 1,
            ..BandRules::default()
        },
        ..Settings::default()
    };
    assert!(matches!(
        rank(posts(&[post]), &unordered),
        Err(Error::BandOrder { today: 2, now: 1 })
    ));
}
