"""`unitdocs load scale`: how time and memory grow with the elements of a scene."""

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from unitdocs.cli import extras, flags
from unitdocs.cli.formats import Format
from unitdocs.errors import InputError
from unitdocs.formatting import counted, duration, number, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unitdocs.load.scale.run import ScaleSettings
    from unitdocs.studies.load_scale import LoadScale, ScaledCost, TreeShape

GROWS_FASTER = 1
"""The exit code if an exponent of the refactored system is above the limit, with `--fail-on above`."""
UNDECIDED = 3
"""The exit code if one is open, with `--fail-on open`."""
COLUMNS = ("tree", "system", "what", "exponent", "interval", "sizes", "steepest step", "at the largest size", "verdict")
OUT = Path("build/load-scale.json.gz")
SHAPES = ("wide", "nested", "chain")
SYSTEMS: Final = ("refactored", "original")
FAIL_ON = ("above", "open")

ShapeOption = Annotated[
    list[str] | None, typer.Option("--tree", help=f"One of {', '.join(SHAPES)}; may be repeated (default: all).")
]
SystemOption = Annotated[
    list[str] | None, typer.Option("--system", help="original or refactored; may be repeated (default: both).")
]


def scale(
    *,
    most: Annotated[int, typer.Option(help="The largest number of elements.")] = 1_000_000,
    tree: ShapeOption = None,
    system: SystemOption = None,
    rounds: Annotated[int, typer.Option(help="How often all sizes are measured.")] = 3,
    budget: Annotated[float, typer.Option(metavar="SECONDS", help="How long one size may take.")] = 300.0,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The record's file.")] = OUT,
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Continue the run of this record.", show_default=False)
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="table, markdown or json.")] = Format.TABLE,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="End with 1 if an exponent is above 1.05, or also with 3 if open.")
    ] = None,
) -> None:
    """Measure how the time and memory of a scene grow with its elements, from 10 on.

    Trees are wide (all elements in one), nested (two in each) and chains (each in the one before). Each size runs in a
    process of its own: a resolve at a new viewport, a first resolve with the garbage collector and without, an update
    of 1 % of the elements, and the bytes that the system holds. Exponents are fitted from 10,000 elements on; 1 is
    proportional. A size that would take longer than the budget, or more than 5 GiB, ends the row of its system, with
    the reason. The record is written after each size. Ends with 0; with --fail-on above 1 if an exponent of time of the
    refactored system is above 1.05, with --fail-on open 3 if none is and one is undecided.

    Examples:
    unitdocs load scale --most 10000 --rounds 1 --tree wide

    unitdocs load scale --out benchmarks/results/load-scale.json.gz --fail-on above
    """
    extras.require("tuning")
    if fail_on is not None and fail_on not in FAIL_ON:
        raise InputError(f"--fail-on {fail_on}: give one of {', '.join(FAIL_ON)}")
    if out.is_dir():
        raise InputError(f"--out {out}: is a folder; give the name of a file")
    from unitdocs.cli.load_part_progress import LoadProgress  # noqa: PLC0415 -- takes long to import
    from unitdocs.load.scale import run  # noqa: PLC0415

    path = resume or out
    settings = run.settings_of(path) if resume else _settings(most, tree, system, rounds, budget)
    with LoadProgress(_announcement(settings, path)) as progress:
        if resume:
            record = run.resume(path, root=Path.cwd(), on_part=progress.begin)
        else:
            command = shlex.join(["unitdocs", *sys.argv[1:]])
            record = run.scale(settings, root=Path.cwd(), path=path, command=command, on_part=progress.begin)
    _print(record, form)
    _end(record, fail_on)


