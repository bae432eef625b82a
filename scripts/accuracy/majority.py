"""The floor: one answer for every text."""

from __future__ import annotations

import numpy as np

from examples import Example, labels_of
from heads import COLUMN, FLAGS, GRADED, OUTPUTS, SENTIMENT_COLUMNS, TOP_LEVEL
from judgement import Judgement


class Majority:
    """Gives every text the commonest label of the real training posts."""

    name = "Majority class"

    def __init__(self, real: list[Example]) -> None:
        self._decided = {
            head: int(np.bincount(labels).argmax()) for head, labels in labels_of(real).items()
        }

    def judge(self, texts: list[str]) -> Judgement:
        row = np.zeros(len(OUTPUTS))
        for head in GRADED:
            row[COLUMN[head]] = self._decided[head] / TOP_LEVEL
        for head in FLAGS:
            row[COLUMN[head]] = self._decided[head]
        row[SENTIMENT_COLUMNS][self._decided["sentiment"]] = 1.0
        decided = {head: np.full(len(texts), label) for head, label in self._decided.items()}
        return Judgement(np.tile(row, (len(texts), 1)), decided)
