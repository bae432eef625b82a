"""Loaders of the public test sets, with their own labels."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heads import SENTIMENT


@dataclass(frozen=True)
class Texts:
    """Texts with one answer each: a sentiment's number, or whether it is a yes."""

    texts: list[str]
    truth: np.ndarray


def airline_sentiment(folder: Path) -> Texts:
    """Tweets to six US airlines, 2015; a tweet that occurs twice counts once."""
    with (folder / "Tweets.csv").open(newline="", encoding="utf-8") as file:
        labels = {row["text"]: row["airline_sentiment"] for row in csv.DictReader(file)}
    return Texts(list(labels), np.array([SENTIMENT.index(label) for label in labels.values()]))


def tweeteval_sentiment(folder: Path) -> Texts:
    """The test split of TweetEval's sentiment task, which is SemEval-2017's."""
    return _tweeteval(folder, "test")


def tweeteval_anger(folder: Path, split: str) -> Texts:
    """A split of TweetEval's emotion task: anger against joy, optimism and sadness."""
    posts = _tweeteval(folder, split)
    return Texts(posts.texts, posts.truth == 0)


def goemotions_anger(folder: Path, split: str) -> Texts:
    """A split of GoEmotions: anger or annoyance among a comment's emotions."""
    names = (folder / "labels.txt").read_text(encoding="utf-8").split()
    anger = {str(names.index("anger")), str(names.index("annoyance"))}
    texts, truth = [], []
    with (folder / f"{split}.tsv").open(newline="", encoding="utf-8") as file:
        for text, labels, _ in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            # Plain words for masked names: brackets are no part of a post.
            text = re.sub(r"\[NAME\]", "@name", text)
            texts.append(re.sub(r"\[RELIGION\]", "religion", text))
            truth.append(not anger.isdisjoint(labels.split(",")))
    return Texts(texts, np.array(truth))


def _tweeteval(folder: Path, split: str) -> Texts:
    lines = (folder / f"{split}_text.txt").read_text(encoding="utf-8").split("\n")
    labels = (folder / f"{split}_labels.txt").read_text(encoding="utf-8").split()
    texts = [line.strip() for line in lines[: len(labels)]]
    if len(texts) != len(labels) or any(line.strip() for line in lines[len(labels) :]):
        raise ValueError(f"{folder}: {split} has {len(lines)} texts and {len(labels)} labels")
    return Texts(texts, np.array([int(label) for label in labels]))
