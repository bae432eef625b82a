//! Numbers to eight bits: activations token by token, weights output by output.
//!
//! A row of activations gets its own range, so a token's values never depend on its neighbours in a
//! batch. Rounding follows IEEE 754 alone, so every processor quantises to the same bytes.

use rten_simd::ops::{BitOps, FloatOps, NarrowSaturate, NumOps};
use rten_simd::{Isa, Simd, SimdOp};

/// Rows of activations in eight bits: value `x` of row `t` is about
/// `minimum[t] + scale[t] · byte`, with bytes from 0 to 255.
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
        self.scales.resize(rows, 0.0);
        self.minima.resize(rows, 0.0);
        let bytes = self.bytes.chunks_exact_mut(self.stride);
        let ranges = self.scales.iter_mut().zip(&mut self.minima);
        for ((values, bytes), (scale, minimum)) in values.chunks_exact(width).zip(bytes).zip(ranges)
        {
            let bytes = &mut bytes[..width];
            (*scale, *minimum) = QuantiseRow { values, bytes }.dispatch();
        }
    }

    /// `rows × stride` bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes from one row to the next: the width, rounded up to a multiple of 4.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// What one step of each row's bytes is worth.
    pub(super) fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// What a byte of 0 stands for in each row.
    pub(super) fn minima(&self) -> &[f32] {
        &self.minima
    }
}

/// The products of int8 kernels take four values of a row at a time.
pub(super) fn stride(width: usize) -> usize {
    width.next_multiple_of(4)
}

/// Quantises one row; gives its scale and minimum.
struct QuantiseRow<'a> {
    values: &'a [f32],
    bytes: &'a mut [u8],
}

impl SimdOp for QuantiseRow<'_> {
    type Output = (f32, f32);

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) -> Self::Output {
        let ops = isa.f32();
        let lanes = ops.len();
        let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
        let chunks = self.values.chunks_exact(4 * lanes);
        let tail = chunks.remainder();
        let (mut lows, mut highs) = ([ops.splat(low); 4], [ops.splat(high); 4]);
        for chunk in chunks.clone() {
            let values = ops.load_many::<4>(chunk);
            for i in 0..4 {
                lows[i] = ops.min(lows[i], values[i]);
                highs[i] = ops.max(highs[i], values[i]);
            }
        }
        for i in 0..4 {
            low = lows[i].to_array().into_iter().fold(low, f32::min);
            high = highs[i].to_array().into_iter().fold(high, f32::max);
        }
        for &value in tail {
            (low, high) = (low.min(value), high.max(value));
        }

        let range = high - low;
        let steps = f32::from(u8::MAX);
        let per_step = if range > 0.0 { steps / range } else { 0.0 };
        let (minimum, factor) = (ops.splat(low), ops.splat(per_step));
        let (int, short) = (isa.i32(), isa.i16());
        let mut bytes = self.bytes.chunks_exact_mut(4 * lanes);
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
}

/// The largest magnitude of a quantised weight.
///
/// `vpmaddubsw`, the int8 product of processors without VNNI, adds two products in 16 bits with
/// saturation: 2 · 255 · 64 = 32,640 is the most that fits. All processors use this range, so that
/// all give the same sums.
const WEIGHT_LIMIT: f32 = 64.0;

/// The weights of one output, quantised symmetrically, and what one step is worth.
pub(super) fn quantise_weights(weights: &[f32]) -> (Vec<i8>, f32) {
    let largest = weights
        .iter()
        .fold(0.0_f32, |max, weight| max.max(weight.abs()));
    let scale = largest / WEIGHT_LIMIT;
    let per_step = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    let quantise = |weight: &f32| (weight * per_step).round_ties_even() as i8;
    (weights.iter().map(quantise).collect(), scale)
}
