//! Dense layers, in either precision.

use rten_gemm::{BiasVector, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::NdTensorView;

use super::int8::{Int8Dense, Int8Scratch};
use crate::engine::Precision;
use crate::error::Error;
use crate::tensors::Tensors;

/// A dense layer, packed for its matrix kernel.
pub(super) enum Dense {
    F32 {
        /// `inputs × outputs`.
        weights: PackedBMatrix<f32>,
        bias: Vec<f32>,
    },
    Int8(Int8Dense),
}

impl Dense {
    /// Loads one layer, or several of the same input as one, their outputs side by side.
    pub(super) fn load<N: AsRef<str>>(
        tensors: &Tensors,
        names: &[N],
        inputs: usize,
        outputs: usize,
        precision: Precision,
    ) -> Result<Self, Error> {
        let (mut matrix, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            let name = name.as_ref();
            matrix.extend(tensors.read(&format!("{name}.weight"), &[outputs, inputs])?);
            bias.extend(tensors.read(&format!("{name}.bias"), &[outputs])?);
        }
        Ok(Self::new(&matrix, inputs, bias, precision))
    }

    /// Packs `outputs × inputs` weights, row-major, with one bias an output.
    pub(super) fn new(
        weights: &[f32],
        inputs: usize,
        bias: Vec<f32>,
        precision: Precision,
    ) -> Self {
        match precision {
            Precision::F32 => {
                let weights = NdTensorView::from_data([bias.len(), inputs], weights);
                // The file holds outputs × inputs; the product needs inputs × outputs.
                let weights = GemmExecutor::new().prepack_b(weights.transposed());
                Self::F32 { weights, bias }
            }
            Precision::Int8 => Self::Int8(Int8Dense::new(weights, inputs, bias)),
        }
    }

    /// `output = input · weights + bias`, row by row; with `add`, as for a residual connection,
    /// `output += input · weights + bias`.
    pub(super) fn apply(
        &self,
        kernel: &GemmExecutor<f32>,
        scratch: &mut Int8Scratch,
        input: &[f32],
        output: &mut [f32],
        add: bool,
    ) -> Result<(), String> {
        match self {
            Self::F32 { weights, bias } => {
                let inputs = weights.rows();
                let input = NdTensorView::from_data([input.len() / inputs, inputs], input);
                let options = GemmOptions {
                    beta: if add { 1.0 } else { 0.0 },
                    bias: Some(BiasVector::Row(bias)),
                    ..GemmOptions::default()
                };
                let (a, b) = (GemmInputA::Unpacked(input), GemmInputB::Packed(weights));
                kernel
                    .gemm(output, a, b, options)
                    .map_err(|error| format!("a matrix product failed: {error}"))
            }
            Self::Int8(layer) => layer.apply(scratch, input, output, add),
        }
    }
}
