//! Conversations: rows of a table whose header is given.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polars::prelude::DataFrame;
use uproar_fuzz::read;
use uproar_ingest::ReadOptions;
use uproar_ingest::conversation::{ConversationOptions, Conversations};

const HEADER: &[u8] = b"id,text,created_at,author_id,author_name,in_reply_to_id,conversation_id,\
    response_tweet_id,inbound\n";

/// The posts with what chunks of this many rows tell of them.
fn annotated(posts: &DataFrame, company: &[&str], rows: usize) -> DataFrame {
    let company = company.iter().map(|name| (*name).to_owned()).collect();
    let mut conversations = Conversations::new(ConversationOptions { company });
    let starts = || (0..posts.height()).step_by(rows);
    for start in starts() {
        let chunk = posts.slice(start as i64, rows);
        conversations
            .add(&chunk)
            .expect("the schema is the canonical one");
    }
    let annotations = conversations.finish();
    let mut chunks = starts().map(|start| {
        let chunk = posts.slice(start as i64, rows);
        annotations
            .annotate(chunk, start)
            .expect("the rows were added")
    });
    let mut all = chunks.next().unwrap_or_default();
    for chunk in chunks {
        all.vstack_mut(&chunk)
            .expect("chunks have the same columns");
    }
    all
}

fuzz_target!(|rows: &[u8]| {
    let Ok(reading) = read(&[HEADER, rows].concat(), &ReadOptions::default()) else {
        return;
    };
    let posts = reading.posts;
    if posts.height() == 0 {
        return;
    }
    for company in [&[][..], &["acme"]] {
        let whole = annotated(&posts, company, posts.height());
        assert_eq!(whole.height(), posts.height());
        assert!(whole.equals_missing(&annotated(&posts, company, 1)));
        let reversed = annotated(&posts.reverse(), company, 2).reverse();
        assert!(whole.equals_missing(&reversed), "{whole:?}\n{reversed:?}");
    }
});
