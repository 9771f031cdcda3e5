"""One part of a soak: a fresh process, `python -m unitdocs.load.soak.worker`, that plays a mode and counts what lives.

Live bytes are those of tracemalloc: exactly what Python's allocators and NumPy hand out and do not get back. What C
code takes from the system by itself is not in them, nor what an allocator keeps in reserve, which the resident set has.
The collector runs before each sample, so that no sample holds garbage.
"""

import gc
import json
import mmap
import os
import sys
import tempfile
import time
import tracemalloc
from array import array
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from unitdocs.load.soak.playing import Create, PlantedLeak, Player, player
from unitdocs.studies.load_soak import SoakMode
from unitdocs.units import create_system
from unitdocs.units.system import SYSTEMS

SAMPLES = 240
"""Samples of a part, about."""
MOST_SAMPLES = 4 * SAMPLES
LEAST_WARM, LEAST_COUNTED = 8, 24
"""Samples of a part on a machine of any speed: those that do not count, and those that do, enough for a slope."""
WARM = 0.25
"""Share of the time of a part, after caches are full, that is no part of the slope."""
UNCACHED = 257
"""The smallest whole number of which Python makes an object each time: a number of samples that passed it would be
growth. Samples are counted from it."""
PAGE = mmap.PAGESIZE
PLACES = 3
"""Lines of code that are named for growth."""
Lines = dict[str, tuple[int, int]]
"""Bytes and blocks by line of code."""


