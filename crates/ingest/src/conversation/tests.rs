use proptest::prelude::*;

use super::*;
use crate::post::{self, Post};

/// A post by `author` (the company's begin with `@`), in minute `minute` if that is known.
fn post(id: &str, author: &str, minute: impl Into<Option<i64>>, reply_to: &str) -> Post {
    Post {
        id: id.into(),
        text: "text".into(),
        author_id: Some(author.into()),
        created_at: minute.into().map(|minute: i64| minute * 60_000_000),
        in_reply_to_id: (!reply_to.is_empty()).then(|| reply_to.into()),
        is_by_company: author.starts_with('@'),
        ..Post::default()
    }
}

fn in_conversation(conversation: &str, post: Post) -> Post {
    Post {
        conversation_id: Some(conversation.into()),
        ..post
    }
}

fn with_replies(reply_ids: &str, post: Post) -> Post {
    Post {
        reply_ids: Some(reply_ids.into()),
        ..post
    }
}

/// `id: conversation answered minutes` for each post, sorted by id.
fn annotated(posts: &[Post]) -> Vec<String> {
    lines(&annotate(post::frame(posts).unwrap()).unwrap())
}

/// The same posts in chunks of `rows`.
fn annotated_in_chunks(posts: &[Post], rows: usize) -> DataFrame {
    let chunks: Vec<DataFrame> = posts
        .chunks(rows)
        .map(|posts| post::frame(posts).unwrap())
        .collect();
    let mut conversations = Conversations::new(ConversationOptions::default());
    for chunk in &chunks {
        conversations.add(chunk).unwrap();
    }
    let annotations = conversations.finish();
    let mut all = annotate(post::frame(&[]).unwrap()).unwrap();
    for chunk in chunks {
        let chunk = annotations.annotate(chunk, all.height()).unwrap();
        all.vstack_mut(&chunk).unwrap();
    }
    all
}

