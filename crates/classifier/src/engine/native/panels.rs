//! Quantised weights in the order in which a kernel with its tiles in registers reads them.

use super::int8::Matrix;
use super::quantise::{GROUP, QuantisedRows};

/// Weights in panels of `OUTPUTS` outputs, for a kernel that takes `STEP` inputs at a time.
pub(super) struct Panels<const OUTPUTS: usize, const STEP: usize> {
    panels: Vec<Panel<OUTPUTS>>,
    /// The inputs, rounded up to a multiple of 4.
    stride: usize,
    outputs: usize,
}

/// A panel of weights. The last one is filled up with zeros.
pub(super) struct Panel<const OUTPUTS: usize> {
    /// For each `STEP` inputs, those of one output after another.
    pub(super) weights: Vec<i8>,
    /// One a group of inputs.
    pub(super) columns: Vec<Columns<OUTPUTS>>,
    pub(super) bias: [f32; OUTPUTS],
    /// The first output.
    pub(super) first: usize,
    /// How many outputs, at most `OUTPUTS`.
    pub(super) used: usize,
}

/// What turns the products of a group of inputs into outputs.
pub(super) struct Columns<const OUTPUTS: usize> {
    pub(super) scales: [f32; OUTPUTS],
    pub(super) sums: [f32; OUTPUTS],
}

impl<const OUTPUTS: usize, const STEP: usize> Panels<OUTPUTS, STEP> {
    pub(super) fn new(matrix: &Matrix) -> Self {
        let outputs = matrix.bias.len();
        let panel = |first| Panel::new::<STEP>(matrix, first);
        Self {
            panels: (0..outputs).step_by(OUTPUTS).map(panel).collect(),
            stride: matrix.stride,
            outputs,
        }
    }

    pub(super) fn panels(&self) -> &[Panel<OUTPUTS>] {
        &self.panels
    }

    /// Outputs of a row.
    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Makes sure that rows and their output have the sizes that belong to these weights.
    ///
    /// # Panics
    ///
    /// If they have not.
    pub(super) fn check(&self, rows: &QuantisedRows, output: &[f32]) {
        let (stride, outputs) = (self.stride, self.outputs);
        let groups = stride.div_ceil(GROUP);
        assert_eq!(rows.stride(), stride);
        assert_eq!(rows.bytes().len(), rows.count() * stride);
        assert_eq!(rows.scales().len(), rows.count() * groups);
        assert_eq!(rows.minima().len(), rows.count() * groups);
        assert_eq!(output.len(), rows.count() * outputs);
        for panel in &self.panels {
            assert_eq!(panel.weights.len(), OUTPUTS * stride);
            assert_eq!(panel.columns.len(), groups);
            assert!(panel.used <= OUTPUTS && panel.first + panel.used <= outputs);
        }
    }
}

impl<const OUTPUTS: usize> Panel<OUTPUTS> {
    fn new<const STEP: usize>(matrix: &Matrix, first: usize) -> Self {
        let (stride, outputs) = (matrix.stride, matrix.bias.len());
        let used = OUTPUTS.min(outputs - first);
        let column = |values: &[f32]| {
            let mut column = [0.0; OUTPUTS];
            column[..used].copy_from_slice(&values[first..first + used]);
            column
        };
        let mut weights = vec![0; OUTPUTS * stride];
        let rows = matrix.values[first * stride..].chunks_exact(stride);
        for (output, row) in rows.take(used).enumerate() {
            for (i, inputs) in row.chunks_exact(STEP).enumerate() {
                let start = (i * OUTPUTS + output) * STEP;
                weights[start..start + STEP].copy_from_slice(inputs);
            }
        }
        let scales = matrix.scales.chunks_exact(outputs);
        let columns = scales.zip(matrix.sums.chunks_exact(outputs));
        Self {
            weights,
            columns: columns
                .map(|(scales, sums)| Columns {
                    scales: column(scales),
                    sums: column(sums),
                })
                .collect(),
            bias: column(&matrix.bias),
            first,
            used,
        }
    }
}
