"""The record of a simulated day: what a watched game's metrics say while nothing is wrong."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

HOURS = 24.0
"""Hours of the day."""
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]


class SystemActivity(Frozen):
    """What the sessions of one system did in an interval.

    Args:
        system: the unit system.
        sessions: sessions that began.
        frames: frames that were played.
        missed: frames that took longer than their budget.
        resolves: scenes that were resolved.
        errors: what failed.
        seconds: median time of the sampled resolves, in seconds, from the buckets; None if none was sampled.
        slowdown: median of their time over that of the baseline; None if none was sampled.
    """

    system: str
    sessions: Count
    frames: Count
    missed: Count
    resolves: Count
    errors: Count
    seconds: Positive | None = None
    slowdown: Positive | None = None


class CacheActivity(Frozen):
    """What one cache did in an interval.

    Args:
        cache: which one.
        hits: lookups that found a value.
        misses: lookups that found none.
        evictions: values that were evicted.
        entries: values that were kept at its end.
        bytes: their bytes.
    """

    cache: str
    hits: Count
    misses: Count
    evictions: Count
    entries: Count
    bytes: Count


class DayInterval(Frozen):
    """What the metrics say of one interval, from one scrape to the next.

    Args:
        hour: when it ends, in hours of the day.
        systems: by system.
        caches: by cache; those of all scenes together.
        written: events that were written.
        dropped: events that were dropped.
        scrape: seconds that it took to collect the metrics.
    """

    hour: Annotated[float, Field(ge=0, le=HOURS)]
    systems: Annotated[tuple[SystemActivity, ...], Field(min_length=1)]
    caches: tuple[CacheActivity, ...] = ()
    written: Count = 0
    dropped: Count = 0
    scrape: Annotated[float, Field(ge=0)] = 0.0


class MonitoringDay(Frozen):
    """A day of a watched game, compressed into some minutes.

    Args:
        seed: of the random numbers.
        command: the command that made the record.
        digest: digest of the files that the record depends on.
        minutes: how long the game really played, in minutes.
        share: share of the keys that had the refactored system.
        every: resolves from one that was timed to the next.
        recordings: the recorded frames that were played.
        series: how many series the last scrape had.
        nice: the niceness of the game's process; below 0 it had priority over other programs.
        intervals: from the first to the last.
    """

    format: Literal["unitdocs-monitoring-day"] = "unitdocs-monitoring-day"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    seed: int
    command: str
    digest: str
    environment: Environment
    minutes: Positive
    share: Annotated[float, Field(ge=0, le=1)]
    every: Annotated[int, Field(ge=1)]
    recordings: tuple[str, ...]
    series: Count
    nice: int = 0
    intervals: Annotated[tuple[DayInterval, ...], Field(min_length=2)]
