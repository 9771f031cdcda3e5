"""Units as JSON lines: reading them, and writing their results."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from unitdocs.errors import InputError

if TYPE_CHECKING:
    from unitdocs.units import Composition

LONGEST_LINE = 2**20
"""The most bytes of a line; a unit takes a few hundred."""
UNREADABLE = (InputError, ValueError, RecursionError)
"""What reading a line may raise; text that is not UTF-8 is a ValueError."""


def lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield lines; of one that is too long the beginning, which is one byte longer than `LONGEST_LINE`."""
    while line := stream.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):  # pass over the rest of it
            line = stream.readline(LONGEST_LINE + 1)


def text_of(stream: IO[bytes]) -> str:
    """Read one unit.

    Raises:
        InputError: it is longer than 1 MiB.
        ValueError: it is not UTF-8.
    """
    text = stream.read(LONGEST_LINE + 1)
    if len(text) > LONGEST_LINE:
        raise InputError(_too_long())
    return text.decode()


def parsed(line: bytes) -> dict[str, Any]:
    """Read the object of one line.

    Raises:
        InputError: it is too long, not an object, or has a member twice.
        ValueError: it is not JSON.
        RecursionError: it is nested too deep.
    """
    from unitdocs.units.model.json_text import read_json  # noqa: PLC0415 -- only these commands need it

    if len(line) > LONGEST_LINE:
        raise InputError(_too_long())
    row, repeated = read_json(line)
    if not isinstance(row, dict):
        raise InputError(f"expected an object, got {str(row)[:60]}")
    if repeated:
        raise InputError(*repeated)
    return row


def _too_long() -> str:
    return f"longer than {LONGEST_LINE // 2**20} MiB, the limit of a unit; give one unit per line"


def reason_of(error: Exception) -> str:
    """Return why a line cannot be read, in one line of text."""
    return "; ".join(error.problems) if isinstance(error, InputError) else f"not a line of JSON: {error}"


def results(lines: Iterable[bytes], system: Any) -> Iterator[dict[str, object]]:  # noqa: ANN401 -- either system
    """Resolve lines one after the other; blank lines are skipped."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _result(line, system)
            except UNREADABLE as error:
                yield {"id": None, "line": number, "error": reason_of(error)}


def _result(line: bytes, system: Any) -> dict[str, object]:  # noqa: ANN401
    """Resolve the unit of one line."""
    from unitdocs.units import parse_context  # noqa: PLC0415
    from unitdocs.units.explain import spelled  # noqa: PLC0415

    row = parsed(line)
    unit = system.build(unit_of(row))
    context = parse_context(row.get("context", {}))
    return {"id": _line_id(row.get("id")), "result": spelled(unit.resolve(context)), "valid": unit.validate(context)}


def unit_of(row: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- one of three kinds, or a composition of one
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
