"""How well vectors of posts tell what the posts are about, layer by layer.

    PYTHONPATH=scripts/train python scripts/accuracy/topics.py --complaints complaints-data.csv --encoder DIR --uproar PROGRAM

Prints a table in Markdown, for docs/model.md. The posts are the complaints of Preotiuc-Pietro et al.
(ACL 2019), without handles; their classes are the nine domains of the companies. 10-NN is the share of
posts for whose class ten neighbours vote that are in other folds; AMI is the adjusted mutual
information of the classes and of nine clusters by k-means, the mean of five runs. Tone is the share of
the variance of the model's anger that ridge regression explains from the vectors in other folds: the
less, the less a topic is one of angry posts.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from sklearn.cluster import KMeans
from sklearn.linear_model import Ridge
from sklearn.metrics import adjusted_mutual_info_score, r2_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

import embedding
from normalizer import normalize

MODEL = Path(__file__).resolve().parents[2] / "models" / "care-minilm"
RUNS = 5


def complaints(path: Path) -> tuple[list[str], np.ndarray]:
    """Texts and domains of the posts that complain."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(text, domain) for _, text, label, domain in csv.reader(file) if label == "1"]
    return [text for text, _ in rows], np.array([domain for _, domain in rows])


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def figures(vectors: np.ndarray, classes: np.ndarray, anger: np.ndarray) -> str:
    """The three figures of vectors without what all posts share."""
    vectors = unit(unit(vectors) - unit(vectors).mean(0))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    voted = cross_val_predict(KNeighborsClassifier(10), vectors, classes, cv=folds)
    clusters = [
        KMeans(len(set(classes)), n_init=1, random_state=run).fit_predict(vectors)
        for run in range(RUNS)
    ]
    agreement = np.mean([adjusted_mutual_info_score(classes, found) for found in clusters])
    folds = KFold(5, shuffle=True, random_state=0)
    tone = r2_score(anger, cross_val_predict(Ridge(), vectors, anger, cv=folds))
    return f"{np.mean(voted == classes):.3f} | {agreement:.3f} | {tone:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--complaints", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="all-MiniLM-L6-v2")
    parser.add_argument("--uproar", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    texts, classes = complaints(arguments.complaints)
    texts = normalize(texts, arguments.uproar)
    anger = embedding.inner_means_and_tone(MODEL, texts)[1][:, 0]

    def row(name: str, vectors: np.ndarray) -> None:
        print(f"| {name} | {figures(vectors, classes, anger)} |", flush=True)

    print("| vector | 10-NN | AMI | tone |")
    print("| --- | ---: | ---: | ---: |")
    row("all-MiniLM-L6-v2, its sentence vector", embedding.sentence_vectors(arguments.encoder, texts))
    states = embedding.means(MODEL, texts, slice(None))
    for number, layer in enumerate(np.split(states, 7, axis=1)):
        row(f"care-minilm, mean of the token states after layer {number}", layer)
    inner = np.split(states, 7, axis=1)[1:-1]
    tensors = {name: value.astype(np.float32) for name, value in load_file(MODEL / embedding.FILE).items()}
    vectors = np.concatenate(inner, axis=1) @ tensors["weight"] + tensors["bias"]
    quantised = np.rint(vectors / np.abs(vectors).max(1, keepdims=True) * 127)
    row("care-minilm, the embedding of 64 bytes", quantised)


if __name__ == "__main__":
    main()
