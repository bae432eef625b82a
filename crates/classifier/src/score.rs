//! The signals of a post and their values.

/// One thing that the model says of a post. `LABELS.md` of the model card gives the meanings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The author's anger at the company, graded.
    Anger,
    /// How soon someone must act, graded.
    Urgency,
    /// Negative overall.
    Negative,
    /// Neutral, mixed, or a plain question.
    Neutral,
    /// Positive overall.
    Positive,
    /// A reply or an act of the company would be useful to the author.
    Actionable,
    /// The author says that earlier contact or fixes failed.
    TriedBefore,
    /// The author leaves, or threatens to.
    Churn,
}

impl Signal {
    /// How many signals there are.
    pub const COUNT: usize = 8;

    /// All signals, in the order of every array of this crate.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Anger,
        Self::Urgency,
        Self::Negative,
        Self::Neutral,
        Self::Positive,
        Self::Actionable,
        Self::TriedBefore,
        Self::Churn,
    ];

    /// The name of the model's output and of the column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anger => "anger",
            Self::Urgency => "urgency",
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
            Self::Actionable => "actionable",
            Self::TriedBefore => "tried_before",
            Self::Churn => "churn",
        }
    }
}

/// What the model says of one post.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The model's raw outputs, in the order of [`Signal::ALL`].
    pub logits: [f32; Signal::COUNT],
    /// Probabilities 0 to 1, in the order of [`Signal::ALL`]; the three sentiments add up to 1.
    pub probabilities: [f32; Signal::COUNT],
    /// Anger 0 (none) to 3 (furious).
    pub anger_level: u8,
    /// Urgency 0 (nobody waits) to 3 (hours matter).
    pub urgency_level: u8,
    /// The likeliest of [`Signal::Negative`], [`Signal::Neutral`] and [`Signal::Positive`].
    pub sentiment: Signal,
    /// Whether a reply or an act would be useful, by the model's threshold.
    pub is_actionable: bool,
    /// Whether the author had tried before, by the model's threshold.
    pub is_tried_before: bool,
    /// Whether the author leaves or threatens to, by the model's threshold.
    pub is_churn: bool,
}

impl Score {
    /// The probability of one signal, 0 to 1.
    pub fn probability(&self, signal: Signal) -> f32 {
        self.probabilities[signal as usize]
    }
}
