"""A stress run: for each system and repeat, the search of the rate up to which it keeps up.

The record is written after every step, and a run goes on from it.
"""

import gc
import os
import statistics
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from unitdocs.bench import environment
from unitdocs.bench.interruption import Gate, held_back
from unitdocs.errors import InputError, Interrupted
from unitdocs.files import locks
from unitdocs.load import arrivals
from unitdocs.load.knee import SearchRange, knee_of, next_rate
from unitdocs.load.measuring import step_of
from unitdocs.load.open_loop import LoopClock, MachineClock, ProcessorClock, drive, empty_rate
from unitdocs.load.requests import SceneRequests
from unitdocs.load.scene_mix import MixedScene
from unitdocs.records import save
from unitdocs.studies import (
    Knee,
    LoadClock,
    LoadStep,
    LoadStress,
    ServiceBaseline,
    StressSettings,
    kind_of,
    load_record,
)

VIEWPORTS: Final = 1_000
"""Viewports of a scene before the first one returns: more than a cache of layouts holds."""
FACTOR: Final = 1.4
"""From one rate to the next while they climb."""
RESOLUTION: Final = 0.03
"""How far the rate that failed is above the one that was sustained at the end of a search, as a share."""
START: Final = 0.25
"""The first rate, as a share of the rate at which requests follow one another without any wait."""
CEILING: Final = 0.5
"""The highest rate, as a share of that of empty requests: above it the generator is what limits."""
WARM: Final = 300
"""Requests before the baseline is measured, and of it at least."""
BASELINE_PART: Final = 3
"""The baseline lasts a third of a step."""
A_STEP: Final = 1.1
"""Time of a step with what is around it, in times of its own length."""
STEPS_OF_SEARCH: Final = 12
"""Steps of a search, about: with the default settings it has 9 to 14."""


class LoadTarget(Protocol):
    """What is put under load."""

    def plan(self, count: int, seed: int) -> None:
        """Make the following requests."""
        ...

    def serve(self, number: int) -> None:
        """Serve one of them, by its number from 0."""
        ...


StepListener = Callable[[LoadStep], None]
"""Called after each step."""


@dataclass(frozen=True)
class StressRun:
    """How a stress run is made.

    Args:
        settings: the settings.
        target: makes the target of a system.
        clock: the time.
        on_step: called after each step.
    """

    settings: StressSettings
    target: Callable[[str], LoadTarget]
    clock: LoopClock
    on_step: StepListener

    def baseline(self, system: str, repeat: int, target: LoadTarget, empty: float) -> ServiceBaseline:
        """Return what requests take that follow one another."""
        settings = self.settings
        seed = self._seed(system, repeat, -1)
        target.plan(WARM, seed)
        warm = drive(np.zeros(WARM), target.serve, self.clock)
        once = max(float(warm.uncorrected.mean()), 1e-9)
        count = max(WARM, int(settings.seconds / BASELINE_PART / once))
        target.plan(count, seed + 1)
        times = drive(np.zeros(count), target.serve, self.clock).uncorrected
        mean, median = float(times.mean()), statistics.median(times.tolist())
        return ServiceBaseline(system=system, repeat=repeat, mean=mean, median=median, empty=1 / empty)

    def step(self, target: LoadTarget, baseline: ServiceBaseline, rate: float, number: int) -> LoadStep:
        """Return what a rate showed."""
        settings = self.settings
        count = max(settings.requests, round(rate * settings.seconds))
        seed = self._seed(baseline.system, baseline.repeat, number)
        target.plan(count, seed)
        offsets = arrivals.schedule(settings.arrivals, rate, count, seed)
        gc.collect()
        served = drive(offsets, target.serve, self.clock, workers=settings.workers)
        return step_of(
            served,
            system=baseline.system,
            repeat=baseline.repeat,
            rate=rate,
            allowed=settings.limit * baseline.mean,
            waiting=settings.limit * settings.workers,
            workers=settings.workers,
        )

    def within(self, baseline: ServiceBaseline) -> SearchRange:
        """Return which rates are searched."""
        ceiling = CEILING / baseline.empty
        return SearchRange(START / baseline.mean, self.settings.factor, self.settings.resolution, ceiling)

    def _seed(self, system: str, repeat: int, number: int) -> int:
        return zlib.crc32(f"{self.settings.seed} {system} {repeat} {number}".encode())


def steps_of(settings: StressSettings) -> int:
    """Return how many steps a run has, about."""
    return len(settings.systems) * settings.repeats * STEPS_OF_SEARCH


def seconds_of(settings: StressSettings) -> float:
    """Return how long a run takes, in seconds, about."""
    return steps_of(settings) * settings.seconds * A_STEP


