"""How well scores agree with labels, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score

from decision import Decision, quadratic_kappa
from heads import COLUMN, FLAGS, GRADED, SENTIMENT_COLUMNS, TOP_LEVEL

RESAMPLES = 1000
BINS = 10


@dataclass(frozen=True)
class Figure:
    """One measured figure with its 95 % interval."""

    head: str
    metric: str
    value: float
    low: float
    high: float


def report(
    probabilities: np.ndarray,
    labels: Mapping[str, np.ndarray],
    decision: Decision,
    resamples: int = RESAMPLES,
) -> list[Figure]:
    """Every figure of every head.

    Intervals are percentiles over posts drawn with replacement (seed 0), so they
    hold the chance of which posts were labelled, not that of the labelling.
    """
    decided = decision.decide(probabilities)
    count = len(probabilities)
    chance = np.random.default_rng(0)
    draws = [chance.integers(0, count, count) for _ in range(resamples)]
    figures = []
    for head, metric, measure in _measures(probabilities, labels, decided):
        spread = [value for rows in draws if np.isfinite(value := measure(rows))]
        low, high = np.percentile(spread, (2.5, 97.5)) if spread else (np.nan, np.nan)
        figures.append(Figure(head, metric, measure(np.arange(count)), float(low), float(high)))
    return figures


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| output | metric | value | 95 % interval |", "| --- | --- | ---: | --- |"]
    lines += [
        f"| {f.head} | {f.metric} | {f.value:.3f} | {f.low:.3f} to {f.high:.3f} |" for f in figures
    ]
    return "\n".join(lines)


def as_json(figures: list[Figure]) -> list[dict]:
    """The figures as JSON values; what cannot be measured is null."""
    return [
        {key: None if value != value else value for key, value in asdict(figure).items()}
        for figure in figures
    ]


def calibration_error(confidence: np.ndarray, outcome: np.ndarray) -> float:
    """Expected calibration error over ten bins of equal width.

    The mean distance between confidence and outcome, both averaged within a
    bin, weighted by the bin's posts (Naeini et al., AAAI 2015).
    """
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, confidence - outcome, minlength=BINS)
    return float(np.abs(gaps).sum() / len(confidence))


Measure = Callable[[np.ndarray], float]


def _measures(
    probabilities: np.ndarray,
    labels: Mapping[str, np.ndarray],
    decided: Mapping[str, np.ndarray],
) -> list[tuple[str, str, Measure]]:
    measures: list[tuple[str, str, Measure]] = []

    def add(head: str, metric: str, measure: Callable[..., float], *arrays: np.ndarray) -> None:
        def measured(rows: np.ndarray) -> float:
            return float(measure(*(array[rows] for array in arrays)))

        measures.append((head, metric, measured))

    for name in GRADED:
        scores, truth = probabilities[:, COLUMN[name]], labels[name]
        add(name, "quadratic kappa", quadratic_kappa, truth, decided[name])
        add(name, "Spearman", _spearman, scores, truth)
        for level in (2, 3):
            add(name, f"AUROC of level >= {level}", _auroc, truth >= level, scores)
        add(name, "ECE of level / 3", calibration_error, scores, truth / TOP_LEVEL)
    softmax, truth = probabilities[:, SENTIMENT_COLUMNS], labels["sentiment"]
    add("sentiment", "macro-F1", _macro_f1, truth, decided["sentiment"])
    right = (decided["sentiment"] == truth).astype(float)
    add("sentiment", "accuracy", np.mean, right)
    add("sentiment", "ECE", calibration_error, softmax.max(axis=1), right)
    for name in FLAGS:
        scores, truth = probabilities[:, COLUMN[name]], labels[name]
        add(name, "AUROC", _auroc, truth, scores)
        add(name, "average precision", _average_precision, truth, scores)
        add(name, "F1 at the threshold", _f1, truth, decided[name])
        add(name, "ECE", calibration_error, scores, truth.astype(float))
    return measures


# The bootstrap repeats each of these a thousand times: sklearn's checks of its
# input would take most of the time, so the short formulas are spelled out.


def _spearman(scores: np.ndarray, truth: np.ndarray) -> float:
    if len(np.unique(truth)) < 2:
        return np.nan
    return np.corrcoef(rankdata(scores), rankdata(truth))[0, 1]


def _auroc(truth: np.ndarray, scores: np.ndarray) -> float:
    """The share of (yes, no) pairs in the right order, ties half (Mann-Whitney)."""
    yes = np.count_nonzero(truth)
    no = len(truth) - yes
    if yes == 0 or no == 0:
        return np.nan
    rank_sum = rankdata(scores)[truth.astype(bool)].sum()
    return (rank_sum - yes * (yes + 1) / 2) / (yes * no)


def _average_precision(truth: np.ndarray, scores: np.ndarray) -> float:
    return average_precision_score(truth, scores) if truth.any() else np.nan


def _f1(truth: np.ndarray, decided: np.ndarray) -> float:
    positives = np.count_nonzero(truth) + np.count_nonzero(decided)
    return 2 * np.count_nonzero(truth & decided) / positives if positives else np.nan


def _macro_f1(truth: np.ndarray, decided: np.ndarray) -> float:
    scores = [
        _f1((truth == label).astype(int), (decided == label).astype(int)) for label in range(3)
    ]
    return np.nan if np.isnan(scores).all() else np.nansum(scores) / 3
