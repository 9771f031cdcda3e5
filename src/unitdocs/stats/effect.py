"""Effects: the ratio treatment/control, with its interval, p-value and what could have been found.

The log ratios of n independent rounds are taken as roughly normal (each is a median over quads), so that
mean ± t(1 - level/2, n - 1) · s/sqrt(n) covers the true mean log ratio with confidence 1 - level
(Student 1908; NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2). The ends are exponentiated: a ratio of
geometric means with an interval that is symmetric on the logarithmic scale.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from unitdocs.stats.sample import LogRatios

POWER = 0.8
"""The chance with which a detectable effect is found."""


@dataclass(frozen=True)
class Effect:
    """A measured ratio.

    Args:
        ratio: treatment / control; below 1 the treatment has less.
        low: lower end of the interval.
        high: upper end of the interval.
        level: the error level of the interval; its confidence is 1 - level.
        p: two-sided p-value of "the ratio is 1".
        n: rounds.
        detectable: the smallest ratio above 1 that would have been found with a chance of 80 %.
    """

    ratio: float
    low: float
    high: float
    level: float
    p: float
    n: int
    detectable: float

    @property
    def excludes_one(self) -> bool:
        """Whether the interval lies wholly on one side of 1."""
        return self.low > 1 or self.high < 1

    def is_within(self, margin: float) -> bool:
        """Tell whether the whole interval lies inside the margin, from 1 / (1 + margin) to 1 + margin."""
        return self.low > 1 / (1 + margin) and self.high < 1 + margin


def effect_of(sample: LogRatios, level: float) -> Effect:
    """Return the effect of a sample.

    Args:
        sample: one log ratio per round.
        level: the error level of the interval, between 0 and 1; 0.01 gives a 99 % interval.

    Example:
        log ratios 0.1, 0.2, 0.3 at level 0.05: mean 0.2, s = 0.1, t(0.975, 2) = 4.302653, so the mean's
        interval is 0.2 ± 0.248414.
    """
    degrees, error = sample.n - 1, sample.standard_error
    half = float(stdtrit(degrees, 1 - level / 2)) * error
    return Effect(
        ratio=math.exp(sample.mean),
        low=math.exp(sample.mean - half),
        high=math.exp(sample.mean + half),
        level=level,
        p=_p_value(sample, error),
        n=sample.n,
        detectable=math.exp(_standardised(sample.n, level) * error * math.sqrt(sample.n)),
    )


def _p_value(sample: LogRatios, error: float) -> float:
    if error == 0:
        # Every round agreed to the last bit: only the sign test is left, 2 / 2^n for n equal signs.
        return 1.0 if sample.mean == 0 else 2.0 ** (1 - sample.n)
    return float(2 * stdtr(sample.n - 1, -abs(sample.mean) / error))


@functools.cache
def _standardised(n: int, level: float) -> float:
    """Return the effect, in standard deviations, that a two-sided t test of n values finds with a chance of 80 %.

    Solved from the noncentral t distribution: P(|T| > t(1 - level/2, n - 1)) = power, T with noncentrality d·sqrt(n)
    (Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, ch. 2).
    """
    from statsmodels.stats.power import TTestPower  # noqa: PLC0415 -- slow to load

    return float(np.asarray(TTestPower().solve_power(nobs=n, alpha=level, power=POWER)).item())
