//! Where posts lie: near one another when they are on the same subject.

use super::{
    cluster::{Point, unit},
    vocabulary::Vocabulary,
    words::Terms,
};

/// Turns a post's vector and its words into a point.
#[derive(Debug)]
pub(super) struct Space {
    /// The mean direction of all vectors, which tells nothing apart and is taken off.
    mean: Vec<f32>,
    pub(super) vocabulary: Vocabulary,
}

impl Space {
    pub(super) fn new<'a>(vectors: impl Iterator<Item = &'a [i8]>, vocabulary: Vocabulary) -> Self {
        let mut mean: Vec<f32> = Vec::new();
        let mut count = 0.0;
        for vector in vectors {
            mean.resize(vector.len(), 0.0);
            for (sum, value) in mean.iter_mut().zip(unit(floats(vector))) {
                *sum += value;
            }
            count += 1.0;
        }
        mean.iter_mut().for_each(|sum| *sum /= count);
        Self { mean, vocabulary }
    }

    /// The length of both parts of a point.
    pub(super) fn width(&self) -> usize {
        self.mean.len() + self.vocabulary.count()
    }

    /// The direction of the vector, without the mean, and that of the words, of the same length
    /// each, end to end. What a text says in other words the vector knows; of the same words the
    /// words know more.
    pub(super) fn point(&self, vector: &[i8], terms: &Terms) -> Point {
        let direction = unit(floats(vector)).into_iter().zip(&self.mean);
        let mut dense = unit(direction.map(|(value, mean)| value - mean).collect());
        let mut sparse = self.vocabulary.vector(terms);
        if !sparse.is_empty() {
            let values = dense
                .iter_mut()
                .chain(sparse.iter_mut().map(|(_, value)| value));
            values.for_each(|value| *value *= std::f32::consts::FRAC_1_SQRT_2);
        }
        Point { dense, sparse }
    }
}

fn floats(vector: &[i8]) -> Vec<f32> {
    vector.iter().map(|value| f32::from(*value)).collect()
}
