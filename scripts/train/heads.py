"""The model's eight outputs: their names, order, kind and label levels."""

from __future__ import annotations

OUTPUTS = (
    "anger",
    "urgency",
    "negative",
    "neutral",
    "positive",
    "actionable",
    "tried_before",
    "churn",
)
"""Names of the outputs, in the order of the classifier's rows."""

GRADED = ("anger", "urgency")
"""Sigmoid outputs whose labels are the levels 0-3, trained as level / 3."""

SENTIMENT = ("negative", "neutral", "positive")
"""Outputs that share one softmax."""

FLAGS = ("actionable", "tried_before", "churn")
"""Sigmoid outputs whose labels are 0 or 1."""

HEADS = (*GRADED, "sentiment", *FLAGS)
"""What a post is labelled with: one loss term each."""

TOP_LEVEL = 3
"""The highest label level of a graded output."""

COLUMN = {name: index for index, name in enumerate(OUTPUTS)}
"""Column of each output."""

SENTIMENT_COLUMNS = slice(COLUMN["negative"], COLUMN["positive"] + 1)
"""Columns of the softmax."""

SIGMOID_COLUMNS = tuple(COLUMN[name] for name in (*GRADED, *FLAGS))
"""Columns that each pass through their own sigmoid."""
