"""Trains the classifier and writes its model folder.

1. Pre-training: one pass over public data with labels that are near to ours.
2. Cross-fitting: the pre-trained model is fine-tuned once per fold of the real
   posts, on our own writing and the real posts outside that fold, settles on a mix
   of mostly real posts, and predicts those inside the fold. From these predictions,
   which no model made of a post it had seen, `uproar tune` fits calibration and
   thresholds.
3. Final runs: the pre-trained model is fine-tuned on all labelled posts, a few
   times in different orders. The runs start from the same weights, so the mean of
   theirs is a model as well, and a steadier one: it settles as the folds did, and
   ships.

Each step's result is kept in the work folder and reused; delete the folder to
start over.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import BertForSequenceClassification

import crossfit
import export
import model as network
import normalizer
import overlap
import own
import public
import recipe
import tokenizer as markers
from examples import Example
from fit import Row, Schedule, fit, row
from heads import OUTPUTS

Rehearsal = Mapping[str, list[Row]]
"""Public rows by the data set they are of."""


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    real, invented, general = _posts(arguments.data, arguments.own)
    print(f"{len(real)} real posts, {len(invented)} of our own writing, {len(general)} public")
    steps = _Steps(arguments)
    general_rows = steps.rows(general)
    steps.model("pretrained", None, lambda _: general_rows, recipe.PRETRAIN, recipe.SEED)

    rehearsal = {
        name: [
            row
            for row, example in zip(general_rows, general, strict=True)
            if example.source == name
        ]
        for name in recipe.REHEARSAL
    }
    real_rows, invented_rows = steps.rows(real), steps.rows(invented)
    logits = _cross_fit(
        steps, real_rows, invented_rows, overlap.folds(real, recipe.FOLDS), rehearsal
    )
    crossfit.write(arguments.work / "crossfit.csv", real, logits)
    runs = _final_runs(steps, real_rows + invented_rows, rehearsal)
    steps.store("merged", _mean(runs))
    final = steps.settled("merged", real_rows, invented_rows, rehearsal, recipe.SEED)
    export.write(arguments.output, final, arguments.work / "tokenizer")


class _Steps:
    """The work folder: trains a step's model, or takes it from there."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.device = _device(arguments.device)
        self.tokenizer = markers.build(arguments.base, arguments.work / "tokenizer")

    def rows(self, examples: list[Example]) -> list[Row]:
        """The examples as the model reads them."""
        texts = normalizer.normalize((example.text for example in examples), self.arguments.uproar)
        tokens = network.tokenize(self.tokenizer, texts, recipe.TRAIN_TOKENS)
        return [row(ids, example) for ids, example in zip(tokens, examples, strict=True)]

    def model(
        self,
        name: str,
        start: str | None,
        epoch_rows: Callable[[random.Random], list[Row]],
        schedule: Schedule,
        seed: int,
    ) -> BertForSequenceClassification:
        """The model `name`, trained from the step `start` or else from the base."""
        net = network.from_base(self.arguments.base, self.tokenizer).to(self.device)
        path = self._path(name)
        if path.exists():
            net.load_state_dict(load_file(path, device=self.device))
            return net
        if start is not None:
            net.load_state_dict(load_file(self._path(start), device=self.device))
        fit(net, epoch_rows, schedule, seed, lambda line: print(name, line, flush=True))
        self.store(name, net.state_dict())
        return net

    def store(self, name: str, weights: dict[str, torch.Tensor]) -> None:
        """Keeps the weights of a step."""
        # An interrupted write must not pass for a finished step.
        partial = self._path(name).with_suffix(".partial")
        save_file(weights, partial)
        partial.replace(self._path(name))

    def fine_tuned(
        self, name: str, rows: list[Row], rehearsal: Rehearsal, seed: int
    ) -> BertForSequenceClassification:
        """The pre-trained model, fine-tuned on `rows` with a share of public ones."""

        def epoch(shuffler: random.Random) -> list[Row]:
            return rows + _rehearse(rehearsal, 1, shuffler)

        return self.model(name, "pretrained", epoch, recipe.FINE_TUNE, seed)

    def settled(
        self, start: str, real: list[Row], invented: list[Row], rehearsal: Rehearsal, seed: int
    ) -> BertForSequenceClassification:
        """The model of the step `start`, half-way to where mostly `real` rows take it."""

        def epoch(shuffler: random.Random) -> list[Row]:
            mix = real * recipe.SETTLE_REPEATS
            mix += shuffler.sample(invented, recipe.SETTLE_INVENTED)
            return mix + _rehearse(rehearsal, 3, shuffler)

        net = self.model(f"{start}-settled", start, epoch, recipe.SETTLE, seed)
        before = load_file(self._path(start), device=self.device)
        net.load_state_dict(_mean([before, net.state_dict()]))
        return net

    def _path(self, name: str) -> Path:
        return self.arguments.work / f"{name}.safetensors"


def _posts(data: Path, own_data: Path) -> tuple[list[Example], list[Example], list[Example]]:
    """Real posts, our own writing and public texts, without any that must not be seen."""
    banned = overlap.forbidden(data)
    real = overlap.without(own.care(data / "care" / "train.csv"), banned)
    written = [example for folder in own.FOLDERS for example in own.threads(own_data / folder)]
    invented = overlap.without(written, banned)
    labelled = {overlap.fingerprint(example.text) for example in real}
    return real, invented, overlap.without(public.load(data), banned | labelled)


def _cross_fit(
    steps: _Steps,
    real: list[Row],
    invented: list[Row],
    folds: list[np.ndarray],
    rehearsal: Rehearsal,
) -> np.ndarray:
    """The raw outputs of every real post, by a model that was trained without its fold."""
    logits = np.full((len(real), len(OUTPUTS)), np.nan)
    for fold, held_out in enumerate(folds):
        kept = [real[row] for row in np.setdiff1d(np.arange(len(real)), held_out)]
        seed = recipe.SEED + 1 + fold
        steps.fine_tuned(f"fold{fold}", kept + invented, rehearsal, seed)
        net = steps.settled(f"fold{fold}", kept, invented, rehearsal, seed)
        logits[held_out] = network.logits(net, [real[row].token_ids for row in held_out])
    return logits


def _final_runs(
    steps: _Steps, rows: list[Row], rehearsal: Rehearsal
) -> list[dict[str, torch.Tensor]]:
    """The weights of the runs over every post."""
    return [
        steps.fine_tuned(f"final{run}", rows, rehearsal, recipe.SEED + 10 + run).state_dict()
        for run in range(recipe.FINAL_RUNS)
    ]


def _rehearse(rehearsal: Rehearsal, part: int, shuffler: random.Random) -> list[Row]:
    """One in `part` of the public rows that go with an epoch."""
    return [
        row
        for name, count in recipe.REHEARSAL.items()
        for row in shuffler.sample(rehearsal[name], count // part)
    ]


def _mean(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {
        name: torch.stack([state[name].cpu().float() for state in states]).mean(dim=0)
        for name in states[0]
    }


def _device(name: str) -> str:
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return name


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="data folder")
    parser.add_argument("--own", type=Path, default=Path("data"), help="our own writing")
    parser.add_argument("--base", type=Path, required=True, help="folder of the base model")
    parser.add_argument("--work", type=Path, default=Path("target/train"), help="work folder")
    parser.add_argument("--output", type=Path, default=Path("models/care-minilm"))
    parser.add_argument("--uproar", type=Path, default=normalizer.DEFAULT_PROGRAM)
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    return parser.parse_args()


if __name__ == "__main__":
    main()
