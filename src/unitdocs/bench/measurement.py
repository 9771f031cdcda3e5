"""One scenario on its way to verdicts: what its next round has to measure, and the cases that its rounds make."""

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
"""A count that is the same to the bit in so many rounds is exact; otherwise it is a sample, like a time."""
UNITS: dict[str, str] = {**dict.fromkeys(TIMES, "s"), Metric.PEAK_MEMORY: "B"}
DRAWS_A_ROUND = 2
"""Random numbers drawn for each round: the order's seed and the hash seed."""
ROLES = (Role.CONTROL, Role.TREATMENT)
FOLLOWERS = (Metric.FRAME_P95, Metric.FRAME_P99, Metric.MISSED_FRAMES)
"""What the rounds of a sequence of frames give beside the median."""
Both = tuple[float | None, float | None]


@dataclass(frozen=True)
class StoppingRule:
    """When a sample needs no more rounds: see `unitdocs.stats.verdict`."""

    looks: tuple[int, ...]
    level: float
    margin: float

    def decides(self, log_ratios: Sequence[float]) -> bool:
        """Tell whether the log ratios of so many rounds settle their case."""
        return all(map(math.isfinite, log_ratios)) and stats.decides(log_ratios, self.margin, self.level)

    def decides_rates(self, rates: stats.Rates | None) -> bool:
        """Tell whether the rates of so many rounds settle their case; None where an arm has none."""
        return rates is not None and stats.decides_difference(rates, self.margin, self.level)


