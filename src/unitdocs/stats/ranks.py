"""Effects by ranks: for values of unknown process or distribution.

The Hodges-Lehmann interval inverts the Mann-Whitney test: it holds the shifts that the test does not reject. Both are
computed from the same counts, so that they never contradict each other.
"""

import dataclasses
import functools
import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from unitdocs.stats.effect import POWER, RatioEffect, exp
from unitdocs.stats.sample import LogValues, TooFew
from unitdocs.stats.unpaired import least_values

EXACT_UP_TO = 2500
"""Pairs of values up to which the exact distribution is used: 50 in each arm, as in R."""
_LISTED_UP_TO = 250_000  # pairs whose differences are listed instead of searched
_ULPS = 4  # the search ends where the values themselves are not finer


def rank_effect(control: LogValues, treatment: LogValues, level: float, allowance: float = 0.0) -> RatioEffect | TooFew:
    """Return the median ratio of a treatment value to a control value, with the interval of the Mann-Whitney test.

    Of all m·n differences of logarithms, the median is the estimate (Hodges and Lehmann 1963, Estimates of location
    based on rank tests). The k-th smallest and the k-th largest are the ends, k being the smallest count that U reaches
    with a chance of level/2 or more (Hollander and Wolfe 1973, Nonparametric Statistical Methods, 4.3; R's
    `wilcox.test(conf.int = TRUE)`). The chances are exact up to 2,500 pairs (Mann and Whitney 1947) and normal with a
    continuity correction above.

    Ties count against a difference, in the test and in the interval alike: p = 2·P(U ≤ min(pairs with treatment ≤
    control, pairs with treatment ≥ control)). This keeps the confidence at or above its nominal value also for rounded
    values (Noether 1967, Wilcoxon confidence intervals for location parameters in the discrete case), and p < level
    just where the interval excludes 1.

    The minimum detectable effect comes from the width of the interval, which estimates the standard error of the
    estimate for any distribution (Lehmann 1963, Nonparametric confidence intervals for a shift parameter).

    Assumed: values are independent, and the treatment shifts all logarithms alike. Values of one process are not
    independent, so that the interval is too narrow where they come from one.

    Example:
        logarithms 1, 2, 3, 4 against 5, 6, 7, 8: the differences are 1 to 7 with median 4; at level 0.05 k is 1,
        since P(U = 0) = 1/70, so the interval is 1 to 7 and p = 2/70.

    Args:
        control: the logarithm of each value.
        treatment: the same for the treatment.
        level: the error level of the interval, between 0 and 1.
        allowance: how far the logarithm of the ratio may be off for reasons that no spread shows, such as the ticks of
            a clock. The interval is wider by it at both ends, and p is that of "the ratio is 1 to within it".

    Returns:
        The effect, or `TooFew` if no order of this many values gives a p-value below the level.
    """
    pairs = control.n * treatment.n
    k = _rank(control.n, treatment.n, level)
    if k == 0:
        return TooFew(least_values(level), "values")
    arms = np.sort(control.values), np.sort(treatment.values)
    low, high = _difference(*arms, k), _difference(*arms, pairs + 1 - k)
    middle = [_difference(*arms, rank) for rank in {(pairs + 1) // 2, pairs // 2 + 1}]
    against = min(_at_most(*arms, allowance), _at_most(arms[1], arms[0], allowance))
    achieved = -float(ndtri(_chance(control.n, treatment.n, k - 1)))
    error = (high - low) / (2 * achieved)
    return RatioEffect(
        ratio=exp(math.fsum(middle) / len(middle)),
        low=exp(low - allowance),
        high=exp(high + allowance),
        level=level,
        p=min(1.0, 2 * _chance(control.n, treatment.n, against)),
        n=control.n + treatment.n,
        minimum_detectable_effect=exp((achieved + float(ndtri(POWER))) * error + allowance),
    )


def as_ratio_of_medians(effect: RatioEffect, ratio: float) -> RatioEffect:
    """Return a rank effect with the ratio of both medians as its estimate, which a reader can check.

    The median of the ratios of all pairs and the ratio of the medians are equal if the treatment shifts all logarithms
    alike. The interval is extended to the ratio of the medians where it lies outside. If it lies at 1, or on the other
    side of 1, ranks and medians disagree about the direction, so that there is no evidence for one: p is 1.

    Args:
        effect: the effect of `rank_effect`.
        ratio: median of the treatment / median of the control.
    """
    low, high = min(effect.low, ratio), max(effect.high, ratio)
    disagrees = effect.excludes_one and low <= 1 <= high
    return dataclasses.replace(effect, ratio=ratio, low=low, high=high, p=1.0 if disagrees else effect.p)


def _at_most(control: NDArray[np.float64], treatment: NDArray[np.float64], shift: float) -> int:
    """Return how many differences treatment - control are at most a shift; both sorted."""
    return int(np.searchsorted(treatment, control + shift, side="right").sum())


def _difference(control: NDArray[np.float64], treatment: NDArray[np.float64], rank: int) -> float:
    """Return the difference treatment - control of a rank, counted from 1.

    Few differences are listed. Of many, bisection finds an interval that is as narrow as the values are spaced; the
    smallest difference in it is the answer, so that equal values have the difference 0 and not nearly 0.
    """
    if control.size * treatment.size <= _LISTED_UP_TO:
        differences = np.subtract.outer(treatment, control).ravel()
        return float(np.partition(differences, rank - 1)[rank - 1])
    below, above = float(treatment[0] - control[-1]), float(treatment[-1] - control[0])
    if _at_most(control, treatment, below) >= rank:
        return below
    spacing = _ULPS * float(np.spacing(max(np.abs(control).max(), np.abs(treatment).max())))
    while above - below > spacing:
        half = below + (above - below) / 2
        below, above = (below, half) if _at_most(control, treatment, half) >= rank else (half, above)
    following = np.searchsorted(treatment, control + below, side="right")
    is_inside = following < treatment.size
    return float((treatment[following[is_inside]] - control[is_inside]).min())


def _rank(m: int, n: int, level: float) -> int:
    """Return the smallest count that U reaches with a chance of level/2 or more; 0 if none has a smaller chance."""
    if m * n <= EXACT_UP_TO:
        return int(np.searchsorted(_exact(m, n), level / 2))
    near = m * n / 2 - 0.5 + float(ndtri(level / 2)) * _deviation(m, n)
    first = max(0, math.floor(near) - 1)
    return next(k for k in range(first, first + 4) if _chance(m, n, k) >= level / 2)


def _chance(m: int, n: int, u: int) -> float:
    """Return P(U ≤ u) for samples without ties from one distribution."""
    if m * n <= EXACT_UP_TO:
        return float(_exact(m, n)[u])
    return float(ndtr((u + 0.5 - m * n / 2) / _deviation(m, n)))


def _deviation(m: int, n: int) -> float:
    return math.sqrt(m * n * (m + n + 1) / 12)


@functools.cache
def _exact(m: int, n: int) -> NDArray[np.float64]:
    """Return P(U ≤ u) for every u from 0 to m·n.

    The largest of all values is one of the m with the chance m / (m + n), and then lies above all n (Mann and Whitney
    1947, eq. 1): P(m, n, u) = m/(m + n) · P(m - 1, n, u - n) + n/(m + n) · P(m, n - 1, u).
    """
    row = [np.ones(1) for _ in range(n + 1)]
    for i in range(1, m + 1):
        after = [np.ones(1)]
        for j in range(1, n + 1):
            chances = np.zeros(i * j + 1)
            chances[j:] += i / (i + j) * row[j]
            chances[: i * (j - 1) + 1] += j / (i + j) * after[j - 1]
            after.append(chances)
        row = after
    total: NDArray[np.float64] = np.cumsum(row[n])
    return total
