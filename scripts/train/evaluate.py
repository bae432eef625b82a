"""Measures a model, or the program's own scores, against labelled posts."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import torch
from transformers import BertForSequenceClassification

import decision
import metrics
import model as network
import normalizer
import own
import tokenizer
from examples import Example
from heads import OUTPUTS


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    if arguments.labels.is_dir():
        posts = own.threads(arguments.labels, held_out=True)
    else:
        posts = own.care(arguments.labels)
    if arguments.source:
        posts = [post for post in posts if post.source.split(":")[-1] in arguments.source]
    if not posts:
        raise SystemExit(f"{arguments.labels}: no labelled post to measure on")
    if arguments.scores:
        probabilities = from_scores(arguments.scores, posts)
    else:
        probabilities = from_model(arguments.model, posts, arguments.uproar)
    cuts = decision.read(arguments.model / "decision.toml")
    figures = metrics.report(probabilities, decision.labels_of(posts), cuts)
    print(f"{len(posts)} posts of {arguments.labels.name}\n\n{metrics.table(figures)}")
    if arguments.json:
        text = json.dumps(metrics.as_json(figures), indent=2) + "\n"
        arguments.json.write_text(text, encoding="utf-8")


def from_model(folder: Path, posts: list[Example], program: Path) -> np.ndarray:
    """Probabilities that Python computes with the weights of a model folder."""
    net = BertForSequenceClassification.from_pretrained(folder, dtype=torch.float32)
    texts = normalizer.normalize((post.text for post in posts), program)
    limit = net.config.uproar["max_tokens"]
    return network.predict(net, network.tokenize(tokenizer.load(folder), texts, limit))


def from_scores(path: Path, posts: list[Example]) -> np.ndarray:
    """Probabilities from a `posts.csv` that `uproar score` wrote, matched by id."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    missing = [post.key for post in posts if post.key not in rows]
    if missing:
        raise SystemExit(f"{path}: {len(missing)} labelled posts have no score, first {missing[0]}")
    return np.array([[float(rows[post.key][name]) for name in OUTPUTS] for post in posts])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--labels",
        type=Path,
        required=True,
        help="a labelled CSV such as care/dev.csv, or the threads folder for its held-out files",
    )
    parser.add_argument("--model", type=Path, default=Path("models/care-minilm"))
    parser.add_argument("--scores", type=Path, help="posts.csv of the program, instead of Python")
    parser.add_argument("--source", nargs="+", help="only posts of these sources, e.g. twcs air15")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--uproar", type=Path, default=normalizer.DEFAULT_PROGRAM)
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    return parser.parse_args()


if __name__ == "__main__":
    main()
