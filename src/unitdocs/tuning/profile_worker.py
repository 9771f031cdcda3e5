"""One pass of a profile: a fresh process, `python -m unitdocs.tuning.profile_worker`, that works on one arm.

The task is JSON on standard input; it names a file for what was seen, because a suite may print anything.
"""

import gc
import json
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from unitdocs.bench import counting
from unitdocs.bench.loading import given_sources, load_suite
from unitdocs.bench.rounds import set_up
from unitdocs.bench.suite import Operation
from unitdocs.bench.suite_errors import sentence_of
from unitdocs.errors import InputError, MeasurementError
from unitdocs.tuning.allocations import Sites, counted_sites
from unitdocs.tuning.profile_task import Place, ProfileKind, ProfileTask

COLLECTOR: Place = ("", "garbage collector", 0, False)
WARM_UP = 0.2
"""Seconds of calls before samples are taken, at least two calls."""
COUNTED = 0.02
"""Seconds of calls whose allocations are counted, about: each allocation is a row."""
MOST_COUNTED = 20
MICROSECOND = 1e6


def main() -> None:
    """Run the task on standard input."""
    task = ProfileTask.from_json(sys.stdin.read())
    sys.path[:0] = given_sources()
    Path(task.result_file).write_text(json.dumps(_seen(task)), encoding="utf-8")


def _seen(task: ProfileTask) -> dict[str, Any]:
    """Return what a task saw, or the sentence of what the suite raised."""
    path = Path(task.path)
    try:
        suite = load_suite(path)
        operation = set_up(suite, task.arm, suite.scenario(task.scenario), task.seed)
        once = _warm_up(operation)
        return _sampled(operation, task) if task.kind is ProfileKind.TIME else _counted(operation, once)
    except InputError as error:
        return {"error": " | ".join(error.problems)}
    except MeasurementError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 -- whatever a project's code may raise
        return {"error": sentence_of(error, path)}


def _warm_up(operation: Operation) -> float:
    """Call an operation for a while, and return the seconds of a call."""
    begin, calls = time.perf_counter(), 0
    while calls < counting.WARM_UPS or time.perf_counter() - begin < WARM_UP:
        operation.call()
        calls += 1
    return (time.perf_counter() - begin) / calls


def _sampled(operation: Operation, task: ProfileTask) -> dict[str, Any]:
    """Return the stacks of an operation that is repeated for some seconds."""
    from pyinstrument import Profiler  # noqa: PLC0415 -- the other kind of pass needs none

    profiler = Profiler(interval=task.interval, async_mode="disabled")
    gc.collect()
    with _collections() as spent:
        profiler.start()
        calls, seconds = repeat(operation.call, task.seconds)
        session = profiler.stop()
    stacks = _stacks(session.frame_records)
    return {
        "operations": calls * operation.inner,
        "seconds": seconds,
        "collecting": sum(spent),
        "stacks": [
            {"places": list(places), "samples": samples, "microseconds": round(MICROSECOND * passed)}
            for places, (samples, passed) in stacks.items()
        ],
    }


def repeat(call: Callable[[], object], seconds: float) -> tuple[int, float]:
    """Call an operation for some seconds, and return the number of calls and the seconds they took."""
    clock = time.perf_counter
    begin, calls = clock(), 0
    while clock() - begin < seconds:
        call()
        calls += 1
    return calls, clock() - begin


@contextmanager
def _collections() -> Iterator[list[float]]:
    """Note the seconds of each garbage collection in a block."""
    spent: list[float] = []
    begun = 0.0

    def note_collection(phase: str, _: object) -> None:
        nonlocal begun
        if phase == "start":
            begun = time.perf_counter()
        else:
            spent.append(time.perf_counter() - begun)

    gc.callbacks.append(note_collection)
    try:
        yield spent
    finally:
        gc.callbacks.remove(note_collection)


def _stacks(records: Iterable[tuple[Any, float]]) -> dict[tuple[Place, ...], tuple[int, float]]:
    """Return samples and seconds by stack, from the operation's own function on."""
    samples: Counter[tuple[Place, ...]] = Counter()
    seconds: Counter[tuple[Place, ...]] = Counter()
    for frames, passed in records:
        stack = _of_operation([_place(identifier) for identifier in frames])
        if stack:
            samples[stack] += 1
            seconds[stack] += passed  # type: ignore[assignment]
    return {stack: (count, seconds[stack]) for stack, count in samples.items()}


def _place(identifier: str) -> tuple[str, str, int]:
    """Return file, function and first line of a frame as pyinstrument writes it."""
    function, file, line = (*identifier.partition("\x01")[0].split("\x00"), "", "0")[:3]
    return file, function, int(line)


def _of_operation(frames: list[tuple[str, str, int]]) -> tuple[Place, ...]:
    """Return the frames below the loop of this module; a collection is one place, whatever called it."""
    starts = [depth for depth, (file, function, _) in enumerate(frames) if (file, function) == (__file__, "repeat")]
    below = frames[starts[-1] + 1 :] if starts else []
    return tuple(COLLECTOR if frame[0] == __file__ else shown_place(*frame) for frame in below)


def _counted(operation: Operation, once: float) -> dict[str, Any]:
    """Return the allocations of an operation."""
    gc.collect()
    gc.disable()
    peak, blocks = counting.peak_memory(operation.call), counting.allocated_blocks(operation.call)
    calls = max(1, min(MOST_COUNTED, int(COUNTED / once)))
    tracer, sites = counted_sites(operation.call, calls)
    return {
        "tracer": tracer,
        "counted": calls * operation.inner,
        "peak": peak,
        "blocks": blocks,
        "sites": list(_sites(sites, calls * operation.inner)),
    }


def _sites(sites: Sites, operations: int) -> Iterator[dict[str, Any]]:
    for stack, (allocations, size) in sites.items():
        if allocations > 0:
            yield {
                "places": [shown_place(file, function, 0) for file, function, _ in stack],
                "line": stack[-1][2],
                "allocations": allocations / operations,
                "size": size / operations,
            }


_STANDARD = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))


def shown_place(file: str, function: str, line: int) -> Place:
    """Return a place with its file below the folder that it is imported from; functions in C have no file."""
    if not file.endswith(".py"):
        return "", function.removeprefix("<built-in>."), 0, False
    is_own = not file.startswith(_STANDARD)
    folders = [folder for folder in {*sys.path, *_STANDARD} if folder and file.startswith(f"{folder}/")]
    shown = file[len(max(folders, key=len)) + 1 :] if folders else Path(file).name
    return shown.replace("\\", "/"), function, line, is_own


if __name__ == "__main__":
    main()