def _settings(
    most: int, shapes: list[str] | None, systems: list[str] | None, rounds: int, budget: float
) -> "ScaleSettings":
    """Return the settings.

    Raises:
        InputError: there is no such tree or system, or a number is out of range; all of them at once.
    """
    from unitdocs.load.scale.run import ScaleSettings  # noqa: PLC0415 -- takes long to import
    from unitdocs.studies.load_scale import TreeShape  # noqa: PLC0415

    problems = [f"--tree {one}: give one of {', '.join(SHAPES)}" for one in shapes or () if one not in SHAPES]
    problems += [f"--system {one}: give one of {', '.join(SYSTEMS)}" for one in systems or () if one not in SYSTEMS]
    if problems:
        raise InputError(*problems)
    chosen = tuple(TreeShape(one) for one in SHAPES if not shapes or one in shapes)
    return ScaleSettings(most, chosen, tuple(one for one in SYSTEMS if not systems or one in systems), rounds, budget)


def _announcement(settings: "ScaleSettings", path: Path) -> str:
    from unitdocs.cli.load_progress import spoken  # noqa: PLC0415 -- takes long to import

    sizes = counted(len(settings.parts), "size")
    return f"This takes about {spoken(settings.seconds)} in all: {sizes}, kept in {path} after each."


def _kinds(record: "LoadScale") -> "Iterator[tuple[TreeShape, str, ScaledCost]]":
    from unitdocs.studies.load_scale import ScaledCost  # noqa: PLC0415 -- takes long to import

    for shape in record.shapes:
        for system in record.systems:
            for what in ScaledCost:
                yield shape, system, what


def _end(record: "LoadScale", fail_on: str | None) -> None:
    """End with the exit code of the record.

    Raises:
        typer.Exit: it is not 0.
    """
    from unitdocs.studies.load_scale import BYTES, verdict_of_power  # noqa: PLC0415 -- takes long to import

    verdicts = {
        verdict_of_power(record.power(system, shape, what)).value
        for shape, system, what in _kinds(record)
        if system == "refactored" and what not in BYTES
    }
    if fail_on and "above" in verdicts:
        raise typer.Exit(GROWS_FASTER)
    if fail_on == "open" and "open" in verdicts:
        raise typer.Exit(UNDECIDED)


def _print(record: "LoadScale", form: Format) -> None:
    kinds = list(_kinds(record))
    if form is Format.JSON:
        typer.echo(json.dumps([_as_json(record, *kind) for kind in kinds], indent=2))
        return
    flags.print_rows([COLUMNS, *(_row(record, *kind) for kind in kinds)], form)
    for end in record.ends:
        typer.echo(f"{end.shape}, {end.system}: ends before {counted(end.elements, 'element')}: {end.reason}")


def _row(record: "LoadScale", shape: "TreeShape", system: str, what: "ScaledCost") -> tuple[str, ...]:
    from unitdocs.studies.load_scale import BYTES, verdict_of_power  # noqa: PLC0415 -- takes long to import

    power, costs = record.power(system, shape, what), record.costs(system, shape, what)
    largest = list(costs)[-1] if costs else 1
    write = size if what in BYTES else duration
    at = f"{write(costs[largest] / largest)} an element" if costs else "-"
    names = (shape.value, system, what.value.replace("_", " "))
    steps = record.steep_step(system, shape, what)
    steepest = "-" if steps is None else f"{number(steps.exponent)} from {steps.less:,} on"
    if power is None:
        return (*names, "-", "-", "0", steepest, at, verdict_of_power(None).value)
    interval = f"{number(power.low)} to {number(power.high)}"
    return (*names, number(power.exponent), interval, str(power.n), steepest, at, verdict_of_power(power).value)


def _as_json(record: "LoadScale", shape: "TreeShape", system: str, what: "ScaledCost") -> dict[str, object]:
    from unitdocs.studies.load_scale import verdict_of_power  # noqa: PLC0415 -- takes long to import

    power = record.power(system, shape, what)
    return {
        "tree": shape,
        "system": system,
        "what": what,
        "costs": {str(elements): cost for elements, cost in record.costs(system, shape, what).items()},
        "exponent": power and {"value": power.exponent, "low": power.low, "high": power.high, "sizes": power.n},
        "local exponents": [step._asdict() for step in record.local_powers(system, shape, what)],
        "verdict": verdict_of_power(power),
    }
