"""Effects: the ratio treatment/control with its interval, its p-value and its minimum detectable effect.

The log ratios of n independent rounds are assumed to be roughly normal (each is a median over ABBA blocks), so that
mean ± t(1 - level/2, n - 1) · s/sqrt(n) covers the true mean log ratio with confidence 1 - level
(Student 1908; NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2). The ends are exponentiated: a ratio of
geometric means with an interval that is symmetric on the logarithmic scale.
"""

import functools
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri, ndtr, stdtr, stdtrit

from unitdocs.stats.sample import LogRatios

POWER = 0.8
"""The chance with which the minimum detectable effect is detected."""
QUANTILES = 20_000
"""Quantiles over which a chance is averaged, which gives four correct digits."""


@dataclass(frozen=True)
class RatioEffect:
    """A measured ratio.

    Args:
        ratio: treatment / control; below 1 the treatment has less.
        low: lower end of the interval.
        high: upper end of the interval.
        level: the error level of the interval; its confidence is 1 - level.
        p: two-sided p-value of "the ratio is 1".
        n: rounds; for an unpaired comparison the independent values of both arms together.
        minimum_detectable_effect: the smallest ratio above 1 that would have been detected with a chance of 80 %.
        is_ranked: whether the ratio of paired rounds was estimated by ranks, not by their mean.
    """

    ratio: float
    low: float
    high: float
    level: float
    p: float
    n: int
    minimum_detectable_effect: float
    is_ranked: bool = False

    @property
    def excludes_one(self) -> bool:
        """Whether the interval lies wholly on one side of 1."""
        return self.low > 1 or self.high < 1

    def is_within(self, margin: float) -> bool:
        """Return whether the whole interval lies inside the margin, from 1 / (1 + margin) to 1 + margin."""
        return self.low > 1 / (1 + margin) and self.high < 1 + margin


@dataclass(frozen=True)
class MeanEstimate:
    """A mean with its standard error: the input of a t interval.

    Args:
        centre: the mean log ratio, or the mean difference of rates.
        error: its standard error.
        degrees: degrees of freedom of the standard error, at least 1.
        n: as in `RatioEffect`.
        least_p: the p-value if the standard error is 0, because the values of an arm do not differ.
    """

    centre: float
    error: float
    degrees: float
    n: int
    least_p: float


def effect_of(sample: LogRatios, level: float) -> RatioEffect:
    """Return the effect of a sample.

    Args:
        sample: one log ratio per round.
        level: the error level of the interval, between 0 and 1; 0.01 gives a 99 % interval.

    Example:
        log ratios 0.1, 0.2, 0.3 at level 0.05: mean 0.2, s = 0.1, t(0.975, 2) = 4.302653, so the mean's
        interval is 0.2 ± 0.248414.
    """
    return t_effect(estimate_of(sample), level)


def estimate_of(sample: LogRatios) -> MeanEstimate:
    """Return the mean of paired rounds with its standard error."""
    # If every round agrees to the last bit, only the sign test is left: 2 / 2^n for n equal signs.
    return MeanEstimate(sample.mean, sample.standard_error, sample.n - 1, sample.n, least_p=2.0 ** (1 - sample.n))


def t_effect(estimate: MeanEstimate, level: float, allowance: float = 0.0) -> RatioEffect:
    """Return the effect of an estimated mean log ratio.

    Args:
        estimate: the mean log ratio.
        level: as for `effect_of`.
        allowance: how far the mean log ratio may be off for reasons that no spread shows, such as the ticks of a clock.
            The interval is wider by it at both ends, and the p-value is that of "the ratio is 1 to within it".
    """
    half = float(stdtrit(estimate.degrees, 1 - level / 2)) * estimate.error + allowance
    return RatioEffect(
        ratio=exp(estimate.centre),
        low=exp(estimate.centre - half),
        high=exp(estimate.centre + half),
        level=level,
        p=_p_value(estimate, allowance),
        n=estimate.n,
        minimum_detectable_effect=exp(noncentrality(estimate.degrees, level) * estimate.error + allowance),
    )


def exp(logarithm: float) -> float:
    """Return e to the power of a logarithm, or infinity if the result exceeds the range of floats."""
    with np.errstate(over="ignore"):
        return float(np.exp(logarithm))


def _p_value(estimate: MeanEstimate, allowance: float) -> float:
    """Return the two-sided p-value of "the mean is 0", or within the allowance of 0."""
    distance = max(0.0, abs(estimate.centre) - allowance)
    if estimate.error == 0 or distance == 0:
        return 1.0 if distance == 0 else estimate.least_p
    return float(2 * stdtr(estimate.degrees, -distance / estimate.error))


@functools.cache
def noncentrality(degrees: float, level: float) -> float:
    """Return the effect, in standard errors, that a two-sided t test detects with a chance of 80 %.

    Solved from the noncentral t distribution: P(|T| > t(1 - level/2, degrees)) = power, T with this noncentrality
    (Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, ch. 2). T is (Z + noncentrality) / S with a
    normal Z and S² a chi-squared over its degrees (Johnson, Kotz and Balakrishnan 1995, Continuous Univariate
    Distributions, vol. 2, ch. 31), so the chance is the mean of a normal one over the quantiles of S. The
    noncentral t distributions of libraries fail or are very slow at the few degrees and small levels needed here.

    Example:
        at 39 degrees and level 0.05 it is 2.873 standard errors.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 -- a fifth of the import time of everything that decides

    critical = float(stdtrit(degrees, 1 - level / 2))
    spreads = np.sqrt(chdtri(degrees, (np.arange(QUANTILES) + 0.5) / QUANTILES) / degrees)

    def excess(effect: float) -> float:
        chances = ndtr(effect - critical * spreads) + ndtr(-effect - critical * spreads)
        return float(chances.mean()) - POWER

    high = critical + 1
    while excess(high) < 0:
        high *= 2
    return float(brentq(excess, 0, high))
