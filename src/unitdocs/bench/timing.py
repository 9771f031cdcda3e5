"""Timing of two arms against each other, in one process or in one for each arm.

A *batch* is as many calls as take a quarter of a millisecond, or one call if it takes longer: long enough for the
clock, short enough to fall between most disturbances. An *ABBA block* is four batches in the order ABBA or BAAB, drawn
at random for each block, so that a drift of the machine affects both arms alike.

A recorded sequence of frames is played in whole passes, also in blocks, and every frame is timed individually: players
notice the slowest frame, not the mean.
"""

import itertools
import random
import time
from collections.abc import Callable

from unitdocs.bench.job import BatchTimes, FrameTimes

BATCH_NS = 250_000
"""Nanoseconds that a batch lasts at least: several hundred times the cost of reading the clock."""
ABBA = (0, 1, 1, 0)
BAAB = (1, 0, 0, 1)
"""The two orders of a block's batches: 0 is the control, 1 the treatment."""
BLOCKS = 60
"""ABBA blocks of a round at most."""
BLOCKS_NS = 500_000_000
"""Nanoseconds after which a round begins no further block."""
SHARED_BLOCKS = 24
"""The same of a round that shares its processes with others, whose start is then paid once."""
SHARED_BLOCKS_NS = 200_000_000
"""The same in nanoseconds."""
WARM_UPS = 3
"""Trials of each batch length: an adaptive interpreter specialises code in its first calls."""

FRAMES_ENOUGH = 1_000
"""Frames of each arm after which no further block of passes begins: ten of them lie above the 99th percentile."""
FRAMES_NS = 1_000_000_000
"""Nanoseconds after which a round begins no further block of passes."""
HALF_BLOCK_NS = 10_000_000_000
"""Nanoseconds of one pass of both arms after which the second half of the block is omitted."""
WARM_UP_NS = 2_000_000_000
"""Nanoseconds after which a warm-up ends; otherwise it is one whole pass."""

Call = Callable[[], object]
Clock = Callable[[], int]
Batch = Callable[[], tuple[int, int]]
"""Runs one batch, and returns its CPU time and wall time in nanoseconds."""
Pass = tuple[list[int], list[int]]
"""CPU times and wall times of the frames of a sequence, in nanoseconds."""
Play = Callable[[], Pass]


def clock_of(*, on_wall_clock: bool) -> Clock:
    """Return the clock by which times are judged, in nanoseconds."""
    return time.perf_counter_ns if on_wall_clock else time.thread_time_ns


def calls_a_batch(call: Call, clock: Clock) -> int:
    """Warm a call up, and return how many calls last at least as long as a batch."""
    calls = 1
    while True:
        typical = sorted(_duration(call, calls, clock) for _ in range(WARM_UPS))[WARM_UPS // 2]
        if typical >= BATCH_NS:
            return calls
        # A tenth more than needed, but at most ten times as many: the first measurement is cold and not reliable.
        calls = max(calls + 1, min(calls * 10, round(calls * BATCH_NS * 1.1 / max(typical, 1))))


def time_blocks(
    batches: tuple[Batch, Batch], operations: tuple[int, int], order: random.Random, *, is_shared: bool = False
) -> BatchTimes:
    """Time ABBA blocks of batches until there are 60 of them or half a second has passed.

    Args:
        batches: run one batch of control and of treatment.
        operations: operations of one batch of each arm.
        order: generator from which the order of each block is drawn.
        is_shared: whether the round shares its processes with others; fewer blocks are then enough.
    """
    most, longest = (SHARED_BLOCKS, SHARED_BLOCKS_NS) if is_shared else (BLOCKS, BLOCKS_NS)
    letters = ""
    cpu: tuple[list[int], list[int]] = ([], [])
    wall: tuple[list[int], list[int]] = ([], [])
    started = time.perf_counter_ns()
    while not letters or (len(letters) < most and time.perf_counter_ns() - started < longest):
        letter = order.choice("AB")
        letters += letter
        for arm in ABBA if letter == "A" else BAAB:
            batch_cpu, batch_wall = batches[arm]()
            cpu[arm].append(batch_cpu)
            wall[arm].append(batch_wall)
    return BatchTimes(order=letters, operations=operations, cpu=cpu, wall=wall)


def batch(call: Call, calls: int) -> tuple[int, int]:
    """Make a number of calls, and return their CPU time and wall time in nanoseconds."""
    repeats = itertools.repeat(None, calls)
    wall = time.perf_counter_ns()
    cpu = time.thread_time_ns()
    for _ in repeats:
        call()
    return time.thread_time_ns() - cpu, time.perf_counter_ns() - wall


def warm_up_frames(call: Call, frames: int) -> int:
    """Play a sequence once, but at most for two seconds, and return how many frames were played."""
    started = time.perf_counter_ns()
    for played in range(1, frames + 1):
        call()
        if time.perf_counter_ns() - started >= WARM_UP_NS:
            return played
    return frames


def time_frames(plays: tuple[Play, Play], length: int, order: random.Random) -> FrameTimes:
    """Play a sequence in blocks of passes until each arm has 1,000 frames or a second has passed.

    Args:
        plays: play the sequence once with control and with treatment.
        length: frames of the sequence.
        order: generator from which the order of each block is drawn.
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
    """Make one call for each frame, and return the CPU time and wall time of each in nanoseconds."""
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
