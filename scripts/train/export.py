"""Writes a model folder in the Hugging Face layout."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import torch
from transformers import BertForSequenceClassification

from decision import Decision

CARD = "MODEL_CARD.md"
CHECKSUMS = "SHA256SUMS"


def write(
    folder: Path,
    model: BertForSequenceClassification,
    tokenizer: Path,
    decision: Decision,
    provenance: Mapping[str, str | float],
) -> None:
    """Writes every file of the model folder but its card, each at once.

    The weights are stored as f16: that moves no probability by more than about
    a thousandth and halves the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        fresh = Path(name)
        model.config._name_or_path = ""
        model.to(device="cpu", dtype=torch.float16).save_pretrained(fresh)
        for path in sorted(tokenizer.glob("*.json")):
            shutil.copy(path, fresh)
        (fresh / "decision.toml").write_text(decision.toml(provenance), encoding="utf-8")
        (fresh / CHECKSUMS).write_text(_checksums(fresh), encoding="utf-8")
        for path in sorted(fresh.iterdir()):
            path.chmod(0o644)
            path.replace(folder / path.name)


def _checksums(folder: Path) -> str:
    """Lines of `sha256sum` for the files of a folder."""
    lines = []
    for path in sorted(folder.iterdir()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"{digest}  {path.name}\n")
    return "".join(lines)
