"""What is trained on what, and for how long: every number that was chosen."""

from __future__ import annotations

from fit import Schedule

SEED = 20260301
FOLDS = 3
TRAIN_TOKENS = 128
"""Posts longer than this are cut in training; nearly none is."""

PRETRAIN = Schedule(epochs=1, rate=2e-4, layer_decay=0.9, batch_size=64)
"""On public data: what anger and sentiment look like in short informal text."""

FINE_TUNE = Schedule(epochs=8, rate=2.5e-4, layer_decay=0.9, average_from=0.6)
"""On our own labels, from the pre-trained weights; the same for folds and final runs."""

REHEARSAL = 900
"""Public examples mixed into each epoch of fine-tuning, so that what they taught stays."""

INVENTED_WEIGHT = 0.2
"""What a post of our own writing counts beside a real one when cuts are fitted.

Real posts have the right share of each level, but a few dozen of the highest.
"""

FINAL_RUNS = 2
"""Runs over every labelled post, whose weights are averaged into the shipped model."""

BLEND = 0.3
"""Part of a final target that is the post's out-of-fold prediction.

The labels are one reading each; a prediction made without them takes the edge
off those that the other posts contradict.
"""
