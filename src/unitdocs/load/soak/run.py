"""A soak: its parts one after the other, each in a process of its own; the record is written after each."""

import json
import platform
import shlex
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from unitdocs import records
from unitdocs.bench import environment
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.interruption import held_back
from unitdocs.bench.process import run_module, tail_of
from unitdocs.bench.scratch import remove_abandoned, scratch_folder
from unitdocs.errors import InputError, Interrupted, MeasurementError
from unitdocs.files import locks
from unitdocs.load.soak.playing import LEAK
from unitdocs.load.soak.worker import WARM, SoakJob
from unitdocs.studies import kind_of, load_record
from unitdocs.studies.load_soak import LeakTrial, LoadSoak, SoakCell, SoakMode

START = 2.0
"""Seconds that a process takes to start and to end, about."""
PATIENCE = 120.0
"""Seconds that a part may take longer than it is to be played."""
PLANTED, CLEAN = 20, 100
"""Short soaks with a planted leak and without."""
TRIAL_SECONDS = 4.0
MOST_MINUTES = 10_000
BOTH = "both"
Listener = Callable[[str, float, float], None]
"""Called before each part with its name, the seconds of parts that are done, and those of all."""


@dataclass(frozen=True)
class SoakSettings:
    """The settings of a soak.

    Args:
        minutes: how long all parts are played together, without the short soaks; above 0.
        modes: what is played.
        systems: the systems.
        trials: short soaks with a planted leak, and without.
        trial_seconds: how long each of them is played, above 0.

    Raises:
        InputError: a setting is out of range; one problem for each.
    """

    minutes: float = 10.0
    modes: tuple[SoakMode, ...] = tuple(SoakMode)
    systems: tuple[Literal["original", "refactored"], ...] = ("original", "refactored")
    trials: tuple[int, int] = (0, 0)
    trial_seconds: float = TRIAL_SECONDS

    def __post_init__(self) -> None:
        problems = []
        if not 0 < self.minutes <= MOST_MINUTES:
            problems.append(f"--minutes {self.minutes:g}: expected more than 0, up to {MOST_MINUTES:,}")
        if not 0 < self.trial_seconds <= 3600:  # noqa: PLR2004 -- an hour
            problems.append(f"--trial-seconds {self.trial_seconds:g}: expected more than 0, up to 3,600")
        if problems:
            raise InputError(*problems)

    @property
    def jobs(self) -> list[SoakJob]:
        """The parts, then the short soaks: with a leak and without one, evenly mixed."""
        kinds = list(_kinds(self.modes, self.systems))
        seconds = 60 * self.minutes / len(kinds)
        parts = [SoakJob(mode, system, seconds) for mode, system in kinds]
        count = sum(self.trials)
        planted = [(i + 1) * self.trials[0] // count > i * self.trials[0] // count for i in range(count)]
        turns = {True: 0, False: 0}
        for has_leak in planted:
            mode, system = kinds[turns[has_leak] % len(kinds)]
            turns[has_leak] += 1
            parts.append(SoakJob(mode, system, self.trial_seconds, LEAK if has_leak else 0))
        return parts

    @property
    def seconds(self) -> float:
        """How long all of it takes, about."""
        return sum(job.seconds + START for job in self.jobs)


def _kinds(modes: tuple[SoakMode, ...], systems: tuple[str, ...]) -> Iterator[tuple[SoakMode, str]]:
    for mode in modes:
        for system in (BOTH,) if mode is SoakMode.FLAGS else systems:
            yield mode, system


@held_back()
def soak(settings: SoakSettings, *, root: Path, path: Path, command: str, on_part: Listener) -> LoadSoak:
    """Run a soak, and return its record, which is in a file after each part.

    Args:
        settings: the settings.
        root: the project, whose commit is recorded.
        path: the file of the record.
        command: the command that starts the soak, for the record.
        on_part: called before each part.

    Raises:
        MeasurementError: a process crashed or ran out of time.
        Interrupted: a signal ended it; the message says what is kept.
    """
    record = LoadSoak(
        created=datetime.now(UTC),
        command=command,
        digest=kind_of("load_soak").digest(root),
        environment=environment.describe(root),
        minutes=settings.minutes,
        modes=settings.modes,
        systems=settings.systems,
        trials_planned=settings.trials,
        trial_seconds=settings.trial_seconds,
        warm_share=WARM,
    )
    return _continued(record, settings, path, on_part)


@held_back()
def resume(path: Path, *, root: Path, on_part: Listener) -> LoadSoak:
    """Continue a soak that was stopped, and return the finished record.

    Args:
        path: the record, which is updated.
        root: the project, whose files must be unchanged.
        on_part: called before each part.

    Raises:
        InputError: it has finished, or the code or Python changed since.
        MeasurementError: a process crashed or ran out of time.
        Interrupted: a signal ended it; the message says what is kept.
    """
    record: LoadSoak = load_record("load_soak", path)
    if record.finished:
        raise InputError(f"{path}: the soak has finished; start a new one with `{record.command}`")
    if kind_of("load_soak").digest(root) != record.digest or record.environment.python != platform.python_version():
        raise InputError(
            f"{path}: the code or Python changed since the soak was stopped; start a new one with `{record.command}`"
        )
    settings = SoakSettings(record.minutes, record.modes, record.systems, record.trials_planned, record.trial_seconds)
    return _continued(record, settings, path, on_part)


def settings_of(path: Path) -> SoakSettings:
    """Return the settings of a soak that was stopped.

    Raises:
        InputError: the file cannot be read.
    """
    record: LoadSoak = load_record("load_soak", path)
    return SoakSettings(record.minutes, record.modes, record.systems, record.trials_planned, record.trial_seconds)


def _continued(record: LoadSoak, settings: SoakSettings, path: Path, on_part: Listener) -> LoadSoak:
    """Play the parts that a record lacks, and finish it."""
    remove_abandoned()
    ticks, jobs = environment.cpu_ticks(), settings.jobs
    with locks.locked(path), held_back() as signals:
        records.save(record, path)
        while (done := len(record.parts) + len(record.trials)) < len(jobs):
            on_part(_title(jobs[done]), _seconds(jobs[:done]), _seconds(jobs))
            try:
                record = _with(record, run_part(jobs[done]))
            except KeyboardInterrupt as stopped:
                raise Interrupted(
                    f"stopped; {done} of {len(jobs)} parts are kept in {path}; "
                    f"continue with `unitdocs load soak --resume {shlex.quote(str(path))}`",
                    getattr(stopped, "number", signal.SIGINT),
                ) from None
            records.save(record, path)
        closed = environment.closed(record.environment, ticks)
        record = record.model_copy(update={"finished": datetime.now(UTC), "environment": closed})
        records.save(record, path)
        signals.pending = None  # one that came too late to end it
    return record


def _with(record: LoadSoak, part: SoakCell) -> LoadSoak:
    if len(record.parts) < len(list(_kinds(record.modes, record.systems))):
        return record.model_copy(update={"parts": (*record.parts, part)})
    return record.model_copy(update={"trials": (*record.trials, trial_of(part))})


def trial_of(part: SoakCell) -> LeakTrial:
    """Return what a short soak said."""
    slope = part.slope
    return LeakTrial(
        mode=part.mode,
        system=part.system,
        planted=part.planted,
        scenes=part.scenes[-1] - part.scenes[part.warm] if len(part.scenes) > part.warm else 0,
        slope=None if slope is None else slope.value,
        low=None if slope is None else slope.low,
        high=None if slope is None else slope.high,
        verdict=part.verdict,
        place=part.places[0].place if part.places else None,
    )


def run_part(job: SoakJob) -> SoakCell:
    """Play a part in a process of its own.

    Raises:
        MeasurementError: the process crashed or ran out of time.
    """
    result = _result(job)
    system = BOTH if job.mode is SoakMode.FLAGS else job.system
    return SoakCell.model_validate({"mode": job.mode, "system": system, "planted": job.planted, **result})


def _result(job: SoakJob) -> dict[str, Any]:
    with scratch_folder() as folder:
        file = folder / "result.json"
        text = replace(job, result_file=str(file)).to_json()
        ended = run_module("unitdocs.load.soak.worker", text, folder=folder, limit=job.seconds + PATIENCE)
        if ended.code or not file.is_file():
            raise MeasurementError(f"{_title(job)}: the process {how_it_ended(ended.code)}{tail_of(ended.output)}")
        result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result


def _seconds(jobs: list[SoakJob]) -> float:
    return sum(job.seconds + START for job in jobs)


def _title(job: SoakJob) -> str:
    leak = f", {job.planted} bytes planted" if job.planted else ""
    return f"{job.mode}, {job.system}{leak}"
