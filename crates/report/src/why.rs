//! Why a post stands where it stands, in words that a care agent reads at a glance.

use uproar_ingest::grouped;

use crate::{
    band::{Band, BandRules},
    priority::Priority,
    reach::Audience,
};

/// Audiences from this size on are worth telling: fewer than one account in a hundred has as many
/// followers (the study of 2013 named at [`ReachScale`](crate::reach::ReachScale)).
const LARGE_AUDIENCE: u64 = 10_000;

/// Shares from this number on are worth telling: the post travels on its own.
const MANY_SHARES: u64 = 100;

/// What is known about the company's answer to a post.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Answer {
    /// It cannot be told whether there was one.
    Unknown,
    /// There was one, so many minutes after the post where both times are known.
    Given {
        /// Minutes from the post to its first answer.
        after_minutes: Option<f64>,
    },
    /// There was none.
    Awaited {
        /// Minutes from the post to the newest post of the export. Not to the present, so that the
        /// same export gives the same report on any day.
        for_minutes: Option<f64>,
    },
}

/// What the words are made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) priority: Priority,
    pub(crate) band: Band,
    pub(crate) rules: BandRules,
    pub(crate) urgency_level: u32,
    pub(crate) anger_level: u32,
    pub(crate) is_actionable: bool,
    pub(crate) is_tried_before: bool,
    pub(crate) is_churn: bool,
    pub(crate) audience: Audience,
    pub(crate) answer: Answer,
}

impl Facts {
    /// A list of clauses: what the post says, the largest contribution to its priority first; then
    /// the audience, if it is large; then the wait, if an answer is due. They hold nothing that the
    /// post's row does not hold, and no name.
    pub(crate) fn why(&self) -> String {
        let mut clauses = self.of_scores();
        if clauses.is_empty() {
            clauses.push("nothing to act on".to_owned());
        }
        clauses.extend(self.of_audience());
        clauses.extend(self.of_answer());
        capitalize(&clauses.join("; "))
    }

    fn of_scores(&self) -> Vec<String> {
        let urgency = match self.urgency_level {
            level if level >= self.rules.now_from_urgency => Some("needs help now"),
            level if level >= self.rules.today_from_urgency => Some("needs help today"),
            1.. => Some("can wait"),
            0 if self.is_actionable => Some("a reply would help"),
            0 => None,
        };
        let anger = match self.anger_level {
            3.. => Some("furious"),
            2 => Some("angry"),
            1 => Some("irritated"),
            0 => None,
        };
        let mut clauses = [
            (self.priority.from_urgency, urgency),
            (self.priority.from_anger, anger),
            (
                self.priority.from_tried_before,
                self.is_tried_before
                    .then_some("says earlier contact failed"),
            ),
            (
                self.priority.from_churn,
                self.is_churn.then_some("threatens to leave"),
            ),
        ];
        // Stable, so that equal contributions keep the order above.
        clauses.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        clauses
            .into_iter()
            .filter_map(|(_, clause)| clause.map(str::to_owned))
            .collect()
    }

