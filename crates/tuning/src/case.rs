//! Labelled posts beside what the model says of them.

use uproar_classifier::Signal;

use crate::labels::Answer;

/// One labelled post with what the model says of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// The model's raw outputs, in the order of [`Signal::ALL`].
    pub logits: [f32; Signal::COUNT],
    /// What a person says.
    pub answer: Answer,
    /// How many posts this one stands for. Positive, 1 unless the labels say otherwise.
    pub weight: f64,
}
