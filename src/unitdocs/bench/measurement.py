"""The measurement of one scenario: what its next round measures, and the cases that its rounds give."""

import dataclasses
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from unitdocs import stats
from unitdocs.bench.job import BatchTimes, FrameTimes, Job, JobKind, Revisions, RoundCounts, RoundResult
from unitdocs.bench.plan import RunPlan
from unitdocs.bench.suite import Scenario, Suite
from unitdocs.errors import MeasurementError
from unitdocs.formatting import counted
from unitdocs.records import (
    FRAME,
    PROPORTIONS,
    QUANTILES,
    TIMES,
    Case,
    Clock,
    Direction,
    Frames,
    Metric,
    Pair,
    Role,
    Round,
    Status,
    Timing,
    pack,
    unpack,
)

EXACT_ROUNDS = 2
"""Rounds in which a count must be identical to be taken as exact; otherwise it is a sample, like a time."""
UNITS: dict[str, str] = {**dict.fromkeys(TIMES, "s"), Metric.PEAK_MEMORY: "B"}
DRAWS_A_ROUND = 2
"""Random numbers drawn for each round: the order's seed and the hash seed."""
ROLES = (Role.CONTROL, Role.TREATMENT)
SHARED = (JobKind.TIME, JobKind.FRAMES, JobKind.MEMORY)
"""What scenarios can be measured one after the other in the same processes."""
FOLLOWERS = (Metric.FRAME_P95, Metric.FRAME_P99, Metric.MISSED_FRAMES)
"""Metrics that the rounds of a sequence of frames give in addition to the median."""
COLD_FOLLOWERS = (Metric.START_TIME, Metric.MISSED_FRAMES)
"""Metrics that the rounds of a scenario that is measured cold give in addition to the slowest frame."""
ArmNumbers = tuple[float | None, float | None]
"""A number of control and of treatment; None for an arm that counts nothing."""


@dataclass(frozen=True)
class StoppingRule:
    """When a case needs no more rounds; see `unitdocs.stats.verdict`."""

    looks: tuple[int, ...]
    level: float
    margin: float
    ranks_from: int | None = None

    def decides(self, log_ratios: Sequence[float]) -> bool:
        """Return whether these log ratios, one per round, give a verdict."""
        return all(map(math.isfinite, log_ratios)) and stats.decides(
            log_ratios, self.margin, self.level, self.ranks_from
        )

    def decides_rates(self, rates: stats.Rates | None) -> bool:
        """Return whether these rates give a verdict; an arm without rates is None and gives no verdict."""
        return rates is not None and stats.decides_difference(rates, self.margin, self.level)


@dataclass
class RoundSeries:
    """The rounds of one case.

    Args:
        metric: the metric of the case.
        rule: the stopping rule.
        clock: the clock by which times are judged.
        is_rate: whether the values are shares of tries.
    """

    metric: str
    rule: StoppingRule
    clock: Clock = Clock.THREAD_CPU
    is_rate: bool = False
    rounds: list[Round] = field(default_factory=list)
    log_ratios: list[float] = field(default_factory=list)
    is_decided: bool = False

    @property
    def is_hopeless(self) -> bool:
        """Whether no number of rounds can give a verdict, because an arm counted nothing in one of them."""
        if self.metric in TIMES:
            return False
        return not all(map(_has_both if self.is_rate else _has_ratio, self.rounds))

    @property
    def is_exact(self) -> bool:
        """Whether all rounds counted the same; what was measured by a clock is never exact."""
        return self.metric not in {*TIMES, Metric.MISSED_FRAMES} and is_exact(self.rounds)

    @property
    def enough(self) -> int:
        """Rounds that a verdict needs."""
        return EXACT_ROUNDS if self.is_hopeless or self.is_exact else min(self.rule.looks)

    def add(self, round_: Round) -> None:
        """Add a round. A decision is final, although further rounds may follow for another metric."""
        log_ratio = log_ratio_of(round_, self.clock)
        self.rounds.append(round_)
        self.log_ratios.append(log_ratio)
        self.is_decided = self.is_decided or self.is_exact or self._has_verdict()

    def _has_verdict(self) -> bool:
        if self.is_rate:
            return self.rule.decides_rates(_rates_of(self.rounds))
        return self.rule.decides(self.log_ratios)


