"""Which texts are the same post, or nearly: for leakage checks and folds."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer

import own
from examples import Example

NEAR = 0.5
"""Texts that share this part of their word triples (Jaccard) are near-duplicates."""

MASKS = re.compile(
    r"https?://\S+|www\.\S+|@\w+"
    # Speakers and masked names of the airline conversations.
    r"|<?\b(?:cust|rep)__|__(?:cust|rep)\b>?|__[a-z]+__"
)
"""What a fingerprint leaves out."""


def fingerprint(text: str) -> str:
    """The letters and digits of a text, without links, handles and masks."""
    text = html.unescape(text).lower()
    text = MASKS.sub(" ", text)
    return " ".join(re.findall(r"[^\W_]+", text))


def forbidden(data: Path) -> set[str]:
    """Fingerprints of every text that must not be trained on.

    These are the evaluation posts, the held-out threads and the data sets whose
    terms exclude training.
    """
    texts = [example.text for example in own.care(data / "care" / "dev.csv")]
    texts += [example.text for example in own.threads(data / "threads", held_out=True)]
    texts += _column(data / "airline-sentiment" / "Tweets.csv", "text")
    for path in sorted((data / "twcs-subsets").glob("*.csv")):
        texts += _column(path, "text")
    for path in sorted((data / "twcs-airlines").glob("*.csv")):
        texts += _column(path, "first_utterance")
        for context in _column(path, "context"):
            texts += re.split(r"__(?:cust|rep)>", context)
    return {fingerprint(text) for text in texts} - {""}


def without(examples: Iterable[Example], banned: set[str]) -> list[Example]:
    """The examples whose fingerprint is not in `banned`, each text once."""
    seen = set(banned)
    kept = []
    for example in examples:
        mark = fingerprint(example.text)
        if mark not in seen:
            kept.append(example)
            seen.update({mark} - {""})
    return kept


def folds(examples: Sequence[Example], count: int) -> list[np.ndarray]:
    """Row numbers of `count` disjoint folds of posts labelled by our guide.

    Near-duplicates share a fold. Our own writing is split by file, since posts
    of a file were written as variations of one another.
    """
    texts = [example.text for example in examples]
    groups = near_duplicate_groups(texts)
    files = sorted({example.source for example in examples if own.is_invented(example)})
    fold_of = np.random.default_rng(0).permutation(groups.max() + 1) % count
    numbers = fold_of[groups]
    for row, example in enumerate(examples):
        if own.is_invented(example):
            numbers[row] = files.index(example.source) % count
    return [np.flatnonzero(numbers == fold) for fold in range(count)]


def near_duplicate_groups(texts: Sequence[str]) -> np.ndarray:
    """A group number per text; near-duplicates, also in chains, share one."""
    # Texts of fewer than three words fall back on their single words.
    vectorizer = CountVectorizer(analyzer=_shingles, binary=True, dtype=np.int32)
    shingles = vectorizer.fit_transform(texts)
    shared = (shingles @ shingles.T).tocoo()
    size = np.asarray(shingles.sum(axis=1)).ravel()
    union = size[shared.row] + size[shared.col] - shared.data
    shared.data = (shared.data >= NEAR * union).astype(np.int32)
    shared.eliminate_zeros()
    return connected_components(shared, directed=False)[1]


def _shingles(text: str) -> list[str]:
    words = fingerprint(text).split() or ["(no words)"]
    if len(words) < 3:
        return [" ".join(words)]
    return [" ".join(words[at : at + 3]) for at in range(len(words) - 2)]


def _column(path: Path, name: str) -> Iterator[str]:
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        yield from (row[name] or "" for row in csv.DictReader(file))
