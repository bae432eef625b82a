use std::fs;

use super::*;
use crate::labels::Answer;

/// Levels from ¼, ½ and ¾ on, flags from ½ on, nothing calibrated.
fn decision() -> Decision {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decision.toml");
    let text = "schema = 2
        anger.levels = [0.25, 0.5, 0.75]
        urgency.levels = [0.25, 0.5, 0.75]
        actionable.threshold = 0.5
        tried_before.threshold = 0.5
        churn.threshold = 0.5";
    fs::write(&path, text).unwrap();
    Decision::load(&path).unwrap()
}

/// Logits whose sigmoid lies well within each level's range.
const OF_LEVEL: [f32; 4] = [-3.0, -0.5, 0.5, 3.0];

/// A post of which the model says what the person says.
fn agreed(anger: u8, urgency: u8, sentiment: u8, flag: bool) -> Case {
    let [negative, neutral, positive] =
        [0, 1, 2].map(|class| if class == sentiment { 2.0 } else { -2.0 });
    let of_flag = if flag { 2.0 } else { -2.0 };
    Case {
        logits: [
            OF_LEVEL[usize::from(anger)],
            OF_LEVEL[usize::from(urgency)],
            negative,
            neutral,
            positive,
            of_flag,
            of_flag,
            of_flag,
        ],
        answer: Answer {
            anger: Some(anger),
            urgency: Some(urgency),
            sentiment: Some(sentiment),
            actionable: Some(flag),
            tried_before: Some(flag),
            churn: Some(flag),
        },
        weight: 1.0,
    }
}

/// Posts of every class, each several times.
fn posts() -> Vec<Case> {
    (0..96_u8)
        .map(|row| agreed(row % 4, row / 4 % 4, row % 3, row % 2 == 0))
        .collect()
}

fn by_urgency(cases: &[Case]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by_key(|&row| std::cmp::Reverse(cases[row].answer.urgency));
    order
}

