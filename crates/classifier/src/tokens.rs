//! Model text to tokens to packed batches.

use std::path::PathBuf;

use crate::error::Error;
use crate::model::ModelFolder;

/// A Hugging Face tokenizer, as the model folder's `tokenizer.json` describes it.
#[derive(Debug)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    path: PathBuf,
}

impl Tokenizer {
    /// Loads a model folder's tokenizer. Texts are cut to the model's tokens, the special ones
    /// included. Padding is switched off: batches are packed.
    pub fn load(model: &ModelFolder) -> Result<Self, Error> {
        let (path, vocabulary) = (&model.tokenizer(), model.config().vocab_size);
        let error = |message: String| Error::Tokenizer {
            path: path.to_owned(),
            message,
        };
        if !path.is_file() {
            let source = std::io::ErrorKind::NotFound.into();
            return Err(Error::Read {
                path: path.to_owned(),
                source,
            });
        }
        let mut inner =
            tokenizers::Tokenizer::from_file(path).map_err(|cause| error(cause.to_string()))?;
        inner.with_padding(None);
        inner
            .with_truncation(Some(tokenizers::TruncationParams {
                max_length: model.max_tokens(),
                ..Default::default()
            }))
            .map_err(|cause| error(cause.to_string()))?;
        let largest = inner.get_vocab(true).into_values().max().unwrap_or(0) as usize;
        if largest >= vocabulary {
            return Err(error(format!(
                "it has a token of id {largest}, but the model knows only {vocabulary} tokens"
            )));
        }
        let tokenizer = Self {
            inner,
            path: path.to_owned(),
        };
        if tokenizer.encode("")?.is_empty() {
            return Err(error(
                "it adds no [CLS] token, which the model reads its answer from".to_owned(),
            ));
        }
        Ok(tokenizer)
    }

    /// Token ids of a text, with the special tokens; at least one.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, Error> {
        self.inner
            .encode_fast(text, true)
            .map(|encoding| encoding.get_ids().to_vec())
            .map_err(|cause| Error::Tokenizer {
                path: self.path.clone(),
                message: cause.to_string(),
            })
    }
}

/// Texts laid end to end without padding: text `i` is `ids[offsets[i]..offsets[i + 1]]`
/// (what others call cumulative sequence lengths).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedBatch {
    ids: Vec<u32>,
    offsets: Vec<usize>,
}

impl PackedBatch {
    /// Packs token ids of texts; empty texts are not allowed (a tokenizer adds special tokens).
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a [u32]>) -> Self {
        let mut batch = Self {
            ids: Vec::new(),
            offsets: vec![0],
        };
        for text in texts {
            debug_assert!(!text.is_empty());
            batch.ids.extend_from_slice(text);
            batch.offsets.push(batch.ids.len());
        }
        batch
    }

    /// All token ids, text after text.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Number of tokens.
    pub fn tokens(&self) -> usize {
        self.ids.len()
    }

    /// Number of texts.
    pub fn texts(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The range of tokens of each text.
    pub fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        self.offsets.windows(2).map(|pair| pair[0]..pair[1])
    }
}

/// Groups texts of like length: indices into `lengths` (in tokens), each group of at most
/// `max_tokens` tokens, or of one text that is longer by itself.
///
/// Longest first, so that workers that share the groups finish together.
pub fn plan_batches(lengths: &[usize], max_tokens: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(lengths[i]));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut tokens = 0;
    for i in order {
        match batches.last_mut() {
            Some(batch) if tokens + lengths[i] <= max_tokens => batch.push(i),
            _ => {
                batches.push(vec![i]);
                tokens = 0;
            }
        }
        tokens += lengths[i];
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn packs_end_to_end() {
        let batch = PackedBatch::new([[1, 2].as_slice(), &[3], &[4, 5, 6]]);
        assert_eq!(batch.ids(), [1, 2, 3, 4, 5, 6]);
        assert_eq!((batch.tokens(), batch.texts()), (6, 3));
        assert_eq!(batch.ranges().collect::<Vec<_>>(), [0..2, 2..3, 3..6]);
    }

    proptest! {
        #[test]
        fn a_plan_holds_each_text_once_within_the_limit(
            lengths in prop::collection::vec(1_usize..300, 0..200),
            max_tokens in 1_usize..600,
        ) {
            let plan = plan_batches(&lengths, max_tokens);
            let mut seen: Vec<usize> = plan.concat();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
            for batch in plan {
                let tokens: usize = batch.iter().map(|&i| lengths[i]).sum();
                prop_assert!(batch.len() == 1 || tokens <= max_tokens);
            }
        }
    }
}
