"""The training loop."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn
from transformers import BertForSequenceClassification

from heads import COLUMN, GRADED
from model import loss, pad


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


def fit(
    model: BertForSequenceClassification,
    epoch_rows: Callable[[random.Random], list[Row]],
    schedule: Schedule,
    seed: int,
    log: Callable[[str], None] = print,
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
            targets = torch.tensor([row.targets for row in batch], device=device)
            weights = torch.tensor([row.weights for row in batch], device=device)
            with torch.autocast(device.type, torch.bfloat16):
                logits = model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits
            value = loss(logits.float(), targets, weights)
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


def emphasise_high_levels(targets: list[float], weights: list[float]) -> list[float]:
    """Weights that count angry and urgent posts more, for they are rare."""
    result = list(weights)
    for name in GRADED:
        result[COLUMN[name]] *= 1 + targets[COLUMN[name]]
    return result


def _rate(step: int, steps: int, schedule: Schedule) -> float:
    warm_up = max(1, int(schedule.warm_up * steps))
    return min((step + 1) / warm_up, max(0.0, (steps - step) / max(1, steps - warm_up)))


def _parameter_groups(model: BertForSequenceClassification, schedule: Schedule) -> list[dict]:
    layers = model.config.num_hidden_layers
    groups = []
    for name, parameter in model.named_parameters():
        if name.startswith("bert.embeddings"):
            depth = layers + 1
        elif name.startswith("bert.encoder.layer."):
            depth = layers - int(name.split(".")[3])
        else:
            depth = 0
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
