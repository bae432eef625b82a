//! The parts of a forward pass one by one, for `cargo bench -p uproar-classifier`. Not part of the
//! library's interface.

use rten_gemm::GemmExecutor;
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_vecmath::{Gelu, Softmax};

use super::attention::{Attention, AttentionScratch};
use super::dense::Dense;
use super::int8::Int8Scratch;
use super::weights::LayerNorm;
use crate::engine::Precision;

/// Numbers between −1 and 1.
fn values(count: usize) -> Vec<f32> {
    let value = |i: usize| (i as u32).wrapping_mul(2_654_435_761) as f32 / 2_147_483_648.0 - 1.0;
    (0..count).map(value).collect()
}

/// A dense layer with its input and output.
pub struct DenseLayer {
    layer: Dense,
    gemm: GemmExecutor<f32>,
    scratch: Int8Scratch,
    input: Vec<f32>,
    output: Vec<f32>,
}

impl DenseLayer {
    /// A layer of random weights, and a random input.
    pub fn new(tokens: usize, inputs: usize, outputs: usize, precision: Precision) -> Self {
        let bias = values(outputs);
        Self {
            layer: Dense::new(&values(inputs * outputs), inputs, bias, precision),
            gemm: GemmExecutor::new(),
            scratch: Int8Scratch::default(),
            input: values(tokens * inputs),
            output: vec![0.0; tokens * outputs],
        }
    }

    /// The whole layer, quantising included.
    pub fn run(&mut self) {
        self.layer
            .apply(
                &self.gemm,
                &mut self.scratch,
                &self.input,
                &mut self.output,
                false,
            )
            .expect("the sizes fit");
    }

    /// The matrix product alone. In int8, of what [`run`](Self::run) quantised before.
    pub fn product(&mut self) {
        match &self.layer {
            Dense::F32 { .. } => self.run(),
            Dense::Int8(layer) => layer
                .product(&mut self.scratch, &mut self.output, false)
                .expect("the sizes fit"),
        }
    }
}

/// Attention of one text of 12 heads, 32 wide.
pub struct AttentionPart {
    qkv: Vec<f32>,
    context: Vec<f32>,
    scratch: AttentionScratch,
}

impl AttentionPart {
    const WIDTH: usize = 384;

    /// A text of random states.
    pub fn new(tokens: usize) -> Self {
        Self {
            qkv: values(tokens * 3 * Self::WIDTH),
            context: vec![0.0; tokens * Self::WIDTH],
            scratch: AttentionScratch::default(),
        }
    }

    /// Attention of all tokens.
    pub fn run(&mut self) {
        Attention {
            qkv: &self.qkv,
            heads: 12,
            context: &mut self.context,
            width: Self::WIDTH,
            scratch: &mut self.scratch,
        }
        .dispatch();
    }
}

/// Rows of numbers for what works row by row.
pub struct Rows {
    values: Vec<f32>,
    width: usize,
    norm: LayerNorm,
}

impl Rows {
    /// Random rows.
    pub fn new(rows: usize, width: usize) -> Self {
        Self {
            values: values(rows * width),
            width,
            norm: LayerNorm {
                weight: vec![1.0; width],
                bias: vec![0.0; width],
                epsilon: 1e-12,
            },
        }
    }

    /// Layer norm of each row.
    pub fn layer_norm(&mut self) {
        self.norm.apply(&mut self.values);
    }

    /// GELU of each number.
    pub fn gelu(&mut self) {
        Gelu {}.map_mut(&mut self.values);
    }

    /// Softmax of each row.
    pub fn softmax(&mut self) {
        for row in self.values.chunks_exact_mut(self.width) {
            Softmax::new_mut(row).dispatch();
        }
    }
}
