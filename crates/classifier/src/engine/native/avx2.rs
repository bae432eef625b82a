//! The eight-bit matrix product on AVX2, for processors without AVX-512 VNNI.
//!
//! The eight-bit product of AVX2, `vpmaddubsw`, adds two products in 16 bits with saturation, which
//! would take a bit from the weights. `vpmaddwd` on bytes widened to 16 bits is exact; with weights
//! widened as they are loaded and inputs widened once, a tile of 6 tokens × 16 outputs needs two
//! operations for each 16 products.

#![expect(unsafe_code, reason = "vector loads and stores take pointers")]

use std::arch::x86_64::{
    __m256, __m256i, _mm_loadu_si128, _mm256_add_epi32, _mm256_cvtepi8_epi16, _mm256_cvtepi32_ps,
    _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_madd_epi16, _mm256_mul_ps, _mm256_set1_epi32,
    _mm256_set1_ps, _mm256_setzero_si256, _mm256_storeu_ps,
};

use super::panels::{Panel, Panels};
use super::quantise::{GROUP, QuantisedRows};

/// 32-bit lanes of a vector.
const LANES: usize = 8;
/// Vectors of outputs of a tile.
const VECTORS: usize = 2;
/// Outputs of a tile.
const TILE_OUTPUTS: usize = VECTORS * LANES;
/// Tokens of a tile.
const TILE_TOKENS: usize = 6;

/// Proof that the processor has the instructions.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

/// Weights as this kernel reads them.
pub(super) type PackedWeights = Panels<TILE_OUTPUTS, 2>;

/// A number for each output of a tile.
type Column = [f32; TILE_OUTPUTS];

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        found.then_some(Self(()))
    }

    /// `output = rows · weights + bias`, or `output += …` with `add`. `output` is
    /// `tokens × outputs`; `wide` is working memory.
    ///
    /// # Panics
    ///
    /// If the sizes do not fit each other.
    pub(super) fn product(
        self,
        rows: &QuantisedRows,
        weights: &PackedWeights,
        wide: &mut Vec<i16>,
        output: &mut [f32],
        add: bool,
    ) {
        weights.check(rows, output);
        wide.clear();
        wide.extend(rows.bytes().iter().map(|byte| i16::from(*byte)));
        for panel in weights.panels() {
            let product = Product {
                rows,
                wide,
                panel,
                outputs: weights.outputs(),
                add,
            };
            // SAFETY: an `Avx2` exists only where the processor has the features, the sizes were
            // checked above, and `wide` has the length of the rows' bytes.
            unsafe { product.run(output) };
        }
    }
}

/// The part of a product that makes one panel's outputs.
struct Product<'a> {
    rows: &'a QuantisedRows,
    /// The rows' bytes in 16 bits.
    wide: &'a [i16],
    panel: &'a Panel<TILE_OUTPUTS>,
    /// Outputs of a row.
    outputs: usize,
    add: bool,
}