@dataclass
class Measurement:
    """A scenario and everything measured of it so far.

    Args:
        plan: the run's settings.
        path: file of the suite.
        suite: the suite.
        scenario: the scenario.
        clock: the clock by which its times are judged.
        is_counted: whether memory and rates are counted as well.
        revisions: the two revisions to run it on, or None to run both arms on the working tree.
    """

    plan: RunPlan
    path: Path
    suite: Suite
    scenario: Scenario
    clock: Clock
    is_counted: bool = True
    revisions: Revisions | None = None

    def __post_init__(self) -> None:
        rule = StoppingRule(self.plan.looks, self.plan.look_level, self.plan.margin)
        timing = dataclasses.replace(rule, ranks_from=self.plan.ranks_from)
        name = f"{self.plan.seed}/{self.name}{'' if self.is_counted else '/same code'}"
        self.kind = _kind(self.scenario)
        self.time = RoundSeries(_MAIN_METRICS[self.kind], timing, self.clock)
        followers = _FOLLOWERS.get(self.kind, ()) if self.is_counted else ()
        self._frames: dict[str, RoundSeries] = {
            name: RoundSeries(name, timing, Clock.WALL, is_rate=name in PROPORTIONS) for name in followers
        }
        # A start cannot be counted repeatedly, and a command not at all.
        self._has_counts = self.is_counted and self.kind not in _FRESH
        self._is_rehearsed = False
        self._counted = {metric: RoundSeries(metric, rule) for metric in (Metric.PEAK_MEMORY, Metric.ALLOCATED_BLOCKS)}
        self._rates: dict[str, RoundSeries] = {}
        self._messages: Pair[Mapping[str, str]] | None = None
        self._failures: dict[JobKind, str] = {}
        self._lacking: str | None = None
        self._note: str | None = None
        self._randoms = {kind: random.Random(f"{name}/{kind}") for kind in JobKind}  # noqa: S311 -- an experiment's order

    @property
    def name(self) -> str:
        """The suite and the scenario, as `suite/scenario`."""
        return f"{self.suite.name}/{self.scenario.name}"

    @property
    def rounds(self) -> int:
        """The number of rounds timed so far."""
        return len(self.time.rounds)

    @property
    def is_begun(self) -> bool:
        """Whether a round was measured or failed."""
        return bool(self.rounds or self._failures or self._lacking)

    @property
    def is_settled(self) -> bool:
        """Whether it needs no further round."""
        return self.next_kind(max(self.plan.looks)) is None

    @property
    def suspicion(self) -> float:
        """How far its times are from equal, in standard errors; infinite with too few rounds to say."""
        ratios = self.time.log_ratios
        if len(ratios) < min(self.plan.looks):
            return math.inf
        error = float(np.std(ratios, ddof=1)) / math.sqrt(len(ratios))
        return abs(float(np.mean(ratios))) / error if error else math.inf

    def next_kind(self, look: int) -> JobKind | None:
        """Return what the next round before a look measures, or None if the look is reached or not needed."""
        if self._lacking or self.kind in self._failures:
            return None
        timed = (self.time, *self._frames.values())
        if self.rounds < look and not all(series.is_decided for series in timed):
            return self.kind
        if JobKind.MEMORY not in self._failures and any(len(series.rounds) < look for series in self._open_counts()):
            return JobKind.MEMORY
        return None

    def next_job(self, kind: JobKind, limit: float) -> tuple[Job, int]:
        """Return the job of the next round and the hash seed of its process."""
        randoms = self._randoms[kind]
        job = Job(
            kind=kind,
            path=str(self.path.resolve()),
            scenario=self.scenario.name,
            arms=self.plan.arms(self.suite),
            seed=self.plan.seed,
            order_seed=randoms.getrandbits(32),
            on_wall_clock=self.clock is Clock.WALL,
            limit=limit,
            revisions=self.revisions,
            is_rehearsed=kind in _FRESH and not self._is_rehearsed,
            is_shared=self.plan.shares_rounds and kind in SHARED,
            slowdown=self.plan.planted.get(self.name, 0.0),
        )
        self._is_rehearsed = True
        return job, randoms.getrandbits(32)

    def add(self, hash_seed: int, result: RoundResult) -> None:
        """Add the result of a round.

        Raises:
            MeasurementError: the arms gave different answers, a number of the result is none that a record can hold, or
                the base cannot run any more what it ran before.
        """
        if result.difference:
            raise MeasurementError(f"the arms give different answers: {result.difference}")
        if result.lacking and self.rounds:
            raise MeasurementError(f"the worker of {result.lacking}")
        if result.lacking:
            self._lacking = result.lacking
            return
        try:
            self._add(hash_seed, result)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise MeasurementError(f"the worker's result cannot be used ({' '.join(str(error).split())})") from error

    def _add(self, hash_seed: int, result: RoundResult) -> None:
        about: dict[str, Any] = {
            "hash_seed": hash_seed,
            "first_loaded": ROLES[result.first_loaded],
            "first_warmed": None if result.first_warmed is None else ROLES[result.first_warmed],
        }
        if result.times:
            self.time.add(Round(index=self.rounds, timing=_timing(result.times), **about))
        if result.frames:
            self._add_frames(result.frames, result.starts, about)
        if result.counts:
            self._add_counts(result.counts, about)

    def fail(self, kind: JobKind, reason: str) -> None:
        """Record a failure: of the whole scenario if timing failed, of what is counted if counting failed."""
        self._failures[kind] = reason

    def stop(self, reason: str) -> None:
        """Record why an unsettled scenario gets no more rounds."""
        if not self.is_settled:
            self._note = reason

    def cases(self) -> list[Case]:
        """Return the case of each metric, with the rounds so far."""
        counted = (*self._counted.values(), *self._rates.values()) if self._has_counts else ()
        return [self._case(one) for one in (self.time, *self._frames.values(), *counted)]

    def restore(self, cases: Sequence[Case]) -> None:
        """Restore what an interrupted run measured of this scenario, so that measuring continues from there."""
        for case in cases:
            if case.status is Status.NEW:
                self._lacking = case.reason or "the base cannot run it"
            if case.status is Status.FAILED:
                kind = self.kind if case.metric == self.time.metric else JobKind.MEMORY
                self._failures[kind] = case.reason or "it failed"
            series = self._series(case.metric)
            for round_ in case.rounds:
                series.add(round_)
            self._messages = case.messages or self._messages
        # Seeds continue where they stopped: the rounds are those of a run that was never interrupted.
        done = {self.kind: self.rounds, JobKind.MEMORY: len(self._counted[Metric.PEAK_MEMORY].rounds)}
        for kind, rounds in done.items():
            for _ in range(rounds * DRAWS_A_ROUND):
                self._randoms[kind].getrandbits(32)

    def _series(self, metric: str) -> RoundSeries:
        """Return the series of a metric; a metric that is new is a rate that an arm counts."""
        if metric == self.time.metric:
            return self.time
        counted = {str(name): one for name, one in self._counted.items()}
        existing: dict[str, RoundSeries] = {**self._rates, **self._frames, **counted}
        return existing.get(metric) or self._rates.setdefault(metric, RoundSeries(metric, self.time.rule, is_rate=True))

    def _open_counts(self) -> list[RoundSeries]:
        """Return the counted series that need more rounds; a rate that neither arm counts needs none."""
        if not self._has_counts:
            return []
        counted = (*self._counted.values(), *(rate for rate in self._rates.values() if rate.rounds))
        return [one for one in counted if not one.is_decided and (len(one.rounds) < one.enough or not one.is_hopeless)]

    def _add_frames(self, frames: FrameTimes, starts: tuple[int, int] | None, about: dict[str, Any]) -> None:
        packed = Frames(
            order=frames.order,
            length=frames.length,
            cpu=Pair[str](control=pack(frames.cpu[0]), treatment=pack(frames.cpu[1])),
            wall=Pair[str](control=pack(frames.wall[0]), treatment=pack(frames.wall[1])),
        )
        deciding = frames.wall if self.time.clock is Clock.WALL else frames.cpu
        _add_count(self.time, _quantiles(deciding, self.time.metric), about, frames=packed)
        tries = (len(frames.wall[0]), len(frames.wall[1]))
        for metric, series in self._frames.items():
            if metric in QUANTILES:
                _add_count(series, _quantiles(frames.wall, metric), about)
            elif metric == Metric.START_TIME:
                assert starts is not None
                _add_count(series, (starts[0] / 1e9, starts[1] / 1e9), about)
            else:
                missed = (_missed(frames.wall[0]) / tries[0], _missed(frames.wall[1]) / tries[1])
                _add_count(series, missed, about, tries=Pair[int | None](control=tries[0], treatment=tries[1]))

    def _add_counts(self, counts: RoundCounts, about: dict[str, Any]) -> None:
        for metric, numbers in ((Metric.PEAK_MEMORY, counts.peak), (Metric.ALLOCATED_BLOCKS, counts.blocks)):
            _add_count(self._counted[metric], numbers, about)
        for name, rates in counts.rates.items():
            tries = Pair[int | None](control=_tries(rates[0]), treatment=_tries(rates[1]))
            _add_count(self._series(name), (_share(rates[0]), _share(rates[1])), about, tries=tries)
        if counts.messages:
            self._series(Metric.ERROR_RATE)  # messages belong to this case even if no arm counts its errors
            self._messages = Pair[Mapping[str, str]](control=counts.messages[0], treatment=counts.messages[1])

    def _case(self, series: RoundSeries) -> Case:
        status, reason = self._status(series)
        return Case(
            suite=self.suite.name,
            scenario=self.scenario.name,
            title=self.scenario.title,
            elements=self.scenario.elements,
            parameters=self.scenario.parameters,
            metric=series.metric,
            unit=UNITS.get(series.metric, "1"),
            direction=self._direction(series.metric),
            clock=series.clock if series is self.time or series.metric in self._frames else None,
            status=status,
            reason=reason,
            messages=self._messages if series.metric == Metric.ERROR_RATE else None,
            firsts=self.scenario.firsts if series is self.time else None,
            rounds=tuple(series.rounds),
        )

    def _direction(self, metric: str) -> Direction:
        is_higher = metric in self._rates and metric != Metric.ERROR_RATE
        return Direction.HIGHER if is_higher else Direction.LOWER

    def _status(self, series: RoundSeries) -> tuple[Status, str | None]:
        if self._lacking:
            return Status.NEW, self._lacking
        failure = self._failures.get(self.kind)
        if series is not self.time and series.metric not in self._frames:
            failure = failure or self._failures.get(JobKind.MEMORY)
        if failure:
            return Status.FAILED, failure
        if series.metric in self._rates and not series.rounds and self._counted[Metric.PEAK_MEMORY].rounds:
            return Status.NOT_APPLICABLE, "neither arm counts it"
        done, enough = len(series.rounds), series.enough
        note = self._note or "the run ended"
        if done < enough:
            return Status.NOT_MEASURED, f"{note} after {counted(done, 'round')}; a verdict needs {enough}"
        is_open = self._note and not series.is_decided
        return Status.MEASURED, f"{note} after {counted(done, 'round')}" if is_open else None


