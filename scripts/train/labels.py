"""Reads labelled posts in the form of `data/labels/labels.csv`."""

from __future__ import annotations

import csv
from pathlib import Path

from examples import Example, graded, sentiment
from heads import FLAGS, GRADED, HEADS, SENTIMENT, TOP_LEVEL

FLAG_WORDS = {"0": 0.0, "no": 0.0, "false": 0.0, "1": 1.0, "yes": 1.0, "true": 1.0}
SENTIMENTS = {name: name for name in SENTIMENT} | dict(zip(("n", "u", "p"), SENTIMENT, strict=True))


class LabelsError(Exception):
    """A labels file that cannot be used: which row, and why."""


def read(path: Path) -> list[Example]:
    """The posts of a CSV file that have a text and at least one label.

    An empty cell is a label that was left open: it adds nothing to the training.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        columns = reader.fieldnames or []
        if "text" not in columns or not set(columns) & set(HEADS):
            raise LabelsError(
                f"{path}: needs the column text and one or more of {', '.join(HEADS)}; "
                f"it has {', '.join(columns) or 'none'}"
            )
        posts = []
        for row in reader:
            targets = _targets(path, reader.line_num, row)
            text = _unescaped(row["text"] or "")
            if text.strip() and targets:
                key = row.get("id") or str(reader.line_num)
                posts.append(Example(path.stem, key, text, targets))
    return posts


def _targets(path: Path, line: int, row: dict[str, str]) -> dict[str, float]:
    targets = {}
    for head in HEADS:
        value = (row.get(head) or "").strip().lower()
        if not value:
            continue
        if head in GRADED and value in {str(level) for level in range(TOP_LEVEL + 1)}:
            targets[head] = graded(int(value))
        elif head in FLAGS and value in FLAG_WORDS:
            targets[head] = FLAG_WORDS[value]
        elif head == "sentiment" and value in SENTIMENTS:
            targets |= sentiment(SENTIMENTS[value])
        else:
            raise LabelsError(f"{path}, line {line}: {head} cannot be {value!r}")
    return targets


def _unescaped(text: str) -> str:
    """Undoes the apostrophe that keeps spreadsheets from running a text."""
    return text[1:] if text[:1] == "'" and text[1:2] in set("=+-@\t\r") else text
