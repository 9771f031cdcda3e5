"""Scale: sizes from small to large, each in a process of its own; the record is written after each."""

import json
import platform
import shlex
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from unitdocs import records
from unitdocs.bench import environment
from unitdocs.bench.exit_status import how_it_ended
from unitdocs.bench.interruption import held_back
from unitdocs.bench.process import OutOfTimeError, run_module, tail_of
from unitdocs.bench.scratch import remove_abandoned, scratch_folder
from unitdocs.errors import InputError, Interrupted
from unitdocs.files import locks
from unitdocs.formatting import duration
from unitdocs.load.scale.worker import ScaleJob
from unitdocs.studies import kind_of, load_record
from unitdocs.studies.load_scale import LoadScale, ScaleEnd, ScaleSize, SystemName, TreeShape, log_sizes

MILLION = 1_000_000
BUDGET = 240.0
"""Seconds of one size in which it has to be measured."""
GIBIBYTE = 2**30
MOST_BYTES = 5 * GIBIBYTE
EACH = 3.0
"""Seconds of a size whatever its elements are: starting a process, and repetitions."""
PER_ELEMENT = {"original": 9e-5, "refactored": 7e-5}
"""Seconds for each element, with building the scene and counting memory, about; the record's machine took this."""
Listener = Callable[[str, float, float], None]
"""Called before each size with its name, the seconds of sizes that are done, and those of all, about."""
Part = tuple[int, str, TreeShape, int]
"""Round, system, shape and number of elements."""


@dataclass(frozen=True)
class ScaleSettings:
    """The settings of a run.

    Args:
        most: the largest number of elements, 10 to 1,000,000.
        shapes: shapes of trees.
        systems: the systems.
        rounds: how often all sizes are measured, from 1.
        budget: seconds that one size may take, above 0.

    Raises:
        InputError: a setting is out of range; one problem for each.
    """

    most: int = MILLION
    shapes: tuple[TreeShape, ...] = tuple(TreeShape)
    systems: tuple[SystemName, ...] = ("refactored", "original")
    rounds: int = 3
    budget: float = BUDGET

    def __post_init__(self) -> None:
        problems = [] if 10 <= self.most <= MILLION else [f"--most {self.most}: expected 10 to 1,000,000 elements"]  # noqa: PLR2004
        if not 1 <= self.rounds <= 100:  # noqa: PLR2004 -- days
            problems.append(f"--rounds {self.rounds}: expected 1 to 100")
        if not 0 < self.budget <= 86_400:  # noqa: PLR2004 -- a day
            problems.append(f"--budget {self.budget:g}: expected more than 0 seconds, up to a day")
        if problems:
            raise InputError(*problems)

    @property
    def parts(self) -> list[Part]:
        """All sizes in the order in which they are measured: the small ones of all trees and systems first."""
        return list(_parts(self.rounds, tuple(log_sizes(self.most)), self.shapes, self.systems))

    @property
    def seconds(self) -> float:
        """How long all of it takes, about."""
        return sum(map(_seconds, self.parts))


def _parts(
    rounds: int, sizes: tuple[int, ...], shapes: tuple[TreeShape, ...], systems: tuple[str, ...]
) -> Iterator[Part]:
    for number in range(1, rounds + 1):
        for size in sizes:
            for shape in shapes:
                for system in systems:
                    yield number, system, shape, size


def _seconds(part: Part) -> float:
    _, system, _, elements = part
    return EACH + PER_ELEMENT[system] * elements


@held_back()
def scale(settings: ScaleSettings, *, root: Path, path: Path, command: str, on_part: Listener) -> LoadScale:
    """Measure all sizes, and return the record, which is in a file after each size.

    Args:
        settings: the settings.
        root: the project, whose commit is recorded.
        path: the file of the record.
        command: the command that starts the run, for the record.
        on_part: called before each size.

    Raises:
        Interrupted: a signal ended it; the message says what is kept.
    """
    record = LoadScale(
        created=datetime.now(UTC),
        command=command,
        digest=kind_of("load_scale").digest(root),
        environment=environment.describe(root),
        sizes=tuple(log_sizes(settings.most)),
        shapes=settings.shapes,
        systems=settings.systems,
        rounds=settings.rounds,
        budget=settings.budget,
        most_bytes=MOST_BYTES,
    )
    return _continued(record, path, on_part)


