"""A run: every case of the chosen suites, round by round, until each has a verdict.

The run reads as a sentence: for each scenario, the answers of both arms are compared, memory is measured in passes of
its own, then rounds are timed until the sequential rule stops. The record is written after every case, so that a run
that is killed keeps what it had.
"""

import math
import random
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from unitdocs import stats
from unitdocs.bench import environment
from unitdocs.bench.process import run_worker
from unitdocs.bench.suite import Scenario, Suite, find_suites
from unitdocs.errors import MeasurementError
from unitdocs.records import (
    Case,
    Clock,
    Direction,
    Pair,
    Round,
    RunRecord,
    Status,
    SuiteInfo,
    Timing,
    digest,
    digest_patterns,
    pack,
    save,
)

MEMORY_ROUNDS = 2
"""Memory is the same to the bit on repeat, or it is treated as a sample."""
TIME, PEAK, BLOCKS = "time", "peak memory", "allocated blocks"
HIT_RATE = "cache hit rate"
UNITS = {TIME: "s", PEAK: "B", BLOCKS: "1", HIT_RATE: "1"}


class Profile(StrEnum):
    """How much of the suites a run measures."""

    QUICK = "quick"
    FULL = "full"


@dataclass(frozen=True)
class Plan:
    """What a run is to do.

    Args:
        suites: the suites by the files that declare them.
        profile: quick measures the scenarios marked so, with at most 15 rounds each and 80 s in all.
        seed: where orders, hash seeds and the suites' input come from.
        margin: the ratio above 1 below which nobody cares.
        limit: seconds that one round may take.
        gate: hold the error over all time cases of the run instead of for each.
    """

    suites: dict[Path, Suite]
    profile: Profile = Profile.QUICK
    seed: int = 1
    margin: float = stats.MARGIN
    limit: float = 60.0
    gate: bool = False

    @property
    def most_rounds(self) -> int:
        """The last look."""
        return 15 if self.profile is Profile.QUICK else max(stats.LOOKS)

    @property
    def budget(self) -> float:
        """Seconds after which no further round is begun."""
        return 80.0 if self.profile is Profile.QUICK else math.inf

    @property
    def work(self) -> list[tuple[Path, Suite, Scenario]]:
        """The scenarios to measure."""
        chosen = [(path, found, item) for path, found in self.suites.items() for item in found.scenarios]
        return chosen if self.profile is Profile.FULL else [part for part in chosen if part[2].quick]

    @property
    def look_level(self) -> float:
        """The error level of one look."""
        return stats.LOOK_LEVEL / len(self.work) if self.gate else stats.LOOK_LEVEL


class Watcher:
    """Is told what happens in a run; does nothing by itself."""

    def begin(self, rounds: int) -> None:
        """The run begins; it will take at most this many rounds."""

    def round(self, case: str, done: int) -> None:
        """A case has done this many rounds."""

    def end_case(self, case: Case, rounds_left: int) -> None:
        """A timed case has ended, this many rounds before its last look."""


@dataclass
class Run:
    """A run that is going on."""

    plan: Plan
    record: RunRecord
    path: Path
    watcher: Watcher
    ticks: tuple[int, int] | None = field(default_factory=environment.cpu_ticks)
    started: float = field(default_factory=time.monotonic)

    def is_out_of_time(self) -> bool:
        """Tell whether the budget is used up."""
        return time.monotonic() - self.started > self.plan.budget

    def add(self, *cases: Case) -> None:
        """Keep what was measured: in the record, and in its file at once."""
        self.record = self.record.model_copy(update={"cases": (*self.record.cases, *cases)})
        save(self.record, self.path)

    def finish(self) -> None:
        """Close the record."""
        now, steal = environment.load(), environment.steal_since(self.ticks)
        before = self.record.environment
        worst = max((load for load in (before.load_start, now) if load is not None), default=None)
        warnings = (*before.warnings, *environment.noise(worst, before.cores, steal))
        closed = before.model_copy(update={"load_end": now, "steal": steal, "warnings": warnings})
        self.record = self.record.model_copy(update={"finished": _now(), "environment": closed})
        save(self.record, self.path)


