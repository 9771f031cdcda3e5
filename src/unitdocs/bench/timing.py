"""Timing two arms against each other, in one process or in one each.

A *batch* is so many calls that it takes a quarter of a millisecond, or one call where that takes longer: long enough
for the clock, short enough to fall between most disturbances. A *quad* is four batches in the order ABBA or BAAB, drawn
anew for each, so that a drift of the machine hits both arms alike.
"""

import itertools
import random
import time
from collections.abc import Callable

from unitdocs.bench.job import Times

BATCH_NS = 250_000
"""Nanoseconds that a batch takes at least: some hundred times the cost of reading the clock."""
QUADS = 60
"""At most this many quads a round."""
QUADS_NS = 500_000_000
"""No quad is begun when a round's quads have taken this many nanoseconds."""
WARM_UPS = 3
"""How often each length of batch is tried: an adaptive interpreter specialises code in its first calls."""

Call = Callable[[], object]
Clock = Callable[[], int]
Batch = Callable[[], tuple[int, int]]
"""Runs one batch and returns the nanoseconds of CPU and of wall time that it took."""


def clock_of(*, on_wall_clock: bool) -> Clock:
    """Return the clock that decides, in nanoseconds."""
    return time.perf_counter_ns if on_wall_clock else time.thread_time_ns


def calls_a_batch(call: Call, clock: Clock) -> int:
    """Warm a call up, and return how many of it take at least the time of a batch."""
    calls = 1
    while True:
        typical = sorted(_duration(call, calls, clock) for _ in range(WARM_UPS))[WARM_UPS // 2]
        if typical >= BATCH_NS:
            return calls
        # A tenth more than needed, and never more than tenfold: the first, cold measurement is not to be trusted.
        calls = max(calls + 1, min(calls * 10, round(calls * BATCH_NS * 1.1 / max(typical, 1))))


def time_quads(batches: tuple[Batch, Batch], operations: tuple[int, int], order: random.Random) -> Times:
    """Time quads of batches until there are 60 of them or half a second is used up.

    Args:
        batches: run one batch of control or treatment.
        operations: operations of one batch of each.
        order: draws the order of each quad.
    """
    letters = ""
    cpu: tuple[list[int], list[int]] = ([], [])
    wall: tuple[list[int], list[int]] = ([], [])
    started = time.perf_counter_ns()
    while not letters or (len(letters) < QUADS and time.perf_counter_ns() - started < QUADS_NS):
        letter = order.choice("AB")
        letters += letter
        for arm in (0, 1, 1, 0) if letter == "A" else (1, 0, 0, 1):
            batch_cpu, batch_wall = batches[arm]()
            cpu[arm].append(batch_cpu)
            wall[arm].append(batch_wall)
    return Times(order=letters, operations=operations, cpu=cpu, wall=wall)


def batch(call: Call, calls: int) -> tuple[int, int]:
    """Run a number of calls, and return the nanoseconds of CPU and of wall time that they took."""
    repeats = itertools.repeat(None, calls)
    wall = time.perf_counter_ns()
    cpu = time.thread_time_ns()
    for _ in repeats:
        call()
    return time.thread_time_ns() - cpu, time.perf_counter_ns() - wall


def _duration(call: Call, calls: int, clock: Clock) -> int:
    begun = clock()
    for _ in itertools.repeat(None, calls):
        call()
    return clock() - begun
