"""Timing two arms against each other, in one process or in one each.

A *batch* is so many calls that it takes a quarter of a millisecond, or one call where that takes longer: long enough
for the clock, short enough to fall between most disturbances. A *block* is four batches in the order ABBA or BAAB, drawn
anew for each, so that a drift of the machine hits both arms alike.

A recorded sequence of frames is played in whole passes, in blocks likewise, and every frame is timed by itself: what
players feel is the slowest frame, not the mean.
"""

import itertools
import random
import time
from collections.abc import Callable

from unitdocs.bench.job import BatchTimes, FrameTimes

BATCH_NS = 250_000
"""Nanoseconds that a batch takes at least: some hundred times the cost of reading the clock."""
BLOCKS = 60
"""At most this many blocks a round."""
BLOCKS_NS = 500_000_000
"""No block is begun when a round's blocks have taken this many nanoseconds."""
WARM_UPS = 3
"""How often each length of batch is tried: an adaptive interpreter specialises code in its first calls."""

FRAMES_ENOUGH = 1_000
"""No block of passes is begun once each arm has played so many frames: ten of them lie beyond the 99th percentile."""
FRAMES_NS = 1_000_000_000
"""Nor once the passes have taken this many nanoseconds."""
HALF_BLOCK_NS = 10_000_000_000
"""Where one pass of each arm takes this many nanoseconds, the other half of the block is left out."""
WARM_UP_NS = 2_000_000_000
"""A warm-up is a whole pass, but ends after this many nanoseconds."""

Call = Callable[[], object]
Clock = Callable[[], int]
Batch = Callable[[], tuple[int, int]]
"""Runs one batch and returns the nanoseconds of CPU and of wall time that it took."""
Pass = tuple[list[int], list[int]]
"""Nanoseconds of CPU and of wall time of each frame of a sequence."""
Play = Callable[[], Pass]


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


def time_blocks(batches: tuple[Batch, Batch], operations: tuple[int, int], order: random.Random) -> BatchTimes:
    """Time blocks of batches until there are 60 of them or half a second is used up.

    Args:
        batches: run one batch of control or treatment.
        operations: operations of one batch of each.
        order: draws the order of each block.
    """
    letters = ""
    cpu: tuple[list[int], list[int]] = ([], [])
    wall: tuple[list[int], list[int]] = ([], [])
    started = time.perf_counter_ns()
    while not letters or (len(letters) < BLOCKS and time.perf_counter_ns() - started < BLOCKS_NS):
        letter = order.choice("AB")
        letters += letter
        for arm in (0, 1, 1, 0) if letter == "A" else (1, 0, 0, 1):
            batch_cpu, batch_wall = batches[arm]()
            cpu[arm].append(batch_cpu)
            wall[arm].append(batch_wall)
    return BatchTimes(order=letters, operations=operations, cpu=cpu, wall=wall)


def batch(call: Call, calls: int) -> tuple[int, int]:
    """Run a number of calls, and return the nanoseconds of CPU and of wall time that they took."""
    repeats = itertools.repeat(None, calls)
    wall = time.perf_counter_ns()
    cpu = time.thread_time_ns()
    for _ in repeats:
        call()
    return time.thread_time_ns() - cpu, time.perf_counter_ns() - wall


def warm_up_frames(call: Call, frames: int) -> int:
    """Play a sequence once, or as much of it as two seconds hold, and return how many frames were played."""
    started = time.perf_counter_ns()
    for played in range(1, frames + 1):
        call()
        if time.perf_counter_ns() - started >= WARM_UP_NS:
            return played
    return frames


def time_frames(plays: tuple[Play, Play], length: int, order: random.Random) -> FrameTimes:
    """Play a sequence in blocks of passes until each arm has 1,000 frames or a second is used up.

    Args:
        plays: play the sequence once, in control or treatment.
        length: frames of the sequence.
        order: draws the order of each block.
    """
    letters = ""
    cpu: tuple[list[int], list[int]] = ([], [])
    wall: tuple[list[int], list[int]] = ([], [])
    started = time.perf_counter_ns()
    while not letters or (len(cpu[0]) < FRAMES_ENOUGH and time.perf_counter_ns() - started < FRAMES_NS):
        for letter in order.choice(("AB", "BA")):
            letters += letter
            for arm in (0, 1) if letter == "A" else (1, 0):
                frames_cpu, frames_wall = plays[arm]()
                cpu[arm].extend(frames_cpu)
                wall[arm].extend(frames_wall)
            if time.perf_counter_ns() - started >= HALF_BLOCK_NS:
                break
    return FrameTimes(order=letters, length=length, cpu=cpu, wall=wall)


def play(call: Call, frames: int) -> Pass:
    """Make a number of calls, and return the nanoseconds of CPU and of wall time that each took."""
    cpu, wall = [0] * frames, [0] * frames
    for frame in range(frames):
        begun = time.perf_counter_ns()
        begun_cpu = time.thread_time_ns()
        call()
        cpu[frame] = time.thread_time_ns() - begun_cpu
        wall[frame] = time.perf_counter_ns() - begun
    return cpu, wall


def _duration(call: Call, calls: int, clock: Clock) -> int:
    begun = clock()
    for _ in itertools.repeat(None, calls):
        call()
    return clock() - begun
