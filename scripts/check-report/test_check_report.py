"""The statistics against published values, and what the comparison lets pass."""

import unittest

from figures import Stratified, median_interval, newcombe, van_elteren, wilson
from findings import Check, value
from page import duration
from workbook import is_redacted


class Figures(unittest.TestCase):
    def near(self, found, expected):
        for pair in zip(found, expected, strict=True):
            self.assertAlmostEqual(*pair, places=4)

    def test_wilson(self):
        # Newcombe, Statistics in Medicine 1998, 17:857-872, table I.
        self.near(wilson(81, 263), (0.2553, 0.3662))
        self.near(wilson(0, 20), (0.0, 0.1611))

    def test_newcombe(self):
        # Newcombe, Statistics in Medicine 1998, 17:873-890, table II, method 10.
        self.near(newcombe((48, 80), (56, 70))[:3], (0.2, 0.0524, 0.3339))

    def test_strata_without_both_groups_do_not_count(self):
        one = Stratified([((48, 80), (56, 70)), ((5, 9), (0, 0))])
        self.assertEqual(one.posts, [80, 70])
        self.near([one.low, one.high], (0.0524, 0.3339))

    def test_the_interval_of_a_median(self):
        # Conover, Practical Nonparametric Statistics, table A3: the places 6 and 15 of 20.
        self.assertEqual(median_interval(range(1, 21)), (6, 15))
        self.assertEqual(median_interval(range(5)), (None, None))

    def test_waits_that_cannot_be_compared(self):
        self.assertIsNone(van_elteren([([1.0], []), ([2.0], [2.0])]))
        posts, _ = van_elteren([([1.0, 3.0], [2.0]), ([5.0], [])])
        self.assertEqual(posts, [2, 1])


class Comparison(unittest.TestCase):
    def differences(self, shown, expected):
        check = Check("table")
        check.compare("cell", *value(shown, expected)[:1], expected, value(shown, expected)[1])
        return check.differences

    def test_a_number_may_be_rounded_and_no_more(self):
        self.assertFalse(self.differences("0.62", 0.625))
        self.assertTrue(self.differences("0.61", 0.625))
        self.assertTrue(self.differences("3", 4))

    def test_zero_is_not_missing(self):
        self.assertTrue(self.differences("0", None))
        self.assertTrue(self.differences("", 0))
        self.assertTrue(self.differences("", False))

    def test_a_marker_stands_for_a_part_of_the_text(self):
        self.assertTrue(is_redacted("call [phone] now", "call 0123 456 now"))
        self.assertFalse(is_redacted("call [phone] then", "call 0123 456 now"))
        self.assertFalse(is_redacted("call", "call now"))

    def test_durations(self):
        for minutes, expected in ((0.4, "< 1 min"), (60, "1 h"), (3_200, "2 d 5 h")):
            self.assertEqual(duration(minutes), expected)


if __name__ == "__main__":
    unittest.main()