def run(plan: Plan, *, root: Path, out: Path, command: str, watcher: Watcher | None = None) -> tuple[RunRecord, Path]:
    """Measure and return the record with the file that it was written to.

    Args:
        plan: what to do.
        root: the project, whose commit and digest are noted.
        out: the folder that takes the record.
        command: the command that started the run, for the record.
        watcher: is told what happens.

    Raises:
        InputError: the project does not say what its digest covers.
    """
    record = _begin(plan, root, command)
    going = Run(plan, record, out / f"{record.id}.json", watcher or Watcher())
    going.watcher.begin(len(plan.work) * plan.most_rounds)
    save(record, going.path)
    for path, suite, scenario in plan.work:
        for case in _measure(going, path, suite, scenario):
            going.add(case)
    going.finish()
    return going.record, going.path


def plan_of(folder: Path, names: Sequence[str] = (), **settings: Any) -> Plan:  # noqa: ANN401 -- the fields of Plan
    """Return the plan for the suites of a folder; see `find_suites` and `Plan` for the arguments."""
    return Plan(find_suites(folder, names), **settings)


def _begin(plan: Plan, root: Path, command: str) -> RunRecord:
    created = _now()
    return RunRecord(
        id=f"{created:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}",
        created=created,
        profile=plan.profile.value,
        seed=plan.seed,
        margin=plan.margin,
        look_level=plan.look_level,
        looks=tuple(look for look in stats.LOOKS if look <= plan.most_rounds),
        command=command,
        digest=digest(root, digest_patterns(root)),
        environment=environment.describe(root),
        suites=tuple(SuiteInfo(name=s.name, title=s.title, arms=s.arms, frame=s.frame) for s in plan.suites.values()),
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _measure(going: Run, path: Path, suite: Suite, scenario: Scenario) -> Iterator[Case]:
    """Measure all metrics of a scenario; one that fails says why, and the others go on."""
    worker = Worker(going.plan, path, suite, scenario)
    if going.is_out_of_time():
        reason = f"the {going.plan.budget:g} s of a {going.plan.profile} run were used up"
        yield from (worker.case(metric, status=Status.NOT_MEASURED, reason=reason) for metric in UNITS)
        return
    try:
        yield from _count(worker, _checked(worker))
        timed = _time(going, worker)
    except MeasurementError as error:
        yield from (worker.case(metric, status=Status.FAILED, reason=str(error)) for metric in worker.missing)
        going.watcher.end_case(worker.case(TIME, status=Status.FAILED, reason=str(error)), going.plan.most_rounds)
        return
    yield timed
    going.watcher.end_case(timed, going.plan.most_rounds - len(timed.rounds))


def _checked(worker: "Worker") -> list[dict[str, list[int]] | None]:
    """Return the arms' counters, once their answers are found equal."""
    answer = worker.ask("check", 0)
    if answer["difference"]:
        raise MeasurementError(f"the arms answer differently: {answer['difference']}")
    counters: list[dict[str, list[int]] | None] = answer["counters"]
    return counters


class Worker:
    """Asks fresh processes about one scenario."""

    def __init__(self, plan: Plan, path: Path, suite: Suite, scenario: Scenario) -> None:
        self.plan = plan
        self.suite = suite
        self.scenario = scenario
        self.job = {"path": str(path.resolve()), "scenario": scenario.name, "seed": plan.seed}
        self.random = random.Random(f"{plan.seed}/{suite.name}/{scenario.name}")  # noqa: S311 -- an experiment's order
        self.missing = list(UNITS)

    def ask(self, kind: str, hash_seed: int, **more: object) -> Any:  # noqa: ANN401 -- the worker's JSON
        """Return a fresh process's answer."""
        return run_worker({**self.job, "kind": kind, **more}, hash_seed=hash_seed, limit=self.plan.limit)

    def next_hash_seed(self) -> int:
        """Return the hash seed of the next round: shared by its arms, different from other rounds."""
        return self.random.getrandbits(32)

    def case(self, metric: str, **more: Any) -> Case:  # noqa: ANN401 -- the fields of Case
        """Return the scenario's case of a metric."""
        if metric in self.missing:
            self.missing.remove(metric)
        return Case(
            suite=self.suite.name,
            scenario=self.scenario.name,
            title=self.scenario.title,
            elements=self.scenario.elements,
            metric=metric,
            unit=UNITS[metric],
            direction=Direction.HIGHER if metric == HIT_RATE else Direction.LOWER,
            **more,
        )


def _count(worker: Worker, counters: Sequence[dict[str, list[int]] | None]) -> Iterator[Case]:
    """Measure memory in passes of its own, and read the counters that the arms expose."""
    seeds = [worker.next_hash_seed() for _ in range(MEMORY_ROUNDS)]
    passes = [(seed, worker.ask("memory", seed)) for seed in seeds]
    if _differ(passes):  # not the same to the bit: a sample, with as many rounds as the first look needs
        seeds = [worker.next_hash_seed() for _ in range(stats.LOOKS[0] - MEMORY_ROUNDS)]
        passes += [(seed, worker.ask("memory", seed)) for seed in seeds]
    for metric, key in ((PEAK, "peak"), (BLOCKS, "blocks")):
        yield worker.case(metric, status=Status.MEASURED, rounds=_counted((s, answer[key]) for s, answer in passes))
    without = [arm for arm, read in zip(worker.suite.arms, counters, strict=True) if not read or HIT_RATE not in read]
    if without:
        yield worker.case(HIT_RATE, status=Status.NOT_APPLICABLE, reason=f"{' and '.join(without)}: no cache")
    else:
        shares = [_share(*read[HIT_RATE]) for read in counters if read]
        yield worker.case(HIT_RATE, status=Status.MEASURED, rounds=_counted([(0, shares)]))


def _share(hits: int, lookups: int) -> float:
    return hits / lookups if lookups else 0.0


def _differ(passes: Sequence[tuple[int, dict[str, Any]]]) -> bool:
    return any(answer != passes[0][1] for _, answer in passes)


def _counted(numbers: "Iterator[tuple[int, list[float]]] | list[tuple[int, list[float]]]") -> tuple[Round, ...]:
    return tuple(
        Round(index=i, hash_seed=seed, count=Pair[float](control=pair[0], treatment=pair[1]))
        for i, (seed, pair) in enumerate(numbers)
    )


def _time(going: Run, worker: Worker) -> Case:
    """Time rounds until a look gives a verdict, the last look is done, or the budget is used up."""
    clock = going.record.environment.clock
    rounds: list[Round] = []
    log_ratios: list[float] = []
    reason = None
    while len(rounds) < going.plan.most_rounds:
        if going.is_out_of_time():
            reason = f"stopped after {len(rounds)} rounds: the {going.plan.budget:g} s of the run were used up"
            break
        seed = worker.next_hash_seed()
        answer = worker.ask("time", seed, order_seed=worker.random.getrandbits(32), clock=clock.value)
        rounds.append(_timed(len(rounds), seed, answer))
        log_ratios.append(_log_ratio(answer, clock))
        going.watcher.round(f"{worker.suite.name}: {worker.scenario.title}", len(rounds))
        if stats.decides(log_ratios, going.plan.margin, going.plan.look_level):
            break
    status = Status.MEASURED if len(rounds) > 1 else Status.NOT_MEASURED
    return worker.case(TIME, status=status, reason=reason, clock=clock, rounds=tuple(rounds))


def _timed(index: int, seed: int, answer: dict[str, Any]) -> Round:
    def pair(key: str, make: Callable[[Any], Any]) -> dict[str, Any]:
        return {"control": make(answer[key][0]), "treatment": make(answer[key][1])}

    timing = Timing(
        order=answer["order"],
        operations=Pair[int](**pair("operations", int)),
        cpu=Pair[str](**pair("cpu", pack)),
        wall=Pair[str](**pair("wall", pack)),
    )
    return Round(index=index, hash_seed=seed, timing=timing)


def _log_ratio(answer: dict[str, Any], clock: Clock) -> float:
    sides = answer["wall" if clock is Clock.WALL else "cpu"]
    control, treatment = (
        np.array(side, dtype=float).reshape(-1, 2) / operations
        for side, operations in zip(sides, answer["operations"], strict=True)
    )
    return stats.log_ratio_of_round(control, treatment)
