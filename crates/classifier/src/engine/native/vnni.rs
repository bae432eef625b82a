//! The eight-bit matrix product on AVX-512 VNNI, with the outputs' arithmetic in its registers.
//!
//! `vpdpbusd` adds four products of bytes to each of 16 sums. A tile of 8 tokens × 48 outputs keeps
//! 24 sums in registers, against 3 vectors of weights and one of inputs: eleven loads for 24
//! products, so that the multipliers and not the loads set the pace. `cargo bench -p
//! uproar-classifier` compares it with the kernel of `rten-gemm`, which stores its sums for a second
//! pass.

#![expect(unsafe_code, reason = "vector loads and stores take pointers")]

use std::arch::x86_64::{
    __m512, __m512i, _mm512_add_ps, _mm512_cvtepi32_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps,
    _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mask_storeu_ps, _mm512_maskz_loadu_ps,
    _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_si512,
};

use super::int8::Columns;
use super::quantise::QuantisedRows;

/// 32-bit lanes of a vector.
const LANES: usize = 16;
/// Vectors of outputs of a tile.
const VECTORS: usize = 3;
/// Outputs of a tile.
const TILE_OUTPUTS: usize = VECTORS * LANES;
/// Tokens of a tile.
const TILE_TOKENS: usize = 8;

/// Proof that the processor has the instructions.
#[derive(Clone, Copy)]
pub(super) struct Vnni(());

/// Weights in panels of [`TILE_OUTPUTS`] outputs: for each four inputs, those of one output after
/// another. The last panel is filled up with zeros.
pub(super) struct PackedWeights {
    panels: Vec<i8>,
    stride: usize,
    outputs: usize,
}

impl PackedWeights {
    /// Packs `outputs × stride` weights, row-major; `stride` is a multiple of 4.
    pub(super) fn new(weights: &[i8], stride: usize) -> Self {
        let outputs = weights.len() / stride;
        let mut panels = vec![0; outputs.next_multiple_of(TILE_OUTPUTS) * stride];
        for (output, row) in weights.chunks_exact(stride).enumerate() {
            let (panel, column) = (output / TILE_OUTPUTS, output % TILE_OUTPUTS);
            for (group, four) in row.chunks_exact(4).enumerate() {
                let start = panel * TILE_OUTPUTS * stride + (group * TILE_OUTPUTS + column) * 4;
                panels[start..start + 4].copy_from_slice(four);
            }
        }
        Self {
            panels,
            stride,
            outputs,
        }
    }
}

/// One panel's part of a product.
struct Panel<'a> {
    weights: &'a [i8],
    columns: &'a PanelColumns,
    /// The first output.
    first: usize,
    /// How many outputs, at most [`TILE_OUTPUTS`].
    used: usize,
    add: bool,
}

/// [`Columns`] of one panel, filled up with zeros.
struct PanelColumns {
    scales: [f32; TILE_OUTPUTS],
    sums: [f32; TILE_OUTPUTS],
    bias: [f32; TILE_OUTPUTS],
}

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
        columns: &Columns,
        output: &mut [f32],
        add: bool,
    ) {
        let (tokens, stride) = (rows.scales().len(), weights.stride);
        assert_eq!(rows.stride(), stride);
        assert_eq!(rows.bytes().len(), tokens * stride);
        assert_eq!(rows.minima().len(), tokens);
        assert_eq!(output.len(), tokens * weights.outputs);
        for (i, panel) in weights
            .panels
            .chunks_exact(TILE_OUTPUTS * stride)
            .enumerate()
        {
            let first = i * TILE_OUTPUTS;
            let used = TILE_OUTPUTS.min(weights.outputs - first);
            let padded = |values: &[f32]| {
                let mut padded = [0.0; TILE_OUTPUTS];
                padded[..used].copy_from_slice(&values[first..first + used]);
                padded
            };
            let columns = PanelColumns {
                scales: padded(&columns.scales),
                sums: padded(&columns.sums),
                bias: padded(&columns.bias),
            };
            let panel = Panel {
                weights: panel,
                columns: &columns,
                first,
                used,
                add,
            };
            // SAFETY: a `Vnni` exists only where the processor has the features. The sizes that
            // `run` relies on were checked above: `tokens` rows of `stride` bytes, as many scales
            // and minima, a panel of `TILE_OUTPUTS · stride` weights, `tokens` rows of
            // `outputs ≥ first + used` outputs.
            unsafe { panel.run(rows, weights.outputs, output) };
        }
    }
}

