"""A run: every scenario of the chosen suites, round by round, until each case has a verdict.

All scenarios are brought to the first look, then those that are still open to the next, and so on: what a case needs is
spread over the run, and where time is limited none uses it up alone. The record is written after every look of every
scenario, so that a run that is killed keeps what it had.
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
from unitdocs.bench.revisions import checked_out, commit_of, import_roots
from unitdocs.bench.suite import Scenario, Suite
from unitdocs.errors import InputError, MeasurementError
from unitdocs.records import Case, Clock, RunRecord, SuiteInfo, digest, digest_patterns, is_current, load, save

GRACE = 5.0
"""Seconds that the last round may take beyond the budget."""


@dataclass(frozen=True)
class RunProgress:
    """How far a run is.

    Args:
        scenario: the scenario being measured, with its suite.
        done: rounds that it has.
        left: seconds that the run takes at most, as far as can be told; None before the first round.
        share: part of the run that is done, 0 to 1.
    """

    scenario: str
    done: int
    left: float | None
    share: float


class Watcher:
    """Is told what happens in a run; does nothing by itself."""

    def round(self, moment: RunProgress) -> None:
        """A round begins."""

    def settled(self, cases: Sequence[Case]) -> None:
        """A scenario needs no further round; these are its cases."""


class Scheduler:
    """A run on this machine, which writes its record as it goes.

    Args:
        plan: what to do.
        record: the record, with what an earlier run measured already.
        path: the file that takes the record.
        revisions: the revisions that are compared, where they are two.
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

        What was measured so far is written also when this is interrupted.
        """
        watcher = watcher or Watcher()
        self._save()
        try:
            for look in self.plan.looks:
                for measurement in (*self.measurements, *self.same_code):
                    if not measurement.is_settled:
                        self._bring(measurement, look, watcher)
        except BaseException:
            self._stop("the run was interrupted")
            raise
        self._stop(f"the {self.plan.budget:g} s of a {self.plan.profile} run were used up")
        self._finish()
        return self.record

    def _bring(self, measurement: Measurement, look: int, watcher: Watcher) -> None:
        """Bring a scenario to a look, as far as the time allows."""
        while (kind := measurement.next_kind(look)) and self._time_left() > 0:
            watcher.round(self._moment(measurement))
            self._round(measurement, kind)
        self._save()
        if measurement.is_settled:
            watcher.settled(measurement.cases())

    def _round(self, measurement: Measurement, kind: JobKind) -> None:
        begun = time.monotonic()
        job, hash_seed = measurement.next_job(kind, min(self.plan.limit, self._time_left() + GRACE))
        try:
            measurement.take(hash_seed, run_worker(job, hash_seed=hash_seed))
        except OutOfTimeError as error:
            if self._time_left() > 0 or job.limit == self.plan.limit:
                measurement.fail(kind, str(error))
        except MeasurementError as error:
            measurement.fail(kind, str(error))
        self._rounds += 1
        self._busy += time.monotonic() - begun

    def _time_left(self) -> float:
        """Return the seconds of the budget that are left."""
        return self._started + self.plan.budget - time.monotonic()

    def _moment(self, measurement: Measurement) -> RunProgress:
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
        self._keep(self.measurements)

    def _save(self) -> None:
        """Write the record with what is begun."""
        self._keep([one for one in self.measurements if one.is_begun])

    def _keep(self, measurements: Sequence[Measurement]) -> None:
        cases, same_code = _cases(measurements), _cases([one for one in self.same_code if one.is_begun])
        self.record = self.record.model_copy(update={"cases": cases, "same_code": same_code})
        save(self.record, self.path)

    def _measurement(self, path: Path, suite: Suite, scenario: Scenario, *, is_counted: bool = True) -> Measurement:
        clock = Clock.WALL if scenario.waits else self.record.environment.clock
        return Measurement(self.plan, path, suite, scenario, clock, is_counted, self.revisions)

    def _finish(self) -> None:
        closed = environment.closed(self.record.environment, self._ticks)
        self.record = self.record.model_copy(update={"finished": _now(), "environment": closed})
        save(self.record, self.path)


def run(
    plan: RunPlan, *, root: Path, out: Path, command: str, watcher: Watcher | None = None
) -> tuple[RunRecord, Path]:
    """Measure, and return the record with the file that it was written to.

    Args:
        plan: what to do.
        root: the project, whose commit and digest are noted.
        out: the folder that takes the record.
        command: the command that starts the run, for the record.
        watcher: is told what happens.

    Raises:
        InputError: the project does not say what its digest covers, the record cannot be written, or there is no such
            revision to compare with.
    """
    base = None if plan.base is None else commit_of(root, plan.base)
    with _revisions(root, base) as revisions:
        record = _begin(plan, root, command, base, revisions)
        path = out / f"{record.id}.json"
        return Scheduler(plan, record, path, revisions).measure(watcher), path


def resume(path: Path, *, root: Path, watcher: Watcher | None = None) -> RunRecord:
    """Go on with a run that was stopped, from the last case that its record holds.

    Args:
        path: the record, which is written on.
        root: the project, whose files must still be those that were measured.
        watcher: is told what happens.

    Raises:
        InputError: the run has ended, or the code, the suites or the Python that it measured have changed since.
    """
    record = load(path)
    if record.finished:
        raise InputError(f"{path}: the run has ended; start a new one with `{record.command}`")
    if not is_current(record, root) or record.environment.python != platform.python_version():
        raise InputError(
            f"{path}: the code, the suites or Python changed since the run was stopped, so what it has does not belong "
            f"to what would follow; start a new one with `{record.command}`"
        )
    with importing_from([] if record.base is None else import_roots(root)):
        suites = _suites_of(record, path, root)
    plan = RunPlan(
        suites,
        profile=Profile(record.profile),
        seed=record.seed,
        margin=record.margin,
        limit=record.limit,
        gate=record.gate,
        base=record.base,
        arm=record.arm,
    )
    with _revisions(root, record.base and commit_of(root, record.base)) as revisions:
        return Scheduler(plan, record, path, revisions).measure(watcher)


def _revisions(root: Path, base: str | None) -> AbstractContextManager[Revisions | None]:
    return nullcontext() if base is None else checked_out(root, base)


def _suites_of(record: RunRecord, path: Path, root: Path) -> dict[Path, Suite]:
    files = [suite.file for suite in record.suites]
    if None in files:
        raise InputError(f"{path}: does not say which files declare its suites; start a new run")
    return {root / str(file): load_suite(root / str(file)) for file in files}


def _cases(measurements: Sequence[Measurement]) -> tuple[Case, ...]:
    return tuple(case for measurement in measurements for case in measurement.cases())


def _begin(plan: RunPlan, root: Path, command: str, base: str | None, revisions: Revisions | None) -> RunRecord:
    created = _now()
    return RunRecord(
        id=f"{created:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}",
        created=created,
        profile=plan.profile.value,
        seed=plan.seed,
        margin=plan.margin,
        look_level=plan.look_level,
        limit=plan.limit,
        gate=plan.gate,
        looks=plan.looks,
        command=command,
        digest=digest(root, digest_patterns(root)),
        base=base,
        arm=plan.arm,
        environment=environment.describe(root),
        suites=tuple(_info(file, suite, root, revisions) for file, suite in plan.suites.items()),
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
