use proptest::prelude::*;

use super::*;
use crate::{
    fixture,
    tables::fixture::{any_posts, csv_of_conversations},
};

/// A customer's post of a conversation.
fn customer(conversation: &'static str, minute: i64, answered: bool) -> fixture::Post {
    fixture::Post {
        conversation_id: Some(conversation),
        created_at: Some(60 * minute),
        author_name: Some("ann"),
        company: Some("Acme"),
        answered: Some(answered),
        is_actionable: true,
        ..fixture::Post::default()
    }
}

fn company(
    conversation: &'static str,
    minute: i64,
    reply_kind: Option<&'static str>,
) -> fixture::Post {
    fixture::Post {
        direction: columns::COMPANY,
        conversation_id: Some(conversation),
        created_at: Some(60 * minute),
        company: Some("Acme"),
        reply_kind,
        ..fixture::Post::default()
    }
}

fn angry(anger_level: u32, post: fixture::Post) -> fixture::Post {
    fixture::Post {
        anger_level,
        ..post
    }
}

fn in_chunks(rows: &[fixture::Post], chunk: usize) -> String {
    csv_of_conversations(rows, chunk, |folder, partitions| {
        let mut conversations = Conversations::new(folder);
        partitions.each(|posts| conversations.add(posts)).unwrap();
        conversations.finish().unwrap()
    })
}

fn table(rows: &[fixture::Post]) -> String {
    in_chunks(rows, rows.len())
}

/// Whether a post without scores needs an answer is unknown; it is in no queue.
#[test]
fn posts_without_scores_are_not_taken_to_wait() {
    let foreign = |conversation, answered| fixture::Post {
        scored: false,
        ..customer(conversation, 0, answered)
    };
    let table = table(&[
        foreign("alone", false),
        foreign("answered", true),
        foreign("with one that waits", false),
        customer("with one that waits", 1, false),
    ]);
    let lines: Vec<&str> = table.lines().skip(1).collect();
    let starts = [
        "with one that waits,Acme,ann,unanswered,later,2,",
        "alone,Acme,ann,,,1,",
        "answered,Acme,ann,answered,,1,",
    ];
    assert_eq!(lines.len(), starts.len(), "{table}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{table}");
    }
}

/// Where no answers are known, all posts with something to do wait, as in the queue.
#[test]
fn the_top_post_waits_where_answers_are_unknown() {
    let unknown = |id, post| fixture::Post {
        id,
        answered: None,
        ..post
    };
    let rows = [
        unknown(
            "praise",
            fixture::Post {
                is_actionable: false,
                urgency: 0.9,
                ..customer("a", 0, false)
            },
        ),
        unknown("question", customer("a", 1, false)),
    ];
    let table = table(&rows);
    assert!(table.trim_end().ends_with(",question"), "{table}");
}

#[test]
fn every_state() {
    let unknown = fixture::Post {
        answered: None,
        ..customer("unknown", 0, true)
    };
    let praise = fixture::Post {
        is_actionable: false,
        ..customer("quiet", 0, false)
    };
    let rows = [
        praise,
        customer("resolved", 0, true),
        company("resolved", 1, Some("resolve")),
        company("resolved", 2, Some("thanks")),
        angry(2, customer("better", 0, true)),
        company("better", 1, Some("resolve")),
        angry(1, customer("better", 2, true)),
        customer("answered", 0, true),
        company("answered", 1, None),
        customer("deflected", 0, true),
        company("deflected", 1, Some("deflect")),
        // Worse before the company spoke is not what it led to.
        customer("worse", 0, true),
        company("worse", 1, Some("deflect")),
        angry(1, customer("worse", 2, true)),
        unknown,
        angry(3, customer("unanswered", 0, true)),
        company("unanswered", 1, Some("resolve")),
        customer("unanswered", 2, false),
        company("company alone", 1, None),
        fixture::Post {
            conversation_id: None,
            ..customer("", 0, false)
        },
    ];
    insta::assert_snapshot!(table(&rows));
}

#[test]
fn a_turn_is_that_of_the_first_customer_after_the_company_spoke() {
    let bob = |minute, anger_level| fixture::Post {
        author_name: Some("bob"),
        ..angry(anger_level, customer("two customers", minute, true))
    };
    let rows = [
        // In an order that is not that of time.
        bob(9, 3),
        company("two customers", 5, Some("ask")),
        angry(1, customer("two customers", 8, true)),
        angry(1, customer("two customers", 0, true)),
        customer("before", 0, true),
        angry(3, customer("before", 1, true)),
        company("before", 2, None),
        customer("no time", 0, true),
        company("no time", 1, Some("dm")),
        fixture::Post {
            created_at: None,
            ..angry(3, customer("no time", 0, true))
        },
        fixture::Post {
            scored: false,
            ..customer("not scored", 0, true)
        },
        company("not scored", 1, Some("dm")),
    ];
    insta::assert_snapshot!(table(&rows));
}

#[test]
fn what_presses_comes_first() {
    let of = |conversation, id, urgency_level, urgency| fixture::Post {
        id,
        urgency_level,
        urgency,
        ..customer(conversation, 0, false)
    };
    let rows = [
        of("later", "1", 0, 0.1),
        of("now", "2", 3, 0.9),
        of("today", "3", 2, 0.5),
        of("today, more", "4", 2, 0.6),
        fixture::Post {
            repeat_contact: Some(3),
            ..of("now", "5", 1, 0.2)
        },
        // What was urgent is answered, and what is left can wait.
        fixture::Post {
            answered: Some(true),
            first_response_minutes: Some(7.0),
            ..of("settled", "6", 3, 1.0)
        },
        of("settled", "7", 0, 0.05),
    ];
    insta::assert_snapshot!(table(&rows));
}

proptest! {
    #[test]
    fn the_size_of_chunks_does_not_matter(rows in any_posts(), chunk in 1_usize..20) {
        prop_assert_eq!(table(&rows), in_chunks(&rows, chunk));
    }
}
