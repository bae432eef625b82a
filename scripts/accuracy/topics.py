"""Which layer of the encoder tells best what a post is about, and how far its vectors can shrink.

    python scripts/accuracy/topics.py --complaints complaints-data.csv --encoder DIR --uproar PROGRAM

Prints a table in Markdown. A vector is the mean of the token states after a layer. The classes are
the domains of the complaints of Preotiuc-Pietro et al. (ACL 2019), and the industries of every
second post of data/threads. 5-NN is the share of posts whose class five neighbours out of fold vote
for; V is the V-measure of k-means with as many clusters as classes.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.metrics import v_measure_score
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from transformers import AutoModel, AutoTokenizer

from normalizer import normalize

ROOT = Path(__file__).resolve().parents[2]
DIMENSIONS = (32, 64, 96, 128)


def complaints(path: Path) -> tuple[list[str], list[str]]:
    """Texts and domains of the posts that complain."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(text, domain) for _, text, label, domain in csv.reader(file) if label == "1"]
    return [text for text, _ in rows], [domain for _, domain in rows]


def own() -> tuple[list[str], list[str]]:
    """Texts and industries of our own posts."""
    texts, industries = [], []
    for path in sorted((ROOT / "data" / "threads").glob("singles*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[::2]:
            post = json.loads(line)
            texts.append(post["text"])
            industries.append(post["industry"])
    return texts, industries


def layers(model_folder: Path, texts: list[str]) -> list[np.ndarray]:
    """For each layer from the embeddings on, the mean of the token states of each text."""
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    model = AutoModel.from_pretrained(model_folder, dtype=torch.float32).eval()
    found: list[list[np.ndarray]] = []
    with torch.inference_mode():
        for text in texts:
            tokens = tokenizer(text, truncation=True, max_length=256, return_tensors="pt")
            states = model(**tokens, output_hidden_states=True).hidden_states
            found.append([state[0].mean(0).numpy() for state in states])
    return [np.array(layer) for layer in zip(*found)]


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def shrink(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    """A random projection by signs (Achlioptas 2003), its values as bytes."""
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (vectors.shape[1], dimensions))
    projected = unit(unit(vectors) @ signs)
    return np.rint(projected / np.abs(projected).max(1, keepdims=True) * 127)


def figures(vectors: np.ndarray, classes: list[str]) -> str:
    """5-NN accuracy and V-measure of vectors without what all posts share."""
    vectors = unit(unit(vectors) - unit(vectors).mean(0))
    voted = cross_val_predict(KNeighborsClassifier(5), vectors, classes, cv=5)
    accuracy = np.mean(voted == np.array(classes))
    clusters = [
        KMeans(len(set(classes)), n_init=1, random_state=seed).fit_predict(vectors)
        for seed in range(5)
    ]
    measure = np.mean([v_measure_score(classes, labels) for labels in clusters])
    return f"{accuracy:.3f} | {measure:.3f}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--complaints", type=Path, required=True)
    arguments.add_argument("--encoder", type=Path, required=True, help="all-MiniLM-L6-v2")
    arguments.add_argument("--uproar", type=Path, required=True)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    sets = [complaints(options.complaints), own()]
    normalized = [normalize(texts, options.uproar) for texts, _ in sets]

    def row(name: str, vectors: list[np.ndarray]) -> None:
        cells = [figures(each, classes) for each, (_, classes) in zip(vectors, sets)]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)

    print("| vector | complaints: 5-NN | V | our posts: 5-NN | V |")
    print("| --- | ---: | ---: | ---: | ---: |")
    original = [layers(options.encoder, texts)[-1] for texts, _ in sets]
    row("all-MiniLM-L6-v2, layer 6", original)
    ours = [layers(ROOT / "models" / "care-minilm", texts) for texts in normalized]
    for number in range(len(ours[0])):
        row(f"layer {number}", [layer[number] for layer in ours])
    for number in range(2, 6):
        for dimensions in DIMENSIONS:
            small = [shrink(layer[number], dimensions) for layer in ours]
            row(f"layer {number}, {dimensions} bytes", small)


if __name__ == "__main__":
    main()
