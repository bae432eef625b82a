"""The statistics that the documentation names, from their definitions or from SciPy."""

import math
from collections.abc import Iterable, Sequence

import numpy
from scipy import stats

Z = stats.norm.ppf(0.975)


def quantile(values: Sequence[float], at: float) -> float | None:
    """Linear interpolation between the nearest values (type 7)."""
    return float(numpy.quantile(values, at)) if values else None


def median(values: Sequence[float]) -> float | None:
    return quantile(values, 0.5)


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def wilson(hits: int, posts: int) -> tuple[float, float]:
    interval = stats.binomtest(hits, posts).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def median_interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """The innermost order statistics with the median between them in 95 % of samples."""
    ordered, number = sorted(values), len(values)
    place = int(stats.binom.ppf(0.025, number, 0.5))
    # The place from 1, of which at most a fortieth of the samples has the median below.
    while place > 0 and stats.binom.cdf(place - 1, number, 0.5) > 0.025:
        place -= 1
    if place < 1:
        return None, None
    return ordered[place - 1], ordered[number - place]


def newcombe(first: tuple[int, int], last: tuple[int, int]) -> tuple[float, float, float, float]:
    """The last share less the first, its interval, and the p-value of the chi-squared test.

    Method 10 of Newcombe, Statistics in Medicine 1998, 17:873-890.
    """
    (y0, n0), (y1, n1) = first, last
    p0, p1 = y0 / n0, y1 / n1
    (low0, high0), (low1, high1) = wilson(y0, n0), wilson(y1, n1)
    difference = p1 - p0
    low = difference - math.hypot(p1 - low1, high0 - p0)
    high = difference + math.hypot(high1 - p1, p0 - low0)
    hits, posts = y0 + y1, n0 + n1
    if hits in (0, posts):
        return difference, low, high, 1.0
    table = [[y0, n0 - y0], [y1, n1 - y1]]
    p_value = stats.chi2_contingency(table, correction=False).pvalue
    return difference, low, high, float(p_value)


class Stratified:
    """Mantel and Haenszel's difference of shares, with Sato's variance (Biometrics 1989)."""

    def __init__(self, strata: Iterable[tuple[tuple[int, int], tuple[int, int]]]):
        """Of each stratum the answered posts and all posts, of the first and of the last group."""
        strata = [(first, last) for first, last in strata if first[1] and last[1]]
        self.posts = [sum(groups[side][1] for groups in strata) for side in (0, 1)]
        if not strata:
            return
        weights = [n0 * n1 / (n0 + n1) for (_, n0), (_, n1) in strata]
        total = sum(weights)
        pairs = list(zip(strata, weights))
        self.first = sum(w * y0 / n0 for (((y0, n0), _), w) in pairs) / total
        self.last = sum(w * y1 / n1 for ((_, (y1, n1)), w) in pairs) / total
        if len(strata) == 1:
            self.difference, self.low, self.high, self.p_value = newcombe(*strata[0])
            return
        self.difference = self.last - self.first
        p = q = 0.0
        for (y0, n0), (y1, n1) in strata:
            n = n0 + n1
            p += (n1**2 * y0 - n0**2 * y1 + n1 * n0 * (n0 - n1) / 2) / n**2
            q += (y1 * (n0 - y0) + y0 * (n1 - y1)) / (2 * n)
        deviation = math.sqrt(max(0.0, self.difference * p + q)) / total
        self.low = max(-1.0, self.difference - Z * deviation)
        self.high = min(1.0, self.difference + Z * deviation)
        deviate = abs(self.difference) / deviation if deviation else 0.0
        self.p_value = float(2 * stats.norm.sf(deviate))


def van_elteren(strata: Iterable[tuple[list[float], list[float]]]) -> tuple[list[int], float] | None:
    """How many values of each group lie in strata with both, and the p-value."""
    posts, deviate, variance = [0, 0], 0.0, 0.0
    for first, last in strata:
        n0, n1 = len(first), len(last)
        if not n0 or not n1:
            continue
        n = n0 + n1
        posts = [posts[0] + n0, posts[1] + n1]
        ranks = stats.rankdata(first + last)
        ties = numpy.unique(ranks, return_counts=True)[1]
        spread = n0 * n1 / 12 * (n + 1 - float((ties**3 - ties).sum()) / (n * (n - 1)))
        deviate += (ranks[n0:].sum() - n1 * (n + 1) / 2) / (n + 1)
        variance += spread / (n + 1) ** 2
    if variance <= 0:
        return None
    return posts, float(2 * stats.norm.sf(abs(deviate) / math.sqrt(variance)))


def false_discoveries(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values."""
    return list(stats.false_discovery_control(p_values)) if p_values else []
