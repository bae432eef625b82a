//! Dense layers on eight-bit products.
//!
//! With `x ≈ m + s·q` for a group of a token's inputs and `w ≈ v·u` for the same group of an output's
//! weights (`q` and `u` whole numbers), the group adds `s·v·Σ q·u + m·v·Σ u` to the output. The first
//! sum is exact in 32 bits; the second depends on the weights alone. Every kernel rounds in the same
//! order, so that all give the same outputs to the last bit.

#[cfg(target_arch = "x86_64")]
use super::avx2::{self, Avx2};
use super::portable::Portable;
use super::quantise::{QuantisedRows, QuantisedWeights, groups, stride};
#[cfg(target_arch = "x86_64")]
use super::vnni::{self, Vnni};

/// A dense layer whose weights are quantised output by output.
pub(super) struct Int8Dense {
    inputs: usize,
    weights: Packed,
}

/// Weights in the order in which a kernel reads them.
enum Packed {
    #[cfg(target_arch = "x86_64")]
    Vnni(Vnni, vnni::PackedWeights),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2, avx2::PackedWeights),
    Portable(Portable),
}

/// Quantised weights of a layer.
pub(super) struct Matrix {
    /// `outputs × stride`, row-major; zeros beyond the inputs.
    pub(super) values: Vec<i8>,
    /// The inputs, rounded up to a multiple of 4.
    pub(super) stride: usize,
    /// What one step of the weights is worth: `groups × outputs`.
    pub(super) scales: Vec<f32>,
    /// The sum of a group's weights, times their scale: `groups × outputs`.
    pub(super) sums: Vec<f32>,
    /// One an output.
    pub(super) bias: Vec<f32>,
}

/// Working memory of a dense layer.
#[derive(Default)]
pub(super) struct Int8Scratch {
    input: QuantisedRows,
    wide: Vec<i16>,
    dots: Vec<i32>,
    sums: Vec<f32>,
}

/// Name of the kernel that runs here.
pub(super) fn kernel_name() -> String {
    #[cfg(target_arch = "x86_64")]
    {
        if Vnni::detect().is_some() {
            return "avx512-vnni".to_owned();
        }
        if Avx2::detect().is_some() {
            return "avx2".to_owned();
        }
    }
    Portable::kernel_name()
}

impl Matrix {
    /// Quantises `outputs × inputs` weights, row-major, with one bias an output.
    fn quantise(weights: &[f32], inputs: usize, bias: Vec<f32>) -> Self {
        let (stride, outputs) = (stride(inputs), bias.len());
        let mut matrix = Self {
            values: vec![0; outputs * stride],
            stride,
            scales: vec![0.0; groups(inputs) * outputs],
            sums: vec![0.0; groups(inputs) * outputs],
            bias,
        };
        for (output, weights) in weights.chunks_exact(inputs).enumerate() {
            let row = QuantisedWeights::new(weights);
            let start = output * stride;
            matrix.values[start..start + inputs].copy_from_slice(&row.values);
            for (group, (scale, sum)) in row.scales.iter().zip(&row.sums).enumerate() {
                matrix.scales[group * outputs + output] = *scale;
                matrix.sums[group * outputs + output] = *sum;
            }
        }
        matrix
    }
}

impl Int8Dense {
    /// Quantises `outputs × inputs` weights, row-major, with one bias an output.
    pub(super) fn new(weights: &[f32], inputs: usize, bias: Vec<f32>) -> Self {
        Self {
            inputs,
            weights: Packed::new(&Matrix::quantise(weights, inputs, bias)),
        }
    }

    /// `output = input · weights + bias`, or with `add`, `output += input · weights + bias`.
    pub(super) fn apply(
        &self,
        scratch: &mut Int8Scratch,
        input: &[f32],
        output: &mut [f32],
        add: bool,
    ) -> Result<(), String> {
        scratch.input.quantise(input, self.inputs);
        self.product(scratch, output, add)
    }

    /// The same with the input that was quantised last.
    pub(super) fn product(
        &self,
        scratch: &mut Int8Scratch,
        output: &mut [f32],
        add: bool,
    ) -> Result<(), String> {
        let Int8Scratch {
            input: rows,
            wide,
            dots,
            sums,
        } = scratch;
        match &self.weights {
            #[cfg(target_arch = "x86_64")]
            Packed::Vnni(kernel, weights) => {
                kernel.product(rows, weights, output, add);
                Ok(())
            }
            #[cfg(target_arch = "x86_64")]
            Packed::Avx2(kernel, weights) => {
                kernel.product(rows, weights, wide, output, add);
                Ok(())
            }
            Packed::Portable(weights) => weights.product(rows, dots, sums, output, add),
        }
    }
}

