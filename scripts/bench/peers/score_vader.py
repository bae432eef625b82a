"""VADER, a lexicon of tones, on a CSV of posts: for scale."""

from __future__ import annotations

import argparse
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

import posts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()

    analyser = SentimentIntensityAnalyzer()
    keys, texts = posts.read(arguments.input)
    rows = [
        [scores["neg"], scores["neu"], scores["pos"], scores["compound"]]
        for scores in map(analyser.polarity_scores, texts)
    ]
    posts.write_scores(arguments.output, keys, rows)


if __name__ == "__main__":
    main()