@dataclass
class RoundSeries:
    """The rounds of one case.

    Args:
        metric: what they measured.
        rule: when there are enough.
        clock: the clock that decides about times.
        is_rate: whether they are shares of tries.
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
        """Whether no number of rounds gives a verdict, since one of them counted nothing."""
        if self.metric in TIMES:
            return False
        return not all(map(_has_both if self.is_rate else _has_ratio, self.rounds))

    @property
    def is_exact(self) -> bool:
        """Whether its rounds counted the same to the bit; what a clock told is never exact."""
        return self.metric not in {*TIMES, Metric.MISSED_FRAMES} and is_exact(self.rounds)

    @property
    def enough(self) -> int:
        """How many rounds a verdict needs."""
        return EXACT_ROUNDS if self.is_hopeless or self.is_exact else min(self.rule.looks)

    def add(self, round_: Round) -> None:
        """Keep a round; a decision stands, though rounds may follow for the sake of another metric."""
        self.rounds.append(round_)
        self.log_ratios.append(log_ratio_of(round_, self.clock))
        self.is_decided = self.is_decided or self.is_exact or self._is_due()

    def _is_due(self) -> bool:
        if self.is_rate:
            return self.rule.decides_rates(_rates_of(self.rounds))
        return self.rule.decides(self.log_ratios)


@dataclass
class Measurement:
    """A scenario, and everything measured of it so far.

    Args:
        plan: the run's settings.
        path: file of the suite.
        suite: the suite.
        scenario: the scenario.
        clock: the clock that decides about its times.
        is_counted: whether memory and rates are counted too.
        revisions: the revisions to run it on, where they are two.
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
        name = f"{self.plan.seed}/{self.name}{'' if self.is_counted else '/same code'}"
        self.kind = JobKind.FRAMES if self.scenario.frames else JobKind.TIME
        self.time = RoundSeries(Metric.FRAME_P50 if self.scenario.frames else Metric.TIME, rule, self.clock)
        self._frames: dict[str, RoundSeries] = {}
        if self.scenario.frames and self.is_counted:
            self._frames = {
                name: RoundSeries(name, rule, Clock.WALL, is_rate=name in PROPORTIONS) for name in FOLLOWERS
            }
        self._counted = {metric: RoundSeries(metric, rule) for metric in (Metric.PEAK_MEMORY, Metric.ALLOCATED_BLOCKS)}
        self._rates: dict[str, RoundSeries] = {
            Metric.CACHE_HIT_RATE: RoundSeries(Metric.CACHE_HIT_RATE, rule, is_rate=True)
        }
        self._messages: Pair[Mapping[str, str]] | None = None
        self._failures: dict[JobKind, str] = {}
        self._note: str | None = None
        self._randoms = {kind: random.Random(f"{name}/{kind}") for kind in JobKind}  # noqa: S311 -- an experiment's order

    @property
    def name(self) -> str:
        """Suite and scenario."""
        return f"{self.suite.name}/{self.scenario.name}"

    @property
    def rounds(self) -> int:
        """Rounds timed so far."""
        return len(self.time.rounds)

    @property
    def is_begun(self) -> bool:
        """Whether there is anything to tell of it."""
        return bool(self.rounds or self._failures)

    @property
    def is_settled(self) -> bool:
        """Whether it needs no further round."""
        return self.next_kind(max(self.plan.looks)) is None

    def next_kind(self, look: int) -> JobKind | None:
        """Return what the next round measures on the way to a look; None where it is reached or needed no more."""
        if self.kind in self._failures:
            return None
        timed = (self.time, *self._frames.values())
        if self.rounds < look and not all(series.is_decided for series in timed):
            return self.kind
        if JobKind.MEMORY not in self._failures and any(len(series.rounds) < look for series in self._open_counts()):
            return JobKind.MEMORY
        return None

    def next_job(self, kind: JobKind, limit: float) -> tuple[Job, int]:
        """Return a job for the next round, and the hash seed of its process."""
        drawn = self._randoms[kind]
        job = Job(
            kind=kind,
            path=str(self.path.resolve()),
            scenario=self.scenario.name,
            arms=self.plan.arms(self.suite),
            seed=self.plan.seed,
            order_seed=drawn.getrandbits(32),
            on_wall_clock=self.clock is Clock.WALL,
            limit=limit,
            revisions=self.revisions,
        )
        return job, drawn.getrandbits(32)

    def take(self, hash_seed: int, answer: RoundResult) -> None:
        """Keep what a round measured.

        Raises:
            MeasurementError: the arms answered differently.
        """
        if answer.difference:
            raise MeasurementError(f"the arms answer differently: {answer.difference}")
        about: dict[str, Any] = {
            "hash_seed": hash_seed,
            "first_loaded": ROLES[answer.first_loaded],
            "first_warmed": ROLES[answer.first_warmed],
        }
        if answer.times:
            self.time.add(Round(index=self.rounds, timing=_timing(answer.times), **about))
        if answer.frames:
            self._take_frames(answer.frames, about)
        if answer.counts:
            self._take_counts(answer.counts, about)

    def fail(self, kind: JobKind, reason: str) -> None:
        """Give up: where timing failed, on the whole scenario; where counting failed, on what is counted."""
        self._failures[kind] = reason

    def stop(self, reason: str) -> None:
        """Note why there are no more rounds where there should have been."""
        if not self.is_settled:
            self._note = reason

    def cases(self) -> list[Case]:
        """Return a case for each metric, with the rounds so far."""
        counted = (*self._counted.values(), *self._rates.values()) if self.is_counted else ()
        return [self._case(one) for one in (self.time, *self._frames.values(), *counted)]

    def restore(self, cases: Sequence[Case]) -> None:
        """Take over what an earlier run measured of this scenario, so that it goes on where that one stopped."""
        for case in cases:
            if case.status is Status.FAILED:
                kind = self.kind if case.metric == self.time.metric else JobKind.MEMORY
                self._failures[kind] = case.reason or "it failed"
            series = self._series(case.metric)
            for round_ in case.rounds:
                series.add(round_)
            self._messages = case.messages or self._messages
        done = {self.kind: self.rounds, JobKind.MEMORY: len(self._counted[Metric.PEAK_MEMORY].rounds)}
        for kind, rounds in done.items():
            for _ in range(rounds * DRAWS_A_ROUND):
                self._randoms[kind].getrandbits(32)

    def _series(self, metric: str) -> RoundSeries:
        if metric == self.time.metric:
            return self.time
        counted = {str(name): one for name, one in self._counted.items()}
        known: dict[str, RoundSeries] = {**self._rates, **self._frames, **counted}
        return known.get(metric) or self._rates.setdefault(metric, RoundSeries(metric, self.time.rule, is_rate=True))

    def _open_counts(self) -> list[RoundSeries]:
        """Return what is counted and needs more rounds; a rate that neither arm counts needs none."""
        if not self.is_counted:
            return []
        counted = (*self._counted.values(), *(rate for rate in self._rates.values() if rate.rounds))
        return [one for one in counted if not one.is_decided and (len(one.rounds) < one.enough or not one.is_hopeless)]

    def _take_frames(self, frames: FrameTimes, about: dict[str, Any]) -> None:
        kept = Frames(
            order=frames.order,
            length=frames.length,
            cpu=Pair[str](control=pack(frames.cpu[0]), treatment=pack(frames.cpu[1])),
            wall=Pair[str](control=pack(frames.wall[0]), treatment=pack(frames.wall[1])),
        )
        deciding = frames.wall if self.time.clock is Clock.WALL else frames.cpu
        _add_count(self.time, _quantiles(deciding, self.time.metric), about, frames=kept)
        tries = (len(frames.wall[0]), len(frames.wall[1]))
        for metric, series in self._frames.items():
            if metric in QUANTILES:
                _add_count(series, _quantiles(frames.wall, metric), about)
            else:
                missed = (_missed(frames.wall[0]) / tries[0], _missed(frames.wall[1]) / tries[1])
                _add_count(series, missed, about, tries=Pair[int | None](control=tries[0], treatment=tries[1]))

    def _take_counts(self, counts: RoundCounts, about: dict[str, Any]) -> None:
        found = {Metric.PEAK_MEMORY: counts.peak, Metric.ALLOCATED_BLOCKS: counts.blocks}
        for metric, numbers in found.items():
            _add_count(self._counted[metric], numbers, about)
        for name, rates in counts.rates.items():
            tries = Pair[int | None](control=_tries(rates[0]), treatment=_tries(rates[1]))
            _add_count(self._series(name), (_share(rates[0]), _share(rates[1])), about, tries=tries)
        if counts.messages:
            self._series(Metric.ERROR_RATE)  # where they stand, also of arms that do not count their errors
            self._messages = Pair[Mapping[str, str]](control=counts.messages[0], treatment=counts.messages[1])

    def _case(self, series: RoundSeries) -> Case:
        status, reason = self._status(series)
        return Case(
            suite=self.suite.name,
            scenario=self.scenario.name,
            title=self.scenario.title,
            elements=self.scenario.elements,
            metric=series.metric,
            unit=UNITS.get(series.metric, "1"),
            direction=self._direction(series.metric),
            clock=series.clock if series is self.time or series.metric in self._frames else None,
            status=status,
            reason=reason,
            messages=self._messages if series.metric == Metric.ERROR_RATE else None,
            rounds=tuple(series.rounds),
        )

    def _direction(self, metric: str) -> Direction:
        is_higher = metric in self._rates and metric != Metric.ERROR_RATE
        return Direction.HIGHER if is_higher else Direction.LOWER

    def _status(self, series: RoundSeries) -> tuple[Status, str | None]:
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
            return Status.NOT_MEASURED, f"{note} after {done} rounds; a verdict needs {enough}"
        is_open = self._note and not series.is_decided
        return Status.MEASURED, f"{note} after {done} rounds" if is_open else None


