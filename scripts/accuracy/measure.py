"""Measures the program and what a user would pick instead, and writes the report."""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch

import benchmarks
import document
import figures
import overlap
import own
import public
import queue_order
from examples import Example, labels_of
from figures import Figure, figure
from heads import FLAGS, GRADED
from judgement import Competitor
from linear import Linear, words_and_characters
from majority import Majority
from program import Uproar
from rule import Rule
from sentences import SentenceVectors
from vader import Vader

ROOT = Path(__file__).resolve().parents[2]
STRENGTHS = (1.0, 3.0, 10.0, 30.0)
"""Inverse regularisations that each regression chooses from."""

Measure = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""A figure of the truth, what a competitor says, and the counts of the rows."""


@dataclass
class Results:
    """The figures of one set of posts: by metric, then by competitor."""

    rows: int
    values: dict[str, dict[str, np.ndarray]] = field(default_factory=dict)

    def add(self, competitor: str, metric: str, values: np.ndarray) -> None:
        """Keeps a metric's value and resamples."""
        self.values.setdefault(metric, {})[competitor] = values

    def figure(self, metric: str, competitor: str) -> Figure:
        """A competitor's figure."""
        return figure(self.values[metric][competitor])

    def lead(self, metric: str, name: str) -> tuple[str, Figure]:
        """The best of the others, and how far `name` is above it, paired."""
        others = {other: v for other, v in self.values[metric].items() if other != name}
        best = max(others, key=lambda other: others[other][0])
        return best, figure(self.values[metric][name] - others[best])


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    data, clock = arguments.data, _Clock()
    real, invented = training_posts(data)
    clock.done(f"{len(real)} real training posts, {len(invented)} of our own writing")
    vectors = SentenceVectors(arguments.encoder, arguments.cache)
    uproar = Uproar(arguments.uproar, arguments.model, arguments.threads)
    competitors: list[Competitor] = [uproar]
    for make in (
        lambda: Linear(
            "Frozen MiniLM + logistic regression", lambda: vectors, STRENGTHS, real, invented
        ),
        lambda: Linear(
            "TF-IDF + logistic regression", words_and_characters, STRENGTHS, real, invented
        ),
        lambda: Rule(real),
        lambda: Vader(real),
        lambda: Majority(real),
    ):
        competitors.append(make())
        clock.done(f"trained: {competitors[-1].name}")

    care = own.care(data / "care" / "dev.csv")
    texts = [post.text for post in care]
    queue_order.check(uproar.judge(texts), uproar.rows(texts))
    results = {}
    for name, measure in _sets(data).items():
        results[name] = measure(competitors)
        clock.done(f"measured: {name}")
    facts = {
        "model": arguments.model.name,
        "weights": _checksum(arguments.model / "model.safetensors"),
        "decision": _checksum(arguments.model / "decision.toml"),
        "real": len(real),
        "invented": len(invented),
        "urgent": int((labels_of(care)["urgency"] == 3).sum()),
        "seen": seen_in_training(data),
    }
    page = document.text([competitor.name for competitor in competitors], results, facts)
    partial_page = arguments.output.with_suffix(".partial")
    partial_page.write_text(page, encoding="utf-8")
    partial_page.replace(arguments.output)
    clock.done(f"written: {arguments.output}")


def _sets(data: Path) -> dict[str, Callable[[list[Competitor]], Results]]:
    """What is measured on each set of posts."""
    emotion, comments = data / "tweeteval" / "emotion", data / "goemotions" / "original"
    return {
        "care": partial(on_care, own.care(data / "care" / "dev.csv")),
        "airline": partial(
            on_sentiment,
            benchmarks.airline_sentiment(data / "airline-sentiment"),
            {"macro-F1": figures.macro_f1, "accuracy": figures.accuracy},
            "AUROC of negative",
        ),
        "tweeteval sentiment": partial(
            on_sentiment,
            benchmarks.tweeteval_sentiment(data / "tweeteval" / "sentiment"),
            {"macro-recall": figures.macro_recall},
            None,
        ),
        "tweeteval anger": partial(
            on_anger,
            benchmarks.tweeteval_anger(emotion, "val"),
            benchmarks.tweeteval_anger(emotion, "test"),
            {"AUROC": figures.auroc},
        ),
        "goemotions anger": partial(
            on_anger,
            benchmarks.goemotions_anger(comments, "dev"),
            benchmarks.goemotions_anger(comments, "test"),
            {"AUROC": figures.auroc, "average precision": figures.average_precision},
        ),
    }


