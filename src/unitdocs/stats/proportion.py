"""Proportions: hits of lookups, errors of calls, missed frames of all."""

import math
from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from unitdocs.stats.effect import POWER, Effect

_LARGEST = 60.0  # ln of a ratio that no count comes near


@dataclass(frozen=True)
class Hits:
    """So many hits of so many tries.

    Args:
        hits: from 0 to `tries`.
        tries: at least 1.

    Raises:
        ValueError: there are no tries, or fewer than hits.
    """

    hits: int
    tries: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.tries or self.tries < 1:
            raise ValueError(f"expected from 0 to {self.tries} hits of at least one try, got {self.hits}")

    @property
    def rate(self) -> float:
        """Hits of one try, 0 to 1."""
        return self.hits / self.tries


@dataclass(frozen=True)
class NoHits:
    """No answer, since neither side had a hit: 0 / 0 is no ratio."""


def proportion_effect(control: Hits, treatment: Hits, level: float) -> Effect | NoHits:
    """Return the ratio of two rates, with the interval of the score test.

    The interval holds the ratios θ that are not rejected by z = (p1 - θ·p0) / sqrt(q1·(1 - q1)/n1 + θ²·q0·(1 - q0)/n0),
    q1 = θ·q0 being the most likely rates among those in this ratio, a root of a quadratic equation. At θ = 1 this is
    Pearson's chi-squared test, so that p and interval agree. It has an answer for 0 hits and for nothing but hits:
    an end may be 0 or infinite.

    Source: Koopman 1984, Confidence limits for the ratio of two binomial proportions; Miettinen and Nurminen 1985,
    Comparative analysis of two rates, appendix 1, for the root. The smallest effect that would have been found comes
    from the arcsine transformation (Cohen 1988, ch. 6); it is infinite where even a rate of 1 would not have been.
    Assumed: tries are independent of one another. Lookups of one process often are not: where there are processes,
    compare their rates instead.

    Example:
        1 of 34 against 7 of 34 at level 0.05: ratio 7, interval 1.220853 to 42.575718, p = 0.023926.

    Args:
        control: hits and tries of the control.
        treatment: the same for the treatment.
        level: the error level of the interval, between 0 and 1.

    Returns:
        The effect; `n` counts the tries of both sides. `NoHits` where neither side had any.
    """
    if control.hits == treatment.hits == 0:
        return NoHits()
    critical = -float(ndtri(level / 2))
    return Effect(
        ratio=treatment.rate / control.rate if control.hits else math.inf,
        low=1 / _highest(treatment, control, critical) if treatment.hits else 0.0,
        high=_highest(control, treatment, critical) if control.hits else math.inf,
        level=level,
        p=float(2 * ndtr(-abs(_score(control, treatment, 1.0)))),
        n=control.tries + treatment.tries,
        detectable=_detectable(control, treatment, critical),
    )


def _highest(control: Hits, treatment: Hits, critical: float) -> float:
    """Return the highest ratio that is not rejected; the control has hits."""

    def excess(logarithm: float) -> float:
        return -_score(control, treatment, math.exp(logarithm)) - critical

    start = math.log(max(treatment.rate, 0.5 / treatment.tries / 1e6) / control.rate)
    return math.exp(brentq(excess, start, _LARGEST, xtol=1e-13))


def _score(control: Hits, treatment: Hits, ratio: float) -> float:
    """Return how many standard errors the rates lie from a ratio."""
    tries = control.tries + treatment.tries
    linear = treatment.tries * ratio + treatment.hits + control.tries + control.hits * ratio
    hits = control.hits + treatment.hits
    # The smaller root of tries·ratio·q² - linear·q + hits = 0, in the form that does not cancel.
    root = math.sqrt(max(0.0, linear**2 - 4 * tries * ratio * hits))
    base = min(1.0, 1 / ratio, 2 * hits / (linear + root))
    other = ratio * base
    distance = treatment.rate - ratio * control.rate
    variance = other * (1 - other) / treatment.tries + ratio**2 * base * (1 - base) / control.tries
    if variance <= 0:
        return 0.0 if math.isclose(treatment.rate, ratio * control.rate) else math.copysign(math.inf, distance)
    return distance / math.sqrt(variance)


def _detectable(control: Hits, treatment: Hits, critical: float) -> float:
    turn = (critical + float(ndtri(POWER))) / 2 * math.sqrt(1 / control.tries + 1 / treatment.tries)
    angle = math.asin(math.sqrt(control.rate)) + turn
    if not control.hits or angle > math.pi / 2:
        return math.inf
    return math.sin(angle) ** 2 / control.rate
