//! Which posts are worth labelling next.
//!
//! People's time is dear, so most of a sample goes where an answer teaches most, and the rest where
//! it keeps the sample fair:
//!
//! | reason | share | which posts |
//! | --- | --- | --- |
//! | [`Random`](Reason::Random) | 25 % | any, drawn evenly: what is measured on them alone holds for all |
//! | [`NearThreshold`](Reason::NearThreshold) | 40 % | at most 1 in log odds away from a cut of anger, urgency, actionable, tried_before or churn; each of the nine cuts in turn, its nearest post first |
//! | [`Disagreement`](Reason::Disagreement) | 15 % | angry (level 2 or 3) but not negative; urgent (level 2 or 3) but not actionable; churn without anger; tried before without urgency and not actionable; each kind in turn |
//! | [`Audience`](Reason::Audience) | 10 % | of the tenth of audiences, by followers, that has the fewest posts so far |
//! | [`Band`](Reason::Band) | the rest | of the band that has the fewest posts so far |
//!
//! Distances are in log odds, where a step means the same near 0 as in the middle; in
//! probabilities, the posts near a cut of 0.02 would all look close. What one reason cannot fill
//! goes to the last. No two posts of a sample, and none of a sample and the labelled posts, are
//! nearly the same.

mod near_duplicates;

use std::collections::{BTreeMap, HashSet};

use rand::seq::SliceRandom;
use rand_pcg::Pcg32;
use rand_pcg::rand_core::SeedableRng;
use uproar_classifier::Signal;
use uproar_classifier::decision::Decision;

use self::near_duplicates::NearDuplicates;
use crate::labels::LabelRow;

/// Shares of the sample, in the order in which they are filled; [`Reason::Band`] takes the rest.
const SHARES: [(Reason, f64); 4] = [
    (Reason::Random, 0.25),
    (Reason::NearThreshold, 0.40),
    (Reason::Disagreement, 0.15),
    (Reason::Audience, 0.10),
];

/// How far from a cut a post can be and still be near it, in log odds.
const NEAR: f32 = 1.0;

/// A scored post of a customer.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Its identifier.
    pub id: &'a str,
    /// The post as it was written.
    pub text: &'a str,
    /// The calibrated probabilities, in the order of [`Signal::ALL`].
    pub probabilities: [f32; Signal::COUNT],
    /// The band that the report put it in.
    pub band: &'a str,
    /// How many accounts follow the author, where that is known.
    pub followers: Option<i64>,
}

/// Why a post was picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// By chance.
    Random,
    /// The model is unsure about it.
    NearThreshold,
    /// The model says things of it that seldom go together.
    Disagreement,
    /// For its author's audience.
    Audience,
    /// For its band.
    Band,
}

impl Reason {
    /// All reasons, in the order in which posts are picked.
    pub const ALL: [Self; 5] = [
        Self::Random,
        Self::NearThreshold,
        Self::Disagreement,
        Self::Audience,
        Self::Band,
    ];

    /// The reason in a few words. They tell nothing of what the model thinks of the post, so that
    /// the reader's judgement stays free.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::NearThreshold => "near a threshold",
            Self::Disagreement => "signals disagree",
            Self::Audience => "audience",
            Self::Band => "band",
        }
    }
}

/// A post of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Which of the candidates.
    pub candidate: usize,
    /// Why.
    pub reason: Reason,
}

/// Picks up to `size` candidates that are worth labelling, in an order by chance, so that a
/// reader's fatigue falls on all kinds alike. Fewer when no more are left that are neither
/// labelled nor nearly the same as another.
///
/// `decision` has the cuts; it should be the one that the probabilities were made with. The same
/// candidates, labels, decision, size and seed always give the same sample.
pub fn sample(
    candidates: &[Candidate],
    labelled: &[LabelRow],
    decision: &Decision,
    size: usize,
    seed: u64,
) -> Vec<Pick> {
    let mut rng = Pcg32::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.shuffle(&mut rng);

    let mut sampler = Sampler::new(candidates, labelled);
    let mut share = 0.0;
    for (reason, of_all) in SHARES {
        let before = quota(size, share);
        share += of_all;
        let groups = match reason {
            Reason::Random => vec![order.clone()],
            Reason::NearThreshold => near_thresholds(candidates, &order, decision),
            Reason::Disagreement => disagreements(candidates, &order, decision),
            Reason::Audience | Reason::Band => audiences(candidates, &order),
        };
        sampler.pick(quota(size, share) - before, reason, groups);
    }
    let rest = size.saturating_sub(sampler.picks.len());
    sampler.pick(rest, Reason::Band, bands(candidates, &order));
    sampler.picks.shuffle(&mut rng);
    sampler.picks
}

fn quota(size: usize, share: f64) -> usize {
    (size as f64 * share).round() as usize
}

/// A sample that is being filled.
struct Sampler<'a> {
    candidates: &'a [Candidate<'a>],
    /// Candidates that are picked or cannot be.
    done: Vec<bool>,
    seen: NearDuplicates,
    picks: Vec<Pick>,
}

