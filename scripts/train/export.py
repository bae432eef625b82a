"""Writes a model folder in the Hugging Face layout."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import torch
from transformers import BertForSequenceClassification

import tokenizer as markers

CHECKSUMS = "SHA256SUMS"
NEUTRAL = """\
schema = 2
anger.levels = [0.17, 0.5, 0.83]
urgency.levels = [0.17, 0.5, 0.83]
actionable.threshold = 0.5
tried_before.threshold = 0.5
churn.threshold = 0.5
"""
"""Cuts midway between the targets that the outputs were trained on."""


def write(folder: Path, model: BertForSequenceClassification, tokenizer: Path) -> None:
    """Writes every file of the model folder but its card, each at once.

    The weights are stored as f16: that moves no probability by more than about
    a thousandth and halves the file. The decision is a neutral one, for
    `uproar tune` to start from; the checksums leave it out, because people tune
    it to their own posts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as partial:
        fresh = Path(partial)
        model.config._name_or_path = ""
        model.to(device="cpu", dtype=torch.float16).save_pretrained(fresh)
        for name in markers.FILES:
            shutil.copy(tokenizer / name, fresh)
        (fresh / CHECKSUMS).write_text(_checksums(fresh), encoding="utf-8")
        (fresh / "decision.toml").write_text(NEUTRAL, encoding="utf-8")
        for path in sorted(fresh.iterdir()):
            path.chmod(0o644)
            path.replace(folder / path.name)


def add_checksum(path: Path) -> None:
    """Adds a file of a model folder to its checksums, or renews it there."""
    sums = path.with_name(CHECKSUMS)
    lines = sums.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line.split("  ", 1)[1] != path.name]
    lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")
    lines.sort(key=lambda line: line.split("  ", 1)[1])
    sums.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _checksums(folder: Path) -> str:
    """Lines of `sha256sum` for the files of a folder."""
    lines = []
    for path in sorted(folder.iterdir()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"{digest}  {path.name}\n")
    return "".join(lines)
