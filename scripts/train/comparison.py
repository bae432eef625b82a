"""Whether one model orders labelled posts better than another, beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from examples import Example
from heads import COLUMN, FLAGS, GRADED, SENTIMENT

RESAMPLES = 1000
RARE = 5
"""Posts of the rarer kind under which an output is left out: its figure is luck."""


@dataclass(frozen=True)
class Figure:
    """A figure of both models, and the difference with its 95 % interval."""

    output: str
    metric: str
    before: float
    after: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """Every figure, the mean over them last."""

    figures: list[Figure]

    @property
    def is_better(self) -> bool:
        """Whether the mean is higher beyond chance."""
        return bool(self.figures) and self.figures[-1].low > 0

    def table(self) -> str:
        """The figures as a Markdown table."""
        lines = [
            "| output | metric | before | after | difference (95 % interval) |",
            "| --- | --- | ---: | ---: | --- |",
        ]
        lines += [
            f"| {f.output} | {f.metric} | {f.before:.3f} | {f.after:.3f} "
            f"| {f.after - f.before:+.3f} ({f.low:+.3f} to {f.high:+.3f}) |"
            for f in self.figures
        ]
        return "\n".join(lines)


def compare(posts: Sequence[Example], before: np.ndarray, after: np.ndarray) -> Comparison:
    """Compares the raw outputs of two models for the same posts.

    The figures depend on the order of the posts alone, so that neither model gains by
    its cuts: rank correlation for levels, AUROC for yes and no and for each sentiment.
    Intervals are percentiles over posts drawn with replacement (seed 0), the same
    draws for both models.
    """
    chance = np.random.default_rng(0)
    draws = [np.arange(len(posts))]
    draws += [chance.integers(0, len(posts), len(posts)) for _ in range(RESAMPLES)]
    figures, differences = [], []
    for output in (*GRADED, *SENTIMENT, *FLAGS):
        labelled = np.array([output in post.targets for post in posts])
        truth = np.array([post.targets.get(output, 0.0) for post in posts])
        counts = np.unique(truth[labelled], return_counts=True)[1]
        if len(counts) < 2 or np.sort(counts)[:-1].sum() < RARE:
            continue
        values = np.array(
            [
                [
                    _agreement(truth[rows], scores[rows, COLUMN[output]])
                    for scores in (before, after)
                ]
                for draw in draws
                for rows in [draw[labelled[draw]]]
            ]
        )
        metric = "Spearman" if output in GRADED else "AUROC"
        figures.append(_figure(output, metric, values))
        differences.append(values)
    if differences:
        figures.append(_figure("mean", "", np.nanmean(differences, axis=0)))
    return Comparison(figures)


def _figure(output: str, metric: str, values: np.ndarray) -> Figure:
    spread = values[1:, 1] - values[1:, 0]
    low, high = np.nanpercentile(spread, (2.5, 97.5))
    return Figure(output, metric, values[0, 0], values[0, 1], float(low), float(high))


def _agreement(truth: np.ndarray, scores: np.ndarray) -> float:
    levels = np.unique(truth)
    if len(levels) < 2:
        return np.nan
    ranks = rankdata(scores)
    if len(levels) > 2:
        return float(np.corrcoef(ranks, rankdata(truth))[0, 1])
    yes = truth == levels[1]
    count = yes.sum()
    return float((ranks[yes].sum() - count * (count + 1) / 2) / (count * (len(truth) - count)))
