use proptest::prelude::*;

use super::*;

/// Rows at outputs from −6 to 6, each at both outcomes, weighted by the true probability.
fn examples(truth: &Calibration, rows: f64) -> Vec<Example> {
    let logits = (-60..=60).map(|step| step as f32 / 10.0);
    logits
        .flat_map(|logit| {
            let probability = f64::from(truth.probability(logit));
            let row = |target, share: f64| Example {
                logit,
                target,
                weight: share * rows / 121.0,
            };
            [row(1.0, probability), row(0.0, 1.0 - probability)]
        })
        .collect()
}

fn calibration(a: f32, b: f32, c: f32) -> Calibration {
    Calibration { a, b, c }
}

#[track_caller]
fn assert_near(found: &Calibration, expected: &Calibration, tolerance: f32) {
    for (found, expected) in [
        (found.a, expected.a),
        (found.b, expected.b),
        (found.c, expected.c),
    ] {
        assert!(
            (found - expected).abs() < tolerance,
            "{found} is not {expected}"
        );
    }
}

#[test]
fn many_rows_show_the_true_calibration() {
    for truth in [
        calibration(1.0, 1.0, 0.0),
        calibration(0.6, 0.6, -1.2),
        calibration(0.4, 1.5, 0.8),
        calibration(2.0, 0.7, -0.5),
    ] {
        let found = fit(&examples(&truth, 200_000.0), Calibration::default());
        assert_near(&found, &truth, 0.02);
    }
}

#[test]
fn few_rows_move_little_and_fewer_nothing() {
    let truth = calibration(0.3, 0.3, 1.0);
    let shift = |rows| fit(&examples(&truth, rows), Calibration::default()).c;
    assert_eq!(
        fit(&examples(&truth, 40.0), Calibration::default()),
        Calibration::default()
    );
    let (some, more, most) = (shift(120.0), shift(1_200.0), shift(120_000.0));
    assert!(
        0.0 < some && some < more && more < most && most < 1.01,
        "{some} {more} {most}"
    );
}

#[test]
fn below_200_rows_a_side_both_slopes_are_one() {
    let truth = calibration(0.4, 1.5, 0.0);
    let found = fit(&examples(&truth, 300.0), Calibration::default());
    assert_eq!(found.a, found.b);
    assert_ne!(found, Calibration::default());
}

#[test]
fn slopes_never_turn_around() {
    // The higher the output, the rarer the outcome.
    let upside_down: Vec<Example> = examples(&calibration(1.0, 1.0, 0.0), 5_000.0)
        .into_iter()
        .map(|row| Example {
            logit: -row.logit,
            ..row
        })
        .collect();
    let found = fit(&upside_down, Calibration::default());
    assert_eq!((found.a, found.b), (0.0, 0.0));
}

#[test]
fn graded_targets_are_met_on_average() {
    let rows: Vec<Example> = (0..400_u16)
        .map(|row| Example {
            logit: 0.5,
            target: f64::from(row % 4) / 3.0,
            weight: 1.0,
        })
        .collect();
    let found = fit(&rows, Calibration::default());
    assert!((found.probability(0.5) - 0.5).abs() < 0.02, "{found:?}");
}

fn sentiments(truth: &SentimentCalibration, rows: f64) -> Vec<SentimentExample> {
    let values = [-3.0_f32, -1.0, 0.0, 0.5, 2.0, 4.0];
    let mut out = Vec::new();
    for negative in values {
        for positive in values {
            let logits = [negative, 0.3, positive];
            for (class, share) in truth.probabilities(logits).into_iter().enumerate() {
                out.push(SentimentExample {
                    logits,
                    class,
                    weight: f64::from(share) * rows / 36.0,
                });
            }
        }
    }
    out
}

#[test]
fn many_rows_show_the_true_temperature_and_biases() {
    let truth = SentimentCalibration {
        temperature: 2.5,
        bias: [0.8, -0.2, -0.6],
    };
    let found = fit_sentiment(
        &sentiments(&truth, 200_000.0),
        SentimentCalibration::default(),
    );
    assert!((found.temperature - 2.5).abs() < 0.02, "{found:?}");
    for (found, expected) in found.bias.iter().zip(truth.bias) {
        assert!((found - expected).abs() < 0.02, "{found} is not {expected}");
    }
    let few = fit_sentiment(&sentiments(&truth, 50.0), SentimentCalibration::default());
    assert_eq!(few, SentimentCalibration::default());
}

#[test]
fn the_temperature_alone_decides_nothing() {
    let truth = SentimentCalibration {
        temperature: 2.5,
        bias: [0.0; 3],
    };
    let rows = sentiments(&truth, 20_000.0);
    let found = fit_temperature(&rows, SentimentCalibration::default());
    assert!((found.temperature - 2.5).abs() < 0.03, "{found:?}");
    let current = SentimentCalibration {
        temperature: 1.0,
        bias: [0.4, -0.3, 0.2],
    };
    let found = fit_temperature(&rows, current);
    assert!(found.temperature > 1.5, "{found:?}");
    let likeliest = |it: &SentimentCalibration, row: &SentimentExample| {
        let found = it.probabilities(row.logits);
        (0..3).max_by(|a: &usize, b: &usize| found[*a].total_cmp(&found[*b]))
    };
    for row in &rows {
        assert_eq!(likeliest(&current, row), likeliest(&found, row), "{row:?}");
    }
}

proptest! {
    #[test]
    fn never_worse_on_its_own_rows(
        rows in prop::collection::vec((-9.0..9.0_f32, 0..4_u8, 0.1..9.0_f64), 1..120),
        a in 0.0..3.0_f32, b in 0.0..3.0_f32, c in -3.0..3.0_f32,
    ) {
        let rows: Vec<Example> = rows
            .into_iter()
            .map(|(logit, level, weight)| Example {
                logit,
                target: f64::from(level) / 3.0,
                weight,
            })
            .collect();
        let current = calibration(a, b, c);
        let found = fit(&rows, current);
        prop_assert!(found.a >= 0.0 && found.b >= 0.0 && found.c.is_finite());
        let total = |it: &Calibration| rows.iter().map(|row| row.weight * loss(it, row)).sum::<f64>();
        prop_assert!(total(&found) <= total(&current));
    }

    #[test]
    fn sentiment_is_never_worse_on_its_own_rows(
        rows in prop::collection::vec(
            (prop::array::uniform3(-9.0..9.0_f32), 0..3_usize, 0.1..9.0_f64), 1..120,
        ),
        temperature in 0.3..3.0_f32, bias in prop::array::uniform3(-2.0..2.0_f32),
    ) {
        let rows: Vec<SentimentExample> = rows
            .into_iter()
            .map(|(logits, class, weight)| SentimentExample { logits, class, weight })
            .collect();
        let current = SentimentCalibration { temperature, bias };
        let total = |it: &SentimentCalibration| {
            rows.iter().map(|row| row.weight * sentiment_loss(it, row)).sum::<f64>()
        };
        for found in [fit_sentiment(&rows, current), fit_temperature(&rows, current)] {
            prop_assert!(found.temperature.is_finite() && found.temperature > 0.0);
            prop_assert!(total(&found) <= total(&current));
        }
    }
}