impl Packed {
    fn new(matrix: &Matrix) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(kernel) = Vnni::detect() {
                return Self::Vnni(kernel, vnni::PackedWeights::new(matrix));
            }
            if let Some(kernel) = Avx2::detect() {
                return Self::Avx2(kernel, avx2::PackedWeights::new(matrix));
            }
        }
        Self::Portable(Portable::new(matrix))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::quantise::GROUP;
    use super::*;

    /// What every kernel has to give, one output after another.
    fn reference(matrix: &Matrix, rows: &QuantisedRows, output: &mut [f32], add: bool) {
        let (outputs, groups) = (matrix.bias.len(), matrix.scales.len() / matrix.bias.len());
        for (token, output) in output.chunks_exact_mut(outputs).enumerate() {
            let bytes = &rows.bytes()[token * matrix.stride..][..matrix.stride];
            for (i, output) in output.iter_mut().enumerate() {
                let weights = &matrix.values[i * matrix.stride..][..matrix.stride];
                let mut sum = matrix.bias[i];
                for group in 0..groups {
                    let range = group * GROUP..((group + 1) * GROUP).min(matrix.stride);
                    let dot: i32 = bytes[range.clone()]
                        .iter()
                        .zip(&weights[range])
                        .map(|(byte, weight)| i32::from(*byte) * i32::from(*weight))
                        .sum();
                    let column = group * outputs + i;
                    let row = token * groups + group;
                    sum = rows.minima()[row].mul_add(matrix.sums[column], sum);
                    sum = (dot as f32 * matrix.scales[column]).mul_add(rows.scales()[row], sum);
                }
                *output = if add { *output + sum } else { sum };
            }
        }
    }

    fn values(count: usize, seed: u64) -> Vec<f32> {
        let mut state = seed;
        let next = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1_u64 << 22) as f32 - 2.0
        };
        (0..count).map(next).collect()
    }

    proptest! {
        #[test]
        fn all_kernels_agree_to_the_last_bit(
            tokens in 1_usize..20,
            inputs in prop_oneof![1_usize..40, 120_usize..140, Just(384)],
            outputs in prop_oneof![1_usize..60, Just(96), Just(144)],
            add: bool,
            seed: u64,
        ) {
            let weights = values(outputs * inputs, seed);
            let matrix = Matrix::quantise(&weights, inputs, values(outputs, seed ^ 1));
            let mut rows = QuantisedRows::default();
            rows.quantise(&values(tokens * inputs, seed ^ 2), inputs);
            let before = values(tokens * outputs, seed ^ 3);

            let mut expected = before.clone();
            reference(&matrix, &rows, &mut expected, add);
            if !Portable::may_saturate() {
                let mut found = before.clone();
                Portable::new(&matrix)
                    .product(&rows, &mut Vec::new(), &mut Vec::new(), &mut found, add)
                    .unwrap();
                prop_assert_eq!(&found, &expected, "portable");
            }
            #[cfg(target_arch = "x86_64")]
            if let Some(kernel) = Vnni::detect() {
                let mut found = before.clone();
                kernel.product(&rows, &vnni::PackedWeights::new(&matrix), &mut found, add);
                prop_assert_eq!(&found, &expected, "VNNI");
            }
            #[cfg(target_arch = "x86_64")]
            if let Some(kernel) = Avx2::detect() {
                let (mut found, weights) = (before.clone(), avx2::PackedWeights::new(&matrix));
                kernel.product(&rows, &weights, &mut Vec::new(), &mut found, add);
                prop_assert_eq!(&found, &expected, "AVX2");
            }
        }

        /// Not far from the product of the numbers themselves.
        #[test]
        fn quantising_costs_little(seed: u64) {
            let (tokens, inputs, outputs) = (3, 256, 16);
            let (weights, bias) = (values(outputs * inputs, seed), values(outputs, seed ^ 1));
            let input = values(tokens * inputs, seed ^ 2);
            let mut found = vec![0.0; tokens * outputs];
            Int8Dense::new(&weights, inputs, bias.clone())
                .apply(&mut Int8Scratch::default(), &input, &mut found, false)
                .unwrap();
            for (token, found) in input.chunks_exact(inputs).zip(found.chunks_exact(outputs)) {
                for ((weights, bias), found) in weights.chunks_exact(inputs).zip(&bias).zip(found) {
                    let product: f32 = token.iter().zip(weights).map(|(x, w)| x * w).sum();
                    prop_assert!((product + bias - found).abs() < 0.6, "{product} {found}");
                }
            }
        }
    }
}
