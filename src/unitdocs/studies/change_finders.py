"""The record of how well ways to find change points do: on series that people annotated, and on made ones."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class AnnotatedSeries(Frozen):
    """A series that people annotated.

    Args:
        name: in its collection.
        points: how many.
        annotators: how many people.
        licence: where it comes from, and how it may be passed on.
    """

    name: str
    points: Count
    annotators: Count
    licence: str


class Finder(Frozen):
    """How a way to find change points did.

    Args:
        name: of the way, in words.
        is_chosen: whether the pages use it.
        f1: a series, in the record's order: harmonic mean of precision and recall.
        covering: a series: how far the parts that it finds are those of the annotators.
        false_alarms: noise without a change in which it found one.
        found: shifts that it found, with nothing else.
    """

    name: str
    is_chosen: bool
    f1: tuple[Share, ...]
    covering: tuple[Share, ...]
    false_alarms: Count
    found: Count


class ChangePoints(Frozen):
    """How well change points are found.

    Args:
        source: address of the annotated series.
        paper: where the scores are defined.
        margin: points that a found change may be off in an annotated series.
        near: the same in a made one.
        made: series of noise, and as many with a shift.
        length: points of each of them.
        shift: in standard deviations of the noise, in the middle.
        most: share of noise in which the chosen way may find something.
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
