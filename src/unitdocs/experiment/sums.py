"""From files of events to their sums: by session, and as histograms.

The sums are one expression of Ibis, so that every engine evaluates the same. Engines add the numbers of a group in
different orders: counts are equal, and sums to the last digits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from unitdocs.errors import InputError
from unitdocs.experiment.engines import MEMORY, Engine, EngineConnection, connected
from unitdocs.experiment.events import SCHEMA, Source
from unitdocs.formatting import counted

if TYPE_CHECKING:
    import ibis
    import pandas as pd

BY_CHANCE = "share"
"""The reason of a choice that the flag made by its share of players: only these sessions are compared."""
LARGEST = 1e150
"""Values beyond this are left out: no square of another one is too large for a float."""
ATTEMPTS = 3
"""Times that files are read anew because some were merged meanwhile."""

_LABELS = [
    pa.field("arm", pa.string()),
    pa.field("flag_version", pa.int64()),
    pa.field("is_assigned", pa.bool_()),
    pa.field("scenario", pa.string()),
    pa.field("metric", pa.string()),
    pa.field("day", pa.date32()),
]
SESSION_SCHEMA = pa.schema(
    [
        pa.field("session", pa.int64()),
        *_LABELS,
        pa.field("n", pa.int64()),
        pa.field("total", pa.float64()),
        pa.field("squares", pa.float64()),
    ]
)
"""The sums of a session: of each version, scenario, metric and day count, sum and sum of squares of its values."""
HISTOGRAM_SCHEMA = pa.schema([*_LABELS, pa.field("bin", pa.int16()), pa.field("n", pa.int64())])
"""How many values are in each bin of a histogram; see `bounds_of`."""
SESSION_KEYS = SESSION_SCHEMA.names[:-3]
HISTOGRAM_KEYS = HISTOGRAM_SCHEMA.names[:-1]
COLUMNS = ("session", "arm", "flag_version", "reason", "scenario", "metric", "value", "bin", "day", "source")
"""The columns that sums need."""


@dataclass(frozen=True)
class EventSums:
    """The sums of a folder's events.

    Args:
        sessions: one row for each session, arm, flag version, scenario, metric and day: `n` values with the sum `total`
            and the sum of squares `squares`. `is_assigned` says that the flag chose the arm by its share of players.
        histograms: the number `n` of values in each `bin` of each arm, flag version, scenario, metric and day.
        notes: sentences on what was left out.
    """

    sessions: "pd.DataFrame"
    histograms: "pd.DataFrame"
    notes: tuple[str, ...] = ()


class SumExpressions(NamedTuple):
    """What an engine evaluates.

    Args:
        sessions: the sums of each session.
        histograms: the histograms.
    """

    sessions: "ibis.Table"
    histograms: "ibis.Table"


class EventFiles(NamedTuple):
    """The files of a folder.

    Args:
        usable: those that are read.
        notes: sentences on the others.
    """

    usable: tuple[Path, ...]
    notes: tuple[str, ...]


def read_sums(
    folder: Path,
    *,
    engine: Engine = Engine.DUCKDB,
    sources: Collection[Source] = (Source.PRODUCTION,),
    threads: int | None = None,
    memory: str = MEMORY,
) -> EventSums:
    """Return the sums of the events in a folder.

    A file that cannot be used and values that are no numbers are left out; the notes name them. A folder without events
    gives empty sums.

    Args:
        folder: the folder that writers write to, with a folder for each day.
        engine: what evaluates.
        sources: where events may come from; all others are left out.
        threads: threads of the engine at most; None for one on each core.
        memory: what the engine may hold, such as `1GB`.

    Raises:
        InputError: the folder cannot be read, or the engine cannot start.
        ModuleNotFoundError: the engine is not installed.
    """
    with connected(engine, threads=threads, memory=memory) as connection:
        for _ in range(ATTEMPTS):
            sums = _attempt(connection, find_files(folder), sources)
            if sums is not None:
                return sums
    raise InputError(f"{folder}: its files change all the time; run it again when nothing merges them")


def express(events: "ibis.Table", sources: Collection[Source]) -> SumExpressions:
    """Return the sums of events as expressions that any engine can evaluate.

    Args:
        events: rows with the columns of an event.
        sources: where events may come from.
    """
    chosen = events.filter(events.source.isin([str(source) for source in sources]))
    labelled = chosen.mutate(is_assigned=chosen.reason == BY_CHANCE)
    return SumExpressions(
        sessions=labelled.group_by(SESSION_KEYS).agg(
            n=labelled.count(), total=labelled.value.sum(), squares=(labelled.value * labelled.value).sum()
        ),
        histograms=labelled.group_by(HISTOGRAM_KEYS).agg(n=labelled.count()),
    )