def search(run: StressRun, system: str, repeat: int, empty: float) -> tuple[Knee, tuple[LoadStep, ...]]:
    """Return the knee of one search, with its steps."""
    target = run.target(system)
    baseline = run.baseline(system, repeat, target, empty)
    steps: list[LoadStep] = []
    while (rate := next_rate(steps, run.within(baseline))) is not None:
        steps.append(run.step(target, baseline, rate, len(steps)))
    return knee_of(steps, run.within(baseline)), tuple(steps)


def scene_run(settings: StressSettings, mix: Sequence[MixedScene], on_step: StepListener) -> StressRun:
    """Return how a run on the unit systems is made.

    Raises:
        InputError: several workers are to be timed by the CPU time of one.
    """
    if settings.clock is LoadClock.CPU and settings.workers > 1:
        raise InputError("--workers: the clock cpu is that of one thread; give --clock wall with several workers")

    def target(system: str) -> LoadTarget:
        return SceneRequests(system, mix, settings.updates, settings.workers)

    clock = ProcessorClock() if settings.clock is LoadClock.CPU else MachineClock()
    return StressRun(settings, target, clock, on_step)


def stress(run: StressRun, path: Path, *, root: Path, command: str, is_resumed: bool) -> LoadStress:
    """Make a stress run, and return its record.

    Args:
        run: how it is made.
        path: the record, written after every step.
        root: the project, whose commit is recorded.
        command: the command that makes the run, for the record.
        is_resumed: whether the record is continued.

    Raises:
        InputError: the record to continue is missing, finished, or of other settings.
        Interrupted: a signal ended the run; the message says what is kept.
        MeasurementError: the clock went backwards.
    """
    with locks.locked(path), held_back() as gate:
        record = _continued(run.settings, path, root) if is_resumed else _begun(run, root, command)
        save(record, path)
        frozen = gc.get_freeze_count()
        gc.collect()
        gc.freeze()  # what the program itself holds is no part of a game
        try:
            return _measured(run, record, path, gate)
        finally:
            if not frozen:
                gc.unfreeze()


def _begun(run: StressRun, root: Path, command: str) -> LoadStress:
    return LoadStress(
        created=datetime.now(UTC),
        command=command,
        digest=kind_of("load_stress").digest(root),
        settings=run.settings,
        generator=empty_rate(run.clock),
        nice=os.nice(0) if hasattr(os, "nice") else 0,
        environment=environment.describe(root),
    )


def _continued(settings: StressSettings, path: Path, root: Path) -> LoadStress:
    record: LoadStress = load_record("load_stress", path)
    if record.finished:
        raise InputError(f"{path}: the run has finished; start a new one without --resume")
    if record.settings != settings:
        raise InputError(f"{path}: was begun with other settings; continue it with `{record.command} --resume`")
    if record.digest != kind_of("load_stress").digest(root):
        raise InputError(
            f"{path}: the code has changed since the run was interrupted; start a new one without --resume"
        )
    return record


def _measured(run: StressRun, record: LoadStress, path: Path, gate: Gate) -> LoadStress:
    """Make the steps that a record lacks, and finish it."""
    ticks = environment.cpu_ticks()
    done = {(knee.system, knee.repeat) for knee in record.knees}
    for repeat in range(run.settings.repeats):
        for system in run.settings.systems:
            if (system, repeat) not in done:
                record = _searched(run, record, (system, repeat), path, gate)
    closed = environment.closed(record.environment, ticks)
    record = record.model_copy(update={"finished": datetime.now(UTC), "environment": closed})
    save(record, path)
    gate.pending = None  # one that came too late to end it
    return record


def _searched(run: StressRun, record: LoadStress, place: tuple[str, int], path: Path, gate: Gate) -> LoadStress:
    system, repeat = place
    target = run.target(system)
    known = next((one for one in record.baselines if (one.system, one.repeat) == (system, repeat)), None)
    baseline = known or run.baseline(system, repeat, target, record.generator)
    if known is None:
        record = record.model_copy(update={"baselines": (*record.baselines, baseline)})
    within = run.within(baseline)
    while (rate := next_rate(record.of(system, repeat), within)) is not None:
        step = run.step(target, baseline, rate, len(record.of(system, repeat)))
        record = record.model_copy(update={"steps": (*record.steps, step)})
        save(record, path)
        run.on_step(step)
        stop_if_asked(gate, f"{len(record.steps)} steps", path, record.command)
    knee = knee_of(record.of(system, repeat), within)
    record = record.model_copy(update={"knees": (*record.knees, knee)})
    save(record, path)
    return record


def stop_if_asked(gate: Gate, kept: str, path: Path, command: str) -> None:
    """End a run between two steps if a signal has arrived.

    Raises:
        Interrupted: one has; the message says what is kept and how to continue.
    """
    if gate.pending is not None:
        number, gate.pending = gate.pending, None
        raise interrupted(number, kept, path, command)


def interrupted(number: int, kept: str, path: Path, command: str) -> Interrupted:
    """Return the end of a run by a signal: what is kept in which record, and how to continue."""
    return Interrupted(f"stopped; {kept} are kept in {path}; continue with `{command} --resume`", number)
