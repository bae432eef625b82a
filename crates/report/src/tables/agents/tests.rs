use proptest::prelude::*;

use super::*;
use crate::{
    fixture::Post,
    tables::{
        FinishedTable,
        fixture::{any_posts, csv_of_conversations},
    },
};

fn in_chunks(rows: &[Post], chunk: usize) -> String {
    csv_of_conversations(rows, chunk, |_, partitions| {
        let mut agents = Agents::default();
        partitions.each(|posts| agents.add(posts)).unwrap();
        FinishedTable::new(&SPEC, &agents.finish().unwrap()).unwrap()
    })
}

fn table(rows: &[Post]) -> String {
    in_chunks(rows, rows.len())
}

/// A customer's post of this minute.
fn asked(author: &'static str, minute: i64, answer: Option<i64>, anger_level: u32) -> Post {
    Post {
        conversation_id: Some("c"),
        created_at: Some(60 * minute),
        author_id: Some(author),
        answered: Some(answer.is_some()),
        first_response_minutes: answer.map(|answer| (answer - minute) as f64),
        anger_level,
        company: Some("Acme"),
        ..Post::default()
    }
}

fn signed(agent: &'static str, minute: i64, kind: &'static str) -> Post {
    Post {
        direction: columns::COMPANY,
        conversation_id: Some("c"),
        created_at: Some(60 * minute),
        company: Some("Acme"),
        agent: Some(agent),
        reply_kind: Some(kind),
        ..Post::default()
    }
}

#[test]
fn replies_are_counted_by_company_and_signature() {
    let elsewhere = Post {
        company: Some("Zen"),
        ..signed("Sam", 3, "dm")
    };
    let unsigned = Post {
        agent: None,
        ..signed("", 4, "dm")
    };
    let other_conversation = Post {
        conversation_id: Some("d"),
        created_at: None,
        ..signed("Sam", 0, "thanks")
    };
    let rows = [
        signed("Sam", 1, "ask"),
        signed("mm", 2, "apology"),
        elsewhere,
        unsigned,
        other_conversation,
        Post {
            company: None,
            reply_kind: None,
            ..signed("Jo", 5, "")
        },
    ];
    insta::assert_snapshot!(table(&rows));
}

#[test]
fn anger_is_that_of_the_post_answered_and_of_the_next_one() {
    // In an order that is not that of time.
    let rows = [
        signed("Sam", 10, "resolve"),
        asked("ann", 30, None, 0),
        asked("ann", 20, Some(25), 1),
        asked("ann", 0, Some(10), 1),
        // The last of what the first reply answers.
        asked("ann", 5, Some(10), 3),
        // Answered, and then silent.
        asked("bob", 15, Some(25), 3),
        signed("mm", 25, "ask"),
    ];
    insta::assert_snapshot!(table(&rows));
}

#[test]
fn what_cannot_be_told_is_left_out() {
    let unknown_author = Post {
        author_id: None,
        ..asked("", 0, Some(10), 3)
    };
    let rows = [
        unknown_author,
        Post {
            author_id: None,
            ..asked("", 20, None, 0)
        },
        signed("Sam", 10, "dm"),
        // Two agents at the same moment.
        asked("ann", 30, Some(40), 3),
        asked("ann", 50, None, 1),
        signed("Sam", 40, "dm"),
        signed("mm", 40, "dm"),
        // Not scored.
        asked("cy", 60, Some(70), 3),
        Post {
            scored: false,
            ..asked("cy", 80, None, 1)
        },
        signed("Sam", 70, "dm"),
    ];
    insta::assert_snapshot!(table(&rows));
}

proptest! {
    #[test]
    fn the_size_of_chunks_does_not_matter(rows in any_posts(), chunk in 1_usize..20) {
        prop_assert_eq!(table(&rows), in_chunks(&rows, chunk));
    }
}
