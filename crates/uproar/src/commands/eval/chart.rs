//! The charts of an evaluation, as SVG.

use plotters::prelude::*;
use uproar_report::chart::{self, ACCENT, Axis, Context, DrawResult, REFERENCE, SERIES};
use uproar_tuning::evaluation::{Gains, PrecisionRecall, Reliability};

use crate::error::Error;

/// Width and height of a chart of which several stand in a row.
const SMALL: (u32, u32) = (340, 320);

/// Width and height of a chart that takes half a page.
const WIDE: (u32, u32) = (540, 360);

/// Points of a curve at most; more cannot be seen.
const POINTS: usize = 400;

/// The largest radius of a point that stands for rows.
const RADIUS: f64 = 11.0;

/// How often what is said with a confidence is so. The area of a point is its share of the rows.
pub(super) fn reliability(diagram: &Reliability, caption: &str) -> Result<String, Error> {
    let largest = diagram
        .bins
        .iter()
        .map(|bin| bin.weight)
        .fold(0.0, f64::max);
    let points = || diagram.bins.iter().map(|bin| (bin.confidence, bin.outcome));
    chart(SMALL, caption, ["score, %", "observed, %"], |chart| {
        reference(chart, [(0.0, 0.0), (1.0, 1.0)])?;
        chart.draw_series(LineSeries::new(points(), SERIES.mix(0.5)))?;
        let dots = diagram.bins.iter().map(|bin| {
            let radius = RADIUS * (bin.weight / largest).sqrt();
            let at = (bin.confidence, bin.outcome);
            Circle::new(at, radius.max(3.0) as u32, SERIES.mix(0.8).filled())
        });
        chart.draw_series(dots)?;
        Ok(())
    })
}

/// Precision against recall, with the decision on it.
pub(super) fn precision_recall(curve: &PrecisionRecall, caption: &str) -> Result<String, Error> {
    chart(SMALL, caption, ["recall, %", "precision, %"], |chart| {
        reference(chart, [(0.0, curve.prevalence), (1.0, curve.prevalence)])?;
        let points = thinned(&curve.points);
        chart.draw_series(LineSeries::new(points, SERIES.stroke_width(2)))?;
        let decision = curve.decision.into_iter();
        chart.draw_series(decision.map(|at| Circle::new(at, 6, ACCENT.filled())))?;
        Ok(())
    })
}

/// The share found against the share of the queue read, between the best queue and chance.
pub(super) fn gains(gains: &Gains, caption: &str) -> Result<String, Error> {
    chart(WIDE, caption, ["queue read, %", "found, %"], |chart| {
        reference(chart, [(0.0, 0.0), (1.0, 1.0)])?;
        reference(chart, [(0.0, 0.0), (gains.prevalence, 1.0)])?;
        let points = std::iter::once((0.0, 0.0)).chain(thinned(&gains.points));
        chart.draw_series(LineSeries::new(points, SERIES.stroke_width(2)))?;
        Ok(())
    })
}

/// A chart of shares against shares.
fn chart(
    size: (u32, u32),
    caption: &str,
    [x, y]: [&str; 2],
    draw: impl FnOnce(&mut Context<'_, '_>) -> DrawResult,
) -> Result<String, Error> {
    let axis = |title| Axis {
        title,
        range: 0.0..1.0,
        labels: 6,
        format: &|share| format!("{:.0}", 100.0 * share),
    };
    Ok(chart::chart(size, caption, [&axis(x), &axis(y)], draw)?)
}

/// What a perfect or a random result would be.
fn reference(chart: &mut Context<'_, '_>, points: [(f64, f64); 2]) -> DrawResult {
    let line = DashedLineSeries::new(points, 4, 4, REFERENCE.stroke_width(1));
    chart.draw_series(line)?;
    Ok(())
}

/// Evenly spaced points of a long curve, and its last.
fn thinned(points: &[(f64, f64)]) -> impl Iterator<Item = (f64, f64)> {
    let step = points.len().div_ceil(POINTS).max(1);
    let last = points.len().saturating_sub(1);
    let kept = points.iter().enumerate();
    kept.filter(move |(index, _)| index % step == 0 || *index == last)
        .map(|(_, point)| *point)
}

#[cfg(test)]
mod tests {
    use uproar_tuning::evaluation::Target;
    use uproar_tuning::labels::Label;
    use uproar_tuning::metrics::Bin;

    use super::*;

    fn circles(svg: &str) -> usize {
        svg.matches("<circle").count()
    }

    #[test]
    fn a_point_for_each_bin() {
        let bin = |confidence, outcome, weight| Bin {
            confidence,
            outcome,
            weight,
        };
        let diagram = Reliability {
            label: Label::Anger,
            bins: vec![bin(0.05, 0.0, 90.0), bin(0.95, 1.0, 10.0)],
        };
        let svg = reliability(&diagram, "anger < 1").unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains("anger &lt; 1"), "the caption is escaped");
        assert_eq!(circles(&svg), 2);
        // The areas are as 9 to 1.
        assert!(svg.contains("r=\"11\"") && svg.contains("r=\"3\""), "{svg}");
    }

    #[test]
    fn nothing_to_draw_is_an_empty_chart() {
        let empty = Reliability {
            label: Label::Churn,
            bins: Vec::new(),
        };
        assert_eq!(circles(&reliability(&empty, "churn").unwrap()), 0);
        let curve = PrecisionRecall {
            label: Label::Churn,
            target: Target::Yes,
            points: Vec::new(),
            decision: None,
            prevalence: 0.0,
        };
        assert_eq!(circles(&precision_recall(&curve, "churn").unwrap()), 0);
    }

    #[test]
    fn long_curves_keep_their_ends() {
        let points: Vec<(f64, f64)> = (0..10_000).map(|i| (f64::from(i), 0.0)).collect();
        let kept: Vec<_> = thinned(&points).collect();
        assert!(kept.len() <= POINTS + 1);
        assert_eq!((kept[0], kept[kept.len() - 1]), (points[0], points[9_999]));
        assert_eq!(thinned(&points[..3]).count(), 3);
        assert_eq!(thinned(&[]).count(), 0);
    }
}
