"""Proportions: cache hits of lookups, errors of calls, missed frames of all frames.

Tries of one process are correlated: a machine that is busy for a second makes sixty frames late, not one. If there are
rounds, each round therefore gives one rate for each arm, and the difference of these rates is judged. A ratio would be
undefined for an arm without hits, which is the best result of error rates.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from unitdocs.stats.effect import POWER, MeanEstimate, RatioEffect, noncentrality
from unitdocs.stats.sample import LogValues, TooFew
from unitdocs.stats.unpaired import least_values, welch
from unitdocs.stats.verdict import LOOK_LEVEL, LOOKS, Verdict

_LARGEST = 60.0  # ln of a ratio larger than any ratio of counts


@dataclass(frozen=True)
class Hits:
    """A number of hits and of tries.

    Args:
        hits: from 0 to `tries`.
        tries: at least 1.

    Raises:
        ValueError: there are no tries, or more hits than tries.
    """

    hits: int
    tries: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.tries or self.tries < 1:
            raise ValueError(f"expected from 0 to {self.tries} hits of at least one try, got {self.hits}")

    @property
    def rate(self) -> float:
        """Hits per try, 0 to 1."""
        return self.hits / self.tries


@dataclass(frozen=True)
class Rates:
    """One rate of each arm per round; rounds are independent, tries within a round are not.

    Args:
        control: rates of the control, 0 to 1, shape (n,), at least two.
        treatment: rates of the treatment.
        tries: tries of control and treatment in each round, each at least 1; None if unknown.

    Raises:
        ValueError: the arms have different numbers of rounds, there are fewer than two, or a rate is not from 0 to 1.
    """

    control: NDArray[np.float64]
    treatment: NDArray[np.float64]
    tries: NDArray[np.float64] | None

    def __init__(
        self, control: Iterable[float], treatment: Iterable[float], tries: Iterable[tuple[float, float]] | None = None
    ) -> None:
        arms = [np.array(list(rates), dtype=np.float64) for rates in (control, treatment)]
        counts = None if tries is None else np.array(list(tries), dtype=np.float64).reshape(-1, 2)
        sizes = {rates.size for rates in arms} | (set() if counts is None else {len(counts)})
        if len(sizes) != 1 or arms[0].size < 2:  # noqa: PLR2004 -- a spread needs two
            raise ValueError(f"expected the same number of rounds for each arm, at least two, got {sorted(sizes)}")
        if not all((rates >= 0).all() and (rates <= 1).all() for rates in arms):
            raise ValueError("a rate lies from 0 to 1")
        if counts is not None and not (counts >= 1).all():
            raise ValueError("a rate needs at least one try")
        object.__setattr__(self, "control", arms[0])
        object.__setattr__(self, "treatment", arms[1])
        object.__setattr__(self, "tries", counts)

    @property
    def n(self) -> int:
        """The number of rounds."""
        return int(self.control.size)

    @property
    def is_exact(self) -> bool:
        """Whether the rounds of each arm are all equal."""
        return bool(np.ptp(self.control) == 0 and np.ptp(self.treatment) == 0)

    @property
    def sampling_error(self) -> float:
        """The standard error that the mean difference would have if tries were independent; 0 if they are unknown."""
        if self.tries is None:
            return 0.0
        rates = np.array([self.control.mean(), self.treatment.mean()])
        return float(np.sqrt((rates * (1 - rates) / self.tries).sum())) / self.n


@dataclass(frozen=True)
class Difference:
    """A measured difference of two rates.

    Args:
        difference: treatment - control; below 0 the treatment has less.
        low: lower end of the interval.
        high: upper end of the interval.
        level: the error level of the interval; its confidence is 1 - level.
        p: two-sided p-value of "there is no difference"; None if the rounds of each arm are all equal.
        n: rounds; for an unpaired comparison the processes of both arms together.
        minimum_detectable_effect: the smallest difference that would have been detected with a chance of 80 %; None if
            `p` is.
    """

    difference: float
    low: float
    high: float
    level: float
    p: float | None
    n: int
    minimum_detectable_effect: float | None

    @property
    def is_different(self) -> bool:
        """Whether there is a significant difference."""
        return self.difference != 0 if self.p is None else self.p < self.level

    def is_within(self, margin: float) -> bool:
        """Return whether the whole interval lies inside the margin, from -margin to margin."""
        return -margin < self.low and self.high < margin


@dataclass(frozen=True)
class NoHits:
    """No result, because neither arm had a hit: 0 / 0 is not a ratio."""


def proportion_effect(control: Hits, treatment: Hits, level: float) -> RatioEffect | NoHits:
    """Return the ratio of two rates, with the interval of the score test.

    The interval holds the ratios θ that are not rejected by z = (p1 - θ·p0) / sqrt(q1·(1 - q1)/n1 + θ²·q0·(1 - q0)/n0),
    q1 = θ·q0 being the most likely rates among those in this ratio, a root of a quadratic equation. At θ = 1 this is
    Pearson's chi-squared test, so that p and interval agree. It is defined for no hits and for
    nothing but hits: an end may be 0 or infinite.

    Source: Koopman 1984, Confidence limits for the ratio of two binomial proportions; Miettinen and Nurminen 1985,
    Comparative analysis of two rates, appendix 1, for the root. The minimum detectable effect uses the
    arcsine transformation (Cohen 1988, ch. 6); it is infinite if even a rate of 1 would not have been detected.
    Assumed: tries are independent of one another. Lookups of one process often are not; with several processes,
    compare their rates instead.

    Example:
        1 of 34 against 7 of 34 at level 0.05: ratio 7, interval 1.220853 to 42.575718, p = 0.023926.

    Args:
        control: hits and tries of the control.
        treatment: the same for the treatment.
        level: the error level of the interval, between 0 and 1.

    Returns:
        The effect, in which `n` counts the tries of both arms, or `NoHits` if neither arm had any.
    """
    if control.hits == treatment.hits == 0:
        return NoHits()
    critical = -float(ndtri(level / 2))
    return RatioEffect(
        ratio=treatment.rate / control.rate if control.hits else math.inf,
        low=1 / _highest(treatment, control, critical) if treatment.hits else 0.0,
        high=_highest(control, treatment, critical) if control.hits else math.inf,
        level=level,
        p=float(2 * ndtr(-abs(_score(control, treatment, 1.0)))),
        n=control.tries + treatment.tries,
        minimum_detectable_effect=_minimum_detectable_ratio(control, treatment, critical),
    )


def difference_of(rates: Rates, level: float) -> Difference:
    """Return the difference of two rates, by a t interval over the differences of the rounds.

    The mean difference has the standard error s / sqrt(n) on n - 1 degrees of freedom. Its lower bound is the
    standard error of independent tries, sqrt(sum of p(1 - p)/tries) / n over both arms: correlation within a process
    can only add to the spread, and a few rounds with rare hits may agree by chance.

    If the rounds of each arm are all equal, nothing is estimated. If neither arm had a hit in N tries, the rates are
    treated as equal, and the interval excludes only rates that would have given a hit: it ends at 1 - level^(1/N),
    which is near 3/N at level 0.05 (Hanley and Lippman-Hand 1983, If nothing goes wrong, is everything all right?).
    Only this bound assumes independent tries.

    In seeded simulation, equal arms whose tries are correlated within a process get a difference in at most 5 % of
    cases over all looks.

    Example:
        rates 0.1, 0.2, 0.3 against 0.2, 0.4, 0.6 at level 0.05: differences 0.1, 0.2, 0.3, so that the interval is
        0.2 ± 0.248414.

    Args:
        rates: the rates of both arms in each round.
        level: the error level of the interval, between 0 and 1.
    """
    differences = rates.treatment - rates.control
    if rates.is_exact:
        return _exact_difference(rates, level)
    centre, spread = float(differences.mean()), float(differences.std(ddof=1))
    error = max(spread / math.sqrt(rates.n), rates.sampling_error)
    return _t_difference(MeanEstimate(centre, error, rates.n - 1, rates.n, least_p=2.0 ** (1 - rates.n)), level)


def unpaired_difference(control: Sequence[float], treatment: Sequence[float], level: float) -> Difference | TooFew:
    """Return the difference of rates that were not measured in the same rounds; see `unpaired_effect`.

    Args:
        control: one rate per process.
        treatment: the same for the treatment.
        level: the error level of the interval, between 0 and 1.
    """
    if min(len(control), len(treatment)) < 2:  # noqa: PLR2004 -- a spread needs two
        return TooFew(2, "processes")
    estimate = welch(LogValues(control), LogValues(treatment))
    if estimate.error == 0 and estimate.centre != 0 and estimate.least_p >= level:
        return TooFew(least_values(level), "processes")
    return _t_difference(estimate, level)


def difference_verdict(difference: Difference, margin: float) -> Verdict:
    """Return the verdict: less or more if there is a difference; else equivalent if inside the margin, or inconclusive.

    Args:
        difference: the measured difference.
        margin: differences smaller than this are treated as equivalent; 0.01 is one percentage point.
    """
    if difference.is_different:
        return Verdict.LESS if difference.difference < 0 else Verdict.MORE
    is_same = difference.p is None or difference.is_within(margin)
    return Verdict.EQUIVALENT if is_same else Verdict.INCONCLUSIVE


def is_difference_below_margin(difference: Difference, margin: float) -> bool:
    """Return whether there is a difference whose interval lies inside the margin."""
    return difference.is_different and difference.is_within(margin)


def decides_difference(rates: Rates, margin: float, level: float = LOOK_LEVEL) -> bool:
    """Return whether a case may stop: a look is due and gives a verdict; arguments as for `decides`."""
    if rates.n not in LOOKS:
        return False
    return difference_verdict(difference_of(rates, level), margin) is not Verdict.INCONCLUSIVE


def _exact_difference(rates: Rates, level: float) -> Difference:
    """Return the difference of rates that do not vary between rounds."""
    control, treatment = float(rates.control[0]), float(rates.treatment[0])
    difference, reach = treatment - control, 0.0
    if control == treatment == 0 and rates.tries is not None:
        reach = 1 - level ** (1 / float(rates.tries.sum(axis=0).min()))
    return Difference(difference, difference - reach, difference + reach, level, None, rates.n, None)


def _t_difference(estimate: MeanEstimate, level: float) -> Difference:
    """Return an estimated mean difference with its t interval."""
    half = float(stdtrit(estimate.degrees, 1 - level / 2)) * estimate.error
    if estimate.error:
        p = float(2 * stdtr(estimate.degrees, -abs(estimate.centre) / estimate.error))
    else:
        p = estimate.least_p if estimate.centre else 1.0
    return Difference(
        difference=estimate.centre,
        low=estimate.centre - half,
        high=estimate.centre + half,
        level=level,
        p=p,
        n=estimate.n,
        minimum_detectable_effect=noncentrality(estimate.degrees, level) * estimate.error,
    )


def _highest(control: Hits, treatment: Hits, critical: float) -> float:
    """Return the largest ratio that the score test does not reject; the control must have hits."""
    from scipy.optimize import brentq  # noqa: PLC0415 -- as in `effect`

    def excess(logarithm: float) -> float:
        return -_score(control, treatment, math.exp(logarithm)) - critical

    start = math.log(max(treatment.rate, 0.5 / treatment.tries / 1e6) / control.rate)
    return math.exp(brentq(excess, start, _LARGEST, xtol=1e-13))


def _score(control: Hits, treatment: Hits, ratio: float) -> float:
    """Return the score statistic: the distance of the rates from a ratio, in standard errors."""
    tries = control.tries + treatment.tries
    linear = treatment.tries * ratio + treatment.hits + control.tries + control.hits * ratio
    hits = control.hits + treatment.hits
    # The smaller root of tries·ratio·q² - linear·q + hits = 0, in the form without cancellation.
    root = math.sqrt(max(0.0, linear**2 - 4 * tries * ratio * hits))
    base = min(1.0, 1 / ratio, 2 * hits / (linear + root))
    other = ratio * base
    distance = treatment.rate - ratio * control.rate
    variance = other * (1 - other) / treatment.tries + ratio**2 * base * (1 - base) / control.tries
    if variance <= 0:
        return 0.0 if math.isclose(treatment.rate, ratio * control.rate) else math.copysign(math.inf, distance)
    return distance / math.sqrt(variance)


def _minimum_detectable_ratio(control: Hits, treatment: Hits, critical: float) -> float:
    """Return the smallest ratio above 1 that would be detected, by the arcsine transformation."""
    turn = (critical + float(ndtri(POWER))) / 2 * math.sqrt(1 / control.tries + 1 / treatment.tries)
    angle = math.asin(math.sqrt(control.rate)) + turn
    if not control.hits or angle > math.pi / 2:
        return math.inf
    return math.sin(angle) ** 2 / control.rate
