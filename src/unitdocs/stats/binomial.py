"""Binomial shares: how often an event occurred, with a conservative interval."""

from dataclasses import dataclass

from scipy.special import betaincinv


@dataclass(frozen=True)
class BinomialShare:
    """A share of independent trials.

    Args:
        count: how often the event occurred.
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
        """The observed share, 0 to 1."""
        return self.count / self.n


def share_of(count: int, n: int, level: float = 0.05) -> BinomialShare:
    """Return a share with its exact interval, which covers the true share with a confidence of at least 1 - level.

    Source: Clopper and Pearson 1934, The use of confidence or fiducial limits illustrated in the case of the binomial.
    Its ends are quantiles of beta distributions: that of level/2 with (count, n - count + 1), and that of 1 - level/2
    with (count + 1, n - count). Assumes that trials are independent and have the same chance.
    Example: 0 of 116 has the 95 % interval 0 to 0.0313.

    Args:
        count: how often the event occurred, 0 to n.
        n: trials, at least one.
        level: the error level of the interval.
    """
    low = float(betaincinv(count, n - count + 1, level / 2)) if count else 0.0
    high = float(betaincinv(count + 1, n - count, 1 - level / 2)) if count < n else 1.0
    return BinomialShare(count, n, low, high)
