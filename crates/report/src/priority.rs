//! How much a post needs an answer: the formula, its weights, and each term's share of the result.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// How much each term counts in a [`Priority`].
///
/// The first five weigh what the post says, and add up to 1. The defaults put urgency far ahead,
/// because waiting harms the author: with less, a furious post about a past event stands before a
/// polite emergency. Anger is second, because it grows while it waits, and the rest goes to the
/// three facts that make a post worth an answer at all.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    /// Weight of urgency: how soon someone must act.
    #[schemars(range(min = 0, max = 1))]
    pub urgency: f64,
    /// Weight of anger at the company.
    #[schemars(range(min = 0, max = 1))]
    pub anger: f64,
    /// Weight of the probability that an answer would be useful.
    #[schemars(range(min = 0, max = 1))]
    pub actionable: f64,
    /// Weight of the probability that earlier contact failed.
    #[schemars(range(min = 0, max = 1))]
    pub tried_before: f64,
    /// Weight of the probability that the author leaves.
    #[schemars(range(min = 0, max = 1))]
    pub churn: f64,
    /// How much full reach raises a post above the same post with no reach, as a fraction; 0 leaves
    /// reach out. 0.25 is enough to order posts of like need, and too little to lift one over a post
    /// that says something clearly worse.
    #[schemars(range(min = 0, max = 10))]
    pub reach: f64,
}

/// What `Weights::reach` is at most: beyond it, all posts without an audience are pressed together at
/// the foot of the scale.
const MAX_REACH_WEIGHT: f64 = 10.0;

impl Default for Weights {
    fn default() -> Self {
        Self {
            urgency: 0.70,
            anger: 0.12,
            actionable: 0.06,
            tried_before: 0.06,
            churn: 0.06,
            reach: 0.25,
        }
    }
}

impl Weights {
    /// Checks that the first five are not negative and add up to 1, and that the weight of reach lies
    /// between 0 and 10.
    ///
    /// # Errors
    ///
    /// [`Error::Weight`], [`Error::ReachWeight`] or [`Error::WeightSum`].
    pub fn check(&self) -> Result<(), Error> {
        let of_scores = [
            ("urgency", self.urgency),
            ("anger", self.anger),
            ("actionable", self.actionable),
            ("tried_before", self.tried_before),
            ("churn", self.churn),
        ];
        for (term, value) in of_scores {
            if !(0.0..=f64::MAX).contains(&value) {
                return Err(Error::Weight { term, value });
            }
        }
        if !(0.0..=MAX_REACH_WEIGHT).contains(&self.reach) {
            let value = self.reach;
            return Err(Error::ReachWeight { value });
        }
        let sum: f64 = of_scores.iter().map(|(_, value)| value).sum();
        // Weights are typed by people in decimals, which binary fractions only approximate.
        if (sum - 1.0).abs() > 1e-6 {
            return Err(Error::WeightSum { sum });
        }
        Ok(())
    }
}

/// The model's scores that a priority is made from, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// How soon someone must act.
    pub urgency: f64,
    /// How angry the author is.
    pub anger: f64,
    /// Probability that an answer would be useful.
    pub actionable: f64,
    /// Probability that earlier contact failed.
    pub tried_before: f64,
    /// Probability that the author leaves.
    pub churn: f64,
}

/// A post's priority, from 0 to 100, as the sum of what each term contributes.
///
/// With the weights `w`, the reach weight `r` and reach from 0 to 100:
///
/// ```text
/// base     = Σ w · score                                  0 … 1
/// priority = 100 · base · (1 + r · reach/100) / (1 + r)   0 … 100
/// ```
///
/// Reach multiplies what the post says and adds nothing of its own, so an audience never turns a
/// calm post into an urgent one: with `base` 0 the priority is 0 for anyone. With the default
/// weights a post of no reach has at most 80, and what is lacking from 100 is what reach can add.
/// Priority never falls when a score or reach grows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Priority {
    /// Points from urgency.
    pub from_urgency: f64,
    /// Points from anger.
    pub from_anger: f64,
    /// Points from `actionable`.
    pub from_actionable: f64,
    /// Points from `tried_before`.
    pub from_tried_before: f64,
    /// Points from `churn`.
    pub from_churn: f64,
    /// Points from reach.
    pub from_reach: f64,
}

impl Priority {
    /// The priority of a post with these scores and this reach (0 to 100; unknown counts as 0, for
    /// an audience must be shown, not assumed). The weights must have passed [`Weights::check`].
    pub fn new(scores: &Scores, reach: Option<f64>, weights: &Weights) -> Self {
        let points = 100.0 / (1.0 + weights.reach);
        let mut priority = Self {
            from_urgency: points * weights.urgency * scores.urgency,
            from_anger: points * weights.anger * scores.anger,
            from_actionable: points * weights.actionable * scores.actionable,
            from_tried_before: points * weights.tried_before * scores.tried_before,
            from_churn: points * weights.churn * scores.churn,
            from_reach: 0.0,
        };
        priority.from_reach =
            priority.without_reach() * weights.reach * reach.unwrap_or(0.0) / 100.0;
        priority
    }

    /// The priority: the sum of all contributions.
    pub fn total(&self) -> f64 {
        self.without_reach() + self.from_reach
    }

