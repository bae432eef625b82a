"""A training example: a text, a target per output and a weight per head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from heads import COLUMN, FLAGS, GRADED, HEADS, OUTPUTS, SENTIMENT, TOP_LEVEL


@dataclass(frozen=True)
class Example:
    """One labelled text.

    `targets` maps an output to a probability in 0..1; an output that is absent
    is unlabelled and adds nothing to the loss. `weights` scales the loss of a
    head (1 where absent).
    """

    source: str
    key: str
    text: str
    targets: Mapping[str, float]
    weights: Mapping[str, float] = field(default_factory=dict)

    def target_row(self) -> list[float]:
        """The targets in output order; 0 stands in where there is none."""
        return [self.targets.get(name, 0.0) for name in OUTPUTS]

    def weight_row(self) -> list[float]:
        """The loss weight of each output, 0 where it is unlabelled.

        The softmax has one loss for its three outputs: its weight is in the
        first of them and the other two carry 0.
        """
        row = [0.0] * len(OUTPUTS)
        for head in HEADS:
            output = SENTIMENT[0] if head == "sentiment" else head
            if output in self.targets:
                row[COLUMN[output]] = self.weights.get(head, 1.0)
        return row


def graded(level: int) -> float:
    """The soft target of a label level."""
    return level / TOP_LEVEL


def sentiment(label: str) -> dict[str, float]:
    """Targets of the softmax from a sentiment's name."""
    if label not in SENTIMENT:
        raise ValueError(f"unknown sentiment {label!r}: expected one of {SENTIMENT}")
    return {name: float(name == label) for name in SENTIMENT}


def labels_of(examples: Sequence[Example]) -> dict[str, np.ndarray]:
    """The labels of fully labelled examples: levels, 0/1, and the sentiment's number."""
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
