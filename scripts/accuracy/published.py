"""Published figures that stand beside ours, each with where it is from.

Only figures that were looked up at their source are here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A figure as somebody else reports it, in percent or as a share, as there."""

    system: str
    figure: str
    source: str


TWEETEVAL = "TweetEval (Barbieri et al., Findings of EMNLP 2020)"
LEADERBOARD = "TweetEval's leaderboard"

TWEETEVAL_SENTIMENT = (
    Published("SVM on n-grams", "62.9", TWEETEVAL),
    Published("FastText", "62.9", TWEETEVAL),
    Published("RoBERTa-base, 125 M parameters", "71.3", TWEETEVAL),
    Published("BERTweet", "73.4", LEADERBOARD),
    Published("TimeLMs-2021", "73.7", LEADERBOARD),
)
"""Macro-recall on the sentiment test, each trained on the task's own training split."""

TWEETEVAL_EMOTION = (
    Published("SVM on n-grams", "64.7", TWEETEVAL),
    Published("FastText", "65.2", TWEETEVAL),
    Published("RoBERTa-base", "76.1", TWEETEVAL),
    Published("BERTweet", "79.3", LEADERBOARD),
    Published("TimeLMs-2021", "80.2", LEADERBOARD),
)
"""Macro-F1 over four emotions: another figure than ours."""

TWEETEVAL_ANGER_F1 = 0.876
"""F1 of anger in the predictions for the emotion test that TweetEval's authors publish.

Computed from `predictions/emotion.txt` of the repository cardiffnlp/tweeteval,
whose macro-F1 on these 1,421 tweets is 0.798. Of four classes the likeliest counts.
"""

GOEMOTIONS_MACRO_F1 = 0.46
"""BERT-base over all 28 labels (Demszky et al., ACL 2020)."""

GOEMOTIONS_BERT = {"anger": 0.503, "annoyance": 0.389}
"""F1 of the labels by themselves: the card of `logasanjeev/bert-emotion-classifier`."""