    /// What the post's own words contribute. Orders posts as if all audiences were the same.
    pub fn without_reach(&self) -> f64 {
        self.from_urgency
            + self.from_anger
            + self.from_actionable
            + self.from_tried_before
            + self.from_churn
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scores([urgency, anger, actionable, tried_before, churn]: [f64; 5]) -> Scores {
        Scores {
            urgency,
            anger,
            actionable,
            tried_before,
            churn,
        }
    }

    #[test]
    fn follows_the_formula() {
        // scores (urgency, anger, actionable, tried_before, churn), reach, priority
        let cases = [
            ([0.0, 0.0, 0.0, 0.0, 0.0], Some(100.0), 0.0),
            ([1.0, 1.0, 1.0, 1.0, 1.0], Some(100.0), 100.0),
            ([1.0, 1.0, 1.0, 1.0, 1.0], Some(0.0), 80.0),
            ([1.0, 1.0, 1.0, 1.0, 1.0], None, 80.0),
            (
                [1.0, 0.0, 1.0, 0.0, 0.0],
                Some(50.0),
                100.0 * 0.76 * 1.125 / 1.25,
            ),
            ([0.0, 1.0, 0.0, 0.0, 0.0], None, 9.6),
            ([0.0, 0.0, 0.0, 0.5, 1.0], None, 7.2),
        ];
        for (given, reach, expected) in cases {
            let found = Priority::new(&scores(given), reach, &Weights::default()).total();
            assert!(
                (found - expected).abs() < 1e-9,
                "{given:?}, {reach:?}: {found}"
            );
        }
    }

    #[test]
    fn weights_are_checked() {
        let default = Weights::default();
        assert!(default.check().is_ok());
        assert!(
            Weights {
                reach: 0.0,
                ..default
            }
            .check()
            .is_ok()
        );
        assert!(matches!(
            Weights {
                reach: -0.1,
                ..default
            }
            .check(),
            Err(Error::ReachWeight { .. })
        ));
        assert!(matches!(
            Weights {
                anger: f64::NAN,
                ..default
            }
            .check(),
            Err(Error::Weight { term: "anger", .. })
        ));
        assert!(matches!(
            Weights {
                urgency: 0.4,
                ..default
            }
            .check(),
            Err(Error::WeightSum { .. })
        ));
    }

    /// All that pass the check: some of the first five may be 0, not all.
    fn any_weights() -> impl Strategy<Value = Weights> {
        let share = || prop_oneof![Just(0.0), 1e-6..=1.0_f64];
        let shares = prop::array::uniform5(share());
        let shares = shares.prop_filter("all are 0", |shares| shares.iter().any(|it| *it > 0.0));
        (shares, 0.0..=MAX_REACH_WEIGHT).prop_map(|(shares, reach)| {
            let sum: f64 = shares.iter().sum();
            let [urgency, anger, actionable, tried_before, churn] = shares.map(|it| it / sum);
            Weights {
                urgency,
                anger,
                actionable,
                tried_before,
                churn,
                reach,
            }
        })
    }

    proptest! {
        #[test]
        fn stays_on_its_scale_and_explains_itself(
            given in prop::array::uniform5(0.0..=1.0_f64),
            reach in prop::option::of(0.0..=100.0_f64),
            weights in any_weights(),
        ) {
            prop_assert!(weights.check().is_ok());
            let priority = Priority::new(&scores(given), reach, &weights);
            prop_assert!((0.0..=100.0 + 1e-9).contains(&priority.total()));

            let parts = [
                priority.from_urgency, priority.from_anger, priority.from_actionable,
                priority.from_tried_before, priority.from_churn, priority.from_reach,
            ];
            prop_assert!((parts.iter().sum::<f64>() - priority.total()).abs() < 1e-9);

            let base = weights.urgency * given[0]
                + weights.anger * given[1]
                + weights.actionable * given[2]
                + weights.tried_before * given[3]
                + weights.churn * given[4];
            let raised = 1.0 + weights.reach * reach.unwrap_or(0.0) / 100.0;
            let formula = 100.0 * base * raised / (1.0 + weights.reach);
            prop_assert!((formula - priority.total()).abs() < 1e-9);
        }

        #[test]
        fn never_falls_when_an_input_grows(
            before in prop::array::uniform5(0.0..=1.0_f64),
            reach in 0.0..=100.0_f64,
            input in 0..6_usize,
            growth in 0.0..=1.0_f64,
            weights in any_weights(),
        ) {
            let (mut after, mut wider) = (before, reach);
            match after.get_mut(input) {
                Some(score) => *score = (*score + growth).min(1.0),
                None => wider = (reach + 100.0 * growth).min(100.0),
            }
            let before = Priority::new(&scores(before), Some(reach), &weights);
            let after = Priority::new(&scores(after), Some(wider), &weights);
            prop_assert!(after.total() >= before.total());
        }

        #[test]
        fn reach_never_lifts_a_post_that_says_nothing(
            reach in 0.0..=100.0_f64,
            weights in any_weights(),
        ) {
            let silent = Priority::new(&scores([0.0; 5]), Some(reach), &weights);
            prop_assert_eq!(silent.total(), 0.0);
        }
    }
}
