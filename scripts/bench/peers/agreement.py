"""How far a contestant's probabilities are from those of `transformers` in f32."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import numpy as np

OUTPUTS = (
    "anger", "urgency", "negative", "neutral", "positive", "actionable", "tried_before", "churn",
)
SENTIMENT = slice(2, 5)


def calibrated(probabilities: np.ndarray, decision: Path) -> np.ndarray:
    """The probabilities that users see: by the model's decision.toml, as docs/scoring.md says."""
    fitted = tomllib.loads(decision.read_text(encoding="utf-8"))
    p = probabilities.clip(1e-12, 1 - 1e-12)
    result = p.copy()
    for column, name in enumerate(OUTPUTS):
        if name in fitted:
            by = fitted[name]["calibration"]
            odds = by["a"] * np.log(p[:, column]) - by["b"] * np.log1p(-p[:, column]) + by["c"]
            result[:, column] = 1 / (1 + np.exp(-odds))
    warm = np.log(p[:, SENTIMENT]) / fitted["sentiment"]["temperature"]
    exponents = np.exp(warm + np.array(fitted["sentiment"]["bias"]))
    result[:, SENTIMENT] = exponents / exponents.sum(axis=1, keepdims=True)
    return result


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Sentiment's three outputs share one softmax; each other output has its sigmoid."""
    result = 1 / (1 + np.exp(-logits))
    exponents = np.exp(logits[:, SENTIMENT] - logits[:, SENTIMENT].max(axis=1, keepdims=True))
    result[:, SENTIMENT] = exponents / exponents.sum(axis=1, keepdims=True)
    return result


def read(path: Path, named: bool) -> np.ndarray:
    """A contestant's probabilities, by post: from named logits, or from eight sigmoids in order."""
    with path.open(encoding="utf-8", newline="") as file:
        if named:
            rows = sorted(csv.DictReader(file), key=lambda row: int(row["id"]))
            return probabilities(
                np.array([[float(row[f"logit_{name}"]) for name in OUTPUTS] for row in rows])
            )
        sigmoids = np.array([[float(cell) for cell in row[1:]] for row in csv.reader(file)])
    sigmoids = sigmoids.clip(1e-8, 1 - 1e-8)
    return probabilities(np.log(sigmoids / (1 - sigmoids)))


def difference(ours: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    """99th percentile and maximum of |Δp| over all outputs of all posts."""
    apart = np.abs(ours - reference)
    return {"p99": float(np.quantile(apart, 0.99)), "max": float(apart.max())}
