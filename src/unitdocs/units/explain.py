"""Explanations: one resolution step by step, to show where a number comes from.

```python
from unitdocs.units import Context, Size
from unitdocs.units.explain import explain

explained = explain(Size("parent-width", "fill", max=80), Context())
[(step.name, step.result) for step in explained.steps]  # measure 100.0, value 100.0, clamp 80.0
```

Every unit takes three steps; a composition explains its parts, then takes one.

| kind | steps |
| --- | --- |
| size | `measure` by the unit; the `value` may replace that; `clamp` |
| position | the `reference` of the unit; the `value` may replace that; `offset` |
| scale | the `base` of the unit; the `value` may replace that; `clamp` |
| composition | `combine` the numbers of its parts |

The steps follow the rules and use neither system: if an explanation and a system differ, one of them is wrong. Custom
strategies are not explained.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, assert_never

from unitdocs.errors import InputError
from unitdocs.units.model.composition import Composition, How, Part
from unitdocs.units.model.context import Breakpoint, Context, Extent, Placed
from unitdocs.units.model.draws import Generator, draws_in_element_order
from unitdocs.units.model.requirements import is_valid
from unitdocs.units.model.scene import UNITS, Element, Scene
from unitdocs.units.model.values import (
    Axis,
    Dimension,
    Position,
    PositionUnit,
    PositionValue,
    Scale,
    ScaleUnit,
    ScaleValue,
    Size,
    SizeUnit,
    SizeValue,
)


class Read(NamedTuple):
    """A number that a step reads.

    Args:
        place: where it is read, such as `parent.width`, `min` or `draw`, a random number in [0, 1).
        number: the number, or its fallback if it is missing; None if the next place is read instead.
        is_missing: whether it is missing, so that a fallback is used.
    """

    place: str
    number: float | None
    is_missing: bool = False


class Step(NamedTuple):
    """One step of a resolution.

    Args:
        name: which step it is.
        rule: what it does, in words.
        reads: what it reads in addition to the previous result, in order.
        result: the number after it.
    """

    name: str
    rule: str
    reads: tuple[Read, ...]
    result: float


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Explanation:
    """How a unit, or a composition, becomes a number.

    Args:
        kind: `size`, `position` or `scale`.
        spec: what is explained; None if an element has no such unit.
        steps: the steps in their order; the last one's result is the number.
        is_valid: whether the context has what the unit needs.
        parts: of a composition, its parts.
    """

    kind: str
    spec: Size | Position | Scale | Composition | None
    steps: tuple[Step, ...]
    is_valid: bool
    parts: "tuple[Explanation, ...]" = ()

    @property
    def result(self) -> float:
        """What it resolves to."""
        return self.steps[-1].result


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ElementExplanation:
    """How a unit of an element becomes a number.

    Args:
        element: the element's id.
        unit: `x`, `y`, `width`, `height` or `scale`.
        breakpoint: the breakpoint in force; None without one.
        context: what it is resolved against, with the parent's resolved box.
        explanation: the steps.
    """

    element: str
    unit: str
    breakpoint: str | None
    context: Context
    explanation: Explanation


def explain(spec: Part, context: Context, rng: Generator | None = None) -> Explanation:
    """Explain how a unit or a composition resolves.

    Args:
        spec: the unit.
        context: what it is resolved against.
        rng: where random numbers are drawn from (default: a new generator).

    Raises:
        InputError: the spec is not a Size, Position, Scale or Composition.
    """
    source = random.Random() if rng is None else rng
    valid = is_valid(spec, context) if isinstance(spec, _KINDS) else False
    match spec:
        case Size():
            return Explanation("size", spec, _size(spec, context, source), valid)
        case Position():
            return Explanation("position", spec, _position(spec, context, source), valid)
        case Scale():
            return Explanation("scale", spec, _scale(spec, context, source), valid)
        case Composition():
            parts = tuple(explain(part, context, source) for part in spec.parts)
            return Explanation(parts[0].kind, spec, (_combined(spec, parts),), valid, parts)
    raise InputError(f"explain: expected a Size, a Position, a Scale or a Composition, got {spec!r}")


def explain_element(
    scene: Scene,
    element: str,
    unit: str,
    *,
    extent: Extent | None = None,
    viewport: Extent | None = None,
    rng: Generator | None = None,
) -> ElementExplanation:
    """Explain how a unit of a scene's element resolves, in the box of its parent.

    Args:
        scene: the scene.
        element: the element's id.
        unit: `x`, `y`, `width`, `height` or `scale`.
        extent: the scene's extent in pixels.
        viewport: the viewport's extent in pixels; its width chooses the breakpoint.
        rng: where random numbers are drawn from, in element order (default: a new generator).

    Raises:
        InputError: the scene has no such element, or the unit is unknown; both at once.
    """
    index = {one.id: i for i, one in enumerate(scene.elements)}
    problems = []
    if element not in index:
        problems.append(f"element: there is no {element!r} in scene {scene.name!r}; {_suggestion(index, element)}")
    if unit not in UNITS:
        problems.append(f"unit: {unit!r} is not one of {', '.join(UNITS)}")
    if problems:
        raise InputError(*problems)
    name = None if viewport is None else scene.breakpoint_at(viewport.width)
    in_force = None if name is None or viewport is None else Breakpoint(name, *viewport)
    elements = scene.elements_at(name)
    source = random.Random() if rng is None else rng
    draws = draws_in_element_order([one.random_units for one in elements], source)
    around = Context(scene=extent, viewport=viewport, breakpoint=in_force)
    parent: Placed | None = None
    for i in _path_to(index[element], scene.parents):
        context = around.around(parent, elements[i].content)
        explained = {member: _unit(elements[i], member, context, draws[i]) for member in UNITS}
        parent = Placed(*(one.result for one in explained.values()))
    return ElementExplanation(element, unit, name, context, explained[unit])


def to_json(explained: Explanation) -> dict[str, object]:
    """Return an explanation as JSON has it; numbers that are not finite are "NaN", "Infinity" and "-Infinity".

    | member | meaning |
    | --- | --- |
    | `kind` | `size`, `position` or `scale` |
    | `spec` | the unit with all its members; of a composition `compose` and `weights`; null without a unit |
    | `parts[]` | of a composition: its parts, each an explanation again |
    | `steps[]` `name`, `rule` | which step it is, and what it does in words, whose wording may change |
    | `steps[]` `reads[]` `place`, `number`, `missing` | what it reads; if that is missing, its fallback or null |
    | `steps[]` `result` | the number after the step |
    | `result` | the number |
    | `valid` | whether the context has what the unit needs |
    """
    return {
        "kind": explained.kind,
        "spec": _spec_json(explained.spec),
        "parts": [to_json(part) for part in explained.parts],
        "steps": [
            {
                "name": step.name,
                "rule": step.rule,
                "reads": [
                    {"place": read.place, "number": spelled(read.number), "missing": read.is_missing}
                    for read in step.reads
                ],
                "result": spelled(step.result),
            }
            for step in explained.steps
        ],
        "result": spelled(explained.result),
        "valid": explained.is_valid,
    }


def spelled(value: Any) -> Any:  # noqa: ANN401 -- any member of a unit
    """Return a number as JSON can hold it: text if it is not finite. Any other value is returned unchanged."""
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _spec_json(spec: Size | Position | Scale | Composition | None) -> dict[str, object] | None:
    if spec is None:
        return None
    if isinstance(spec, Composition):
        return {"compose": spec.how.value, "weights": list(spec.weights)}
    return {member.name: spelled(getattr(spec, member.name)) for member in fields(spec)}


def _suggestion(index: dict[str, int], wanted: str) -> str:
    """Return the ids of a scene if they are few, else those close to the one that was wanted."""
    if len(index) <= _MOST_LISTED:
        return f"it has {', '.join(index)}"
    from difflib import get_close_matches  # noqa: PLC0415 -- a known id needs no suggestions

    close = get_close_matches(wanted, index, n=3)
    return f"did you mean {' or '.join(close)}?" if close else f"it has {len(index)} others"


_MOST_LISTED = 20
_KINDS = (Size, Position, Scale, Composition)


def _path_to(i: int, parents: Sequence[int]) -> list[int]:
    """Return the indexes from the root to an element."""
    path = []
    while i >= 0:
        path.append(i)
        i = parents[i]
    return path[::-1]


def _unit(element: Element, name: str, context: Context, rng: Generator) -> Explanation:
    """Explain an element's unit, or the default of an absent one."""
    unit = getattr(element, name)
    if unit is not None:
        return explain(unit, context, rng)
    reads = _ReadLog(context)
    if name in ("width", "height"):
        step = reads.step("default", f"no unit: the content's {name}", reads.first("content", name, 100.0))
        return Explanation("size", None, (step,), is_valid=True)
    kind, number = ("scale", 1.0) if name == "scale" else ("position", 0.0)
    return Explanation(kind, None, (reads.step("default", f"no unit: {_text(number)}", number),), is_valid=True)


