"""What is trained on what, and for how long: every number that was chosen."""

from __future__ import annotations

from fit import Schedule

SEED = 20260301
FOLDS = 3
TRAIN_TOKENS = 128
"""Posts longer than this are cut in training; nearly none is."""

PRETRAIN = Schedule(epochs=1, rate=2e-4, layer_decay=0.9, batch_size=64)
"""On public data: what anger and sentiment look like in short informal text."""

FINE_TUNE = Schedule(epochs=6, rate=2.5e-4, layer_decay=0.9, average_from=0.6, learns_words=False)
"""On our own labels, from the pre-trained weights; the same for folds and final runs."""

SETTLE = Schedule(epochs=3, rate=1e-4, layer_decay=0.9, average_from=0.4, learns_words=False)
"""Afterwards, on a mix in which real posts outweigh our own writing, as they do in use.

The mean of the weights before and after is kept: it has nearly all of the gain on
posts like those trained on, and loses nothing on others (Wortsman et al., CVPR 2022).
"""

SETTLE_REPEATS = 2
"""How often each real post comes in an epoch of `SETTLE`."""

SETTLE_INVENTED = 1600
"""Posts of our own writing in an epoch of `SETTLE`."""

REHEARSAL = {"tweeteval": 400, "goemotions": 400, "semeval": 300, "complaints": 100}
"""Public examples mixed into each epoch of fine-tuning, so that what they taught stays.

A third of them in `SETTLE`.
"""

FINAL_RUNS = 2
"""Runs over every labelled post, whose weights are averaged into the shipped model."""

COMPANY = Schedule(epochs=6, rate=1e-4, layer_decay=0.9, average_from=0.5, learns_words=False)
"""On a company's own labelled posts, from the shipped weights."""

COMPANY_FOLDS = 4

FINE_TUNE_ROWS = 150
"""Labelled posts of a company under which fine-tuning is not tried."""
