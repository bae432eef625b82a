"""Fits the map from the states of inner layers to embeddings, for topics.

    python scripts/train/embedding.py --data ../shared/data --encoder DIR --model models/care-minilm \
        --uproar target/release/uproar

Training for anger and urgency drives out of the states what a post is about; the sentence encoder
that the model was trained from still knows it. A ridge regression from the means of the token states
after each layer but the last to that encoder's sentence vectors, of which the leading principal
components are kept, brings most of it back. What the model's anger and sentiment tell of a sentence
vector is taken off first: posts on one subject should lie near one another in whatever tone they are
written. Writes `embedding.safetensors` and its line of `SHA256SUMS`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

import export
import overlap
import own
from heads import COLUMN, SENTIMENT_COLUMNS
from normalizer import normalize

FILE = "embedding.safetensors"
OWN_DATA = Path(__file__).resolve().parents[2] / "data"
DIMENSIONS = 64
PENALTY = 10.0
"""Of the regression; of 1, 10 and 100 the one with the least error on 1,000 held-out texts."""
MAX_TOKENS = 96
BATCH = 32
MARKERS = re.compile(r"\[(?:user|link|email|shout|long|emoji)\]")
"""Of the normaliser. The sentence encoder does not know them."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--own-data", type=Path, default=OWN_DATA)
    parser.add_argument("--encoder", type=Path, required=True, help="all-MiniLM-L6-v2")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--uproar", type=Path, required=True)
    arguments = parser.parse_args()
    texts = normalize(training_texts(arguments.data, arguments.own_data), arguments.uproar)
    inputs, tone = inner_means_and_tone(arguments.model, texts)
    targets = without(sentence_vectors(arguments.encoder, texts), tone)
    weight, bias = fit(inputs, targets)
    tensors = {"weight": weight.astype(np.float16), "bias": bias.astype(np.float16)}
    save_file(tensors, arguments.model / FILE)
    (arguments.model / FILE).chmod(0o644)
    export.add_checksum(arguments.model / FILE)


def training_texts(data: Path, own_data: Path) -> list[str]:
    """Posts to companies: those of training, without any that must not be seen."""
    written = [example for folder in own.FOLDERS for example in own.threads(own_data / folder)]
    posts = own.care(data / "care" / "train.csv") + written
    allowed = overlap.without(posts, overlap.forbidden(data))
    return list(dict.fromkeys(example.text for example in allowed))


def inner_means_and_tone(folder: Path, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """For each text, the means of its tokens' states after each layer but the last, end to end, and
    the model's probabilities of anger and of each sentiment."""

    def read(found: object, mask: Tensor) -> Tensor:
        logits = found.logits.float()
        anger = logits[:, COLUMN["anger"], None].sigmoid()
        sentiment = logits[:, SENTIMENT_COLUMNS].softmax(1)
        return torch.cat([token_means(found.hidden_states[1:-1], mask), anger, sentiment], dim=1)

    rows = encode(folder, AutoModelForSequenceClassification, texts, read)
    tones = 1 + SENTIMENT_COLUMNS.stop - SENTIMENT_COLUMNS.start
    return rows[:, :-tones], rows[:, -tones:]


def sentence_vectors(folder: Path, texts: list[str]) -> np.ndarray:
    """The sentence encoder's vectors, of length 1."""
    vectors = means(folder, [MARKERS.sub(" ", text) for text in texts], slice(-1, None))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def means(folder: Path, texts: list[str], layers: slice) -> np.ndarray:
    """The means of token states after some layers, of which the first are the embeddings."""

    def read(found: object, mask: Tensor) -> Tensor:
        return token_means(found.hidden_states[layers], mask)

    return encode(folder, AutoModel, texts, read)


def token_means(layers: tuple[Tensor, ...], mask: Tensor) -> Tensor:
    """The means of the token states of some layers, end to end."""
    weight = mask[..., None].float()
    return torch.cat([(layer.float() * weight).sum(1) / weight.sum(1) for layer in layers], dim=1)


def encode(
    folder: Path, kind: type, texts: list[str], read: Callable[[object, Tensor], Tensor]
) -> np.ndarray:
    """What is read from a model's output for each text. In bf16, as training is."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = kind.from_pretrained(folder, dtype=torch.float32).eval()
    order = sorted(range(len(texts)), key=lambda text: len(texts[text]))
    found: dict[int, np.ndarray] = {}
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            tokens = tokenizer(
                [texts[text] for text in batch],
                truncation=True,
                max_length=MAX_TOKENS,
                padding=True,
                return_tensors="pt",
            )
            rows = read(model(**tokens, output_hidden_states=True), tokens["attention_mask"])
            found |= zip(batch, rows.numpy())
    return np.array([found[text] for text in range(len(texts))])


def without(targets: np.ndarray, tone: np.ndarray) -> np.ndarray:
    """What least squares from the tone leave of the targets."""
    targets, tone = targets - targets.mean(0), tone - tone.mean(0)
    return targets - tone @ np.linalg.lstsq(tone, targets, rcond=None)[0]


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
