use proptest::prelude::*;

use super::*;
use crate::metrics;

const WHOLE: [f32; 2] = [0.0, 1.0];

/// Rows with few different scores, so that many are equal, and small whole weights.
fn rows(levels: u8) -> impl Strategy<Value = (Vec<f32>, Vec<u8>, Vec<f64>)> {
    prop::collection::vec((0..=8_u8, 0..levels, 1..4_u8), 1..14).prop_map(|rows| {
        let scores = rows.iter().map(|row| f32::from(row.0) / 8.0 * 0.9 + 0.05);
        let truth = rows.iter().map(|row| row.1);
        let weights = rows.iter().map(|row| f64::from(row.2));
        (scores.collect(), truth.collect(), weights.collect())
    })
}

/// A cut in every gap between scores, below all and above all.
fn all_cuts(scores: &[f32]) -> Vec<f32> {
    let mut cuts = scores.to_vec();
    cuts.sort_by(f32::total_cmp);
    cuts.push(1.0);
    cuts
}

fn levels(scores: &[f32], cuts: &[f32]) -> Vec<u8> {
    let level = |score: &f32| cuts.iter().map(|cut| u8::from(score >= cut)).sum();
    scores.iter().map(level).collect()
}

fn flags(values: &[u8], level: u8) -> Vec<bool> {
    values.iter().map(|value| *value >= level).collect()
}

fn costs(text: &str, label: crate::labels::Label) -> Costs {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("costs.toml");
    std::fs::write(&path, text).unwrap();
    let goal = format!("{}=cost:{}", label.name(), path.display());
    match crate::goal::SignalGoal::parse(&goal).unwrap().goal {
        crate::goal::Goal::Cost(costs) => costs,
        other => panic!("{other:?}"),
    }
}

#[test]
fn cuts_lie_midway_and_are_round() {
    let steps = Steps::new(&[0.1, 0.2, 0.8, 0.912_345], &[0, 0, 1, 1], &[1.0; 4]);
    assert_eq!(steps.f_beta(1.0, 1, WHOLE), Some(0.5));
    assert_eq!(steps.recall(1.0, 1, WHOLE), 0.5);
    assert_eq!(steps.capacity(1.0, WHOLE), 0.8562);
    assert_eq!(steps.capacity(9.0, WHOLE), 0.05);
    // Too close for four decimals.
    let steps = Steps::new(&[0.123_41, 0.123_43], &[0, 1], &[1.0; 2]);
    assert_eq!(steps.f_beta(1.0, 1, WHOLE), Some(0.123_42));
}

#[test]
fn a_cut_keeps_between_its_neighbours() {
    let steps = Steps::new(&[0.1, 0.3, 0.5, 0.9], &[0, 3, 3, 3], &[1.0; 4]);
    assert_eq!(steps.f_beta(1.0, 3, WHOLE), Some(0.2));
    assert_eq!(steps.f_beta(1.0, 3, [0.4, 1.0]), Some(0.45));
    assert_eq!(steps.f_beta(1.0, 3, [0.6, 0.6]), Some(0.6));
}

#[test]
fn what_cannot_be_reached_is_approached() {
    let steps = Steps::new(&[0.2, 0.4, 0.6, 0.8], &[1, 0, 1, 0], &[1.0; 4]);
    assert_eq!(
        steps.precision(0.9, 1, WHOLE),
        0.1,
        "half of all is the best there is"
    );
}

#[test]
fn no_kappa_where_all_is_one_level() {
    assert_eq!(Steps::new(&[0.1, 0.9], &[0, 0], &[1.0; 2]).kappa(), None);
    assert_eq!(Steps::new(&[], &[], &[]).kappa(), None);
}

