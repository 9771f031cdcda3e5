"""Explanations of units as people and programs read them."""

import json
from collections.abc import Iterator
from pathlib import Path

from unitdocs.cli.compare import Format
from unitdocs.cli.rows import Row, aligned, inert, marked_up
from unitdocs.units import Composition, Context, Extent, Position, Size, load_scene
from unitdocs.units.model.composition import Part
from unitdocs.units.model.draws import Generator
from unitdocs.units.explain import Explanation, Read, explain, explain_element, spelled, to_json

HEADING = ("step", "rule", "reads", "result")
LEFT = frozenset({0, 1, 2})
MEMBERS = ("parent", "scene", "viewport", "content", "breakpoint")


def of_unit(spec: Part, context: Context, rng: Generator, form: Format) -> str:
    """Return how a unit becomes a number."""
    explained = explain(spec, context, rng)
    if form is Format.JSON:
        return _json(to_json(explained))
    return _written([_described(explained)], explained, form)


def of_element(
    path: Path, element: str, unit: str, extent: Extent | None, viewport: Extent | None, rng: Generator, form: Format
) -> str:
    """Return how a unit of an element of a scene file becomes a number.

    Raises:
        InputError: the file is no scene, or has no such element or unit.
    """
    scene = load_scene(path)
    found = explain_element(scene, element, unit, extent=extent, viewport=viewport, rng=rng)
    if form is Format.JSON:
        where = {"scene": scene.name, "element": element, "unit": unit, "breakpoint": found.breakpoint}
        return _json({**where, "context": _context_json(found.context), **to_json(found.explanation)})
    at = "" if found.breakpoint is None else f" at {found.breakpoint}"
    lines = [f"{element}.{unit} of {scene.name}{at}: {_described(found.explanation)}", *_context_lines(found.context)]
    return _written(lines, found.explanation, form)


def _written(before: list[str], explained: Explanation, form: Format) -> str:
    """Return what is said before the steps, a table of the steps, and the result."""
    rows = [HEADING, *_rows(explained, "")]
    lacks = "" if explained.is_valid else "; the context lacks what the unit needs, so fallbacks are used"
    after = f"result: {_number(explained.result)}{lacks}"
    if form is Format.TABLE:
        return "\n".join([*before, "", *aligned(rows, LEFT), "", after])
    return "\n".join([*(f"- {inert(line)}" for line in before), "", *marked_up(rows, LEFT), "", inert(after)])


def _rows(explained: Explanation, path: str) -> Iterator[Row]:
    """Give a row for each step; those of parts first, each part under a heading of its own."""
    for i, part in enumerate(explained.parts, start=1):
        own = f"{path}.{i}" if path else str(i)
        yield f"part {own}", _described(part), "", ""
        yield from _rows(part, own)
    for step in explained.steps:
        yield f"{path} {step.name}".strip(), step.rule, "; ".join(map(_read, step.reads)), _number(step.result)


def _read(read: Read) -> str:
    if not read.is_missing:
        return f"{read.place} = {_number(read.number)}"
    return f"no {read.place}" if read.number is None else f"no {read.place}, so {_number(read.number)}"


def _described(explained: Explanation) -> str:
    """Say in one line what is explained."""
    spec = explained.spec
    if spec is None:
        return f"{explained.kind}, no unit"
    if isinstance(spec, Composition):
        weights = f", weights {', '.join(map(_number, spec.weights))}" if spec.weights else ""
        return f"{explained.kind}, {spec.how} of {len(spec.parts)}{weights}"
    said = [f"{explained.kind} {spec.unit} {_number(spec.value)}"]
    if isinstance(spec, Position):
        return ", ".join([*said, f"axis {spec.axis}", f"offset {_number(spec.offset)}"])
    said += [f"dimension {spec.dimension}"] if isinstance(spec, Size) else []
    limits = (("min", spec.min), ("max", spec.max))
    return ", ".join([*said, *(f"{name} {_number(limit)}" for name, limit in limits if limit is not None)])


def _context_lines(context: Context) -> Iterator[str]:
    for name, members in _context_json(context).items():
        if members is not None:
            yield f"{name}: {', '.join(f'{key} {_number(value)}' for key, value in members.items())}"


def _context_json(context: Context) -> dict[str, dict[str, object] | None]:
    given = {name: getattr(context, name) for name in MEMBERS}
    return {
        name: None if member is None else {key: spelled(value) for key, value in member._asdict().items()}
        for name, member in given.items()
    }


def _number(given: object) -> str:
    """Return a number with all its digits, so that it can be held against another; a keyword as it is."""
    given = spelled(given)
    return repr(given).removesuffix(".0") if isinstance(given, float) else str(given)


def _json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
