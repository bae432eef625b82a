"""VADER (Hutto and Gilbert, ICWSM 2014): a lexicon of sentiment with rules."""

from __future__ import annotations

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from cuts import Cuts
from examples import Example
from heads import COLUMN, OUTPUTS
from judgement import Judgement

NEUTRAL = 0.05
"""Compound scores nearer to 0 are neutral: the authors' usual cut."""


class Vader:
    """Knows only how negative a text is: that stands in for every other output."""

    name = "VADER"

    def __init__(self, real: list[Example]) -> None:
        self._analyzer = SentimentIntensityAnalyzer()
        self._cuts = Cuts(self._outputs([post.text for post in real]), real)

    def judge(self, texts: list[str]) -> Judgement:
        return self._cuts.judge(self._outputs(texts))

    def _outputs(self, texts: list[str]) -> np.ndarray:
        compound = np.array(
            [self._analyzer.polarity_scores(text)["compound"] for text in texts], dtype=float
        )
        negative = (1 - compound) / 2
        outputs = np.repeat(negative[:, None], len(OUTPUTS), axis=1)
        outputs[:, COLUMN["positive"]] = 1 - negative
        # The largest of the three decides, so neutral sits just below where the
        # others reach the usual cut.
        outputs[:, COLUMN["neutral"]] = (1 + NEUTRAL) / 2 - 1e-9
        return outputs