impl Product<'_> {
    /// # Safety
    ///
    /// The sizes fit each other, as [`Panels::check`] makes sure.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn run(&self, output: &mut [f32]) {
        let tokens = self.rows.count();
        let mut token = 0;
        while token < tokens {
            let count = TILE_TOKENS.min(tokens - token);
            // SAFETY: `token + count` is at most the number of tokens; the rest is the caller's
            // promise.
            unsafe {
                match count {
                    1 => self.tile::<1>(token, output),
                    2 => self.tile::<2>(token, output),
                    3 => self.tile::<3>(token, output),
                    4 => self.tile::<4>(token, output),
                    5 => self.tile::<5>(token, output),
                    _ => self.tile::<TILE_TOKENS>(token, output),
                }
            }
            token += count;
        }
    }

    /// Outputs of `TOKENS` tokens from `token`.
    ///
    /// # Safety
    ///
    /// There are as many tokens, and the sizes fit each other, as [`Panels::check`] makes sure.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn tile<const TOKENS: usize>(&self, token: usize, output: &mut [f32]) {
        let (rows, panel) = (self.rows, self.panel);
        let (stride, groups) = (rows.stride(), panel.columns.len());
        let ranges = token * groups..(token + TOKENS) * groups;
        let (scales, minima) = (&rows.scales()[ranges.clone()], &rows.minima()[ranges]);
        let mut sums = [[0, 1].map(|i| load(&panel.bias, i)); TOKENS];
        for (group, columns) in panel.columns.iter().enumerate() {
            let first = group * GROUP;
            // SAFETY: the group's inputs end with the row at the latest.
            let dots = unsafe {
                let weights = panel.weights.as_ptr().add(first * TILE_OUTPUTS);
                let values = self.wide.as_ptr().add(token * stride + first);
                dot::<TOKENS>(weights, values, stride, GROUP.min(stride - first))
            };
            for i in 0..VECTORS {
                let (column_scales, column_sums) =
                    (load(&columns.scales, i), load(&columns.sums, i));
                for t in 0..TOKENS {
                    let scale = _mm256_set1_ps(scales[t * groups + group]);
                    let minimum = _mm256_set1_ps(minima[t * groups + group]);
                    let dot = _mm256_mul_ps(_mm256_cvtepi32_ps(dots[t][i]), column_scales);
                    let sum = _mm256_fmadd_ps(minimum, column_sums, sums[t][i]);
                    sums[t][i] = _mm256_fmadd_ps(dot, scale, sum);
                }
            }
        }
        for (t, sums) in sums.into_iter().enumerate() {
            let mut row: Column = [0.0; TILE_OUTPUTS];
            for (sum, lanes) in sums.into_iter().zip(row.chunks_exact_mut(LANES)) {
                // SAFETY: the slice has room for the 8 values of a vector.
                unsafe { _mm256_storeu_ps(lanes.as_mut_ptr(), sum) };
            }
            let start = (token + t) * self.outputs + panel.first;
            for (output, sum) in output[start..start + panel.used].iter_mut().zip(row) {
                *output = if self.add { *output + sum } else { sum };
            }
        }
    }
}

/// Sums of products of `inputs` values, a multiple of 4, of `TOKENS` rows with a panel's weights.
///
/// # Safety
///
/// There are `inputs` values at `values` and at each multiple of `stride` from there, and
/// `TILE_OUTPUTS · inputs` weights.
#[target_feature(enable = "avx2,fma")]
#[inline]
unsafe fn dot<const TOKENS: usize>(
    mut weights: *const i8,
    mut values: *const i16,
    stride: usize,
    inputs: usize,
) -> [[__m256i; VECTORS]; TOKENS] {
    let mut dots = [[_mm256_setzero_si256(); VECTORS]; TOKENS];
    for _ in 0..inputs / 2 {
        // SAFETY: each step reads `TILE_OUTPUTS · 2` weights and two values of each row, and both
        // pointers move on by as much. No load asks for alignment.
        unsafe {
            let columns =
                [0, 1].map(|i| _mm256_cvtepi8_epi16(_mm_loadu_si128(weights.add(i * 16).cast())));
            for (t, dots) in dots.iter_mut().enumerate() {
                let two = values.add(t * stride).cast::<i32>().read_unaligned();
                let two = _mm256_set1_epi32(two);
                for (dot, column) in dots.iter_mut().zip(columns) {
                    *dot = _mm256_add_epi32(*dot, _mm256_madd_epi16(two, column));
                }
            }
            weights = weights.add(TILE_OUTPUTS * 2);
            values = values.add(2);
        }
    }
    dots
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn load(values: &Column, vector: usize) -> __m256 {
    let lanes = &values[vector * LANES..(vector + 1) * LANES];
    // SAFETY: the slice holds the 8 values of a vector.
    unsafe { _mm256_loadu_ps(lanes.as_ptr()) }
}
