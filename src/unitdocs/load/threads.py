"""A thread run: numbers of threads, what they share, systems and Pythons, each in a process of its own.

The record is written after every step, and a run goes on from it.
"""

import itertools
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from unitdocs.bench import environment
from unitdocs.bench.interruption import Gate, held_back
from unitdocs.errors import InputError
from unitdocs.files import locks
from unitdocs.load.interpreters import NONE_FOUND, ThreadPython
from unitdocs.load.stress import interrupted, stop_if_asked
from unitdocs.records import save
from unitdocs.studies import LoadThreads, Sharing, ThreadSettings, ThreadStep, kind_of, load_record

VIEWPORTS: Final = 128
"""Viewports of each scene: more than a cache of layouts holds."""
ORIGINAL_PART: Final = 0.05
"""Answers of a step of the original system, as a share of those of the refactored one, which is faster."""
UPDATE_EVERY: Final = 50
"""Answers of a thread after which it updates the scene, where threads update."""
ANSWERS_A_SECOND: Final = {"original": 3_000, "refactored": 35_000}
"""Checked answers a second of any number of threads, about: for the time that a run is said to take."""
START: Final = 1.0
"""Seconds that a process takes before its threads begin, about."""


@dataclass(frozen=True)
class PlannedThreads:
    """A step that has not run yet."""

    python: ThreadPython
    system: str
    sharing: Sharing
    threads: int
    answers: int


ThreadListener = Callable[[ThreadStep, int, int], None]
"""Called after each step with the step, the number of steps done and the number of all steps."""


@dataclass(frozen=True)
class ThreadRun:
    """How a thread run is made.

    Args:
        settings: the settings.
        scenes: the folder of the scenes.
        pythons: the Pythons, as in the settings.
        on_step: called after each step.
    """

    settings: ThreadSettings
    scenes: Path
    pythons: Sequence[ThreadPython]
    on_step: ThreadListener

    def planned(self) -> list[PlannedThreads]:
        """Return all steps, in order."""
        settings = self.settings
        kinds = itertools.product(self.pythons, settings.systems, Sharing, settings.threads)
        steps = [(python, system, sharing, threads) for python, system, sharing, threads in kinds]
        parts = [settings.original_part if system == "original" else 1.0 for _, system, _, _ in steps]
        each = settings.answers / sum(parts)
        return [
            PlannedThreads(*step, answers=max(1, math.ceil(part * each)))
            for step, part in zip(steps, parts, strict=True)
        ]

    def step(self, planned: PlannedThreads) -> ThreadStep:
        """Return what a step's threads counted.

        Raises:
            Interrupted: a signal arrived.
            MeasurementError: its process failed.
        """
        settings = self.settings
        counted = planned.python.run(
            {
                "scenes": str(self.scenes),
                "viewports": settings.viewports,
                "seed": settings.seed,
                "system": planned.system,
                "sharing": planned.sharing.value,
                "threads": planned.threads,
                "answers": planned.answers,
                "update_every": settings.update_every,
            }
        )
        return ThreadStep(
            system=planned.system,
            sharing=planned.sharing,
            interpreter=planned.python.about.version,
            threads=planned.threads,
            **counted,
        )


def seconds_of(run: ThreadRun) -> float:
    """Return how long a run takes, in seconds, about."""
    return sum(START + step.answers / ANSWERS_A_SECOND.get(step.system, 10_000) for step in run.planned())


def check_threads(run: ThreadRun, path: Path, *, root: Path, command: str, is_resumed: bool) -> LoadThreads:
    """Make a thread run, and return its record.

    Args:
        run: how it is made.
        path: the record, written after every step.
        root: the project, whose commit is recorded.
        command: the command that makes the run, for the record.
        is_resumed: whether the record is continued.

    Raises:
        InputError: the record to continue is missing, finished, or of other settings.
        Interrupted: a signal ended the run; the message says what is kept.
        MeasurementError: the process of a step failed.
    """
    with locks.locked(path), held_back() as gate:
        record = _continued(run.settings, path, root) if is_resumed else _begun(run, root, command)
        save(record, path)
        return _measured(run, record, path, gate)


def _begun(run: ThreadRun, root: Path, command: str) -> LoadThreads:
    has_free = any(not python.about.gil for python in run.pythons)
    return LoadThreads(
        created=datetime.now(UTC),
        command=command,
        digest=kind_of("load_threads").digest(root),
        settings=run.settings,
        free_threaded="" if has_free else NONE_FOUND,
        nice=os.nice(0) if hasattr(os, "nice") else 0,
        environment=environment.describe(root),
    )


def _continued(settings: ThreadSettings, path: Path, root: Path) -> LoadThreads:
    record: LoadThreads = load_record("load_threads", path)
    if record.finished:
        raise InputError(f"{path}: the run has finished; start a new one without --resume")
    if record.settings != settings:
        raise InputError(f"{path}: was begun with other settings; continue it with `{record.command} --resume`")
    if record.digest != kind_of("load_threads").digest(root):
        raise InputError(
            f"{path}: the code has changed since the run was interrupted; start a new one without --resume"
        )
    return record


def _measured(run: ThreadRun, record: LoadThreads, path: Path, gate: Gate) -> LoadThreads:
    ticks = environment.cpu_ticks()
    planned = run.planned()
    for number in range(len(record.steps), len(planned)):
        kept = f"{number} of {len(planned)} steps"
        try:
            step = run.step(planned[number])
        except KeyboardInterrupt as stopped:
            raise interrupted(getattr(stopped, "number", 2), kept, path, record.command) from None
        record = record.model_copy(update={"steps": (*record.steps, step)})
        save(record, path)
        run.on_step(step, number + 1, len(planned))
        stop_if_asked(gate, f"{number + 1} of {len(planned)} steps", path, record.command)
    closed = environment.closed(record.environment, ticks)
    record = record.model_copy(update={"finished": datetime.now(UTC), "environment": closed})
    save(record, path)
    gate.pending = None  # one that came too late to end it
    return record
