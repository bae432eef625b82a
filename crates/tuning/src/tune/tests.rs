use uproar_classifier::decision::{Calibration, Levels, Threshold};

use super::*;
use crate::labels::Answer;

/// A decision that knows nothing of the posts below.
fn decision(text: &str) -> Decision {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decision.toml");
    std::fs::write(&path, format!("schema = 2\n{text}")).unwrap();
    Decision::load(&path).unwrap()
}

const SENSIBLE: &str = "anger.levels = [0.2, 0.5, 0.8]
    urgency.levels = [0.2, 0.5, 0.8]
    actionable.threshold = 0.5
    tried_before.threshold = 0.5
    churn.threshold = 0.5";

/// Posts whose outputs fit the levels well, but not perfectly.
fn cases(rows: usize) -> Vec<Case> {
    (0..rows)
        .map(|row| {
            // Even in the long run, and nowhere periodic.
            let noise = |step: f64| ((row as f64 + 1.0) * step).fract() as f32 * 2.0 - 1.0;
            let level = (row * 7 % 10).saturating_sub(5).min(3) as u8;
            let graded = 2.0 * f32::from(level) - 3.0 + 1.6 * noise(0.618_034);
            let is_yes = row * 3 % 10 < 3;
            let flag = if is_yes { 1.5 } else { -1.5 } + 2.4 * noise(0.414_214);
            let sentiment = (row % 3) as u8;
            let output = |class: u8| {
                let right = if class == sentiment { 2.0 } else { 0.0 };
                right + 2.5 * noise(0.236_068 * f64::from(class + 1))
            };
            Case {
                logits: [
                    graded,
                    graded,
                    output(0),
                    output(1),
                    output(2),
                    flag,
                    flag,
                    flag,
                ],
                answer: Answer {
                    anger: Some(level),
                    urgency: Some(level),
                    sentiment: Some(sentiment),
                    actionable: Some(is_yes),
                    tried_before: Some(is_yes),
                    churn: Some(is_yes),
                },
                weight: 1.0,
            }
        })
        .collect()
}

fn goals(texts: &[&str]) -> Vec<SignalGoal> {
    texts
        .iter()
        .map(|text| SignalGoal::parse(text).unwrap())
        .collect()
}

fn defaults() -> Vec<SignalGoal> {
    Label::ALL.map(SignalGoal::default_of).into()
}

/// Decides rows that were not tuned on, and measures.
fn on_fresh_rows(
    decision: &Decision,
    measure: impl Fn(&[Case], &[u8]) -> f64,
    label: Label,
) -> f64 {
    let fresh = cases(2_000).split_off(400);
    let decided: Vec<u8> = fresh
        .iter()
        .map(|case| label.decided(&decision.decide(case.logits)))
        .collect();
    measure(&fresh, &decided)
}

fn kappa(cases: &[Case], decided: &[u8]) -> f64 {
    let truth: Vec<u8> = cases
        .iter()
        .filter_map(|case| case.answer.urgency)
        .collect();
    crate::metrics::quadratic_kappa(&truth, decided, &vec![1.0; truth.len()]).unwrap()
}

#[test]
fn absurd_cuts_are_mended_on_rows_that_tune_did_not_see() {
    let absurd = decision(&SENSIBLE.replace(
        "urgency.levels = [0.2, 0.5, 0.8]",
        "urgency.levels = [0.9, 0.95, 0.99]",
    ));
    let tuning = tune(&cases(300), &absurd, &defaults(), None, false).unwrap();
    assert!(tuning.is_better());
    let urgency = &tuning.outcomes[1];
    assert_eq!(urgency.verdict, Verdict::New);
    assert!(urgency.has_new_cuts);
    let [before, after] =
        [&absurd, &tuning.decision].map(|it| on_fresh_rows(it, kappa, Label::Urgency));
    assert!(before < 0.6 && after > 0.9, "{before} {after}");
    let measured = &urgency.comparisons[0];
    assert!(
        (measured.after.unwrap() - after).abs() < 0.1,
        "{measured:?} {after}"
    );
}

