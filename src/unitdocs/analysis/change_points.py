"""Change points: where the level of a series moves, found by splitting it until chance can explain the next split.

A split is judged by the sum of squares between the ranks of both parts; its p-value comes from permutations of the
series. Matteson and James (2014), "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data",
split in the same way by distances. `benchmarks/studies/change_points` compares this method with others.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

FEWEST: Final = 4
"""Points on each side of a change: with fewer, a new level cannot be distinguished from an outlier."""
NEEDED: Final = 12
"""Points that a series needs before it is searched.

Among 8 points, even four low ones before four high ones occur by chance in 2 of 70 orders; among 12, in 2 of 924.
"""
LEVEL: Final = 0.01
"""False-alarm rate of a series without a change: the largest p-value at which a split is accepted."""
SHUFFLES: Final = 999
"""Permutations per split: the smallest p-value is one in a thousand."""


def change_points(values: Sequence[float], level: float = LEVEL) -> tuple[int, ...] | None:
    """Return where new levels begin; the result is the same for the same values.

    Only the ranks of the values count: a ratio and its logarithm give the same result, and an outlier counts no more
    than any other largest point. Points within a level are assumed exchangeable, so a steady slope is cut into steps.

    Args:
        values: in order of time, shape (n,), finite.
        level: in (0, 1); nothing is found below 1 / (SHUFFLES + 1), the smallest possible p-value.

    Returns:
        indices of the first points of new levels, ascending; None for fewer than `NEEDED` points. Eight points at 0
        before eight at 1 give (8,).

    Raises:
        ValueError: a value is not finite.
    """
    series = np.asarray(values, dtype=np.float64)
    if not np.isfinite(series).all():
        raise ValueError("values: expected finite numbers")
    return splits(_ranks(series), level) if len(series) >= NEEDED else None


def splits(series: Values, level: float) -> tuple[int, ...]:
    """Return the change points of the numbers themselves, not of their ranks; any length is accepted.

    Args:
        series: in order of time, shape (n,), finite.
        level: as for `change_points`.
    """
    return tuple(_split(series, 0, np.random.default_rng(len(series)), level))


def _ranks(series: Values) -> Values:
    """Return the rank of each value: how many are smaller, with equal ones counted half."""
    smaller = (series[:, None] > series).sum(axis=1)
    return np.asarray(smaller + 0.5 * (series[:, None] == series).sum(axis=1))


def _split(series: Values, start: int, generator: np.random.Generator, level: float) -> list[int]:
    """Return the change points of a part of a series that begins at `start`, left to right."""
    if len(series) < 2 * FEWEST or np.ptp(series) == 0:
        return []
    centred = series - series.mean()
    between = _between(centred[np.newaxis])[0]
    shuffled = generator.permuted(np.tile(centred, (SHUFFLES, 1)), axis=1)
    # The tolerance counts permutations that differ by rounding alone as equally large.
    as_large = int((_between(shuffled).max(axis=1) >= between.max() * (1 - 1e-9)).sum())
    if (1 + as_large) / (1 + SHUFFLES) > level:
        return []
    at = FEWEST + int(between.argmax())
    left, right = _split(series[:at], start, generator, level), _split(series[at:], start + at, generator, level)
    return [*left, start + at, *right]


def _between(rows: Values) -> Values:
    """Return the sum of squares between both parts for each split of each row; rows have the mean 0, shape (k, n).

    With the sum s of the first m of n values it is s**2 n / (m (n - m)).
    """
    n = rows.shape[1]
    sizes = np.arange(FEWEST, n - FEWEST + 1)
    sums = rows.cumsum(axis=1)[:, sizes - 1]
    return np.asarray(sums**2 * n / (sizes * (n - sizes)))
