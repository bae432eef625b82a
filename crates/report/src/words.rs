//! `words.ndjson`: which words drove the anger and the urgency of the first posts of the queue, one
//! post a line. They are kept in a file because a report can be made again without the model.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    ops::Range,
    path::Path,
};

use serde::{Deserialize, Serialize};
use uproar_ingest::redact::{Redactor, Span};

use crate::error::ReadError;

/// The smallest effect that is shown: odds a sixth higher or lower. Calibrated odds are tempered, and
/// several words of a post often say the same, so that each alone moves little.
pub const VISIBLE: f32 = 0.15;

/// The file's name.
pub(crate) const FILE: &str = "words.ndjson";

/// The words of a post that have a visible effect; none where no word stands out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostWords {
    /// The post.
    pub id: String,
    /// In the order of the text, without overlap.
    pub words: Vec<WordEffect>,
}

/// What a word did to the scores of its post, as differences in the natural log odds: 0.7 doubles
/// the odds, and a negative effect lowers them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordEffect {
    /// Where the word begins in the text, in bytes.
    pub start: u32,
    /// Where it ends: the first byte behind it.
    pub end: u32,
    /// By how much it raised the odds of anger.
    pub anger: f32,
    /// By how much it raised the odds of urgency.
    pub urgency: f32,
}

impl PostWords {
    /// A post with those of its words whose effect is [`VISIBLE`], in three decimals.
    pub fn new(id: &str, words: impl IntoIterator<Item = WordEffect>) -> Self {
        let rounded = |effect: f32| (effect * 1e3).round() / 1e3;
        let words = words.into_iter().map(|word| WordEffect {
            anger: rounded(word.anger),
            urgency: rounded(word.urgency),
            ..word
        });
        Self {
            id: id.to_owned(),
            words: words.filter(WordEffect::is_visible).collect(),
        }
    }
}

impl WordEffect {
    /// Where the word stands in the text, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    fn is_visible(&self) -> bool {
        let effects = [self.anger, self.urgency];
        effects.iter().all(|effect| effect.is_finite())
            && effects.iter().any(|effect| effect.abs() >= VISIBLE)
    }
}

/// Whether these are places in this text: on character boundaries, in order and without overlap. A
/// file that was changed by hand, or words of another text, may not be.
pub fn fit(words: &[WordEffect], text: &str) -> bool {
    words.iter().all(|word| {
        word.start < word.end && text.get(word.range()).is_some_and(|it| !it.is_empty())
    }) && words.is_sorted_by(|a, b| a.end <= b.start)
}

/// The text with markers in place of personal data, and the words where they stand then. Words that
/// a marker replaces, in part or in whole, become one that holds the marker and has the sum of their
/// effects, if that is [`VISIBLE`]. Words that do not [`fit`] the text are left out.
pub fn redacted(
    text: &str,
    words: &[WordEffect],
    redactor: &Redactor,
) -> (String, Vec<WordEffect>) {
    let spans = redactor.spans(text);
    let mut shown = String::with_capacity(text.len());
    let mut copied = 0;
    for Span { kind, range } in &spans {
        shown.push_str(&text[copied..range.start]);
        shown.push_str(kind.marker());
        copied = range.end;
    }
    shown.push_str(&text[copied..]);

    // Where a place that no find holds within it stands afterwards.
    let moved = |place: usize| {
        let before = spans.iter().take_while(|span| span.range.end <= place);
        let (removed, added) = before.fold((0, 0), |(removed, added), span| {
            (removed + span.range.len(), added + span.kind.marker().len())
        });
        place - removed + added
    };
    let mut merged: Vec<(Range<usize>, WordEffect)> = Vec::new();
    for word in words.iter().filter(|_| fit(words, text)) {
        let mut range = word.range();
        let touched = spans
            .iter()
            .skip_while(|span| span.range.end <= word.start as usize)
            .take_while(|span| span.range.start < word.end as usize);
        for span in touched {
            range = range.start.min(span.range.start)..range.end.max(span.range.end);
        }
        match merged.last_mut() {
            Some((last, effect)) if range.start < last.end => {
                last.end = last.end.max(range.end);
                effect.anger += word.anger;
                effect.urgency += word.urgency;
            }
            _ => merged.push((range, *word)),
        }
    }
    let words = merged.into_iter().filter_map(|(range, word)| {
        Some(WordEffect {
            start: u32::try_from(moved(range.start)).ok()?,
            end: u32::try_from(moved(range.end)).ok()?,
            ..word
        })
    });
    (shown, words.filter(WordEffect::is_visible).collect())
}

/// Reads the words of a report's folder. A report that has none, being of an earlier version, gives
/// none.
///
/// # Errors
///
/// [`ReadError::Io`], or [`ReadError::Damaged`] where a line does not hold words.
pub fn read(folder: &Path) -> Result<Vec<PostWords>, ReadError> {
    let path = folder.join(FILE);
    let failed = |source| ReadError::Io {
        path: path.clone(),
        source,
    };
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        file => file.map_err(failed)?,
    };
    let lines = (1..).zip(BufReader::new(file).lines());
    let posts = lines.map(|(number, line): (u64, _)| {
        serde_json::from_str(&line.map_err(failed)?).map_err(|error| ReadError::Damaged {
            path: path.clone(),
            message: format!("line {number}: {error}"),
        })
    });
    posts.collect()
}

