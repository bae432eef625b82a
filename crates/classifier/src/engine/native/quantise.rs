//! Numbers to eight bits: activations token by token, weights output by output, both in groups.
//!
//! Each [`GROUP`] of a token's values gets its own range, as does each group of an output's weights:
//! a few values of the residual stream are many times as large as the rest, and cost only their own
//! group its precision. A token's bytes never depend on its neighbours in a batch, and rounding
//! follows IEEE 754 alone, so every processor quantises to the same bytes.
//!
//! `tests/precision.rs` holds the probabilities to those of f32. One range for a whole row was not
//! enough: it leaves a difference of 0.025 at the 99th percentile, and 0.040 with weights of the
//! seven bits that `vpmaddubsw` needs so as not to saturate. What was lost was lost evenly over all
//! products, so that keeping a few in f32 did not help either.

use rten_simd::ops::{BitOps, FloatOps, NarrowSaturate, NumOps};
use rten_simd::{Isa, SimdOp};

/// Values that share a range. A multiple of the bytes of every vector.
pub(super) const GROUP: usize = 64;

/// The most 32-bit lanes that a vector has.
const MAX_LANES: usize = 16;

/// Rows of activations in eight bits: value `x` of a group is about `minimum + scale · byte`, with
/// bytes from 0 to 255.
#[derive(Default)]
pub(super) struct QuantisedRows {
    bytes: Vec<u8>,
    stride: usize,
    scales: Vec<f32>,
    minima: Vec<f32>,
}

impl QuantisedRows {
    /// Quantises rows of `width` values, in place of what was there.
    pub(super) fn quantise(&mut self, values: &[f32], width: usize) {
        let rows = values.len() / width;
        self.stride = stride(width);
        // The bytes between width and stride meet weights of zero: what they are is of no matter.
        self.bytes.resize(rows * self.stride, 0);
        self.scales.resize(rows * groups(width), 0.0);
        self.minima.resize(rows * groups(width), 0.0);
        QuantiseRows {
            values,
            width,
            rows: self,
        }
        .dispatch();
    }

    /// `rows × stride` bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes from one row to the next: the width, rounded up to a multiple of 4.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// How many rows there are.
    pub(super) fn count(&self) -> usize {
        self.bytes.len() / self.stride
    }

    /// What one step of the bytes is worth: `rows × groups`.
    pub(super) fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// What a byte of 0 stands for: `rows × groups`.
    pub(super) fn minima(&self) -> &[f32] {
        &self.minima
    }
}

/// The products of int8 kernels take four values of a row at a time.
pub(super) fn stride(width: usize) -> usize {
    width.next_multiple_of(4)
}

/// Groups of a row.
pub(super) fn groups(width: usize) -> usize {
    width.div_ceil(GROUP)
}

/// Quantises rows group by group.
struct QuantiseRows<'a> {
    values: &'a [f32],
    width: usize,
    rows: &'a mut QuantisedRows,
}

impl SimdOp for QuantiseRows<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let QuantisedRows {
            bytes,
            stride,
            scales,
            minima,
        } = self.rows;
        let groups = groups(self.width);
        let ranges = scales
            .chunks_exact_mut(groups)
            .zip(minima.chunks_exact_mut(groups));
        let rows = self
            .values
            .chunks_exact(self.width)
            .zip(bytes.chunks_exact_mut(*stride));
        for ((values, bytes), (scales, minima)) in rows.zip(ranges) {
            let groups = values
                .chunks(GROUP)
                .zip(bytes[..self.width].chunks_mut(GROUP));
            for ((values, bytes), (scale, minimum)) in groups.zip(scales.iter_mut().zip(minima)) {
                (*scale, *minimum) = quantise_group(isa, values, bytes);
            }
        }
    }
}