fn lines(frame: &DataFrame) -> Vec<String> {
    let ids = frame.column("id").unwrap().str().unwrap();
    let conversations = frame.column("conversation_id").unwrap().str().unwrap();
    let answered = frame.column(ANSWERED).unwrap().bool().unwrap();
    let minutes = frame.column(FIRST_RESPONSE_MINUTES).unwrap().f64().unwrap();
    let mut lines: Vec<String> = (0..frame.height())
        .map(|row| {
            let show = |value: Option<String>| value.unwrap_or_else(|| "-".into());
            format!(
                "{}: {} {} {}",
                ids.get(row).unwrap(),
                show(conversations.get(row).map(str::to_owned)),
                show(answered.get(row).map(|answered| answered.to_string())),
                show(minutes.get(row).map(|minutes| minutes.to_string())),
            )
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn a_direct_reply_answers() {
    let posts = [
        post("1", "ann", 0, ""),
        post("2", "@co", 30, "1"),
        post("3", "@co", 12, "1"),
        post("4", "ann", 40, "2"),
        post("5", "bob", 0, ""),
    ];
    assert_eq!(
        annotated(&posts),
        [
            "1: 1 true 12",
            "2: 1 - -",
            "3: 1 - -",
            "4: 1 false -",
            "5: 5 false -"
        ]
    );
}

#[test]
fn a_later_post_of_the_conversation_answers_unless_it_speaks_to_another() {
    let posts = [
        in_conversation("c", post("1", "ann", 0, "")),
        in_conversation("c", post("2", "bob", 5, "")),
        in_conversation("c", post("3", "@co", 10, "2")),
        in_conversation("c", post("4", "ann", 20, "")),
        in_conversation("c", post("5", "@co", 20, "")),
        in_conversation("c", post("6", "@co", 50, "")),
        in_conversation("d", post("7", "ann", 0, "")),
        // A word to bob in two parts is still a word to bob.
        in_conversation("e", post("8", "ann", 0, "")),
        in_conversation("e", post("9", "@co", 3, "3")),
    ];
    assert_eq!(
        annotated(&posts),
        [
            "1: c true 20",
            "2: c true 5",
            "3: c - -",
            "4: c true 30",
            "5: c - -",
            "6: c - -",
            "7: d false -",
            "8: e false -",
            "9: e - -",
        ]
    );
}

#[test]
fn what_cannot_be_known_is_null() {
    // No links at all.
    let posts = [post("1", "ann", 0, ""), post("2", "@co", 5, "")];
    assert_eq!(annotated(&posts), ["1: - - -", "2: - - -"]);
    // No company post.
    let posts = [post("1", "ann", 0, ""), post("2", "bob", 5, "1")];
    assert_eq!(annotated(&posts), ["1: 1 - -", "2: 1 - -"]);
    // No times.
    let posts = [
        in_conversation("c", post("1", "ann", None, "")),
        in_conversation("c", post("2", "@co", 5, "")),
    ];
    assert_eq!(annotated(&posts), ["1: c - -", "2: c - -"]);
    let posts = [post("1", "ann", None, ""), post("2", "@co", 5, "1")];
    assert_eq!(annotated(&posts), ["1: 1 true -", "2: 1 - -"]);
    // A reply dated before the post.
    let posts = [post("1", "ann", 9, ""), post("2", "@co", 5, "1")];
    assert_eq!(annotated(&posts), ["1: 1 true -", "2: 1 - -"]);
}

#[test]
fn lists_of_replies_tell_what_the_export_leaves_out() {
    let posts = [
        with_replies("", post("1", "ann", 0, "")),
        with_replies("9", post("2", "ann", 0, "")),
        with_replies("4,5", post("3", "ann", 0, "")),
        post("4", "bob", 1, ""),
        post("5", "@co", 7, ""),
        with_replies("4", post("6", "ann", 0, "")),
    ];
    assert_eq!(
        annotated(&posts),
        [
            "1: 1 false -",
            "2: 2 - -",
            "3: 3 true 7",
            "4: 3 false -",
            "5: 3 - -",
            "6: 6 false -"
        ]
    );
    let posts = [with_replies("", post("1", "ann", 0, ""))];
    assert_eq!(annotated(&posts), ["1: 1 false -"]);
}

#[test]
fn conversations_follow_replies_beyond_the_export_and_around_circles() {
    let posts = [
        post("1", "ann", 0, "absent"),
        post("2", "bob", 0, "1"),
        post("3", "ann", 0, "4"),
        post("4", "ann", 0, "5"),
        post("5", "ann", 0, "4"),
        post("6", "ann", 0, "6"),
        in_conversation("c", post("7", "ann", 0, "1")),
        post("8", "ann", 0, "7"),
    ];
    let conversations: Vec<String> = annotated(&posts)
        .iter()
        .map(|line| line.trim_end_matches(" - -").to_owned())
        .collect();
    assert_eq!(
        conversations,
        [
            "1: absent",
            "2: absent",
            "3: 4",
            "4: 4",
            "5: 4",
            "6: 6",
            "7: c",
            "8: c"
        ]
    );
}

#[test]
fn long_chains_of_replies_are_one_conversation() {
    let mut posts: Vec<Post> = (1..5000)
        .map(|id| post(&id.to_string(), "ann", id, &(id - 1).to_string()))
        .collect();
    posts.push(post("0", "ann", 0, ""));
    let frame = annotate(post::frame(&posts).unwrap()).unwrap();
    let conversations = frame.column("conversation_id").unwrap().str().unwrap();
    assert!(conversations.iter().all(|id| id == Some("0")));
}

#[test]
fn a_chunk_that_was_not_added_is_an_error() {
    let frame = post::frame(&[post("1", "ann", 0, "")]).unwrap();
    let mut conversations = Conversations::new(ConversationOptions::default());
    conversations.add(&frame).unwrap();
    let error = conversations.finish().annotate(frame, 1).unwrap_err();
    insta::assert_snapshot!(error, @"posts up to number 2 of 1");
}

#[test]
fn an_empty_frame_gets_the_columns() {
    assert!(annotated(&[]).is_empty());
}

fn any_posts() -> impl Strategy<Value = Vec<Post>> {
    let id = || prop::option::of(0u8..12);
    let row = (
        any::<bool>(),
        prop::option::of(0i64..20),
        id(),
        id(),
        id(),
        0u8..3,
    );
    prop::collection::vec(row, 0..12).prop_map(|rows| {
        // Every third id is not a number.
        let number = |n: u8| format!("{}{n}", if n.is_multiple_of(3) { "post " } else { "" });
        rows.into_iter()
            .enumerate()
            .map(
                |(row, (is_by_company, minute, parent, conversation, reply, author))| Post {
                    conversation_id: conversation.map(number),
                    reply_ids: reply.map(number),
                    author_id: Some(number(author)),
                    is_by_company,
                    ..post(
                        &number(row as u8),
                        "",
                        minute,
                        &parent.map(number).unwrap_or_default(),
                    )
                },
            )
            .collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_rows_does_not_matter(posts in any_posts(), shift in 0usize..12) {
        let mut moved = posts.clone();
        moved.rotate_left(shift % posts.len().max(1));
        prop_assert_eq!(annotated(&posts), annotated(&moved));
        moved.reverse();
        prop_assert_eq!(annotated(&posts), annotated(&moved));
    }

    #[test]
    fn the_size_of_chunks_does_not_matter(posts in any_posts(), rows in 1usize..12) {
        let whole = annotate(post::frame(&posts).unwrap()).unwrap();
        prop_assert!(whole.equals_missing(&annotated_in_chunks(&posts, rows)));
    }
}
