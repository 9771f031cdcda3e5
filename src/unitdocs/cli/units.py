"""`unitdocs units`: the unit system on the command line."""

import json
import random
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unitdocs.cli.formats import Format
from unitdocs.cli.unit_lines import lines_of, parsed, results, text_of, unit_of
from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.units import Extent

app = typer.Typer(name="units", help="Resolve, compare and explain units.", no_args_is_help=True)


class AgreementFormat(StrEnum):
    """How a comparison of the two systems is written."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def units() -> None:
    """Resolve, compare and explain units."""


@app.command()
def resolve(
    system: Annotated[
        str | None,
        typer.Option(help="original or refactored (default: UNITDOCS_SYSTEM, else original).", show_default=False),
    ] = None,
    strict: Annotated[  # noqa: FBT002 -- an option of the command line
        bool, typer.Option("--strict", help="Exit with 2 if a line could not be resolved.")
    ] = False,
) -> None:
    """Read units as JSON lines from standard input, and write one result line for each.

    A line: {"id": "a", "kind": "size", "unit": "parent-width", "value": "fill",
    "context": {"parent": {"x": 0, "y": 0, "width": 640, "height": 360}}}

    Its result: {"id": "a", "result": 640.0, "valid": true}. A result that is not finite is "NaN", "Infinity" or
    "-Infinity". A line that cannot be resolved, or has more than 1 MiB, gives {"id": null, "line": 3, "error": "..."},
    and reading continues. Standard error says at the end how many there were; with --strict the exit code is then 2.

    A composition has "compose" and "parts" instead of unit and value; only the refactored system resolves it.

    Example: unitdocs units resolve --system refactored < units.jsonl
    """
    from unitdocs.units import create_system  # noqa: PLC0415 -- only this command needs it

    active = create_system(system, numpy=False)  # single units: nothing waits for NumPy
    unread = 0
    for result in results(lines_of(sys.stdin.buffer), active):
        # One write per line, flushed, so that a program at the other end of a pipe receives each result at once.
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()
        if "error" in result:
            unread += 1
    if unread:
        lines, their = ("line", "its result says") if unread == 1 else ("lines", "their results say")
        message = f"standard input: {unread} {lines} could not be resolved; {their} why"
        if strict:
            raise InputError(message)
        typer.echo(f"unitdocs: {message}", err=True)


@app.command()
def compare(
    scenes: Annotated[
        list[Path] | None, typer.Argument(metavar="SCENE...", help="Scene files.", show_default=False)
    ] = None,
    units: Annotated[
        list[Path] | None,
        typer.Option("--units", help="A file of units, one per line as for units resolve.", show_default=False),
    ] = None,
    sizes: Annotated[
        list[str] | None,
        typer.Option(
            "--size",
            help="Size of scene and viewport in pixels, such as 1920x1080 (default: five sizes from phone to desktop, "
            "and the edges of each scene's breakpoints).",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers, the same for both systems.")] = 1,
    form: Annotated[
        AgreementFormat, typer.Option("--format", help="Table for a terminal, JSON for programs.")
    ] = AgreementFormat.TABLE,
) -> None:
    """Resolve scene files and units with both systems, and say where they differ.

    Numbers are compared bit by bit; NaN equals NaN. Each scene is resolved several times in each size, so that the
    refactored system uses bound units, a plan and its caches.

    Exit code 0: equal; 1: they differ; 2: a file or a line cannot be read, or there is nothing to compare.

    Example: unitdocs units compare menu.json wheel.json --size 1920x1080 --units units.jsonl
    """
    from unitdocs.cli import agreement  # noqa: PLC0415 -- help is faster without it

    problems: list[str] = []
    if not scenes and not units:
        problems.append("nothing to compare; give scene files, or units with --units")
    if sizes and not scenes:
        problems.append("--size: needs a scene file; a unit's size is in its context")
    extents = [extent for text in sizes or () if (extent := _extent(text, "--size", problems)) is not None]
    _refuse(problems)
    compared = agreement.compare_files(scenes or [], units or [], extents, seed)
    typer.echo(agreement.as_json(compared) if form is AgreementFormat.JSON else agreement.as_table(compared))
    if compared.differences:
        raise typer.Exit(1)


@app.command()
def explain(
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="UNIT",
            help="A unit, written as for units resolve (default: read from standard input).",
            show_default=False,
        ),
    ] = None,
    scene: Annotated[
        Path | None, typer.Option(help="A scene file, to explain a unit of one of its elements.", show_default=False)
    ] = None,
    element: Annotated[str | None, typer.Option(help="The element's id.", show_default=False)] = None,
    unit: Annotated[str | None, typer.Option(help="x, y, width, height or scale.", show_default=False)] = None,
    scene_size: Annotated[
        str | None, typer.Option(help="The scene's extent in pixels, such as 1920x1080.", show_default=False)
    ] = None,
    viewport: Annotated[
        str | None, typer.Option(help="The viewport's extent in pixels; it chooses the breakpoint.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the random numbers.")] = 1,
    form: Annotated[
        Format, typer.Option("--format", help="Table for a terminal, JSON for programs, Markdown for a pull request.")
    ] = Format.TABLE,
) -> None:
    """Show step by step how a unit becomes a number: what each step reads, and which fallbacks it uses.

    The unit is one JSON object, written as for units resolve, or belongs to an element of a scene file.

    Example: unitdocs units explain '{"kind": "size", "unit": "parent-width", "value": "fill", "max": 80}'

    Example: unitdocs units explain --scene wheel.json --element pointer --unit x --viewport 1366x768
    """
    from unitdocs.cli import explanations  # noqa: PLC0415 -- help is faster without it

    rng = random.Random(seed)  # noqa: S311 -- a random place on the screen is not a secret
    of_element = {"--element": element, "--unit": unit, "--scene-size": scene_size, "--viewport": viewport}
    if scene is None:
        _refuse([f"{name} {value}: needs --scene, a scene file" for name, value in of_element.items() if value])
        typer.echo(explanations.explain_unit(*_unit_and_context(text), rng, form))
        return
    problems = [] if text is None else ["--scene: give either a unit or a scene, not both"]
    problems += [f"{name}: missing; --scene needs it" for name in ("--element", "--unit") if not of_element[name]]
    extent, viewport_extent = (_extent(of_element[name], name, problems) for name in ("--scene-size", "--viewport"))
    _refuse(problems)
    typer.echo(explanations.explain_scene_unit(scene, str(element), str(unit), extent, viewport_extent, rng, form))


def _refuse(problems: list[str]) -> None:
    """Raise an error with all problems, if there are any."""
    if problems:
        raise InputError(*problems)


def _extent(text: str | None, name: str, problems: list[str]) -> "Extent | None":
    """Parse an extent such as 1920x1080; a problem is added if it is not one."""
    from unitdocs.units import Extent  # noqa: PLC0415

    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)", text, re.ASCII)
    if match is None:
        problems.append(f"{name} {text}: expected width and height in pixels, such as 1920x1080")
        return None
    return Extent(*map(float, match.groups()))


def _unit_and_context(text: str | None) -> tuple[Any, Any]:
    """Read the unit to explain, with its context."""
    from unitdocs.units import parse_context  # noqa: PLC0415

    place = "standard input" if text is None else "UNIT"
    if text is None and sys.stdin.isatty():
        raise InputError("UNIT: missing; give a unit as one JSON object, or an element with --scene")
    try:
        row = parsed((text_of(sys.stdin.buffer) if text is None else text).encode())
    except InputError as error:
        raise InputError(*(f"{place}: {problem}" for problem in error.problems)) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: expected one unit as a JSON object ({error})") from error
    return unit_of(row), parse_context(row.get("context", {}))
