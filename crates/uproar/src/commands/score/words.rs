//! Which words drove the first posts of the queue.

use indicatif::ProgressBar;
use polars::prelude::DataFrame;
use uproar_classifier::{Classifier, Explanation, Signal};
use uproar_report::columns;
use uproar_report::words::{PostWords, WordEffect};

use crate::error::Error;
use crate::interrupt::Interrupt;

/// Texts that are explained together: enough to fill the batches of all cores, few enough to show
/// progress and to stop soon.
const TOGETHER: usize = 8;

/// The longest text that is explained, in bytes. The model reads no more than the beginning of such
/// a text, and explaining it takes as many copies as it has words.
const LONGEST: usize = 16 * 1024;

/// How many posts are explained where nobody says: more where more texts are scored, so that it takes
/// a tenth of that time, but some of the smallest export, and no more than the page shows.
pub(super) fn count(texts: usize) -> usize {
    (12 + texts / 1_000).min(1_000)
}

/// Explains the first posts of the queue, as they are shown there.
pub(super) fn explain(
    classifier: &Classifier,
    first: &DataFrame,
    interrupt: &Interrupt,
    bar: &ProgressBar,
) -> Result<Vec<PostWords>, Error> {
    let ids = first.column(columns::ID)?.str()?;
    let texts = first.column(columns::TEXT)?.str()?;
    let posts: Vec<(&str, &str)> = ids
        .iter()
        .zip(texts.iter())
        .filter_map(|(id, text)| Some((id?, text?)))
        .filter(|(_, text)| text.len() <= LONGEST)
        .collect();
    let mut words = Vec::with_capacity(posts.len());
    for posts in posts.chunks(TOGETHER) {
        interrupt.check()?;
        let (ids, texts): (Vec<&str>, Vec<&str>) = posts.iter().copied().unzip();
        let explanations = classifier.explain_all(&texts)?;
        let explained = ids.into_iter().zip(explanations);
        words.extend(explained.map(|(id, explanation)| PostWords::new(id, effects(explanation))));
        bar.inc(posts.len() as u64);
    }
    Ok(words)
}

fn effects(explanation: Explanation) -> impl Iterator<Item = WordEffect> {
    explanation.words.into_iter().filter_map(|word| {
        Some(WordEffect {
            start: u32::try_from(word.range.start).ok()?,
            end: u32::try_from(word.range.end).ok()?,
            anger: word.effects[Signal::Anger as usize],
            urgency: word.effects[Signal::Urgency as usize],
        })
    })
}
