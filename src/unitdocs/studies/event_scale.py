"""The record of the time and memory that the sums of many events need, by engine."""

import math
import statistics
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Whole = Annotated[int, Field(ge=1)]
Amount = Annotated[float, Field(ge=0)]


class EventCardinality(Frozen):
    """What the events have in common, on which the cost depends.

    Args:
        scenarios: different scenarios.
        metrics: different metrics.
        arms: arms.
        versions: versions of the flag.
        days: days, each with one file.
        session_events: events of a session, on average.
    """

    scenarios: Whole
    metrics: Whole
    arms: Whole
    versions: Whole
    days: Whole
    session_events: Whole


class EngineRepetition(Frozen):
    """One reading of all events, in a process of its own.

    Args:
        start: seconds for starting the engine.
        seconds: seconds of wall time for reading the sums after that.
        peak_bytes: the largest resident set of the process and of those that it started.
        others: cores that all other programs used meanwhile.
    """

    start: Amount
    seconds: Annotated[float, Field(gt=0)]
    peak_bytes: Whole
    others: Amount


class EngineMeasure(Frozen):
    """What the sums of some events take by one engine.

    Args:
        engine: the engine.
        events: number of events.
        sessions: different sessions.
        bytes: size of the files.
        session_rows: rows of the sums by session.
        histogram_rows: rows of the histograms.
        repetitions: each reading.
        most_seconds: the target of a reading; None without one.
        most_bytes: the target of its memory.
    """

    engine: Literal["duckdb", "spark"]
    events: Whole
    sessions: Whole
    bytes: Whole
    session_rows: Whole
    histogram_rows: Whole
    repetitions: Annotated[tuple[EngineRepetition, ...], Field(min_length=1)]
    most_seconds: float | None = None
    most_bytes: float | None = None

    @property
    def seconds(self) -> float:
        """The median of the seconds."""
        return statistics.median(one.seconds for one in self.repetitions)

    @property
    def start(self) -> float:
        """The median of the seconds for starting the engine."""
        return statistics.median(one.start for one in self.repetitions)

    @property
    def others(self) -> float:
        """The cores that other programs used at most."""
        return max(one.others for one in self.repetitions)

    @property
    def peak_bytes(self) -> int:
        """The largest memory of all readings."""
        return max(one.peak_bytes for one in self.repetitions)


class LinearCost(NamedTuple):
    """Time as a straight line through the smallest and the largest number of events.

    Args:
        fixed: seconds without any event, with the start of the engine; at least 0.
        event: seconds for each further event.
    """

    fixed: float
    event: float


class EventScale(Frozen):
    """The time and memory that the sums of many events take.

    Args:
        seed: of the random numbers.
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        threads: threads of each engine.
        memory: what each engine may hold, such as `1GB`.
        most_others: cores that other programs may use in a reading; one in which they used more was repeated.
        skipped: readings that do not count since others were disturbed less.
        nice: priority of the readings, as the system counts it: below 0 they go before other programs.
        cardinality: what the events have in common.
        measures: what was measured, by engine and number of events.
        difference: largest relative difference between the sums of both engines; their counts are equal.
    """

    format: Literal["unitdocs-event-scale"] = "unitdocs-event-scale"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    seed: int
    command: str
    digest: str
    environment: Environment
    threads: Whole
    memory: str
    most_others: Amount
    skipped: Annotated[int, Field(ge=0)]
    nice: int
    cardinality: EventCardinality
    measures: Annotated[tuple[EngineMeasure, ...], Field(min_length=1)]
    difference: Amount | None

    def of(self, engine: str) -> tuple[EngineMeasure, ...]:
        """Return what was measured with an engine, by number of events."""
        return tuple(sorted((one for one in self.measures if one.engine == engine), key=lambda one: one.events))

    def exponents(self, engine: str) -> tuple[float, ...]:
        """Return the growth of the seconds from each number of events to the next: 1 is proportional."""
        return tuple(
            math.log(more.seconds / less.seconds) / math.log(more.events / less.events)
            for less, more in pairwise(self.of(engine))
        )

    def line(self, engine: str) -> LinearCost | None:
        """Return the time of an engine as a straight line; None with less than two numbers of events."""
        measures = self.of(engine)
        return line_through(measures) if len(measures) > 1 else None


def line_through(measures: Sequence[EngineMeasure]) -> LinearCost:
    """Return the line through the smallest and the largest of at least two measures."""
    least, most = measures[0], measures[-1]
    slope = max(0.0, (most.seconds - least.seconds) / (most.events - least.events))
    return LinearCost(least.start + max(0.0, least.seconds - slope * least.events), slope)
