//! Scaled dot-product attention of one text: `softmax(Q Kᵀ / √d) V`, head by head.
//!
//! Posts are short and heads narrow, so a general matrix product spends its time on packing. Here
//! the keys are transposed once a head, and a few queries at a time meet all of them, with the
//! scores in the first cache.

use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, Simd, SimdOp, SimdUnaryOp};
use rten_vecmath::Exp;

use super::quantise::reduce;

/// Queries that are worked on at a time: with two vectors of keys or values each, enough independent
/// sums to keep the multipliers busy.
const QUERIES: usize = 4;

/// Keys that are transposed at a time, so that they are written side by side. One at a time, they
/// become scattered stores, which are slow.
const KEYS: usize = 4;

/// Attention of the tokens of one text.
pub(super) struct Attention<'a> {
    /// `keys × 3 width`: query, key and value of each token.
    pub(super) qkv: &'a [f32],
    pub(super) heads: usize,
    /// `queries × width`, for the first tokens of the text.
    pub(super) context: &'a mut [f32],
    /// Width of all heads together.
    pub(super) width: usize,
    pub(super) scratch: &'a mut AttentionScratch,
}

/// Working memory.
#[derive(Default)]
pub(super) struct AttentionScratch {
    /// One head's keys, transposed and scaled: `head × keys`, rows filled up to whole vectors.
    keys: Vec<f32>,
    /// Scores of a few queries, rows filled up likewise.
    scores: Vec<f32>,
}

impl SimdOp for Attention<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let Self {
            qkv,
            heads,
            context,
            width,
            scratch,
        } = self;
        let size = width / heads;
        let (keys, queries) = (qkv.len() / (3 * width), context.len() / width);
        let padded = keys.next_multiple_of(2 * isa.f32().len());
        scratch.keys.clear();
        scratch.keys.resize(size * padded, 0.0);
        scratch.scores.resize(QUERIES * padded, 0.0);
        for head in 0..heads {
            let part = |token: usize, part: usize| {
                &qkv[(3 * token + part) * width + head * size..][..size]
            };
            transpose(keys, |token| part(token, 1), padded, &mut scratch.keys);
            for first in (0..queries).step_by(QUERIES) {
                // The last block repeats its last query, which costs less than a case of its own.
                let block: [usize; QUERIES] = std::array::from_fn(|i| (first + i).min(queries - 1));
                let scores = &mut scratch.scores;
                score(
                    isa,
                    block.map(|query| part(query, 0)),
                    &scratch.keys,
                    scores,
                );
                for row in scores.chunks_exact_mut(padded) {
                    let row = &mut row[..keys.next_multiple_of(isa.f32().len())];
                    row[keys..].fill(f32::NEG_INFINITY);
                    softmax(isa, row);
                }
                let rows: [&[f32]; QUERIES] =
                    std::array::from_fn(|i| &scores[i * padded..i * padded + keys]);
                let values = (0..keys).map(|token| part(token, 2));
                mix(isa, rows, values, |i, column, values| {
                    let start = block[i] * width + head * size + column;
                    context[start..start + values.len()].copy_from_slice(values);
                });
            }
        }
    }
}

/// Writes `count` rows as columns of `padded` numbers, scaled by 1 / √ their length. What a column
/// has beyond them is of no matter.
#[inline(always)]
fn transpose<'a>(
    count: usize,
    row: impl Fn(usize) -> &'a [f32],
    padded: usize,
    columns: &mut [f32],
) {
    let scale = 1.0 / ((columns.len() / padded) as f32).sqrt();
    for first in (0..count).step_by(KEYS) {
        // The last block repeats its last row.
        let [a, b, c, d]: [&[f32]; KEYS] = std::array::from_fn(|i| row((first + i).min(count - 1)));
        let rows = a.iter().zip(b).zip(c.iter().zip(d));
        for (column, ((a, b), (c, d))) in columns.chunks_exact_mut(padded).zip(rows) {
            column[first..first + KEYS].copy_from_slice(&[a, b, c, d].map(|value| value * scale));
        }
    }
}

/// Scores of queries against all keys.
#[inline(always)]
fn score<I: Isa>(isa: I, queries: [&[f32]; QUERIES], keys: &[f32], scores: &mut [f32]) {
    let ops = isa.f32();
    let lanes = ops.len();
    let padded = scores.len() / QUERIES;
    for start in (0..padded).step_by(2 * lanes) {
        let mut sums = [[ops.zero(); 2]; QUERIES];
        for (i, keys) in keys.chunks_exact(padded).enumerate() {
            let keys: [I::F32; 2] = ops.load_many(&keys[start..start + 2 * lanes]);
            for (sums, query) in sums.iter_mut().zip(queries) {
                let query = ops.splat(query[i]);
                sums[0] = ops.mul_add(query, keys[0], sums[0]);
                sums[1] = ops.mul_add(query, keys[1], sums[1]);
            }
        }
        for (sums, row) in sums.into_iter().zip(scores.chunks_exact_mut(padded)) {
            ops.store(sums[0], &mut row[start..]);
            ops.store(sums[1], &mut row[start + lanes..]);
        }
    }
}

