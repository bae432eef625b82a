//! The parts of a forward pass, on one thread, and their shares of its time.
//!
//! `cargo bench -p uproar-classifier`; products count multiply-adds as items.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use divan::Bencher;
use divan::counter::ItemsCount;
use uproar_classifier::benchmarks::{AttentionPart, DenseLayer, Rows};
use uproar_classifier::engine::Engine;
use uproar_classifier::tokens::{PackedBatch, Tokenizer};
use uproar_classifier::{EngineKind, ModelFolder, Precision};

/// Width of the shipped model, and of its feed-forward part.
const HIDDEN: usize = 384;
const INTERMEDIATE: usize = 1536;
const LAYERS: usize = 6;

/// Inputs and outputs of the dense layers of an encoder layer.
const SHAPES: [(usize, usize); 4] = [
    (HIDDEN, 3 * HIDDEN),
    (HIDDEN, HIDDEN),
    (HIDDEN, INTERMEDIATE),
    (INTERMEDIATE, HIDDEN),
];

/// Tokens of a batch: enough for the products' full rate, and few enough for a forward pass to end
/// before a busy machine interrupts it.
const TOKENS: usize = 128;

const POST: &str = "@brand this is the third time I write to you, my order still has not come and \
                    nobody answers the phone. What is going on??";

fn main() {
    // The products run on this thread alone.
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build_global()
        .expect("the first pool");
    divan::main();
    // `cargo test` runs benchmarks as tests.
    if std::env::args().any(|argument| argument == "--bench") {
        for precision in [Precision::Int8, Precision::F32] {
            print_shares(precision);
        }
    }
}

#[divan::bench(args = SHAPES)]
fn product_int8(bencher: Bencher, (inputs, outputs): (usize, usize)) {
    let mut layer = DenseLayer::new(TOKENS, inputs, outputs, Precision::Int8);
    layer.run();
    bencher
        .counter(ItemsCount::new(TOKENS * inputs * outputs))
        .bench_local(|| layer.product());
}

#[divan::bench(args = SHAPES)]
fn dense_int8(bencher: Bencher, (inputs, outputs): (usize, usize)) {
    let mut layer = DenseLayer::new(TOKENS, inputs, outputs, Precision::Int8);
    bencher
        .counter(ItemsCount::new(TOKENS * inputs * outputs))
        .bench_local(|| layer.run());
}

#[divan::bench(args = SHAPES)]
fn dense_f32(bencher: Bencher, (inputs, outputs): (usize, usize)) {
    let mut layer = DenseLayer::new(TOKENS, inputs, outputs, Precision::F32);
    bencher
        .counter(ItemsCount::new(TOKENS * inputs * outputs))
        .bench_local(|| layer.run());
}

#[divan::bench(args = [8, 32, 64, 256])]
fn attention(bencher: Bencher, tokens: usize) {
    let mut part = AttentionPart::new(tokens);
    bencher.bench_local(|| part.run());
}

#[divan::bench]
fn layer_norm(bencher: Bencher) {
    let mut rows = Rows::new(TOKENS, HIDDEN);
    bencher.bench_local(|| rows.layer_norm());
}

#[divan::bench]
fn gelu(bencher: Bencher) {
    let mut rows = Rows::new(TOKENS, INTERMEDIATE);
    bencher.bench_local(|| rows.gelu());
}

#[divan::bench(args = [8, 32, 64])]
fn softmax(bencher: Bencher, keys: usize) {
    let mut rows = Rows::new(TOKENS, keys);
    bencher.bench_local(|| rows.softmax());
}

#[divan::bench]
fn tokenise(bencher: Bencher) {
    let tokenizer = tokenizer(&model());
    bencher.bench_local(|| tokenizer.encode(black_box(POST)));
}

#[divan::bench(args = [8, 32, 64])]
fn forward_int8(bencher: Bencher, tokens: usize) {
    forward(bencher, tokens, Precision::Int8);
}

