"""From files of events to their sums: by session, and as histograms.

The sums are one expression of Ibis, so that every engine evaluates the same. Engines add the numbers of a group in
different orders: counts are equal, and sums to the last digits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from unitdocs.errors import InputError
from unitdocs.experiment.engines import MEMORY, Engine, EngineConnection, EvaluationError, connected
from unitdocs.experiment.events import Source
from unitdocs.experiment.usable_files import EventFiles, find_files, unreadable
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


@dataclass(frozen=True)
class EventSums:
    """The sums of a folder's events.

    Args:
        sessions: one row for each session, arm, flag version, scenario, metric and day: `n` values with the sum `total`
            and the sum of squares `squares`. `is_assigned` says that the flag chose the arm by its share of players.
        histograms: the number `n` of values in each `bin` of each arm, flag version, scenario, metric and day.
        notes: sentences on what was left out.
        dropped: events that games recorded and could not write: no sum holds them.
    """

    sessions: "pd.DataFrame"
    histograms: "pd.DataFrame"
    notes: tuple[str, ...] = ()
    dropped: int = 0


class SumExpressions(NamedTuple):
    """What an engine evaluates.

    Args:
        sessions: the sums of each session.
        histograms: the histograms.
    """

    sessions: "ibis.Table"
    histograms: "ibis.Table"


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
            sums = _attempt(connection, find_files(folder, sources), sources)
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


def _attempt(connection: EngineConnection, files: EventFiles, sources: Collection[Source]) -> EventSums | None:
    """Return the sums of files; None if some of them are gone meanwhile."""
    if not files.usable:
        return _as_sums(SESSION_SCHEMA.empty_table(), HISTOGRAM_SCHEMA.empty_table(), files)
    try:
        return _evaluated(connection, files, sources)
    except EvaluationError:
        if not all(path.exists() for path in files.usable):
            return None
        damaged = unreadable(files.usable)
        if not damaged:
            raise
        named = [f"{path}: {problem}; it is left out" for path, problem in damaged]
        usable = tuple(path for path in files.usable if path not in dict(damaged))
        return _attempt(connection, EventFiles(usable, (*files.notes, *named), files.dropped), sources)


def _evaluated(connection: EngineConnection, files: EventFiles, sources: Collection[Source]) -> EventSums:
    events = connection.open_files(files.usable)
    sums = express(events, sources)
    sessions = _table(connection, sums.sessions, SESSION_SCHEMA, SESSION_KEYS)
    if _is_finite(sessions):
        return _as_sums(sessions, _table(connection, sums.histograms, HISTOGRAM_SCHEMA, HISTOGRAM_KEYS), files)
    # Only now is it known that there are such values: to look at each one takes longer than to add them.
    sums = express(events.filter(events.value.abs() <= LARGEST), sources)
    finite = _table(connection, sums.sessions, SESSION_SCHEMA, SESSION_KEYS)
    count = pc.sum(sessions["n"]).as_py() - (pc.sum(finite["n"]).as_py() or 0)
    note = f"{counted(count, 'value')} that are no numbers or beyond {LARGEST:g} in size are left out"
    histograms = _table(connection, sums.histograms, HISTOGRAM_SCHEMA, HISTOGRAM_KEYS)
    return _as_sums(finite, histograms, EventFiles(files.usable, (*files.notes, note), files.dropped))


def _table(connection: EngineConnection, expression: "ibis.Table", schema: pa.Schema, keys: Sequence[str]) -> pa.Table:
    """Return the rows of an expression in one order, whatever evaluates it."""
    table = connection.evaluate(expression).select(schema.names).cast(schema)
    return table.sort_by([(key, "ascending") for key in keys])


def _is_finite(sessions: pa.Table) -> bool:
    """Return whether no value was beyond what a sum of squares can hold; NaN is in no range."""
    return bool(pc.all(pc.less_equal(sessions["squares"], LARGEST * LARGEST)).as_py() is not False)


def _as_sums(sessions: pa.Table, histograms: pa.Table, files: EventFiles) -> EventSums:
    return EventSums(sessions.to_pandas(), histograms.to_pandas(), files.notes, files.dropped)
