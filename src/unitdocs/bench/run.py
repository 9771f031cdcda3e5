"""A run: measures every scenario of the chosen suites, round by round, until each case has a verdict.

All scenarios are measured up to the first look, then those without a verdict up to the next look, and so on. The rounds
of a case are thus spread over the run, and no scenario uses up a limited time alone. The record is written after every
look at a scenario, so that a killed run keeps its results. A gate on two revisions measures a round of all scenarios of
a suite in the same two processes, because starting processes takes longer than most rounds.
"""

import contextlib
import os
import platform
import shlex
import signal
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from unitdocs.bench import environment
from unitdocs.bench.finding import declared_suites
from unitdocs.bench.interruption import held_back
from unitdocs.bench.job import Job, JobKind, Revisions, RoundResult
from unitdocs.bench.measurement import SHARED, Measurement
from unitdocs.bench.plan import Profile, RunPlan, shares_rounds
from unitdocs.bench.process import OutOfTimeError, run_together, run_worker
from unitdocs.bench.protocol import current_protocol
from unitdocs.bench.revisions import checked_out, commit_of, import_roots
from unitdocs.bench.scratch import remove_abandoned
from unitdocs.bench.suite import Scenario, Suite
from unitdocs.bench.text import is_encodable
from unitdocs.errors import InputError, Interrupted, MeasurementError
from unitdocs.files import locks
from unitdocs.records import (
    Case,
    Clock,
    Environment,
    RunRecord,
    SuiteInfo,
    digest,
    is_current,
    load,
    run_patterns,
    save,
)
from unitdocs.records.digest import unmatched_patterns
from unitdocs.records.project import are_inside, place_of
from unitdocs.records.store import new_id

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

        Raises:
            Interrupted: a signal ended the run; the message says what is kept, and how to continue.
        """
        watcher = watcher or Watcher()
        with held_back() as signals:
            self._save()
            try:
                self._measure_all(watcher)
            except KeyboardInterrupt as stopped:
                self._stop("the run was interrupted")
                raise self._interrupted(stopped) from None
            except BaseException:
                self._stop("the run was interrupted")
                raise
            self._stop(f"the {self.plan.budget:g} s of a {self.plan.profile} run were used up")
            self._finish()
            signals.pending = None  # one that came too late to end the run
        return self.record

    def _measure_all(self, watcher: Watcher) -> None:
        for look in self.plan.looks:
            if self.plan.shares_rounds:
                self._measure_together(look, watcher)
            for measurement in (*self.measurements, *self.same_code):
                if not measurement.is_settled:
                    self._measure_until(measurement, look, watcher)

    def _measure_together(self, look: int, watcher: Watcher) -> None:
        """Measure rounds until a look, each of all scenarios of a suite that need one, the most suspicious first."""
        unsettled = [one for one in self.measurements if not one.is_settled]
        while (due := self._due(look)) and self._time_left() > 0:
            for kind, group in due:
                watcher.round(self._progress(group[0]))
                self._shared_round(kind, group)
            for one in [one for one in unsettled if one.is_settled]:
                unsettled.remove(one)
                watcher.settled(one.cases())
        self._save()

    def _due(self, look: int) -> list[tuple[JobKind, list[Measurement]]]:
        """Return the scenarios that need a round before a look, by what it measures and by suite."""
        groups: dict[tuple[JobKind, Path], list[Measurement]] = {}
        for one in sorted(self.measurements, key=lambda one: one.suspicion, reverse=True):
            kind = one.next_kind(look)
            if kind in SHARED:
                groups.setdefault((kind, one.path), []).append(one)
        return [(kind, group) for (kind, _), group in groups.items()]

    def _shared_round(self, kind: JobKind, group: Sequence[Measurement]) -> None:
        started = time.monotonic()
        left = self._time_left() + GRACE
        jobs = [one.next_job(kind, min(self.plan.limit, left)) for one in group]
        hash_seed = jobs[0][1]
        results = run_together(
            [job for job, _ in jobs], limit=min(self.plan.limit * len(jobs), left), hash_seed=hash_seed
        )
        for one, (job, _), result in zip(group, jobs, results, strict=False):
            self._add(one, job, hash_seed, result)
        self._rounds += len(results)
        self._busy += time.monotonic() - started

    def _interrupted(self, stopped: KeyboardInterrupt) -> Interrupted:
        rounds = sum(one.rounds for one in (*self.measurements, *self.same_code))
        file = shlex.quote(str(self.path))
        return Interrupted(
            f"stopped; {rounds} round{' is' if rounds == 1 else 's are'} kept in {self.path}; "
            f"continue with `unitdocs bench resume {file}`",
            getattr(stopped, "number", signal.SIGINT),
        )

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
        result: RoundResult | MeasurementError
        try:
            result = run_worker(job, hash_seed=hash_seed)
        except MeasurementError as error:
            result = error
        self._add(measurement, job, hash_seed, result)
        self._rounds += 1
        self._busy += time.monotonic() - started

    def _add(self, measurement: Measurement, job: Job, hash_seed: int, result: RoundResult | MeasurementError) -> None:
        """Add the result of a round, or record why there is none."""
        try:
            if isinstance(result, MeasurementError):
                raise result
            measurement.add(hash_seed, result)
        except OutOfTimeError as error:
            # A round that only the budget cut short is no failure of the scenario.
            if self._time_left() > 0 or job.limit == self.plan.limit:
                measurement.fail(job.kind, str(error))
        except MeasurementError as error:
            measurement.fail(job.kind, str(error))
            self._keep_traceback(measurement, error)

    def _keep_traceback(self, measurement: Measurement, error: MeasurementError) -> None:
        """Append the traceback of what a suite raised to a file next to the record."""
        if error.details:
            with contextlib.suppress(OSError), traceback_file(self.path).open("a", encoding="utf-8") as file:
                file.write(f"{measurement.name}\n{error.details}\n")

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


def traceback_file(record: Path) -> Path:
    """Return the file next to a record that holds the tracebacks of what its suites raised, if they raised anything."""
    return record.with_name(f"{record.name.removesuffix('.gz').removesuffix('.json')}-tracebacks.txt")


@held_back()  # so that temporary folders and locks go, whenever a signal arrives
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
        Interrupted: Ctrl-C or SIGTERM; the record keeps all complete rounds, and the message says how to continue.
    """
    remove_abandoned()
    base = None if plan.base is None else commit_of(root, plan.base)
    with _revisions(root, base) as revisions:
        record = _begin(plan, root, command, base, revisions)
        path = out / f"{record.id}.json"
        locks.remove_abandoned(out)
        with locks.locked(path):
            return Scheduler(plan, record, path, revisions).measure(watcher), path


