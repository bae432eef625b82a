//! What people say of posts.

use uproar_classifier::{Score, Signal};

/// What a person says of one post, by the labelling guide; what was left open is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Anger at the company, 0 none to 3 furious.
    pub anger: Option<u8>,
    /// How soon someone must act, 0 nobody waits to 3 hours matter.
    pub urgency: Option<u8>,
    /// 0 negative, 1 neutral, 2 positive.
    pub sentiment: Option<u8>,
    /// An answer or an act of the company would be useful.
    pub actionable: Option<bool>,
    /// Earlier contact or fixes failed.
    pub tried_before: Option<bool>,
    /// The author leaves, or threatens to.
    pub churn: Option<bool>,
}

impl Answer {
    /// The answer to one question as a number: a level, a sentiment, or 1 for yes.
    pub fn get(&self, label: Label) -> Option<u8> {
        match label {
            Label::Anger => self.anger,
            Label::Urgency => self.urgency,
            Label::Sentiment => self.sentiment,
            Label::Actionable => self.actionable.map(u8::from),
            Label::TriedBefore => self.tried_before.map(u8::from),
            Label::Churn => self.churn.map(u8::from),
        }
    }

    /// Whether nothing was judged.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Both answers as one, unless they contradict each other.
    pub(crate) fn merged(&self, other: &Self) -> Option<Self> {
        let agree = |label| match (self.get(label), other.get(label)) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        Label::ALL.into_iter().all(agree).then_some(Self {
            anger: self.anger.or(other.anger),
            urgency: self.urgency.or(other.urgency),
            sentiment: self.sentiment.or(other.sentiment),
            actionable: self.actionable.or(other.actionable),
            tried_before: self.tried_before.or(other.tried_before),
            churn: self.churn.or(other.churn),
        })
    }
}

/// A question that people answer of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// Graded, 0 to 3.
    Anger,
    /// Graded, 0 to 3.
    Urgency,
    /// One of negative, neutral and positive.
    Sentiment,
    /// Yes or no.
    Actionable,
    /// Yes or no.
    TriedBefore,
    /// Yes or no.
    Churn,
}

impl Label {
    /// All labels, in the order of the labelling guide.
    pub const ALL: [Self; 6] = [
        Self::Anger,
        Self::Urgency,
        Self::Sentiment,
        Self::Actionable,
        Self::TriedBefore,
        Self::Churn,
    ];

    /// The label's name, as it stands in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anger => "anger",
            Self::Urgency => "urgency",
            Self::Sentiment => "sentiment",
            Self::Actionable => "actionable",
            Self::TriedBefore => "tried_before",
            Self::Churn => "churn",
        }
    }

    /// The label of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.name() == name)
    }

    /// What the model decided, as a number like [`Answer::get`].
    pub fn decided(self, score: &Score) -> u8 {
        match self {
            Self::Anger => score.anger_level,
            Self::Urgency => score.urgency_level,
            Self::Sentiment => match score.sentiment {
                Signal::Negative => 0,
                Signal::Positive => 2,
                _ => 1,
            },
            Self::Actionable => u8::from(score.is_actionable),
            Self::TriedBefore => u8::from(score.is_tried_before),
            Self::Churn => u8::from(score.is_churn),
        }
    }

    /// Whether it is graded, 0 to 3.
    pub const fn is_graded(self) -> bool {
        matches!(self, Self::Anger | Self::Urgency)
    }
}
