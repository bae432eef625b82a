"""What a small student starts from: the parts of its teacher that do most."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass

import torch
from torch import nn
from transformers import BertForSequenceClassification

import model as network
from fit import Row


@dataclass(frozen=True)
class Form:
    """The size of a student."""

    layers: int
    heads: int
    """Attention heads a layer."""
    inner: int
    """Units between the two maps of a feed-forward layer."""

    @classmethod
    def parse(cls, text: str) -> Form:
        """A form from text such as `6x6x256`. Raises `ValueError` for any other text."""
        found = re.fullmatch(r"(\d+)x(\d+)x(\d+)", text)
        if found is None:
            raise ValueError(f"{text!r} is not of the form LAYERSxHEADSxINNER")
        return cls(*map(int, found.groups()))

    def __str__(self) -> str:
        return f"{self.layers}x{self.heads}x{self.inner}"


@dataclass(frozen=True)
class Use:
    """How much each part of a layer adds to its output, summed over tokens."""

    heads: torch.Tensor
    units: torch.Tensor


def matched_layers(teacher: int, student: int) -> list[int]:
    """How many of the teacher's layers stand behind each of the student's, the last all."""
    return [round(teacher * layer / student) for layer in range(1, student + 1)]


def part_of(
    teacher: BertForSequenceClassification, form: Form, rows: list[Row]
) -> BertForSequenceClassification:
    """A student of the teacher's embeddings and classifier and the first layer of each stretch.

    Of a layer it has the heads and the units that add most on `rows`.
    """
    uses = _uses(teacher, rows)
    student = copy.deepcopy(teacher)
    kept = [0, *matched_layers(teacher.config.num_hidden_layers, form.layers)[:-1]]
    layers = student.bert.encoder.layer
    student.bert.encoder.layer = nn.ModuleList(layers[index] for index in kept)
    student.config.num_hidden_layers = form.layers
    student.config.intermediate_size = form.inner
    spare = teacher.config.num_attention_heads - form.heads
    if spare:
        least = [uses[index].heads.argsort()[:spare].tolist() for index in kept]
        student.prune_heads(dict(enumerate(least)))
    for layer, index in zip(student.bert.encoder.layer, kept, strict=True):
        units = uses[index].units.topk(form.inner).indices.sort().values
        _narrow(layer.intermediate.dense, layer.output.dense, units)
    # What must fit a teacher in few passes is too small to overfit.
    for module in student.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return student


def _uses(teacher: BertForSequenceClassification, rows: list[Row]) -> list[Use]:
    """What the parts of each layer add: the length of it, summed over the tokens of `rows`."""
    heads = teacher.config.num_attention_heads
    layers = teacher.bert.encoder.layer
    uses = [
        Use(torch.zeros(heads), torch.zeros(layer.output.dense.in_features)) for layer in layers
    ]
    hooks = []
    for layer, use in zip(layers, uses, strict=True):
        joined, fall = layer.attention.output.dense, layer.output.dense

        def count_heads(_, inputs, use=use, weight=joined.weight) -> None:
            states = inputs[0].flatten(0, -2).unflatten(-1, (heads, -1))
            added = torch.einsum("nhd,ohd->hno", states, weight.unflatten(-1, (heads, -1)))
            use.heads.add_(added.norm(dim=-1).sum(dim=1).cpu())

        def count_units(_, inputs, use=use, weight=fall.weight) -> None:
            size = inputs[0].flatten(0, -2).abs().sum(dim=0)
            use.units.add_((size * weight.norm(dim=0)).cpu())

        hooks.append(joined.register_forward_pre_hook(count_heads))
        hooks.append(fall.register_forward_pre_hook(count_units))
    network.logits(teacher, [row.token_ids for row in rows])
    for hook in hooks:
        hook.remove()
    return uses


def _narrow(rise: nn.Linear, fall: nn.Linear, units: torch.Tensor) -> None:
    """Keeps these units of a feed-forward layer."""
    rise.weight = nn.Parameter(rise.weight[units].detach().clone())
    rise.bias = nn.Parameter(rise.bias[units].detach().clone())
    fall.weight = nn.Parameter(fall.weight[:, units].detach().clone())
    rise.out_features = fall.in_features = len(units)
