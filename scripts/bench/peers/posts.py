"""The posts that are timed: real texts, all different after normalisation.

More texts than the export holds are made by joining the first words of one post to the last words of
another, so that lengths and words stay those of real posts while no two texts are equal.
"""

from __future__ import annotations

import csv
import json
import random
import subprocess
from pathlib import Path

SEED = 7
HEADER = ("id", "text")


def normalized(program: Path, texts: list[str]) -> list[str]:
    """The model's texts, by `uproar normalize`."""
    lines = "".join(f"{json.dumps(text)}\n" for text in texts)
    command = [program, "normalize", "--format", "ndjson"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def joined(one: str, other: str) -> str:
    """The first two thirds of one post's words, then words of the other to the same length."""
    words, more = one.split(), other.split()
    kept = max(1, len(words) * 2 // 3)
    return " ".join(words[:kept] + more[-(len(words) - kept) or len(more) :])


def different(program: Path, export: Path, column: str, count: int) -> tuple[list[str], list[str]]:
    """`count` posts in a fixed random order, as written and as the model reads them."""
    with export.open(encoding="utf-8", newline="") as file:
        pool = [text for row in csv.DictReader(file) if (text := row[column] or "").strip()]
    draw = random.Random(SEED)
    draw.shuffle(pool)
    raw, model_texts, seen = [], [], set()
    candidates = pool[: count + count // 10]
    while len(raw) < count:
        for text, model_text in zip(candidates, normalized(program, candidates), strict=True):
            if model_text.strip() and hash(model_text) not in seen and len(raw) < count:
                seen.add(hash(model_text))
                raw.append(text)
                model_texts.append(model_text)
        missing = min(count - len(raw), 100_000)
        candidates = [joined(*draw.sample(pool, 2)) for _ in range(missing + missing // 10 + 1)]
    return raw, model_texts


def write(path: Path, texts: list[str]) -> None:
    """A CSV of id and text; ids count from 1."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(enumerate(texts, start=1))


def read(path: Path) -> tuple[list[str], list[str]]:
    """Ids and texts."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["id"] for row in rows], [row["text"] for row in rows]


def write_scores(path: Path, ids: list[str], rows) -> None:
    """One row of numbers a post."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for key, row in zip(ids, rows, strict=True):
            writer.writerow([key, *(f"{value:.8f}" for value in row)])
