"""Effects over processes: Welch's interval, where the ranks of the processes agree with it.

Welch's interval assumes that the means of processes are roughly normal. They often are not: a machine that has two
speeds, or one process in ten that is disturbed, lets a few values agree by chance, and the interval is then far too
narrow (equal code was called different in up to half of the cases of 2 processes against 40, and in a quarter of 3
against 12). The Mann-Whitney test assumes nothing of the kind, but does not measure how large an effect is. So the
interval is Welch's, and a difference is one only if the ranks show it too; equal code is then called different at most
at the level of the rank test, whatever the distribution.
"""

import dataclasses

from unitdocs.stats.effect import RatioEffect, t_effect
from unitdocs.stats.proportion import Difference, unpaired_difference
from unitdocs.stats.ranks import rank_effect
from unitdocs.stats.sample import LogValues, TooFew
from unitdocs.stats.unpaired import least_values, order_p, welch

FEWEST = 3
"""Processes of an arm at least, where their order alone cannot reach the level."""


def process_effect(
    control: LogValues, treatment: LogValues, level: float, allowance: float = 0.0
) -> RatioEffect | TooFew:
    """Return the ratio of the geometric means of two arms, confirmed by ranks.

    If the ranks do not show the difference that Welch's interval does, the interval is extended to that of the ranks,
    and p is theirs. With 3 processes against 3 or 4 no order of the values has a p-value below 0.05; the degrees of
    freedom are then those of the smaller arm, which is conservative for unequal spreads (Mickey and Brown 1966, Bounds
    on the distribution functions of the Behrens-Fisher statistic).

    Args:
        control: one logarithm per process.
        treatment: the same for the treatment.
        level: the error level of the interval, between 0 and 1.
        allowance: as for `t_effect`.

    Returns:
        The effect, or `TooFew` with too few processes for any verdict.
    """
    fewest = min(control.n, treatment.n)
    has_ranks = order_p(control.n, treatment.n) < level
    if not has_ranks and fewest < FEWEST:
        return TooFew(FEWEST, "processes")
    estimate = welch(control, treatment)
    if not has_ranks:
        if estimate.error == 0 and estimate.centre != 0:
            return TooFew(least_values(level), "processes")
        return t_effect(dataclasses.replace(estimate, degrees=fewest - 1), level, allowance)
    effect = t_effect(estimate, level, allowance)
    ranked = rank_effect(control, treatment, level, allowance)
    if isinstance(ranked, TooFew) or not effect.excludes_one or _agree(effect, ranked):
        return effect
    low, high = min(effect.low, ranked.low), max(effect.high, ranked.high)
    return dataclasses.replace(effect, low=low, high=high, p=max(effect.p, ranked.p, level))


def process_difference(control: list[float], treatment: list[float], level: float) -> Difference | TooFew:
    """Return the difference of rates over processes, confirmed by ranks as in `process_effect`.

    Args:
        control: one rate per process.
        treatment: the same for the treatment.
        level: the error level of the interval, between 0 and 1.
    """
    has_ranks = order_p(len(control), len(treatment)) < level
    if not has_ranks and min(len(control), len(treatment)) < FEWEST:
        return TooFew(FEWEST, "processes")
    difference = unpaired_difference(control, treatment, level)
    if isinstance(difference, TooFew) or not difference.is_different:
        return difference
    # Ranks are the same for rates as for logarithms; of this effect only p is used.
    ranked = rank_effect(LogValues(control), LogValues(treatment), level)
    if isinstance(ranked, TooFew) or ranked.p < level:
        return difference
    low, high = min(difference.low, 0.0), max(difference.high, 0.0)
    return dataclasses.replace(difference, low=low, high=high, p=ranked.p)


def _agree(effect: RatioEffect, ranked: RatioEffect) -> bool:
    """Return whether both intervals exclude 1 on the same side."""
    return ranked.excludes_one and (effect.low > 1) == (ranked.low > 1)
