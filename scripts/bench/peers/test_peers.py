"""What the figures rest on: that texts are all different, and that scores are compared alike."""

from __future__ import annotations

import csv
import tempfile
import time
import unittest
from pathlib import Path

import numpy as np

import agreement
import contestants
import document
import posts


class Posts(unittest.TestCase):
    def test_joined_texts_keep_the_length(self) -> None:
        for one, other in (("a b c d e f", "u v w x y z"), ("a", "x"), ("a b", "x y z")):
            with self.subTest(one=one):
                text = posts.joined(one, other)
                self.assertTrue(text.startswith("a"))
                self.assertLessEqual(len(text.split()), len(one.split()) + len(other.split()))
        self.assertEqual(posts.joined("a b c d e f", "u v w x y z"), "a b c d y z")

    def test_what_is_written_is_read(self) -> None:
        texts = ['a "quoted", text', "two\nlines", "=1"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "posts.csv")
            posts.write(path, texts)
            self.assertEqual(posts.read(path), (["1", "2", "3"], texts))


class Agreement(unittest.TestCase):
    def test_logits_by_name_and_sigmoids_in_order_are_the_same(self) -> None:
        logits = np.random.default_rng(3).normal(0, 3, (5, 8))
        with tempfile.TemporaryDirectory() as folder:
            named, plain = Path(folder, "named.csv"), Path(folder, "plain.csv")
            with named.open("w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["id", *(f"logit_{name}" for name in agreement.OUTPUTS)])
                # A ranking's order is not the input's.
                writer.writerows([post + 1, *logits[post]] for post in (4, 0, 3, 1, 2))
            posts.write_scores(plain, list(map(str, range(1, 6))), 1 / (1 + np.exp(-logits)))
            apart = agreement.difference(
                agreement.read(named, named=True), agreement.read(plain, named=False)
            )
        self.assertLess(apart["max"], 1e-5)

    def test_a_difference_is_found(self) -> None:
        one = np.zeros((100, 8))
        other = one.copy()
        other[7, 3] = 0.5
        self.assertEqual(agreement.difference(other, one), {"p99": 0.0, "max": 0.5})


class Cost(unittest.TestCase):
    def test_memory_is_that_of_the_program_alone(self) -> None:
        held = bytearray(200 * 2**20)
        entrant = contestants.Contestant("true", lambda *_: ["true"])
        cost = contestants.run(entrant, Path(), Path(), time.perf_counter)
        self.assertLess(cost.peak_mib * 2**20, len(held) / 4)


class Document(unittest.TestCase):
    def test_shares_of_time_as_the_benches_print_them(self) -> None:
        text = document.parts(
            "Timer precision: 10 ns\n\nnative (avx512, int8), 1 threads: 600 posts of 32 tokens a "
            "second and thread\n  tokenising 3.1 %, dense layers 80.2 %, attention 10.0 %, rest "
            "6.7 %\n  dense layers 240 billion multiply-adds a second, the product alone 270: "
            "89 %\n"
        )
        self.assertIn("| native (avx512, int8), 1 threads | 600 | 3.1 % | 80.2 % | 10.0 % |", text)
        self.assertIn("| 240 | 270 | 89 % |", text)
        self.assertEqual(document.parts(None), "")
        self.assertRaises(ValueError, document.parts, "nothing of the kind")

    def test_arithmetic_of_a_hundred_million(self) -> None:
        runs = [
            {"model": "m", "posts": posts, "threads": threads, "seconds": seconds, "peak_mib": mib}
            for posts, threads, seconds, mib in (
                (10_000, 1, 100.0, 200), (10_000, 2, 50.0, 210),
                (100_000, 1, 1000.0, 290), (100_000, 2, 500.0, 300),
            )
        ]
        text = document.arithmetic(runs + [{**run, "model": "n"} for run in runs])
        self.assertIn("| m | 1 | 277.8 | 100,000,000 ÷ 100 ÷ 3,600 |", text)
        self.assertIn("| m | 16 | 17.4 |", text)
        self.assertIn("| n | 64 | 4.3 |", text)
        self.assertIn("1,049 bytes (m)", text)
        self.assertEqual(document.arithmetic([]), "")


if __name__ == "__main__":
    unittest.main()