    fn of_audience(&self) -> Vec<String> {
        let large = |count: Option<i64>, noun: &str| {
            let count = u64::try_from(count?).ok()?;
            (count >= LARGE_AUDIENCE).then(|| format!("{} {noun}", grouped(count)))
        };
        let shares = self.audience.shares();
        [
            large(self.audience.followers, "followers"),
            large(self.audience.views, "views"),
            (shares >= MANY_SHARES).then(|| format!("shared {} times", grouped(shares))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn of_answer(&self) -> Option<String> {
        if self.band == Band::None {
            return None;
        }
        match self.answer {
            Answer::Unknown => None,
            Answer::Awaited { for_minutes } => for_minutes
                .filter(|minutes| *minutes >= 1.0)
                .map(|minutes| format!("waiting {}", duration(minutes))),
            Answer::Given { after_minutes } => Some(match after_minutes {
                None => "answered".to_owned(),
                Some(minutes) if minutes < 1.0 => "answered at once".to_owned(),
                Some(minutes) => format!("answered after {}", duration(minutes)),
            }),
        }
    }
}

/// Minutes in the unit that people would choose, rounded down.
fn duration(minutes: f64) -> String {
    const HOUR: f64 = 60.0;
    const DAY: f64 = 24.0 * HOUR;
    if minutes < HOUR {
        format!("{} min", minutes.floor())
    } else if minutes < 2.0 * DAY {
        format!("{} h", (minutes / HOUR).floor())
    } else {
        format!("{} days", (minutes / DAY).floor())
    }
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::priority::{Scores, Weights};

    /// A post whose scores sit in the middle of its levels, as a sure model would give them.
    fn facts(urgency_level: u32, anger_level: u32, flags: [bool; 3]) -> Facts {
        let [is_actionable, is_tried_before, is_churn] = flags;
        let scores = Scores {
            urgency: f64::from(urgency_level) / 3.0,
            anger: f64::from(anger_level) / 3.0,
            actionable: f64::from(is_actionable),
            tried_before: f64::from(is_tried_before),
            churn: f64::from(is_churn),
        };
        Facts {
            priority: Priority::new(&scores, None, &Weights::default()),
            band: BandRules::default().band(urgency_level, anger_level, is_actionable),
            rules: BandRules::default(),
            urgency_level,
            anger_level,
            is_actionable,
            is_tried_before,
            is_churn,
            audience: Audience::default(),
            answer: Answer::Unknown,
        }
    }

    #[test]
    fn words_follow_the_rules() {
        let rules = BandRules {
            now_from_urgency: 2,
            today_from_urgency: 1,
            ..BandRules::default()
        };
        let words = [3, 2, 1, 0].map(|level| {
            let facts = facts(level, 0, [true, false, false]);
            Facts { rules, ..facts }.why()
        });
        assert_eq!(
            words,
            [
                "Needs help now",
                "Needs help now",
                "Needs help today",
                "A reply would help",
            ]
        );
    }

    #[test]
    fn words() {
        let awaited = |minutes| Answer::Awaited {
            for_minutes: Some(minutes),
        };
        let given = |minutes| Answer::Given {
            after_minutes: Some(minutes),
        };
        let large = Audience {
            followers: Some(48_210),
            views: Some(1_200_000),
            reposts: Some(98),
            quotes: Some(2),
        };
        let small = Audience {
            followers: Some(9_999),
            views: Some(-1),
            reposts: Some(99),
            quotes: None,
        };
        let all = [true, true, true];
        let actionable = [true, false, false];
        let none = [false; 3];
        let cases = [
            Facts {
                audience: large,
                answer: awaited(185.0),
                ..facts(3, 2, all)
            },
            Facts {
                audience: small,
                answer: awaited(0.5),
                ..facts(3, 0, actionable)
            },
            Facts {
                answer: awaited(12.9),
                ..facts(2, 3, [true, true, false])
            },
            Facts {
                answer: awaited(2_879.0),
                ..facts(1, 3, [true, false, true])
            },
            Facts {
                answer: awaited(2_880.0),
                ..facts(1, 1, actionable)
            },
            Facts {
                answer: given(24.0),
                ..facts(1, 0, actionable)
            },
            Facts {
                answer: given(0.4),
                ..facts(0, 0, actionable)
            },
            Facts {
                answer: Answer::Given {
                    after_minutes: None,
                },
                ..facts(2, 0, none)
            },
            Facts {
                answer: Answer::Awaited { for_minutes: None },
                ..facts(0, 2, none)
            },
            Facts {
                audience: large,
                answer: awaited(600.0),
                ..facts(0, 0, none)
            },
            facts(0, 0, none),
        ];
        let words: Vec<_> = cases.iter().map(Facts::why).collect();
        insta::assert_snapshot!(words.join("\n"));
    }
}
