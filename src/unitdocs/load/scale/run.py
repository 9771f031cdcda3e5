"""Scale: sizes from small to large, each in a process of its own; the record is written after each."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from unitdocs.bench.process import OutOfTimeError
from unitdocs.errors import InputError, MeasurementError
from unitdocs.formatting import duration
from unitdocs.load.parts import Part, PartListener, begun, result_of, run_parts, stopped_record
from unitdocs.load.scale.worker import ScaleJob
from unitdocs.studies import load_record
from unitdocs.studies.load_scale import LoadScale, ScaleEnd, ScaleSize, SystemName, TreeShape, log_sizes

MILLION = 1_000_000
BUDGET = 300.0
"""Seconds of one size in which it has to be measured."""
GIBIBYTE = 2**30
MOST_BYTES = 5 * GIBIBYTE
EACH = 3.0
"""Seconds of a size whatever its elements are: starting a process, and repetitions."""
PER_ELEMENT = {"original": 1.4e-4, "refactored": 7e-5}
"""Seconds for each element, with building the scene and counting memory, about; the record's machine took this."""
SizePart = tuple[int, str, TreeShape, int]
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
    def parts(self) -> list[SizePart]:
        """All sizes in the order in which they are measured: the small ones of all trees and systems first."""
        return list(_parts(self.rounds, tuple(log_sizes(self.most)), self.shapes, self.systems))

    @property
    def seconds(self) -> float:
        """How long all of it takes, about."""
        return sum(map(_seconds, self.parts))


def _parts(
    rounds: int, sizes: tuple[int, ...], shapes: tuple[TreeShape, ...], systems: tuple[str, ...]
) -> Iterator[SizePart]:
    for number in range(1, rounds + 1):
        for size in sizes:
            for shape in shapes:
                for system in systems:
                    yield number, system, shape, size


def _seconds(part: SizePart) -> float:
    _, system, _, elements = part
    return EACH + PER_ELEMENT[system] * elements


def scale(settings: ScaleSettings, *, root: Path, path: Path, command: str, on_part: PartListener) -> LoadScale:
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
        **begun("load_scale", root, command),
        sizes=tuple(log_sizes(settings.most)),
        shapes=settings.shapes,
        systems=settings.systems,
        rounds=settings.rounds,
        budget=settings.budget,
        most_bytes=MOST_BYTES,
    )
    return _continued(record, path, on_part)


def resume(path: Path, *, root: Path, on_part: PartListener) -> LoadScale:
    """Continue a run that was stopped, and return the finished record.

    Args:
        path: the record, which is updated.
        root: the project, whose files must be unchanged.
        on_part: called before each size.

    Raises:
        InputError: it has finished, or the code or Python changed since.
        Interrupted: a signal ended it; the message says what is kept.
    """
    return _continued(stopped_record("load_scale", path, root), path, on_part)


def settings_of(path: Path) -> ScaleSettings:
    """Return the settings of a run that was stopped.

    Raises:
        InputError: the file cannot be read.
    """
    record: LoadScale = load_record("load_scale", path)
    return ScaleSettings(record.sizes[-1], record.shapes, record.systems, record.rounds, record.budget)


def _continued(record: LoadScale, path: Path, on_part: PartListener) -> LoadScale:
    parts = list(map(_part, _parts(record.rounds, record.sizes, record.shapes, record.systems)))
    return run_parts(record, parts, path, command="unitdocs load scale --resume", on_part=on_part)


def _part(part: SizePart) -> Part[LoadScale]:
    number, system, shape, elements = part
    return Part(
        title=f"round {number}, {shape}, {elements:,} elements, {system}",
        seconds=_seconds(part),
        is_done=lambda record: is_done(record, part),
        add=lambda record: _with(record, measure_part(record, part)),
    )


def _with(record: LoadScale, result: ScaleSize | ScaleEnd) -> LoadScale:
    if isinstance(result, ScaleEnd):
        return record.model_copy(update={"ends": (*record.ends, result)})
    return record.model_copy(update={"measured": (*record.measured, result)})


def is_done(record: LoadScale, part: SizePart) -> bool:
    """Return whether a size is measured, or its system stopped before it."""
    number, system, shape, elements = part
    if any((one.round, one.system, one.shape, one.elements) == part for one in record.measured):
        return True
    return any(
        (one.round, one.system, one.shape) == (number, system, shape) and one.elements <= elements
        for one in record.ends
    )


def measure_part(record: LoadScale, part: SizePart) -> ScaleSize | ScaleEnd:
    """Measure one size in a process of its own, or return why it is not: it would take too long or too much memory."""
    number, system, shape, elements = part
    end = {"round": number, "system": system, "shape": shape, "elements": elements}
    expected = _expected(record, part)
    if expected > record.budget:
        reason = f"it would take about {duration(expected, 2)}, more than the {duration(record.budget, 2)} of a size"
        return ScaleEnd.model_validate({**end, "reason": reason})
    clock = time.monotonic()
    job = ScaleJob(system, shape, elements, record.most_bytes)
    try:
        result = result_of("unitdocs.load.scale.worker", job, record.budget)
    except OutOfTimeError:
        reason = f"it took more than the {duration(record.budget, 2)} of a size"
        return ScaleEnd.model_validate({**end, "reason": reason})
    except MeasurementError as error:  # such as a process that the system ended, since it had no memory left
        return ScaleEnd.model_validate({**end, "reason": str(error)})
    if "failure" in result:
        return ScaleEnd.model_validate({**end, "reason": str(result["failure"])})
    return ScaleSize.model_validate({**end, **result, "wall": time.monotonic() - clock})


def _expected(record: LoadScale, part: SizePart) -> float:
    """Return the seconds that a size will take, from the size before it; 0 for the first ones."""
    number, system, shape, elements = part
    before = [one for one in record.measured if (one.round, one.system, one.shape) == (number, system, shape)]
    if not before or before[-1].wall < EACH:
        return 0.0
    return EACH + (before[-1].wall - EACH) * elements / before[-1].elements
