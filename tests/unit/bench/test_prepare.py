"""`prepare` of an operation: it makes what one call uses up, and is neither timed nor counted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.bench.job import Job, JobKind, RoundResult
from unitdocs.bench.process import run_worker
from unitdocs.errors import MeasurementError

Declare = Callable[..., Path]
POPS = """
import time

def setup(arm, scenario, seed):
    items = []

    def prepare():
        assert not items, "prepared twice before a call"
        time.sleep(0.02)
        items.append(bytearray(1_000_000))

    def call():
        items.pop()
        return sum(range(1_000))

    return Operation(call, prepare=prepare)
"""


def measured(path: Path, kind: JobKind, **changes: bool) -> RoundResult:
    job = Job(kind, str(path), "one", ("old", "new"), 1, 2, on_wall_clock=changes.get("wall", False), limit=60.0)
    return run_worker(job, hash_seed=1)


def test_it_runs_before_each_call_and_its_time_is_not_measured(declare: Declare) -> None:
    times = measured(declare(POPS), JobKind.TIME, wall=True).times
    assert times is not None
    assert times.operations == (1, 1)
    assert all(sorted(arm)[len(arm) // 2] < 20_000_000 for arm in times.wall), "sleeping alone takes longer"


def test_its_memory_is_not_counted(declare: Declare) -> None:
    counts = measured(declare(POPS), JobKind.MEMORY).counts
    assert counts is not None
    assert max(counts.peak) < 1_000_000


def test_a_call_that_is_not_prepared_fails(declare: Declare) -> None:
    with pytest.raises(MeasurementError, match="IndexError: pop from empty list"):
        measured(declare(POPS.replace(", prepare=prepare", "")), JobKind.TIME)


def test_frames_have_none(declare: Declare) -> None:
    path = declare(POPS)
    path.write_text(path.read_text().replace("Scenario(name, ", "Scenario(name, frames=60, "))
    with pytest.raises(MeasurementError, match="one: a call plays one frame, so nothing can prepare it; omit prepare"):
        measured(path, JobKind.FRAMES)