_MAIN_METRICS = {
    JobKind.TIME: Metric.TIME,
    JobKind.FRAMES: Metric.FRAME_P50,
    JobKind.COLD: Metric.SLOWEST_FRAME,
    JobKind.COMMANDS: Metric.TIME,
}
_FRESH = (JobKind.COLD, JobKind.COMMANDS)
"""Kinds of jobs that start a process for each arm."""
_FOLLOWERS: Mapping[JobKind, tuple[Metric, ...]] = {JobKind.FRAMES: FOLLOWERS, JobKind.COLD: COLD_FOLLOWERS}


def _kind(scenario: Scenario) -> JobKind:
    """Return what the rounds of a scenario measure first."""
    if scenario.commands:
        return JobKind.COMMANDS
    if scenario.is_cold:
        return JobKind.COLD
    return JobKind.FRAMES if scenario.frames else JobKind.TIME


def is_exact(rounds: Sequence[Round]) -> bool:
    """Return whether rounds counted the same, often enough for the count to be exact."""
    counts = {round_.count.model_dump_json() if round_.count else None for round_ in rounds}
    return len(rounds) >= EXACT_ROUNDS and None not in counts and len(counts) == 1


def _add_count(series: RoundSeries, numbers: ArmNumbers, about: dict[str, Any], **more: Any) -> None:  # noqa: ANN401 -- members
    count = Pair[float | None](control=numbers[0], treatment=numbers[1])
    series.add(Round(index=len(series.rounds), count=count, **about, **more))


