//! Raw outputs to calibrated probabilities.

use serde::{Deserialize, Serialize};

/// How the output of a sigmoid becomes a probability: beta calibration (Kull, Silva Filho and
/// Flach, AISTATS 2017).
///
/// With p the sigmoid of the output, the calibrated probability q is
///
/// ```text
/// ln(q / (1 − q)) = a · ln p − b · ln(1 − p) + c
/// ```
///
/// With a = b it is Platt's scaling of the output, with a = b = 1 and c = 0 it changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Slope where p is near 0. Not negative.
    pub a: f32,
    /// Slope where p is near 1. Not negative.
    pub b: f32,
    /// Shift of the log odds.
    pub c: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self {
            a: 1.0,
            b: 1.0,
            c: 0.0,
        }
    }
}

impl Calibration {
    /// The calibrated probability, 0 to 1, of a raw output. Never falls when the output grows.
    pub fn probability(&self, logit: f32) -> f32 {
        1.0 / (1.0 + (-self.log_odds(logit)).exp())
    }

    /// The natural logarithm of the odds of the calibrated probability. Unlike the probability it
    /// tells near-certain outputs apart.
    pub fn log_odds(&self, logit: f32) -> f32 {
        self.b * softplus(logit) - self.a * softplus(-logit) + self.c
    }

    pub(super) fn is_valid(&self) -> bool {
        let slopes = [self.a, self.b];
        slopes
            .iter()
            .all(|slope| slope.is_finite() && *slope >= 0.0)
            && self.c.is_finite()
    }
}

/// ln(1 + eˣ), without overflow.
fn softplus(x: f32) -> f32 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// How the three sentiment outputs become probabilities: a softmax of `output / temperature +
/// bias` (bias-corrected temperature scaling; Alexandari, Kundaje and Shrikumar, ICML 2020).
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SentimentCalibration {
    /// Divides the outputs; above 1 it makes the model less sure. Positive.
    pub temperature: f32,
    /// Added for negative, neutral and positive.
    pub bias: [f32; 3],
}

impl Default for SentimentCalibration {
    fn default() -> Self {
        Self {
            temperature: 1.0,
            bias: [0.0; 3],
        }
    }
}

impl SentimentCalibration {
    /// The probabilities of negative, neutral and positive, which add up to 1.
    pub fn probabilities(&self, logits: [f32; 3]) -> [f32; 3] {
        let mut out = self.calibrated(logits);
        let highest = out.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        out = out.map(|value| (value - highest).exp());
        let total: f32 = out.iter().sum();
        out.map(|value| value / total)
    }

    /// The natural logarithms of the odds of the probabilities: each output against the other two.
    pub fn log_odds(&self, logits: [f32; 3]) -> [f32; 3] {
        let [negative, neutral, positive] = self.calibrated(logits);
        let either = |a: f32, b: f32| a.max(b) + (-(a - b).abs()).exp().ln_1p();
        [
            negative - either(neutral, positive),
            neutral - either(negative, positive),
            positive - either(negative, neutral),
        ]
    }

    fn calibrated(&self, logits: [f32; 3]) -> [f32; 3] {
        [0, 1, 2].map(|i: usize| logits[i] / self.temperature + self.bias[i])
    }

    pub(super) fn is_valid(&self) -> bool {
        self.temperature.is_finite()
            && self.temperature > 0.0
            && self.bias.iter().all(|bias| bias.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_calibration_is_the_plain_sigmoid() {
        for logit in [-90.0, -3.0, -0.1, 0.0, 1.5, 88.0_f32] {
            let plain = 1.0 / (1.0 + (-logit).exp());
            let found = Calibration::default().probability(logit);
            assert!((found - plain).abs() < 1e-6, "{logit}: {found}");
        }
    }

    #[test]
    fn calibration_follows_its_formula() {
        let calibration = Calibration {
            a: 0.5,
            b: 2.0,
            c: -0.25,
        };
        let Calibration { a, b, c } = calibration;
        for logit in [-4.0_f32, -0.5, 0.0, 2.0] {
            let p = 1.0 / (1.0 + (-logit).exp());
            let odds = (a * p.ln() - b * (1.0 - p).ln() + c).exp();
            let found = calibration.probability(logit);
            assert!((found - odds / (1.0 + odds)).abs() < 1e-6, "{logit}");
        }
    }

    #[test]
    fn sentiment_is_tempered_and_shifted() {
        let calibration = SentimentCalibration {
            temperature: 2.0,
            bias: [0.0, 1.0, 0.0],
        };
        let found = calibration.probabilities([2.0, 0.0, 0.0]);
        let e = std::f32::consts::E;
        let expected = [e, e, 1.0].map(|value| value / (2.0 * e + 1.0));
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }
}
