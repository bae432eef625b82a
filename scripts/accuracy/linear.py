"""Logistic regressions on fixed features, trained on the same labels as the model."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Protocol

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import FeatureUnion

import overlap
from cuts import Cuts
from examples import Example, labels_of
from heads import COLUMN, FLAGS, GRADED, OUTPUTS, SENTIMENT, SENTIMENT_COLUMNS, TOP_LEVEL
from judgement import Judgement

FOLDS = 3
"""Folds of the real training posts, cut as for the shipped model."""

Matrix = np.ndarray | sparse.csr_matrix


class Features(Protocol):
    """Turns texts into rows of numbers."""

    def fit(self, texts: list[str]) -> object:
        """Learns what it needs of the texts, never of their labels."""
        ...

    def transform(self, texts: list[str]) -> Matrix:
        """A row for each text."""
        ...


class Linear:
    """One logistic regression for each yes-or-no question about a post.

    A graded output is the mean of the probabilities that the level is at least
    1, 2 and 3 (cumulative logits). As for the shipped model, real posts are left
    out of training fold by fold while our own writing stays in. The predictions
    of these left-out posts choose each question's regularisation, by log loss,
    and set the cuts.
    """

    def __init__(
        self,
        name: str,
        features: Callable[[], Features],
        strengths: tuple[float, ...],
        real: list[Example],
        invented: list[Example],
    ) -> None:
        self.name = name
        posts = [*real, *invented]
        texts, answers = [clean(post.text) for post in posts], _questions(posts)
        left_out = {question: np.zeros((len(strengths), len(real))) for question in answers}
        for held_out in overlap.folds(real, FOLDS):
            kept = np.setdiff1d(np.arange(len(posts)), held_out)
            learnt = features()
            learnt.fit([texts[row] for row in kept])
            inside = learnt.transform([texts[row] for row in kept])
            outside = learnt.transform([texts[row] for row in held_out])
            for question, answer in answers.items():
                for trial, strength in enumerate(strengths):
                    model = _regression(strength, inside).fit(inside, answer[kept])
                    left_out[question][trial, held_out] = model.predict_proba(outside)[:, 1]
        self._features = features()
        self._features.fit(texts)
        rows = self._features.transform(texts)
        self._models, guesses = {}, {}
        for question, answer in answers.items():
            losses = [log_loss(answer[: len(real)], guess) for guess in left_out[question]]
            best = int(np.argmin(losses))
            guesses[question] = left_out[question][best]
            self._models[question] = _regression(strengths[best], rows).fit(rows, answer)
        self._cuts = Cuts(_outputs(guesses), real)

    def judge(self, texts: list[str]) -> Judgement:
        rows = self._features.transform([clean(text) for text in texts])
        answers = {
            question: model.predict_proba(rows)[:, 1] for question, model in self._models.items()
        }
        return self._cuts.judge(_outputs(answers))


def clean(text: str) -> str:
    """The text with a plain word for each handle and link, as TweetEval has them."""
    text = re.sub(r"https?://\S+|www\.\S+", "http", html.unescape(text))
    return re.sub(r"@\w+", "@user", text)


def words_and_characters() -> FeatureUnion:
    """TF-IDF of single words and pairs, and of 3 to 5 characters."""
    return FeatureUnion(
        [
            (
                "words",
                TfidfVectorizer(
                    ngram_range=(1, 2),
                    token_pattern=r"\w+|[^\w\s]",
                    min_df=2,
                    sublinear_tf=True,
                    dtype=np.float32,
                ),
            ),
            (
                "characters",
                TfidfVectorizer(
                    analyzer="char_wb",
                    ngram_range=(3, 5),
                    min_df=3,
                    sublinear_tf=True,
                    dtype=np.float32,
                ),
            ),
        ]
    )


def _regression(strength: float, rows: Matrix) -> LogisticRegression:
    # Each solver is many times faster than the other on its kind of matrix.
    solver = "liblinear" if sparse.issparse(rows) else "newton-cholesky"
    return LogisticRegression(C=strength, solver=solver, random_state=0)


def _questions(posts: list[Example]) -> dict[str, np.ndarray]:
    """What is asked of each post, and the answers."""
    labels = labels_of(posts)
    answers = {
        f"{head}>={level}": labels[head] >= level
        for head in GRADED
        for level in range(1, TOP_LEVEL + 1)
    }
    answers |= {name: labels["sentiment"] == place for place, name in enumerate(SENTIMENT)}
    answers |= {head: labels[head] == 1 for head in FLAGS}
    return answers


def _outputs(answers: dict[str, np.ndarray]) -> np.ndarray:
    """The eight outputs from the probability of each yes."""
    outputs = np.empty((len(next(iter(answers.values()))), len(OUTPUTS)))
    for head in GRADED:
        steps = [answers[f"{head}>={level}"] for level in range(1, TOP_LEVEL + 1)]
        outputs[:, COLUMN[head]] = np.mean(steps, axis=0)
    for name in (*SENTIMENT, *FLAGS):
        outputs[:, COLUMN[name]] = answers[name]
    outputs[:, SENTIMENT_COLUMNS] /= outputs[:, SENTIMENT_COLUMNS].sum(axis=1, keepdims=True)
    return outputs
