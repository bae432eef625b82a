"""Loaders of the posts labelled by our own guide: `care` and our own writing."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from examples import Example, graded, sentiment
from heads import FLAGS, GRADED

HELD_OUT = ("set4", "set7", "singles6")
"""Thread files that no training may see: tuning examples rest on them."""

LATER = ("dry", "edges", "journeys", "scale")
"""Files of `posts` that a part of the runs does without."""

FOLDERS = ("threads", "contrast", "posts")
"""Folders of our own writing, in the project's `data`."""

SENTIMENT_LETTERS = {"n": "negative", "u": "neutral", "p": "positive"}


def care(path: Path) -> list[Example]:
    """The labelled real posts of a `care` CSV (`train.csv` or `dev.csv`)."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Example(f"care:{row['source'].split(':')[0]}", row["id"], row["text"], _targets(row))
            for row in csv.DictReader(file)
        ]


def threads(folder: Path, *, held_out: bool = False) -> list[Example]:
    """The customers' posts of a folder of our own conversations and single posts.

    Gives the files of training, or, with `held_out`, exactly the others.
    """
    return [
        Example(f"threads:{path.stem}", f"{path.stem}:{number}", post["text"], _targets(post))
        for path in sorted(folder.glob("*.jsonl"))
        if (path.stem in HELD_OUT) == held_out
        for number, post in enumerate(_customer_posts(path))
    ]


def is_invented(example: Example) -> bool:
    """Whether the text is our own writing rather than a real post."""
    return example.source.startswith("threads:")


def is_later(example: Example) -> bool:
    """Whether the text is of a file that a part of the runs does without."""
    return example.source.removeprefix("threads:") in LATER


def _customer_posts(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            posts = record.get("posts", [record])
            yield from (post for post in posts if post.get("role", "customer") == "customer")


def _targets(row: dict) -> dict[str, float]:
    label = str(row["sentiment"])
    targets = sentiment(SENTIMENT_LETTERS.get(label, label))
    targets |= {name: graded(int(row[name])) for name in GRADED}
    targets |= {name: float(row[name]) for name in FLAGS}
    return targets
