"""Sentence vectors of all-MiniLM-L6-v2, as its authors made it: not trained further."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from transformers import AutoTokenizer, BertModel

import model as network

MAX_TOKENS = 256
"""What the encoder's own configuration cuts texts to."""
BATCH = 64


class SentenceVectors:
    """The mean of a text's token vectors, scaled to length 1.

    Vectors depend on nothing but the encoder and the text, so they are kept in
    the cache folder, by the text's checksum.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._encoder = BertModel.from_pretrained(folder, dtype=torch.float32).eval()
        weights = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        self._path = cache / f"vectors-{weights[:12]}.npz"
        self._known: dict[str, np.ndarray] = {}
        if self._path.exists():
            with np.load(self._path) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    def fit(self, _texts: list[str]) -> None:
        """Learns nothing."""

    def transform(self, texts: list[str]) -> np.ndarray:
        """A vector for each text."""
        keys = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if new:
            self._known |= zip(new, self._encode(list(new.values())), strict=True)
            self._store()
        return np.stack([self._known[key] for key in keys])

    def _store(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # An interrupted write must not pass for a finished one.
        partial = self._path.with_suffix(".partial.npz")
        np.savez(partial, keys=list(self._known), vectors=list(self._known.values()))
        partial.replace(self._path)

    def _encode(self, texts: list[str]) -> np.ndarray:
        ids = network.tokenize(self._tokenizer, texts, MAX_TOKENS)
        # Texts of like length share a batch, so that little is padding.
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        vectors = np.empty((len(ids), self._encoder.config.hidden_size), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                batch, mask = network.pad([ids[row] for row in rows])
                hidden = self._encoder(input_ids=batch, attention_mask=mask).last_hidden_state
                kept = mask.unsqueeze(2).float()
                mean = (hidden * kept).sum(dim=1) / kept.sum(dim=1)
                vectors[rows] = torch.nn.functional.normalize(mean, dim=1).numpy()
        return vectors