impl Panel<'_> {
    /// # Safety
    ///
    /// The sizes fit each other, as [`Vnni::product`] checks.
    #[target_feature(enable = "avx512f,avx512vnni")]
    unsafe fn run(&self, rows: &QuantisedRows, outputs: usize, output: &mut [f32]) {
        let tokens = rows.scales().len();
        let mut token = 0;
        while token < tokens {
            let count = TILE_TOKENS.min(tokens - token);
            // SAFETY: `token + count` is at most the number of tokens; the rest is the caller's
            // promise.
            unsafe {
                match count {
                    1 => self.tile::<1>(rows, token, outputs, output),
                    2 => self.tile::<2>(rows, token, outputs, output),
                    3 => self.tile::<3>(rows, token, outputs, output),
                    4 => self.tile::<4>(rows, token, outputs, output),
                    5 => self.tile::<5>(rows, token, outputs, output),
                    6 => self.tile::<6>(rows, token, outputs, output),
                    7 => self.tile::<7>(rows, token, outputs, output),
                    _ => self.tile::<TILE_TOKENS>(rows, token, outputs, output),
                }
            }
            token += count;
        }
    }

    /// Outputs of `TOKENS` tokens from `token`.
    ///
    /// # Safety
    ///
    /// There are as many tokens, and the sizes fit each other, as [`Vnni::product`] checks.
    #[target_feature(enable = "avx512f,avx512vnni")]
    unsafe fn tile<const TOKENS: usize>(
        &self,
        rows: &QuantisedRows,
        token: usize,
        outputs: usize,
        output: &mut [f32],
    ) {
        let stride = rows.stride();
        let mut dots = [[_mm512_setzero_si512(); VECTORS]; TOKENS];
        let mut weights = self.weights.as_ptr();
        let mut input = rows.bytes()[token * stride..].as_ptr();
        for _ in 0..stride / 4 {
            // SAFETY: the panel holds `TILE_OUTPUTS · 4` bytes for each four inputs, and each of the
            // rows from `token` four bytes; both pointers move on by as much. Neither load asks for
            // alignment.
            unsafe {
                let columns: [__m512i; VECTORS] =
                    std::array::from_fn(|i| _mm512_loadu_si512(weights.add(i * 64).cast()));
                for (t, dots) in dots.iter_mut().enumerate() {
                    let four = input.add(t * stride).cast::<i32>().read_unaligned();
                    let four = _mm512_set1_epi32(four);
                    for (dot, column) in dots.iter_mut().zip(columns) {
                        *dot = _mm512_dpbusd_epi32(*dot, four, column);
                    }
                }
                weights = weights.add(TILE_OUTPUTS * 4);
                input = input.add(4);
            }
        }
        let scales = &rows.scales()[token..token + TOKENS];
        let minima = &rows.minima()[token..token + TOKENS];
        for i in 0..VECTORS {
            let lanes = self.used.saturating_sub(i * LANES).min(LANES);
            let mask = ((1_u32 << lanes) - 1) as u16;
            let [column_scales, sums, bias] =
                [&self.columns.scales, &self.columns.sums, &self.columns.bias]
                    .map(|values| load(values, i));
            for t in 0..TOKENS {
                let constant = _mm512_fmadd_ps(_mm512_set1_ps(minima[t]), sums, bias);
                let dot = _mm512_mul_ps(_mm512_cvtepi32_ps(dots[t][i]), column_scales);
                let mut value = _mm512_fmadd_ps(dot, _mm512_set1_ps(scales[t]), constant);
                let start = (token + t) * outputs + self.first + i * LANES;
                // SAFETY: the mask leaves out lanes beyond `first + used`, which is at most
                // `outputs`, and there are `token + TOKENS` rows of these or more. A wrapping
                // pointer, since that of a vector without lanes may lie outside.
                unsafe {
                    let place = output.as_mut_ptr().wrapping_add(start);
                    if self.add {
                        value = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, place), value);
                    }
                    _mm512_mask_storeu_ps(place, mask, value);
                }
            }
        }
    }
}

#[target_feature(enable = "avx512f")]
fn load(values: &[f32; TILE_OUTPUTS], vector: usize) -> __m512 {
    let lanes = &values[vector * LANES..(vector + 1) * LANES];
    // SAFETY: the slice holds the 16 values of a vector.
    unsafe { _mm512_loadu_ps(lanes.as_ptr()) }
}
