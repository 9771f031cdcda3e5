"""The record of how well methods find change points: in series that people annotated, and in simulated ones."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class AnnotatedSeries(Frozen):
    """A series that people annotated.

    Args:
        name: its name in its collection.
        points: number of points.
        annotators: number of people who annotated it.
        licence: its origin, and the terms of copying it.
    """

    name: str
    points: Count
    annotators: Count
    licence: str


class Finder(Frozen):
    """The scores of a method that finds change points.

    Args:
        name: the method, in words.
        is_chosen: whether the pages use it.
        f1: harmonic mean of precision and recall, for each series in the record's order.
        covering: overlap of its segments with those of the annotators, for each series.
        false_alarms: number of simulated series without a shift in which it found a change.
        found: number of simulated series with a shift in which it found the shift and nothing else.
    """

    name: str
    is_chosen: bool
    f1: tuple[Share, ...]
    covering: tuple[Share, ...]
    false_alarms: Count
    found: Count


class ChangePoints(Frozen):
    """How well methods find change points.

    Args:
        source: address of the annotated series.
        paper: address of the paper that defines the scores.
        margin: number of points by which a found change may differ from the one in an annotated series.
        near: the same for a simulated series.
        made: number of simulated series without a shift; there are as many with one.
        length: number of points of each simulated series.
        shift: size of the shift in the middle, in standard deviations of the noise.
        most: largest share of series without a shift in which the chosen method may find a change.
    """

    format: Literal["unitdocs-change-points"] = "unitdocs-change-points"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    command: str
    environment: Environment
    source: str
    paper: str
    margin: Count
    near: Count
    made: Annotated[int, Field(ge=1)]
    length: Count
    shift: float
    most: Share
    series: tuple[AnnotatedSeries, ...]
    finders: Annotated[tuple[Finder, ...], Field(min_length=1)]
