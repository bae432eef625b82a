//! Fits the step from raw outputs to probabilities.
//!
//! All fits minimise the weighted log loss plus a penalty for leaving the calibration in force, as
//! if that had been seen on a few rows of its own: with few labels little moves, with many the
//! labels decide.

use uproar_classifier::decision::{Calibration, SentimentCalibration};

use crate::folds;
use crate::newton::{Point, minimise};

/// Rows that each side needs, by weight, for two parameters (Platt).
const PLATT_ROWS: f64 = 20.0;

/// Rows that each side needs, by weight, for three parameters (beta).
const BETA_ROWS: f64 = 200.0;

/// How firmly a slope is held at its present value: one over the variance of a change that is
/// expected beforehand, here a standard deviation of 0.5.
const SLOPE_PRECISION: f64 = 4.0;

/// How firmly a shift of the log odds is held: a standard deviation of 1, for companies differ more
/// in how often people are angry than in how the angry write.
const SHIFT_PRECISION: f64 = 1.0;

/// The smallest inverse temperature.
const COLDEST: f64 = 0.05;

/// One row of a signal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    /// The raw output.
    pub(crate) logit: f32,
    /// The outcome, 0 to 1; a level counts as level / 3.
    pub(crate) target: f64,
    pub(crate) weight: f64,
}

/// The log loss of one row, −t · ln q − (1 − t) · ln(1 − q).
pub(crate) fn loss(calibration: &Calibration, example: &Example) -> f64 {
    let log_odds = log_odds(
        [
            f64::from(calibration.a),
            f64::from(calibration.b),
            f64::from(calibration.c),
        ],
        example.logit,
    );
    softplus(log_odds) - example.target * log_odds
}

/// Fits Platt's scaling where each side has 20 rows, and beta calibration where each has 200 and
/// cross-validation finds its log loss lower. Otherwise, and where nothing is gained on the rows
/// themselves, gives back the calibration in force.
pub(crate) fn fit(examples: &[Example], current: Calibration) -> Calibration {
    let yes: f64 = examples.iter().map(|row| row.weight * row.target).sum();
    let all: f64 = examples.iter().map(|row| row.weight).sum();
    let rarer = yes.min(all - yes);
    if rarer < PLATT_ROWS {
        return current;
    }
    let is_beta = rarer >= BETA_ROWS
        && held_out_loss(examples, current, beta) < held_out_loss(examples, current, platt);
    let fitted = if is_beta { beta } else { platt }(examples, current);
    let total = |calibration: &Calibration| -> f64 {
        let losses = examples
            .iter()
            .map(|row| row.weight * loss(calibration, row));
        losses.sum()
    };
    if total(&fitted) < total(&current) {
        fitted
    } else {
        current
    }
}

/// The summed log loss of rows by a fit that has not seen them.
fn held_out_loss(
    examples: &[Example],
    current: Calibration,
    fit: fn(&[Example], Calibration) -> Calibration,
) -> f64 {
    const FOLDS: usize = 5;
    let classes: Vec<u8> = examples
        .iter()
        .map(|row| (row.target * 3.0) as u8)
        .collect();
    let folds = folds::stratified(&classes, FOLDS);
    let mut sum = 0.0;
    for held_out in 0..FOLDS {
        let (test, train): (Vec<_>, Vec<_>) = examples
            .iter()
            .zip(&folds)
            .partition(|(_, fold)| **fold == held_out);
        let train: Vec<Example> = train.into_iter().map(|(row, _)| *row).collect();
        let fitted = fit(&train, current);
        sum += test
            .into_iter()
            .map(|(row, _)| row.weight * loss(&fitted, row))
            .sum::<f64>();
    }
    sum
}

/// One slope and a shift.
fn platt(examples: &[Example], current: Calibration) -> Calibration {
    let slope = (f64::from(current.a) + f64::from(current.b)) / 2.0;
    let start = [slope, f64::from(current.c)];
    let [slope, shift] = logistic(
        examples,
        start,
        [SLOPE_PRECISION, SHIFT_PRECISION],
        [0.0, f64::NEG_INFINITY],
        |logit| [logit, 1.0],
    );
    rounded(slope, slope, shift)
}

