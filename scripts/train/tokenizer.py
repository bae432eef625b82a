"""The base model's tokenizer with the normaliser's markers as single tokens."""

from __future__ import annotations

import json
from pathlib import Path

from transformers import PreTrainedTokenizerFast

MARKERS = {
    "[user]": "person name",
    "[link]": "web page",
    "[email]": "email address",
    "[shout]": "shouting loud",
    "[long]": "very much",
    "[emoji]": "smile face",
}
"""Markers of the normaliser, each with words whose meaning its embedding starts from."""

FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
"""The files of a tokenizer."""

SPECIAL = {
    "unk_token": "[UNK]",
    "sep_token": "[SEP]",
    "pad_token": "[PAD]",
    "cls_token": "[CLS]",
    "mask_token": "[MASK]",
}


def build(base: Path, folder: Path) -> PreTrainedTokenizerFast:
    """Writes the tokenizer's files into `folder` and loads them.

    Markers take the places of the base's unused vocabulary entries, so that the
    embedding matrix keeps its size.
    """
    tokenizer = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = tokenizer["model"]["vocab"]
    for number, marker in enumerate(MARKERS):
        identifier = vocabulary.pop(f"[unused{number}]")
        vocabulary[marker] = identifier
        tokenizer["added_tokens"].append(
            {
                "id": identifier,
                "content": marker,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                # Matched before lower-casing and splitting.
                "normalized": False,
                "special": False,
            }
        )
    tokenizer["added_tokens"].sort(key=lambda token: token["id"])
    tokenizer["model"]["vocab"] = dict(sorted(vocabulary.items(), key=lambda item: item[1]))
    # The engine cuts and packs by itself.
    tokenizer["truncation"] = tokenizer["padding"] = None
    config = {
        # Reads tokenizer.json as it stands; the BERT class would rebuild parts of it.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 512,
        "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
        **SPECIAL,
    }
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "tokenizer.json", tokenizer)
    _write(folder / "tokenizer_config.json", config)
    _write(folder / "special_tokens_map.json", SPECIAL)
    return load(folder)


def load(folder: Path) -> PreTrainedTokenizerFast:
    """Loads a tokenizer and checks that each marker is one token inside a sentence."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    for marker in MARKERS:
        pieces = tokenizer.tokenize(f"so {marker} late.")
        if pieces != ["so", marker, "late", "."]:
            raise ValueError(f"{folder}: {marker} is not one token: {pieces}")
    return tokenizer


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
