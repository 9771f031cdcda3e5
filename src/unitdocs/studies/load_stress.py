"""The record of a stress run: latency at rising rates, and the rate up to which each system keeps up."""

import math
import statistics
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

QUANTILES: Final = (0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999, 1.0)
"""The quantiles of latency that a step has; 1 is the longest."""
P99: Final = QUANTILES.index(0.99)
SATURATED: Final = 0.97
"""Share of the workers' time in requests from which on they have no time left: the rest is the loop's own."""
MOST: Final = 1 / 2
"""Share of the late requests that a cause has to explain."""
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Latencies = Annotated[tuple[Seconds, ...], Field(min_length=len(QUANTILES), max_length=len(QUANTILES))]


class Arrivals(StrEnum):
    """When requests arrive: at random, independent of one another (a Poisson process), or at equal distances."""

    POISSON = "poisson"
    UNIFORM = "uniform"


class LoadClock(StrEnum):
    """What counts as time.

    `cpu`: the time in which the serving thread has the processor; waiting for the next request is skipped. What other
    programs take does not count. `wall`: the machine's clock.
    """

    CPU = "cpu"
    WALL = "wall"


class Breakage(StrEnum):
    """What breaks first above the knee.

    `errors`: requests raise. `collections`: most late requests waited for a pause of the garbage collector.
    `interruptions`: most waited while a request was kept from the processor. `saturation`: the workers have no time
    left, so the queue grows. `queueing`: none of these; requests that arrive close together wait for one another.
    `generator`: the generator of the load has reached its own limit before the system did.
    """

    ERRORS = "errors"
    COLLECTIONS = "collections"
    INTERRUPTIONS = "interruptions"
    SATURATION = "saturation"
    QUEUEING = "queueing"
    GENERATOR = "generator"


class StressSettings(Frozen):
    """The settings of a stress run, which a resumed run must have again.

    Args:
        systems: names of the unit systems, in the order in which they are measured.
        scenes: names of the scenes, all equally frequent.
        updates: share of the requests that update the scene before they resolve it, from 0 to 1.
        arrivals: when requests arrive.
        clock: what counts as time.
        workers: threads that serve them.
        seconds: the length of a step, in seconds.
        requests: the least number of requests of a step, which makes a step at a low rate longer.
        repeats: how often the knee is searched.
        limit: latency that is too long, as a multiple of the mean service time.
        factor: from one rate to the next while rates climb, above 1.
        resolution: where the search ends: the failed rate is above the sustained one by this share at most.
        seed: of the arrivals and the requests.
    """

    systems: Annotated[tuple[str, ...], Field(min_length=1)]
    scenes: Annotated[tuple[str, ...], Field(min_length=1)]
    updates: Annotated[float, Field(ge=0, le=1)]
    arrivals: Arrivals
    clock: LoadClock
    workers: Annotated[int, Field(ge=1, le=64)]
    seconds: Annotated[float, Field(gt=0, le=3600)]
    requests: Annotated[int, Field(ge=100)]
    repeats: Annotated[int, Field(ge=1)]
    limit: Annotated[float, Field(gt=1)]
    factor: Annotated[float, Field(gt=1)]
    resolution: Annotated[float, Field(gt=0, lt=1)]
    seed: int


class ServiceBaseline(Frozen):
    """What requests take that follow one another, without any waiting.

    Args:
        system: the unit system.
        repeat: the search that it begins, from 0.
        mean: mean time of a request, in seconds.
        median: median time of a request, in seconds.
        empty: mean time of a request that does nothing: what the generator itself needs for each, in seconds.
    """

    system: str
    repeat: Count
    mean: Annotated[float, Field(gt=0)]
    median: Annotated[float, Field(gt=0)]
    empty: Annotated[float, Field(gt=0)]


