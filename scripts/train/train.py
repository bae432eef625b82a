"""Trains the classifier and writes its model folder.

1. Pre-training: one pass over public data with labels that are near to ours.
2. Cross-fitting: the pre-trained model is fine-tuned for each fold of the real
   posts, on our own writing and the real posts outside that fold, settles on a mix
   of mostly real posts, and predicts those inside the fold. From these predictions,
   which no model made of a post it had seen, `uproar tune` fits calibration and
   thresholds.
3. Final runs: the pre-trained model is fine-tuned on all labelled posts, settles
   as the folds did, and ships.

Fine-tuning is a few runs with different parts of our own writing. They start from
the same weights, so the mean of theirs is a model as well, and a better one than
any of them.

Each step's result is kept in the work folder and reused; delete the folder to
start over.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from transformers import BertForSequenceClassification

import corpus
import crossfit
import export
import model as network
import overlap
import own
import recipe
import steps as work
from fit import Row
from heads import OUTPUTS


def main() -> None:
    arguments = work.parser(__doc__.splitlines()[0], Path("models/care-minilm")).parse_args()
    torch.set_num_threads(arguments.threads)
    posts = corpus.load(arguments.data, arguments.own)
    print(posts)
    steps = work.Steps(arguments)
    general = steps.rows(posts.general)
    steps.model("pretrained", steps.base(), lambda _: general, recipe.PRETRAIN, recipe.SEED)

    training = _FineTuning(steps, posts, general)
    real = steps.rows(posts.real)
    folds = overlap.folds(posts.real, recipe.FOLDS)
    logits = _cross_fit(training, real, folds)
    crossfit.write(arguments.work / "crossfit.csv", posts.real, logits)
    training.fine_tuned("merged", real, recipe.FINAL_RUNS, recipe.SEED + 10)
    final = training.settled("merged", real, recipe.SEED)
    export.write(arguments.output, final, arguments.work / "tokenizer")


class _FineTuning:
    """Fine-tuning on real posts, our own writing and a share of public texts."""

    def __init__(self, steps: work.Steps, posts: corpus.Corpus, general: list[Row]) -> None:
        self.steps = steps
        self.rehearsal = work.rehearsal_rows(posts, general)
        self.invented = steps.rows(posts.invented)
        earlier = [
            row
            for row, example in zip(self.invented, posts.invented, strict=True)
            if not own.is_later(example)
        ]
        self.parts = {"earlier": earlier, "all": self.invented}

    def fine_tuned(self, name: str, real: list[Row], runs: Mapping[str, int], seed: int) -> None:
        """Keeps as `name` the mean of runs from the pre-trained weights.

        `runs` counts them by the part of our own writing that they are trained on.
        """
        states = []
        for part, count in runs.items():
            rows = real + self.parts[part]

            def epoch(shuffler: random.Random, rows: list[Row] = rows) -> list[Row]:
                return rows + work.rehearse(self.rehearsal, 1, shuffler)

            for run in range(count):
                net = self.steps.model(
                    f"{name}-{part}{run}",
                    self.steps.stored("pretrained"),
                    epoch,
                    recipe.FINE_TUNE,
                    seed + run,
                )
                states.append(net.state_dict())
        self.steps.store(name, work.mean(states))

    def settled(self, start: str, real: list[Row], seed: int) -> BertForSequenceClassification:
        """The model of the step `start`, half-way to where mostly `real` rows take it."""

        def epoch(shuffler: random.Random) -> list[Row]:
            mix = real * recipe.SETTLE_REPEATS
            mix += shuffler.sample(self.invented, recipe.SETTLE_INVENTED)
            return mix + work.rehearse(self.rehearsal, 3, shuffler)

        settled = f"{start}-settled"
        self.steps.model(settled, self.steps.stored(start), epoch, recipe.SETTLE, seed)
        return self.steps.stored(start, settled)


def _cross_fit(training: _FineTuning, real: list[Row], folds: list[np.ndarray]) -> np.ndarray:
    """The raw outputs of every real post, by a model that was trained without its fold."""
    logits = np.full((len(real), len(OUTPUTS)), np.nan)
    for fold, held_out in enumerate(folds):
        kept = [real[row] for row in np.setdiff1d(np.arange(len(real)), held_out)]
        seed = recipe.SEED + 1 + fold
        training.fine_tuned(f"fold{fold}", kept, recipe.FOLD_RUNS, seed)
        net = training.settled(f"fold{fold}", kept, seed)
        logits[held_out] = network.logits(net, [real[row].token_ids for row in held_out])
    return logits


if __name__ == "__main__":
    main()
