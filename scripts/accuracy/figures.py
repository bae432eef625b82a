"""Figures with bootstrap intervals.

A resample of n rows is a count of how often each row was drawn, so a figure of
all resamples at once is arithmetic on a matrix of counts. Its first row counts
every text once: that is the figure itself. Competitors share one matrix, so
that the difference of two figures is a paired one.

Every measure takes the truth, what a competitor says, and the counts, and gives
a value for each row of the counts; NaN where a resample lacks a class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RESAMPLES = 1000
SEED = 0
BLOCK = 64
"""Rows of the counts that a rank figure takes at a time, to bound memory."""


@dataclass(frozen=True)
class Figure:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


def resamples(rows: int, count: int = RESAMPLES) -> np.ndarray:
    """The counts: one row of ones, then a row for each resample."""
    chance = np.random.default_rng(SEED)
    drawn = [np.bincount(chance.integers(0, rows, rows), minlength=rows) for _ in range(count)]
    return np.vstack([np.ones(rows, dtype=np.int64), *drawn]).astype(np.uint8)


def figure(values: np.ndarray) -> Figure:
    """The figure whose value comes first and whose resamples follow."""
    low, high = np.nanpercentile(values[1:], (2.5, 97.5))
    return Figure(float(values[0]), float(low), float(high))


def quadratic_kappa(truth: np.ndarray, decided: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Cohen's kappa of levels 0-3 with squared distances as costs."""
    return kappa_of(_tables(truth, decided, 4, counts))


def kappa_of(tables: np.ndarray) -> np.ndarray:
    """The quadratic kappa of each confusion table of levels 0-3."""
    cost = (np.arange(4)[:, None] - np.arange(4)[None, :]) ** 2
    observed = np.einsum("ntd,td->n", tables, cost)
    truth, decided = tables.sum(axis=2), tables.sum(axis=1)
    expected = np.einsum("nt,nd,td->n", truth, decided, cost) / truth.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1 - observed / expected


def f1(truth: np.ndarray, decided: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The F1 score of a yes."""
    return _class_f1(_tables(truth.astype(int), decided.astype(int), 2, counts))[:, 1]


def macro_f1(truth: np.ndarray, decided: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The mean F1 score of the three sentiments."""
    return _class_f1(_tables(truth, decided, 3, counts)).mean(axis=1)


def macro_recall(truth: np.ndarray, decided: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The mean recall of the three sentiments."""
    tables = _tables(truth, decided, 3, counts)
    with np.errstate(invalid="ignore"):
        return (_diagonal(tables) / tables.sum(axis=2)).mean(axis=1)


def accuracy(truth: np.ndarray, decided: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The share of right answers."""
    tables = _tables(truth, decided, 3, counts)
    return _diagonal(tables).sum(axis=1) / tables.sum(axis=(1, 2))


def auroc(truth: np.ndarray, scores: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The share of (yes, no) pairs in the right order, ties half (Mann-Whitney)."""

    def measure(yes: np.ndarray, no: np.ndarray) -> np.ndarray:
        below = no.sum(axis=1, keepdims=True) - np.cumsum(no, axis=1)
        pairs = yes.sum(axis=1) * no.sum(axis=1)
        return (yes * (below + no / 2)).sum(axis=1) / pairs

    return _by_rank(truth, scores, counts, measure)


def average_precision(truth: np.ndarray, scores: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The precision at each yes, read from the top, averaged; equal scores count together."""

    def measure(yes: np.ndarray, no: np.ndarray) -> np.ndarray:
        found, read = np.cumsum(yes, axis=1), np.cumsum(yes + no, axis=1)
        precision = np.divide(found, read, out=np.zeros_like(found), where=read > 0)
        return (yes * precision).sum(axis=1) / yes.sum(axis=1)

    return _by_rank(truth, scores, counts, measure)


def found_in_top_tenth(truth: np.ndarray, scores: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The share of the yes rows among the first tenth by score.

    Where equal scores straddle the end of the tenth, what a random order among
    them would find on average.
    """
    read = -(-len(truth) // 10)

    def measure(yes: np.ndarray, no: np.ndarray) -> np.ndarray:
        size = yes + no
        before = np.cumsum(size, axis=1) - size
        taken = np.clip(read - before, 0, size)
        part = np.divide(taken, size, out=np.zeros_like(size), where=size > 0)
        return (yes * part).sum(axis=1) / yes.sum(axis=1)

    return _by_rank(truth, scores, counts, measure)


def best_cut(truth: np.ndarray, scores: np.ndarray) -> float:
    """The score from which on a yes gives the highest F1 score."""
    cuts, group = np.unique(scores, return_inverse=True)
    yes = np.bincount(group, truth, minlength=len(cuts))[::-1].cumsum()[::-1]
    decided = np.bincount(group, minlength=len(cuts))[::-1].cumsum()[::-1]
    return float(cuts[np.argmax(2 * yes / (decided + truth.sum()))])


def _tables(truth: np.ndarray, decided: np.ndarray, size: int, counts: np.ndarray) -> np.ndarray:
    """Confusion tables, one for each row of the counts: truth down, decided across."""
    cells = truth * size + decided
    table = np.stack(
        [counts[:, cells == cell].sum(axis=1, dtype=np.int64) for cell in range(size**2)], axis=1
    )
    return table.reshape(len(counts), size, size).astype(float)


def _diagonal(tables: np.ndarray) -> np.ndarray:
    return np.diagonal(tables, axis1=1, axis2=2)


def _class_f1(tables: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return 2 * _diagonal(tables) / (tables.sum(axis=1) + tables.sum(axis=2))


def _by_rank(truth: np.ndarray, scores: np.ndarray, counts: np.ndarray, measure) -> np.ndarray:
    """Applies a measure to the counts of yes and no at each score, the highest first."""
    order = np.argsort(-scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=np.inf))
    truth = truth[order].astype(bool)
    values = []
    for start in range(0, len(counts), BLOCK):
        block = counts[start : start + BLOCK, order].astype(float)
        yes = np.add.reduceat(block * truth, starts, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            values.append(measure(yes, np.add.reduceat(block, starts, axis=1) - yes))
    return np.concatenate(values)
