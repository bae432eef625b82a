"""Where scores become levels and flags: one fit for every competitor."""

from __future__ import annotations

from itertools import combinations

import numpy as np

import figures
from examples import Example, labels_of
from heads import COLUMN, FLAGS, GRADED, SENTIMENT_COLUMNS, TOP_LEVEL
from judgement import Judgement

GRID = np.arange(1, 100) / 100
"""Candidate cuts between levels. Finer ones would fit the noise."""

TRIPLES = np.array(list(combinations(range(len(GRID)), TOP_LEVEL)))
"""Every ascending choice of three of them."""


class Cuts:
    """The levels with the best quadratic kappa and the flags with the best F1 score.

    `outputs` are a competitor's scores of real training posts, in the columns of
    `heads.OUTPUTS`; one that learns must give scores of posts that were left out
    of its training. The likeliest sentiment counts, so it needs no cut.
    """

    def __init__(self, outputs: np.ndarray, posts: list[Example]) -> None:
        labels = labels_of(posts)
        self._levels = {
            head: best_levels(labels[head], outputs[:, COLUMN[head]]) for head in GRADED
        }
        self._thresholds = {
            head: figures.best_cut(labels[head], outputs[:, COLUMN[head]]) for head in FLAGS
        }

    def judge(self, outputs: np.ndarray) -> Judgement:
        """The scores with the decisions that follow from them."""
        decided = {
            head: (outputs[:, [COLUMN[head]]] >= levels).sum(axis=1)
            for head, levels in self._levels.items()
        }
        decided |= {
            head: (outputs[:, COLUMN[head]] >= threshold).astype(int)
            for head, threshold in self._thresholds.items()
        }
        decided["sentiment"] = outputs[:, SENTIMENT_COLUMNS].argmax(axis=1)
        return Judgement(outputs, decided)


def best_levels(truth: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The three cuts of the grid with the highest quadratic kappa; every choice is tried."""
    reached = np.array(
        [(scores[truth == level, None] >= GRID).sum(axis=0) for level in range(TOP_LEVEL + 1)]
    )
    posts = np.bincount(truth, minlength=TOP_LEVEL + 1)
    # How many posts of each level (down) reach each cut (across), for each choice;
    # all reach the level 0, and none a level above the highest.
    every = np.broadcast_to(posts[:, None], (len(posts), len(TRIPLES)))
    steps = np.stack([every, *reached[:, TRIPLES].transpose(2, 0, 1), np.zeros_like(every)])
    tables = (steps[:-1] - steps[1:]).transpose(2, 1, 0)
    return GRID[TRIPLES[np.nanargmax(figures.kappa_of(tables))]]