/// Writes one post a line.
pub(crate) fn write(posts: &[PostWords], out: &mut dyn io::Write) -> io::Result<()> {
    for post in posts {
        serde_json::to_writer(&mut *out, post)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(range: Range<usize>, anger: f32, urgency: f32) -> WordEffect {
        WordEffect {
            start: range.start as u32,
            end: range.end as u32,
            anger,
            urgency,
        }
    }

    /// Every word of a text, with some effect.
    fn all(text: &str) -> Vec<WordEffect> {
        let words = text.split_whitespace().enumerate().map(|(place, it)| {
            let start = it.as_ptr() as usize - text.as_ptr() as usize;
            word(start..start + it.len(), 0.25 * (place as f32 + 1.0), -0.5)
        });
        words.collect()
    }

    /// The words as they stand in the text, with their effects on anger.
    fn read_in(text: &str, words: &[WordEffect]) -> String {
        let words = words
            .iter()
            .map(|word| format!("{}={}", &text[word.range()], word.anger));
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_visible_words_are_kept() {
        let post = PostWords::new(
            "7",
            [
                word(0..1, 0.1494, -0.1),
                word(2..3, 0.1496, -0.14951),
                word(4..5, 0.0, -1.23456),
                word(6..7, f32::NAN, 1.0),
            ],
        );
        insta::assert_json_snapshot!(post, @r#"
        {
          "id": "7",
          "words": [
            {
              "start": 2,
              "end": 3,
              "anger": 0.15,
              "urgency": -0.15
            },
            {
              "start": 4,
              "end": 5,
              "anger": 0.0,
              "urgency": -1.235
            }
          ]
        }
        "#);
    }

    #[test]
    fn words_of_another_text_do_not_fit() {
        let text = "süß 😡";
        for (words, fits) in [
            (vec![], true),
            (vec![word(0..5, 1.0, 0.0), word(6..10, 1.0, 0.0)], true),
            (vec![word(6..10, 1.0, 0.0), word(0..5, 1.0, 0.0)], false),
            (vec![word(0..5, 1.0, 0.0), word(4..10, 1.0, 0.0)], false),
            (vec![word(2..5, 1.0, 0.0)], false),
            (vec![word(6..11, 1.0, 0.0)], false),
            (vec![word(5..5, 1.0, 0.0)], false),
        ] {
            assert_eq!(fit(&words, text), fits, "{words:?}");
        }
    }

    #[test]
    fn words_move_with_the_text_and_merge_into_markers() {
        let cases = [
            ("no refund", "no=0.25 refund=0.5"),
            (
                "call (020 7946 0958) or jo@example.com now",
                "call=0.25 ([phone])=2.25 or=1.25 [email]=1.5 now=1.75",
            ),
            ("jo@example.com,020 7946 0958!", "[email],[phone]!=1.5"),
        ];
        for (text, expected) in cases {
            let redactor = Redactor::default();
            let (shown, words) = redacted(text, &all(text), &redactor);
            assert_eq!(shown, redactor.redact(text));
            assert_eq!(read_in(&shown, &words), expected);
        }
    }

    #[test]
    fn what_a_marker_sums_up_to_nothing_is_not_kept() {
        let text = "020 7946 0958";
        let words = [word(0..3, 0.5, 0.0), word(4..8, -0.5, 0.0)];
        assert_eq!(redacted(text, &words, &Redactor::default()).1, []);
        let others = [word(90..93, 0.5, 0.0)];
        assert_eq!(redacted(text, &others, &Redactor::default()).1, []);
    }

    #[test]
    fn the_file_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()).unwrap(), []);
        let posts = [
            PostWords::new("1\n\"", [word(0..4, 0.333_333, -2.0)]),
            PostWords::new("2", []),
        ];
        let mut bytes = Vec::new();
        write(&posts, &mut bytes).unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(read(folder.path()).unwrap(), posts);
        insta::assert_snapshot!(String::from_utf8(bytes.clone()).unwrap(), @r#"
        {"id":"1\n\"","words":[{"start":0,"end":4,"anger":0.333,"urgency":-2.0}]}
        {"id":"2","words":[]}
        "#);

        std::fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("damaged (line 2: "), "{error}");
    }

    proptest! {
        #[test]
        fn redacted_words_fit_the_redacted_text(
            parts in prop::collection::vec(
                prop_oneof![
                    Just("020 7946 0958"), Just("jo@example.com"), Just("4111 1111 1111 1111"),
                    Just("order number 8834512"), Just("12 Mill Lane"), Just("😡"), Just("süß"),
                    Just("late,"), Just("("), Just(")"), Just(" "), Just("\n"), Just("#1"),
                ],
                0..12,
            ),
            kept in prop::collection::vec(any::<bool>(), 40),
        ) {
            let text = parts.concat();
            let mut kept = kept.into_iter();
            let words: Vec<WordEffect> = all(&text)
                .into_iter()
                .filter(|_| kept.next().unwrap_or(true))
                .collect();
            prop_assert!(fit(&words, &text));
            let redactor = Redactor::default();
            let (shown, moved) = redacted(&text, &words, &redactor);
            prop_assert_eq!(&shown, &redactor.redact(&text));
            prop_assert!(fit(&moved, &shown), "{:?} {:?}", shown, moved);
            let sum = |words: &[WordEffect]| words.iter().map(|word| word.anger).sum::<f32>();
            prop_assert!((sum(&words) - sum(&moved)).abs() < 1e-3, "no effect is lost");
            if shown == text {
                prop_assert_eq!(moved, words);
            }
        }

        #[test]
        fn any_words_are_taken_without_panic(
            text in "[a-z 0-9ü😡@.]{0,40}",
            places in prop::collection::vec((0_u32..50, 0_u32..50), 0..4),
        ) {
            let words: Vec<WordEffect> = places
                .into_iter()
                .map(|(start, end)| WordEffect { start, end, anger: 1.0, urgency: 0.0 })
                .collect();
            let (shown, moved) = redacted(&text, &words, &Redactor::default());
            prop_assert!(fit(&moved, &shown));
        }
    }
}
