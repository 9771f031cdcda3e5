"""Families: cases that are judged together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from unitdocs.stats.effect import exp
from unitdocs.stats.sample import LogRatios, LogValues

RESAMPLES = 10_000
"""How often the rounds are drawn anew for the interval of a geometric mean."""
UnpairedSample = tuple[LogValues, LogValues]
"""Control and treatment of a case whose sides were measured apart."""


@dataclass(frozen=True)
class GeometricMean:
    """The geometric mean of the ratios of several cases.

    Args:
        ratio: treatment / control.
        low: lower end of the interval.
        high: upper end of the interval.
        level: the error level of the interval.
    """

    ratio: float
    low: float
    high: float
    level: float


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted by Holm's step-down method, which holds the family-wise error without assumptions.

    Source: Holm 1979, A simple sequentially rejective multiple test procedure.
    Example: 0.01, 0.04, 0.03 become 0.03, 0.06, 0.06.

    Args:
        p_values: from 0 to 1, any number of them.
    """
    return _adjusted(p_values, "holm")


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted by Benjamini and Hochberg's step-up method, which holds the false discovery rate.

    Of the cases whose adjusted value lies below a level, at most that share is wrong in expectation: milder than
    `holm`, and right where many cases are searched for the few that changed.

    Source: Benjamini and Hochberg 1995, Controlling the false discovery rate. Assumed: p-values are independent, or
    positively dependent as Benjamini and Yekutieli 2001 have it.
    Example: 0.01, 0.04, 0.03 become 0.03, 0.04, 0.04.

    Args:
        p_values: from 0 to 1, any number of them.
    """
    return _adjusted(p_values, "fdr_bh")


def geometric_mean(ratios: Sequence[float]) -> float:
    """Return the geometric mean, the mean that fits ratios: of 0.5 and 2 it is 1.

    Args:
        ratios: positive, at least one.
    """
    return math.exp(float(np.mean(np.log(ratios))))


def geometric_mean_over_rounds(
    cases: Sequence[LogRatios | UnpairedSample], level: float, *, seed: int
) -> GeometricMean:
    """Return the geometric mean over cases, with an interval from drawing the rounds of each case anew.

    The cases are fixed; what is uncertain is each case's own mean. Rounds are therefore drawn within each case (each
    side of it, where the sides were measured apart), and the mean over cases is taken of every draw. The quantiles of
    10,000 draws would be too narrow for few rounds twice over: draws of n rounds spread by (n - 1)/n too little, and
    their quantiles ignore that the spread itself is estimated. Deviations of a group are therefore stretched by
    sqrt(n/(n - 1)), and those of the mean by t/z at the Welch-Satterthwaite degrees of freedom of all groups.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, 8.3 and 13.3; Hesterberg 2015, What Teachers
    Should Know About the Bootstrap, for both corrections. Assumed: rounds are independent, across cases too. In seeded
    simulation intervals at level 0.05 cover the truth in 95 % of families of one case of six rounds, and of more.

    Example:
        one case with log ratios 0.1, 0.2, 0.3, drawn anew, has means with standard deviation sqrt(2/3)/10/sqrt(3);
        stretched by sqrt(3/2) that is 0.057735, the standard error s/sqrt(3).

    Args:
        cases: the rounds of each case, at least one case; a side has at least two values.
        level: the error level of the interval, between 0 and 1.
        seed: where the draws come from.
    """
    rng = np.random.default_rng(seed)
    centres, deviations = np.zeros(len(cases)), np.zeros(RESAMPLES)
    variances, inverse = 0.0, 0.0
    for index, case in enumerate(cases):
        for sign, group in _groups(case):
            centres[index] += sign * group.mean
            deviations += sign * _redrawn(group, rng) / len(cases)
            variances += group.standard_error**2
            inverse += group.standard_error**4 / (group.n - 1)
    degrees = variances**2 / inverse if inverse else math.inf
    stretch = float(stdtrit(degrees, 1 - level / 2) / ndtri(1 - level / 2)) if math.isfinite(degrees) else 1.0
    centre = float(centres.mean())
    low, high = (centre + stretch * float(end) for end in np.quantile(deviations, [level / 2, 1 - level / 2]))
    return GeometricMean(exp(centre), exp(low), exp(high), level)


def _groups(case: LogRatios | UnpairedSample) -> list[tuple[int, LogValues]]:
    return [(1, case)] if isinstance(case, LogRatios) else [(-1, case[0]), (1, case[1])]


def _redrawn(group: LogValues, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how far the means of draws with replacement lie from the mean, at the right spread for few values."""
    drawn: NDArray[np.float64] = rng.choice(group.values - group.mean, (RESAMPLES, group.n)).mean(axis=1)
    return drawn * math.sqrt(group.n / (group.n - 1))


def _adjusted(p_values: Sequence[float], method: str) -> list[float]:
    if not p_values:
        return []
    from statsmodels.stats.multitest import multipletests  # noqa: PLC0415 -- slow to load

    return [float(p) for p in multipletests(p_values, method=method)[1]]
