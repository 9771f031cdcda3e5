"""Families: cases that are judged together."""

import math
from collections.abc import Sequence

import numpy as np

from unitdocs.stats.effect import Effect, effect_of
from unitdocs.stats.sample import LogRatios


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted by Holm's step-down method, which holds the family-wise error without assumptions.

    Source: Holm 1979, A simple sequentially rejective multiple test procedure.
    Example: 0.01, 0.04, 0.03 become 0.03, 0.06, 0.06.

    Args:
        p_values: from 0 to 1, any number of them.
    """
    if not p_values:
        return []
    from statsmodels.stats.multitest import multipletests  # noqa: PLC0415 -- slow to load

    return [float(p) for p in multipletests(p_values, method="holm")[1]]


def geometric_mean(ratios: Sequence[float]) -> float:
    """Return the geometric mean, the mean that fits ratios: of 0.5 and 2 it is 1.

    Args:
        ratios: positive, at least one.
    """
    return math.exp(float(np.mean(np.log(ratios))))


def geometric_mean_effect(samples: Sequence[LogRatios], level: float) -> Effect:
    """Return the geometric mean over cases with an interval, from the rounds of each.

    The mean of the cases' mean log ratios has the variance (sum of their squared standard errors) / m²; the interval
    takes t with the fewest degrees of freedom among the cases, which errs on the wide side.

    Args:
        samples: the log ratios of each case.
        level: the error level of the interval.
    """
    centre = float(np.mean([sample.mean for sample in samples]))
    error = math.sqrt(sum(sample.standard_error**2 for sample in samples)) / len(samples)
    n = min(sample.n for sample in samples)
    # Symmetric values of n rounds with just this mean and standard error.
    shape = np.linspace(-1.0, 1.0, n)
    spread = error * math.sqrt(n) / float(shape.std(ddof=1))
    return effect_of(LogRatios(centre + spread * shape), level)