#[test]
fn every_figure_of_a_perfect_model() {
    let cases = posts();
    let evaluation = Evaluation::new(&cases, &decision(), &by_urgency(&cases), &[]);
    let mut shown = String::new();
    let of_labels = evaluation.labels.iter().map(|measured| {
        assert_eq!(measured.rows, 96);
        (measured.label.name(), &measured.figures)
    });
    for (name, figures) in of_labels.chain([("queue", &evaluation.queue.figures)]) {
        for figure in figures {
            let key = figure.metric.key();
            let value = figure.value.unwrap();
            shown += &format!("{name:<12} {key:<31} {value:.3} {}\n", figure.metric);
            let interval = figure.interval.unwrap();
            assert!(interval.low <= interval.high, "{name} {key}");
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_is_not_judged_is_left_out_of_its_figures_alone() {
    let mut cases = posts();
    for case in &mut cases[..20] {
        case.answer.urgency = None;
    }
    for case in &mut cases {
        case.answer.churn = case.answer.churn.filter(|churn| !churn);
    }
    let evaluation = Evaluation::new(&cases, &decision(), &by_urgency(&cases), &[]);
    let rows: Vec<usize> = evaluation.labels.iter().map(|it| it.rows).collect();
    assert_eq!(rows, [96, 76, 96, 96, 96, 48]);
    assert_eq!(evaluation.queue.rows, 76);
    let value = |label, metric| {
        let figure = evaluation.figure(label, metric);
        figure.and_then(|figure| figure.value)
    };
    assert_eq!(value(Label::Churn, Metric::Auroc(Target::Yes)), None);
    assert_eq!(value(Label::Churn, Metric::F1(Target::Yes)), None);
    assert!(value(Label::Churn, Metric::CalibrationError).is_some());
    assert_eq!(value(Label::Urgency, Metric::QuadraticKappa), Some(1.0));
}

#[test]
fn nothing_at_all_has_no_figures() {
    let evaluation = Evaluation::new(&[], &decision(), &[], &[]);
    let of_labels = evaluation.labels.iter().flat_map(|it| &it.figures);
    for figure in of_labels.chain(&evaluation.queue.figures) {
        assert_eq!((figure.value, figure.interval), (None, None), "{figure:?}");
    }
    assert!(evaluation.gains.points.is_empty());
}

#[test]
fn the_queue_is_measured_in_the_order_given() {
    let cases = posts();
    let mut backwards = by_urgency(&cases);
    backwards.reverse();
    let evaluation = Evaluation::new(&cases, &decision(), &backwards, &[]);
    let value = |metric| {
        let figure = evaluation.queue.figure(metric);
        figure.and_then(|figure| figure.value)
    };
    // A quarter of the posts is of each urgency: the first fifth holds calm ones alone.
    assert_eq!(value(Metric::Ndcg(Depth::Posts(10))), Some(0.0));
    let within_fifth = Metric::RecallWithin(Target::AtLeast(3), Depth::Percent(20));
    assert_eq!(value(within_fifth), Some(0.0));
}

#[test]
fn a_mistake_shows_where_it_was_made() {
    let mut cases = posts();
    // One post of urgency 3 that the model takes for calm, of 24.
    let wrong = cases
        .iter()
        .position(|c| c.answer.urgency == Some(3))
        .unwrap();
    cases[wrong].logits[1] = OF_LEVEL[0];
    let evaluation = Evaluation::new(&cases, &decision(), &by_urgency(&cases), &[]);
    let figure = |label, metric| *evaluation.figure(label, metric).unwrap();
    let recall = figure(Label::Urgency, Metric::Recall(Target::AtLeast(3)));
    assert_eq!(recall.value, Some(23.0 / 24.0));
    let interval = recall.interval.unwrap();
    assert!(interval.low > 0.8 && interval.low < 23.0 / 24.0 && interval.high == 1.0);
    let urgency = &evaluation.labels[1];
    assert_eq!(urgency.confusion.count(3, 0), 1.0);
    let anger = figure(Label::Anger, Metric::QuadraticKappa);
    assert_eq!(anger.value, Some(1.0));
}

#[test]
fn curves_of_a_perfect_model() {
    let cases = posts();
    let evaluation = Evaluation::new(&cases, &decision(), &by_urgency(&cases), &[]);
    assert_eq!(evaluation.reliability.len(), 6);
    assert_eq!(evaluation.precision_recall.len(), 5);
    for curve in &evaluation.precision_recall {
        assert_eq!(curve.decision, Some((1.0, 1.0)));
        assert_eq!(curve.prevalence, 0.5);
        assert!(curve.points.is_sorted_by(|a, b| a.0 <= b.0));
    }
    // Every post of urgency 3 is among the first quarter.
    assert_eq!(evaluation.gains.prevalence, 0.25);
    assert_eq!(evaluation.gains.points[23], (0.25, 1.0));
}

#[test]
fn slices_are_measured_where_they_are_large_enough() {
    let cases = posts();
    let traits: Vec<Traits<'_>> = (0..cases.len())
        .map(|row| Traits {
            company: Some(if row < 70 { "Acme" } else { "Small & Co" }),
            ..Traits::default()
        })
        .collect();
    let slicing = Slicing::new(SliceBy::Company, &traits);
    let evaluation = Evaluation::new(&cases, &decision(), &by_urgency(&cases), &[slicing]);
    let [slice] = &evaluation.slices[..] else {
        panic!("{:?}", evaluation.slices)
    };
    assert_eq!((slice.group.as_str(), slice.rows), ("Acme", 70));
    let values: Vec<Option<f64>> = slice.figures.iter().map(|(_, f)| f.value).collect();
    assert_eq!(values, [Some(1.0), Some(1.0), Some(1.0), Some(32.0 / 70.0)]);
    assert_eq!(
        evaluation.small_slices[0].to_string(),
        "By company: 1 group of fewer than 30 posts not shown (26 in all)"
    );
}
