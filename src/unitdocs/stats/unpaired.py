"""Unpaired effects: arms that were not measured in the same rounds, such as two result files.

The unit of replication is the process. Values of one process are more alike than values of two processes, so each
process gives one number, the logarithm of its mean, and effects are judged by the spread between processes.
"""

import math
from itertools import count

from unitdocs.stats.effect import MeanEstimate, RatioEffect, t_effect
from unitdocs.stats.sample import LogValues, TooFew

LEVEL = 0.05
"""The error level of an unpaired comparison, which has a single look."""
_SPREAD_NEEDS = 2


def unpaired_effect(
    control: LogValues, treatment: LogValues, level: float, allowance: float = 0.0
) -> RatioEffect | TooFew:
    """Return the ratio of the geometric means of two arms, by Welch's t interval for unequal spreads.

    With the standard errors e of both arms, the difference of mean logarithms has the standard error
    sqrt(e1² + e2²) on (e1² + e2²)² / (e1⁴/(n1 - 1) + e2⁴/(n2 - 1)) degrees of freedom.

    Source: Welch 1947, The generalization of "Student's" problem when several different population variances are
    involved; Satterthwaite 1946 for the degrees of freedom. Assumed: processes are independent of one another, and the
    mean of their logarithms is roughly normal; equal spreads or numbers are not assumed.

    Example:
        logarithms 1, 2, 3 against 2, 4, 6 at level 0.05: difference 2, e1² = 1/3, e2² = 4/3, 50/17 = 2.941176 degrees,
        t(0.975) = 3.218759, so the interval is 2 ± 4.155400 and p = 0.220881.

    Args:
        control: one logarithm per process.
        treatment: the same for the treatment.
        level: the error level of the interval, between 0 and 1.
        allowance: as for `t_effect`.

    Returns:
        The effect, or `TooFew` with fewer than two processes in an arm. If the processes of each arm are equal, only
        the order of the values is evidence: the p-value is 2 / (n choose n1), and there must be enough processes for it
        to be below the level.
    """
    if min(control.n, treatment.n) < _SPREAD_NEEDS:
        return TooFew(_SPREAD_NEEDS, "processes")
    estimate = welch(control, treatment)
    if estimate.error == 0 and estimate.centre != 0 and estimate.least_p >= level:
        return TooFew(least_values(level), "processes")
    return t_effect(estimate, level, allowance)


def welch(control: LogValues, treatment: LogValues) -> MeanEstimate:
    """Return the difference of means with its standard error, for arms of at least two processes each."""
    squares = [(arm.standard_error**2, arm.n - 1) for arm in (control, treatment)]
    total = sum(square for square, _ in squares)
    # Computed from shares of the total, so that nothing underflows.
    inverse = sum((square / total) ** 2 / degrees for square, degrees in squares) if total else 0.0
    degrees = 1 / inverse if inverse else control.n + treatment.n - 2.0
    n = control.n + treatment.n
    centre = treatment.mean - control.mean
    return MeanEstimate(centre, math.sqrt(total), degrees, n, least_p=order_p(control.n, treatment.n))


def order_p(control: int, treatment: int) -> float:
    """Return the smallest two-sided p-value that the order of the values can give: 2 / (n choose n1)."""
    return 2 / math.comb(control + treatment, control)


def least_values(level: float) -> int:
    """Return how many values each arm needs so that their order alone can give a p-value below the level.

    Example:
        at level 0.05 four: 2 / (8 choose 4) = 0.0286, while 2 / (6 choose 3) = 0.1.
    """
    return next(n for n in count(1) if order_p(n, n) < level)
