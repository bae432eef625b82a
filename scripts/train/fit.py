"""The training loop."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn

from examples import Example
from heads import COLUMN, GRADED
from model import loss, pad

Objective = Callable[[nn.Module, torch.Tensor, torch.Tensor, list["Row"]], torch.Tensor]
"""The loss of a batch: the model, token ids, attention mask and the rows themselves."""


@dataclass(frozen=True)
class Row:
    """A tokenized training example."""

    token_ids: list[int]
    targets: list[float]
    weights: list[float]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast a stage of training goes."""

    epochs: int
    """Passes over the rows."""
    rate: float
    """Peak learning rate, of the classifier."""
    layer_decay: float
    """Factor on the rate from each layer to the one below it."""
    batch_size: int = 32
    warm_up: float = 0.1
    """Part of the steps over which the rate rises; then it falls to 0 in a straight line."""
    weight_decay: float = 0.01
    average_from: float = 1.0
    """Part of the steps after which the weights are averaged into the result."""
    learns_words: bool = True
    """Whether the word embeddings learn too. A few thousand posts say little about most words."""


def classify(
    model: nn.Module, ids: torch.Tensor, mask: torch.Tensor, batch: list[Row]
) -> torch.Tensor:
    """The objective of the classifier: the rows' targets under their weights."""
    targets = torch.tensor([row.targets for row in batch], device=ids.device)
    weights = torch.tensor([row.weights for row in batch], device=ids.device)
    with torch.autocast(ids.device.type, torch.bfloat16):
        logits = model(input_ids=ids, attention_mask=mask).logits
    return loss(logits.float(), targets, weights)


def fit(
    model: nn.Module,
    epoch_rows: Callable[[random.Random], list[Row]],
    schedule: Schedule,
    seed: int,
    log: Callable[[str], None] = print,
    objective: Objective = classify,
) -> None:
    """Trains `model` in place.

    `epoch_rows` gives the rows of an epoch; it is called once an epoch.
    """
    torch.manual_seed(seed)
    shuffler = random.Random(seed)
    device = next(model.parameters()).device
    epochs = [epoch_rows(shuffler) for _ in range(schedule.epochs)]
    steps = sum(-(-len(rows) // schedule.batch_size) for rows in epochs)
    optimizer = torch.optim.AdamW(_parameter_groups(model, schedule), betas=(0.9, 0.98), fused=True)
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps, schedule))
    average = _Average(model)
    model.train()
    step, started, running = 0, time.monotonic(), 0.0
    for epoch, rows in enumerate(epochs, start=1):
        for batch in _batches(rows, schedule.batch_size, shuffler):
            ids, mask = pad([row.token_ids for row in batch])
            value = objective(model, ids.to(device), mask.to(device), batch)
            value.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            rates.step()
            optimizer.zero_grad(set_to_none=True)
            step += 1
            running += value.item()
            # Neighbouring steps differ little: every fifth is enough.
            if step > schedule.average_from * steps and step % 5 == 0:
                average.add(model)
            if step % 100 == 0 or step == steps:
                seconds = (time.monotonic() - started) / step
                log(
                    f"epoch {epoch} step {step}/{steps} loss {running / (step % 100 or 100):.4f} "
                    f"{seconds:.2f} s/step"
                )
                running = 0.0
    average.store(model)


class _Average:
    """The running mean of a model's weights."""

    def __init__(self, model: nn.Module) -> None:
        self.count = 0
        self.mean = [torch.zeros_like(parameter) for parameter in model.parameters()]

    def add(self, model: nn.Module) -> None:
        self.count += 1
        with torch.no_grad():
            torch._foreach_lerp_(self.mean, list(model.parameters()), 1 / self.count)

    def store(self, model: nn.Module) -> None:
        if self.count:
            with torch.no_grad():
                torch._foreach_copy_(list(model.parameters()), self.mean)


def row(token_ids: list[int], example: Example) -> Row:
    """A tokenized example, in which angry and urgent posts count more, for they are rare.

    A post of level 1, 2 or 3 counts 1.1, 1.9 or 4 times as much as one of level 0.
    """
    targets, weights = example.target_row(), example.weight_row()
    for name in GRADED:
        weights[COLUMN[name]] *= 1 + 3 * targets[COLUMN[name]] ** 3
    return Row(token_ids, targets, weights)


def _rate(step: int, steps: int, schedule: Schedule) -> float:
    warm_up = max(1, int(schedule.warm_up * steps))
    return min((step + 1) / warm_up, max(0.0, (steps - step) / max(1, steps - warm_up)))


def _parameter_groups(model: nn.Module, schedule: Schedule) -> list[dict]:
    """The parameters that learn, with rates that fall from the head to the embeddings."""
    layer_of = {
        name: int(found[1])
        for name, _ in model.named_parameters()
        if (found := re.search(r"encoder\.layer\.(\d+)\.", name))
    }
    layers = max(layer_of.values()) + 1
    groups = []
    for name, parameter in model.named_parameters():
        if "word_embeddings" in name:
            parameter.requires_grad_(schedule.learns_words)
        if not parameter.requires_grad:
            continue
        if "embeddings" in name:
            depth = layers + 1
        else:
            depth = layers - layer_of.get(name, layers)
        groups.append(
            {
                "params": [parameter],
                "lr": schedule.rate * schedule.layer_decay**depth,
                "weight_decay": schedule.weight_decay if parameter.dim() > 1 else 0.0,
            }
        )
    return groups


def _batches(rows: list[Row], size: int, shuffler: random.Random) -> Iterator[list[Row]]:
    """Batches of posts of like length, in random order: little padding, little bias."""
    rows = list(rows)
    shuffler.shuffle(rows)
    batches = []
    for start in range(0, len(rows), size * 50):
        window = sorted(rows[start : start + size * 50], key=lambda row: len(row.token_ids))
        batches += [window[at : at + size] for at in range(0, len(window), size)]
    shuffler.shuffle(batches)
    yield from batches
