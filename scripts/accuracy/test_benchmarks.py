"""The loaders of the public sets on invented files, and the page's wording."""

import tempfile
import unittest
from pathlib import Path

import numpy as np

import benchmarks
import document
from figures import resamples
from measure import Results


class Loaders(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def test_tweeteval(self) -> None:
        # A line separator inside a tweet is no end of line.
        self.write("test_text.txt", "one \u2028more\ntwo \nthree\n")
        self.write("test_labels.txt", "0\n3\n1")
        found = benchmarks.tweeteval_anger(self.folder, "test")
        self.assertEqual(found.texts, ["one \u2028more", "two", "three"])
        self.assertEqual(found.truth.tolist(), [True, False, False])
        self.write("test_labels.txt", "0\n3")
        with self.assertRaisesRegex(ValueError, "2 labels"):
            benchmarks.tweeteval_sentiment(self.folder)

    def test_goemotions(self) -> None:
        self.write("labels.txt", "admiration\nanger\nannoyance\n")
        self.write("test.tsv", 'so [NAME] "said\t0,2\ta\nfine\t0\tb\n')
        found = benchmarks.goemotions_anger(self.folder, "test")
        self.assertEqual(found.texts, ['so @name "said', "fine"])
        self.assertEqual(found.truth.tolist(), [True, False])

    def test_a_repeated_airline_tweet_counts_once(self) -> None:
        self.write("Tweets.csv", "airline_sentiment,text\npositive,a\nnegative,b\npositive,a\n")
        found = benchmarks.airline_sentiment(self.folder)
        self.assertEqual((found.texts, found.truth.tolist()), (["a", "b"], [2, 0]))


class Verdict(unittest.TestCase):
    def test_it_says_where_the_lead_is_sure_open_or_lost(self) -> None:
        counts = len(resamples(4, 100))
        results = Results(400)
        chance = np.random.default_rng(0).normal(0, 0.01, counts)
        leads = dict.fromkeys(document.CARE, 0.1) | {"churn F1": 0.001, "anger F1": -0.2}
        for metric, lead in leads.items():
            results.add("Uproar", metric, np.full(counts, 0.5) + lead + np.r_[0, chance[1:]])
            results.add("Other", metric, np.full(counts, 0.5))
        self.assertEqual(
            document._verdict(results),
            "Uproar is ahead by more than chance on 7 of 9 figures. On churn F1 it is ahead, but "
            "so little that 400 posts cannot tell. It is not ahead on anger F1.",
        )


if __name__ == "__main__":
    unittest.main()
