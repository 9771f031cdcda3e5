"""Files of events as games write them, made by hand."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from unitdocs.experiment.events import SCHEMA, Event, EventMetric, Source, bin_of, session_of
from unitdocs.flags import SystemChooser
from unitdocs.settings import Settings


def write_events(folder: Path, name: str, events: list[Event]) -> None:
    """Write one file of events."""
    columns: dict[str, list[Any]] = {member: [getattr(one, member) for one in events] for member in Event._fields}
    times = [datetime.fromtimestamp(one.time, UTC) for one in events]
    columns |= {"time": times, "day": [time.date() for time in times], "bin": [bin_of(one.value) for one in events]}
    columns["metric"] = [str(one.metric) for one in events]
    columns["source"] = [str(one.source) for one in events]
    arrays = [pa.array(columns[field.name], type=field.type) for field in SCHEMA]
    place = folder / f"{times[0]:%Y-%m-%d}" / f"{name}.parquet"
    place.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA), place)


def play(
    folder: Path,
    flag_file: Path,
    moment: datetime,
    *,
    sessions: int,
    ratio: float = 1.0,
    error_rate: float = 0.0,
    seed: int = 1,
    environment: str = "",
) -> None:
    """Write what sessions of one day gave, each with the system that the flag chooses."""
    chooser = SystemChooser(Settings(flag_file=flag_file, environment=environment or "production"))
    made = random.Random(f"{seed} {moment}")
    events = []
    for number in range(sessions):
        key = f"player{environment}-{moment:%j}-{number}"
        choice = chooser.choose(key)
        values = {EventMetric.SESSION: 1.0, EventMetric.FRAME_TIME: 0.002 * made.lognormvariate(0.0, 0.05)}
        if choice.system == "refactored":
            values[EventMetric.FRAME_TIME] *= ratio
            if made.random() < error_rate:
                values[EventMetric.ERROR] = 1.0
        begin = Event(
            session=session_of("salt", key),
            arm=choice.system,
            flag_version=choice.flag_version or 0,
            reason=str(choice.reason),
            scenario="menu",
            metric=EventMetric.SESSION,
            value=1.0,
            time=moment.timestamp() - number % 3_600,
            source=Source.SIMULATED,
        )
        events += [begin._replace(metric=metric, value=value) for metric, value in values.items()]
    write_events(folder, f"games-{seed}", events)
