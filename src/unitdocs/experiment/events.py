"""The event: one value that one session gave under one system.

An event holds no personal data: the session is a salted hash of its key, and nothing else says who played.
"""

import math
from enum import StrEnum
from typing import NamedTuple

import pyarrow as pa

from unitdocs.experiment.session_hash import session_of as session_of  # noqa: PLC0414 -- one of this module's public names

ORIGINAL_AND_REFACTORED = ("original", "refactored")
BINS_PER_OCTAVE = 32
"""Bins of a histogram between a value and its double; a bin is at most 1/32 of its lower end wide."""
LEAST_BIN, LARGEST_BIN = -32_768, 32_767
"""The bins of values that are 0 or less, and of those that are too large for any other."""


class Source(StrEnum):
    """Where an event comes from. Decisions about production count `production` alone."""

    SIMULATED = "simulated"
    PRODUCTION = "production"


class EventMetric(StrEnum):
    """What an event says.

    `session`: it began; the value is 1. `frame time`: CPU time of a frame, in seconds. `missed frame`: a frame took
    longer than its budget; the value is its wall time, in seconds. `error`: a call of the unit system ended with an
    error; the value is 1.
    """

    SESSION = "session"
    FRAME_TIME = "frame time"
    MISSED_FRAME = "missed frame"
    ERROR = "error"


class Event(NamedTuple):
    """One value of one session.

    Args:
        session: salted hash of the session's key, by `session_of`.
        arm: the system that the session has: `original` or `refactored`.
        flag_version: version of the flag that chose it; 0 if there was none.
        reason: what chose it, as `flags.Reason` names it. Only sessions with the reason `share` are compared.
        scenario: what was played.
        metric: what the value says.
        value: the value; finite.
        time: when, in seconds since 1970.
        source: where it comes from.
    """

    session: int
    arm: str
    flag_version: int
    reason: str
    scenario: str
    metric: EventMetric
    value: float
    time: float
    source: Source


_WORD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("session", pa.int64(), nullable=False),
        pa.field("arm", _WORD, nullable=False),
        pa.field("flag_version", pa.int64(), nullable=False),
        pa.field("reason", _WORD, nullable=False),
        pa.field("scenario", _WORD, nullable=False),
        pa.field("metric", _WORD, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("bin", pa.int16(), nullable=False),
        pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("source", _WORD, nullable=False),
    ]
)
"""The columns of a file of events: the members of `Event`, the bin of its value by `bin_of`, and its day in UTC."""


def bin_of(value: float) -> int:
    """Return the bin of a value: 32 of equal width between each power of two and the next, which is exact in floats."""
    if not value > 0:
        return LEAST_BIN
    if math.isinf(value):
        return LARGEST_BIN
    mantissa, exponent = math.frexp(value)
    number = exponent * BINS_PER_OCTAVE + int((2 * mantissa - 1) * BINS_PER_OCTAVE)
    return min(max(number, LEAST_BIN + 1), LARGEST_BIN)  # the smallest and the largest floats are beyond these


def bounds_of(number: int) -> tuple[float, float]:
    """Return the lower end of a bin, which belongs to it, and the upper end, which does not."""
    if number == LEAST_BIN:
        return 0.0, 0.0
    if number == LARGEST_BIN:
        return math.inf, math.inf
    exponent, place = divmod(number, BINS_PER_OCTAVE)
    width = math.ldexp(1.0 / BINS_PER_OCTAVE, exponent - 1)
    low = math.ldexp(0.5, exponent) + place * width
    return low, low + width
