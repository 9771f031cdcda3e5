"""Effects of paired rounds by ranks, for rounds of which a few are far off.

On a shared machine single rounds of short work may be off by half, with a fixed layout of memory too, while the others
agree to within a few per cent. One such round in forty makes Student's interval three times as wide.
Ranks hardly notice it, and need no normal distribution: if both arms are equal they differ in name alone, so that a log
ratio is as likely positive as negative.
"""

import functools
import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from unitdocs.stats.effect import POWER, RatioEffect, effect_of, exp
from unitdocs.stats.sample import LogRatios, TooFew

MOST_RANKED = 200
"""Rounds up to which ranks are used: the exact distribution of more takes long, and their mean is normal."""


def paired_effect(sample: LogRatios, level: float, ranks_from: int | None = None) -> RatioEffect:
    """Return the effect of a sample: by ranks from a number of rounds on, and by the mean of fewer.

    Fewer rounds have too few orders for a small level: 6 rounds of one sign have a chance of 1 in 32.

    Args:
        sample: one log ratio per round.
        level: the error level of the interval, between 0 and 1.
        ranks_from: the number of rounds from which ranks are used (default: never).
    """
    if ranks_from is None or not ranks_from <= sample.n <= MOST_RANKED:
        return effect_of(sample, level)
    ranked = signed_rank_effect(sample, level)
    return effect_of(sample, level) if isinstance(ranked, TooFew) else ranked


def signed_rank_effect(sample: LogRatios, level: float) -> RatioEffect | TooFew:
    """Return the typical ratio of a sample with the interval of Wilcoxon's signed-rank test.

    The means of all n(n + 1)/2 pairs of rounds, each round with itself included, are Walsh's averages. Their median is
    the estimate (Hodges and Lehmann 1963, Estimates of location based on rank tests). The k-th smallest and the k-th
    largest are the ends, k being the smallest count that the statistic reaches with a chance of level/2 or more (Tukey
    1949; Hollander and Wolfe 1973, Nonparametric Statistical Methods, 3.3; R's `wilcox.test(conf.int = TRUE)`). The
    chances are exact (Wilcoxon 1945, Individual comparisons by ranking methods).

    Ties count against a difference, as in `rank_effect`: p = 2·P(W ≤ min(averages ≤ 0, averages ≥ 0)), so that
    p < level just where the interval excludes 1. The minimum detectable effect comes from the width of the interval.

    Assumed: rounds are independent, and their log ratios are distributed symmetrically around the effect.

    Example:
        log ratios 1, 2, 4, 8, 16, 32: the median of the 21 averages is 8.5, that of 1 and 16. P(W = 0) = 1/64 and
        P(W ≤ 1) = 2/64, so at level 0.05 k is 1, the interval is 1 to 32, and p = 2/64.

    Args:
        sample: one log ratio per round.
        level: the error level of the interval, between 0 and 1.

    Returns:
        The effect, or `TooFew` if no order of this many rounds gives a p-value below the level.
    """
    n = sample.n
    chances = _chances(n)
    k = int(np.searchsorted(chances, level / 2))
    if k == 0:
        return TooFew(math.floor(1 - math.log2(level)) + 1, "rounds")
    averages = _walsh_averages(sample.values)
    low, high = float(averages[k - 1]), float(averages[-k])
    against = min(np.searchsorted(averages, 0.0, side="right"), averages.size - np.searchsorted(averages, 0.0))
    achieved = -float(ndtri(chances[k - 1]))
    error = (high - low) / (2 * achieved)
    return RatioEffect(
        ratio=exp(float(np.median(averages))),
        low=exp(low),
        high=exp(high),
        level=level,
        p=min(1.0, 2 * float(chances[against])),
        n=n,
        minimum_detectable_effect=exp((achieved + float(ndtri(POWER))) * error),
        is_ranked=True,
    )


def _walsh_averages(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of all pairs of values, each with itself included, sorted."""
    first, second = np.triu_indices(values.size)
    # Halved before they are added: a value with itself is then exactly the value.
    averages: NDArray[np.float64] = np.sort(values[first] / 2 + values[second] / 2)
    return averages


@functools.cache
def _chances(n: int) -> NDArray[np.float64]:
    """Return P(W ≤ w) for every w from 0 to n(n + 1)/2: each rank from 1 to n is in the sum with a chance of 1/2."""
    chances = np.ones(1)
    for rank in range(1, n + 1):
        longer = np.zeros(chances.size + rank)
        longer[: chances.size] += chances / 2
        longer[rank:] += chances / 2
        chances = longer
    total: NDArray[np.float64] = np.cumsum(chances)
    return total
