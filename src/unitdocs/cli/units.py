"""`unitdocs units`: the unit system on the command line."""

import dataclasses
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import typer

from unitdocs.errors import InputError

app = typer.Typer(name="units", help="Resolve units with either system.", no_args_is_help=True)


@app.callback()
def units() -> None:
    """Resolve units with either system."""


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

    Example: unitdocs units resolve --system refactored < units.jsonl
    """
    from unitdocs.units import create_system  # noqa: PLC0415 -- the system is loaded where it is used

    active = create_system(system)
    for answer in answers(sys.stdin.buffer, active):
        # One write a line, flushed, so that a program at the other end of a pipe gets each answer as it comes.
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


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

    row = json.loads(line)
    if not isinstance(row, dict):
        raise InputError(f"expected an object, got {str(row)[:60]}")
    unit = system.build(_spec(row))
    context = parse_context(row.get("context", {}))
    return {"id": _echoed(row.get("id")), "result": _spelled(unit.resolve(context)), "valid": unit.validate(context)}


def _spec(row: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- one of three kinds
    from unitdocs.units import Position, Scale, Size  # noqa: PLC0415

    kinds: dict[str, type[Size | Position | Scale]] = {"size": Size, "position": Position, "scale": Scale}
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise InputError(f"kind: {kind!r} is not one of {', '.join(kinds)}")
    known = {field.name for field in dataclasses.fields(kinds[kind])}
    given = {name: value for name, value in row.items() if name not in ("id", "kind", "context")}
    problems = [f"{name}: unknown; a {kind} has {', '.join(sorted(known))}" for name in given if name not in known]
    problems += [f"{name}: missing" for name in ("unit", "value") if name not in given]
    if problems:
        raise InputError(*problems)
    return kinds[kind](**given)


def _echoed(given: object) -> object:
    """Return a line's own id, which has to be JSON where it goes out too: Python reads a NaN that others do not."""
    if not isinstance(given, str | int | None):
        try:
            json.dumps(given, allow_nan=False)
        except ValueError as error:
            raise InputError("id: holds a number that is not finite; give text or a whole number") from error
    return given


def _spelled(number: float) -> float | str:
    """Return a number as JSON has it; JSON has no words for those that are not finite."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
