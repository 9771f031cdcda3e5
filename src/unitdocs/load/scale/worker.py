"""A size of a tree: a fresh process, `python -m unitdocs.load.scale.worker`, that times a system and counts its memory.

Times are CPU time of the thread, with the collector on, as in a game; first resolves are timed without it too, which
shows what it costs. Memory is counted after all times, since tracing takes time.
"""

import gc
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from unitdocs.load.scale.trees import tree, tree_element
from unitdocs.studies.load_scale import TreeShape
from unitdocs.units import Element, Extent, PreparedScene, Scene, create_system
from unitdocs.units.model.scene import UNITS

WIDTH, HEIGHT = 1280.0, 720.0
WARM_UPS = 6
"""Resolves after which a system has compiled what it compiles; large scenes are compiled at once."""
WARM_UP_SECONDS = 3.0
"""Seconds after which they end, at the earliest after two."""
SECONDS = 0.6
"""Seconds for which one kind of work is repeated."""
MOST_REPEATS = 200
CHANGED = 100
"""One element of this many is replaced in an update."""


@dataclass(frozen=True)
class ScaleJob:
    """One size of a tree in one system.

    Args:
        system: name of the system.
        shape: shape of the tree.
        elements: number of elements.
        most_bytes: memory that the process may have.
        result_file: path to which the result is written.
    """

    system: str
    shape: TreeShape
    elements: int
    most_bytes: int
    result_file: str = ""

    def with_result_file(self, file: str) -> Self:
        """Return the job with the file for its result."""
        return replace(self, result_file=file)

    def to_json(self) -> str:
        """Return the job as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "ScaleJob":
        """Return the object that `to_json` wrote."""
        members = json.loads(text)
        return cls(**{**members, "shape": TreeShape(members["shape"])})


def main() -> None:
    """Run the job on standard input."""
    job = ScaleJob.from_json(sys.stdin.read())
    _limit_memory(job.most_bytes)
    try:
        result: dict[str, object] = measure_size(job)
    except MemoryError:
        gc.enable()
        result = {"failure": f"it needs more than {job.most_bytes / 2**30:g} GiB of memory"}
    except Exception as error:  # noqa: BLE001 -- whatever a system may raise ends this size, and is reported
        result = {"failure": f"the system raised {type(error).__name__}: {error}"}
    Path(job.result_file).write_text(json.dumps(result), encoding="utf-8")


def measure_size(job: ScaleJob) -> dict[str, object]:
    """Return the seconds and bytes of one size."""
    begun = time.thread_time()
    scene = tree(job.shape, job.elements)
    built = time.thread_time() - begun
    create_system(job.system)  # what is loaded once is no part of the first resolve
    first = Opening(job.system, scene)
    times = {"build": built, "first": _typical(first.timed)}
    with _no_collector():
        times["first_uncollected"] = _typical(first.timed)
    times |= _later_times(create_system(job.system).prepare(scene), scene)
    times["copying"] = _copying(job.elements)
    return {"seconds": times, **_memory(job.system, scene)}


def _later_times(prepared: PreparedScene, scene: Scene) -> dict[str, float]:
    """Return the seconds of resolves and updates of a scene that is in use."""
    viewports = _viewports()
    _warm_up(prepared, viewports)
    resolve = _typical(lambda: _timed(lambda: _resolve(prepared, next(viewports))))
    return {"resolve": resolve, "update": _typical(_updates(prepared, scene))}


def _copying(elements: int) -> float:
    """Return the seconds of copying an array as large as a result."""
    result = np.ones((len(UNITS), elements))
    return _typical(lambda: _timed(result.copy))


class Opening:
    """Prepares and resolves a scene in a new system each time, as when a screen opens."""

    def __init__(self, system: str, scene: Scene) -> None:
        self._system, self._scene = system, scene

    def timed(self) -> float:
        """Return the seconds of preparing and resolving; what was made before is gone."""
        system = create_system(self._system)
        return _timed(lambda: _resolve(system.prepare(self._scene), Extent(WIDTH, HEIGHT)))


def _updates(prepared: PreparedScene, scene: Scene) -> Callable[[], float]:
    """Return what times an update of one element in a hundred and the resolve after it, in which the work is done."""
    places = range(min(1, len(scene.elements) - 1), len(scene.elements), CHANGED)
    sets = [{i: _changed(scene.elements[i], i, height) for i in places} for height in (25.0, 26.0, 27.0)]
    turns = iter(range(10**9))

    def work() -> None:
        prepared.update(sets[next(turns) % len(sets)])
        _resolve(prepared, Extent(WIDTH, HEIGHT))

    work()
    return lambda: _timed(work)


def _changed(element: Element, i: int, height: float) -> Element:
    return element if element.parent is None else tree_element(i, element.parent, height)


def _memory(system: str, scene: Scene) -> dict[str, int]:
    """Return the bytes that a system holds of a scene that is in use, at most meanwhile, and of a result.

    The scene itself, which is input, does not count.
    """
    made = create_system(system)
    gc.collect()
    tracemalloc.start()
    prepared = made.prepare(scene)
    viewports = _viewports()
    layout: object = _resolve(prepared, next(viewports))
    peak = tracemalloc.get_traced_memory()[1]
    layout = _warm_up(prepared, viewports)
    gc.collect()
    with_layout = tracemalloc.get_traced_memory()[0]
    del layout
    gc.collect()
    live = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {"live_bytes": live, "peak_bytes": peak, "result_bytes": max(0, with_layout - live)}


def _warm_up(prepared: PreparedScene, viewports: Iterator[Extent]) -> object:
    """Resolve a scene until a system has compiled it, and return the last layout."""
    begun = time.monotonic()
    layout = _resolve(prepared, next(viewports))
    for _ in range(WARM_UPS - 1):
        layout = _resolve(prepared, next(viewports))
        if time.monotonic() - begun > WARM_UP_SECONDS:
            break
    return layout


def _viewports() -> Iterator[Extent]:
    """Yield viewports that differ."""
    width = WIDTH
    while True:
        width += 1
        yield Extent(width, HEIGHT)


def _resolve(prepared: PreparedScene, viewport: Extent) -> object:
    return prepared.resolve(scene=viewport, viewport=viewport)


def _timed(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    kept = work()
    seconds = time.thread_time() - begun
    del kept  # after the clock: a game keeps a layout until the next one
    return seconds


def _typical(timed: Callable[[], float]) -> float:
    """Return the median of repetitions; the first does not count, at any size: it takes its memory from the system."""
    timed()
    begun = time.monotonic()
    seconds = [timed()]
    while len(seconds) < MOST_REPEATS and time.monotonic() - begun + seconds[-1] < SECONDS:
        seconds.append(timed())
    return statistics.median(seconds)


@contextmanager
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _limit_memory(most_bytes: int) -> None:
    """Make an allocation beyond a limit fail in this process, where the system can."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 -- not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))


if __name__ == "__main__":
    main()
