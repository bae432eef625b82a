//! Which words drove a score, by occlusion: leave them out and score again.

use std::ops::Range;

use crate::classifier::Classifier;
use crate::decision::Decision;
use crate::error::Error;
use crate::score::{Score, Signal};

/// A text's score and what each of its words did to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The score of the whole text.
    pub score: Score,
    /// The words, in the order of the text.
    pub words: Vec<WordEffect>,
}

/// What one word did to a score.
#[derive(Clone, Debug, PartialEq)]
pub struct WordEffect {
    /// Where the word stands in the text, in bytes.
    pub range: Range<usize>,
    /// By how much the word raised each signal, in the order of [`Signal::ALL`], as a difference in
    /// the natural log odds of the calibrated probability: 0.7 doubles the odds, and a negative
    /// effect lowers them.
    pub effects: [f32; Signal::COUNT],
}

impl Classifier {
    /// Tells which words drove the score of a text.
    ///
    /// A word is what stands between white space, with its punctuation; an emoji or a link that
    /// stands alone is one as well. With z(·) the log odds of a signal, a word's effect alone is
    /// e(i) = z(text) − z(text without i). Words that only work together, as in "not working", show
    /// when they are left out together, e(i, i+1), and what the pair does beyond its words is
    /// shared by both:
    ///
    /// ```text
    /// surplus(i, i+1) = e(i, i+1) − e(i) − e(i+1)
    /// effect(i)       = e(i) + ½ · surplus(i−1, i) + ½ · surplus(i, i+1)
    /// ```
    ///
    /// These are the Shapley values of leaving words out (Lundberg and Lee, NeurIPS 2017), where
    /// interactions other than between neighbours are left aside. With up to two words nothing is
    /// left aside, and the effects add up to what the words do together.
    ///
    /// Scores twice as many texts as there are words. Words that are more than the model's longest
    /// text has tokens are not read, and have no effect.
    pub fn explain(&self, text: &str) -> Result<Explanation, Error> {
        let trial = Trial::new(text, self.model().max_tokens());
        let scores = self.score(&trial.texts, &|_| ())?;
        Ok(trial.explanation(&scores, self.model().decision()))
    }

    /// Tells of each text which words drove its score, as [`explain`](Self::explain) does and to the
    /// same result; the explanations come in the order of the texts.
    ///
    /// What is scored is packed into batches together, so that short texts keep all threads busy. It
    /// is in memory together as well: each text about twice as often as it has words.
    pub fn explain_all<T: AsRef<str>>(&self, texts: &[T]) -> Result<Vec<Explanation>, Error> {
        let most = self.model().max_tokens();
        let mut trials: Vec<Trial> = texts
            .iter()
            .map(|text| Trial::new(text.as_ref(), most))
            .collect();
        let to_score: Vec<String> = trials
            .iter_mut()
            .flat_map(|trial| std::mem::take(&mut trial.texts))
            .collect();
        let scores = self.score(&to_score, &|_| ())?;
        let mut rest = scores.as_slice();
        let explanations = trials.into_iter().map(|trial| {
            let (own, others) = rest.split_at(trial.scored());
            rest = others;
            trial.explanation(own, self.model().decision())
        });
        Ok(explanations.collect())
    }
}

/// A text, and what is scored to explain it.
struct Trial {
    /// The words that are left out in turn.
    words: Vec<Range<usize>>,
    /// The words that are too many for the model.
    unread: Vec<Range<usize>>,
    /// The text as it is, without each word, and without each pair of neighbours.
    texts: Vec<String>,
}

impl Trial {
    fn new(text: &str, most_words: usize) -> Self {
        let mut words = words(text);
        let unread = words.split_off(words.len().min(most_words));
        let singles = words.iter().cloned();
        let pairs = words.windows(2).map(|pair| pair[0].start..pair[1].end);
        let texts = std::iter::once(0..0)
            .chain(singles)
            .chain(pairs)
            .map(|left_out| without(text, left_out))
            .collect();
        Self {
            words,
            unread,
            texts,
        }
    }

    /// How many texts are scored.
    fn scored(&self) -> usize {
        1 + self.words.len() + self.words.len().saturating_sub(1)
    }

    /// The explanation, from the scores of the texts.
    fn explanation(self, scores: &[Score], decision: &Decision) -> Explanation {
        let (whole, others) = scores.split_at(1);
        let log_odds = |score: &Score| decision.log_odds(&score.logits);
        let from = log_odds(&whole[0]);
        let falls: Vec<[f32; Signal::COUNT]> = others
            .iter()
            .map(|score| difference(from, log_odds(score)))
            .collect();
        let (alone, together) = falls.split_at(self.words.len());
        let read = self.words.into_iter().zip(shared(alone, together));
        let unread = self
            .unread
            .into_iter()
            .map(|range| (range, [0.0; Signal::COUNT]));
        Explanation {
            score: whole[0],
            words: read
                .chain(unread)
                .map(|(range, effects)| WordEffect { range, effects })
                .collect(),
        }
    }
}

/// The places of the words of a text.
fn words(text: &str) -> Vec<Range<usize>> {
    text.split_whitespace()
        .map(|word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            start..start + word.len()
        })
        .collect()
}

fn without(text: &str, left_out: Range<usize>) -> String {
    [&text[..left_out.start], &text[left_out.end..]].concat()
}

fn difference(a: [f32; Signal::COUNT], b: [f32; Signal::COUNT]) -> [f32; Signal::COUNT] {
    std::array::from_fn(|signal| a[signal] - b[signal])
}

/// Each word's effect, from what falls without it and without it and its right neighbour.
fn shared(
    alone: &[[f32; Signal::COUNT]],
    together: &[[f32; Signal::COUNT]],
) -> Vec<[f32; Signal::COUNT]> {
    let mut effects = alone.to_vec();
    for (left, pair) in together.iter().enumerate() {
        for signal in 0..Signal::COUNT {
            let surplus = pair[signal] - alone[left][signal] - alone[left + 1][signal];
            effects[left][signal] += surplus / 2.0;
            effects[left + 1][signal] += surplus / 2.0;
        }
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_stands_between_white_space() {
        let text = " @acme  not working!!\n😡 https://example.com/a ";
        let found: Vec<&str> = words(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(
            found,
            ["@acme", "not", "working!!", "😡", "https://example.com/a"]
        );
        assert!(words(" \n").is_empty());
        assert_eq!(without("a bc d", 2..4), "a  d");
    }

    #[test]
    fn a_pair_shares_its_surplus() {
        let all = |value: f32| [value; Signal::COUNT];
        // Alone neither of the first two does anything; the third works by itself.
        let effects = shared(&[all(0.0), all(0.0), all(1.0)], &[all(3.0), all(1.0)]);
        assert_eq!(effects, [all(1.5), all(1.5), all(1.0)]);
        assert_eq!(shared(&[all(0.5)], &[]), [all(0.5)]);
        assert_eq!(shared(&[], &[]), Vec::<[f32; Signal::COUNT]>::new());
    }
}
