"""Whether both systems agree on the scenes and units of files: reading the files, and writing the answer."""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from unitdocs.cli.rows import aligned
from unitdocs.cli.unit_lines import UNREADABLE, lines_of, parsed, reason_of, unit_of
from unitdocs.errors import MOST_PROBLEMS, InputError
from unitdocs.units import Context, Extent, Scene, load_scene, parse_context
from unitdocs.units.comparison import Disagreement, compare_scene, compare_unit, default_sizes
from unitdocs.units.explain import spelled

SHOWN = 20
"""Differences that a table shows."""
KEPT = 1_000
"""Differences that JSON holds."""


class Agreement(NamedTuple):
    """What was compared, and where the systems differ.

    Args:
        scenes: how many scenes.
        elements: how many elements they have.
        sizes: in how many sizes they were resolved, all scenes together.
        units: how many single units.
        differences: where the systems differ, the first 1,000.
        total: how many differences there are.
    """

    scenes: int
    elements: int
    sizes: int
    units: int
    differences: Sequence[Disagreement]
    total: int


def compare_files(scenes: Sequence[Path], units: Sequence[Path], sizes: Sequence[Extent], seed: int) -> Agreement:
    """Compare the systems on scene files and files of units.

    Args:
        scenes: scene files.
        units: files of units, one per line.
        sizes: the sizes in which scenes are resolved; if there are none, sensible ones for each scene.
        seed: of the random numbers.

    Raises:
        InputError: files or lines that cannot be read, or have nothing to compare; all of them at once.
    """
    problems: list[str] = []
    loaded = [(path.name, scene) for path in scenes if (scene := _scene(path, problems)) is not None]
    chosen = [(name, scene, sizes or default_sizes(scene)) for name, scene in loaded]
    collected = _Collected()
    for name, scene, extents in chosen:
        _collect(compare_scene(scene, extents, seed, place=name), name, collected, problems)
    state = random.Random(seed).getstate()  # noqa: S311 -- a random place on the screen is not a secret
    count = 0
    for path in units:  # one line after the other: a file may be larger than memory
        for row in _rows(path, problems):
            count += 1
            _collect(compare_unit(row.spec, row.context, state, place=row.place), row.place, collected, problems)
    if problems:
        raise InputError(*problems)
    return Agreement(
        len(loaded),
        sum(len(scene.elements) for _, scene in loaded),
        sum(len(extents) for *_, extents in chosen),
        count,
        collected.first,
        collected.total,
    )


class _UnitRow(NamedTuple):
    """A unit of a file, its context and its place."""

    place: str
    spec: Any
    context: Context


class _Collected:
    """The first differences, and how many there are."""

    def __init__(self) -> None:
        self.first: list[Disagreement] = []
        self.total = 0

    def add(self, difference: Disagreement) -> None:
        """Count a difference, and keep it if it is one of the first."""
        self.total += 1
        if len(self.first) < KEPT:
            self.first.append(difference)


def _collect(differences: Iterator[Disagreement], place: str, collected: _Collected, problems: list[str]) -> None:
    """Collect differences; a unit that one system refuses, such as a composition, is a problem."""
    try:
        for difference in differences:
            collected.add(difference)
    except InputError as error:
        if len(problems) <= MOST_PROBLEMS:
            problems += [f"{place}: {problem}" for problem in error.problems]


def _scene(path: Path, problems: list[str]) -> Scene | None:
    """Read a scene file; its problems are added."""
    try:
        scene = load_scene(path)
    except InputError as error:
        problems += error.problems
        return None
    if not scene.elements:
        problems.append(f"{path}: has no elements, so there is nothing to compare; give a scene with elements")
    return scene


def _rows(path: Path, problems: list[str]) -> Iterator[_UnitRow]:
    """Read the units of a file; its problems are added, each with its line."""
    count = bad = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(lines_of(file), start=1):
                if line.strip():
                    count += 1
                    row = _row(line, path, number, problems)
                    if row is not None:
                        yield row
                        continue
                    bad += 1
                    if bad == MOST_PROBLEMS - 1:  # the next sentence is the last one that is shown
                        problems.append(f"{path}: not read any further, after {bad} lines that cannot be read")
                        return
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        reason = error.strerror if isinstance(error, OSError) else error
        problems.append(f"{path}: cannot be read ({reason}); give a file of units, one per line")
        return
    if not count:
        problems.append(f"{path}: holds no unit, so there is nothing to compare; write one unit per line")


def _row(line: bytes, path: Path, number: int, problems: list[str]) -> _UnitRow | None:
    """Read the unit of one line; its problem is added."""
    try:
        row = parsed(line)
        return _UnitRow(f"{path.name}:{number}", unit_of(row), parse_context(row.get("context", {})))
    except UNREADABLE as error:
        problems.append(f"{path}:{number}: {reason_of(error)}")
        return None


def as_table(compared: Agreement) -> str:
    """Return the answer for a terminal."""
    lines = []
    if compared.scenes:
        lines.append(f"scenes: {compared.scenes}, elements: {compared.elements}, sizes: {compared.sizes}")
    if compared.units:
        lines.append(f"units: {compared.units}")
    if not compared.total:
        return "\n".join([*lines, "equal"])
    shown = compared.differences[:SHOWN]
    table = [("where", "size", "element", "member", "original", "refactored"), *map(_cells, shown)]
    lines += ["", *aligned(table, frozenset({0, 1, 2, 3}))]
    if compared.total > len(shown):
        lines.append(f"and {compared.total - len(shown)} more")
    return "\n".join([*lines, "", f"different: {compared.total} numbers"])


def _cells(difference: Disagreement) -> tuple[str, ...]:
    size = "" if difference.size is None else _size(difference.size)
    numbers = (str(spelled(difference.original)), str(spelled(difference.refactored)))
    return difference.place, size, difference.element or "", difference.member, *numbers


def _size(extent: Extent) -> str:
    return f"{extent.width:g}x{extent.height:g}"


def as_json(compared: Agreement) -> str:
    """Return the answer for programs."""
    return json.dumps(
        {
            "equal": not compared.total,
            "compared": {
                "scenes": compared.scenes,
                "elements": compared.elements,
                "sizes": compared.sizes,
                "units": compared.units,
            },
            "count": compared.total,
            "differences": [_as_object(difference) for difference in compared.differences],
        },
        indent=2,
    )


def _as_object(difference: Disagreement) -> dict[str, object]:
    return {
        "where": difference.place,
        "size": None if difference.size is None else _size(difference.size),
        "element": difference.element,
        "member": difference.member,
        "original": spelled(difference.original),
        "refactored": spelled(difference.refactored),
    }
