"""The allocations of a call by the stack that made them.

memray sees each allocation, whether it is freed at once or kept. Its tracer makes a frame object for every call of a
Python function, which no program allocates by itself; they are counted in a pass of their own and subtracted. Where
memray cannot be had, tracemalloc counts what a call leaves allocated while its result is kept.
"""

import sys
import tempfile
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Literal

Frames = tuple[tuple[str, str, int], ...]
"""File, function and current line of each frame, the outermost first."""
Sites = dict[Frames, tuple[float, float]]
"""Allocations and their bytes by stack."""
DEPTH = 60
"""Frames of a stack that are read at most."""
FREEING = frozenset({"FREE", "MUNMAP", "PYMALLOC_FREE"})


def counted_sites(call: Callable[[], object], calls: int) -> tuple[Literal["memray", "tracemalloc"], Sites]:
    """Return what counted the allocations of some calls, and the allocations by stack, from the call's own frame on.

    Args:
        call: the operation, warmed up.
        calls: how often it is called, 1 or more.
    """
    try:
        import memray  # noqa: PLC0415, F401 -- not to be had on Windows
    except ModuleNotFoundError:
        return "tracemalloc", _left(call, calls)
    return "memray", _without_frames(_all(call, calls), _frame_objects(call, calls))


def _repeat(call: Callable[[], object], calls: int) -> object:
    kept: object = None
    for _ in range(calls):
        kept = call()
    return kept


def _all(call: Callable[[], object], calls: int) -> Sites:
    """Return every allocation that memray sees."""
    import memray  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "allocations.bin"
        with memray.Tracker(file, trace_python_allocators=True):
            _repeat(call, calls)
        return _read(memray.FileReader(file))


def _read(reader: Any) -> Sites:  # noqa: ANN401 -- memray's reader
    import memray  # noqa: PLC0415

    sites: defaultdict[Frames, list[float]] = defaultdict(lambda: [0.0, 0.0])
    freeing = {kind.value for kind in memray.AllocatorType if kind.name in FREEING}
    for record in reader.get_allocation_records():
        if record.allocator in freeing:
            continue
        stack = _below(tuple((file, name, line) for name, file, line in reversed(record.stack_trace(max_stacks=DEPTH))))
        if stack:
            sites[stack][0] += 1
            sites[stack][1] += record.size
    return {stack: (count, size) for stack, (count, size) in sites.items()}


def _frame_objects(call: Callable[[], object], calls: int) -> Sites:
    """Return number and bytes of the frame objects that a tracer makes, by the stack of the caller."""
    sites: defaultdict[Frames, list[float]] = defaultdict(lambda: [0.0, 0.0])

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_back is not None:
            stack = _below(_stack_of(frame.f_back))
            if stack:
                sites[stack][0] += 1
                sites[stack][1] += sys.getsizeof(frame)

    sys.setprofile(note)
    try:
        _repeat(call, calls)
    finally:
        sys.setprofile(None)
    return {stack: (count, size) for stack, (count, size) in sites.items()}


def _stack_of(frame: FrameType | None) -> Frames:
    frames = []
    while frame is not None:
        frames.append((frame.f_code.co_filename, frame.f_code.co_name, frame.f_lineno))
        frame = frame.f_back
    return tuple(reversed(frames))


def _without_frames(sites: Sites, frames: Sites) -> Sites:
    """Return allocations without those of the tracer; the sizes of what is left are never below 0."""
    left: Sites = {}
    for stack, (count, size) in sites.items():
        calls, taken = frames.get(stack, (0.0, 0.0))
        if count > calls:
            left[stack] = (count - calls, max(0.0, size - taken))
    return left


def _left(call: Callable[[], object], calls: int) -> Sites:
    """Return what a call leaves allocated while its result is kept, by tracemalloc, times the number of calls."""
    tracemalloc.start(DEPTH)
    try:
        kept = _repeat(call, 1)
        snapshot = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()
    del kept
    sites: Sites = {}
    for statistic in snapshot.statistics("traceback"):
        stack = _below(tuple((frame.filename, "", frame.lineno) for frame in statistic.traceback))
        if stack:
            count, size = sites.get(stack, (0.0, 0.0))
            sites[stack] = count + statistic.count * calls, size + statistic.size * calls
    return sites


def _below(frames: Frames) -> Frames:
    """Return the frames below those of this module."""
    starts = [depth for depth, (file, _, _) in enumerate(frames) if file == __file__]
    return frames[starts[-1] + 1 :] if starts else ()
