"""When requests arrive, scheduled before the first one: an open loop, which no slow request slows down."""

import numpy as np
from numpy.typing import NDArray

from unitdocs.studies import Arrivals


def schedule(kind: Arrivals, rate: float, count: int, seed: int) -> NDArray[np.float64]:
    """Return the starts of requests, in seconds after the begin of a step, ascending, shape (count,).

    Args:
        kind: at random, or at equal distances.
        rate: requests a second, above 0.
        count: number of requests, at least 1.
        seed: of the random distances.
    """
    if kind is Arrivals.UNIFORM:
        return np.arange(count) / rate
    return np.cumsum(np.random.default_rng(seed).exponential(1 / rate, count))
