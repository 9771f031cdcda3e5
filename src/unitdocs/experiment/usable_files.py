"""Which files of a folder hold events that can be read, and sentences on those that do not.

One file that is cut off or foreign must not stop what reads a folder to which games write: it is left out, and named.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from unitdocs.errors import InputError
from unitdocs.experiment.events import SCHEMA, Source
from unitdocs.experiment.keeping import DAY, MERGED
from unitdocs.experiment.writing import FileNote
from unitdocs.formatting import listed

COLUMNS = ("session", "arm", "flag_version", "reason", "scenario", "metric", "value", "bin", "day", "source")
"""The columns that sums need."""


class EventFiles(NamedTuple):
    """The files of a folder.

    Args:
        usable: those that can be read; each event is in one of them.
        notes: sentences on what is left out, also by the writers.
        dropped: events that are in no file, by what the writers say in the usable ones.
    """

    usable: tuple[Path, ...]
    notes: tuple[str, ...]
    dropped: int


class OpenedFile(NamedTuple):
    """What the end of a file says.

    Args:
        path: the file.
        schema: its columns.
        metadata: its row groups with their statistics.
        note: what its writer says.
    """

    path: Path
    schema: pa.Schema
    metadata: pq.FileMetaData
    note: FileNote


class UnusableFileError(ValueError):
    """A file that cannot be used; the text says why."""


def find_files(folder: Path, sources: Collection[Source]) -> EventFiles:
    """Return the files of a folder that can be read.

    Args:
        folder: the folder that writers write to, with a folder for each day.
        sources: where events may come from.

    Raises:
        InputError: the folder cannot be read.
    """
    opened: list[OpenedFile] = []
    notes: list[str] = []
    for path in _candidates(folder, notes):
        try:
            opened.append(_opened(path))
        except FileNotFoundError:  # its day was merged or removed meanwhile
            continue
        except UnusableFileError as error:
            notes.append(f"{path}: {error}; it is left out")
    replaced = {one.path.parent / part for one in opened if one.path.name.startswith(MERGED) for part in one.note.parts}
    usable = [one for one in opened if one.path not in replaced]
    return EventFiles(
        usable=tuple(one.path for one in usable if one.metadata.num_rows),
        notes=(*notes, *_other_sources(usable, sources), *_sampled(usable)),
        dropped=sum(one.note.dropped for one in usable),
    )


def unreadable(files: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return the files of which a part cannot be read, with the reason: their ends alone do not show it."""
    problems = []
    for path in files:
        try:
            with _reading():
                for _ in pq.ParquetFile(path).iter_batches(columns=list(COLUMNS)):
                    pass
        except FileNotFoundError:
            continue
        except UnusableFileError as error:
            problems.append((path, str(error)))
    return problems


def _candidates(folder: Path, notes: list[str]) -> Iterator[Path]:
    """Yield the Parquet files of days; add sentences on others to the notes."""
    try:
        entries = sorted(folder.iterdir())
        for entry in entries:
            if entry.suffix == ".parquet":
                notes.append(f"{entry}: is not in the folder of a day; it is left out")
            elif DAY.fullmatch(entry.name) and entry.is_dir():
                yield from sorted(entry.glob("*.parquet"))
    except OSError as error:
        raise InputError(
            f"{error.filename or folder}: cannot be read ({error.strerror or error}); give a folder of events"
        ) from error


def _opened(path: Path) -> OpenedFile:
    """Return what the end of a file says.

    Raises:
        UnusableFileError: it is no file of events.
        FileNotFoundError: it is gone.
    """
    with _reading():
        file = pq.ParquetFile(path)
    with file:
        opened = OpenedFile(path, file.schema_arrow, file.metadata, _note(file.schema_arrow))
    _check_columns(opened)
    return opened


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnusableFileError(f"cannot be read ({error.strerror or 'it is damaged'})") from error
    except (pa.ArrowException, ValueError) as error:
        raise UnusableFileError("is not a whole Parquet file") from error


def _note(schema: pa.Schema) -> FileNote:
    try:
        return FileNote.of(schema.metadata)
    except (ValueError, TypeError, AttributeError) as error:
        raise UnusableFileError("does not say which files it replaces as a merged file does") from error


def _check_columns(opened: OpenedFile) -> None:
    """Check that a file has the columns that sums need, without gaps.

    Raises:
        UnusableFileError: it has not.
    """
    names = opened.schema.names
    absent = [name for name in COLUMNS if name not in names]
    if absent:
        raise UnusableFileError(f"has no column {listed(absent)}")
    for name in COLUMNS:
        found, wanted = _plain(opened.schema.field(name).type), _plain(SCHEMA.field(name).type)
        if found != wanted:
            raise UnusableFileError(f"column {name} holds {found}, not {wanted}")
    with_gaps = [name for name in COLUMNS if opened.schema.field(name).nullable and _has_gaps(opened, name)]
    if with_gaps:
        raise UnusableFileError(f"column {listed(with_gaps)} has gaps")


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type of a column's values: others than the writer may write words in another way."""
    values = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.string() if pa.types.is_large_string(values) or pa.types.is_string_view(values) else values


def _has_gaps(opened: OpenedFile, name: str) -> bool:
    """Return whether a column may lack values; one without statistics may."""
    counts = [statistics.null_count if statistics is not None else None for statistics in _statistics(opened, name)]
    return any(counts) or None in counts


def _statistics(opened: OpenedFile, name: str) -> Iterator[pq.Statistics | None]:
    metadata = opened.metadata
    place = metadata.schema.names.index(name)
    for group in range(metadata.num_row_groups):
        yield metadata.row_group(group).column(place).statistics


def _other_sources(opened: Sequence[OpenedFile], sources: Collection[Source]) -> list[str]:
    """Return a sentence on each source whose events are left out; at most two sources are in a row group."""
    seen = {
        extreme
        for one in opened
        for statistics in _statistics(one, "source")
        if statistics is not None and statistics.has_min_max
        for extreme in (statistics.min, statistics.max)
    }
    return [f"events with the source {other} are left out" for other in sorted(seen - {str(one) for one in sources})]


def _sampled(opened: Sequence[OpenedFile]) -> list[str]:
    """Return a sentence if writers recorded some of the frames alone."""
    numbers = {number for one in opened if one.metadata.num_rows for number in one.note.every or (1,)}
    if max(numbers, default=1) == 1:
        return []
    range_of = " to ".join(map(str, sorted({min(numbers), max(numbers)})))
    return [f"frame times are those of one frame in {range_of}, chosen by chance; all missed frames are there"]
