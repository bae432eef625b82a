"""Distils the shipped classifier into a smaller one and writes its model folder.

The student starts as a part of its teacher (see `prune.py`). On labelled and public texts
alike it learns the teacher's probabilities and its states after the layers that the
student's stand for (Sun et al., EMNLP 2019), and on labelled posts also the labels.

As in `train.py`, whose steps must be in the work folder, this is done for each fold of
the real posts, whose teacher and whose student have not seen them, and then for all.
"""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import BertForSequenceClassification

import corpus
import crossfit
import export
import model as network
import overlap
import recipe
import steps as work
from fit import Objective, Row, Schedule
from heads import OUTPUTS
from prune import Form, matched_layers, part_of


def main() -> None:
    options = work.parser(__doc__.splitlines()[0], Path("models/care-minilm-small"))
    options.add_argument(
        "--form",
        type=Form.parse,
        default=Form.parse(recipe.STUDENT),
        help="layers x heads x inner units of the student",
    )
    options.add_argument("--epochs", type=int, default=recipe.DISTIL.epochs)
    options.add_argument(
        "--only-fold", type=int, help="distil the student of this fold alone, to compare"
    )
    arguments = options.parse_args()
    torch.set_num_threads(arguments.threads)
    posts = corpus.load(arguments.data, arguments.own)
    print(posts)
    schedule = dataclasses.replace(recipe.DISTIL, epochs=arguments.epochs)
    distillation = _Distillation(work.Steps(arguments), posts, arguments.form, schedule)
    if arguments.only_fold is not None:
        student, logits = distillation.held_out(arguments.only_fold)
        export.write(arguments.output, student, arguments.work / "tokenizer")
        posts_of_fold = [posts.real[row] for row in distillation.folds[arguments.only_fold]]
        crossfit.write(arguments.output / "crossfit.csv", posts_of_fold, logits)
        return
    logits = np.full((len(posts.real), len(OUTPUTS)), np.nan)
    for fold, held_out in enumerate(distillation.folds):
        _, logits[held_out] = distillation.held_out(fold)
    crossfit.write(arguments.work / "crossfit-small.csv", posts.real, logits)
    final = distillation.student("merged", distillation.real, recipe.SEED)
    export.write(arguments.output, final, arguments.work / "tokenizer")


class _Distillation:
    """The texts to distil on, and the steps that do it."""

    def __init__(
        self, steps: work.Steps, posts: corpus.Corpus, form: Form, schedule: Schedule
    ) -> None:
        self.steps = steps
        self.form = form
        self.schedule = schedule
        self.name = f"{form}-{schedule.epochs}"
        self.real, self.invented = steps.rows(posts.real), steps.rows(posts.invented)
        # The labels of public texts are weak; of these, the teacher's judgement is learnt alone.
        self.general = [
            Row(row.token_ids, row.targets, [0.0] * len(OUTPUTS))
            for row in steps.rows(posts.general)
        ]
        self.folds = overlap.folds(posts.real, recipe.FOLDS)

    def held_out(self, fold: int) -> tuple[BertForSequenceClassification, np.ndarray]:
        """A student that has not seen a fold's posts, and its raw outputs for them."""
        held_out = self.folds[fold]
        kept = np.setdiff1d(np.arange(len(self.real)), held_out)
        net = self.student(f"fold{fold}", [self.real[row] for row in kept], recipe.SEED + 1 + fold)
        return net, network.logits(net, [self.real[row].token_ids for row in held_out])

    def student(self, name: str, real: list[Row], seed: int) -> BertForSequenceClassification:
        """The student of the settled step `name`, which was trained on `real`."""
        teacher = self.steps.stored(name, f"{name}-settled")
        matches = matched_layers(teacher.config.num_hidden_layers, self.form.layers)
        everything = real + self.invented + self.general
        sample = random.Random(seed).sample(everything, recipe.PRUNE_ROWS)

        def epoch(shuffler: random.Random) -> list[Row]:
            mix = real * recipe.DISTIL_REPEATS + self.invented
            return mix + shuffler.sample(self.general, recipe.DISTIL_GENERAL)

        return self.steps.model(
            f"{name}-{self.name}",
            part_of(teacher, self.form, sample),
            epoch,
            self.schedule,
            seed,
            imitate(teacher, matches),
        )


def imitate(teacher: nn.Module, matches: list[int]) -> Objective:
    """The objective of a student: the labels, the teacher's probabilities and its states.

    The states' loss is the squared distance by the mean square of the teacher's, so that
    every layer counts alike.
    """
    teacher.eval()

    def objective(
        student: nn.Module, ids: torch.Tensor, mask: torch.Tensor, batch: list[Row]
    ) -> torch.Tensor:
        targets = torch.tensor([row.targets for row in batch], device=ids.device)
        weights = torch.tensor([row.weights for row in batch], device=ids.device)
        inputs = {"input_ids": ids, "attention_mask": mask, "output_hidden_states": True}
        with torch.autocast(ids.device.type, torch.bfloat16):
            with torch.no_grad():
                expected = teacher(**inputs)
            found = student(**inputs)
        logits = found.logits.float()
        judgement = network.probabilities(expected.logits.float())
        loss = recipe.DISTIL_LABELS * network.loss(logits, targets, weights)
        loss = loss + network.loss(logits, judgement, torch.ones_like(judgement))
        tokens = mask.bool()
        for layer, match in enumerate(matches, start=1):
            aim = expected.hidden_states[match][tokens].float()
            distance = found.hidden_states[layer][tokens].float() - aim
            loss = loss + recipe.DISTIL_STATES * distance.square().mean() / aim.square().mean()
        return loss

    return objective


if __name__ == "__main__":
    main()
