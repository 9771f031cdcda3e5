"""The record of how a page of the site loads: on a slow line and processor, and at the machine's own speed."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

SiUnit = Literal["s", "B", "1"]


class LoadingConditions(Frozen):
    """The limits set on a browser.

    Args:
        name: their name in words, such as "slow".
        megabits: speed of the line in megabits per second; None where it is not limited.
        latency: seconds added to each answer.
        slowdown: factor by which the processor is slowed down.
    """

    name: str
    megabits: float | None = None
    latency: float = 0.0
    slowdown: float = 1.0


class TargetMeasure(Frozen):
    """A measured quantity, with its target.

    Args:
        name: the quantity, in words.
        circumstances: name of the conditions that it was measured under.
        unit: `s`, `B`, or `1` for a count or a score.
        values: one value for each load or rendering.
        most: the target: the largest acceptable value; None without one.
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
        figures: number of figures on the page.
        command: the command that made the record.
        circumstances: the conditions of the measures.
        measures: what was measured.
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
