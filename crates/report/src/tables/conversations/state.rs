//! How a conversation stands, in one word.

use uproar_ingest::conversation::ReplyKind;

use super::{
    Conversation,
    course::{Course, Turn},
};

/// How a conversation stands; what needs attention first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// A post with something to do has no answer.
    Unanswered,
    /// Answered, and then the customer turned angrier.
    Worse,
    /// The company last sent the customer elsewhere.
    Deflected,
    /// Answered, and none of the others.
    Answered,
    /// The company last said what was, will be or should be done.
    Resolved,
    /// Answered, and then the customer turned friendlier.
    Better,
    /// No post has an answer, and those with scores need none.
    Quiet,
}

impl State {
    /// The state of a conversation; none where it is unknown whether the company answered, or
    /// whether an unanswered post needs an answer.
    pub(super) fn of(facts: &Conversation, course: &Course) -> Option<Self> {
        if facts.is_open {
            return Some(Self::Unanswered);
        }
        if !facts.is_answered {
            return facts.is_unanswered.then_some(Self::Quiet);
        }
        // What customers say counts for more than the wordings of agents.
        Some(match (course.turn, course.step) {
            (Some(Turn::Worse), _) => Self::Worse,
            (Some(Turn::Better), _) => Self::Better,
            (None, Some(ReplyKind::Deflection)) => Self::Deflected,
            (None, Some(ReplyKind::Resolution)) => Self::Resolved,
            (None, _) => Self::Answered,
        })
    }

    /// The state's name, as it stands in the table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::Worse => "worse",
            Self::Deflected => "deflected",
            Self::Answered => "answered",
            Self::Resolved => "resolved",
            Self::Better => "better",
            Self::Quiet => "quiet",
        }
    }

    /// The place in the table: where it is unknown whether the company answered, nobody may have.
    pub(super) fn place(state: Option<Self>) -> u8 {
        match state {
            Some(Self::Unanswered) => 0,
            None => 1,
            Some(state) => state as u8 + 1,
        }
    }
}
