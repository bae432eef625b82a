"""What a competitor says of some texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from heads import COLUMN


@dataclass(frozen=True)
class Judgement:
    """Scores and decisions for some texts.

    `outputs` has a row per text and the columns of `heads.OUTPUTS`, each from 0
    to 1, where more means more of it. `decided` holds what a user would read:
    levels 0-3, flags 0 or 1, and the number of the sentiment.
    """

    outputs: np.ndarray
    decided: dict[str, np.ndarray]

    def output(self, name: str) -> np.ndarray:
        """The scores of one output."""
        return self.outputs[:, COLUMN[name]]


class Competitor(Protocol):
    """Something that scores texts."""

    name: str

    def judge(self, texts: list[str]) -> Judgement:
        """Scores each text by itself."""
        ...
