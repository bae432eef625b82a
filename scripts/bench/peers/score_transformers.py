"""Python `transformers` on a CSV of posts, as people write it or with posts sorted by length."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

import posts

BATCH = 32


def as_written(model: Path, texts: list[str], max_tokens: int) -> list[list[float]]:
    """The pipeline with its defaults: one post at a time."""
    classify = pipeline("text-classification", model=str(model), top_k=None, dtype=torch.float32)
    names = classify.model.config.id2label.values()
    rows = []
    for scores in classify(texts, truncation=True, max_length=max_tokens):
        of = {score["label"]: score["score"] for score in scores}
        rows.append([of[name] for name in names])
    return rows


def sorted_batches(model: Path, texts: list[str], max_tokens: int) -> list[list[float]]:
    """Batches of posts of like length, in inference mode."""
    network = AutoModelForSequenceClassification.from_pretrained(model, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(model)
    encoded = tokenizer(texts, truncation=True, max_length=max_tokens)["input_ids"]
    order = sorted(range(len(encoded)), key=lambda post: len(encoded[post]))
    rows: list = [None] * len(encoded)
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            ids = {"input_ids": [encoded[post] for post in batch]}
            padded = tokenizer.pad(ids, return_tensors="pt")
            probabilities = torch.sigmoid(network(**padded).logits)
            for post, row in zip(batch, probabilities.tolist(), strict=True):
                rows[post] = row
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--max-tokens", type=int, required=True)
    parser.add_argument("--sorted", action="store_true", help="batches of posts sorted by length")
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    keys, texts = posts.read(arguments.input)
    score = sorted_batches if arguments.sorted else as_written
    posts.write_scores(
        arguments.output, keys, score(arguments.model, texts, arguments.max_tokens)
    )


if __name__ == "__main__":
    main()