def _share(rate: tuple[int, int] | None) -> float | None:
    """Return hits over tries, or None if the arm counts nothing or had no tries."""
    return rate[0] / rate[1] if rate and rate[1] else None


def _tries(rate: tuple[int, int] | None) -> int | None:
    return rate[1] if rate and rate[1] else None


def _quantiles(frames: tuple[list[int], list[int]], metric: str) -> ArmNumbers:
    """Return the metric's quantile of each arm's frames, in seconds."""
    control, treatment = (float(np.quantile(arm, QUANTILES[metric])) / 1e9 for arm in frames)
    return control, treatment


def _missed(wall: Sequence[int]) -> int:
    """Return how many frames took longer than 1/60 s."""
    return sum(nanoseconds > FRAME * 1e9 for nanoseconds in wall)


def _has_both(round_: Round) -> bool:
    return round_.count is not None and round_.count.control is not None and round_.count.treatment is not None


def _has_ratio(round_: Round) -> bool:
    return round_.count is not None and bool(round_.count.control and round_.count.treatment)


def _rates_of(rounds: Sequence[Round]) -> stats.Rates | None:
    """Return the rates of both arms in each round, or None if there are too few rounds or an arm has no rate in one."""
    counts = [round_.count for round_ in rounds if round_.count and _has_both(round_)]
    if len(counts) < max(len(rounds), EXACT_ROUNDS):
        return None
    tries = [(pair.control, pair.treatment) for round_ in rounds if (pair := round_.tries)]
    both = [(control, treatment) for control, treatment in tries if control and treatment]
    return stats.Rates(
        [count.control or 0.0 for count in counts],
        [count.treatment or 0.0 for count in counts],
        both if len(both) == len(counts) else None,
    )


def _timing(times: BatchTimes) -> Timing:
    return Timing(
        order=times.order,
        operations=Pair[int](control=times.operations[0], treatment=times.operations[1]),
        cpu=Pair[str](control=pack(times.cpu[0]), treatment=pack(times.cpu[1])),
        wall=Pair[str](control=pack(times.wall[0]), treatment=pack(times.wall[1])),
    )


def log_ratio_of(round_: Round, clock: Clock) -> float:
    """Return the log ratio of a round, NaN if an arm counted nothing."""
    if round_.timing is None:
        count = round_.count
        has_both = count is not None and count.control and count.treatment
        return math.log(count.treatment / count.control) if has_both else math.nan  # type: ignore[operator, union-attr]
    timing = round_.timing
    batches = timing.wall if clock is Clock.WALL else timing.cpu
    control = unpack(batches.control).reshape(-1, 2) / timing.operations.control
    treatment = unpack(batches.treatment).reshape(-1, 2) / timing.operations.treatment
    return stats.log_ratio_of_round(control, treatment)