/// Two slopes and a shift.
fn beta(examples: &[Example], current: Calibration) -> Calibration {
    let start = [current.a, current.b, current.c].map(f64::from);
    let [a, b, c] = logistic(
        examples,
        start,
        [SLOPE_PRECISION, SLOPE_PRECISION, SHIFT_PRECISION],
        [0.0, 0.0, f64::NEG_INFINITY],
        |logit| [-softplus(-logit), softplus(logit), 1.0],
    );
    rounded(a, b, c)
}

/// Logistic regression on features of the output, held at `start`.
fn logistic<const N: usize>(
    examples: &[Example],
    start: [f64; N],
    precision: [f64; N],
    floor: [f64; N],
    features: impl Fn(f64) -> [f64; N],
) -> [f64; N] {
    let rows: Vec<([f64; N], &Example)> = examples
        .iter()
        .map(|row| (features(f64::from(row.logit)), row))
        .collect();
    minimise(start, floor, |place| {
        let mut point = penalty(place, &start, &precision);
        for (features, row) in &rows {
            let log_odds: f64 = features.iter().zip(place).map(|(f, x)| f * x).sum();
            let probability = 1.0 / (1.0 + (-log_odds).exp());
            let (residual, curvature) = (
                row.weight * (probability - row.target),
                row.weight * probability * (1.0 - probability),
            );
            point.value += row.weight * (softplus(log_odds) - row.target * log_odds);
            for i in 0..N {
                point.gradient[i] += residual * features[i];
                for j in 0..N {
                    point.hessian[i][j] += curvature * features[i] * features[j];
                }
            }
        }
        point
    })
}

/// Half the squared distance from `start`, each direction by its precision.
fn penalty<const N: usize>(place: &[f64; N], start: &[f64; N], precision: &[f64; N]) -> Point<N> {
    let mut point = Point {
        value: 0.0,
        gradient: [0.0; N],
        hessian: [[0.0; N]; N],
    };
    for i in 0..N {
        let moved = place[i] - start[i];
        point.value += precision[i] * moved * moved / 2.0;
        point.gradient[i] = precision[i] * moved;
        point.hessian[i][i] = precision[i];
    }
    point
}

/// One row of the three sentiments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SentimentExample {
    /// The raw outputs for negative, neutral and positive.
    pub(crate) logits: [f32; 3],
    /// Which of them is right.
    pub(crate) class: usize,
    pub(crate) weight: f64,
}

/// The log loss of one row, −ln q of the right class.
pub(crate) fn sentiment_loss(
    calibration: &SentimentCalibration,
    example: &SentimentExample,
) -> f64 {
    -log_softmax(&exponents(&parameters(calibration), example))[example.class]
}

/// Fits how sure the model is, and leaves which sentiment is the likeliest: one factor for the inverse
/// temperature and all biases. Gives back the calibration in force where a class has fewer than 20
/// rows, and where nothing is gained on the rows themselves.
pub(crate) fn fit_temperature(
    examples: &[SentimentExample],
    current: SentimentCalibration,
) -> SentimentCalibration {
    let start = parameters(&current);
    let [factor] = minimise([1.0], [COLDEST], |[factor]| {
        let mut point = penalty(&[*factor], &[1.0], &[SLOPE_PRECISION]);
        for row in examples {
            let out = exponents(&start, row);
            let logs = log_softmax(&out.map(|value| factor * value));
            let moment = |power: i32| -> f64 {
                (0..3)
                    .map(|class| logs[class].exp() * out[class].powi(power))
                    .sum()
            };
            point.value -= row.weight * logs[row.class];
            point.gradient[0] += row.weight * (moment(1) - out[row.class]);
            point.hessian[0][0] += row.weight * (moment(2) - moment(1).powi(2));
        }
        point
    });
    better_of(examples, start.map(|parameter| factor * parameter), current)
}

