"""Always-valid bounds: they hold at every look at once, however often somebody looks, and whenever somebody stops.

An estimate from n independent sessions is roughly normal with a variance of 1/information, and its estimates at
successive looks move like a Brownian motion in information time. For such a process the Gaussian mixture of
likelihoods gives a boundary that is crossed at any time with a chance of at most the level (Robbins 1970, Statistical
methods related to the law of the iterated logarithm; Howard, Ramdas, McAuliffe and Sekhon 2021, Time-uniform,
nonparametric, nonasymptotic confidence sequences). That it may be used with an estimated variance, asymptotically, is
shown by Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, Time-uniform central limit theory and asymptotic
confidence sequences. Coverage is proven by simulation in `tests/unit/stats/test_sequences.py`.
"""

import math

from scipy.special import ndtri

STEPS = 100
"""Halvings that find an information, to the last bit of a float."""


def always_valid_width(information: float, level: float, tuned_for: float) -> float:
    """Return the half width of an interval that holds at every look.

    sqrt(2 (I v + 1) / (I² v) · ln(sqrt(I v + 1) / level)), I the information and v the variance of the mixture, which
    makes the boundary about the narrowest at `tuned_for`.

    Args:
        information: 1 / variance of the estimate, 0 or more; 0 has an infinite width.
        level: chance that the interval ever leaves out the truth, between 0 and 1.
        tuned_for: the information at which it shall be narrow, above 0; it must not depend on the data.

    Example:
        information 10,000, level 0.05, tuned for 10,000: 0.0304, where an interval for one look has 0.0196.
    """
    if not information > 0:
        return math.inf
    grown = information * _mixture_variance(level, tuned_for)
    return math.sqrt(2 * (grown + 1) / (information * grown) * math.log(math.sqrt(grown + 1) / level))


def always_valid_bound_width(information: float, level: float, tuned_for: float) -> float:
    """Return the distance of a one-sided bound that holds at every look.

    The mixture over positive effects alone: sqrt(2 (I v + 1) / (I² v) · ln(1 + sqrt(I v + 1) / (2 level))).
    Arguments as for `always_valid_width`.

    Source: Waudby-Smith et al. 2024, proposition on one-sided sequences.
    """
    if not information > 0:
        return math.inf
    grown = information * _mixture_variance(2 * level, tuned_for)
    return math.sqrt(2 * (grown + 1) / (information * grown) * math.log1p(math.sqrt(grown + 1) / (2 * level)))


def information_needed(distance: float, level: float, tuned_for: float) -> float:
    """Return the smallest information at which a one-sided bound is closer than a distance.

    Args:
        distance: from the estimate to what shall be excluded; 0 or less is never reached.
        level: as for `always_valid_bound_width`.
        tuned_for: the same.
    """
    if not distance > 0:
        return math.inf
    less, more = 0.0, tuned_for
    while always_valid_bound_width(more, level, tuned_for) >= distance:
        less, more = more, 2 * more
    for _ in range(STEPS):
        middle = (less + more) / 2
        if always_valid_bound_width(middle, level, tuned_for) < distance:
            more = middle
        else:
            less = middle
    return more


def fixed_sample_information(distance: float, level: float, power: float) -> float:
    """Return the information with which one test at a fixed time excludes a distance.

    It is ((z(1 - level) + z(power)) / distance)².

    Args:
        distance: from the truth to what shall be excluded, above 0.
        level: error level of the one-sided test.
        power: the chance that it is excluded.

    Source: Chow, Shao and Wang 2008, Sample Size Calculations in Clinical Research, 3.1.
    """
    return float((ndtri(1 - level) + ndtri(power)) / distance) ** 2


def _mixture_variance(level: float, tuned_for: float) -> float:
    """Return the variance of the mixture with which the boundary is about the narrowest at an information.

    Source: Howard et al. 2021, 3.5: (-2 ln level + ln(-2 ln level) + 1) / information. Near a level of 1 that is no
    variance; any other keeps the level too, so that larger levels have the one of 0.5.
    """
    twice = -2 * math.log(min(0.5, level))
    return (twice + math.log(twice) + 1) / tuned_for
