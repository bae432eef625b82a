//! Dense layers on eight-bit products.
//!
//! With `x ≈ m + s·q` for a token's inputs and `w ≈ v·u` for an output's weights (`q` and `u` whole
//! numbers), `Σ x·w ≈ s·v·Σ q·u + m·v·Σ u`. The first sum is exact in 32 bits; the second depends on
//! the weights alone.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::ops::{BitOps, NumOps, ToFloat};
use rten_simd::{Isa, Simd, SimdOp};
use rten_tensor::NdTensorView;

use super::quantise::{QuantisedRows, quantise_weights, stride};
#[cfg(target_arch = "x86_64")]
use super::vnni::{self, Vnni};

/// A dense layer whose weights are quantised output by output.
pub(super) struct Int8Dense {
    inputs: usize,
    weights: Packed,
    columns: Columns,
}

/// What turns a sum of products into an output: one of each for each output.
pub(super) struct Columns {
    /// What one step of the weights is worth.
    pub(super) scales: Vec<f32>,
    /// The sum of the quantised weights, times their scale.
    pub(super) sums: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// Weights in the order in which a kernel reads them.
enum Packed {
    #[cfg(target_arch = "x86_64")]
    Vnni(Vnni, vnni::PackedWeights),
    Portable(PackedBMatrix<i8>),
}

/// The eight-bit kernel of `rten-gemm` for this processor, and room for its sums.
pub(super) struct Portable {
    gemm: GemmExecutor<u8, i8, i32>,
}

impl Portable {
    pub(super) fn new() -> Self {
        Self {
            gemm: GemmExecutor::new(),
        }
    }
}

/// Working memory of a dense layer.
#[derive(Default)]
pub(super) struct Int8Scratch {
    input: QuantisedRows,
    sums: Vec<i32>,
}

/// Name of the kernel that runs here.
pub(super) fn kernel_name() -> String {
    #[cfg(target_arch = "x86_64")]
    if Vnni::detect().is_some() {
        return "avx512-vnni".to_owned();
    }
    Portable::new().gemm.kernel_name().to_owned()
}

impl Int8Dense {
    /// Quantises `outputs × inputs` weights, row-major, with one bias an output.
    pub(super) fn new(weights: &[f32], inputs: usize, bias: Vec<f32>) -> Self {
        let stride = stride(inputs);
        let outputs = bias.len();
        let mut quantised = vec![0; outputs * stride];
        let mut columns = Columns {
            scales: Vec::with_capacity(outputs),
            sums: Vec::with_capacity(outputs),
            bias,
        };
        for (weights, row) in weights
            .chunks_exact(inputs)
            .zip(quantised.chunks_exact_mut(stride))
        {
            let (values, scale) = quantise_weights(weights);
            let sum: i32 = values.iter().map(|value| i32::from(*value)).sum();
            row[..inputs].copy_from_slice(&values);
            columns.scales.push(scale);
            columns.sums.push(sum as f32 * scale);
        }
        Self {
            inputs,
            weights: Packed::new(&quantised, stride),
            columns,
        }
    }

    /// `output = input · weights + bias`, or with `add`, `output += input · weights + bias`.
    pub(super) fn apply(
        &self,
        portable: &Portable,
        scratch: &mut Int8Scratch,
        input: &[f32],
        output: &mut [f32],
        add: bool,
    ) -> Result<(), String> {
        let Int8Scratch { input: rows, sums } = scratch;
        rows.quantise(input, self.inputs);
        match &self.weights {
            #[cfg(target_arch = "x86_64")]
            Packed::Vnni(kernel, weights) => {
                kernel.product(rows, weights, &self.columns, output, add);
            }
            Packed::Portable(weights) => {
                sums.resize(output.len(), 0);
                let shape = [rows.scales().len(), rows.stride()];
                let bytes = NdTensorView::from_data(shape, rows.bytes());
                portable
                    .gemm
                    .gemm(
                        sums,
                        GemmInputA::Unpacked(bytes),
                        GemmInputB::Packed(weights),
                        GemmOptions::default(),
                    )
                    .map_err(|error| format!("a matrix product failed: {error}"))?;
                self.columns.dequantise(rows, sums, output, add);
            }
        }
        Ok(())
    }
}

impl Packed {
    /// Packs `outputs × stride` weights, row-major.
    fn new(weights: &[i8], stride: usize) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(kernel) = Vnni::detect() {
            return Self::Vnni(kernel, vnni::PackedWeights::new(weights, stride));
        }
        let shape = [weights.len() / stride, stride];
        let weights = NdTensorView::from_data(shape, weights);
        Self::Portable(Portable::new().gemm.prepack_b(weights.transposed()))
    }
}

impl Columns {
    /// Sums of products of bytes to outputs.
    fn dequantise(&self, rows: &QuantisedRows, sums: &[i32], output: &mut [f32], add: bool) {
        let width = self.bias.len();
        let ranges = rows.scales().iter().zip(rows.minima());
        let sums = sums.chunks_exact(width);
        for ((&scale, &minimum), (sums, output)) in
            ranges.zip(sums.zip(output.chunks_exact_mut(width)))
        {
            Dequantise {
                columns: self,
                scale,
                minimum,
                sums,
                output,
                add,
            }
            .dispatch();
        }
    }
}

/// One row's sums to outputs.
struct Dequantise<'a> {
    columns: &'a Columns,
    scale: f32,
    minimum: f32,
    sums: &'a [i32],
    output: &'a mut [f32],
    add: bool,
}

impl SimdOp for Dequantise<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let (ops, int) = (isa.f32(), isa.i32());
        let lanes = ops.len();
        let (scale, minimum) = (ops.splat(self.scale), ops.splat(self.minimum));
        let Columns { scales, sums, bias } = self.columns;
        let columns = scales
            .chunks(lanes)
            .zip(sums.chunks(lanes))
            .zip(bias.chunks(lanes));
        let rows = self.sums.chunks(lanes).zip(self.output.chunks_mut(lanes));
        for (((scales, sums), bias), (dot, output)) in columns.zip(rows) {
            let load = |values| ops.load_pad(values).0;
            let dot = int.to_float(int.load_pad(dot).0);
            let constant = ops.mul_add(minimum, load(sums), load(bias));
            let mut value = ops.mul_add(ops.mul(dot, load(scales)), scale, constant);
            if self.add {
                value = ops.add(load(output), value);
            }
            output.copy_from_slice(&value.to_array().as_ref()[..output.len()]);
        }
    }
}
