"""The note of a span: what a game's thread leaves for the thread that makes spans."""

from collections.abc import Mapping
from typing import NamedTuple


class SpanNote(NamedTuple):
    """A span that ended, as its thread noted it.

    Args:
        name: its name, one of a few.
        trace_id: its trace.
        span_id: its own number.
        parent_id: the span that it is part of; 0 for the first one of a trace.
        start: when it began, in nanoseconds since 1970.
        end: when it ended.
        attributes: what it was about.
        error: what failed; empty if nothing did.
    """

    name: str
    trace_id: int
    span_id: int
    parent_id: int
    start: int
    end: int
    attributes: Mapping[str, str | int | float]
    error: str = ""