#[divan::bench(args = [8, 32, 64])]
fn forward_f32(bencher: Bencher, tokens: usize) {
    forward(bencher, tokens, Precision::F32);
}

/// A batch of posts of this many tokens; items are posts.
fn forward(bencher: Bencher, tokens: usize, precision: Precision) {
    let engine = engine(precision);
    let batch = batch(tokens);
    bencher
        .counter(ItemsCount::new(batch.texts()))
        .bench_local(|| engine.forward(&batch).expect("a batch of known tokens"));
}

fn model() -> ModelFolder {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/care-minilm");
    ModelFolder::open(&folder).expect("the model is part of the repository")
}

fn tokenizer(model: &ModelFolder) -> Tokenizer {
    Tokenizer::load(model).expect("a tokenizer")
}

fn engine(precision: Precision) -> Box<dyn Engine> {
    EngineKind::Native
        .load(&model(), precision, 1)
        .expect("weights")
}

fn batch(tokens: usize) -> PackedBatch {
    let post: Vec<u32> = (0..tokens as u32).map(|i| 2000 + 37 * i).collect();
    PackedBatch::new((0..TOKENS / tokens).map(|_| post.as_slice()))
}

/// Where the time of a batch of posts of 32 tokens goes.
fn print_shares(precision: Precision) {
    const LENGTH: usize = 32;
    let posts = TOKENS / LENGTH;
    let (engine, batch) = (engine(precision), batch(LENGTH));
    let tokenizer = tokenizer(&model());
    let mut whole = || drop(black_box(engine.forward(&batch)));
    let mut tokenising = || (0..posts).for_each(|_| drop(black_box(tokenizer.encode(POST))));

    // The last layer computes the first token of each post, but for queries, keys and values.
    let mut layers: Vec<(usize, usize, DenseLayer)> = Vec::new();
    for (i, (inputs, outputs)) in SHAPES.into_iter().enumerate() {
        let layer = |tokens| DenseLayer::new(tokens, inputs, outputs, precision);
        let all = if i == 0 { LAYERS } else { LAYERS - 1 };
        layers.push((all, TOKENS * inputs * outputs, layer(TOKENS)));
        if i > 0 {
            layers.push((1, posts * inputs * outputs, layer(posts)));
        }
    }
    let products: usize = layers
        .iter()
        .map(|(times, products, _)| times * products)
        .sum();
    let mut sum = |run: fn(&mut DenseLayer)| -> Duration {
        let times = layers
            .iter_mut()
            .map(|(times, _, layer)| best(|| run(layer)) * *times as u32);
        times.sum()
    };
    let (dense, kernel) = (sum(DenseLayer::run), sum(DenseLayer::product));
    let mut part = AttentionPart::new(LENGTH);
    let attention = best(|| part.run()) * ((LAYERS - 1) * posts) as u32;
    let (whole, tokenising) = (best(&mut whole), best(&mut tokenising));

    let rest = whole.saturating_sub(dense + attention);
    let total = (whole + tokenising).as_secs_f64();
    let share = |part: Duration| 100.0 * part.as_secs_f64() / total;
    let rate = |time: Duration| products as f64 / time.as_secs_f64() / 1e9;
    println!(
        "\n{}: {:.0} posts of {LENGTH} tokens a second and thread\n  \
         tokenising {:.1} %, dense layers {:.1} %, attention {:.1} %, rest {:.1} %\n  \
         dense layers {:.0} billion multiply-adds a second, the product alone {:.0}: {:.0} %",
        engine.describe(),
        posts as f64 / total,
        share(tokenising),
        share(dense),
        share(attention),
        share(rest),
        rate(dense),
        rate(kernel),
        100.0 * rate(dense) / rate(kernel),
    );
}

/// The shortest of many runs: what else the machine does only adds.
fn best(mut run: impl FnMut()) -> Duration {
    let start = Instant::now();
    let mut best = Duration::MAX;
    while start.elapsed() < Duration::from_millis(300) {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    best
}
