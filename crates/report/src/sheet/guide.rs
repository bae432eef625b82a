//! The labelling guide in short.

/// One column to fill in.
pub(super) struct Question {
    /// The column's name.
    pub(super) column: &'static str,
    /// What is asked, in a few words: at most 32 characters, as much as Excel shows.
    pub(super) asks: &'static str,
    /// The answers in short, shown beside the cell: at most 255 characters.
    pub(super) prompt: &'static str,
    /// Each answer and what it means.
    pub(super) answers: &'static [(&'static str, &'static str)],
}

/// What to know before the first post.
pub(super) const INTRODUCTION: [&str; 5] = [
    "You work at the customer-care desk of the company that the post is written to. Judge each post \
     from its words alone, as a careful person would.",
    "Sarcasm counts for what it means. Judge the meaning, never a single word.",
    "Use the whole scale. When torn between two levels, take the lower one.",
    "Anger and urgency are separate: a rant can wait, and a polite post can be an emergency.",
    "Leave empty what you cannot judge, and the whole row where the post is not in English or makes \
     no sense. An empty cell is not counted.",
];

/// The columns to fill in, in their order.
pub(super) const QUESTIONS: [Question; 6] = [
    Question {
        column: "anger",
        asks: "Anger at the company, 0-3",
        prompt: "0  none: calm, polite, playful, or sad without blame\n\
                 1  irritated: mild annoyance, light sarcasm, some blame\n\
                 2  angry: clear anger, strong blame, harsh sarcasm\n\
                 3  furious: insults, swearing at people, shouting, threats",
        answers: &[
            (
                "0",
                "None: neutral, polite, happy or playful; let down without blaming anyone; a plain \
                 question.",
            ),
            (
                "1",
                "Irritated: mild annoyance, an eye-roll, light sarcasm, a complaint with some blame.",
            ),
            (
                "2",
                "Angry: clear anger or strong blame (\"ridiculous\", \"worst service ever\"), harsh \
                 sarcasm, swearing at the situation, a legal threat in calm words.",
            ),
            (
                "3",
                "Furious: swearing at the company or its people, insults, shouting in capitals \
                 throughout, hostile threats.",
            ),
        ],
    },
    Question {
        column: "urgency",
        asks: "How soon someone must act, 0-3",
        prompt: "0  nobody waits: praise, chatter, a rant, long over\n\
                 1  can wait: a question or complaint, days are fine\n\
                 2  today: an open problem hurts the author now\n\
                 3  now: hours matter: stranded, danger, fraud, a deadline",
        answers: &[
            (
                "0",
                "Nobody waits for anything: praise, jokes, opinions, a rant with nothing to solve, \
                 something long over.",
            ),
            (
                "1",
                "Can wait: a question, a suggestion or a complaint where an answer in days is fine; \
                 a glitch; a past event.",
            ),
            (
                "2",
                "Today: an open problem that affects the author now: no access, an order or a refund \
                 missing, a wrong charge, what was paid for cannot be used.",
            ),
            (
                "3",
                "Now: hours matter: stranded on a trip, a deadline within hours, safety or health, \
                 fraud in progress, a vulnerable person, a whole service out.",
            ),
        ],
    },
    Question {
        column: "sentiment",
        asks: "The mood overall",
        prompt: "negative  also a calm report of something broken\n\
                 neutral   mixed, or a plain question\n\
                 positive  also thanks for help",
        answers: &[
            (
                "negative",
                "Negative overall, also a calm report of something broken.",
            ),
            (
                "neutral",
                "Neutral, mixed, or a plain question; a bare thanks that ends a talk.",
            ),
            ("positive", "Positive overall, also thanks for help."),
        ],
    },
    Question {
        column: "actionable",
        asks: "Would an answer be of use?",
        prompt: "yes  a question, a request, an open problem or a concrete complaint\n\
                 no   nothing that the company could do or say for the author",
        answers: &[
            (
                "yes",
                "A reply or an act of the company would be useful to this author: a question, a \
                 request, an open problem, a concrete complaint.",
            ),
            ("no", "There is nothing to answer or to do."),
        ],
    },
    Question {
        column: "tried_before",
        asks: "Did earlier contact fail?",
        prompt: "yes  the author says that earlier contact or fixes failed or went unanswered\n\
                 no   otherwise, also where a fault merely comes back",
        answers: &[
            (
                "yes",
                "The author says that earlier contact or fixes failed or went unanswered: called, on \
                 hold, wrote, was refused, repaired before, \"third time asking\".",
            ),
            (
                "no",
                "Otherwise; a fault that merely comes back is no contact.",
            ),
        ],
    },
    Question {
        column: "churn",
        asks: "Does the author leave?",
        prompt: "yes  leaves, cancels, switches, will never buy again, or says so as a threat\n\
                 no   otherwise",
        answers: &[
            (
                "yes",
                "The author leaves or threatens to: cancels, switches, books elsewhere, will never \
                 buy again, or urges others to leave.",
            ),
            ("no", "Otherwise."),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns;

    #[test]
    fn the_questions_are_the_labels() {
        assert_eq!(
            QUESTIONS.map(|question| question.column),
            [
                columns::ANGER,
                columns::URGENCY,
                columns::SENTIMENT,
                columns::ACTIONABLE,
                columns::TRIED_BEFORE,
                columns::CHURN,
            ]
        );
    }

    #[test]
    fn every_answer_is_prompted() {
        for question in QUESTIONS {
            let prompted: Vec<_> = question
                .prompt
                .lines()
                .filter_map(|line| line.split_whitespace().next())
                .collect();
            let answers: Vec<_> = question.answers.iter().map(|(answer, _)| *answer).collect();
            assert_eq!(prompted, answers);
        }
    }
}
