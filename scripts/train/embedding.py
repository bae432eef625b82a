"""Fits the map from the states of inner layers to embeddings, for topics.

    python scripts/train/embedding.py --data ../shared/data --encoder DIR --model models/care-minilm \
        --uproar target/release/uproar

Training for anger and urgency drives out of the states what a post is about; the sentence encoder
that the model was trained from still knows it. A ridge regression from the means of the token states
after each layer but the last to that encoder's sentence vectors, of which the leading principal
components are kept, brings most of it back. Writes `embedding.safetensors` and its line of
`SHA256SUMS`.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import AutoModel, AutoTokenizer

import export
import own
import public
from normalizer import normalize

FILE = "embedding.safetensors"
DIMENSIONS = 64
PENALTY = 10.0
"""Of the regression; of 1, 10 and 100 the one with the least error on 1,000 held-out texts."""
PUBLIC_TEXTS = 7_000
OWN_TEXTS = 7_000
MAX_TOKENS = 96
BATCH = 32
MARKERS = re.compile(r"\[(?:user|link|email|shout|long|emoji)\]")
"""Of the normaliser. The sentence encoder does not know them."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="all-MiniLM-L6-v2")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--uproar", type=Path, required=True)
    arguments = parser.parse_args()
    texts = normalize(training_texts(arguments.data), arguments.uproar)
    inputs = inner_means(arguments.model, texts)
    targets = sentence_vectors(arguments.encoder, texts)
    weight, bias = fit(inputs, targets)
    tensors = {"weight": weight.astype(np.float16), "bias": bias.astype(np.float16)}
    save_file(tensors, arguments.model / FILE)
    (arguments.model / FILE).chmod(0o644)
    export.add_checksum(arguments.model / FILE)


def training_texts(data: Path) -> list[str]:
    """Posts to companies, and others, in a fixed order of chance."""
    care = own.care(data / "care" / "train.csv") + own.threads(data / "threads")
    sets = [(care, OWN_TEXTS), (public.load(data), PUBLIC_TEXTS)]
    chosen = []
    for examples, count in sets:
        texts = list(dict.fromkeys(example.text for example in examples))
        random.Random(0).shuffle(texts)
        chosen += texts[:count]
    return chosen


def inner_means(folder: Path, texts: list[str]) -> np.ndarray:
    """For each text, the means of its tokens' states after each layer but the last, end to end."""
    return means(folder, texts, slice(1, -1))


def sentence_vectors(folder: Path, texts: list[str]) -> np.ndarray:
    """The sentence encoder's vectors, of length 1."""
    vectors = means(folder, [MARKERS.sub(" ", text) for text in texts], slice(-1, None))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def means(folder: Path, texts: list[str], layers: slice) -> np.ndarray:
    """The means of token states after some layers, of which the first are the embeddings."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    order = sorted(range(len(texts)), key=lambda text: len(texts[text]))
    found: dict[int, np.ndarray] = {}
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            tokens = tokenizer(
                [texts[text] for text in batch],
                truncation=True,
                max_length=MAX_TOKENS,
                padding=True,
                return_tensors="pt",
            )
            states = model(**tokens, output_hidden_states=True).hidden_states[layers]
            mask = tokens["attention_mask"][..., None].float()
            rows = [(layer * mask).sum(1) / mask.sum(1) for layer in states]
            found |= zip(batch, torch.cat(rows, dim=1).numpy())
    return np.array([found[text] for text in range(len(texts))])


def fit(inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights, inputs by dimensions, and the bias that makes the mean embedding zero."""
    centre = inputs.mean(0)
    inputs, targets = inputs - centre, targets - targets.mean(0)
    gram = inputs.T @ inputs + PENALTY * np.eye(inputs.shape[1], dtype=inputs.dtype)
    components = np.linalg.svd(targets, full_matrices=False)[2][:DIMENSIONS]
    weight = np.linalg.solve(gram, inputs.T @ targets) @ components.T
    return weight, -centre @ weight


if __name__ == "__main__":
    main()
