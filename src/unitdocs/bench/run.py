"""A run: measures every scenario of the chosen suites, round by round, until each case has a verdict.

All scenarios are measured up to the first look, then those without a verdict up to the next look, and so on. The rounds
of a case are thus spread over the run, and no scenario uses up a limited time alone. The record is written after every
look at a scenario, so that a killed run keeps its results.
"""

import os
import platform
import secrets
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from unitdocs.bench import environment
from unitdocs.bench.job import JobKind, Revisions
from unitdocs.bench.loading import importing_from, load_suite
from unitdocs.bench.measurement import Measurement
from unitdocs.bench.plan import Profile, RunPlan
from unitdocs.bench.process import OutOfTimeError, run_worker
from unitdocs.bench.protocol import current_protocol
from unitdocs.bench.revisions import checked_out, commit_of, import_roots
from unitdocs.bench.suite import Scenario, Suite
from unitdocs.errors import InputError, MeasurementError
from unitdocs.records import Case, Clock, RunRecord, SuiteInfo, digest, is_current, load, run_patterns, save

GRACE = 5.0
"""Seconds by which the last round may exceed the budget."""


@dataclass(frozen=True)
class RunProgress:
    """The progress of a run.

    Args:
        scenario: the scenario being measured, with its suite.
        done: rounds of this scenario so far.
        left: estimate of the most seconds that the run will still take; None before the first round.
        share: share of the run that is done, 0 to 1.
    """

    scenario: str
    done: int
    left: float | None
    share: float


class Watcher:
    """Receives the events of a run; this base class ignores them."""

    def round(self, progress: RunProgress) -> None:
        """A round begins."""

    def settled(self, cases: Sequence[Case]) -> None:
        """A scenario needs no more rounds; these are its cases."""


class Scheduler:
    """Measures the scenarios of a plan and writes the record while it does.

    Args:
        plan: the plan of the run.
        record: the record, with the cases that an interrupted run measured.
        path: the file of the record.
        revisions: the two revisions to compare, or None to compare the arms of each suite.
    """

    def __init__(self, plan: RunPlan, record: RunRecord, path: Path, revisions: Revisions | None = None) -> None:
        self.plan = plan
        self.revisions = revisions
        self.record = record
        self.path = path
        self.measurements = [self._measurement(*work) for work in plan.work]
        self.same_code = [
            self._measurement(path, replace(suite, arms=(suite.arms[1],) * 2), scenario, is_counted=False)
            for path, suite, scenario in plan.same_code
        ]
        for measurements, cases in ((self.measurements, record.cases), (self.same_code, record.same_code)):
            for one in measurements:
                one.restore(
                    [case for case in cases if (case.suite, case.scenario) == (one.suite.name, one.scenario.name)]
                )
        self._rounds = 0
        self._busy = 0.0
        self._ticks = environment.cpu_ticks()
        self._started = time.monotonic()

    def measure(self, watcher: Watcher | None = None) -> RunRecord:
        """Measure everything, and return the finished record.

        The record is also written if this is interrupted.
        """
        watcher = watcher or Watcher()
        self._save()
        try:
            for look in self.plan.looks:
                for measurement in (*self.measurements, *self.same_code):
                    if not measurement.is_settled:
                        self._measure_until(measurement, look, watcher)
        except BaseException:
            self._stop("the run was interrupted")
            raise
        self._stop(f"the {self.plan.budget:g} s of a {self.plan.profile} run were used up")
        self._finish()
        return self.record

    def _measure_until(self, measurement: Measurement, look: int, watcher: Watcher) -> None:
        """Measure rounds of a scenario until a look, as far as the time allows."""
        while (kind := measurement.next_kind(look)) and self._time_left() > 0:
            watcher.round(self._progress(measurement))
            self._round(measurement, kind)
        self._save()
        if measurement.is_settled:
            watcher.settled(measurement.cases())

    def _round(self, measurement: Measurement, kind: JobKind) -> None:
        started = time.monotonic()
        job, hash_seed = measurement.next_job(kind, min(self.plan.limit, self._time_left() + GRACE))
        try:
            measurement.add(hash_seed, run_worker(job, hash_seed=hash_seed))
        except OutOfTimeError as error:
            # A round that only the budget cut short is no failure of the scenario.
            if self._time_left() > 0 or job.limit == self.plan.limit:
                measurement.fail(kind, str(error))
        except MeasurementError as error:
            measurement.fail(kind, str(error))
        self._rounds += 1
        self._busy += time.monotonic() - started

    def _time_left(self) -> float:
        """Return the seconds left in the budget."""
        return self._started + self.plan.budget - time.monotonic()

    def _progress(self, measurement: Measurement) -> RunProgress:
        most, all_of_them = max(self.plan.looks), (*self.measurements, *self.same_code)
        left = sum(most - one.rounds for one in all_of_them if not one.is_settled)
        return RunProgress(
            scenario=measurement.name,
            done=measurement.rounds,
            left=min(left * self._busy / self._rounds, self._time_left()) if self._rounds else None,
            share=1 - left / (most * len(all_of_them)),
        )

    def _stop(self, reason: str) -> None:
        for measurement in (*self.measurements, *self.same_code):
            measurement.stop(reason)
        self._write(self.measurements)

    def _save(self) -> None:
        """Write the record with the scenarios measured so far."""
        self._write([one for one in self.measurements if one.is_begun])

    def _write(self, measurements: Sequence[Measurement]) -> None:
        cases, same_code = _cases(measurements), _cases([one for one in self.same_code if one.is_begun])
        self.record = self.record.model_copy(update={"cases": cases, "same_code": same_code})
        save(self.record, self.path)

    def _measurement(self, path: Path, suite: Suite, scenario: Scenario, *, is_counted: bool = True) -> Measurement:
        clock = Clock.WALL if scenario.waits or scenario.is_cold else self.record.environment.clock
        return Measurement(self.plan, path, suite, scenario, clock, is_counted, self.revisions)

    def _finish(self) -> None:
        closed = environment.closed(self.record.environment, self._ticks)
        self.record = self.record.model_copy(update={"finished": _now(), "environment": closed})
        save(self.record, self.path)


