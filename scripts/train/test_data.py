"""Mapping of labels, leakage checks and the loss's masking."""

import math
import unittest

import torch

import overlap
import public
from examples import Example, graded, sentiment
from model import loss


class Texts(unittest.TestCase):
    def test_a_fingerprint_ignores_handles_links_and_punctuation(self) -> None:
        for text in (
            "@Brand My  order is LATE! https://example.com/x",
            "my order &amp; is late",
            "<cust__ __company__ my order is late . __cust>",
        ):
            self.assertEqual(overlap.fingerprint(text), "my order is late")

    def test_escapes_and_quotes_of_semeval(self) -> None:
        raw = '"so \\""""nice\\"""" it\\u2019s \\ud83d\\ude21"'
        self.assertEqual(public._unescape(public._unquote(raw)), 'so ""nice"" it’s 😡')

    def test_without_drops_banned_and_repeated_texts(self) -> None:
        posts = [
            Example("s", str(n), text, {}) for n, text in enumerate(("a b", "A  b!", "c", "d"))
        ]
        kept = overlap.without(posts, {"d"})
        self.assertEqual([post.text for post in kept], ["a b", "c"])

    def test_near_duplicates_share_a_group(self) -> None:
        base = "my parcel was due on monday and nobody at the depot answers"
        groups = overlap.near_duplicate_groups([base, base + " me", "quite another matter here"])
        self.assertEqual(groups[0], groups[1])
        self.assertNotEqual(groups[0], groups[2])

    def test_folds_part_the_posts_and_keep_files_whole(self) -> None:
        posts = [
            Example("care:x", str(n), f"unlike number {n} post {n * n}", {}) for n in range(60)
        ]
        posts += [Example(f"threads:set{n % 4}", str(n), f"text {n}", {}) for n in range(40)]
        parts = overlap.folds(posts, 3)
        self.assertEqual(sorted(row for part in parts for row in part), list(range(100)))
        files = [{posts[row].source for row in part if row >= 60} for part in parts]
        self.assertEqual(sum(map(len, files)), 4)


class Loss(unittest.TestCase):
    def row(self, example: Example) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.tensor([example.target_row()]), torch.tensor([example.weight_row()])

    def test_unlabelled_outputs_add_nothing(self) -> None:
        targets, weights = self.row(Example("s", "0", "", {"anger": graded(3)}))
        value = loss(torch.tensor([[0.0] + [9.0] * 7]), targets, weights)
        self.assertAlmostEqual(value.item(), math.log(2), places=5)

    def test_sentiment_is_one_softmax(self) -> None:
        targets, weights = self.row(Example("s", "0", "", sentiment("neutral"), {"sentiment": 0.5}))
        value = loss(torch.zeros(1, 8), targets, weights)
        self.assertAlmostEqual(value.item(), 0.5 * math.log(3), places=5)


if __name__ == "__main__":
    unittest.main()