@dataclass(frozen=True)
class SoakJob:
    """A part of a soak.

    Args:
        mode: what is played.
        system: name of the system; ignored in the mode of flags, which plays both.
        seconds: how long it is played.
        planted: bytes that a planted leak keeps of each scene, a multiple of 100; 0 for none.
        result_file: path to which the result is written.
    """

    mode: SoakMode
    system: str
    seconds: float
    planted: int = 0
    result_file: str = ""

    def with_result_file(self, file: str) -> Self:
        """Return the job with the file for its result."""
        return replace(self, result_file=file)

    def to_json(self) -> str:
        """Return the job as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "SoakJob":
        """Return the object that `to_json` wrote."""
        members = json.loads(text)
        return cls(**{**members, "mode": SoakMode(members["mode"])})


def collect() -> None:
    """Free what nothing uses: garbage in cycles, and names that Python's cache of attributes holds.

    C code that looks an attribute up makes a text of its name each time. The cache holds up to 4,096 of them by their
    address, so that they would look like a slow leak; CPython's own tests for leaks clear it as well (Python's
    documentation, `sys._clear_type_cache` and from 3.13 on `sys._clear_internal_caches`).
    """
    clear = getattr(sys, "_clear_internal_caches", None) or getattr(sys, "_clear_type_cache", None)
    if clear is not None:
        clear()
    gc.collect()


class Samples:
    """What was alive after numbers of scenes, in arrays of their final size: samples are no growth."""

    def __init__(self) -> None:
        self._place = UNCACHED
        self._statistics = _open_statistics()
        self._columns = {
            name: array("q", bytes(8 * (UNCACHED + MOST_SAMPLES))) for name in ("scenes", "bytes", "blocks", "resident")
        }

    @property
    def count(self) -> int:
        """How many were taken."""
        return self._place - UNCACHED

    def take(self, scenes: int) -> None:
        """Take a sample."""
        collect()
        columns, place = self._columns, self._place
        columns["scenes"][place] = scenes
        columns["bytes"][place] = tracemalloc.get_traced_memory()[0]
        columns["blocks"][place] = sys.getallocatedblocks()
        columns["resident"][place] = self._resident()
        self._place += 1

    def _resident(self) -> int:
        """Return the resident set; the file stays open, since opening one each time keeps a block each time."""
        return 0 if self._statistics is None else int(os.pread(self._statistics, 100, 0).split()[1]) * PAGE

    def as_json(self) -> dict[str, list[int]]:
        """Return the samples by name."""
        return {name: column[UNCACHED : self._place].tolist() for name, column in self._columns.items()}


def main() -> None:
    """Run the job on standard input."""
    job = SoakJob.from_json(sys.stdin.read())
    result = soak(job, lambda: create_system(job.system))
    Path(job.result_file).write_text(json.dumps(result), encoding="utf-8")


def soak(job: SoakJob, create: Create) -> Mapping[str, Any]:
    """Play a part, and return its samples and where memory grew; or what the system raised.

    Args:
        job: the part.
        create: creates the system.
    """
    for name in SYSTEMS:
        create_system(name)  # what is imported once is no growth
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    try:
        return _played(job, player(job.mode, create))
    except Exception as error:  # noqa: BLE001 -- whatever a system may raise ends this part, and is reported
        return {"failure": f"{type(error).__name__}: {error}"}
    finally:
        tracemalloc.stop()


def _played(job: SoakJob, playing: Player, clock: Callable[[], float] = time.monotonic) -> Mapping[str, Any]:
    leak, samples, scenes = PlantedLeak(job.planted), Samples(), 0
    cycles = _cycles(playing, job.seconds, clock)
    begun = clock()
    warm, lines_at, before = 0, 0, tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 -- closed below
    while samples.count < MOST_SAMPLES and (
        clock() - begun < job.seconds or not warm or samples.count - warm < LEAST_COUNTED
    ):
        for _ in range(cycles):
            playing.cycle()
            leak.grow(playing.scenes)
        scenes += cycles * playing.scenes
        samples.take(scenes)
        if not warm and clock() - begun >= WARM * job.seconds and samples.count >= LEAST_WARM:
            before.write(json.dumps(_lines()))  # to a file: what was counted is no growth
            before.flush()
            warm, lines_at = samples.count, scenes
    with before:
        after = _lines()
        before.seek(0)
        grown = _growth(json.load(before), after, scenes - lines_at)
    return {**samples.as_json(), "warm": warm, "places": grown, "seconds": clock() - begun}


def _cycles(playing: Player, seconds: float, clock: Callable[[], float]) -> int:
    """Fill what caches hold, and return how many cycles are played between samples, from the time of the next one."""
    for _ in range(playing.fill):
        playing.cycle()
    begun = clock()
    playing.cycle()
    collect()
    return max(1, round(seconds / SAMPLES / max(clock() - begun, 1e-6)))


def _lines() -> Lines:
    """Return the bytes and blocks that are alive, by the line of code that allocated them."""
    collect()
    lines: Lines = {}
    for trace in tracemalloc.take_snapshot().statistics("lineno"):
        frame = trace.traceback[0]
        lines[f"{_short(frame.filename)}:{frame.lineno}"] = (trace.size, trace.count)
    return lines


def _short(file: str) -> str:
    """Return the path of a file from its package on, without the place of the installation."""
    parts = Path(file).parts
    for root in ("unitdocs", "site-packages"):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at + (root == "site-packages") :])
    return "/".join(parts[-2:])


def _growth(before: Mapping[str, Any], after: Lines, scenes: int) -> list[dict[str, Any]]:
    """Return the lines that hold most more than before, the largest first."""
    grown = [
        {
            "place": place,
            "bytes": (size - before.get(place, (0, 0))[0]) / scenes,
            "blocks": (count - before.get(place, (0, 0))[1]) / scenes,
        }
        for place, (size, count) in after.items()
        if not place.startswith((_short(__file__), _short(tracemalloc.__file__)))  # what measures is no growth
    ]
    return sorted((one for one in grown if one["bytes"] > 0), key=lambda one: -one["bytes"])[:PLACES]


def _open_statistics() -> int | None:
    """Return the file in which Linux says what this process has; None elsewhere."""
    try:
        return os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return None


if __name__ == "__main__":
    main()
