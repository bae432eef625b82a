"""The network: the base encoder with eight outputs, its loss and its probabilities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast
from transformers.utils import logging

import normalizer
from heads import OUTPUTS, SENTIMENT_COLUMNS, SIGMOID_COLUMNS
from tokenizer import MARKERS

MAX_TOKENS = 256
"""Tokens of a post that the shipped model reads, the two special ones included."""


def from_base(base: Path, tokenizer: PreTrainedTokenizerFast) -> BertForSequenceClassification:
    """The base encoder with a fresh classifier and meaningful marker embeddings."""
    logging.set_verbosity_error()
    names = dict(enumerate(OUTPUTS))
    model = BertForSequenceClassification.from_pretrained(
        base,
        num_labels=len(OUTPUTS),
        id2label=names,
        label2id={name: number for number, name in names.items()},
        problem_type="multi_label_classification",
        classifier_dropout=0.1,
    )
    model.config.uproar = {"normalizer": normalizer.VERSION, "max_tokens": MAX_TOKENS}
    embeddings = model.bert.embeddings.word_embeddings.weight
    with torch.no_grad():
        for marker, words in MARKERS.items():
            pieces = tokenizer(words, add_special_tokens=False)["input_ids"]
            embeddings[tokenizer.convert_tokens_to_ids(marker)] = embeddings[pieces].mean(dim=0)
    return model


def loss(logits: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """The sum of the heads' cross entropies, averaged over the batch's posts.

    `targets` and `weights` have one column per output; a weight of 0 masks a
    missing label. The softmax counts once, with the weight of its first column.
    """
    sigmoid = list(SIGMOID_COLUMNS)
    binary = functional.binary_cross_entropy_with_logits(
        logits[:, sigmoid], targets[:, sigmoid], weight=weights[:, sigmoid], reduction="none"
    ).sum(dim=1)
    log_softmax = functional.log_softmax(logits[:, SENTIMENT_COLUMNS], dim=1)
    cross_entropy = -(targets[:, SENTIMENT_COLUMNS] * log_softmax).sum(dim=1)
    return (binary + weights[:, SENTIMENT_COLUMNS.start] * cross_entropy).mean()


def probabilities(logits: torch.Tensor) -> torch.Tensor:
    """The eight probabilities of each post: softmax over sentiment, sigmoid elsewhere."""
    result = torch.sigmoid(logits)
    result[:, SENTIMENT_COLUMNS] = torch.softmax(logits[:, SENTIMENT_COLUMNS], dim=1)
    return result


def predict(
    model: BertForSequenceClassification, token_ids: list[list[int]], batch_size: int = 64
) -> np.ndarray:
    """Uncalibrated probabilities for tokenized posts, in their order."""
    return probabilities(torch.from_numpy(logits(model, token_ids, batch_size))).numpy()


def logits(
    model: BertForSequenceClassification,
    token_ids: list[list[int]],
    batch_size: int = 64,
) -> np.ndarray:
    """Raw outputs for tokenized posts, in their order, computed in f32."""
    device = next(model.parameters()).device
    model.eval()
    order = sorted(range(len(token_ids)), key=lambda row: len(token_ids[row]))
    result = np.zeros((len(token_ids), len(OUTPUTS)), dtype=np.float64)
    with torch.inference_mode():
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            ids, mask = pad([token_ids[row] for row in rows])
            outputs = model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits
            result[rows] = outputs.float().cpu().numpy()
    return result


def tokenize(
    tokenizer: PreTrainedTokenizerFast, texts: list[str], max_tokens: int = MAX_TOKENS
) -> list[list[int]]:
    """Token ids of normalised texts, cut to `max_tokens` with the special ones."""
    if not texts:
        return []
    return tokenizer(texts, truncation=True, max_length=max_tokens)["input_ids"]


def pad(token_ids: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch's ids, padded to its longest post, and its attention mask."""
    longest = max(map(len, token_ids))
    ids = torch.zeros((len(token_ids), longest), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, post in enumerate(token_ids):
        ids[row, : len(post)] = torch.tensor(post)
        mask[row, : len(post)] = 1
    return ids, mask