@held_back()
def resume(path: Path, *, root: Path, on_part: Listener) -> LoadScale:
    """Continue a run that was stopped, and return the finished record.

    Args:
        path: the record, which is updated.
        root: the project, whose files must be unchanged.
        on_part: called before each size.

    Raises:
        InputError: it has finished, or the code or Python changed since.
        Interrupted: a signal ended it; the message says what is kept.
    """
    record: LoadScale = load_record("load_scale", path)
    if record.finished:
        raise InputError(f"{path}: all sizes are measured; start a new run with `{record.command}`")
    if kind_of("load_scale").digest(root) != record.digest or record.environment.python != platform.python_version():
        raise InputError(
            f"{path}: the code or Python changed since the run was stopped; start a new one with `{record.command}`"
        )
    return _continued(record, path, on_part)


def settings_of(path: Path) -> ScaleSettings:
    """Return the settings of a run that was stopped.

    Raises:
        InputError: the file cannot be read.
    """
    record: LoadScale = load_record("load_scale", path)
    return ScaleSettings(record.sizes[-1], record.shapes, record.systems, record.rounds, record.budget)


def _continued(record: LoadScale, path: Path, on_part: Listener) -> LoadScale:
    """Measure the sizes that a record lacks, and finish it."""
    remove_abandoned()
    ticks = environment.cpu_ticks()
    parts = list(_parts(record.rounds, record.sizes, record.shapes, record.systems))
    planned = sum(map(_seconds, parts))
    with locks.locked(path), held_back() as signals:
        records.save(record, path)
        for place, part in enumerate(parts):
            if is_done(record, part):
                continue
            on_part(_title(part), sum(map(_seconds, parts[:place])), planned)
            try:
                record = _with(record, measure_part(record, part))
            except KeyboardInterrupt as stopped:
                raise Interrupted(
                    f"stopped; {place} of {len(parts)} sizes are kept in {path}; "
                    f"continue with `unitdocs load scale --resume {shlex.quote(str(path))}`",
                    getattr(stopped, "number", signal.SIGINT),
                ) from None
            records.save(record, path)
        closed = environment.closed(record.environment, ticks)
        record = record.model_copy(update={"finished": datetime.now(UTC), "environment": closed})
        records.save(record, path)
        signals.pending = None  # one that came too late to end it
    return record


def _with(record: LoadScale, result: ScaleSize | ScaleEnd) -> LoadScale:
    if isinstance(result, ScaleEnd):
        return record.model_copy(update={"ends": (*record.ends, result)})
    return record.model_copy(update={"measured": (*record.measured, result)})


def is_done(record: LoadScale, part: Part) -> bool:
    """Return whether a size is measured, or its system stopped before it."""
    number, system, shape, elements = part
    if any((one.round, one.system, one.shape, one.elements) == part for one in record.measured):
        return True
    return any(
        (one.round, one.system, one.shape) == (number, system, shape) and one.elements <= elements
        for one in record.ends
    )


def measure_part(record: LoadScale, part: Part) -> ScaleSize | ScaleEnd:
    """Measure one size in a process of its own, or return why it is not: it would take too long or too much memory."""
    number, system, shape, elements = part
    end = {"round": number, "system": system, "shape": shape, "elements": elements}
    expected = _expected(record, part)
    if expected > record.budget:
        reason = f"it would take about {duration(expected, 2)}, more than the {duration(record.budget, 2)} of a size"
        return ScaleEnd.model_validate({**end, "reason": reason})
    begun = time.monotonic()
    job = ScaleJob(system, shape, elements, record.most_bytes)
    try:
        result = _result(job, record.budget)
    except OutOfTimeError:
        return ScaleEnd.model_validate(
            {**end, "reason": f"it took more than the {duration(record.budget, 2)} of a size"}
        )
    if "failure" in result:
        return ScaleEnd.model_validate({**end, "reason": str(result["failure"])})
    return ScaleSize.model_validate({**end, **result, "wall": time.monotonic() - begun})


def _expected(record: LoadScale, part: Part) -> float:
    """Return the seconds that a size will take, from the size before it; 0 for the first ones."""
    number, system, shape, elements = part
    before = [one for one in record.measured if (one.round, one.system, one.shape) == (number, system, shape)]
    if not before or before[-1].wall < EACH:
        return 0.0
    return before[-1].wall * elements / before[-1].elements


def _result(job: ScaleJob, limit: float) -> dict[str, object]:
    """Return what the process wrote, or why it failed.

    Raises:
        OutOfTimeError: it did not end within the limit.
    """
    with scratch_folder() as folder:
        file = folder / "result.json"
        text = replace(job, result_file=str(file)).to_json()
        ended = run_module("unitdocs.load.scale.worker", text, folder=folder, limit=limit)
        if ended.code or not file.is_file():
            return {"failure": f"its process {how_it_ended(ended.code)}{tail_of(ended.output)}"}
        result: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    return result


def _title(part: Part) -> str:
    number, system, shape, elements = part
    return f"round {number}, {shape}, {elements:,} elements, {system}"
