//! What differences come to, in sentences.

use uproar_ingest::grouped;

use super::compare::MIN_POSTS;
use crate::statistics::{Difference, Interval, SIGNIFICANCE};

/// What a sentence is about.
pub(super) struct Context {
    /// The first and the last group.
    pub(super) who: [String; 2],
    pub(super) several_companies: bool,
    pub(super) at_equal_urgency: bool,
}

impl Context {
    /// How response rates differ.
    pub(super) fn rates(&self, rates: &Difference) -> String {
        let [first, second] = &self.who;
        let shares = format!(
            "{} were answered {} of the time, {second} {}{}",
            capitalized(first),
            percent(rates.first),
            percent(rates.second),
            self.how(),
        );
        let Interval { low, high } = rates.interval;
        if low <= 0.0 && high >= 0.0 {
            return format!(
                "{shares}: no difference beyond chance (95 % interval of the gap {}).",
                range(low, high)
            );
        }
        let gap = rates.difference();
        let range = if gap < 0.0 {
            range(-high, -low)
        } else {
            range(low, high)
        };
        let digits = digits(low, high);
        let gap = format!("{:.digits$}", 100.0 * gap.abs());
        let points = if gap == "1" { "point" } else { "points" };
        format!("{shares}: a gap of {gap} {points} (95 % interval {range}).")
    }

    /// How waits differ, with the medians of both groups and their intervals. The deviate is above 0
    /// where the second group waits longer.
    pub(super) fn waits(
        &self,
        [first, second]: [(f64, Interval); 2],
        deviate: f64,
        p_value: f64,
    ) -> String {
        let [who_first, who_second] = &self.who;
        let is_second_longer = second.0 > first.0;
        let verdict = if p_value > SIGNIFICANCE {
            "no difference beyond chance".to_owned()
        } else if (deviate > 0.0) == is_second_longer {
            "a difference beyond chance".to_owned()
        } else {
            // Simpson's paradox.
            let longer = if deviate > 0.0 { who_second } else { who_first };
            format!("yet among posts alike in this, {longer} waited longer")
        };
        let (first, second) = (Wait::new(first), Wait::new(second));
        format!(
            "Of what was answered, {who_first} waited {} in the median (95 % interval {}), {who_second} {} ({}){}: {verdict}.",
            first.median,
            first.interval,
            second.median,
            second.interval,
            self.how(),
        )
    }

    /// That there are too few posts to say something: of the groups in all, or else of those that are
    /// alike in what they [have in common](Self::how).
    pub(super) fn too_few(&self, all: [u64; 2], alike: [u64; 2]) -> String {
        let [first, second] = &self.who;
        let (posts, how) = if all.iter().any(|posts| *posts < MIN_POSTS) {
            (all, "")
        } else {
            (alike, self.how())
        };
        format!(
            "Too little to compare {first} with {second}: {MIN_POSTS} posts of each are needed{how}, and there are {} and {}.",
            grouped(posts[0]),
            grouped(posts[1]),
        )
    }

    /// What the two have in common.
    fn how(&self) -> &'static str {
        match (self.at_equal_urgency, self.several_companies) {
            (true, true) => ", at equal urgency and the same companies",
            (true, false) => ", at equal urgency",
            (false, true) => ", at the same companies",
            (false, false) => "",
        }
    }
}

/// Why a group has no figures.
pub(super) fn small_group() -> String {
    format!("Fewer than {MIN_POSTS} posts.")
}

/// A sentence with a capital at its start.
fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// A share in per cent, with a decimal only where it would else seem to be none or all.
pub(super) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    let is_whole = percent == 0.0 || percent == 100.0 || (0.5..99.5).contains(&percent);
    let digits = usize::from(!is_whole);
    format!("{percent:.digits$} %")
}

/// Points have a decimal where an end would else round to 0, which decides.
fn digits(low: f64, high: f64) -> usize {
    usize::from([low, high].iter().any(|end| (100.0 * end).abs() < 0.95))
}

fn range(low: f64, high: f64) -> String {
    let digits = digits(low, high);
    let point = |share: f64| format!("{:.digits$}", 100.0 * share);
    format!("{} to {}", point(low), point(high))
}

/// A median, and its interval in the same unit.
struct Wait {
    median: String,
    interval: String,
}

impl Wait {
    fn new((median, interval): (f64, Interval)) -> Self {
        const HOUR: f64 = 60.0;
        const DAY: f64 = 24.0 * HOUR;
        let (unit, minutes) = if median < 2.0 * HOUR {
            ("minutes", 1.0)
        } else if median < 2.0 * DAY {
            ("hours", HOUR)
        } else {
            ("days", DAY)
        };
        let digits = usize::from(minutes > 1.0 || median < 10.0);
        let shown = |value: f64| format!("{:.digits$}", value / minutes);
        Self {
            median: format!("{} {unit}", shown(median)),
            interval: format!("{} to {}", shown(interval.low), shown(interval.high)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Context {
        Context {
            who: ["calm posts".to_owned(), "angry posts".to_owned()],
            several_companies: false,
            at_equal_urgency: true,
        }
    }

    fn rates(first: f64, second: f64, low: f64, high: f64) -> String {
        context().rates(&Difference {
            first,
            second,
            interval: Interval { low, high },
            p_value: 0.5,
        })
    }

    #[test]
    fn sentences() {
        let interval = |low, high| Interval { low, high };
        let waits = |deviate, p_value| {
            let medians = [(9.25, interval(7.0, 12.0)), (150.0, interval(90.0, 300.0))];
            context().waits(medians, deviate, p_value)
        };
        let sentences = [
            rates(0.41, 0.63, 0.14, 0.30),
            rates(0.63, 0.41, -0.30, -0.004),
            rates(0.002, 1.0, 0.98, 1.0),
            rates(0.5, 0.53, -0.02, 0.08),
            waits(3.0, 0.001),
            waits(-3.0, 0.3),
            waits(-3.0, 0.01),
            context().too_few([12, 3_000], [12, 2_000]),
            context().too_few([120, 3_000], [12, 20]),
            small_group(),
        ];
        insta::assert_snapshot!(sentences.join("\n"));
    }
}
