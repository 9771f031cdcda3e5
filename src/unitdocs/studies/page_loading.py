"""The record of how a page of the site loads: with its figures, on a slow line and processor and without."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

SiUnit = Literal["s", "B", "1"]


class LoadingConditions(Frozen):
    """What a browser is held to.

    Args:
        name: in words, such as "slow".
        megabits: per second of the line; None where it is not slowed down.
        latency: seconds that each answer takes longer.
        slowdown: how many times slower the processor is made.
    """

    name: str
    megabits: float | None = None
    latency: float = 0.0
    slowdown: float = 1.0


class TargetMeasure(Frozen):
    """One thing measured of a page.

    Args:
        name: what it is.
        circumstances: the name of those that it was measured under.
        unit: `s`, `B`, or `1` for a count or a score.
        values: one a load.
        most: the target: no more than this; None without one.
    """

    name: str
    circumstances: str
    unit: SiUnit
    values: Annotated[tuple[float, ...], Field(min_length=1)]
    most: float | None = None


class PageLoading(Frozen):
    """How a page loads.

    Args:
        page: its address below the site's.
        figures: number of figures on it.
        command: the command that made the record.
    """

    format: Literal["unitdocs-page-loading"] = "unitdocs-page-loading"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    page: str
    figures: int
    command: str
    environment: Environment
    circumstances: tuple[LoadingConditions, ...]
    measures: tuple[TargetMeasure, ...]
