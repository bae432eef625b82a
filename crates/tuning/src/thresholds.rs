//! The cuts that reach a goal best on given rows.
//!
//! Rows of equal scores fall on the same side of any cut, so that they are taken together as one
//! step. A cut lies between two steps; every search here looks at all of them.

use crate::goal::Costs;

/// Levels 0 to 3.
const LEVELS: usize = 4;

/// Rows by ascending score, those of equal scores together.
#[derive(Debug)]
pub(crate) struct Steps {
    scores: Vec<f32>,
    /// The weight of each class among a step's rows.
    classes: Vec<[f64; LEVELS]>,
}

/// How many rows a cut takes, and how many of those rightly, by weight.
#[derive(Clone, Copy, Debug)]
struct Taken {
    right: f64,
    taken: f64,
    /// All rows that it should take.
    wanted: f64,
}

impl Taken {
    fn precision(self) -> f64 {
        share(self.right, self.taken)
    }

    fn recall(self) -> f64 {
        share(self.right, self.wanted)
    }

    fn f_beta(self, beta: f64) -> f64 {
        let weight = beta * beta;
        share(
            (1.0 + weight) * self.right,
            self.taken + weight * self.wanted,
        )
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

impl Steps {
    /// Sorts rows by score. Classes are levels, or 0 for no and 1 for yes. Rows of no weight are left
    /// out.
    pub(crate) fn new(scores: &[f32], truth: &[u8], weights: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..scores.len())
            .filter(|row| weights[*row] > 0.0)
            .collect();
        order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
        let mut steps = Self {
            scores: Vec::new(),
            classes: Vec::new(),
        };
        for row in order {
            if steps.scores.last() != Some(&scores[row]) {
                steps.scores.push(scores[row]);
                steps.classes.push([0.0; LEVELS]);
            }
            if let Some(classes) = steps.classes.last_mut() {
                classes[usize::from(truth[row])] += weights[row];
            }
        }
        steps
    }

    /// The three cuts of the highest quadratic kappa. `None` where chance alone would never miss.
    ///
    /// Kappa is one minus a ratio of two sums over rows: the squared misses, and the squared misses
    /// by chance, for what is true does not depend on the cuts. Dinkelbach's method (Management
    /// Science 1967) finds the lowest ratio by a few searches for the lowest weighted difference of
    /// the two, each of which is exact.
    pub(crate) fn kappa(&self) -> Option<[f32; 3]> {
        let mut truly = [0.0; LEVELS];
        for classes in &self.classes {
            for (sum, weight) in truly.iter_mut().zip(classes) {
                *sum += weight;
            }
        }
        let all: f64 = truly.iter().sum();
        let square = |a: usize, b: usize| (a as f64 - b as f64).powi(2);
        // What a row costs by chance when it is decided to be of a level.
        let chance: [f64; LEVELS] = std::array::from_fn(|decided| {
            let misses = (0..LEVELS).map(|truth| truly[truth] * square(truth, decided));
            share(misses.sum(), all)
        });
        let misses = |classes: &[f64; LEVELS], decided: usize| -> f64 {
            (0..LEVELS)
                .map(|truth| classes[truth] * square(truth, decided))
                .sum()
        };
        let by_chance = |classes: &[f64; LEVELS], decided: usize| -> f64 {
            chance[decided] * classes.iter().sum::<f64>()
        };
        let mut best: Option<(f64, [usize; 3])> = None;
        let mut ratio = 1.0;
        loop {
            let places: [usize; 3] = self.cheapest(|classes, level| {
                misses(classes, level) - ratio * by_chance(classes, level)
            });
            let (observed, expected) = (self.sum(&places, misses), self.sum(&places, by_chance));
            if expected <= 0.0 {
                break;
            }
            let found = observed / expected;
            if best.as_ref().is_some_and(|(lowest, _)| found >= *lowest) {
                break;
            }
            best = Some((found, places));
            ratio = found;
        }
        best.map(|(_, places)| places.map(|place| self.cut(place, [0.0, 1.0])))
    }

    /// The three cuts of the lowest cost.
    pub(crate) fn levels_by_cost(&self, costs: &Costs) -> [f32; 3] {
        let places: [usize; 3] = self.cheapest(|classes, decided| cost(classes, costs, decided));
        places.map(|place| self.cut(place, [0.0, 1.0]))
    }

    /// The cut of the lowest cost between no and yes.
    pub(crate) fn flag_by_cost(&self, costs: &Costs) -> f32 {
        let [place] = self.cheapest(|classes, decided| cost(classes, costs, decided));
        self.cut(place, [0.0, 1.0])
    }

    /// The cut of the highest F-measure for classes from `level` on, within bounds. `None` where no
    /// row is of such a class.
    pub(crate) fn f_beta(&self, beta: f64, level: u8, bounds: [f32; 2]) -> Option<f32> {
        let is_wanted =
            |classes: &[f64; LEVELS]| classes[usize::from(level)..].iter().any(|it| *it > 0.0);
        self.classes
            .iter()
            .any(is_wanted)
            .then(|| self.best(level, bounds, |taken| [taken.f_beta(beta), 0.0]))
    }

    /// The cut of the highest recall at which precision is at least `floor`; where no cut reaches
    /// that, the one of the highest precision.
    pub(crate) fn precision(&self, floor: f64, level: u8, bounds: [f32; 2]) -> f32 {
        self.best(level, bounds, |taken| {
            let precision = taken.precision();
            if precision >= floor {
                [1.0 + taken.recall(), precision]
            } else {
                [precision, taken.recall()]
            }
        })
    }

    /// The cut of the highest precision at which recall is at least `floor`; where no cut within the
    /// bounds reaches that, the one of the highest recall.
    pub(crate) fn recall(&self, floor: f64, level: u8, bounds: [f32; 2]) -> f32 {
        self.best(level, bounds, |taken| {
            let recall = taken.recall();
            if recall >= floor {
                [1.0 + taken.precision(), recall]
            } else {
                [recall, taken.precision()]
            }
        })
    }

    /// The cut at which as many rows pass as may, and no more, by weight.
    pub(crate) fn capacity(&self, most: f64, bounds: [f32; 2]) -> f32 {
        self.best(0, bounds, |taken| {
            if taken.taken <= most {
                [1.0 + taken.taken, 0.0]
            } else {
                [-taken.taken, 0.0]
            }
        })
    }

    /// The cut that is worth most, the second figure deciding between equals, and the wider gap
    /// between their equals.
    fn best(&self, level: u8, bounds: [f32; 2], worth: impl Fn(Taken) -> [f64; 2]) -> f32 {
        let right = |classes: &[f64; LEVELS]| -> f64 { classes[usize::from(level)..].iter().sum() };
        let wanted = self.classes.iter().map(right).sum();
        let mut taken = Taken {
            right: 0.0,
            taken: 0.0,
            wanted,
        };
        let mut best: Option<([f64; 2], f32, usize)> = None;
        for place in (0..=self.scores.len()).rev() {
            if let Some(classes) = self.classes.get(place) {
                taken.right += right(classes);
                taken.taken += classes.iter().sum::<f64>();
            }
            let [low, high] = self.gap(place, bounds);
            // A cut has to lie above the lower score, but one at 0 takes all.
            if low > high || (low == high && place > 0) {
                continue;
            }
            let (worth, width) = (worth(taken), high - low);
            if best.is_none_or(|(most, widest, _)| (worth, width) > (most, widest)) {
                best = Some((worth, width, place));
            }
        }
        best.map_or(bounds[0], |(_, _, place)| self.cut(place, bounds))
    }

    /// Splits the steps into ascending levels at the lowest total cost, by dynamic programming.
    /// Place k is the first step of level k + 1.
    fn cheapest<const CUTS: usize>(
        &self,
        cost: impl Fn(&[f64; LEVELS], usize) -> f64,
    ) -> [usize; CUTS] {
        // The lowest cost of all steps so far when the last is of each level, and how it got there.
        let mut lowest = vec![0.0; CUTS + 1];
        let mut places = vec![[0; CUTS]; CUTS + 1];
        for (step, classes) in self.classes.iter().enumerate() {
            for level in 1..=CUTS {
                if lowest[level - 1] < lowest[level] {
                    lowest[level] = lowest[level - 1];
                    places[level] = places[level - 1];
                    places[level][level - 1] = step;
                }
            }
            for (level, lowest) in lowest.iter_mut().enumerate() {
                *lowest += cost(classes, level);
            }
        }
        let mut best = 0;
        for level in 1..=CUTS {
            if lowest[level] < lowest[best] {
                best = level;
            }
        }
        // Levels above the last one's begin behind the end.
        let mut found = places[best];
        found[best..].fill(self.scores.len());
        found
    }

    /// The total of a cost over all steps, split at these places.
    fn sum(&self, places: &[usize], cost: impl Fn(&[f64; LEVELS], usize) -> f64) -> f64 {
        let steps = self.classes.iter().enumerate();
        steps
            .map(|(step, classes)| {
                cost(
                    classes,
                    places.iter().filter(|place| **place <= step).count(),
                )
            })
            .sum()
    }

    /// The cut in front of a step: midway to the step before, for the edges are luck.
    fn cut(&self, place: usize, bounds: [f32; 2]) -> f32 {
        let [low, high] = self.gap(place, bounds);
        rounded(f64::from(low + high) / 2.0, [low, high])
    }

    /// Where a cut in front of a step can lie: above the first score, at or below the second.
    fn gap(&self, place: usize, bounds: [f32; 2]) -> [f32; 2] {
        let below = place.checked_sub(1).and_then(|step| self.scores.get(step));
        let above = self.scores.get(place);
        [
            below.map_or(bounds[0], |score| score.max(bounds[0])),
            above.map_or(bounds[1], |score| score.min(bounds[1])),
        ]
    }
}

fn cost(classes: &[f64; LEVELS], costs: &Costs, decided: usize) -> f64 {
    let each = classes.iter().enumerate();
    each.map(|(truth, weight)| weight * costs.cost(truth, decided))
        .sum()
}

/// A cut with as few decimals as leave it within its gap, from four on.
pub(crate) fn rounded(cut: f64, [low, high]: [f32; 2]) -> f32 {
    (4..=7)
        .map(|decimals| {
            let scale = 10_f64.powi(decimals);
            ((cut * scale).round() / scale) as f32
        })
        .find(|cut| low < *cut && *cut <= high)
        .unwrap_or(high)
}

#[cfg(test)]
mod tests;
