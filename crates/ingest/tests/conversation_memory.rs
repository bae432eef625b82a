//! Conversations of many posts take little memory: peak bytes a post, as Linux counts them.
//!
//! `UPROAR_POSTS=1000000 cargo test -p uproar-ingest --test conversation_memory -- --nocapture`
//! measures a million invented posts instead of the hundred thousand of an ordinary run.

use polars::prelude::{DataFrame, NamedFrom, Series};
use uproar_ingest::conversation::{ConversationOptions, Conversations};

/// Posts of a chunk, as the reader gives them.
const CHUNK: u64 = 8192;

/// A figure of `/proc/self/status` in bytes; none on other systems.
fn status(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Posts number `start` and following: two of a customer and one answer in turn.
fn chunk(start: u64, end: u64) -> DataFrame {
    const FIRST_ID: u64 = 1_500_000_000_000_000_000;
    let text = |name: &str, value: &dyn Fn(u64) -> Option<String>| {
        let values: Vec<Option<String>> = (start..end).map(value).collect();
        Series::new(name.into(), values).into()
    };
    let is_answer = |n: u64| n % 3 == 1;
    let moments: Vec<i64> = (start..end).map(|n| n as i64 * 1_000_000).collect();
    let columns = vec![
        text("id", &|n| Some((FIRST_ID + n * 7919).to_string())),
        text("text", &|n| {
            let text = if is_answer(n) {
                "Please DM us your booking reference. ^mm"
            } else {
                "@acme my bag is lost"
            };
            Some(text.to_owned())
        }),
        Series::new("created_at".into(), moments).into(),
        text("author_id", &|n| {
            Some(if is_answer(n) {
                "acmehelp".to_owned()
            } else {
                (n / 6).to_string()
            })
        }),
        text("author_name", &|_| None),
        text("in_reply_to_id", &|n| {
            (n % 3 != 0).then(|| (FIRST_ID + (n - 1) * 7919).to_string())
        }),
        text("conversation_id", &|_| None),
        text("reply_ids", &|_| None),
        text("direction", &|n| {
            let side = if is_answer(n) { "company" } else { "customer" };
            Some(side.to_owned())
        }),
    ];
    DataFrame::new((end - start) as usize, columns).unwrap()
}

#[test]
fn a_post_takes_few_bytes() {
    let count = std::env::var("UPROAR_POSTS").map_or(100_000, |count| count.parse().unwrap());
    // What the first chunk and the patterns take is not the posts'.
    let mut warm = Conversations::new(ConversationOptions::default());
    warm.add(&chunk(0, CHUNK)).unwrap();
    warm.finish().annotate(chunk(0, CHUNK), 0).unwrap();
    let Some(before) = status("VmHWM:") else {
        println!("memory is measured on Linux only");
        return;
    };

    let mut conversations = Conversations::new(ConversationOptions::default());
    for start in (0..count).step_by(CHUNK as usize) {
        let end = count.min(start + CHUNK);
        conversations.add(&chunk(start, end)).unwrap();
    }
    let added = status("VmHWM:").unwrap();
    let annotations = conversations.finish();
    let peak = status("VmHWM:").unwrap();
    let kept = status("VmRSS:").unwrap();
    let annotated = annotations.annotate(chunk(0, 6), 0).unwrap();
    let answered = annotated.column("answered").unwrap().bool().unwrap();
    assert_eq!(answered.get(0), Some(true));

    let of_post = |bytes: u64| bytes.saturating_sub(before) as f64 / count as f64;
    println!(
        "{count} posts: {:.0} bytes a post when added, {:.0} at the peak, {:.0} kept",
        of_post(added),
        of_post(peak),
        of_post(kept)
    );
    assert!(of_post(peak) < 120.0, "{}", of_post(peak));
}