@held_back()
def resume(path: Path, *, root: Path, watcher: Watcher | None = None) -> RunRecord:
    """Continue an interrupted run from the rounds in its record.

    Args:
        path: the record, which is updated.
        root: the project, whose measured files must be unchanged.
        watcher: receives the events of the run.

    Raises:
        InputError: the run has finished, another process continues it, the code, the suites, Python or the measurement
            protocol have changed, a suite is no file of the project, or a setting or a round is none of a run.
        Interrupted: as for `run`.
    """
    load(path)  # a file that is no record gets no lock
    remove_abandoned()
    with locks.locked(path):
        record = _unfinished(path, root)
        plan = _plan_of(record, path, root)
        with _revisions(root, record.base and commit_of(root, record.base)) as revisions:
            return _scheduler(plan, record, path, revisions).measure(watcher)


def _unfinished(path: Path, root: Path) -> RunRecord:
    """Return a record whose run can be continued.

    Raises:
        InputError: as for `resume`.
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
    return record


def _plan_of(record: RunRecord, path: Path, root: Path) -> RunPlan:
    """Return the plan of an interrupted run.

    Raises:
        InputError: the suites cannot be loaded, or a setting in the record is not one of a run.
    """
    if record.profile not in list(Profile):
        raise InputError(f"{path}: $.profile: expected {' or '.join(Profile)}, got {record.profile!r}")
    suites = _suites_of(record, path, root)
    try:
        return RunPlan(
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
    except InputError as error:
        raise InputError(*(f"{path}: {problem}" for problem in error.problems)) from error


def _scheduler(plan: RunPlan, record: RunRecord, path: Path, revisions: Revisions | None) -> Scheduler:
    """Return the scheduler of an interrupted run.

    Raises:
        InputError: the rounds in the record are none that a run of this plan measures.
    """
    try:
        return Scheduler(plan, record, path, revisions)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"{path}: its rounds cannot be continued ({error}); start a new run with `{record.command}`"
        ) from error


def _revisions(root: Path, base: str | None) -> AbstractContextManager[Revisions | None]:
    return nullcontext() if base is None else checked_out(root, base)


def _refuse_another_protocol(record: RunRecord, path: Path) -> None:
    """Raise an error if this version would take samples in another way; older records do not say how theirs were."""
    if record.protocol is None:
        return
    is_shared = shares_rounds(gate=record.gate, base=record.base)
    there, here = record.protocol.model_dump(), current_protocol(is_shared=is_shared).model_dump()
    changes = [f"{name} is {there[name]} there and {here[name]} here" for name in here if there[name] != here[name]]
    if changes:
        raise InputError(
            f"{path}: its measurement protocol differs from this version's: {', '.join(changes)}; "
            f"start a new run with `{record.command}`"
        )


def _suites_of(record: RunRecord, path: Path, root: Path) -> dict[Path, Suite]:
    """Return the suites of a record by their files.

    A record may come from anywhere, and loading a suite runs it: no file outside the project is loaded.

    Raises:
        InputError: the record does not name the files, one lies outside the project, or a suite cannot be loaded.
    """
    problems = []
    for index, suite in enumerate(record.suites):
        place = f"{path}: $.suites[{index}].file"
        if suite.file is None:
            problems.append(f"{place}: does not name the file of its suite; start a new run")
        elif not _is_inside(root, suite.file):
            problems.append(
                f"{place}: {suite.file!r} is not a file of the project {root.resolve()}, and is not run; "
                "start a new run with `unitdocs bench run --suites FOLDER`"
            )
    if problems:
        raise InputError(*problems)
    sources = import_roots(root)
    files = list(dict.fromkeys(root / str(suite.file) for suite in record.suites))
    return declared_suites(files, limit=record.limit, sources=sources)


def _is_inside(root: Path, file: str) -> bool:
    """Return whether a file exists in the project, links followed."""
    place = os.path.realpath(root / file)
    return are_inside([file]) and Path(place).is_relative_to(os.path.realpath(root)) and Path(place).is_file()


def _cases(measurements: Sequence[Measurement]) -> tuple[Case, ...]:
    return tuple(case for measurement in measurements for case in measurement.cases())


def _begin(plan: RunPlan, root: Path, command: str, base: str | None, revisions: Revisions | None) -> RunRecord:
    created = _now()
    _refuse_unencodable(command, plan.suites)
    suites = tuple(
        _info(file, suite, revisions.names if revisions else plan.arms(suite), root) for file, suite in plan.pairs
    )
    return RunRecord(
        id=new_id(created),
        created=created,
        profile=plan.profile.value,
        seed=plan.seed,
        margin=plan.margin,
        absolute_margins=plan.absolute_margins,
        look_level=plan.look_level,
        limit=plan.limit,
        gate=plan.gate,
        looks=plan.looks,
        protocol=current_protocol(is_shared=plan.shares_rounds),
        command=command,
        digest=digest(root, run_patterns(root, suites)),
        base=base,
        arm=plan.arm,
        environment=_environment(root, suites),
        suites=suites,
    )


def _environment(root: Path, suites: Sequence[SuiteInfo]) -> Environment:
    """Return the environment, with a warning for each pattern of the project's digest that matches no file."""
    described = environment.describe(root)
    warnings = [
        f"{place_of(root, 'digest')}: {pattern!r} matches no file; correct or remove it"
        for pattern in unmatched_patterns(root, run_patterns(root, suites))
    ]
    return described.model_copy(update={"warnings": (*described.warnings, *warnings)})


def _refuse_unencodable(command: str, files: Iterable[Path]) -> None:
    """Refuse names that no record can hold, since UTF-8 cannot.

    Raises:
        InputError: the command or the name of a file holds such text.
    """
    problems = [f"{name}: is not valid UTF-8; rename it" for name in map(str, files) if not is_encodable(name)]
    if not problems and not is_encodable(command):
        problems = [f"{command}: is not valid UTF-8; use other names"]
    if problems:
        raise InputError(*problems)


def _info(file: Path, suite: Suite, arms: tuple[str, str], root: Path) -> SuiteInfo:
    place = os.path.relpath(file, root)
    return SuiteInfo(
        name=suite.name,
        title=suite.title,
        arms=arms,
        frame=suite.frame,
        file=Path(place).as_posix(),
        is_of_commands=all(scenario.commands for scenario in suite.scenarios),
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