/// Quantises one group; gives its scale and minimum.
#[inline(always)]
fn quantise_group<I: Isa>(isa: I, values: &[f32], bytes: &mut [u8]) -> (f32, f32) {
    let ops = isa.f32();
    let lanes = ops.len();
    let chunks = values.chunks_exact(4 * lanes);
    let tail = chunks.remainder();
    let mut lows = ops.splat(f32::INFINITY);
    let mut highs = ops.splat(f32::NEG_INFINITY);
    for chunk in chunks.clone() {
        let [a, b, c, d] = ops.load_many(chunk);
        lows = ops.min(lows, ops.min(ops.min(a, b), ops.min(c, d)));
        highs = ops.max(highs, ops.max(ops.max(a, b), ops.max(c, d)));
    }
    let mut low = reduce(isa, lows, |a, b| if b < a { b } else { a });
    let mut high = reduce(isa, highs, |a, b| if b > a { b } else { a });
    for &value in tail {
        (low, high) = (low.min(value), high.max(value));
    }

    let range = high - low;
    let steps = f32::from(u8::MAX);
    let per_step = if range > 0.0 { steps / range } else { 0.0 };
    let (minimum, factor) = (ops.splat(low), ops.splat(per_step));
    let (int, short) = (isa.i32(), isa.i16());
    let mut bytes = bytes.chunks_exact_mut(4 * lanes);
    for (chunk, bytes) in chunks.zip(bytes.by_ref()) {
        let [a, b, c, d] = ops
            .load_many::<4>(chunk)
            .map(|x| ops.to_int_round(ops.mul(ops.sub(x, minimum), factor)));
        let (ab, cd) = (int.narrow_saturate(a, b), int.narrow_saturate(c, d));
        isa.u8().store(short.narrow_saturate(ab, cd), bytes);
    }
    for (value, byte) in tail.iter().zip(bytes.into_remainder()) {
        *byte = ((value - low) * per_step).round_ties_even() as u8;
    }
    (range / steps, low)
}

/// The lanes of a vector to one number, in as few dependent steps as can be.
#[inline(always)]
pub(super) fn reduce<I: Isa>(isa: I, vector: I::F32, join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut buffer = [0.0; MAX_LANES];
    isa.f32().store(vector, &mut buffer);
    let mut lanes = isa.f32().len();
    while lanes > 1 {
        lanes /= 2;
        for i in 0..lanes {
            buffer[i] = join(buffer[i], buffer[lanes + i]);
        }
    }
    buffer[0]
}

/// The largest magnitude of a quantised weight.
const WEIGHT_LIMIT: f32 = 127.0;

/// 1.5 · 2²³: adding it to a small number rounds that to whole numbers, ties to even, without the
/// call that `round_ties_even` is on processors before SSE4.1. There are millions of weights.
const ROUND: f32 = 12_582_912.0;

/// The weights of one output, quantised symmetrically.
pub(super) struct QuantisedWeights {
    /// As many as there are inputs.
    pub(super) values: Vec<i8>,
    /// What one step of each group is worth.
    pub(super) scales: Vec<f32>,
    /// The sum of each group's values, times its scale.
    pub(super) sums: Vec<f32>,
}

impl QuantisedWeights {
    /// Quantises the weights of one output.
    pub(super) fn new(weights: &[f32]) -> Self {
        let mut quantised = Self {
            values: Vec::with_capacity(weights.len()),
            scales: Vec::with_capacity(groups(weights.len())),
            sums: Vec::with_capacity(groups(weights.len())),
        };
        for group in weights.chunks(GROUP) {
            let largest = group
                .iter()
                .fold(0.0_f32, |max, weight| max.max(weight.abs()));
            let scale = largest / WEIGHT_LIMIT;
            let per_step = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            let values = group
                .iter()
                .map(|weight| (weight * per_step + ROUND - ROUND) as i8);
            let sum: i32 = values.clone().map(i32::from).sum();
            quantised.values.extend(values);
            quantised.scales.push(scale);
            quantised.sums.push(sum as f32 * scale);
        }
        quantised
    }
}
