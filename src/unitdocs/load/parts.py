"""Runs in parts: each in a process of its own, with the record written after each, so that a stopped run goes on."""

import json
import platform
import shlex
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from unitdocs import records
from unitdocs.bench import environment
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.interruption import held_back
from unitdocs.bench.process import run_module, tail_of
from unitdocs.bench.scratch import remove_abandoned, scratch_folder
from unitdocs.errors import InputError, Interrupted, MeasurementError
from unitdocs.files import locks
from unitdocs.records.schema import Frozen
from unitdocs.studies import kind_of, load_record

PartListener = Callable[[str, float, float], None]
"""Called before each part with its name, the seconds of parts that are done, and those of all, about."""
Record = TypeVar("Record", bound=Frozen)


class PartJob(Protocol):
    """What the process of a part reads."""

    def with_result_file(self, file: str) -> Self:
        """Return the job with the file for its result."""
        ...

    def to_json(self) -> str:
        """Return the job as JSON."""
        ...


@dataclass(frozen=True)
class Part(Generic[Record]):
    """A part of a run.

    Args:
        title: its name for readers.
        seconds: how long it takes, about.
        is_done: returns whether a record has it.
        add: measures it, and returns the record with it.
    """

    title: str
    seconds: float
    is_done: Callable[[Record], bool]
    add: Callable[[Record], Record]


def begun(kind: str, root: Path, command: str) -> dict[str, Any]:
    """Return the members of a record that every kind has, at the beginning of a run.

    Args:
        kind: the kind of study.
        root: the project, whose commit is recorded.
        command: the command that starts the run.
    """
    return {
        "created": datetime.now(UTC),
        "command": command,
        "digest": kind_of(kind).digest(root),
        "environment": environment.describe(root),
    }


def stopped_record(kind: str, path: Path, root: Path) -> Any:  # noqa: ANN401 -- of the model of the kind
    """Read the record of a run that was stopped.

    Raises:
        InputError: it has finished, the code or Python changed since, or the file cannot be read.
    """
    record = load_record(kind, path)
    if record.finished:
        raise InputError(f"{path}: the run has finished; start a new one with `{record.command}`")
    if kind_of(kind).digest(root) != record.digest or record.environment.python != platform.python_version():
        raise InputError(
            f"{path}: the code or Python changed since the run was stopped; start a new one with `{record.command}`"
        )
    return record


@held_back()
def run_parts(
    record: Record, parts: Sequence[Part[Record]], path: Path, *, command: str, on_part: PartListener
) -> Record:
    """Measure the parts that a record lacks, and return it finished; it is in a file after each part.

    Args:
        record: the record so far.
        parts: all parts, in order.
        path: its file.
        command: what continues it, such as `unitdocs load soak --resume`.
        on_part: called before each part.

    Raises:
        MeasurementError: a process crashed or ran out of time.
        Interrupted: a signal ended it; the message says what is kept.
    """
    remove_abandoned()
    ticks, planned = environment.cpu_ticks(), sum(part.seconds for part in parts)
    with locks.locked(path), held_back() as signals:
        records.save(record, path)
        for place, part in enumerate(parts):
            if part.is_done(record):
                continue
            on_part(part.title, sum(one.seconds for one in parts[:place]), planned)
            try:
                record = part.add(record)
            except KeyboardInterrupt as stopped:
                raise Interrupted(
                    f"stopped; {place} of {len(parts)} parts are kept in {path}; "
                    f"continue with `{command} {shlex.quote(str(path))}`",
                    getattr(stopped, "number", signal.SIGINT),
                ) from None
            records.save(record, path)
        record = _finished(record, ticks)
        records.save(record, path)
        signals.pending = None  # one that came too late to end it
    return record


def _finished(record: Record, ticks: tuple[int, int] | None) -> Record:
    closed = environment.closed(record.environment, ticks)  # type: ignore[attr-defined]  # every record has one
    return record.model_copy(update={"finished": datetime.now(UTC), "environment": closed})


def result_of(module: str, job: PartJob, limit: float) -> dict[str, Any]:
    """Run the process of a part, and return what it wrote.

    Args:
        module: the module that measures.
        job: what it reads.
        limit: seconds after which it is killed.

    Raises:
        OutOfTimeError: it did not end within the limit.
        MeasurementError: it crashed.
    """
    with scratch_folder() as folder:
        file = folder / "result.json"
        ended = run_module(module, job.with_result_file(str(file)).to_json(), folder=folder, limit=limit)
        if ended.code or not file.is_file():
            raise MeasurementError(f"the process {how_it_ended(ended.code)}{tail_of(ended.output)}")
        result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result
