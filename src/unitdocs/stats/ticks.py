"""Ticks: the step of the clock that values are multiples of, and what it takes from the certainty of a ratio.

A clock that ticks every 15.6 ms gives 0, 15.6 or 31.2 ms for anything in between. However many values agree, their
median is only known to half a tick; so an interval of two such arms is widened by half a tick of each, relative to the
size of the values, and is never narrower than one tick of the coarser arm.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_NOISES = (1e-6, 1e-4)  # of the median: clocks that count seconds since the machine's start in floats round this much
_SMALLEST = 10  # noises: a smaller step may be noise, and hardly shows in a percentage
_FEWEST = 2


@dataclass(frozen=True)
class Ticks:
    """The ticks of two arms.

    Args:
        control: the tick of the control, in the unit of its values; None if none shows.
        treatment: the tick of the treatment.
        allowance: the logarithm by which the ratio may be off either way: half of both ticks, relative to the values.
        coarsest: the larger tick, relative to the values of its arm.
    """

    control: float | None
    treatment: float | None
    allowance: float
    coarsest: float


NO_TICKS = Ticks(None, None, 0.0, 0.0)


def ticks_of(control: Sequence[float], treatment: Sequence[float]) -> Ticks:
    """Return the ticks that two arms' values show.

    A tick is the largest step that all distinct values of an arm are multiples of (the approximate common divisor, by
    Euclid's algorithm), or else that all their distances are multiples of. It is only taken as a tick if values
    repeat: numbers that a fine clock gives hardly ever do. An arm whose values are all the same does not show its tick;
    it is then assumed to have that of both arms together.

    Example:
        100, 100, 200 against 100, 200, 200: the tick is 100. Half of it is 50 % of the control's median, and 30 % of
        the treatment's mean, which is smaller than its median; so the allowance is 0.8.

    Args:
        control: positive values, at least one.
        treatment: the same for the treatment.
    """
    arms = (control, treatment)
    steps = [_tick(arm) for arm in arms]
    if None in steps:
        shared = _tick([*control, *treatment])
        steps = [shared if step is None and _is_constant(arm) else step for step, arm in zip(steps, arms, strict=True)]
    shares = [(step or 0.0) / _location(arm) for step, arm in zip(steps, arms, strict=True)]
    return Ticks(steps[0], steps[1], allowance=sum(shares) / 2, coarsest=max(shares))


def _location(values: Sequence[float]) -> float:
    """Return the smaller of median and mean, so that the allowance is not too small for either."""
    return min(statistics.median(values), math.fsum(values) / len(values))


def _is_constant(values: Sequence[float]) -> bool:
    return len(values) >= _FEWEST and min(values) == max(values)


def _tick(values: Sequence[float]) -> float | None:
    """Return the tick of values that repeat; None if none shows."""
    middle = statistics.median(values)
    return max(_tick_above(values, noise * middle) or 0.0 for noise in _NOISES) or None


def _tick_above(values: Sequence[float], noise: float) -> float | None:
    """Return the tick of values that are off by some noise."""
    distinct = _clusters(values, noise)
    if len(distinct) < _FEWEST or len(distinct) == len(values):
        return None
    gaps = [after - before for before, after in pairwise(distinct)]
    least = _SMALLEST * noise
    return _common_divisor(distinct, noise, least) or _common_divisor(gaps, noise, least)


def _clusters(values: Sequence[float], noise: float) -> list[float]:
    """Return the distinct values in ascending order; values that differ by noise alone are one."""
    distinct: list[float] = []
    for value in sorted(values):
        if not distinct or value - distinct[-1] > noise:
            distinct.append(value)
    return distinct


def _common_divisor(values: Sequence[float], noise: float, least: float) -> float | None:
    """Return the largest step of which all values are multiples, except for noise; None if it is below `least`."""
    step = values[0]
    for value in values[1:]:
        rest = value
        while rest > noise:
            step, rest = rest, abs(step - rest * round(step / rest))
        if step < least:
            return None
    counts = [round(value / step) for value in values]
    if any(abs(value - step * count) > 2 * noise for value, count in zip(values, counts, strict=True)):
        return None
    # Least squares over all values, so that the rounding of one is averaged out.
    return math.fsum(v * k for v, k in zip(values, counts, strict=True)) / math.fsum(k * k for k in counts)
