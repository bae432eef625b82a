"""The order in which the program would hand these posts to a desk, without reach.

The formulas are those of `crates/report` (`band.rs`, `priority.rs`). They are
repeated here because every competitor's scores must go through them; that they
still agree with the program is checked on the measured posts.
"""

from __future__ import annotations

import numpy as np

from judgement import Judgement

WEIGHTS = {
    "urgency": 0.70,
    "anger": 0.12,
    "actionable": 0.06,
    "tried_before": 0.06,
    "churn": 0.06,
}
"""What each output counts in the need for an answer."""

BANDS = ("none", "later", "today", "now")
"""Names of the bands by their number here, the most pressing last."""


def bands(judgement: Judgement) -> np.ndarray:
    """The band of each text: 3 now, 2 today, 1 later, 0 none."""
    decided = judgement.decided
    acts = decided["actionable"] == 1
    urgency, angry = decided["urgency"], acts & (decided["anger"] >= 2)
    return np.select([urgency == 3, (urgency == 2) | angry, acts], [3, 2, 1], 0)


def need(judgement: Judgement) -> np.ndarray:
    """The need for an answer, 0 to 1: priority without reach, up to its scale."""
    return sum(weight * judgement.output(name) for name, weight in WEIGHTS.items())


def queue(judgement: Judgement) -> np.ndarray:
    """A number that grows towards the head of the queue: by band, then by need."""
    # Rounded, because equal posts must stay equal: their order would be chance.
    return bands(judgement) + np.round(need(judgement), 9) / 2


def check(judgement: Judgement, rows: list[dict]) -> None:
    """Fails when the program orders its own scores otherwise."""
    # The program prints priorities to two digits of 100, and fills 80 % without reach.
    expected = np.array([row["priority"] for row in rows]) / 80
    here = need(judgement)
    wrong = np.array([BANDS[band] for band in bands(judgement)]) != [row["band"] for row in rows]
    wrong |= np.abs(here - expected) > 1e-4
    if wrong.any():
        raise RuntimeError(
            f"the program's queue differs from queue_order.py on {wrong.sum()} posts"
        )
