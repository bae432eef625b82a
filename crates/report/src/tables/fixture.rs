//! Tables of invented posts.

use std::path::Path;

use proptest::prelude::*;

use super::{Accumulate, FinishedTable, partitions::Partitions};
use crate::{
    columns,
    fixture::{Post, posts},
    rank::rank,
    settings::Settings,
    table::Table,
};

/// The table of these posts, which come in chunks of so many rows, as CSV.
pub(super) fn csv(
    new: impl Fn(&Settings) -> Box<dyn Accumulate>,
    rows: &[Post],
    chunk: usize,
) -> String {
    let ranked = rank(posts(rows), &Settings::default()).unwrap();
    let mut table = new(&Settings::default());
    for start in (0..rows.len()).step_by(chunk.max(1)) {
        table.add(&ranked.slice(start as i64, chunk)).unwrap();
    }
    let finished = FinishedTable::new(table.spec(), &table.finish().unwrap()).unwrap();
    shown(&finished)
}

/// The table of these posts, which come in chunks of so many rows and are spread over partitions when
/// there are more than two, as CSV.
pub(super) fn csv_of_conversations(
    rows: &[Post],
    chunk: usize,
    finish: impl Fn(&Path, Partitions) -> FinishedTable,
) -> String {
    let folder = tempfile::tempdir().unwrap();
    let ranked = rank(posts(rows), &Settings::default()).unwrap();
    let pending = if chunk < rows.len() { 2 } else { usize::MAX };
    let mut partitions = Partitions::with_pending(folder.path(), pending);
    for start in (0..rows.len()).step_by(chunk.max(1)) {
        partitions.add(&ranked.slice(start as i64, chunk)).unwrap();
    }
    shown(&finish(folder.path(), partitions))
}

fn shown(table: &FinishedTable) -> String {
    let mut out = Vec::new();
    let rows = Table::new(&table.rows).unwrap();
    table.write_csv(&rows, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Posts of a few companies, customers and conversations, of which little or much is known.
pub(super) fn any_posts() -> impl Strategy<Value = Vec<Post>> {
    let name = |names: &'static [&'static str]| prop::option::of(prop::sample::select(names));
    let of = (
        any::<bool>(),
        name(&["Acme", "Zen"]),
        name(&["c", "d", "1"]),
        name(&["ann", "bob"]),
        name(&["acme", "Acme", "Acme_Help"]),
        name(&["Acme_Help", "Zen"]),
    );
    let what = (
        prop::option::of(0..5_i64),
        prop::option::of(any::<bool>()),
        name(&["dm", "deflect", "resolve", "thanks"]),
        name(&["Sam", "mm"]),
        prop::option::of(0..2_u32),
        (0..4_u32, 0..4_u32, any::<bool>(), any::<bool>()),
    );
    let post = (of, what).prop_map(
        |(
            (is_by_company, company, conversation_id, author_id, addressed, answered_by),
            (minute, answered, reply_kind, agent, repeat_contact, scores),
        )| {
            let (anger_level, urgency_level, is_actionable, scored) = scores;
            let post = Post {
                company,
                conversation_id,
                author_id,
                author_name: author_id,
                created_at: minute.map(|minute| 60 * minute),
                reply_kind,
                anger_level,
                urgency_level,
                is_actionable,
                scored,
                ..Post::default()
            };
            if is_by_company {
                return Post {
                    direction: columns::COMPANY,
                    agent,
                    ..post
                };
            }
            let is_answered = answered == Some(true);
            let answered_by = answered_by.filter(|_| is_answered);
            Post {
                answered,
                answered_by,
                addressed,
                wrong_handle: answered_by.and(addressed).map(|it| Some(it) != answered_by),
                first_response_minutes: minute.filter(|_| is_answered).map(|it| (9 - it) as f64),
                reply_kind: reply_kind.filter(|_| is_answered),
                repeat_contact,
                ..post
            }
        },
    );
    prop::collection::vec(post, 0..20)
}