proptest! {
    #[test]
    fn kappa_is_the_highest_there_is((scores, truth, weights) in rows(4)) {
        let measure = |cuts: &[f32]| {
            metrics::quadratic_kappa(&truth, &levels(&scores, cuts), &weights)
        };
        let all = all_cuts(&scores);
        let mut best = f64::NEG_INFINITY;
        for one in &all {
            for two in all.iter().filter(|two| *two >= one) {
                for three in all.iter().filter(|three| *three >= two) {
                    best = best.max(measure(&[*one, *two, *three]).unwrap_or(f64::NEG_INFINITY));
                }
            }
        }
        match Steps::new(&scores, &truth, &weights).kappa() {
            Some(cuts) => {
                prop_assert!(cuts.is_sorted());
                prop_assert!((measure(&cuts).unwrap() - best).abs() < 1e-9, "{cuts:?} {best}");
            }
            None => prop_assert_eq!(truth.iter().min(), truth.iter().max()),
        }
    }

    #[test]
    fn cost_is_the_lowest_there_is((scores, truth, weights) in rows(4)) {
        let costs = costs(
            "[urgency]\ncost = [[0, 1, 2, 4], [3, 0, 1, 2], [6, 3, 0, 1], [20, 9, 3, 0.5]]",
            crate::labels::Label::Urgency,
        );
        let measure = |cuts: &[f32]| -> f64 {
            let decided = levels(&scores, cuts);
            let rows = truth.iter().zip(decided).zip(&weights);
            rows.map(|((t, d), w)| w * costs.cost(usize::from(*t), usize::from(d))).sum()
        };
        let all = all_cuts(&scores);
        let mut best = f64::INFINITY;
        for one in &all {
            for two in all.iter().filter(|two| *two >= one) {
                for three in all.iter().filter(|three| *three >= two) {
                    best = best.min(measure(&[*one, *two, *three]));
                }
            }
        }
        let cuts = Steps::new(&scores, &truth, &weights).levels_by_cost(&costs);
        prop_assert!(cuts.is_sorted());
        prop_assert!((measure(&cuts) - best).abs() < 1e-9, "{cuts:?} {best}");
    }

    #[test]
    fn one_cut_is_the_best_there_is(
        (scores, truth, weights) in rows(2), beta in 0.3..3.0_f64, floor in 0.1..1.0_f64,
    ) {
        let wanted = flags(&truth, 1);
        prop_assume!(wanted.contains(&true));
        let steps = Steps::new(&scores, &truth, &weights);
        let measures = |cut: f32| {
            let decided = flags(&levels(&scores, &[cut]), 1);
            [
                metrics::f_beta(&wanted, &decided, &weights, beta).unwrap(),
                metrics::precision(&wanted, &decided, &weights).unwrap_or(0.0),
                metrics::recall(&wanted, &decided, &weights).unwrap(),
            ]
        };
        let all: Vec<[f64; 3]> = all_cuts(&scores).into_iter().map(measures).collect();
        let highest = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);

        let [f_beta, _, _] = measures(steps.f_beta(beta, 1, WHOLE).unwrap());
        prop_assert!((f_beta - highest(&mut all.iter().map(|it| it[0]))).abs() < 1e-9);

        let [_, precision, recall] = measures(steps.precision(floor, 1, WHOLE));
        let most = highest(&mut all.iter().map(|it| it[1]));
        if most >= floor {
            let good = all.iter().filter(|it| it[1] >= floor);
            prop_assert!(precision >= floor);
            prop_assert!((recall - highest(&mut good.map(|it| it[2]))).abs() < 1e-9);
        } else {
            prop_assert!((precision - most).abs() < 1e-9);
        }

        let [_, precision, recall] = measures(steps.recall(floor, 1, WHOLE));
        let good = all.iter().filter(|it| it[2] >= floor);
        prop_assert!(recall >= floor);
        prop_assert!((precision - highest(&mut good.map(|it| it[1]))).abs() < 1e-9);
    }

    #[test]
    fn capacity_is_filled_and_kept((scores, truth, weights) in rows(2), most in 0.0..30.0_f64) {
        let cut = Steps::new(&scores, &truth, &weights).capacity(most, WHOLE);
        let passing = |cut: f32| -> f64 {
            let rows = scores.iter().zip(&weights);
            rows.filter(|(score, _)| **score >= cut).map(|(_, weight)| weight).sum()
        };
        let fullest = all_cuts(&scores)
            .into_iter()
            .map(passing)
            .filter(|rows| *rows <= most)
            .fold(0.0, f64::max);
        prop_assert_eq!(passing(cut), fullest);
    }
}