class LoadStep(Frozen):
    """Requests at one rate.

    Args:
        system: the unit system.
        repeat: the search that it belongs to, from 0.
        rate: requests a second that were scheduled.
        requests: how many there were.
        seconds: from the first scheduled start to the last end, in seconds.
        corrected: quantiles of the latency from the scheduled start, in seconds; see `QUANTILES`.
        uncorrected: the same from the actual start, in seconds: what a generator measures that waits for the system.
        allowed: the 99 % quantile of the corrected latency up to which the rate is sustained, in seconds.
        backlog_first: mean number of requests that wait or are served, over the first third of the arrivals.
        backlog_last: the same over the last third.
        backlog_growth: the growth from the first to the last third up to which the rate is sustained.
        busy: share of the workers' time in requests.
        cpu: share of the time in requests that was spent on the processor.
        collections: runs of the garbage collector.
        collecting: seconds that they took.
        longest_collection: seconds of the longest.
        late: requests with a corrected latency above what is allowed.
        late_collecting: how many of them waited while the garbage collector ran for a quarter of the allowed time.
        late_interrupted: how many of them waited while a request lost half of the allowed time to other programs.
        lag: the 99 % quantile of the time in which a request was due and a worker free, in seconds: the machine let the
            generator wait.
        errors: requests that raised.
        error: the first error; empty without one.
    """

    system: str
    repeat: Count
    rate: Rate
    requests: Annotated[int, Field(ge=1)]
    seconds: Seconds
    corrected: Latencies
    uncorrected: Latencies
    allowed: Annotated[float, Field(gt=0)]
    backlog_first: Seconds
    backlog_last: Seconds
    backlog_growth: Seconds
    busy: Share
    cpu: Share
    collections: Count
    collecting: Seconds
    longest_collection: Seconds
    late: Count
    late_collecting: Count
    late_interrupted: Count
    lag: Seconds
    errors: Count
    error: str = ""

    @property
    def p99(self) -> float:
        """The 99 % quantile of the latency from the scheduled start, in seconds."""
        return self.corrected[P99]

    @property
    def achieved(self) -> float:
        """Requests a second that were served."""
        return self.requests / self.seconds if self.seconds else math.inf

    @property
    def is_sustained(self) -> bool:
        """Whether the rate is sustained.

        No request raises, the 99 % quantile is within what is allowed, and the queue does not grow from the first to
        the last third of the step by more than what may wait in that time. That a queue may not grow is the sustainable
        throughput of Karimov et al. (2018), "Benchmarking Distributed Stream Data Processing Systems", ICDE; the limit
        of a quantile is the objective that they leave to the user.
        """
        is_level = self.backlog_last - self.backlog_first <= self.backlog_growth
        return not self.errors and self.p99 <= self.allowed and is_level

    @property
    def breakage(self) -> Breakage:
        """What broke, of a step that was not sustained."""
        causes = (
            (self.errors > 0, Breakage.ERRORS),
            (self.late_interrupted > MOST * self.late, Breakage.INTERRUPTIONS),
            (self.late_collecting > MOST * self.late, Breakage.COLLECTIONS),
            (self.busy >= SATURATED, Breakage.SATURATION),
        )
        return next((cause for holds, cause in causes if holds), Breakage.QUEUEING)


class Knee(Frozen):
    """Where a system stops to keep up.

    Args:
        system: the unit system.
        repeat: the search, from 0.
        rate: the highest rate that was sustained, in requests a second; None if none was.
        above: the lowest rate above it that was not; None if the generator's limit was reached before.
        breaks: what broke there.
    """

    system: str
    repeat: Count
    rate: Rate | None
    above: Rate | None
    breaks: Breakage


class KneeInterval(NamedTuple):
    """The knee over all searches.

    Args:
        rate: geometric mean of the rates, in requests a second.
        low: lower end of the 95 % interval of the mean.
        high: upper end.
        searches: how many there were.
    """

    rate: float
    low: float
    high: float
    searches: int


def knee_interval(rates: Sequence[float]) -> KneeInterval | None:
    """Return the geometric mean of at least two knees with Student's t interval of their logarithms.

    One knee has no interval: None. 100, 110 and 121 have the mean 110 and the interval from 86.8 to 139.

    Args:
        rates: shape (n,), above 0, in requests a second.
    """
    if len(rates) < 2:  # noqa: PLR2004 -- a spread needs two
        return None
    from scipy.stats import t  # noqa: PLC0415 -- slow to load

    logs = [math.log(rate) for rate in rates]
    mean, spread = statistics.fmean(logs), statistics.stdev(logs)
    half = float(t.ppf(0.975, len(logs) - 1)) * spread / math.sqrt(len(logs))
    return KneeInterval(
        rate=math.exp(mean), low=math.exp(mean - half), high=math.exp(min(mean + half, 700)), searches=len(logs)
    )


class LoadStress(Frozen):
    """A stress run; written again after every step.

    Args:
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        settings: the settings.
        generator: requests a second that the generator makes if they do nothing.
        nice: the niceness of the process; below 0 it had priority over other programs.
        baselines: what requests take without waiting, for each search.
        steps: every step, in order.
        knees: the end of each search.
        environment: the machine.
        finished: when the run ended; None while it lasts or if it was interrupted.
    """

    format: Literal["unitdocs-load-stress"] = "unitdocs-load-stress"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime | None = None
    command: str
    digest: str
    settings: StressSettings
    generator: Rate
    nice: int = 0
    baselines: tuple[ServiceBaseline, ...] = ()
    steps: tuple[LoadStep, ...] = ()
    knees: tuple[Knee, ...] = ()
    environment: Environment

    def of(self, system: str, repeat: int) -> tuple[LoadStep, ...]:
        """Return the steps of a search, in order."""
        return tuple(step for step in self.steps if (step.system, step.repeat) == (system, repeat))

    def knees_of(self, system: str) -> tuple[Knee, ...]:
        """Return the ends of the searches of a system."""
        return tuple(knee for knee in self.knees if knee.system == system)

    def interval(self, system: str) -> KneeInterval | None:
        """Return the knee of a system over all searches; None if fewer than two found one."""
        return knee_interval([knee.rate for knee in self.knees_of(system) if knee.rate is not None])
