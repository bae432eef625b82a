"""Reading a user's labels, comparing two models, and what `uproar tune` is given."""

import csv
import tempfile
import unittest
from pathlib import Path

import numpy as np

import comparison
import crossfit
import labels
from examples import Example, graded, sentiment
from heads import COLUMN, OUTPUTS


class Labels(unittest.TestCase):
    def read(self, text: str) -> list[Example]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "labels.csv"
            path.write_text(text, encoding="utf-8")
            return labels.read(path)

    def test_open_cells_are_not_labelled_and_apostrophes_are_undone(self) -> None:
        posts = self.read(
            "id,text,anger,churn,sentiment\n7,'@shop late again,2,,n\n8,ok then,,no,\n9,fine,,,\n"
        )
        self.assertEqual([post.text for post in posts], ["@shop late again", "ok then"])
        self.assertEqual(posts[0].targets, {"anger": graded(2)} | sentiment("negative"))
        self.assertEqual(posts[1].targets, {"churn": 0.0})

    def test_what_cannot_be_right_is_named_with_its_line(self) -> None:
        for text, message in (
            ("text,anger\na,1\nb,7\n", "line 3: anger cannot be '7'"),
            ("text,churn\na,maybe\n", "line 2: churn cannot be 'maybe'"),
            ("id,anger\n1,1\n", "needs the column text"),
            ("text,mood\na,1\n", "it has text, mood"),
        ):
            with self.assertRaisesRegex(labels.LabelsError, message):
                self.read(text)


class Comparisons(unittest.TestCase):
    def setUp(self) -> None:
        chance = np.random.default_rng(1)
        self.posts = [
            Example("s", str(n), "", {"urgency": graded(n % 4), "churn": float(n % 5 == 0)})
            for n in range(200)
        ]
        self.truth = np.zeros((200, len(OUTPUTS)))
        for name in ("urgency", "churn"):
            self.truth[:, COLUMN[name]] = [post.targets[name] for post in self.posts]
        self.noise = chance.normal(size=self.truth.shape)

    def test_more_signal_is_better_and_the_reverse_is_not(self) -> None:
        poor, good = self.truth + 2 * self.noise, self.truth + 0.5 * self.noise
        self.assertTrue(comparison.compare(self.posts, poor, good).is_better)
        self.assertFalse(comparison.compare(self.posts, good, poor).is_better)

    def test_the_same_scores_are_no_better(self) -> None:
        scores = self.truth + self.noise
        same = comparison.compare(self.posts, scores, scores)
        self.assertFalse(same.is_better)
        self.assertEqual([f.output for f in same.figures], ["urgency", "churn", "mean"])
        self.assertEqual({f.low for f in same.figures} | {f.high for f in same.figures}, {0.0})

    def test_agreement_is_what_its_names_say(self) -> None:
        truth = np.array([0.0, 1.0, 0.0, 1.0])
        self.assertEqual(comparison._agreement(truth, np.array([1.0, 2.0, 3.0, 4.0])), 0.75)
        self.assertEqual(comparison._agreement(truth, np.zeros(4)), 0.5)
        graded_truth = np.array([0.0, 1 / 3, 2 / 3, 1.0])
        self.assertAlmostEqual(comparison._agreement(graded_truth, -graded_truth), -1.0)


class CrossFit(unittest.TestCase):
    def test_labels_and_outputs_stand_in_named_columns(self) -> None:
        targets = {"anger": graded(3), "urgency": graded(1)} | sentiment("neutral")
        targets |= {"actionable": 1.0, "tried_before": 0.0, "churn": 0.0}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "crossfit.csv"
            posts = [Example("s", "a1", "secret", targets), Example("s", "a2", "", {"churn": 1.0})]
            crossfit.write(path, posts, np.arange(16.0).reshape(2, 8))
            row, partial = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        self.assertEqual((row["id"], row["anger"], row["urgency"]), ("a1", "3", "1"))
        self.assertEqual((row["sentiment"], row["actionable"]), ("neutral", "1"))
        self.assertEqual(row["logit_churn"], "7.000000")
        self.assertNotIn("text", row)
        left_open = [partial[name] for name in ("anger", "urgency", "sentiment", "actionable")]
        self.assertEqual((left_open, partial["churn"]), ([""] * 4, "1"))


if __name__ == "__main__":
    unittest.main()
