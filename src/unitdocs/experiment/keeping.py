"""Keeping a folder of events small: one file for each finished day, and no day that is older than wanted.

A whole names its parts, in its metadata, and is there before they are removed. Who reads a folder asks `event_files`,
which leaves out a part whose whole is there: an event is neither lost nor counted twice, whenever a tidying ends.
"""

import contextlib
import datetime as dt
import os
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from unitdocs.errors import InputError
from unitdocs.experiment.columns import SECONDS_A_DAY
from unitdocs.experiment.events import SCHEMA
from unitdocs.experiment.writing import METADATA, FileNote
from unitdocs.files.locks import locked

MERGED = "merged-"
"""How the name of a whole begins."""
ROWS = 2**20
"""Rows of a row group: what is in memory at a time."""
ABANDONED = 3_600.0
"""Seconds after which a file that is not whole belongs to a writer that was killed."""
MOST_DAYS = 36_500
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class TidyReport:
    """What tidying did.

    Args:
        merged: finished days that have one file now.
        parts: files that these replaced.
        removed: days that were too old.
    """

    merged: tuple[str, ...]
    parts: int
    removed: tuple[str, ...]


def event_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder's events, each event once; sorted.

    A file may be replaced while others are read: a reader that misses one asks again.

    Raises:
        InputError: a file is no file of events.
    """
    return tuple(path for day in _days(folder) for path in _files_of(day))


def dropped_in(files: Sequence[Path]) -> int:
    """Return how many events the writers of files dropped: these are in no file.

    Raises:
        InputError: a file is no file of events.
    """
    return sum(_note(path).dropped for path in files)


def tidy(folder: Path, keep_days: int, now: float) -> TidyReport:
    """Merge each finished day's files into one, and remove days that are too old.

    Args:
        folder: the folder that writers write to; they may go on.
        keep_days: finished days that stay, besides today; 1 to 36,500.
        now: seconds since 1970.

    Raises:
        InputError: the folder does not exist, another process tidies it, or a file is no file of events.
        OSError: the folder cannot be written.
    """
    if not 1 <= keep_days <= MOST_DAYS:
        raise InputError(f"--keep: expected 1 to {MOST_DAYS} days, got {keep_days}")
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder; give the one that events are written to")
    with locked(folder / "tidy"):
        return _tidy(folder, keep_days, now)


def _tidy(folder: Path, keep_days: int, now: float) -> TidyReport:
    today = dt.date(1970, 1, 1) + dt.timedelta(days=now // SECONDS_A_DAY)
    oldest = today - dt.timedelta(days=keep_days)
    merged: list[str] = []
    removed: list[str] = []
    parts = 0
    for day in _days(folder):
        date = dt.date.fromisoformat(day.name)
        if date < oldest:
            _remove_day(day)
            removed.append(day.name)
        elif date < today:
            count = _merge_day(day)
            parts += count
            merged += [day.name] if count else []
    return TidyReport(tuple(merged), parts, tuple(removed))


def _days(folder: Path) -> list[Path]:
    """Return the folders of days, in their order."""
    try:
        return sorted(path for path in folder.iterdir() if _is_day(path.name) and path.is_dir())
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror or error})") from error


def _is_day(name: str) -> bool:
    try:
        return bool(DAY.fullmatch(name)) and dt.date.fromisoformat(name) is not None
    except ValueError:
        return False


def _files_of(day: Path) -> list[Path]:
    """Return the files of a day without parts whose whole is there."""
    paths = sorted(day.glob("*.parquet"))
    replaced = _replaced(paths)
    return [path for path in paths if path.name not in replaced]


def _replaced(paths: Sequence[Path]) -> set[str]:
    """Return the names of the parts of all wholes."""
    return {part for path in paths if path.name.startswith(MERGED) for part in _note(path).parts}


def _note(path: Path) -> FileNote:
    """Return what a file says of itself.

    Raises:
        InputError: it is no file of events.
        FileNotFoundError: it was replaced meanwhile.
    """
    return FileNote.of(_opened(path).schema_arrow.metadata)


def _opened(path: Path) -> pq.ParquetFile:
    """Return a file of events, whose columns are as they should be.

    Raises:
        InputError: it is none.
        FileNotFoundError: it was replaced meanwhile.
    """
    try:
        opened = pq.ParquetFile(path)
    except (pa.ArrowException, ValueError) as error:
        raise InputError(f"{path}: is not a Parquet file ({error}); move it out of the folder") from error
    if not opened.schema_arrow.equals(SCHEMA):
        raise InputError(f"{path}: has other columns than a file of events; move it out of the folder")
    return opened


def _merge_day(day: Path) -> int:
    """Merge the files of a day; return how many there were, or 0 if one is all."""
    _remove_replaced(day)
    _remove_abandoned(day)
    paths = sorted(day.glob("*.parquet"))
    if len(paths) <= 1:
        return 0
    _write_whole(day, paths)
    _remove_replaced(day)
    return len(paths)


def _remove_replaced(day: Path) -> None:
    """Remove parts whose whole is there; a whole that is a part itself goes last, since it names others."""
    paths = list(day.glob("*.parquet"))
    for name in sorted(_replaced(paths), key=lambda name: name.startswith(MERGED)):
        (day / name).unlink(missing_ok=True)


def _remove_abandoned(day: Path) -> None:
    """Remove what killed writers had begun to write."""
    for path in day.glob(".*.parquet.*"):
        if time.time() - path.stat().st_mtime > ABANDONED:
            path.unlink(missing_ok=True)


def _write_whole(day: Path, paths: Sequence[Path]) -> None:
    """Write one file with the events of others, whole or not at all."""
    name = f"{MERGED}{secrets.token_hex(6)}.parquet"
    temporary = day / f".{name}.part"
    note = FileNote(dropped_in(paths), tuple(path.name for path in paths), _every_of(paths))
    try:
        with pq.ParquetWriter(temporary, SCHEMA.with_metadata({METADATA: note.encoded()}), compression="zstd") as file:
            for table in _row_groups(paths):
                file.write_table(table, row_group_size=ROWS)
        _check_rows(temporary, paths)
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(day / name)
    finally:
        temporary.unlink(missing_ok=True)


def _every_of(paths: Sequence[Path]) -> tuple[int, ...]:
    """Return of how many frames one is recorded in files; nothing if each frame is in all of them."""
    numbers = {number for path in paths for number in _note(path).every or (1,)}
    return () if numbers == {1} else tuple(sorted(numbers))


def _row_groups(paths: Sequence[Path]) -> Iterator[pa.Table]:
    """Yield the events of files, as many at a time as a row group has."""
    waiting: list[pa.Table] = []
    for path in paths:
        opened = _opened(path)
        for group in range(opened.num_row_groups):
            waiting.append(opened.read_row_group(group).replace_schema_metadata(None))
            if sum(map(len, waiting)) >= ROWS:
                yield pa.concat_tables(waiting).unify_dictionaries()
                waiting = []
    if waiting:
        yield pa.concat_tables(waiting).unify_dictionaries()


def _check_rows(whole: Path, paths: Sequence[Path]) -> None:
    rows = sum(pq.read_metadata(path).num_rows for path in paths)
    if pq.read_metadata(whole).num_rows != rows:
        raise AssertionError(f"{whole} has not the {rows} events of its parts")


def _remove_day(day: Path) -> None:
    """Remove a day: parts before their whole, since they count as events when it is gone."""
    _remove_replaced(day)
    for path in sorted(day.iterdir()):
        path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # a writer has just put another file there
        day.rmdir()
