"""Binomial shares: how often something happened, with an interval that never promises too much."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BinomialShare:
    """A share of independent trials.

    Args:
        count: how often it happened.
        n: trials.
        low: lower end of the interval of the share.
        high: upper end.
    """

    count: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share as counted, 0 to 1."""
        return self.count / self.n


def share_of(count: int, n: int, level: float = 0.05) -> BinomialShare:
    """Return a share with its exact interval, which covers the truth with a confidence of at least 1 - level.

    Source: Clopper and Pearson 1934, The use of confidence or fiducial limits illustrated in the case of the binomial.
    Assumes that the trials are independent and alike.
    Example: 0 of 116 has the 95 % interval 0 to 0.0313.

    Args:
        count: how often it happened, 0 to n.
        n: trials, at least one.
        level: the error level of the interval.
    """
    from scipy.stats import binomtest  # noqa: PLC0415 -- slow to load

    interval = binomtest(count, n).proportion_ci(1 - level, method="exact")
    return BinomialShare(count, n, float(interval.low), float(interval.high))
