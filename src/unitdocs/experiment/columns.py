"""Recorded values as the columns of a file of events."""

import datetime as dt
import math
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from unitdocs.experiment.events import BINS_PER_OCTAVE, LARGEST_BIN, LEAST_BIN, SCHEMA, Source

SECONDS_A_DAY = 86_400
MICROSECONDS = 1_000_000
LEAST, LARGEST = math.ulp(0.0), sys.float_info.max
"""Of the floats above 0."""


class SessionLabels(NamedTuple):
    """What all events of a session have in common; see `Event`."""

    session: int
    arm: str
    flag_version: int
    reason: str
    scenario: str


PlainLabels = tuple[int, str, int, str, str]
RecordedValue = tuple[PlainLabels, str, float, float]
"""One event as a session leaves it to the writer: labels, metric, value and time.

All are plain texts, numbers and tuples, so that the garbage collector passes over what waits in a queue.
"""
Distinct = TypeVar("Distinct")


def bins_of(values: np.ndarray) -> np.ndarray:
    """Return the bin of each value, as `bin_of` does.

    Args:
        values: numbers, shape `(n,)`.

    Returns:
        The bins as 16-bit integers, shape `(n,)`.
    """
    mantissa, exponent = np.frexp(np.clip(values, LEAST, LARGEST))
    places = ((2 * mantissa - 1) * BINS_PER_OCTAVE).astype(np.int64)
    numbers = np.clip(exponent.astype(np.int64) * BINS_PER_OCTAVE + places, LEAST_BIN + 1, LARGEST_BIN)
    return np.where(values > 0, numbers, LEAST_BIN).astype(np.int16)


def finite(recorded: Sequence[RecordedValue]) -> Sequence[RecordedValue]:
    """Return the events whose value and time are finite numbers: the others say nothing."""
    if np.isfinite(_numbers(recorded)).all():
        return recorded
    return [one for one in recorded if np.isfinite(_numbers([one])).all()]


def _numbers(recorded: Sequence[RecordedValue]) -> np.ndarray:
    """Return values and times, shape `(2, n)`; NaN where at least one is no number."""
    try:
        return np.array([[one[2] for one in recorded], [one[3] for one in recorded]], dtype=float)
    except (TypeError, ValueError, OverflowError):
        return np.full((2, len(recorded)), np.nan)


def tables_of(recorded: Sequence[RecordedValue], source: Source) -> Iterator[tuple[dt.date, pa.Table]]:
    """Yield the events of each day in UTC as a table with the columns of `SCHEMA`.

    Args:
        recorded: at least one event; values and times are finite.
        source: where they come from.
    """
    days = _days_of(recorded)
    for day in dict.fromkeys(days):
        rows = [one for one, its_day in zip(recorded, days, strict=True) if its_day == day]
        yield dt.date(1970, 1, 1) + dt.timedelta(days=day), _table(rows, day, source)


def _days_of(recorded: Sequence[RecordedValue]) -> list[int]:
    """Return the day of each event, in days since 1970."""
    return [int(one[3] // SECONDS_A_DAY) for one in recorded]


def _table(recorded: Sequence[RecordedValue], day: int, source: Source) -> pa.Table:
    """Return events of one day.

    Columns are made of buffers: `pyarrow.array` imports pandas, for which a game would wait and which it need not have.
    """
    values = np.array([one[2] for one in recorded], dtype=np.float64)
    times = np.array([one[3] for one in recorded], dtype=np.float64)
    distinct, rows = _distinct([one[0] for one in recorded])
    labels = [SessionLabels(*one) for one in distinct]
    metrics, kinds = _distinct([one[1] for one in recorded])
    sessions = np.array([one.session for one in labels], dtype=np.int64)
    versions = np.array([one.flag_version for one in labels], dtype=np.int64)
    columns = {
        "session": _numbers_column("session", sessions[rows]),
        "arm": _words([one.arm for one in labels], rows),
        "flag_version": _numbers_column("flag_version", versions[rows]),
        "reason": _words([one.reason for one in labels], rows),
        "scenario": _words([one.scenario for one in labels], rows),
        "metric": _words(metrics, kinds),
        "value": _numbers_column("value", values),
        "bin": _numbers_column("bin", bins_of(values)),
        "time": _numbers_column("time", (times * MICROSECONDS).astype(np.int64)),
        "day": _numbers_column("day", np.full(len(recorded), day, dtype=np.int32)),
        "source": _words([source.value], np.zeros(len(recorded), dtype=np.int32)),
    }
    return pa.Table.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _numbers_column(name: str, numbers: np.ndarray) -> pa.Array:
    """Return numbers as the column of a name, whose type has their width."""
    return pa.Array.from_buffers(SCHEMA.field(name).type, len(numbers), [None, pa.py_buffer(numbers)])


def _distinct(objects: Sequence[Distinct]) -> tuple[list[Distinct], np.ndarray]:
    """Return the different objects, and for each one its place among them; by identity, since hashing takes longer."""
    numbers = np.fromiter(map(id, objects), dtype=np.uint64, count=len(objects))
    _, firsts, rows = np.unique(numbers, return_index=True, return_inverse=True)
    return [objects[first] for first in firsts], rows.astype(np.int32)


def _words(words: Sequence[str], rows: np.ndarray) -> pa.DictionaryArray:
    """Return a column of words, of which each different one is held once."""
    places = {word: place for place, word in enumerate(dict.fromkeys(words))}
    column = np.array([places[word] for word in words], dtype=np.int32)[rows]
    encoded = [word.encode() for word in places]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    texts = pa.Array.from_buffers(
        pa.string(), len(encoded), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    )
    numbers = pa.Array.from_buffers(pa.int32(), len(column), [None, pa.py_buffer(column)])
    return pa.DictionaryArray.from_arrays(numbers, texts)
