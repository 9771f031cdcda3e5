"""From the times of requests to a step of the record."""

import numpy as np
from numpy.typing import NDArray

from unitdocs.load.open_loop import ServedRequests, Times
from unitdocs.studies import P99, QUANTILES, LoadStep

LONG_PAUSE = 1 / 4
"""Part of the allowed latency from which on a pause of the garbage collector explains that requests are late."""
LONG_LOSS = 1 / 2
"""Part of it that a request loses to other programs, before its start or in it, from which on that explains it."""


def step_of(
    served: ServedRequests, *, system: str, repeat: int, rate: float, allowed: float, waiting: float, workers: int
) -> LoadStep:
    """Return what a step showed.

    Args:
        served: its requests.
        system: the unit system.
        repeat: the search that it belongs to.
        rate: requests a second that were scheduled.
        allowed: the 99 % quantile of the latency up to which the rate is sustained, in seconds.
        waiting: by how many requests the queue may grow.
        workers: threads that served.
    """
    corrected, uncorrected = served.corrected, served.uncorrected
    seconds = float(served.ended.max() - served.due[0])
    in_requests = float(uncorrected.sum())
    late = corrected > allowed
    first, last = _backlog(served)
    pauses = served.pauses[:, 1] - served.pauses[:, 0]
    lost = uncorrected - served.cpu + served.lags > LONG_LOSS * allowed
    return LoadStep(
        system=system,
        repeat=repeat,
        rate=rate,
        requests=len(corrected),
        seconds=seconds,
        corrected=_quantiles(corrected),
        uncorrected=_quantiles(uncorrected),
        allowed=allowed,
        backlog_first=first,
        backlog_last=last,
        backlog_growth=waiting,
        busy=in_requests / (workers * seconds) if seconds else 1.0,
        cpu=min(1.0, float(served.cpu.sum()) / in_requests) if in_requests else 1.0,
        collections=len(pauses),
        collecting=float(pauses.sum()),
        longest_collection=float(pauses.max(initial=0.0)),
        late=int(late.sum()),
        late_collecting=_meeting(served, late, served.pauses[pauses > LONG_PAUSE * allowed]),
        late_interrupted=_meeting(served, late, _spans(served, lost)),
        lag=_quantiles(served.lags)[P99],
        errors=len(served.errors),
        error=served.errors[min(served.errors)] if served.errors else "",
    )


def _quantiles(values: Times) -> tuple[float, ...]:
    """Return quantiles that are values of the sample, so that no share of requests is made up."""
    return tuple(float(value) for value in np.quantile(values, QUANTILES, method="inverted_cdf"))


def _backlog(served: ServedRequests) -> tuple[float, float]:
    """Return the mean number of requests that arrivals find, over the first and the last third of them."""
    ends = np.sort(served.ended)
    found = np.arange(len(served.due)) - np.searchsorted(ends, served.due, side="right")
    third = max(1, len(found) // 3)
    return max(0.0, float(found[:third].mean())), max(0.0, float(found[-third:].mean()))


def _spans(served: ServedRequests, lost: NDArray[np.bool_]) -> Times:
    """Return when requests that lost time were delayed or served, shape (m, 2)."""
    return np.stack([(served.started - served.lags)[lost], served.ended[lost]], axis=1)


def _meeting(served: ServedRequests, late: NDArray[np.bool_], spans: Times) -> int:
    """Return how many late requests waited or were served during one of these spans, shape (m, 2)."""
    if not len(spans):
        return 0
    begins, ends = np.sort(spans[:, 0]), np.sort(spans[:, 1])
    begun = np.searchsorted(begins, served.ended[late], side="left")
    over = np.searchsorted(ends, served.due[late], side="right")
    return int((begun > over).sum())
