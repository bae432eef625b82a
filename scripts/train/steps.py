"""The steps of training, each kept in the work folder and reused."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import BertForSequenceClassification

import model as network
import normalizer
import recipe
import tokenizer as markers
from corpus import Corpus
from examples import Example
from fit import Objective, Row, Schedule, classify, fit, row

Rehearsal = Mapping[str, list[Row]]
"""Public rows by the data set they are of."""

Weights = dict[str, torch.Tensor]
"""A model's tensors by name."""


class Steps:
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

    def base(self) -> BertForSequenceClassification:
        """The base encoder with a fresh classifier, the same each time."""
        torch.manual_seed(recipe.SEED)
        return network.from_base(self.arguments.base, self.tokenizer).to(self.device)

    def model(
        self,
        name: str,
        net: BertForSequenceClassification,
        epoch_rows: Callable[[random.Random], list[Row]],
        schedule: Schedule,
        seed: int,
        objective: Objective = classify,
    ) -> BertForSequenceClassification:
        """The model `name`: `net`, trained now or with the weights it got before."""
        if self.path(name).exists():
            net.load_state_dict(self.weights(name))
            return net
        fit(net, epoch_rows, schedule, seed, lambda line: print(name, line, flush=True), objective)
        self.store(name, net.state_dict())
        return net

    def stored(self, *names: str) -> BertForSequenceClassification:
        """The model of a step, or of the mean weights of several."""
        net = self.base()
        net.load_state_dict(mean([self.weights(name) for name in names]))
        return net

    def weights(self, name: str) -> Weights:
        """The weights of a step."""
        return load_file(self.path(name), device=self.device)

    def store(self, name: str, weights: Weights) -> None:
        """Keeps the weights of a step."""
        # An interrupted write must not pass for a finished step.
        partial = self.path(name).with_suffix(".partial")
        save_file(weights, partial)
        partial.replace(self.path(name))

    def path(self, name: str) -> Path:
        """Where the weights of a step are kept."""
        return self.arguments.work / f"{name}.safetensors"


def rehearsal_rows(corpus: Corpus, general: list[Row]) -> Rehearsal:
    """The public rows that fine-tuning goes back to."""
    return {
        name: [
            row
            for row, example in zip(general, corpus.general, strict=True)
            if example.source == name
        ]
        for name in recipe.REHEARSAL
    }


def rehearse(rehearsal: Rehearsal, part: int, shuffler: random.Random) -> list[Row]:
    """One in `part` of the public rows that go with an epoch."""
    return [
        row
        for name, count in recipe.REHEARSAL.items()
        for row in shuffler.sample(rehearsal[name], count // part)
    ]


def mean(states: list[Weights]) -> Weights:
    """The mean of the weights of models of one form."""
    return {
        name: torch.stack([state[name].cpu().float() for state in states]).mean(dim=0)
        for name in states[0]
    }


def parser(description: str, output: Path) -> argparse.ArgumentParser:
    """The options of every training."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--data", type=Path, default=Path("../shared/data"), help="data folder")
    options.add_argument("--own", type=Path, default=Path("data"), help="our own writing")
    options.add_argument("--base", type=Path, required=True, help="folder of the base model")
    options.add_argument("--work", type=Path, default=Path("target/train"), help="work folder")
    options.add_argument("--output", type=Path, default=output, help="the new model folder")
    options.add_argument("--uproar", type=Path, default=normalizer.DEFAULT_PROGRAM)
    options.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    options.add_argument("--threads", type=int, default=2, help="CPU threads")
    return options


def _device(name: str) -> str:
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return name
