"""A run: every scenario of the chosen suites, round by round, until each case has a verdict.

All scenarios are brought to the first look, then those that are still open to the next, and so on: what a case needs is
spread over the run, and where time is limited none uses it up alone. The record is written after every look of every
scenario, so that a run that is killed keeps what it had.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from unitdocs.bench import environment
from unitdocs.bench.job import Kind
from unitdocs.bench.measurement import Measurement
from unitdocs.bench.plan import Plan
from unitdocs.bench.process import OutOfTimeError, run_worker
from unitdocs.errors import MeasurementError
from unitdocs.records import Case, Clock, RunRecord, SuiteInfo, digest, digest_patterns, save

GRACE = 5.0
"""Seconds that the last round may take beyond the budget."""


@dataclass(frozen=True)
class Moment:
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

    def round(self, moment: Moment) -> None:
        """A round begins."""

    def settled(self, cases: Sequence[Case]) -> None:
        """A scenario needs no further round; these are its cases."""


class Run:
    """A run on this machine, which writes its record as it goes.

    Args:
        plan: what to do.
        root: the project, whose commit and digest are noted.
        out: the folder that takes the record.
        command: the command that starts the run, for the record.

    Raises:
        InputError: the project does not say what its digest covers.
    """

    def __init__(self, plan: Plan, *, root: Path, out: Path, command: str) -> None:
        self.plan = plan
        self.record = _begin(plan, root, command)
        self.path = out / f"{self.record.id}.json"
        self.measurements = [
            Measurement(plan, path, suite, scenario, Clock.WALL if scenario.waits else self.record.environment.clock)
            for path, suite, scenario in plan.work
        ]
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
                for measurement in self.measurements:
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

    def _round(self, measurement: Measurement, kind: Kind) -> None:
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

    def _moment(self, measurement: Measurement) -> Moment:
        most = max(self.plan.looks)
        left = sum(most - one.rounds for one in self.measurements if not one.is_settled)
        return Moment(
            scenario=measurement.name,
            done=measurement.rounds,
            left=min(left * self._busy / self._rounds, self._time_left()) if self._rounds else None,
            share=1 - left / (most * len(self.measurements)),
        )

    def _stop(self, reason: str) -> None:
        for measurement in self.measurements:
            measurement.stop(reason)
        self._save(self.measurements)

    def _save(self, measurements: Sequence[Measurement] | None = None) -> None:
        """Write the record with the given measurements; with those that are begun where none are given."""
        kept = [one for one in self.measurements if one.is_begun] if measurements is None else measurements
        cases = tuple(case for measurement in kept for case in measurement.cases())
        self.record = self.record.model_copy(update={"cases": cases})
        save(self.record, self.path)

    def _finish(self) -> None:
        closed = environment.closed(self.record.environment, self._ticks)
        self.record = self.record.model_copy(update={"finished": _now(), "environment": closed})
        save(self.record, self.path)


def run(plan: Plan, *, root: Path, out: Path, command: str, watcher: Watcher | None = None) -> tuple[RunRecord, Path]:
    """Measure, and return the record with the file that it was written to; see `Run` for the arguments."""
    going = Run(plan, root=root, out=out, command=command)
    return going.measure(watcher), going.path


def _begin(plan: Plan, root: Path, command: str) -> RunRecord:
    created = _now()
    return RunRecord(
        id=f"{created:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}",
        created=created,
        profile=plan.profile.value,
        seed=plan.seed,
        margin=plan.margin,
        look_level=plan.look_level,
        looks=plan.looks,
        command=command,
        digest=digest(root, digest_patterns(root)),
        environment=environment.describe(root),
        suites=tuple(SuiteInfo(name=s.name, title=s.title, arms=s.arms, frame=s.frame) for s in plan.suites.values()),
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
