"""The competitors on invented posts."""

import unittest
from unittest.mock import patch

import numpy as np

import linear
import queue_order
from cuts import best_levels
from examples import Example, graded, labels_of, sentiment
from heads import FLAGS, GRADED, OUTPUTS, SENTIMENT
from judgement import Judgement
from figures import quadratic_kappa
from linear import Linear, words_and_characters
from majority import Majority
from rule import Rule
from vader import Vader


def post(
    text: str, number: int = 0, level: int = 0, mood: str = "neutral", flag: int = 0
) -> Example:
    targets = sentiment(mood) | dict.fromkeys(FLAGS, float(flag))
    targets |= dict.fromkeys(GRADED, graded(level))
    return Example("care:test", str(number), text, targets)


LEVELS = (
    ("thank you so much, lovely crew, great help", "positive", 0),
    ("when does the shop in the old town open", "neutral", 0),
    ("the parcel is late and nobody tells me why", "negative", 1),
    ("I am furious, this is the worst service, UNACCEPTABLE!!!", "negative", 1),
)
POSTS = [
    post(f"{text} {words}", 4 * number + level, level, mood, flag)
    for number, words in enumerate(
        "friend monday river lamp window paper stone cloud garden train bottle candle".split()
    )
    for level, (text, mood, flag) in enumerate(LEVELS)
]
TEXTS = [text for text, _, _ in LEVELS]


class EveryCompetitor(unittest.TestCase):
    def test_scores_are_between_0_and_1_and_do_not_depend_on_neighbours(self) -> None:
        for make in (Majority, Rule, Vader):
            with self.subTest(make.__name__):
                competitor = make(POSTS)
                together = competitor.judge(TEXTS)
                self.assertEqual(together.outputs.shape, (len(TEXTS), len(OUTPUTS)))
                self.assertTrue(((together.outputs >= 0) & (together.outputs <= 1)).all())
                alone = competitor.judge(TEXTS[2:3])
                np.testing.assert_array_equal(alone.outputs[0], together.outputs[2])

    def test_majority_gives_the_commonest_label(self) -> None:
        decided = Majority([*POSTS, post("one more", 99)]).judge(["a", "b"]).decided
        for head in GRADED:
            self.assertEqual(decided[head].tolist(), [0, 0], head)
        self.assertEqual(decided["sentiment"].tolist(), [SENTIMENT.index("negative")] * 2)

    def test_the_rule_and_vader_order_the_plain_cases(self) -> None:
        for competitor in (Rule(POSTS), Vader(POSTS)):
            with self.subTest(competitor.name):
                judgement = competitor.judge(TEXTS)
                self.assertGreater(judgement.output("anger")[3], judgement.output("anger")[0])
                names = [SENTIMENT[mood] for mood in judgement.decided["sentiment"]]
                self.assertEqual((names[0], names[3]), ("positive", "negative"))

    def test_vader_cuts_at_its_authors_values(self) -> None:
        competitor = Vader(POSTS)
        scores = (-0.06, -0.05, -0.04, 0.0, 0.04, 0.05, 0.06)
        with patch.object(competitor, "_analyzer") as analyzer:
            analyzer.polarity_scores.side_effect = [{"compound": score} for score in scores]
            decided = competitor.judge([""] * len(scores)).decided["sentiment"]
        self.assertEqual(decided.tolist(), [0, 0, 1, 1, 1, 2, 2])

    def test_the_rule_reads_neither_handles_nor_links(self) -> None:
        scores = Rule(POSTS).judge(["hello", "@urgent hello http://angry.example/help"]).outputs
        np.testing.assert_array_equal(scores[0], scores[1])


class Regressions(unittest.TestCase):
    def test_they_learn_what_words_tell(self) -> None:
        # Each word of the suffix alone would be a fold of near-duplicates.
        halves = [np.arange(len(POSTS)) % 8 < 4, np.arange(len(POSTS)) % 8 >= 4]
        with patch.object(linear.overlap, "folds", return_value=list(map(np.flatnonzero, halves))):
            competitor = Linear("words", words_and_characters, (1.0, 30.0), POSTS, [])
        judgement = competitor.judge([f"{text} today" for text in TEXTS])
        for head, expected in labels_of(POSTS[:4]).items():
            self.assertEqual(judgement.decided[head].tolist(), expected.tolist(), head)
        moods = judgement.outputs[:, 2:5]
        np.testing.assert_allclose(moods.sum(axis=1), 1)

    def test_cleaning_masks_handles_and_links(self) -> None:
        self.assertEqual(
            linear.clean("@Acme_1 see https://example.com/x &amp; tell"), "@user see http & tell"
        )


class Queue(unittest.TestCase):
    def judgement(self, *rows: tuple[int, int, int, float]) -> Judgement:
        """Posts of urgency level, anger level, actionable and a score for all outputs."""
        urgency, anger, actionable, score = (np.array(column) for column in zip(*rows, strict=True))
        outputs = np.repeat(score[:, None].astype(float), len(OUTPUTS), axis=1)
        decided = {"urgency": urgency, "anger": anger, "actionable": actionable}
        return Judgement(outputs, decided)

    def test_bands_follow_the_program(self) -> None:
        cases = {
            (3, 0, 0): "now",
            (2, 0, 0): "today",
            (1, 2, 1): "today",
            (0, 3, 0): "none",
            (1, 0, 1): "later",
            (1, 3, 0): "none",
        }
        for levels, band in cases.items():
            found = queue_order.bands(self.judgement((*levels, 0.5)))
            self.assertEqual(queue_order.BANDS[found[0]], band, levels)

    def test_a_band_goes_before_any_need(self) -> None:
        order = queue_order.queue(self.judgement((3, 0, 0, 0.0), (2, 3, 1, 1.0), (2, 0, 1, 0.4)))
        self.assertEqual(np.argsort(-order).tolist(), [0, 1, 2])

    def test_a_program_that_orders_otherwise_is_noticed(self) -> None:
        judgement = self.judgement((3, 0, 0, 0.5))
        queue_order.check(judgement, [{"band": "now", "priority": 40.0}])
        for row in ({"band": "today", "priority": 40.0}, {"band": "now", "priority": 41.0}):
            with self.assertRaises(RuntimeError):
                queue_order.check(judgement, [row])


class Levels(unittest.TestCase):
    def test_separable_scores_are_decided_without_error(self) -> None:
        truth = np.arange(40) % 4
        cuts = best_levels(truth, truth / 4 + 0.1)
        decided = (truth[:, None] / 4 + 0.1 >= cuts).sum(axis=1)
        np.testing.assert_array_equal(decided, truth)

    def test_no_other_cuts_are_better(self) -> None:
        chance = np.random.default_rng(7)
        truth = chance.integers(0, 4, 400)
        scores = np.clip(truth / 4 + chance.normal(0.1, 0.2, 400), 0, 1)
        ones = np.ones((1, 400), dtype=np.uint8)

        def kappa(cuts: np.ndarray) -> float:
            decided = (scores[:, None] >= cuts).sum(axis=1)
            return quadratic_kappa(truth, decided, ones)[0]

        best = best_levels(truth, scores)
        self.assertTrue((np.diff(best) > 0).all())
        for _ in range(200):
            other = np.sort(chance.choice(np.arange(1, 100), 3, replace=False)) / 100
            self.assertLessEqual(kappa(other), kappa(best) + 1e-12)


if __name__ == "__main__":
    unittest.main()