#[test]
fn what_is_good_is_kept() {
    let first = tune(&cases(400), &decision(SENSIBLE), &defaults(), None, true).unwrap();
    let again = tune(&cases(400), &first.decision, &defaults(), None, false).unwrap();
    for outcome in &again.outcomes {
        assert_eq!(outcome.verdict, Verdict::Kept, "{outcome:?}");
        assert_eq!(outcome.reason.as_deref(), Some("not better beyond noise"));
    }
    assert!(!again.is_better());
    assert_eq!(again.decision, first.decision);
}

#[test]
fn too_few_rows_decide_nothing_unless_forced() {
    let absurd = decision(&SENSIBLE.replace("churn.threshold = 0.5", "churn.threshold = 0.99"));
    let ten = tune(&cases(10), &absurd, &defaults(), None, false).unwrap();
    assert!(!ten.is_better());
    assert_eq!(ten.decision, absurd);
    for outcome in &ten.outcomes {
        assert_eq!(
            (outcome.verdict, outcome.comparisons.len()),
            (Verdict::TooFew, 0)
        );
    }
    assert_eq!(
        ten.outcomes[5].reason.as_deref(),
        Some("10 rows, 3 yes (20 and 8 are needed)")
    );
    let forced = tune(&cases(10), &absurd, &defaults(), None, true).unwrap();
    assert_eq!(forced.outcomes[5].verdict, Verdict::TooFew);
    assert!(forced.decision.churn.threshold < 0.9);

    // Many rows, but of one class.
    let no: Vec<Case> = cases(200)
        .into_iter()
        .filter(|case| case.answer.churn == Some(false))
        .collect();
    let tuning = tune(&no, &absurd, &goals(&["churn=f1"]), None, true).unwrap();
    assert_eq!(tuning.outcomes[0].verdict, Verdict::TooFew);
    assert_eq!(tuning.decision.churn.threshold, 0.99, "no yes to look for");
    let none = tune(&[], &absurd, &defaults(), None, true).unwrap();
    assert_eq!(none.decision, absurd);
}

#[test]
fn a_better_calibration_alone_moves_cuts_that_decide_the_same() {
    // Outputs far too sure of themselves, and cuts that make up for it.
    let sure: Vec<Case> = cases(400)
        .into_iter()
        .map(|mut case| {
            case.logits = case.logits.map(|logit| logit * 6.0);
            case
        })
        .collect();
    let good = tune(
        &sure,
        &decision(SENSIBLE),
        &goals(&["churn=f1"]),
        None,
        true,
    )
    .unwrap();
    let mut uncalibrated = good.decision;
    uncalibrated.churn = Threshold {
        threshold: 0.5,
        calibration: Calibration::default(),
    };
    let tuning = tune(&sure, &uncalibrated, &goals(&["churn=f1"]), None, false).unwrap();
    let outcome = &tuning.outcomes[0];
    assert_eq!(
        (outcome.verdict, outcome.has_new_calibration),
        (Verdict::New, true)
    );
    assert!(tuning.decision.churn.calibration.a < 0.5);
    if !outcome.has_new_cuts {
        for case in &sure {
            let decided = |it: &Decision| it.decide(case.logits).is_churn;
            assert_eq!(decided(&uncalibrated), decided(&tuning.decision));
        }
    }
}

#[test]
fn only_the_signals_asked_for_change() {
    let absurd = decision(&SENSIBLE.replace("0.5", "0.97").replace("0.8]", "0.98]"));
    let tuning = tune(&cases(300), &absurd, &goals(&["churn=f1"]), None, false).unwrap();
    assert_ne!(tuning.decision.churn, absurd.churn);
    let mut others = tuning.decision;
    others.churn = absurd.churn;
    assert_eq!(others, absurd);
}