class _ReadLog:
    """What a step reads, recorded in order."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.recorded: list[Read] = []

    def first(self, members: str, side: str, fallback: float) -> float:
        """Read a side of the first member that the context has; return a fallback if it has none of them."""
        *others, last = members.split()
        for member in (*others, last):
            extent = getattr(self.context, member)
            if extent is not None:
                return self.record(f"{member}.{side}", float(getattr(extent, side)))
            self.recorded.append(Read(f"{member}.{side}", fallback if member == last else None, is_missing=True))
        return fallback

    def record(self, place: str, number: float) -> float:
        """Record a number that is present."""
        self.recorded.append(Read(place, number))
        return number

    def step(self, name: str, rule: str, result: float) -> Step:
        """Return the step that read everything recorded."""
        return Step(name, rule, tuple(self.recorded), result)


_SURFACE = "scene viewport"


# Sizes.


def _size(spec: Size, context: Context, rng: Generator) -> tuple[Step, ...]:
    measured = _measured(spec, _ReadLog(context))
    valued = _sized(spec, measured.result, _ReadLog(context), rng)
    return measured, valued, _clamped(valued.result, spec.min, spec.max, _ReadLog(context))


def _measured(spec: Size, reads: _ReadLog) -> Step:
    member, _, side = spec.unit.partition("-")
    if spec.unit in (SizeUnit.PIXEL, SizeUnit.PERCENTAGE):
        if isinstance(spec.value, float):
            return reads.step("measure", f"{spec.unit}: the number as it is", spec.value)
        return reads.step("measure", f"{spec.unit} without a number: 100", 100.0)
    if side in ("min", "max"):
        return reads.step("measure", f"{spec.unit}: 100 always", 100.0)
    number = reads.first(member, side, 100.0 if member == "parent" else 1200.0)
    return reads.step("measure", f"{spec.unit}: the {member}'s {side}{_ignored(spec.value)}", number)


def _sized(spec: Size, measured: float, reads: _ReadLog, rng: Generator) -> Step:
    side = "width" if spec.dimension is Dimension.WIDTH else "height"
    match spec.value:
        case float():
            return reads.step("value", "a number keeps what was measured", measured)
        case SizeValue.PIXEL:
            return reads.step("value", "pixel keeps what was measured", measured)
        case SizeValue.FILL:
            member, _, own = spec.unit.partition("-")
            if own in ("width", "height"):
                return reads.step("value", f"fill: the {member}'s {own}", reads.first(member, own, 100.0))
            return reads.step("value", f"fill: the {side} of scene or viewport", reads.first(_SURFACE, side, 100.0))
        case SizeValue.AUTO:
            return reads.step("value", f"auto: the content's {side}", reads.first("content", side, 400.0))
        case SizeValue.FIT:
            content, room = reads.first("content", side, 400.0), reads.first(_SURFACE, side, 1200.0)
            return reads.step(
                "value", f"fit: the smaller {side} of content and scene or viewport", _least(content, room)
            )
        case SizeValue.STRETCH:
            return reads.step("value", f"stretch: the {side} of scene or viewport", reads.first(_SURFACE, side, 1200.0))
        case SizeValue.CONTENT | SizeValue.INTRINSIC as word:
            if spec.dimension is not Dimension.BOTH:
                return reads.step("value", f"{word}: the content's {side}", reads.first("content", side, 400.0))
            sides = reads.first("content", "width", 400.0), reads.first("content", "height", 400.0)
            return reads.step("value", f"{word}: the content's larger side", _greatest(*sides))
        case SizeValue.RANDOM:
            return _drawn(spec, 1.0, 10000.0, reads, rng)
        case _:
            assert_never(spec.value)


def _drawn(spec: Size | Scale, low: float, high: float, reads: _ReadLog, rng: Generator) -> Step:
    """Draw between min and max, or their fallbacks."""
    for name, limit in (("min", spec.min), ("max", spec.max)):
        reads.recorded.append(Read(name, (low if name == "min" else high) if limit is None else limit, limit is None))
    low = low if spec.min is None else spec.min
    high = high if spec.max is None else spec.max
    draw = reads.record("draw", rng.random())
    return reads.step("value", "random: min + (max - min) * draw", low + (high - low) * draw)


def _clamped(number: float, low: float | None, high: float | None, reads: _ReadLog) -> Step:
    if low is None and high is None:
        return reads.step("clamp", "neither min nor max: kept", number)
    if low is not None and number < reads.record("min", low):
        return reads.step("clamp", "below min: min", low)
    if high is not None and number > reads.record("max", high):
        return reads.step("clamp", "above max: max", high)
    return reads.step("clamp", "not a number: kept" if math.isnan(number) else "within bounds: kept", number)


# Positions.


def _position(spec: Position, context: Context, rng: Generator) -> tuple[Step, ...]:
    reference = _reference(spec, _ReadLog(context))
    valued = _placed(spec, reference.result, _ReadLog(context), rng)
    reads = _ReadLog(context)
    added = valued.result + reads.record("offset", spec.offset)
    return reference, valued, reads.step("offset", "the offset is added", added)


def _reference(spec: Position, reads: _ReadLog) -> Step:
    unit = spec.unit
    if unit in (PositionUnit.PIXEL, PositionUnit.PERCENTAGE):
        if isinstance(spec.value, float):
            return reads.step("reference", f"{unit}: the number as it is", spec.value)
        return reads.step("reference", f"{unit} without a number: 0", 0.0)
    member, _, edge = unit.partition("-")
    near, side = ("x", "width") if edge in ("left", "right", "center-x") else ("y", "height")
    if edge in ("left", "top"):
        number = reads.first(member, near, 0.0) if member == "parent" else 0.0
        place = f"the parent's {near}" if member == "parent" else "0"
        return reads.step("reference", f"{unit}: {place}{_ignored(spec.value)}", number)
    if edge.startswith("center"):
        return _center(spec, member, near, side, reads)
    start = reads.first(member, near, 0.0) if member == "parent" else 0.0
    rule = f"{near} + {side} of the parent" if member == "parent" else f"the {member}'s {side}"
    return reads.step("reference", f"{unit}: {rule}{_ignored(spec.value)}", start + reads.first(member, side, 0.0))


def _center(spec: Position, member: str, near: str, side: str, reads: _ReadLog) -> Step:
    rest = _ignored(spec.value)
    if member == "parent":
        if reads.context.parent is not None or side == "height":
            number = reads.first("parent", near, 0.0) + reads.first("parent", side, 0.0) / 2
            return reads.step("reference", f"{spec.unit}: {near} + half the {side} of the parent{rest}", number)
        number = reads.first("parent scene", side, 0.0) / 2
        return reads.step("reference", f"{spec.unit} without a parent: half the scene's width{rest}", number)
    return reads.step("reference", f"{spec.unit}: half the scene's {side}{rest}", reads.first("scene", side, 0.0) / 2)


def _placed(spec: Position, reference: float, reads: _ReadLog, rng: Generator) -> Step:
    match spec.value:
        case float():
            return reads.step("value", "a number keeps the reference", reference)
        case (
            PositionValue.PIXEL
            | PositionValue.CENTER
            | PositionValue.LEFT
            | PositionValue.RIGHT
            | PositionValue.TOP
            | PositionValue.BOTTOM as word
        ):
            return reads.step("value", f"{word} keeps the reference", reference)
        case (
            PositionValue.STATIC
            | PositionValue.RELATIVE
            | PositionValue.ABSOLUTE
            | PositionValue.FIXED
            | PositionValue.CONTENT_LEFT
            | PositionValue.CONTENT_TOP as word
        ):
            return reads.step("value", f"{word}: 0, whatever the reference", 0.0)
        case PositionValue.CONTENT_RIGHT | PositionValue.CONTENT_BOTTOM as word:
            side, axis = ("width", Axis.X) if word is PositionValue.CONTENT_RIGHT else ("height", Axis.Y)
            if spec.axis is axis:
                return reads.step("value", f"{word}: the content's {side}", reads.first("content", side, 400.0))
            return reads.step("value", f"{word} on axis {spec.axis}: 0", 0.0)
        case PositionValue.RANDOM:
            side = "width" if spec.axis is Axis.X else "height"
            draw, room = reads.record("draw", rng.random()), reads.first(_SURFACE, side, 1200.0)
            return reads.step("value", f"random: draw * the {side} of scene or viewport", draw * room)
        case _:
            assert_never(spec.value)


# Scales.


def _scale(spec: Scale, context: Context, rng: Generator) -> tuple[Step, ...]:
    base = _base(spec, _ReadLog(context))
    valued = _scaled(spec, base.result, _ReadLog(context), rng)
    return base, valued, _clamped(valued.result, spec.min, spec.max, _ReadLog(context))


def _base(spec: Scale, reads: _ReadLog) -> Step:
    unit = spec.unit
    if unit in (ScaleUnit.FACTOR, ScaleUnit.PERCENTAGE):
        if not isinstance(spec.value, float):
            return reads.step("base", f"{unit} without a number: 1", 1.0)
        if unit is ScaleUnit.FACTOR:
            return reads.step("base", "factor: the number as it is", spec.value)
        return reads.step("base", "percentage: the number / 100", spec.value / 100)
    member, _, rest = unit.partition("-")
    if rest == "scale":
        return reads.step("base", f"{unit}: 1{_ignored(spec.value)}", 1.0)
    side, other = rest.removesuffix("-scale"), _COMPARED_WITH[member]
    number = _divided(reads.first(member, side, 1.0), reads.first(other, side, 1.0))
    return reads.step("base", f"{unit}: {member} / {other}{_ignored(spec.value)}", number)


_COMPARED_WITH = {"parent": "scene", "scene": "viewport", "viewport": "scene"}


def _scaled(spec: Scale, base: float, reads: _ReadLog, rng: Generator) -> Step:
    match spec.value:
        case float():
            return reads.step("value", "a number keeps the base", base)
        case ScaleValue.FACTOR:
            return reads.step("value", "factor keeps the base", base)
        case ScaleValue.FIT | ScaleValue.MAINTAIN_ASPECT as word:
            return reads.step(
                "value", f"{word}: the smaller ratio of scene or viewport to content", _least(*_ratios(reads))
            )
        case ScaleValue.STRETCH | ScaleValue.FILL | ScaleValue.IGNORE_ASPECT as word:
            return reads.step(
                "value", f"{word}: the larger ratio of scene or viewport to content", _greatest(*_ratios(reads))
            )
        case (
            ScaleValue.CONTENT_SCALE
            | ScaleValue.INTRINSIC_SCALE
            | ScaleValue.BREAKPOINT_SCALE
            | ScaleValue.DEVICE_SCALE as word
        ):
            return reads.step("value", f"{word}: 1, whatever the base", 1.0)
        case ScaleValue.RANDOM:
            return _drawn(spec, 0.5, 2.0, reads, rng)
        case _:
            assert_never(spec.value)


def _ratios(reads: _ReadLog) -> list[float]:
    """Return the ratio of the surface's width to the content's, then the same of the heights."""
    return [
        _divided(reads.first(_SURFACE, side, 1200.0), reads.first("content", side, 400.0))
        for side in ("width", "height")
    ]


# Compositions.


def _combined(spec: Composition, parts: Sequence[Explanation]) -> Step:
    numbers = [part.result for part in parts]
    reads = [Read(f"part {i}", number) for i, number in enumerate(numbers, start=1)]
    match spec.how:
        case How.WEIGHTED_AVERAGE:
            rule = "weighted-average: the sum of weight * part / the sum of the weights"
            reads += [Read(f"weight {i}", weight) for i, weight in enumerate(spec.weights, start=1)]
            total, weights = -0.0, 0.0  # adding to -0 changes no number, the sign of 0 included
            for number, weight in zip(numbers, spec.weights, strict=True):
                total += number * weight
                weights += weight
            result = total / weights
        case How.PRIORITY:
            chosen = next((i for i, part in enumerate(parts) if part.is_valid), None)
            rule = "priority: no part is valid, so the last"
            if chosen is not None:
                rule = f"priority: part {chosen + 1} is the first that is valid"
            result = numbers[-1 if chosen is None else chosen]
        case How.MIN:
            rule, result = "min: the least part", _least(*numbers)
        case How.MAX:
            rule, result = "max: the greatest part", _greatest(*numbers)
        case How.CLAMP:
            value, least, greatest = numbers
            if value < least:
                rule, result = "clamp: part 1 is below part 2, so that", least
            elif value > greatest:
                rule, result = "clamp: part 1 is above part 3, so that", greatest
            else:
                rule, result = "clamp: part 1 is within parts 2 and 3, or one is not a number: kept", value
        case _:
            assert_never(spec.how)
    return Step("combine", rule, tuple(reads), result)


# Arithmetic as IEEE 754 has it.


def _least(*numbers: float) -> float:
    return math.nan if any(map(math.isnan, numbers)) else min(numbers)


def _greatest(*numbers: float) -> float:
    return math.nan if any(map(math.isnan, numbers)) else max(numbers)


def _divided(a: float, b: float) -> float:
    if b != 0:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)


def _ignored(value: object) -> str:
    """Return a note that a number is ignored; empty for a keyword."""
    return f"; the number {_text(value)} is ignored" if isinstance(value, float) else ""


def _text(number: float) -> str:
    return repr(number).removesuffix(".0")
