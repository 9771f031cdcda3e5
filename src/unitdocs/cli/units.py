"""`unitdocs units`: the unit system on the command line."""

import dataclasses
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unitdocs.cli.formats import Format
from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.units import Composition, Extent

app = typer.Typer(name="units", help="Resolve and explain units.", no_args_is_help=True)


@app.callback()
def units() -> None:
    """Resolve and explain units."""


@app.command()
def resolve(
    system: Annotated[
        str | None,
        typer.Option(help="original or refactored (default: UNITDOCS_SYSTEM, else original).", show_default=False),
    ] = None,
) -> None:
    """Read units as JSON lines from standard input, and write one result line for each.

    A line: {"id": "a", "kind": "size", "unit": "parent-width", "value": "fill",
    "context": {"parent": {"x": 0, "y": 0, "width": 640, "height": 360}}}

    Its result: {"id": "a", "result": 640.0, "valid": true}. A result that is not finite is "NaN", "Infinity" or
    "-Infinity". A line that cannot be read gives {"id": null, "line": 3, "error": "..."}, and reading continues.

    A composition has "compose" and "parts" instead of unit and value; only the refactored system resolves it.

    Example: unitdocs units resolve --system refactored < units.jsonl
    """
    from unitdocs.units import create_system  # noqa: PLC0415 -- only this command needs it

    active = create_system(system, numpy=False)  # single units: nothing waits for NumPy
    for result in results(sys.stdin.buffer, active):
        # One write per line, flushed, so that a program at the other end of a pipe receives each result at once.
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


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

    place = "UNIT"
    try:
        if text is None:
            place = "standard input"
            if sys.stdin.isatty():
                raise InputError("UNIT: missing; give a unit as one JSON object, or an element with --scene")
            text = sys.stdin.buffer.read().decode()
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: expected one unit as a JSON object ({error})") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: expected an object, got {str(row)[:60]}")
    return _spec(row), parse_context(row.get("context", {}))


def results(lines: Iterable[bytes], system: Any) -> Iterator[dict[str, object]]:  # noqa: ANN401 -- either system
    """Resolve lines one after the other; blank lines are skipped."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _result(line, system)
            except (InputError, UnicodeDecodeError, ValueError, RecursionError) as error:
                reason = "; ".join(error.problems) if isinstance(error, InputError) else f"not a line of JSON: {error}"
                yield {"id": None, "line": number, "error": reason}


def _result(line: bytes, system: Any) -> dict[str, object]:  # noqa: ANN401
    """Resolve the unit of one line."""
    from unitdocs.units import parse_context  # noqa: PLC0415
    from unitdocs.units.explain import spelled  # noqa: PLC0415

    row = json.loads(line)
    if not isinstance(row, dict):
        raise InputError(f"expected an object, got {str(row)[:60]}")
    unit = system.build(_spec(row))
    context = parse_context(row.get("context", {}))
    return {"id": _line_id(row.get("id")), "result": spelled(unit.resolve(context)), "valid": unit.validate(context)}


def _spec(row: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- one of three kinds, or a composition of one
    """Build the unit that a row describes."""
    from unitdocs.units import Position, Scale, Size  # noqa: PLC0415
    from unitdocs.units.model.composition import is_composition  # noqa: PLC0415

    kinds: dict[str, type[Size | Position | Scale]] = {"size": Size, "position": Position, "scale": Scale}
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise InputError(f"kind: {kind!r} is not one of {', '.join(kinds)}")
    members = {name: value for name, value in row.items() if name not in ("id", "kind", "context")}
    if is_composition(members):
        return _composition(kinds[kind], members)
    problems = _problems(kinds[kind], members)
    if problems:
        raise InputError(*problems)
    return kinds[kind](**members)


def _problems(kind: type[Any], members: Mapping[str, object]) -> list[str]:
    """Return which members are missing from a unit, and which it cannot have."""
    allowed = {field.name for field in dataclasses.fields(kind)}
    word = kind.__name__.lower()
    problems = [
        f"{name}: unknown; a {word} has {', '.join(sorted(allowed))}" for name in members if name not in allowed
    ]
    return problems + [f"{name}: missing" for name in ("unit", "value") if name not in members]


def _composition(kind: type[Any], members: Mapping[str, Any]) -> "Composition":
    """Build a composition whose parts are all of one kind."""
    from unitdocs.units.model.composition import parse_composition  # noqa: PLC0415

    def part(data: object, place: str, problems: list[str]) -> Any:  # noqa: ANN401 -- of the kind
        if not isinstance(data, Mapping):
            problems.append(f"{place}: expected an object, got {str(data)[:60]}")
            return None
        wrong = [f"{place}.{problem}" for problem in _problems(kind, data)]
        if not wrong:
            try:
                return kind(**data)
            except InputError as error:
                wrong = [f"{place}.{problem.split(': ', 1)[1]}" for problem in error.problems]
        problems += wrong
        return None

    problems: list[str] = []
    composition = parse_composition(members, "$", problems, part)
    if composition is None:
        raise InputError(*problems)
    return composition


def _line_id(value: object) -> object:
    """Return a line's id, unless it cannot be written as JSON: Python reads NaN, which is not JSON."""
    if not isinstance(value, str | int | None):
        try:
            json.dumps(value, allow_nan=False)
        except ValueError as error:
            raise InputError("id: holds a number that is not finite; give text or a whole number") from error
    return value
