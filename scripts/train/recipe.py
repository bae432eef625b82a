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

FOLD_RUNS = {"earlier": 1, "all": 1}
"""Runs of a fold, with and without the later files of our own writing.

The mean of their weights is above either: a run leans towards the writing it saw.
"""

FINAL_RUNS = {"earlier": 2, "all": 1}
"""Runs over every labelled real post, of which the mean of the weights settles and ships."""

STUDENT = "6x6x256"
"""Layers, attention heads and inner units of the small model; its teacher's are 6x12x1536."""

PRUNE_ROWS = 1024
"""Texts on which is measured what the parts of the teacher do."""

DISTIL = Schedule(epochs=6, rate=5e-4, layer_decay=0.95, average_from=0.7, learns_words=False)
"""Of the shipped model into the small one."""

DISTIL_REPEATS = 2
"""How often each real post comes in an epoch of `DISTIL`; our own writing comes once."""

DISTIL_GENERAL = 12_000
"""Public texts in an epoch of `DISTIL`, others in each."""

DISTIL_LABELS = 0.5
"""Weight of the labels' loss beside that of the teacher's probabilities, of 1."""

DISTIL_STATES = 3.0
"""Weight of the loss of each layer's states."""

COMPANY = Schedule(epochs=6, rate=1e-4, layer_decay=0.9, average_from=0.5, learns_words=False)
"""On a company's own labelled posts, from the shipped weights."""

COMPANY_FOLDS = 4

FINE_TUNE_ROWS = 150
"""Labelled posts of a company under which fine-tuning is not tried."""
