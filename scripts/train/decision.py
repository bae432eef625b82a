"""Where a probability becomes a level or a yes: fitting and storing the cuts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heads import COLUMN, FLAGS, GRADED, SENTIMENT, SENTIMENT_COLUMNS, TOP_LEVEL

GRID = np.arange(1, 100) / 100
"""Candidate cuts. Finer ones would fit the noise of a few thousand posts."""


@dataclass(frozen=True)
class Decision:
    """The cuts of each head.

    A probability at or above the k-th cut of `levels` is level k (k = 1, 2, 3);
    at or above the threshold, a flag is set.
    """

    levels: Mapping[str, tuple[float, ...]]
    thresholds: Mapping[str, float]

    def decide(self, probabilities: np.ndarray) -> dict[str, np.ndarray]:
        """The decided label of each head: levels, 0/1, or the sentiment's number."""
        decided = {
            name: (probabilities[:, [COLUMN[name]]] >= np.array(cuts)).sum(axis=1)
            for name, cuts in self.levels.items()
        }
        decided |= {
            name: (probabilities[:, COLUMN[name]] >= cut).astype(int)
            for name, cut in self.thresholds.items()
        }
        decided["sentiment"] = probabilities[:, SENTIMENT_COLUMNS].argmax(axis=1)
        return decided

    def toml(self, provenance: Mapping[str, str | float]) -> str:
        """The text of `decision.toml`."""
        lines = ["schema = 1"]
        for name, cuts in self.levels.items():
            lines += ["", f"[{name}]", f"levels = [{', '.join(f'{cut:.2f}' for cut in cuts)}]"]
        for name, cut in self.thresholds.items():
            lines += ["", f"[{name}]", f"threshold = {cut:.2f}"]
        lines += ["", "[provenance]"]
        lines += [
            f"{key} = {value}" if isinstance(value, int | float) else f'{key} = "{value}"'
            for key, value in provenance.items()
        ]
        return "\n".join(lines) + "\n"


def read(path: Path) -> Decision:
    """Reads a `decision.toml`."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Decision(
        {name: tuple(table[name]["levels"]) for name in GRADED},
        {name: table[name]["threshold"] for name in FLAGS},
    )


def fit_cuts(
    probabilities: np.ndarray, labels: Mapping[str, np.ndarray], weights: np.ndarray
) -> Decision:
    """The cuts that serve these posts best.

    Levels maximise the quadratic kappa, thresholds the F1 score; `weights` says
    how much each post counts.
    """
    return Decision(
        {
            name: _best_levels(probabilities[:, COLUMN[name]], labels[name], weights)
            for name in GRADED
        },
        {
            name: _best_threshold(probabilities[:, COLUMN[name]], labels[name], weights)
            for name in FLAGS
        },
    )


def quadratic_kappa(
    labels: np.ndarray, decided: np.ndarray, weights: np.ndarray | None = None
) -> float:
    """Cohen's kappa of levels 0-3 with squared distances as costs.

    1 is perfect, 0 is chance; NaN when neither varies.
    """
    size = TOP_LEVEL + 1
    pairs = np.bincount(labels * size + decided, weights, minlength=size * size)
    observed = pairs.reshape(size, size)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / observed.sum()
    steps = np.arange(size)
    cost = (steps[:, None] - steps[None, :]) ** 2
    chance = (cost * expected).sum()
    return float(1 - (cost * observed).sum() / chance) if chance > 0 else float("nan")


def _best_levels(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> tuple[float, ...]:
    """Coordinate ascent from several starts: each cut in turn takes its best place."""
    best, best_kappa = (), -np.inf
    for start in ((16, 49, 82), (10, 30, 60), (30, 60, 90)):
        cuts = list(GRID[list(start)])
        kappa = -np.inf
        while True:
            before = kappa
            for place in range(TOP_LEVEL):
                low = cuts[place - 1] if place else 0.0
                high = cuts[place + 1] if place + 1 < TOP_LEVEL else 1.0
                for candidate in GRID[(low < GRID) & (high > GRID)]:
                    trial = [*cuts[:place], candidate, *cuts[place + 1 :]]
                    decided = (scores[:, None] >= np.array(trial)).sum(axis=1)
                    value = quadratic_kappa(labels, decided, weights)
                    if value > kappa + 1e-9:
                        kappa, cuts = value, trial
            if kappa <= before:
                break
        if kappa > best_kappa:
            best, best_kappa = tuple(float(cut) for cut in cuts), kappa
    return best


def _best_threshold(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    decided = scores[:, None] >= GRID
    hits = weights @ (decided & (labels[:, None] == 1))
    f1 = 2 * hits / np.maximum(weights @ decided + weights @ labels, 1e-9)
    # The middle of the best stretch of cuts: its edges are luck.
    return float(np.median(GRID[f1 >= f1.max() - 1e-9]).round(2))


def labels_of(examples: list) -> dict[str, np.ndarray]:
    """The labels of fully labelled examples, in the form that `decide` gives."""
    labels = {
        name: np.array([round(example.targets[name] * TOP_LEVEL) for example in examples])
        for name in GRADED
    }
    labels |= {
        name: np.array([int(example.targets[name]) for example in examples]) for name in FLAGS
    }
    labels["sentiment"] = np.array(
        [[example.targets[name] for name in SENTIMENT].index(1.0) for example in examples]
    )
    return labels