/// Softmax of a row of whole vectors.
///
/// That of `rten-vecmath` adds up its last vector lane after lane, which for rows as short as a post
/// takes longer than the rest.
#[inline(always)]
fn softmax<I: Isa>(isa: I, row: &mut [f32]) {
    let ops = isa.f32();
    let lanes = ops.len();
    let largest = row
        .chunks_exact(lanes)
        .fold(ops.splat(f32::NEG_INFINITY), |max, x| {
            ops.max(max, ops.load(x))
        });
    let largest = ops.splat(reduce(isa, largest, |a, b| if b > a { b } else { a }));
    let mut total = ops.zero();
    for x in row.chunks_exact_mut(lanes) {
        let weight = Exp {}.eval(isa, ops.sub(ops.load(x), largest));
        total = ops.add(total, weight);
        ops.store(weight, x);
    }
    let factor = ops.splat(1.0 / reduce(isa, total, |a, b| a + b));
    for x in row.chunks_exact_mut(lanes) {
        ops.store(ops.mul(ops.load(x), factor), x);
    }
}

/// Means of values, weighted by each row of weights. `write` takes the row, the first column and
/// the means from there.
#[inline(always)]
fn mix<'a, I: Isa>(
    isa: I,
    weights: [&[f32]; QUERIES],
    values: impl Iterator<Item = &'a [f32]> + Clone,
    mut write: impl FnMut(usize, usize, &[f32]),
) {
    let ops = isa.f32();
    let lanes = ops.len();
    let size = values.clone().next().map_or(0, <[f32]>::len);
    for start in (0..size).step_by(2 * lanes) {
        let end = size.min(start + 2 * lanes);
        let middle = end.min(start + lanes);
        let is_whole = end - start == 2 * lanes;
        let mut sums = [[ops.zero(); 2]; QUERIES];
        for (i, values) in values.clone().enumerate() {
            let values = if is_whole {
                ops.load_many(&values[start..end])
            } else {
                [
                    ops.load_pad(&values[start..middle]).0,
                    ops.load_pad(&values[middle..end]).0,
                ]
            };
            for (sums, weights) in sums.iter_mut().zip(weights) {
                let weight = ops.splat(weights[i]);
                sums[0] = ops.mul_add(weight, values[0], sums[0]);
                sums[1] = ops.mul_add(weight, values[1], sums[1]);
            }
        }
        for (i, sums) in sums.into_iter().enumerate() {
            let [low, high] = sums.map(Simd::to_array);
            write(i, start, &low.as_ref()[..middle - start]);
            write(i, middle, &high.as_ref()[..end - middle]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reference(qkv: &[f32], heads: usize, width: usize, query: usize) -> Vec<f64> {
        let (size, keys) = (width / heads, qkv.len() / (3 * width));
        let value = |token: usize, part: usize, column: usize| {
            f64::from(qkv[(3 * token + part) * width + column])
        };
        let mut context = vec![0.0; width];
        for head in 0..heads {
            let columns = head * size..(head + 1) * size;
            let weights: Vec<f64> = (0..keys)
                .map(|key| {
                    let products = columns
                        .clone()
                        .map(|c| value(query, 0, c) * value(key, 1, c));
                    (products.sum::<f64>() / (size as f64).sqrt()).exp()
                })
                .collect();
            let total: f64 = weights.iter().sum();
            for column in columns {
                context[column] = (0..keys)
                    .map(|key| weights[key] / total * value(key, 2, column))
                    .sum();
            }
        }
        context
    }

    proptest! {
        #[test]
        fn agrees_with_the_formula(
            keys in 1_usize..70,
            first_only: bool,
            (heads, size) in prop::sample::select(vec![(2, 32), (3, 64), (2, 8), (1, 20)]),
            seed in 0_u32..1000,
        ) {
            let width = heads * size;
            let qkv: Vec<f32> = (0..keys * 3 * width)
                .map(|i| ((i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 20) as f32)
                .map(|x| x / 2048.0 - 1.0)
                .collect();
            let queries = if first_only { 1 } else { keys };
            let mut context = vec![f32::NAN; queries * width];
            // What an earlier, longer text left behind must not matter.
            let mut scratch = AttentionScratch {
                keys: vec![f32::NAN; 9000],
                scores: vec![f32::NAN; 9000],
            };
            Attention { qkv: &qkv, heads, context: &mut context, width, scratch: &mut scratch }
                .dispatch();
            for (query, found) in context.chunks_exact(width).enumerate() {
                for (found, expected) in found.iter().zip(reference(&qkv, heads, width, query)) {
                    prop_assert!((f64::from(*found) - expected).abs() < 1e-5, "{found} {expected}");
                }
            }
        }
    }
}
