"""Loaders of the public data sets, each mapped to our outputs as a weak sign.

None of them is labelled by our guide, so their losses weigh less than our own
and they are only used before the fine-tuning proper, with a small share in it.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from examples import Example, graded, sentiment

GOEMOTIONS_POSITIVE = frozenset(
    [
        "admiration",
        "amusement",
        "approval",
        "caring",
        "desire",
        "excitement",
        "gratitude",
        "joy",
        "love",
        "optimism",
        "pride",
        "relief",
    ]
)
GOEMOTIONS_NEGATIVE = frozenset(
    [
        "anger",
        "annoyance",
        "disappointment",
        "disapproval",
        "disgust",
        "embarrassment",
        "fear",
        "grief",
        "nervousness",
        "remorse",
        "sadness",
    ]
)
GOEMOTIONS_ANGER = {
    frozenset({"anger"}): graded(2),
    frozenset({"anger", "annoyance"}): graded(2),
    frozenset({"annoyance"}): graded(1),
}
"""Reddit's anger is at anybody: strong words count as level 2, never as 3."""


def load(folder: Path) -> list[Example]:
    """Every public example of the data folder, in a fixed order."""
    return [
        *goemotions(folder / "goemotions" / "original"),
        *semeval(folder / "semeval2017-task4A"),
        *tweeteval_emotion(folder / "tweeteval" / "emotion"),
        *random_posts(folder / "complaints-acl2019" / "complaints-data.csv"),
    ]


def goemotions(folder: Path) -> list[Example]:
    """Reddit comments with emotions (training split)."""
    names = (folder / "labels.txt").read_text(encoding="utf-8").split()
    examples = []
    with (folder / "train.tsv").open(newline="", encoding="utf-8") as file:
        for text, labels, key in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = re.sub(r"\[(NAME|RELIGION)\]", _unmask, _unquote(text))
            emotions = frozenset(names[int(label)] for label in labels.split(","))
            cross = emotions & {"anger", "annoyance"}
            targets = {"anger": GOEMOTIONS_ANGER.get(cross, 0.0)}
            polarity = _goemotions_polarity(emotions)
            if polarity is not None:
                targets |= sentiment(polarity)
            # Disapproval and disgust border on anger: leave it open there.
            if not cross and emotions & {"disapproval", "disgust", "disappointment"}:
                del targets["anger"]
            examples.append(
                Example("goemotions", key, text, targets, {"anger": 0.5, "sentiment": 0.5})
            )
    return examples


def _goemotions_polarity(emotions: frozenset[str]) -> str | None:
    positive = bool(emotions & GOEMOTIONS_POSITIVE)
    negative = bool(emotions & GOEMOTIONS_NEGATIVE)
    if positive and negative:
        return None
    if positive or negative:
        return "positive" if positive else "negative"
    return "neutral"


def semeval(folder: Path) -> list[Example]:
    """Tweets with sentiment: every split but the 2017 test, which reports use."""
    examples = []
    for path in sorted(folder.glob("twitter-*-A.tsv")):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                key, label, text = row[0], row[1], _unescape(_unquote(row[2]))
                targets = sentiment(label)
                if label == "positive":
                    targets["anger"] = 0.0
                examples.append(Example("semeval", key, text, targets, {"anger": 0.25}))
    return examples


def _unmask(found: re.Match[str]) -> str:
    """A plain word for a masked name: brackets are no part of a post."""
    return "@name" if found[1] == "NAME" else "religion"


def _unquote(text: str) -> str:
    """Undoes the quoting of a CSV writer."""
    if len(text) > 1 and text.startswith('"') and text.rstrip().endswith('"'):
        text = text.rstrip()[1:-1]
    return text.replace('\\""', '"').replace('""', '"')


def _unescape(text: str) -> str:
    """Undoes the literal `\\u2019` escapes of some files."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    # Escapes may spell an emoji as two halves of a surrogate pair.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def tweeteval_emotion(folder: Path) -> list[Example]:
    """Tweets of one emotion each (training and validation splits)."""
    kinds = {
        0: ({"anger": graded(2)} | sentiment("negative")),
        1: ({"anger": 0.0} | sentiment("positive")),
        2: ({"anger": 0.0} | sentiment("positive")),
        # Sad tweets are often angry as well.
        3: sentiment("negative"),
    }
    examples = []
    for split in ("train", "val"):
        texts = (folder / f"{split}_text.txt").read_text(encoding="utf-8").splitlines()
        labels = (folder / f"{split}_labels.txt").read_text(encoding="utf-8").split()
        for number, (text, label) in enumerate(zip(texts, labels, strict=True)):
            weights = {"anger": 0.5, "sentiment": 0.5}
            targets = kinds[int(label)]
            examples.append(Example("tweeteval", f"{split}:{number}", text, targets, weights))
    return examples


def random_posts(path: Path) -> list[Example]:
    """Random tweets and replies that annotators found not to complain.

    They teach that most of what people write asks nothing of a company. The
    posts to companies in the same file are left out: `care` holds them with
    our own labels.
    """
    flags = {"urgency": 0.0, "actionable": 0.0, "tried_before": 0.0, "churn": 0.0}
    weights = dict.fromkeys(flags, 0.5)
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Example("complaints", key, text, flags, weights)
            for key, text, label, domain in csv.reader(file)
            if domain.startswith("random_") and label == "0"
        ]