def is_exact(rounds: Sequence[Round]) -> bool:
    """Tell whether rounds counted the same to the bit, often enough to take it as exact."""
    counts = {round_.count.model_dump_json() if round_.count else None for round_ in rounds}
    return len(rounds) >= EXACT_ROUNDS and None not in counts and len(counts) == 1


def _add_count(series: RoundSeries, numbers: Both, about: dict[str, Any], **more: Any) -> None:  # noqa: ANN401 -- members
    count = Pair[float | None](control=numbers[0], treatment=numbers[1])
    series.add(Round(index=len(series.rounds), count=count, **about, **more))


def _share(rate: tuple[int, int] | None) -> float | None:
    """Return hits over lookups; None where nothing is counted or nothing was looked up."""
    return rate[0] / rate[1] if rate and rate[1] else None


def _tries(rate: tuple[int, int] | None) -> int | None:
    return rate[1] if rate and rate[1] else None


def _quantiles(frames: tuple[list[int], list[int]], metric: str) -> Both:
    """Return a quantile of each arm's frames, in seconds."""
    control, treatment = (float(np.quantile(arm, QUANTILES[metric])) / 1e9 for arm in frames)
    return control, treatment


def _missed(wall: Sequence[int]) -> int:
    """Count the frames that took longer than one of sixty a second."""
    return sum(nanoseconds > FRAME * 1e9 for nanoseconds in wall)


def _has_both(round_: Round) -> bool:
    return round_.count is not None and round_.count.control is not None and round_.count.treatment is not None


def _has_ratio(round_: Round) -> bool:
    return round_.count is not None and bool(round_.count.control and round_.count.treatment)


def _rates_of(rounds: Sequence[Round]) -> stats.Rates | None:
    """Return the rates of both arms, round by round; None where there are too few, or an arm has none."""
    counts = [round_.count for round_ in rounds if round_.count and _has_both(round_)]
    if len(counts) < max(len(rounds), EXACT_ROUNDS):
        return None
    tries = [(pair.control, pair.treatment) for round_ in rounds if (pair := round_.tries)]
    known = [(one, other) for one, other in tries if one and other]
    return stats.Rates(
        [count.control or 0.0 for count in counts],
        [count.treatment or 0.0 for count in counts],
        known if len(known) == len(counts) else None,
    )


def _timing(times: BatchTimes) -> Timing:
    return Timing(
        order=times.order,
        operations=Pair[int](control=times.operations[0], treatment=times.operations[1]),
        cpu=Pair[str](control=pack(times.cpu[0]), treatment=pack(times.cpu[1])),
        wall=Pair[str](control=pack(times.wall[0]), treatment=pack(times.wall[1])),
    )


def log_ratio_of(round_: Round, clock: Clock) -> float:
    """Return the log ratio of a round; NaN where an arm counted nothing."""
    if round_.timing is None:
        count = round_.count
        is_known = count is not None and count.control and count.treatment
        return math.log(count.treatment / count.control) if is_known else math.nan  # type: ignore[operator, union-attr]
    timing = round_.timing
    batches = timing.wall if clock is Clock.WALL else timing.cpu
    control = unpack(batches.control).reshape(-1, 2) / timing.operations.control
    treatment = unpack(batches.treatment).reshape(-1, 2) / timing.operations.treatment
    return stats.log_ratio_of_round(control, treatment)
