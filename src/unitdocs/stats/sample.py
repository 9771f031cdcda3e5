"""Samples: the input of the statistics, with checked invariants."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LogValues:
    """One logarithm per independent value of one arm.

    If a tool reports the process of each value, processes are independent, and each gives the logarithm of its mean.
    Otherwise every value counts as independent.

    Args:
        values: shape (n,), finite, at least one.

    Raises:
        ValueError: there is no value, or a value is not finite.
    """

    values: NDArray[np.float64]

    def __init__(self, values: Iterable[float]) -> None:
        array = np.array(list(values), dtype=np.float64)
        if array.size < 1:
            raise ValueError("a sample needs at least one value")
        if not np.isfinite(array).all():
            raise ValueError("a sample must be finite")
        object.__setattr__(self, "values", array)

    @property
    def n(self) -> int:
        """The number of values."""
        return int(self.values.size)

    @property
    def mean(self) -> float:
        """The mean logarithm."""
        return float(self.values.mean())

    @property
    def standard_error(self) -> float:
        """The standard error of the mean of two or more values: s / sqrt(n), s with n - 1 in the denominator."""
        if self.values.min() == self.values.max():
            return 0.0  # exactly 0: the mean of equal values may be off by a bit
        return float(self.values.std(ddof=1)) / math.sqrt(self.n)


@dataclass(frozen=True)
class LogRatios(LogValues):
    """One log ratio ln(treatment / control) per round; rounds are independent, values within a round are not.

    Args:
        values: shape (n,), finite, at least two.

    Raises:
        ValueError: there are fewer than two values, or a value is not finite.
    """

    def __init__(self, values: Iterable[float]) -> None:
        array = list(values)
        if len(array) < 2:  # noqa: PLR2004 -- a spread needs two
            raise ValueError(f"a sample needs at least two rounds, got {len(array)}")
        super().__init__(array)


@dataclass(frozen=True)
class TooFew:
    """No result, because there are too few values.

    Args:
        needed: how many each arm needs at least, if both have the same number.
        what: the noun of the number: `processes` or `values`.
    """

    needed: int
    what: str

    def __str__(self) -> str:
        """Return the requirement as a clause."""
        return f"need at least {self.needed} {self.what} a side"


def log_ratio_of_round(control: NDArray[np.float64], treatment: NDArray[np.float64]) -> float:
    """Return one round's log ratio: the median over its ABBA blocks of ln(min of treatment / min of control).

    A block times each arm twice, in the order ABBA or BAAB, so that a drift of the machine affects both alike; the
    smaller of two times is the less disturbed one.

    Args:
        control: seconds per operation, shape (blocks, 2), positive.
        treatment: the same for the treatment.
    """
    return float(np.median(np.log(treatment.min(axis=1) / control.min(axis=1))))
