//! What a text is about, as a short vector.
//!
//! Training for anger and urgency drives out of the encoder's states what a text is about, but a
//! linear map of the states of its inner layers still finds most of it. Such a map is fitted once,
//! to agree with the sentence encoder that the model was trained from (`scripts/train/embedding.py`;
//! `docs/model.md` has the figures), and stands in the model folder. The states are there anyway, so
//! an embedding costs next to nothing.

use crate::error::Error;
use crate::model::ModelFolder;
use crate::tensors::TensorsFile;

/// A vector that lies near those of texts on the same subject, by the angle between them. Its length
/// means nothing. Of zeros where nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedding(pub [i8; Self::DIMENSIONS]);

impl Embedding {
    /// How many numbers it has.
    pub const DIMENSIONS: usize = 64;

    /// The direction of this vector, its largest number scaled to 127.
    fn quantised(vector: [f32; Self::DIMENSIONS]) -> Self {
        let largest = vector
            .iter()
            .fold(0.0_f32, |max, value| max.max(value.abs()));
        if largest == 0.0 {
            return Self::default();
        }
        Self(vector.map(|value| (value / largest * 127.0).round() as i8))
    }
}

impl Default for Embedding {
    fn default() -> Self {
        Self([0; Self::DIMENSIONS])
    }
}

/// The map from the states of inner layers to embeddings.
#[derive(Debug)]
pub(crate) struct Embedder {
    /// `inputs × dimensions`.
    weights: Vec<f32>,
    bias: [f32; Embedding::DIMENSIONS],
}

impl Embedder {
    /// Loads the map of a model folder, where it has one.
    pub(crate) fn load(model: &ModelFolder) -> Result<Option<Self>, Error> {
        let inner_layers = model.config().num_hidden_layers - 1;
        if inner_layers == 0 || !model.embedding().is_file() {
            return Ok(None);
        }
        let inputs = inner_layers * model.config().hidden_size;
        let file = TensorsFile::read(model.embedding())?;
        let tensors = file.open()?;
        let mut bias = [0.0; Embedding::DIMENSIONS];
        bias.copy_from_slice(&tensors.read("bias", &[Embedding::DIMENSIONS])?);
        Ok(Some(Self {
            weights: tensors.read("weight", &[inputs, Embedding::DIMENSIONS])?,
            bias,
        }))
    }

    /// How many numbers an embedding is made from.
    pub(crate) fn inputs(&self) -> usize {
        self.weights.len() / Embedding::DIMENSIONS
    }

    /// The embedding of a text, from the means of its tokens' states after each inner layer.
    pub(crate) fn embed(&self, means: &[f32]) -> Embedding {
        let mut vector = self.bias;
        let (rows, _) = self.weights.as_chunks::<{ Embedding::DIMENSIONS }>();
        for (mean, row) in means.iter().zip(rows) {
            for (sum, weight) in vector.iter_mut().zip(row) {
                *sum += mean * weight;
            }
        }
        Embedding::quantised(vector)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_direction_counts() {
        let vector: [f32; Embedding::DIMENSIONS] = std::array::from_fn(|n| n as f32 - 20.0);
        let embedding = Embedding::quantised(vector);
        assert_eq!(embedding.0[63], 127);
        assert_eq!(embedding.0[20], 0);
        assert_eq!(embedding.0[0], -59);
        assert_eq!(embedding, Embedding::quantised(vector.map(|x| x * 1e-3)));
        let zeros = [0.0; Embedding::DIMENSIONS];
        assert_eq!(Embedding::quantised(zeros), Embedding::default());
    }

    #[test]
    fn a_map_is_a_product_and_a_bias() {
        let mut weights = vec![0.0; 2 * Embedding::DIMENSIONS];
        weights[0] = 1.0;
        weights[Embedding::DIMENSIONS + 1] = -2.0;
        let mut bias = [0.0; Embedding::DIMENSIONS];
        bias[0] = 1.0;
        let embedder = Embedder { weights, bias };
        assert_eq!(embedder.inputs(), 2);
        let embedding = embedder.embed(&[3.0, 1.0]).0;
        assert_eq!(embedding[..3], [127, -64, 0]);
    }
}
