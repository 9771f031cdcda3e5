"""The note of a span: what a game's thread leaves for the thread that makes spans."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from unitdocs.monitoring.current_work import CurrentWork

NO_ATTRIBUTES: Final[Mapping[str, str | int | float]] = MappingProxyType({})


class SpanNote(NamedTuple):
    """A span that ended, as its thread noted it.

    Args:
        name: its name, one of a few.
        work: what its thread worked on, with the trace.
        span_id: its own number.
        parent_id: the span that it is part of; 0 for the first one of a trace.
        start: when it began, in nanoseconds since 1970.
        end: when it ended.
        attributes: what it was about besides.
        error: what failed, as it was said; empty if nothing did.
    """

    name: str
    work: CurrentWork
    span_id: int
    parent_id: int
    start: int
    end: int
    attributes: Mapping[str, str | int | float] = NO_ATTRIBUTES
    error: str = ""
