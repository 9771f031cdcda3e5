"""A soak: its parts one after the other, each in a process of its own; the record is written after each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from unitdocs.errors import InputError
from unitdocs.load.parts import Part, PartListener, begun, result_of, run_parts, stopped_record
from unitdocs.load.soak.playing import LEAK
from unitdocs.load.soak.worker import WARM, SoakJob
from unitdocs.studies import load_record
from unitdocs.studies.load_soak import LeakTrial, LoadSoak, SoakCell, SoakMode

START = 4.0
"""Seconds that a process takes to start, to fill caches and to end, about."""
PATIENCE = 300.0
"""Seconds that a part may take longer than it is to be played."""
PLANTED, CLEAN = 20, 100
"""Short soaks with a planted leak and without."""
TRIAL_SECONDS = 3.0
MOST_MINUTES = 10_000
LONGEST_TRIAL = 3600
BOTH = "both"


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
        if not 0 < self.trial_seconds <= LONGEST_TRIAL:
            problems.append(f"seconds of a short soak: expected more than 0, up to {LONGEST_TRIAL:,}")
        if problems:
            raise InputError(*problems)

    @property
    def jobs(self) -> list[SoakJob]:
        """The parts, then the short soaks."""
        kinds = list(_kinds(self.modes, self.systems))
        seconds = 60 * self.minutes / len(kinds)
        return [*(SoakJob(mode, system, seconds) for mode, system in kinds), *self._trial_jobs(kinds)]

    def _trial_jobs(self, kinds: list[tuple[SoakMode, str]]) -> Iterator[SoakJob]:
        """Yield the short soaks, those with a leak and those without evenly mixed, and the modes of each in turn."""
        count, turns = sum(self.trials), {True: 0, False: 0}
        for i in range(count):
            has_leak = (i + 1) * self.trials[0] // count > i * self.trials[0] // count
            mode, system = kinds[turns[has_leak] % len(kinds)]
            turns[has_leak] += 1
            yield SoakJob(mode, system, self.trial_seconds, LEAK if has_leak else 0)

    @property
    def seconds(self) -> float:
        """How long all of it takes, about."""
        return sum(job.seconds + START for job in self.jobs)


def _kinds(modes: tuple[SoakMode, ...], systems: tuple[str, ...]) -> Iterator[tuple[SoakMode, str]]:
    for mode in modes:
        for system in (BOTH,) if mode is SoakMode.FLAGS else systems:
            yield mode, system


def soak(settings: SoakSettings, *, root: Path, path: Path, command: str, on_part: PartListener) -> LoadSoak:
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
        **begun("load_soak", root, command),
        minutes=settings.minutes,
        modes=settings.modes,
        systems=settings.systems,
        trials_planned=settings.trials,
        trial_seconds=settings.trial_seconds,
        warm_share=WARM,
    )
    return _continued(record, path, on_part)


def resume(path: Path, *, root: Path, on_part: PartListener) -> LoadSoak:
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
    return _continued(stopped_record("load_soak", path, root), path, on_part)


def settings_of(path: Path) -> SoakSettings:
    """Return the settings of a soak that was stopped.

    Raises:
        InputError: the file cannot be read.
    """
    return _settings(load_record("load_soak", path))


def _settings(record: LoadSoak) -> SoakSettings:
    return SoakSettings(record.minutes, record.modes, record.systems, record.trials_planned, record.trial_seconds)


def _continued(record: LoadSoak, path: Path, on_part: PartListener) -> LoadSoak:
    parts = [_part(place, job) for place, job in enumerate(_settings(record).jobs)]
    return run_parts(record, parts, path, command="unitdocs load soak --resume", on_part=on_part)


def _part(place: int, job: SoakJob) -> Part[LoadSoak]:
    leak = f", {job.planted} bytes planted" if job.planted else ""
    return Part(
        title=f"{job.mode}, {job.system}{leak}",
        seconds=job.seconds + START,
        is_done=lambda record: len(record.parts) + len(record.trials) > place,
        add=lambda record: _with(record, run_part(job)),
    )


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
        scenes=part.counted_scenes,
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
    result = result_of("unitdocs.load.soak.worker", job, job.seconds + PATIENCE)
    system = BOTH if job.mode is SoakMode.FLAGS else job.system
    return SoakCell.model_validate({"mode": job.mode, "system": system, "planted": job.planted, **result})
