//! The eight-bit matrix product on AVX-512 VNNI, with the outputs' arithmetic in its registers.
//!
//! `vpdpbusd` adds four products of bytes to each of 16 sums. A tile of 4 tokens × 48 outputs has 12
//! sums of a group's products and 12 of all groups, which stay in registers together: a taller one
//! loads less, but has to put its sums aside at the end of each group. Seven loads for 12 products
//! let the multipliers and not the loads set the pace.

#![expect(unsafe_code, reason = "vector loads and stores take pointers")]

use std::arch::x86_64::{
    __m512, __m512i, _mm512_add_ps, _mm512_cvtepi32_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps,
    _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mask_storeu_ps, _mm512_maskz_loadu_ps,
    _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_si512,
};

use super::panels::{Panel, Panels};
use super::quantise::{GROUP, QuantisedRows};

/// 32-bit lanes of a vector.
const LANES: usize = 16;
/// Vectors of outputs of a tile.
const VECTORS: usize = 3;
/// Outputs of a tile.
const TILE_OUTPUTS: usize = VECTORS * LANES;
/// Tokens of a tile.
const TILE_TOKENS: usize = 4;

/// Proof that the processor has the instructions.
#[derive(Clone, Copy)]
pub(super) struct Vnni(());

/// Weights as this kernel reads them.
pub(super) type PackedWeights = Panels<TILE_OUTPUTS, 4>;

/// A number for each output of a tile.
type Column = [f32; TILE_OUTPUTS];

impl Vnni {
    pub(super) fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni");
        found.then_some(Self(()))
    }

    /// `output = rows · weights + bias`, or `output += …` with `add`. `output` is
    /// `tokens × outputs`.
    ///
    /// # Panics
    ///
    /// If the sizes do not fit each other.
    pub(super) fn product(
        self,
        rows: &QuantisedRows,
        weights: &PackedWeights,
        output: &mut [f32],
        add: bool,
    ) {
        weights.check(rows, output);
        for panel in weights.panels() {
            let product = Product {
                rows,
                panel,
                outputs: weights.outputs(),
                add,
            };
            // SAFETY: a `Vnni` exists only where the processor has the features, and the sizes were
            // checked above.
            unsafe { product.run(output) };
        }
    }
}

/// The part of a product that makes one panel's outputs.
struct Product<'a> {
    rows: &'a QuantisedRows,
    panel: &'a Panel<TILE_OUTPUTS>,
    /// Outputs of a row.
    outputs: usize,
    add: bool,
}

impl Product<'_> {
    /// # Safety
    ///
    /// The sizes fit each other, as [`Panels::check`] makes sure.
    #[target_feature(enable = "avx512f,avx512vnni")]
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
    #[target_feature(enable = "avx512f,avx512vnni")]
    unsafe fn tile<const TOKENS: usize>(&self, token: usize, output: &mut [f32]) {
        let Self {
            rows,
            panel,
            outputs,
            add,
        } = *self;
        let (stride, groups) = (rows.stride(), panel.columns.len());
        let ranges = token * groups..(token + TOKENS) * groups;
        let (scales, minima) = (&rows.scales()[ranges.clone()], &rows.minima()[ranges]);
        let mut sums = [[0, 1, 2].map(|i| load(&panel.bias, i)); TOKENS];
        for (group, columns) in panel.columns.iter().enumerate() {
            let first = group * GROUP;
            // SAFETY: the group's inputs end with the row at the latest.
            let dots = unsafe {
                let weights = panel.weights.as_ptr().add(first * TILE_OUTPUTS);
                let bytes = rows.bytes().as_ptr().add(token * stride + first);
                dot::<TOKENS>(weights, bytes, stride, GROUP.min(stride - first))
            };
            for i in 0..VECTORS {
                let (column_scales, column_sums) =
                    (load(&columns.scales, i), load(&columns.sums, i));
                for t in 0..TOKENS {
                    let scale = _mm512_set1_ps(scales[t * groups + group]);
                    let minimum = _mm512_set1_ps(minima[t * groups + group]);
                    let dot = _mm512_mul_ps(_mm512_cvtepi32_ps(dots[t][i]), column_scales);
                    let sum = _mm512_fmadd_ps(minimum, column_sums, sums[t][i]);
                    sums[t][i] = _mm512_fmadd_ps(dot, scale, sum);
                }
            }
        }
        for (t, sums) in sums.into_iter().enumerate() {
            for (i, mut sum) in sums.into_iter().enumerate() {
                let lanes = panel.used.saturating_sub(i * LANES).min(LANES);
                let mask = ((1_u32 << lanes) - 1) as u16;
                let start = (token + t) * outputs + panel.first + i * LANES;
                // SAFETY: the mask leaves out lanes beyond `first + used`, which is at most
                // `outputs`, and there are `token + TOKENS` rows of these or more. A wrapping
                // pointer, since that of a vector without lanes may lie outside.
                unsafe {
                    let place = output.as_mut_ptr().wrapping_add(start);
                    if add {
                        sum = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, place), sum);
                    }
                    _mm512_mask_storeu_ps(place, mask, sum);
                }
            }
        }
    }
}

/// Sums of products of `inputs` bytes, a multiple of 4, of `TOKENS` rows with a panel's weights.
///
/// # Safety
///
/// There are `inputs` bytes at `bytes` and at each multiple of `stride` from there, and
/// `TILE_OUTPUTS · inputs` weights.
#[target_feature(enable = "avx512f,avx512vnni")]
#[inline]
unsafe fn dot<const TOKENS: usize>(
    mut weights: *const i8,
    mut bytes: *const u8,
    stride: usize,
    inputs: usize,
) -> [[__m512i; VECTORS]; TOKENS] {
    let mut dots = [[_mm512_setzero_si512(); VECTORS]; TOKENS];
    for _ in 0..inputs / 4 {
        // SAFETY: each step reads `TILE_OUTPUTS · 4` weights and four bytes of each row, and both
        // pointers move on by as much. Neither load asks for alignment.
        unsafe {
            let columns = [0, 1, 2].map(|i| _mm512_loadu_si512(weights.add(i * 64).cast()));
            for (t, dots) in dots.iter_mut().enumerate() {
                let four = bytes.add(t * stride).cast::<i32>().read_unaligned();
                let four = _mm512_set1_epi32(four);
                for (dot, column) in dots.iter_mut().zip(columns) {
                    *dot = _mm512_dpbusd_epi32(*dot, four, column);
                }
            }
            weights = weights.add(TILE_OUTPUTS * 4);
            bytes = bytes.add(4);
        }
    }
    dots
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load(values: &Column, vector: usize) -> __m512 {
    let lanes = &values[vector * LANES..(vector + 1) * LANES];
    // SAFETY: the slice holds the 16 values of a vector.
    unsafe { _mm512_loadu_ps(lanes.as_ptr()) }
}
