"""Many tests at once: p-values adjusted for the number of cases that are judged together."""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted by Holm's step-down method, which controls the family-wise error without assumptions.

    With m p-values in ascending order, the k-th is multiplied by m - k + 1; none is smaller than the one before it.

    Source: Holm 1979, A simple sequentially rejective multiple test procedure. Computed here and not by
    `statsmodels.stats.multitest`, whose import takes longer than a whole analysis; the tests compare both.
    Example: 0.01, 0.04, 0.03 become 0.03, 0.06, 0.06.

    Args:
        p_values: from 0 to 1, any number of them.
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values)
    adjusted = np.empty_like(values)
    adjusted[order] = np.maximum.accumulate(values[order] * np.arange(values.size, 0, -1))
    return [float(p) for p in np.minimum(adjusted, 1.0)]
