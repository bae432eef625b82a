use polars::prelude::*;

use super::*;
use crate::fixture::{Post, posts};

const SUBJECTS: [&str; 3] = [
    "where is my refund, the money is missing",
    "parcel left in the rain by your driver",
    "cannot log in, the app shows an error",
];

/// Posts on three subjects, with hashes and vectors.
fn export() -> (DataFrame, Vec<u128>, Vec<[i8; 4]>) {
    const NAMES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];
    let rows: Vec<Post> = (0..90)
        .map(|n| Post {
            text: SUBJECTS[n % 3],
            author_name: Some(NAMES[n % 7]),
            is_actionable: n != 3,
            ..Post::default()
        })
        .collect();
    let vectors = (0..90_usize).map(|n| {
        let mut vector = [(n % 5) as i8, (n % 7) as i8, (n % 4) as i8, 0];
        vector[n % 3] += 100;
        vector
    });
    let hashes = (0..90).map(|n: u128| n * 7919 % 90 + 1);
    (posts(&rows), hashes.collect(), vectors.collect())
}

fn found(rows: &[usize], chunk: usize) -> Vec<Option<String>> {
    let (table, hashes, vectors) = export();
    let mut sample = TopicSample::new(BandRules::default());
    for rows in rows.chunks(chunk) {
        let numbers = rows.iter().map(|row| *row as IdxSize).collect();
        let part = table.take(&IdxCa::from_vec("".into(), numbers)).unwrap();
        let hashes: Vec<u128> = rows.iter().map(|row| hashes[*row]).collect();
        let vectors = rows.iter().map(|row| Some(vectors[*row].as_slice()));
        sample.add(&part, &hashes, vectors).unwrap();
    }
    let topics = sample.topics(["acme"].into_iter());
    let vectors = vectors.iter().map(|vector| Some(vector.as_slice()));
    let annotated = topics.annotate(table, vectors).unwrap();
    let column = texts(&annotated, columns::TOPIC).unwrap();
    column
        .iter()
        .map(|topic| topic.map(str::to_owned))
        .collect()
}

#[test]
fn posts_on_one_subject_share_a_topic() {
    let all: Vec<usize> = (0..90).collect();
    let topics = found(&all, 90);
    assert_eq!(topics[3], None, "nothing to act on");
    for (row, topic) in topics.iter().enumerate().filter(|(row, _)| *row != 3) {
        assert_eq!(
            topic,
            &topics[row % 3 + if row % 3 == 0 { 6 } else { 0 }],
            "row {row}"
        );
    }
    insta::assert_debug_snapshot!(&topics[4..7], @r#"
    [
        Some(
            "driver · parcel left · rain",
        ),
        Some(
            "app shows · error · log",
        ),
        Some(
            "missing · refund · money",
        ),
    ]
    "#);
}

#[test]
fn neither_chunks_nor_order_change_topics() {
    let all: Vec<usize> = (0..90).collect();
    let reversed: Vec<usize> = (0..90).rev().collect();
    let expected = found(&all, 90);
    assert_eq!(found(&all, 1), expected);
    assert_eq!(found(&reversed, 7), expected);
}

#[test]
fn few_posts_have_no_topics() {
    let few: Vec<usize> = (0..FEWEST - 1).collect();
    assert_eq!(found(&few, 10), vec![None; 90]);
}

#[test]
fn a_post_of_which_nothing_is_known_is_among_the_others() {
    let (table, hashes, vectors) = export();
    let mut sample = TopicSample::new(BandRules::default());
    let known = vectors.iter().map(|vector| Some(vector.as_slice()));
    sample.add(&table, &hashes, known).unwrap();
    let topics = sample.topics([].into_iter());
    let elsewhere = Post {
        text: "the pavement outside is under snow",
        is_actionable: true,
        ..Post::default()
    };
    let table = table.slice(0, 2).vstack(&posts(&[elsewhere])).unwrap();
    let unknown = [
        None,
        Some([0_i8; 4].as_slice()),
        Some(&[-100, -100, -100, 0]),
    ];
    let annotated = topics.annotate(table, unknown.into_iter()).unwrap();
    let found = texts(&annotated, columns::TOPIC).unwrap();
    assert!(found.iter().all(|topic| topic == Some(OTHER_TOPIC)));
    assert_eq!(found.len(), 3);
}
