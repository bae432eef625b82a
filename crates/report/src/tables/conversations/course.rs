//! What happened in a conversation, from its posts in the order of time.

use std::cmp::Ordering;

use uproar_ingest::conversation::ReplyKind;

use crate::columns;

/// What is kept of each post.
#[derive(Clone, Copy, Debug)]
pub(super) struct Post {
    pub(super) conversation: u32,
    /// The post's number in the input, which orders posts of one moment.
    pub(super) number: u32,
    moment: i64,
    first_response_minutes: f64,
    pub(super) event: Event,
}

/// Instead of a time that is unknown; comes after all others.
const NO_TIME: i64 = i64::MAX;

impl Post {
    /// A post, with the microseconds since 1970 at which it was published and the minutes to its
    /// first answer.
    pub(super) fn new(
        conversation: u32,
        number: u32,
        moment: Option<i64>,
        first_response_minutes: Option<f64>,
        event: Event,
    ) -> Self {
        Self {
            conversation,
            number,
            moment: moment.unwrap_or(NO_TIME),
            first_response_minutes: first_response_minutes.unwrap_or(f64::NAN),
            event,
        }
    }

    /// Orders posts by conversation and time, those without a time last.
    pub(super) fn order(&self) -> (u32, i64, u32) {
        (self.conversation, self.moment, self.number)
    }

    fn moment(&self) -> Option<i64> {
        Some(self.moment).filter(|moment| *moment != NO_TIME)
    }

    fn first_response_minutes(&self) -> Option<f64> {
        Some(self.first_response_minutes).filter(|minutes| !minutes.is_nan())
    }
}

/// What a post is in its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A customer's post.
    Customer {
        author: Option<u32>,
        /// The author's name.
        name: Option<u32>,
        /// Missing without scores.
        temper: Option<Temper>,
    },
    /// A company's post, with what it did.
    Company(Option<ReplyKind>),
}

impl Event {
    /// A customer's post.
    pub(super) fn customer(
        author: Option<u32>,
        name: Option<u32>,
        anger_level: Option<u8>,
        sentiment: Option<&str>,
    ) -> Self {
        let mood = match sentiment {
            Some(columns::NEGATIVE) => Mood::Negative,
            Some(columns::POSITIVE) => Mood::Positive,
            _ => Mood::Neutral,
        };
        let temper = anger_level.map(|anger_level| Temper { anger_level, mood });
        Self::Customer {
            author,
            name,
            temper,
        }
    }

    /// A company's post of this kind. Apologies and thanks are no steps.
    pub(super) fn company(kind: Option<&str>) -> Self {
        const STEPS: [ReplyKind; 4] = [
            ReplyKind::PrivateMessage,
            ReplyKind::Deflection,
            ReplyKind::Question,
            ReplyKind::Resolution,
        ];
        let step = STEPS.into_iter().find(|step| kind == Some(step.name()));
        Self::Company(step)
    }
}

/// How a customer's post sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Temper {
    pub(super) anger_level: u8,
    mood: Mood,
}

/// The sentiment of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Negative,
    Neutral,
    Positive,
}

/// How a customer's temper changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Worse,
    Better,
}

impl Turn {
    fn between(first: Temper, last: Temper) -> Option<Self> {
        let has_become = |mood| first.mood != mood && last.mood == mood;
        match last.anger_level.cmp(&first.anger_level) {
            Ordering::Greater => Some(Self::Worse),
            // Who is calmer and still displeased may only have tired.
            Ordering::Less => (last.mood != Mood::Negative).then_some(Self::Better),
            Ordering::Equal if has_become(Mood::Negative) => Some(Self::Worse),
            Ordering::Equal if has_become(Mood::Positive) => Some(Self::Better),
            Ordering::Equal => None,
        }
    }
}

/// What happened in a conversation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Course {
    /// Microseconds since 1970 of the first and the last post.
    pub(super) first_at: Option<i64>,
    pub(super) last_at: Option<i64>,
    /// The name of who wrote the customers' first post.
    pub(super) customer: Option<u32>,
    pub(super) first_response_minutes: Option<f64>,
    /// How this customer's first and last posts sound; the last one only where there are two.
    pub(super) first: Option<Temper>,
    pub(super) last: Option<Temper>,
    /// How it changed, where the last post was written after the company spoke.
    pub(super) turn: Option<Turn>,
    /// What the company did last.
    pub(super) step: Option<ReplyKind>,
}

impl Course {
    /// The course of these posts, which are one conversation's in their [order](Post::order).
    pub(super) fn of(posts: &[Post]) -> Self {
        let mut course = Self {
            first_at: posts.first().and_then(Post::moment),
            last_at: posts.iter().rev().find_map(Post::moment),
            step: last(posts.iter().filter_map(|post| match post.event {
                Event::Company(step) => Some((post.moment(), step?)),
                Event::Customer { .. } => None,
            })),
            ..Self::default()
        };
        let opening = posts.iter().find_map(|post| match post.event {
            Event::Customer { author, name, .. } => Some((post, author, name)),
            Event::Company(_) => None,
        });
        let Some((opening, customer, name)) = opening else {
            return course;
        };
        course.customer = name;
        course.first_response_minutes = opening.first_response_minutes();
        let mut tempers = posts.iter().filter_map(|post| match post.event {
            // Of authors that are unknown, nobody can tell whether they are one.
            Event::Customer { author, temper, .. } if author == customer => {
                let is_same = author.is_some() || post.number == opening.number;
                Some((post.moment(), temper?)).filter(|_| is_same)
            }
            _ => None,
        });
        let Some(first) = tempers.next() else {
            return course;
        };
        course.first = Some(first.1);
        let Some(last) = tempers.next_back() else {
            return course;
        };
        // Those without a time come last, and could be the first.
        let Some(last_moment) = last.0 else {
            course.first = None;
            return course;
        };
        course.last = Some(last.1);
        let spoke = |post: &&Post| matches!(post.event, Event::Company(_));
        let spoke_at = posts.iter().find(spoke).and_then(Post::moment);
        if spoke_at.is_some_and(|spoke_at| spoke_at < last_moment) {
            course.turn = Turn::between(first.1, last.1);
        }
        course
    }
}

/// The last of these in the order of time; none where times are missing that would tell.
fn last<T>(mut events: impl Iterator<Item = (Option<i64>, T)>) -> Option<T> {
    let only = events.next()?;
    match events.last() {
        None => Some(only.1),
        Some((moment, last)) => moment.and(Some(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_one_of_anger_or_else_of_mood() {
        use Mood::{Negative, Neutral, Positive};
        for (first, last, turn) in [
            ((0, Neutral), (1, Positive), Some(Turn::Worse)),
            ((2, Negative), (1, Neutral), Some(Turn::Better)),
            ((2, Negative), (1, Negative), None),
            ((1, Neutral), (1, Negative), Some(Turn::Worse)),
            ((1, Negative), (1, Positive), Some(Turn::Better)),
            ((1, Negative), (1, Neutral), None),
            ((0, Positive), (0, Positive), None),
        ] {
            let temper = |(anger_level, mood)| Temper { anger_level, mood };
            assert_eq!(Turn::between(temper(first), temper(last)), turn);
        }
    }
}