def run(
    plan: RunPlan, *, root: Path, out: Path, command: str, watcher: Watcher | None = None
) -> tuple[RunRecord, Path]:
    """Measure, and return the record and its file.

    Args:
        plan: the plan of the run.
        root: the project, whose commit and digest are recorded.
        out: the folder for the record.
        command: the command that starts the run, for the record.
        watcher: receives the events of the run.

    Raises:
        InputError: the project does not define what its digest covers, the record cannot be written, or the revision to
            compare with does not exist.
    """
    base = None if plan.base is None else commit_of(root, plan.base)
    with _revisions(root, base) as revisions:
        record = _begin(plan, root, command, base, revisions)
        path = out / f"{record.id}.json"
        return Scheduler(plan, record, path, revisions).measure(watcher), path


def resume(path: Path, *, root: Path, watcher: Watcher | None = None) -> RunRecord:
    """Continue an interrupted run from the rounds in its record.

    Args:
        path: the record, which is updated.
        root: the project, whose measured files must be unchanged.
        watcher: receives the events of the run.

    Raises:
        InputError: the run has finished, or the code, the suites, Python or the measurement protocol have changed.
    """
    record = load(path)
    if record.finished:
        raise InputError(f"{path}: the run has finished; start a new one with `{record.command}`")
    if not is_current(record, root) or record.environment.python != platform.python_version():
        raise InputError(
            f"{path}: the code, the suites or Python changed since the run was interrupted, so its rounds cannot be "
            f"continued; start a new run with `{record.command}`"
        )
    _refuse_another_protocol(record, path)
    with importing_from([] if record.base is None else import_roots(root)):
        suites = _suites_of(record, path, root)
    plan = RunPlan(
        suites,
        profile=Profile(record.profile),
        seed=record.seed,
        margin=record.margin,
        absolute_margins=record.absolute_margins,
        limit=record.limit,
        gate=record.gate,
        base=record.base,
        arm=record.arm,
    )
    with _revisions(root, record.base and commit_of(root, record.base)) as revisions:
        return Scheduler(plan, record, path, revisions).measure(watcher)


def _revisions(root: Path, base: str | None) -> AbstractContextManager[Revisions | None]:
    return nullcontext() if base is None else checked_out(root, base)


def _refuse_another_protocol(record: RunRecord, path: Path) -> None:
    """Raise an error if this version would take samples in another way; older records do not say how theirs were."""
    if record.protocol is None:
        return
    there, here = record.protocol.model_dump(), current_protocol().model_dump()
    changes = [f"{name} is {there[name]} there and {here[name]} here" for name in here if there[name] != here[name]]
    if changes:
        raise InputError(
            f"{path}: its measurement protocol differs from this version's: {', '.join(changes)}; "
            f"start a new run with `{record.command}`"
        )


def _suites_of(record: RunRecord, path: Path, root: Path) -> dict[Path, Suite]:
    files = [suite.file for suite in record.suites]
    if None in files:
        raise InputError(f"{path}: does not name the files of its suites; start a new run")
    return {root / str(file): load_suite(root / str(file)) for file in files}


def _cases(measurements: Sequence[Measurement]) -> tuple[Case, ...]:
    return tuple(case for measurement in measurements for case in measurement.cases())


def _begin(plan: RunPlan, root: Path, command: str, base: str | None, revisions: Revisions | None) -> RunRecord:
    created = _now()
    suites = tuple(_info(file, suite, root, revisions) for file, suite in plan.suites.items())
    return RunRecord(
        id=f"{created:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}",
        created=created,
        profile=plan.profile.value,
        seed=plan.seed,
        margin=plan.margin,
        absolute_margins=plan.absolute_margins,
        look_level=plan.look_level,
        limit=plan.limit,
        gate=plan.gate,
        looks=plan.looks,
        protocol=current_protocol(),
        command=command,
        digest=digest(root, run_patterns(root, suites)),
        base=base,
        arm=plan.arm,
        environment=environment.describe(root),
        suites=suites,
    )


def _info(file: Path, suite: Suite, root: Path, revisions: Revisions | None) -> SuiteInfo:
    place = os.path.relpath(file, root)
    return SuiteInfo(
        name=suite.name,
        title=suite.title,
        arms=revisions.names if revisions else suite.arms,
        frame=suite.frame,
        file=Path(place).as_posix(),
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