/// Fits temperature and biases, and with them which sentiment is the likeliest. Gives back the
/// calibration in force where [`fit_temperature`] does.
pub(crate) fn fit_sentiment(
    examples: &[SentimentExample],
    current: SentimentCalibration,
) -> SentimentCalibration {
    let start = parameters(&current);
    let none = f64::NEG_INFINITY;
    let precision = [
        SLOPE_PRECISION,
        SHIFT_PRECISION,
        SHIFT_PRECISION,
        SHIFT_PRECISION,
    ];
    let fitted = minimise(start, [COLDEST, none, none, none], |place| {
        let mut point = penalty(place, &start, &precision);
        for row in examples {
            let logs = log_softmax(&exponents(place, row));
            let probabilities = logs.map(f64::exp);
            // The derivatives of class k's exponent: its output for the inverse temperature, 1 for
            // its own bias.
            let features: [[f64; 4]; 3] = std::array::from_fn(|class| {
                let mut features = [0.0; 4];
                features[0] = f64::from(row.logits[class]);
                features[class + 1] = 1.0;
                features
            });
            let mean: [f64; 4] = std::array::from_fn(|i| {
                (0..3)
                    .map(|class| probabilities[class] * features[class][i])
                    .sum()
            });
            point.value -= row.weight * logs[row.class];
            for i in 0..4 {
                point.gradient[i] += row.weight * (mean[i] - features[row.class][i]);
                for j in 0..4 {
                    let products: f64 = (0..3)
                        .map(|class| probabilities[class] * features[class][i] * features[class][j])
                        .sum();
                    point.hessian[i][j] += row.weight * (products - mean[i] * mean[j]);
                }
            }
        }
        point
    });
    better_of(examples, fitted, current)
}

/// The fitted parameters as a calibration, where the rows are enough and gain from it.
fn better_of(
    examples: &[SentimentExample],
    [coldness, bias @ ..]: [f64; 4],
    current: SentimentCalibration,
) -> SentimentCalibration {
    let mut classes = [0.0; 3];
    for row in examples {
        classes[row.class] += row.weight;
    }
    let fitted = SentimentCalibration {
        temperature: decimals(1.0 / coldness),
        bias: bias.map(decimals),
    };
    let total = |calibration: &SentimentCalibration| -> f64 {
        let losses = examples
            .iter()
            .map(|row| row.weight * sentiment_loss(calibration, row));
        losses.sum()
    };
    let is_enough = classes.iter().all(|rows| *rows >= PLATT_ROWS);
    if is_enough && total(&fitted) < total(&current) {
        fitted
    } else {
        current
    }
}

/// Inverse temperature and biases.
fn parameters(calibration: &SentimentCalibration) -> [f64; 4] {
    let [negative, neutral, positive] = calibration.bias.map(f64::from);
    [
        1.0 / f64::from(calibration.temperature),
        negative,
        neutral,
        positive,
    ]
}

fn exponents([coldness, bias @ ..]: &[f64; 4], example: &SentimentExample) -> [f64; 3] {
    std::array::from_fn(|class| coldness * f64::from(example.logits[class]) + bias[class])
}

fn log_softmax(out: &[f64; 3]) -> [f64; 3] {
    let highest = out.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = out.iter().map(|value| (value - highest).exp()).sum();
    out.map(|value| value - highest - total.ln())
}

/// The log odds of the calibrated probability, in double precision.
pub(crate) fn log_odds([a, b, c]: [f64; 3], logit: f32) -> f64 {
    let logit = f64::from(logit);
    b * softplus(logit) - a * softplus(-logit) + c
}

/// ln(1 + eˣ), without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn rounded(a: f64, b: f64, c: f64) -> Calibration {
    Calibration {
        a: decimals(a),
        b: decimals(b),
        c: decimals(c),
    }
}

/// Four decimals: more would be noise.
fn decimals(value: f64) -> f32 {
    ((value * 1e4).round() / 1e4) as f32
}

#[cfg(test)]
mod tests;
