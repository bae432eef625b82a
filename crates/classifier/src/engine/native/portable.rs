//! The eight-bit matrix product of `rten-gemm`, for processors without a kernel of their own here.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::ops::{BitOps, NumOps, ToFloat};
use rten_simd::{Isa, Simd, SimdOp};
use rten_tensor::NdTensorView;

use super::int8::Matrix;
use super::quantise::{GROUP, QuantisedRows};

/// A layer's weights, packed group by group.
pub(super) struct Portable {
    groups: Vec<Group>,
    bias: Vec<f32>,
}

/// One group's weights, and what turns its products into outputs.
struct Group {
    weights: PackedBMatrix<i8>,
    scales: Vec<f32>,
    sums: Vec<f32>,
}

fn executor() -> GemmExecutor<u8, i8, i32> {
    GemmExecutor::new()
}

impl Portable {
    pub(super) fn kernel_name() -> String {
        executor().kernel_name().to_owned()
    }

    /// Whether sums overflow silently, so that this kernel must not be used.
    #[cfg(test)]
    pub(super) fn may_saturate() -> bool {
        executor().may_saturate()
    }

    pub(super) fn new(matrix: &Matrix) -> Self {
        let (outputs, stride) = (matrix.bias.len(), matrix.stride);
        let weights = NdTensorView::from_data([outputs, stride], matrix.values.as_slice());
        let columns = matrix
            .scales
            .chunks_exact(outputs)
            .zip(matrix.sums.chunks_exact(outputs));
        let groups = columns.enumerate().map(|(group, (scales, sums))| {
            let weights = weights.slice((.., inputs(group, stride)));
            Group {
                weights: executor().prepack_b(weights.transposed()),
                scales: scales.to_vec(),
                sums: sums.to_vec(),
            }
        });
        Self {
            groups: groups.collect(),
            bias: matrix.bias.clone(),
        }
    }

    /// `output = rows · weights + bias`, or `output += …` with `add`. `dots` and `sums` are working
    /// memory.
    pub(super) fn product(
        &self,
        rows: &QuantisedRows,
        dots: &mut Vec<i32>,
        sums: &mut Vec<f32>,
        output: &mut [f32],
        add: bool,
    ) -> Result<(), String> {
        let bytes = NdTensorView::from_data([rows.count(), rows.stride()], rows.bytes());
        let executor = executor();
        dots.resize(output.len(), 0);
        sums.clear();
        for _ in 0..rows.count() {
            sums.extend_from_slice(&self.bias);
        }
        for (i, group) in self.groups.iter().enumerate() {
            let a = GemmInputA::Unpacked(bytes.slice((.., inputs(i, rows.stride()))));
            let b = GemmInputB::Packed(&group.weights);
            executor
                .gemm(dots, a, b, GemmOptions::default())
                .map_err(|error| format!("a matrix product failed: {error}"))?;
            let width = self.bias.len();
            let tokens = dots.chunks_exact(width).zip(sums.chunks_exact_mut(width));
            let ranges = rows.scales().iter().zip(rows.minima());
            let ranges = ranges.skip(i).step_by(self.groups.len());
            for ((dots, sums), (&scale, &minimum)) in tokens.zip(ranges) {
                AddGroup {
                    group,
                    scale,
                    minimum,
                    dots,
                    sums,
                }
                .dispatch();
            }
        }
        for (output, sum) in output.iter_mut().zip(sums) {
            *output = if add { *output + *sum } else { *sum };
        }
        Ok(())
    }
}

/// The inputs of a group.
fn inputs(group: usize, stride: usize) -> std::ops::Range<usize> {
    group * GROUP..((group + 1) * GROUP).min(stride)
}

/// Adds a group's products to the sums of one token.
struct AddGroup<'a> {
    group: &'a Group,
    scale: f32,
    minimum: f32,
    dots: &'a [i32],
    sums: &'a mut [f32],
}

impl SimdOp for AddGroup<'_> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let (ops, int) = (isa.f32(), isa.i32());
        let lanes = ops.len();
        let (scale, minimum) = (ops.splat(self.scale), ops.splat(self.minimum));
        let columns = self.group.scales.chunks(lanes);
        let columns = columns.zip(self.group.sums.chunks(lanes));
        let rows = self.dots.chunks(lanes).zip(self.sums.chunks_mut(lanes));
        for ((scales, column_sums), (dots, sums)) in columns.zip(rows) {
            let load = |values| ops.load_pad(values).0;
            let dots = ops.mul(int.to_float(int.load_pad(dots).0), load(scales));
            let total = ops.mul_add(minimum, load(column_sums), load(sums));
            let total = ops.mul_add(dots, scale, total);
            sums.copy_from_slice(&total.to_array().as_ref()[..sums.len()]);
        }
    }
}
