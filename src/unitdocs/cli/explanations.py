"""Explanations of units as text, Markdown and JSON."""

import json
from collections.abc import Iterator
from pathlib import Path

from unitdocs.cli.formats import Format
from unitdocs.cli.rows import Row, aligned, inert, marked_up
from unitdocs.units import Composition, Context, Extent, Position, Size, load_scene
from unitdocs.units.explain import Explanation, Read, explain, explain_element, spelled, to_json
from unitdocs.units.model.composition import Part
from unitdocs.units.model.draws import Generator

HEADING = ("step", "rule", "reads", "result")
LEFT = frozenset({0, 1, 2})
MEMBERS = ("parent", "scene", "viewport", "content", "breakpoint")


def explain_unit(spec: Part, context: Context, rng: Generator, form: Format) -> str:
    """Return the explanation of a unit."""
    explained = explain(spec, context, rng)
    if form is Format.JSON:
        return _json(to_json(explained))
    return _written([_described(explained)], explained, form)


def explain_scene_unit(
    path: Path, element: str, unit: str, extent: Extent | None, viewport: Extent | None, rng: Generator, form: Format
) -> str:
    """Return the explanation of a unit of an element of a scene file.

    Raises:
        InputError: the file is not a scene, or has no such element or unit.
    """
    scene = load_scene(path)
    in_scene = explain_element(scene, element, unit, extent=extent, viewport=viewport, rng=rng)
    explained, context = in_scene.explanation, in_scene.context
    if form is Format.JSON:
        where = {"scene": scene.name, "element": element, "unit": unit, "breakpoint": in_scene.breakpoint}
        return _json({**where, "context": _context_json(context), **to_json(explained)})
    at = "" if in_scene.breakpoint is None else f" at {in_scene.breakpoint}"
    lines = [f"{element}.{unit} of {scene.name}{at}: {_described(explained)}", *_context_lines(context)]
    return _written(lines, explained, form)


def _written(before: list[str], explained: Explanation, form: Format) -> str:
    """Return some lines, a table of the steps, and the result."""
    rows = [HEADING, *_rows(explained, "")]
    lacks = "" if explained.is_valid else "; the context lacks what the unit needs, so fallbacks are used"
    after = f"result: {_number(explained.result)}{lacks}"
    if form is Format.TABLE:
        return "\n".join([*before, "", *aligned(rows, LEFT), "", after])
    return "\n".join([*(f"- {inert(line)}" for line in before), "", *marked_up(rows, LEFT), "", inert(after)])


def _rows(explained: Explanation, path: str) -> Iterator[Row]:
    """Yield a row for each step; those of parts first, each part under its own heading."""
    for i, part in enumerate(explained.parts, start=1):
        part_path = f"{path}.{i}" if path else str(i)
        yield f"part {part_path}", _described(part), "", ""
        yield from _rows(part, part_path)
    for step in explained.steps:
        yield f"{path} {step.name}".strip(), step.rule, "; ".join(map(_read, step.reads)), _number(step.result)


def _read(read: Read) -> str:
    if not read.is_missing:
        return f"{read.place} = {_number(read.number)}"
    return f"no {read.place}" if read.number is None else f"no {read.place}, so {_number(read.number)}"


def _described(explained: Explanation) -> str:
    """Return one line that describes what is explained."""
    spec = explained.spec
    if spec is None:
        return f"{explained.kind}, no unit"
    if isinstance(spec, Composition):
        weights = f", weights {', '.join(map(_number, spec.weights))}" if spec.weights else ""
        return f"{explained.kind}, {spec.how} of {len(spec.parts)}{weights}"
    words = [f"{explained.kind} {spec.unit} {_number(spec.value)}"]
    if isinstance(spec, Position):
        return ", ".join([*words, f"axis {spec.axis}", f"offset {_number(spec.offset)}"])
    words += [f"dimension {spec.dimension}"] if isinstance(spec, Size) else []
    limits = (("min", spec.min), ("max", spec.max))
    return ", ".join([*words, *(f"{name} {_number(limit)}" for name, limit in limits if limit is not None)])


def _context_lines(context: Context) -> Iterator[str]:
    for name, members in _context_json(context).items():
        if members is not None:
            yield f"{name}: {', '.join(f'{key} {_number(value)}' for key, value in members.items())}"


def _context_json(context: Context) -> dict[str, dict[str, object] | None]:
    members = {name: getattr(context, name) for name in MEMBERS}
    return {
        name: None if member is None else {key: spelled(value) for key, value in member._asdict().items()}
        for name, member in members.items()
    }


def _number(value: object) -> str:
    """Return a number with all its digits, so that it can be compared exactly; a keyword unchanged."""
    value = spelled(value)
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
