"""An open loop: requests are served at scheduled times, and their latency counts from these.

A generator that waits for the system before it sends the next request leaves out what would have waited, which G. Tene
calls coordinated omission ("How NOT to Measure Latency", 2013; the README of wrk2). Here a late request keeps the start
that it was scheduled for.

Time comes from a clock that is handed in, so that a test can run years of load in a moment.
"""

import gc
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from unitdocs.errors import MeasurementError

Times = NDArray[np.float64]
Serve = Callable[[int], object]
SLEEP_UNTIL: Final = 0.002
"""Seconds before a moment at which sleeping ends and the loop looks at the clock: a busy machine wakes it late."""


class LoopClock(Protocol):
    """The time of an open loop."""

    def now(self) -> float:
        """Return seconds that only grow."""
        ...

    def cpu(self) -> float:
        """Return the CPU time of this thread, in seconds."""
        ...

    def wait_until(self, moment: float) -> None:
        """Return at a moment, or at once if it has passed."""
        ...


class MachineClock:
    """The machine's monotonic clock, which setting the date does not change."""

    now = staticmethod(time.perf_counter)
    cpu = staticmethod(time.thread_time)

    def wait_until(self, moment: float) -> None:
        """Sleep until shortly before a moment, then look at the clock until it has come."""
        clock = time.perf_counter
        while (left := moment - clock()) > 0:
            if left > SLEEP_UNTIL:
                time.sleep(left - SLEEP_UNTIL)


class ProcessorClock:
    """A clock that runs while this thread has the processor, and that waiting moves on at once.

    Requests are really served, and all that they cost counts: their work, pauses of the garbage collector, the loop.
    What other programs take of the machine does not. It is for one worker.
    """

    cpu = staticmethod(time.thread_time)

    def __init__(self) -> None:
        self.skipped = 0.0

    def now(self) -> float:
        """Return the CPU time of this thread and what was skipped by waiting, in seconds."""
        return self.skipped + time.thread_time()

    def wait_until(self, moment: float) -> None:
        """Move the clock on to a moment, unless it has passed."""
        self.skipped += max(0.0, moment - self.now())


@dataclass(frozen=True)
class ServedRequests:
    """When requests were due, began and ended.

    Args:
        due: scheduled starts in seconds, shape (n,), ascending.
        started: actual starts, shape (n,).
        ended: ends, shape (n,).
        cpu: CPU time of each, in seconds, shape (n,).
        pauses: begin and end of each run of the garbage collector, shape (m, 2).
        errors: the first line of each error, by request.

    Raises:
        MeasurementError: the clock went backwards.
    """

    due: Times
    started: Times
    ended: Times
    cpu: Times
    pauses: Times
    errors: Mapping[int, str]

    def __post_init__(self) -> None:
        if np.any(self.ended < self.started) or np.any(self.started < self.due):
            raise MeasurementError("the clock went backwards while requests were served; repeat the run")

    @property
    def corrected(self) -> Times:
        """Latency of each request from its scheduled start, in seconds."""
        return self.ended - self.due

    @property
    def lags(self) -> Times:
        """What passed between the moment when one worker was free and the actual start of each request, in seconds.

        Nothing but the machine can delay that; of several workers another may have been free before, so it is a bound.
        """
        free = np.concatenate([self.due[:1], np.maximum.accumulate(self.ended)[:-1]])
        lags: Times = np.maximum(0.0, self.started - np.maximum(self.due, free))
        return lags

    @property
    def uncorrected(self) -> Times:
        """Latency of each request from its actual start, in seconds."""
        return self.ended - self.started


@dataclass
class _Loop:
    """What the workers of a loop share."""

    due: Times
    serve: Serve
    clock: LoopClock
    started: Times = field(init=False)
    ended: Times = field(init=False)
    cpu: Times = field(init=False)
    errors: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.started, self.ended, self.cpu = (np.zeros(len(self.due)) for _ in range(3))
        self._next = itertools.count()
        self._lock = threading.Lock()

    def take(self) -> int:
        """Return the next request that no worker has taken."""
        with self._lock:
            return next(self._next)

    def run(self) -> None:
        """Serve requests until none is left."""
        due, serve, clock = self.due.tolist(), self.serve, self.clock
        now, cpu, take = clock.now, clock.cpu, self.take
        while (i := take()) < len(due):
            clock.wait_until(due[i])
            used = cpu()
            self.started[i] = now()
            try:
                serve(i)
            except Exception as error:  # noqa: BLE001 -- whatever a request raises is a result
                self.errors[i] = f"{type(error).__name__}: {error}".splitlines()[0]
            self.ended[i] = now()
            self.cpu[i] = cpu() - used


def drive(offsets: Times, serve: Serve, clock: LoopClock, *, workers: int = 1) -> ServedRequests:
    """Serve requests at scheduled times, and return when each was due, began and ended.

    Args:
        offsets: scheduled starts, in seconds from now, shape (n,), ascending.
        serve: serves the request of a number from 0; what it raises is kept.
        clock: the time.
        workers: threads that serve; one serves in this thread.

    Raises:
        MeasurementError: the clock went backwards.
    """
    pauses: list[tuple[float, float]] = []
    loop = _Loop(offsets + clock.now(), serve, clock)
    with _collections_noted(pauses, clock):
        if workers == 1:
            loop.run()
        else:
            _run_in_threads(loop.run, workers)
    noted = np.array(pauses, dtype=np.float64).reshape(-1, 2)
    return ServedRequests(loop.due, loop.started, loop.ended, loop.cpu, noted, loop.errors)


def _run_in_threads(run: Callable[[], None], workers: int) -> None:
    threads = [threading.Thread(target=run, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def _collections_noted(pauses: list[tuple[float, float]], clock: LoopClock) -> Iterator[None]:
    """Note when the garbage collector runs in a block."""
    begun = 0.0

    def note(phase: str, _: object) -> None:
        nonlocal begun
        if phase == "start":
            begun = clock.now()
        else:
            pauses.append((begun, clock.now()))

    gc.callbacks.append(note)
    try:
        yield
    finally:
        gc.callbacks.remove(note)


def empty_rate(clock: LoopClock, requests: int = 20_000) -> float:
    """Return how many requests a second the generator makes if they do nothing: the best of three loops."""
    loops = (drive(np.zeros(requests), lambda _: None, clock) for _ in range(3))
    return max(requests / max(float(loop.ended[-1] - loop.due[0]), 1e-9) for loop in loops)
