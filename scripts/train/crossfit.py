"""The cross-fitted outputs as a labels file, from which `uproar tune` fits the decision."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from examples import Example
from heads import FLAGS, GRADED, OUTPUTS, SENTIMENT, TOP_LEVEL


def write(path: Path, posts: Sequence[Example], logits: np.ndarray) -> None:
    """Writes id, labels and raw outputs of each post, and no text."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        outputs = [f"logit_{name}" for name in OUTPUTS]
        writer.writerow(["id", *GRADED, "sentiment", *FLAGS, *outputs])
        for post, row in zip(posts, logits, strict=True):
            levels = [_cell(post, name, TOP_LEVEL) for name in GRADED]
            sentiments = [name for name in SENTIMENT if post.targets.get(name) == 1]
            flags = [_cell(post, name, 1) for name in FLAGS]
            numbers = [f"{value:.6f}" for value in row]
            writer.writerow([post.key, *levels, *(sentiments or [""]), *flags, *numbers])


def _cell(post: Example, name: str, top: int) -> str:
    """A label as a number up to `top`; empty where it was left open."""
    return str(round(post.targets[name] * top)) if name in post.targets else ""
