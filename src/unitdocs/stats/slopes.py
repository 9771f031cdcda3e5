"""Slopes: how much a level grows with what is done, and with which power a cost grows with size.

A level that is sampled again and again, such as the bytes that a process holds, has errors that depend on one another.
Its samples are therefore averaged in 20 blocks, and a line is fitted to the means (batch means: Schmeiser 1982, "Batch
size effects in the analysis of simulation output", Operations Research 30(3), recommends 10 to 30). What is left of the
dependence widens the interval by the effective number of values (Santer et al. 2000, "Statistical significance of
trends and trend differences in layer-average atmospheric temperature time series", JGR 105, equation 6).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

BLOCKS = 20
"""Blocks whose means a slope is fitted to."""
STEP_F = 60.0
"""F from which on a jump of the level is set aside. Of 100,000 seeded series of independent normal errors 2 in 1,000
exceed it (`tests/unit/stats/test_slopes.py` has a bound)."""
_OUTSIDE = 2
"""Blocks before and after a step at least: a line needs two."""
_EXACT = 1e-9
"""Errors below this share of the level are those of floating point."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class LevelSlope:
    """How much a level grows with each unit of what is done.

    Args:
        value: growth a unit.
        low: lower end of the interval.
        high: upper end of the interval.
        level: the error level of the interval.
        correlation: correlation of the errors of neighbouring blocks that widened the interval, from 0.
        step: a single jump of the level that was set aside; None without one.
        at: how much had been done at the jump.
    """

    value: float
    low: float
    high: float
    level: float
    correlation: float
    step: float | None = None
    at: float | None = None

    @property
    def half_width(self) -> float:
        """Half of the width of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class PowerLaw:
    """A cost that grows with a power of the size.

    Args:
        exponent: the power: 1 is proportional.
        low: lower end of its interval; equal to the exponent with two sizes, which every power fits.
        high: upper end of its interval.
        level: the error level of the interval.
        n: number of sizes.
    """

    exponent: float
    low: float
    high: float
    level: float
    n: int


@dataclass(frozen=True)
class _Line:
    slope: float
    squares: float
    errors: Numbers
    width: float
    lost: int
    step: float | None = None
    at: float | None = None


def slope_of(done: Sequence[float], levels: Sequence[float], level: float) -> LevelSlope:
    """Return the slope of a level.

    A single jump, such as a table that was enlarged once, is no slope. If a line with one jump fits so much better that
    F exceeds `STEP_F`, the slope is that of the lines before and after it, without the block of the jump. A level that
    grows in several jumps keeps its slope; one that grows in a single jump cannot be distinguished from one that was
    enlarged once, and the jump is returned.

    Example:
        levels of 5 + 2 done have the slope 2, with an interval from 2 to 2: there are no errors.

    Args:
        done: what had been done at each sample, ascending, shape (n,); n is 20 or more.
        levels: the level at each sample, shape (n,).
        level: the error level of the interval, between 0 and 1.

    Raises:
        ValueError: there are fewer than 20 samples.
    """
    if len(done) < BLOCKS:
        raise ValueError(f"a slope needs {BLOCKS} samples or more, got {len(done)}")
    x, y = _block_means(done), _block_means(levels)
    plain = _fitted(x, y, [slice(0, BLOCKS)])
    line = _with_step(x, y, plain)
    correlation = _correlation(line.errors, 2 + line.lost)
    degrees = len(line.errors) - 2 - line.lost
    error = math.sqrt(line.squares / degrees / line.width * (1 + correlation) / (1 - correlation))
    reach = float(stdtrit(degrees, 1 - level / 2)) * error
    return LevelSlope(line.slope, line.slope - reach, line.slope + reach, level, correlation, line.step, line.at)


def power_of(sizes: Sequence[float], costs: Sequence[float], level: float) -> PowerLaw:
    """Return the power with which a cost grows: the slope of its logarithm over that of the size.

    The interval is Student's, from how far the costs lie from the line, so that a bend widens it.

    Example:
        costs 3, 12 and 27 at sizes 1, 2 and 3 have the exponent 2.

    Args:
        sizes: positive and ascending, shape (n,); n is 2 or more.
        costs: positive, shape (n,).
        level: the error level of the interval, between 0 and 1.

    Raises:
        ValueError: there are fewer than two sizes.
    """
    n = len(sizes)
    if n < 2:  # noqa: PLR2004 -- a line needs two
        raise ValueError(f"an exponent needs 2 sizes or more, got {n}")
    x, y = np.log(np.asarray(sizes, float)), np.log(np.asarray(costs, float))
    line = _fitted(x, y, [slice(0, n)])
    reach = 0.0
    if n > 2:  # noqa: PLR2004 -- as above
        reach = float(stdtrit(n - 2, 1 - level / 2)) * math.sqrt(line.squares / (n - 2) / line.width)
    return PowerLaw(line.slope, line.slope - reach, line.slope + reach, level, n)


def _block_means(values: Sequence[float]) -> Numbers:
    """Return the means of equal blocks; the first samples that do not fill one are left out."""
    array = np.asarray(values, float)
    size = len(array) // BLOCKS
    means: Numbers = array[len(array) - BLOCKS * size :].reshape(BLOCKS, size).mean(axis=1)
    return means


def _fitted(x: Numbers, y: Numbers, groups: Sequence[slice]) -> _Line:
    """Return the line of least squares with one slope for all groups, and a level of its own for each."""
    across = np.concatenate([x[group] - x[group].mean() for group in groups])
    up = np.concatenate([y[group] - y[group].mean() for group in groups])
    width = float(across @ across)
    slope = float(across @ up) / width
    errors = up - slope * across
    floor = (_EXACT * float(np.abs(y).max(initial=0.0))) ** 2 * len(errors)
    squares = float(errors @ errors)
    return _Line(slope, 0.0 if squares <= floor else squares, errors, width, len(groups) - 1)


def _with_step(x: Numbers, y: Numbers, plain: _Line) -> _Line:
    """Return the line with the jump that fits best, if it fits much better than the plain line; else that one."""
    places = range(_OUTSIDE, BLOCKS - _OUTSIDE)
    lines = {place: _fitted(x, y, [slice(0, place), slice(place + 1, BLOCKS)]) for place in places}
    place = min(lines, key=lambda one: lines[one].squares)
    best = lines[place]
    degrees = len(best.errors) - 3
    if plain.squares == 0.0 or (plain.squares - best.squares) * degrees <= STEP_F * best.squares:
        return plain
    before, after = slice(0, place), slice(place + 1, BLOCKS)
    step = (y[after].mean() - best.slope * x[after].mean()) - (y[before].mean() - best.slope * x[before].mean())
    return _Line(best.slope, best.squares, best.errors, best.width, best.lost, float(step), float(x[place]))


def _correlation(errors: Numbers, lost: int) -> float:
    """Return the correlation of neighbouring errors, from 0 to 0.9; fitting lowers it by about `lost` / n."""
    total = float(errors @ errors)
    if total == 0.0:
        return 0.0
    found = float(errors[1:] @ errors[:-1]) / total
    return min(max(0.0, found + lost / len(errors)), 0.9)