def training_posts(data: Path) -> tuple[list[Example], list[Example]]:
    """What every trained competitor learns from: real posts, and our own writing."""
    banned = overlap.forbidden(data)
    real = overlap.without(own.care(data / "care" / "train.csv"), banned)
    folders = sorted(path for path in (ROOT / "data").iterdir() if path.is_dir())
    written = [post for folder in folders for post in own.threads(folder)]
    return real, overlap.without(written, banned)


def on_care(posts: list[Example], competitors: list[Competitor]) -> Results:
    """Agreement with our guide's labels."""
    truth, counts = labels_of(posts), figures.resamples(len(posts))
    results = Results(len(posts))
    for competitor in competitors:
        judgement = competitor.judge([post.text for post in posts])
        add = partial(results.add, competitor.name)
        for head in GRADED:
            decided = judgement.decided[head]
            add(f"{head} kappa", figures.quadratic_kappa(truth[head], decided, counts))
            add(f"{head} F1", figures.f1(truth[head] >= 2, decided >= 2, counts))
        urgent = truth["urgency"] == 3
        for metric, order in (
            ("urgent in queue", queue_order.queue(judgement)),
            ("urgent by urgency", judgement.output("urgency")),
        ):
            add(metric, figures.found_in_top_tenth(urgent, order, counts))
        sentiment = judgement.decided["sentiment"]
        add("sentiment macro-F1", figures.macro_f1(truth["sentiment"], sentiment, counts))
        for head in FLAGS:
            add(f"{head} F1", figures.f1(truth[head], judgement.decided[head], counts))
    return results


def on_sentiment(
    posts: benchmarks.Texts,
    measures: dict[str, Measure],
    rank_of_negative: str | None,
    competitors: list[Competitor],
) -> Results:
    """Agreement with a public set's sentiments, and how well its negative texts are found."""
    counts = figures.resamples(len(posts.texts))
    results = Results(len(posts.texts))
    for competitor in competitors:
        judgement = competitor.judge(posts.texts)
        for metric, measure in measures.items():
            decided = judgement.decided["sentiment"]
            results.add(competitor.name, metric, measure(posts.truth, decided, counts))
        if rank_of_negative:
            values = figures.auroc(posts.truth == 0, judgement.output("negative"), counts)
            results.add(competitor.name, rank_of_negative, values)
    return results


def on_anger(
    choosing: benchmarks.Texts,
    posts: benchmarks.Texts,
    measures: dict[str, Measure],
    competitors: list[Competitor],
) -> Results:
    """Anger against the rest, cut where the split for choosing gives the best F1."""
    counts = figures.resamples(len(posts.texts))
    results = Results(len(posts.texts))
    for competitor in competitors:
        judged = competitor.judge(choosing.texts + posts.texts).output("anger")
        cut = figures.best_cut(choosing.truth, judged[: len(choosing.texts)])
        scores = judged[len(choosing.texts) :]
        results.add(competitor.name, "F1", figures.f1(posts.truth, scores >= cut, counts))
        for metric, measure in measures.items():
            results.add(competitor.name, metric, measure(posts.truth, scores, counts))
    return results


def seen_in_training(data: Path) -> dict[str, int]:
    """How many texts of each public test also stand in the model's public training sets."""
    known = {overlap.fingerprint(example.text) for example in public.load(data)} - {""}
    tests = {
        "tweeteval sentiment": benchmarks.tweeteval_sentiment(data / "tweeteval" / "sentiment"),
        "tweeteval anger": benchmarks.tweeteval_anger(data / "tweeteval" / "emotion", "test"),
        "goemotions anger": benchmarks.goemotions_anger(data / "goemotions" / "original", "test"),
    }
    return {
        name: sum(overlap.fingerprint(text) in known for text in posts.texts)
        for name, posts in tests.items()
    }


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


class _Clock:
    """Says what was done and how long it took."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def done(self, what: str) -> None:
        now = time.monotonic()
        print(f"{now - self._last:7.1f} s  {what}", flush=True)
        self._last = now


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="data folder")
    parser.add_argument("--encoder", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--model", type=Path, default=Path("models/care-minilm"))
    parser.add_argument("--uproar", type=Path, default=Path("target/release/uproar"))
    parser.add_argument("--cache", type=Path, default=Path("target/accuracy"))
    parser.add_argument("--output", type=Path, default=Path("docs/accuracy.md"))
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    return parser.parse_args()


if __name__ == "__main__":
    main()
