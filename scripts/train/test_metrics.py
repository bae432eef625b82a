"""The short formulas of `metrics` and `decision` against sklearn's."""

import unittest

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score, f1_score, roc_auc_score

import metrics
from decision import Decision, fit_cuts, quadratic_kappa


class Formulas(unittest.TestCase):
    def setUp(self) -> None:
        chance = np.random.default_rng(1)
        self.labels = chance.integers(0, 4, 500)
        other = chance.integers(0, 4, 500)
        self.decided = np.where(chance.random(500) < 0.5, self.labels, other)
        # Rounded, so that there are ties.
        self.scores = np.round(chance.random(500) + self.labels / 4, 1)

    def test_quadratic_kappa(self) -> None:
        expected = cohen_kappa_score(self.labels, self.decided, weights="quadratic")
        self.assertAlmostEqual(quadratic_kappa(self.labels, self.decided), expected)

    def test_weighted_kappa_counts_a_post_as_often_as_its_weight(self) -> None:
        weights = np.arange(500) % 3
        repeated = quadratic_kappa(self.labels.repeat(weights), self.decided.repeat(weights))
        self.assertAlmostEqual(
            quadratic_kappa(self.labels, self.decided, weights.astype(float)), repeated
        )

    def test_auroc(self) -> None:
        yes = self.labels > 1
        self.assertAlmostEqual(metrics._auroc(yes, self.scores), roc_auc_score(yes, self.scores))

    def test_spearman(self) -> None:
        expected = spearmanr(self.scores, self.labels).statistic
        self.assertAlmostEqual(metrics._spearman(self.scores, self.labels), expected)

    def test_f1(self) -> None:
        truth, decided = self.labels.clip(0, 2), self.decided.clip(0, 2)
        self.assertAlmostEqual(
            metrics._macro_f1(truth, decided), f1_score(truth, decided, average="macro")
        )
        truth, decided = (truth > 0).astype(int), (decided > 0).astype(int)
        self.assertAlmostEqual(metrics._f1(truth, decided), f1_score(truth, decided))

    def test_calibration_error(self) -> None:
        confidence = np.array([0.05, 0.05, 0.95, 1.0])
        outcome = np.array([0.0, 1.0, 1.0, 1.0])
        # |0.1 - 1| in the first bin, |1.95 - 2| in the last, over four posts.
        self.assertAlmostEqual(metrics.calibration_error(confidence, outcome), 0.2375)


class Cuts(unittest.TestCase):
    def test_separable_scores_are_decided_without_error(self) -> None:
        level = np.arange(400) % 4
        flag = np.arange(400) % 2
        graded, flags = level / 4 + 0.1, flag * 0.6 + 0.2
        scores = np.stack([graded, graded, *[flags] * 6], axis=1)
        labels = {"anger": level, "urgency": level}
        labels |= dict.fromkeys(("actionable", "tried_before", "churn"), flag)
        decided = fit_cuts(scores, labels, np.ones(400)).decide(scores)
        for name, truth in labels.items():
            np.testing.assert_array_equal(decided[name], truth, name)

    def test_a_score_at_a_cut_reaches_it(self) -> None:
        cuts = Decision({"anger": (0.2, 0.5, 0.8)}, {"churn": 0.5})
        scores = np.zeros((4, 8))
        scores[:, 0] = (0.19, 0.2, 0.5, 0.8)
        scores[:, 7] = (0.49, 0.5, 0.51, 0.0)
        decided = cuts.decide(scores)
        self.assertEqual(decided["anger"].tolist(), [0, 1, 2, 3])
        self.assertEqual(decided["churn"].tolist(), [0, 1, 1, 0])


if __name__ == "__main__":
    unittest.main()
