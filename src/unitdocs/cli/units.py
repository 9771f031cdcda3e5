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

from unitdocs.cli.compare import Format
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
        str | None, typer.Option(help="original or refactored; without it UNITDOCS_SYSTEM decides.", show_default=False)
    ] = None,
) -> None:
    """Read units as JSON lines from standard input and write one answer a line.

    A line: {"id": "a", "kind": "size", "unit": "parent-width", "value": "fill",
    "context": {"parent": {"x": 0, "y": 0, "width": 640, "height": 360}}}

    Its answer: {"id": "a", "result": 640.0, "valid": true}. A result that is not finite is "NaN", "Infinity" or
    "-Infinity". A line that cannot be read gives {"id": null, "line": 3, "error": "..."} and the next one goes on.

    A composition has "compose" and "parts", of its kind, in the place of unit and value; the original system has none.

    Example: unitdocs units resolve --system refactored < units.jsonl
    """
    from unitdocs.units import create_system  # noqa: PLC0415 -- the system is loaded where it is used

    active = create_system(system)
    for answer in answers(sys.stdin.buffer, active):
        # One write a line, flushed, so that a program at the other end of a pipe gets each answer as it comes.
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


@app.command()
def explain(
    given: Annotated[
        str | None,
        typer.Argument(
            metavar="UNIT",
            help="A unit, written as for units resolve; from standard input without.",
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
    seed: Annotated[int, typer.Option(help="Where random numbers come from.")] = 1,
    form: Annotated[
        Format, typer.Option("--format", help="For people, for programs, or for a pull request.")
    ] = Format.TABLE,
) -> None:
    """Show step by step how a unit becomes a number: what is read, what stands in, what is replaced.

    The unit is one JSON object, written as for units resolve, or belongs to an element of a scene file.

    Example: unitdocs units explain '{"kind": "size", "unit": "parent-width", "value": "fill", "max": 80}'

    Example: unitdocs units explain --scene wheel.json --element pointer --unit x --viewport 1366x768
    """
    from unitdocs.cli import explanations  # noqa: PLC0415 -- help is quicker without

    rng = random.Random(seed)  # noqa: S311 -- a random place on the screen is no secret
    of_element = {"--element": element, "--unit": unit, "--scene-size": scene_size, "--viewport": viewport}
    if scene is None:
        _refuse([f"{name} {value}: needs --scene, a scene file" for name, value in of_element.items() if value])
        typer.echo(explanations.of_unit(*_unit_and_context(given), rng, form))
        return
    problems = [] if given is None else ["--scene: give either a unit or a scene, not both"]
    problems += [f"{name}: missing; --scene needs it" for name in ("--element", "--unit") if not of_element[name]]
    extent, seen = (_extent(of_element[name], name, problems) for name in ("--scene-size", "--viewport"))
    _refuse(problems)
    typer.echo(explanations.of_element(scene, str(element), str(unit), extent, seen, rng, form))


def _refuse(problems: list[str]) -> None:
    if problems:
        raise InputError(*problems)


def _extent(given: str | None, name: str, problems: list[str]) -> "Extent | None":
    from unitdocs.units import Extent  # noqa: PLC0415

    if given is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)", given, re.ASCII)
    if found is None:
        problems.append(f"{name} {given}: expected width and height in pixels, such as 1920x1080")
        return None
    return Extent(*map(float, found.groups()))


def _unit_and_context(given: str | None) -> tuple[Any, Any]:
    """Read the one unit that is to be explained, with its context."""
    from unitdocs.units import parse_context  # noqa: PLC0415

    place = "UNIT"
    try:
        if given is None:
            place = "standard input"
            if sys.stdin.isatty():
                raise InputError("UNIT: missing; give a unit as one JSON object, or an element with --scene")
            given = sys.stdin.buffer.read().decode()
        row = json.loads(given)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: expected one unit as a JSON object ({error})") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: expected an object, got {str(row)[:60]}")
    return _spec(row), parse_context(row.get("context", {}))


def answers(lines: Iterable[bytes], system: Any) -> Iterator[dict[str, object]]:  # noqa: ANN401 -- either system
    """Resolve lines one after the other; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _answer(line, system)
            except (InputError, UnicodeDecodeError, ValueError, RecursionError) as error:
                reason = "; ".join(error.problems) if isinstance(error, InputError) else f"not a line of JSON: {error}"
                yield {"id": None, "line": number, "error": reason}


def _answer(line: bytes, system: Any) -> dict[str, object]:  # noqa: ANN401
    from unitdocs.units import parse_context  # noqa: PLC0415
    from unitdocs.units.explain import spelled  # noqa: PLC0415

    row = json.loads(line)
    if not isinstance(row, dict):
        raise InputError(f"expected an object, got {str(row)[:60]}")
    unit = system.build(_spec(row))
    context = parse_context(row.get("context", {}))
    return {"id": _echoed(row.get("id")), "result": spelled(unit.resolve(context)), "valid": unit.validate(context)}


def _spec(row: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- one of three kinds, or a composition of one
    from unitdocs.units import Position, Scale, Size  # noqa: PLC0415
    from unitdocs.units.model.composition import is_composition  # noqa: PLC0415

    kinds: dict[str, type[Size | Position | Scale]] = {"size": Size, "position": Position, "scale": Scale}
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise InputError(f"kind: {kind!r} is not one of {', '.join(kinds)}")
    given = {name: value for name, value in row.items() if name not in ("id", "kind", "context")}
    if is_composition(given):
        return _composition(kinds[kind], given)
    problems = _problems(kinds[kind], given)
    if problems:
        raise InputError(*problems)
    return kinds[kind](**given)


def _problems(kind: type[Any], given: Mapping[str, object]) -> list[str]:
    """Return which members a unit lacks or does not have."""
    known = {field.name for field in dataclasses.fields(kind)}
    word = kind.__name__.lower()
    problems = [f"{name}: unknown; a {word} has {', '.join(sorted(known))}" for name in given if name not in known]
    return problems + [f"{name}: missing" for name in ("unit", "value") if name not in given]


def _composition(kind: type[Any], given: Mapping[str, Any]) -> "Composition":
    from unitdocs.units.model.composition import parse_composition  # noqa: PLC0415

    def part(data: object, place: str, problems: list[str]) -> Any:  # noqa: ANN401 -- of the kind
        if not isinstance(data, Mapping):
            problems.append(f"{place}: expected an object, got {str(data)[:60]}")
            return None
        found = [f"{place}.{problem}" for problem in _problems(kind, data)]
        if not found:
            try:
                return kind(**data)
            except InputError as error:
                found = [f"{place}.{problem.split(': ', 1)[1]}" for problem in error.problems]
        problems += found
        return None

    problems: list[str] = []
    made = parse_composition(given, "$", problems, part)
    if made is None:
        raise InputError(*problems)
    return made


def _echoed(given: object) -> object:
    """Return a line's own id, which has to be JSON where it goes out too: Python reads a NaN that others do not."""
    if not isinstance(given, str | int | None):
        try:
            json.dumps(given, allow_nan=False)
        except ValueError as error:
            raise InputError("id: holds a number that is not finite; give text or a whole number") from error
    return given
