"""The figures of counts against sklearn's, on repeated rows."""

import unittest

import numpy as np
from sklearn import metrics as sk

import figures


class Measures(unittest.TestCase):
    def setUp(self) -> None:
        chance = np.random.default_rng(3)
        rows = 300
        self.truth = chance.integers(0, 4, rows)
        self.decided = np.where(chance.random(rows) < 0.6, self.truth, chance.integers(0, 4, rows))
        # Rounded, so that there are ties.
        self.scores = np.round(chance.random(rows) + self.truth / 4, 1)
        self.counts = figures.resamples(rows, 130)

    def agree(self, measure, truth, said, expected) -> None:
        """Compares the figure itself and resamples of every block."""
        found = measure(truth, said, self.counts)
        self.assertEqual(found.shape, (131,))
        for row in (0, 1, 63, 64, 130):
            again = np.repeat(np.arange(len(truth)), self.counts[row])
            self.assertAlmostEqual(found[row], expected(truth[again], said[again]), places=9)

    def test_quadratic_kappa(self) -> None:
        self.agree(
            figures.quadratic_kappa,
            self.truth,
            self.decided,
            lambda truth, said: sk.cohen_kappa_score(truth, said, weights="quadratic"),
        )

    def test_f1_of_a_yes(self) -> None:
        self.agree(figures.f1, self.truth >= 2, self.decided >= 2, sk.f1_score)

    def test_figures_of_three_classes(self) -> None:
        truth, said = self.truth.clip(0, 2), self.decided.clip(0, 2)
        self.agree(figures.macro_f1, truth, said, lambda t, s: sk.f1_score(t, s, average="macro"))
        self.agree(
            figures.macro_recall, truth, said, lambda t, s: sk.recall_score(t, s, average="macro")
        )
        self.agree(figures.accuracy, truth, said, sk.accuracy_score)

    def test_rank_figures(self) -> None:
        yes = self.truth >= 2
        self.agree(figures.auroc, yes, self.scores, sk.roc_auc_score)
        self.agree(figures.average_precision, yes, self.scores, sk.average_precision_score)

    def test_a_figure_without_its_class_is_not_a_number(self) -> None:
        none = np.zeros(300, dtype=bool)
        self.assertTrue(np.isnan(figures.auroc(none, self.scores, self.counts)).all())


class TopTenth(unittest.TestCase):
    def found(self, truth: list[int], scores: list[float]) -> float:
        ones = np.ones((1, len(truth)), dtype=np.uint8)
        return figures.found_in_top_tenth(np.array(truth), np.array(scores), ones)[0]

    def test_the_tenth_is_rounded_up(self) -> None:
        # Two of eleven rows are read; both yes rows are there.
        self.assertEqual(self.found([1, 1] + [0] * 9, [9.0, 8, *range(7, -2, -1)]), 1.0)
        self.assertEqual(self.found([1, 0, 1] + [0] * 8, [9.0, 8, *range(7, -2, -1)]), 0.5)

    def test_ties_count_as_a_random_order_among_them(self) -> None:
        self.assertAlmostEqual(self.found([1] + [0] * 19, [0.5] * 20), 0.1)
        # One place is taken by the leader, one of the two is shared by four.
        self.assertAlmostEqual(
            self.found([0, 1, 0, 0, 0] + [0] * 15, [3.0] + [2] * 4 + [1] * 15), 0.25
        )

    def test_a_row_drawn_twice_takes_two_places(self) -> None:
        counts = np.array([[1] * 20, [2, 0] + [1] * 18], dtype=np.uint8)
        truth, scores = np.array([1, 0, 1] + [0] * 17), -np.arange(20.0)
        found = figures.found_in_top_tenth(truth, scores, counts)
        np.testing.assert_allclose(found, [1 / 2, 2 / 3])


class Intervals(unittest.TestCase):
    def test_resamples_are_fixed_and_full(self) -> None:
        counts = figures.resamples(50, 20)
        np.testing.assert_array_equal(counts, figures.resamples(50, 20))
        np.testing.assert_array_equal(counts.sum(axis=1), 50)
        np.testing.assert_array_equal(counts[0], 1)

    def test_the_interval_leaves_out_what_could_not_be_measured(self) -> None:
        found = figures.figure(np.array([0.5, *np.linspace(0, 1, 101), np.nan]))
        self.assertEqual(found.value, 0.5)
        self.assertAlmostEqual(found.low, 0.025)
        self.assertAlmostEqual(found.high, 0.975)


class BestCut(unittest.TestCase):
    def test_it_is_the_best_of_every_score(self) -> None:
        chance = np.random.default_rng(5)
        scores = np.round(chance.random(200), 2)
        truth = chance.random(200) < scores
        best = max(sk.f1_score(truth, scores >= cut) for cut in scores)
        cut = figures.best_cut(truth, scores)
        self.assertAlmostEqual(sk.f1_score(truth, scores >= cut), best)

    def test_equal_scores_are_all_a_yes(self) -> None:
        self.assertEqual(figures.best_cut(np.array([True, False]), np.array([0.3, 0.3])), 0.3)


if __name__ == "__main__":
    unittest.main()