#[test]
fn one_level_moves_and_the_others_stay() {
    let before = decision(SENSIBLE);
    let tuning = tune(
        &cases(400),
        &before,
        &goals(&["urgency>=3=recall:0.95"]),
        None,
        true,
    )
    .unwrap();
    let Levels {
        levels,
        calibration,
    } = tuning.decision.urgency;
    assert!(levels.is_sorted());
    for (cut, old) in levels.iter().zip(before.urgency.levels).take(2) {
        // The same outputs as before, on the new calibration.
        for case in cases(400) {
            let logit = case.logits[Signal::Urgency as usize];
            assert_eq!(
                calibration.probability(logit) >= *cut,
                before.urgency.calibration.probability(logit) >= old
            );
        }
    }
    let truth: Vec<bool> = cases(400)
        .iter()
        .map(|case| case.answer.urgency == Some(3))
        .collect();
    let found: Vec<bool> = cases(400)
        .iter()
        .map(|case| tuning.decision.decide(case.logits).urgency_level == 3)
        .collect();
    let recall = crate::metrics::recall(&truth, &found, &vec![1.0; 400]).unwrap();
    assert!(recall >= 0.95, "{recall}");
}

#[test]
fn a_target_that_was_missed_and_is_met_is_better() {
    let before = decision(&SENSIBLE.replace("churn.threshold = 0.5", "churn.threshold = 0.05"));
    let tuning = tune(
        &cases(400),
        &before,
        &goals(&["churn=precision:0.9"]),
        None,
        false,
    )
    .unwrap();
    let outcome = &tuning.outcomes[0];
    assert!(outcome.has_new_cuts, "{outcome:?}");
    let [precision, recall, _] = &outcome.comparisons[..] else {
        panic!("{outcome:?}");
    };
    assert_eq!(
        (precision.measure.as_str(), recall.measure.as_str()),
        ("precision", "recall")
    );
    assert!(precision.before < Some(0.8) && precision.after > Some(0.85));
    assert!(recall.after < recall.before);
}

#[test]
fn a_target_out_of_reach_is_refused() {
    // Outputs that know nothing.
    let blind: Vec<Case> = cases(300)
        .into_iter()
        .enumerate()
        .map(|(row, mut case)| {
            case.logits[Signal::Churn as usize] = ((row as f32 * 0.618_034).fract() - 0.5) * 4.0;
            case
        })
        .collect();
    let tuning = tune(
        &blind,
        &decision(SENSIBLE),
        &goals(&["churn=precision:0.95"]),
        None,
        false,
    )
    .unwrap();
    let outcome = &tuning.outcomes[0];
    assert!(!outcome.has_new_cuts);
    if outcome.verdict == Verdict::Kept {
        assert_eq!(
            outcome.reason.as_deref(),
            Some("no cut reaches precision 0.95")
        );
    }
}

#[test]
fn a_capacity_is_filled() {
    let pool = Pool {
        logits: cases(1_000).into_iter().map(|case| case.logits).collect(),
        days: 10.0,
    };
    let before =
        decision(&SENSIBLE.replace("actionable.threshold = 0.5", "actionable.threshold = 0.01"));
    let wanted = goals(&["actionable=capacity:20"]);
    let tuning = tune(&cases(300), &before, &wanted, Some(&pool), false).unwrap();
    let outcome = &tuning.outcomes[0];
    assert!(outcome.has_new_cuts);
    let load = &outcome.comparisons[0];
    assert_eq!(
        (load.measure.as_str(), load.after),
        ("posts a day", Some(20.0))
    );
    let passing = pool
        .logits
        .iter()
        .filter(|logits| tuning.decision.decide(**logits).is_actionable);
    assert_eq!(passing.count(), 200);

    let message = |goal: &str, pool| {
        tune(&cases(300), &before, &goals(&[goal]), pool, false)
            .unwrap_err()
            .to_string()
    };
    assert!(message("churn=capacity:20", None).contains("--scored"));
    assert!(message("churn=capacity:500", Some(&pool)).contains("only 100.0 posts a day"));
}

#[test]
fn the_same_rows_give_the_same_decision() {
    let before = decision(&SENSIBLE.replace("0.8]", "0.95]"));
    let run = || {
        let tuning = tune(&cases(200), &before, &defaults(), None, false).unwrap();
        format!("{:?} {:?}", tuning.decision, tuning.outcomes)
    };
    assert_eq!(run(), run());
}