impl<'a> Sampler<'a> {
    fn new(candidates: &'a [Candidate<'a>], labelled: &[LabelRow]) -> Self {
        let ids: HashSet<&str> = labelled
            .iter()
            .filter_map(|row| row.id.as_deref())
            .collect();
        let mut seen = NearDuplicates::default();
        for text in labelled.iter().filter_map(|row| row.text.as_deref()) {
            seen.insert(text);
        }
        Self {
            done: candidates
                .iter()
                .map(|candidate| ids.contains(candidate.id))
                .collect(),
            candidates,
            seen,
            picks: Vec::new(),
        }
    }

    /// Picks up to `count` posts, each time the next one of the group that has the fewest picks.
    ///
    /// Where the groups stand for something that a sample should cover, picks for earlier reasons
    /// count; where they are several ways to the same end, they take turns.
    fn pick(&mut self, count: usize, reason: Reason, groups: Vec<Vec<usize>>) {
        let covers = matches!(reason, Reason::Audience | Reason::Band);
        let picked: HashSet<usize> = self.picks.iter().map(|pick| pick.candidate).collect();
        let mut groups: Vec<_> = groups
            .into_iter()
            .map(|group| {
                let so_far = group.iter().filter(|row| covers && picked.contains(row));
                (so_far.count(), group.into_iter())
            })
            .collect();
        for _ in 0..count {
            loop {
                let Some(place) = (0..groups.len()).min_by_key(|place| groups[*place].0) else {
                    return;
                };
                let (picks, group) = &mut groups[place];
                if let Some(candidate) = group.find(|candidate| self.is_new(*candidate)) {
                    *picks += 1;
                    self.picks.push(Pick { candidate, reason });
                    break;
                }
                groups.remove(place);
            }
        }
    }

    fn is_new(&mut self, candidate: usize) -> bool {
        let done = std::mem::replace(&mut self.done[candidate], true);
        !done && self.seen.insert(self.candidates[candidate].text)
    }
}

/// For each cut the candidates near it, the nearest first.
fn near_thresholds(
    candidates: &[Candidate],
    order: &[usize],
    decision: &Decision,
) -> Vec<Vec<usize>> {
    let graded = [
        (Signal::Urgency, decision.urgency.levels),
        (Signal::Anger, decision.anger.levels),
    ];
    let flags = [
        (Signal::Actionable, decision.actionable),
        (Signal::TriedBefore, decision.tried_before),
        (Signal::Churn, decision.churn),
    ];
    graded
        .into_iter()
        .flat_map(|(signal, levels)| levels.map(|cut| (signal, cut)))
        .chain(flags.map(|(signal, flag)| (signal, flag.threshold)))
        .map(|(signal, cut)| {
            let mut near: Vec<(f32, usize)> = order
                .iter()
                .map(|row| {
                    let probability = candidates[*row].probabilities[signal as usize];
                    ((log_odds(probability) - log_odds(cut)).abs(), *row)
                })
                .filter(|(distance, _)| *distance <= NEAR)
                .collect();
            near.sort_by(|a, b| a.0.total_cmp(&b.0));
            near.into_iter().map(|(_, row)| row).collect()
        })
        .collect()
}

fn log_odds(probability: f32) -> f32 {
    (probability / (1.0 - probability)).ln()
}

/// For each kind of disagreement the candidates that show it.
fn disagreements(
    candidates: &[Candidate],
    order: &[usize],
    decision: &Decision,
) -> Vec<Vec<usize>> {
    let mut kinds = vec![Vec::new(); 4];
    for row in order {
        let probabilities = &candidates[*row].probabilities;
        let at = |signal: Signal| probabilities[signal as usize];
        let anger = decision.anger.level(at(Signal::Anger));
        let urgency = decision.urgency.level(at(Signal::Urgency));
        let negative = at(Signal::Negative) >= at(Signal::Neutral).max(at(Signal::Positive));
        let actionable = at(Signal::Actionable) >= decision.actionable.threshold;
        let tried_before = at(Signal::TriedBefore) >= decision.tried_before.threshold;
        let churn = at(Signal::Churn) >= decision.churn.threshold;
        let shown = [
            anger >= 2 && !negative,
            urgency >= 2 && !actionable,
            churn && anger == 0,
            tried_before && urgency == 0 && !actionable,
        ];
        for (kind, _) in kinds.iter_mut().zip(shown).filter(|(_, shown)| *shown) {
            kind.push(*row);
        }
    }
    kinds
}

/// The candidates whose followers are known, in tenths from the smallest audience to the largest.
/// Equal audiences stay together.
fn audiences(candidates: &[Candidate], order: &[usize]) -> Vec<Vec<usize>> {
    let mut known: Vec<i64> = candidates.iter().filter_map(|it| it.followers).collect();
    known.sort_unstable();
    let mut tenths = vec![Vec::new(); 10];
    for row in order {
        if let Some(followers) = candidates[*row].followers {
            let smaller = known.partition_point(|other| *other < followers);
            tenths[smaller * 10 / known.len()].push(*row);
        }
    }
    tenths
}

fn bands(candidates: &[Candidate], order: &[usize]) -> Vec<Vec<usize>> {
    let mut bands: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in order {
        bands.entry(candidates[*row].band).or_default().push(*row);
    }
    bands.into_values().collect()
}

#[cfg(test)]
mod tests;
