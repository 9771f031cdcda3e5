"""Ratios within strata, and over them: what differs between strata must not look like an effect.

Where a rollout's share grows from day to day and days differ, the treated sessions are mostly those of later days; a
ratio over all sessions together mixes both and may even point the other way (Simpson 1951, The interpretation of
interaction in contingency tables). Each ratio is therefore taken within a stratum in which the share was constant.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class StratumSample:
    """The sessions of one arm in one stratum.

    Args:
        sessions: how many, at least 2.
        mean: the mean of their values, above 0.
        variance: the variance of their values.
    """

    sessions: int
    mean: float
    variance: float

    @property
    def relative_variance(self) -> float:
        """The variance of the logarithm of the mean, by the delta method: variance / (n · mean²)."""
        return self.variance / self.sessions / self.mean**2


@dataclass(frozen=True)
class StratifiedEstimate:
    """An estimated log ratio.

    Args:
        estimate: the logarithm of treatment / control.
        error: its standard error.
    """

    estimate: float
    error: float


def log_ratio(control: StratumSample, treatment: StratumSample) -> StratifiedEstimate:
    """Return the logarithm of the ratio of two arms' means, with its standard error by the delta method.

    Source: Casella and Berger 2002, Statistical Inference, 5.5.4.
    """
    variance = control.relative_variance + treatment.relative_variance
    return StratifiedEstimate(math.log(treatment.mean / control.mean), math.sqrt(variance))


def combine(estimates: Sequence[float], covariance: NDArray[np.float64]) -> StratifiedEstimate:
    """Return the mean of strata's estimates, weighted by 1 / variance, with its standard error.

    The weights do not use covariances, which are small and noisy; the error does: a player who returns in a later
    stratum is no second one.

    Args:
        estimates: log ratios, at least one.
        covariance: their covariances, of shape (strata, strata).
    """
    variances = np.diag(covariance)
    weights = 1 / np.maximum(variances, np.finfo(np.float64).tiny)
    weights = weights / weights.sum()
    variance = float(weights @ covariance @ weights)
    return StratifiedEstimate(float(weights @ np.asarray(estimates)), math.sqrt(max(0.0, variance)))
