"""The twelve places where a unit's name promises more than both systems keep, and what each gives if corrected.

Both systems keep the numbers of the original (`compat`). If a system that runs in shadow mode gives another number, it
is often because one of these was corrected; a difference is named by the row whose corrected rule gives its number.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from unitdocs.units.comparison import is_same
from unitdocs.units.model.context import Context
from unitdocs.units.model.scene import Element, Scene
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

CONTENT = 400.0
PARENT = 100.0
SURFACE = 1200.0
"""What is used for a member that a context lacks, in pixels: content, a parent, a scene or viewport."""
DEVICE_SCALES: Final = ((768.0, 0.8), (1024.0, 0.9))
"""The scale below each width, in pixels; 1 from the last one on."""
ROUNDING = 1e-9
"""Two numbers are one if they differ by no more than this share, as those of two ways to compute a percentage."""
Rule = Callable[[Any, Context], float]


@dataclass(frozen=True, slots=True)
class Semantic:
    """A rule that a unit's name promises and `compat` does not keep.

    Args:
        row: its number, 1 to 12.
        concerns: whether a unit's number depends on it.
        resolve: the corrected number of such a unit in a context; NaN if the unit would be refused.
        compat: what both systems do, in words.
        corrected: what the name promises, in words.
    """

    row: int
    concerns: Callable[[Any], bool]
    resolve: Rule
    compat: str
    corrected: str


def named(spec: object, context: Context, original: float, number: float) -> int | None:
    """Return the row of the corrected rule that gives a number; None if none does.

    Args:
        spec: the unit.
        context: what it was resolved against.
        original: the number of the original system.
        number: what the other system gave; how a rule rounds does not matter.
    """
    return next(
        (one.row for one in SEMANTICS if one.concerns(spec) and _explains(one, spec, context, original, number)), None
    )


def _explains(row: "Semantic", spec: object, context: Context, original: float, number: float) -> bool:
    """Return whether a row gives a number, and another one than the original."""
    corrected = row.resolve(spec, context)
    return _is_close(corrected, number) and not _is_close(corrected, original)


def _is_close(one: float, other: float) -> bool:
    return is_same(one, other) or math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING)


def refused(subject: object) -> int | None:
    """Return the row by which a corrected system refuses to build a unit or to prepare a scene; None if none does."""
    if isinstance(subject, Scene):
        return 12 if any(_is_inverted(unit) for element in subject.elements for unit in _units(element)) else None
    return 12 if _is_inverted(subject) else None


def _units(element: Element) -> Iterator[object]:
    """Yield the units of an element, those at breakpoints as well."""
    yield from (element.width, element.height, element.scale)
    for replacing in element.at.values():
        yield from replacing.values()


def _extent(context: Context, unit: str) -> tuple[float, float]:
    """Return width and height of the member that a unit is relative to, or what is used in place of it."""
    if unit.startswith("parent-"):
        member, fallback = context.parent, PARENT
    elif unit.startswith("scene-"):
        member, fallback = context.scene, SURFACE  # type: ignore[assignment]
    else:
        member, fallback = context.viewport, SURFACE  # type: ignore[assignment]
    return (member.width, member.height) if member is not None else (fallback, fallback)


def _available(context: Context) -> tuple[float, float]:
    surface = context.scene if context.scene is not None else context.viewport
    return (surface.width, surface.height) if surface is not None else (SURFACE, SURFACE)


def _along(extent: tuple[float, float], spec: Size | Position) -> float:
    """Return the side of an extent that a unit is for."""
    is_horizontal = spec.dimension is Dimension.WIDTH if isinstance(spec, Size) else spec.axis is Axis.X
    return extent[0] if is_horizontal else extent[1]


def _clamped(spec: Size | Scale, number: float) -> float:
    if spec.min is not None and number < spec.min:
        return spec.min
    return spec.max if spec.max is not None and number > spec.max else number


def _is_number(spec: Any) -> bool:  # noqa: ANN401 -- a unit of any kind
    return isinstance(spec.value, float)


def _side(context: Context, spec: Size) -> float:
    width, height = _extent(context, spec.unit)
    return width if spec.unit.endswith("-width") else height


def _relative_size(spec: Size, context: Context) -> float:
    return _clamped(spec, _side(context, spec) * float(spec.value) / 100)


def _percentage_size(spec: Size, context: Context) -> float:
    parent = context.parent
    extent = (parent.width, parent.height) if parent is not None else _available(context)
    return _clamped(spec, _along(extent, spec) * float(spec.value) / 100)


def _extreme_size(spec: Size, context: Context) -> float:
    extent = _extent(context, spec.unit)
    whole = min(extent) if spec.unit.endswith("-min") else max(extent)
    return _clamped(spec, whole * float(spec.value) / 100 if _is_number(spec) else whole)


def _inward(spec: Position, context: Context) -> float:
    """Return a percentage of a member's extent, from the edge that the unit names towards the inside."""
    name, _, edge = spec.unit.partition("-")
    side = 0 if edge in {"left", "right", "center-x"} else 1
    begin, extent = _span(context, name, side, is_centred=edge == "center-x")
    part = extent * float(spec.value) / 100
    places = {"left": part, "top": part, "right": extent - part, "bottom": extent - part}
    return begin + places.get(edge, extent / 2 + part) + spec.offset


def _span(context: Context, name: str, side: int, *, is_centred: bool) -> tuple[float, float]:
    """Return where a member begins along an axis, and its extent; 0 and 0 without it."""
    if name == "parent" and context.parent is not None:
        return context.parent[side], context.parent[side + 2]
    surface = context.scene if name == "scene" or is_centred else None
    member = context.viewport if name == "viewport" else surface
    return 0.0, 0.0 if member is None else member[side]


def _percentage_position(spec: Position, context: Context) -> float:
    side = 0 if spec.axis is Axis.X else 1
    parent = context.parent
    if parent is None:
        return _available(context)[side] * float(spec.value) / 100 + spec.offset
    return parent[side] + parent[side + 2] * float(spec.value) / 100 + spec.offset


def _edge(spec: Position, context: Context) -> float:
    extent = _along(_available(context), spec)
    parts: Mapping[object, float] = {PositionValue.CENTER: 0.5, PositionValue.RIGHT: 1.0, PositionValue.BOTTOM: 1.0}
    return extent * parts.get(spec.value, 0.0) + spec.offset


def _ratio_scale(spec: Scale, context: Context) -> float:
    base = context.scene if not spec.unit.startswith("scene-") else context.viewport
    member = {"parent": context.parent, "scene": context.scene}.get(spec.unit.partition("-")[0], context.viewport)
    ratios = [_divided(one, other) for one, other in zip(_sides(member), _sides(base), strict=True)]
    by_unit: Mapping[str, float] = {"width-scale": ratios[0], "height-scale": ratios[1]}
    factor = float(spec.value) if _is_number(spec) else 1.0
    return _clamped(spec, by_unit.get(spec.unit.partition("-")[2], min(ratios)) * factor)


def _sides(member: Any) -> tuple[float, float]:  # noqa: ANN401 -- a box or an extent
    return (1.0, 1.0) if member is None else (member.width, member.height)


def _divided(one: float, other: float) -> float:
    """Divide as IEEE 754 does."""
    if other:
        return one / other
    return math.nan if one == 0 or math.isnan(one) else math.copysign(math.inf, one) * math.copysign(1.0, other)


def _content_scale(spec: Scale, context: Context) -> float:
    content = context.content
    inner = (CONTENT, CONTENT) if content is None else (content.width, content.height)
    outer = _extent(context, "parent-")
    return _clamped(spec, min(1.0, _divided(outer[0], inner[0]), _divided(outer[1], inner[1])))


def _device_scale(spec: Scale, context: Context) -> float:
    range_ = context.breakpoint if spec.value is ScaleValue.BREAKPOINT_SCALE else context.viewport
    width = SURFACE if range_ is None else range_.width
    return _clamped(spec, next((scale for below, scale in DEVICE_SCALES if width < below), 1.0))


def _filled(spec: Size, context: Context) -> float:
    return _clamped(spec, _side(context, spec))


def _larger(spec: Size, context: Context) -> float:
    content = context.content
    return _clamped(spec, CONTENT if content is None else max(content.width, content.height))


def _is_inverted(spec: object) -> bool:
    return isinstance(spec, Size | Scale) and spec.min is not None and spec.max is not None and spec.min > spec.max


_EXTREMES = {SizeUnit.PARENT_MIN, SizeUnit.PARENT_MAX, SizeUnit.SCENE_MIN, SizeUnit.SCENE_MAX}
_WHOLE = {SizeValue.PIXEL, SizeValue.FILL, SizeValue.STRETCH}
_ABSOLUTE_SIZES = {SizeUnit.PIXEL, SizeUnit.PERCENTAGE}
_ABSOLUTE_POSITIONS = {PositionUnit.PIXEL, PositionUnit.PERCENTAGE}
_EDGES = {PositionValue.LEFT, PositionValue.RIGHT, PositionValue.TOP, PositionValue.BOTTOM, PositionValue.CENTER}
_PLAIN_SCALES = {ScaleUnit.FACTOR, ScaleUnit.PERCENTAGE}


def _is_relative_size(spec: object) -> bool:
    return isinstance(spec, Size) and spec.unit not in _ABSOLUTE_SIZES | _EXTREMES


SEMANTICS: Final = (
    Semantic(
        1,
        lambda spec: _is_relative_size(spec) and _is_number(spec),
        _relative_size,
        "a number with a relative size unit is ignored",
        "it is a percentage of what the unit names",
    ),
    Semantic(
        2,
        lambda spec: isinstance(spec, Size) and spec.unit is SizeUnit.PERCENTAGE and _is_number(spec),
        _percentage_size,
        "a size in percent is that number in pixels",
        "it is a percentage of the parent, or of the scene if there is none",
    ),
    Semantic(
        3,
        lambda spec: isinstance(spec, Size) and spec.unit in _EXTREMES and (_is_number(spec) or spec.value in _WHOLE),
        _extreme_size,
        "`parent-min`, `parent-max`, `scene-min` and `scene-max` give 100",
        "the smaller or larger side, or a percentage of it",
    ),
    Semantic(
        4,
        lambda spec: isinstance(spec, Position) and spec.unit not in _ABSOLUTE_POSITIONS and _is_number(spec),
        _inward,
        "a number with an edge is ignored",
        "it is a percentage of the extent, from that edge inwards",
    ),
    Semantic(
        5,
        lambda spec: isinstance(spec, Position) and spec.unit is PositionUnit.PERCENTAGE and _is_number(spec),
        _percentage_position,
        "a position in percent is that number in pixels",
        "it is a percentage of the parent, or of the scene if there is none",
    ),
    Semantic(
        6,
        lambda spec: isinstance(spec, Position) and spec.unit in _ABSOLUTE_POSITIONS and spec.value in _EDGES,
        _edge,
        "`left`, `right`, `top`, `bottom` and `center` change nothing",
        "they are that edge or the centre of the scene",
    ),
    Semantic(
        7,
        lambda spec: (
            isinstance(spec, Scale)
            and spec.unit not in _PLAIN_SCALES
            and (_is_number(spec) or spec.value is ScaleValue.FACTOR)
        ),
        _ratio_scale,
        "a number with a relative scale unit is ignored",
        "it multiplies the ratio that the unit names; of two ratios the smaller one",
    ),
    Semantic(
        8,
        lambda spec: isinstance(spec, Scale) and spec.value is ScaleValue.CONTENT_SCALE,
        _content_scale,
        "`content-scale` is 1",
        "the scale at which the content fits the parent, at most 1",
    ),
    Semantic(
        9,
        lambda spec: isinstance(spec, Scale) and spec.value in {ScaleValue.DEVICE_SCALE, ScaleValue.BREAKPOINT_SCALE},
        _device_scale,
        "`device-scale` and `breakpoint-scale` are 1",
        "0.8 below a width of 768, 0.9 below 1,024, else 1",
    ),
    Semantic(
        10,
        lambda spec: _is_relative_size(spec) and not spec.unit.startswith("parent-") and spec.value is SizeValue.FILL,
        _filled,
        "`fill` without a scene or viewport is 100",
        "it is 1,200, as everywhere else",
    ),
    Semantic(
        11,
        lambda spec: isinstance(spec, Size) and spec.dimension is Dimension.BOTH and spec.value is SizeValue.AUTO,
        _larger,
        "`both` with `auto` means the height",
        "the larger of width and height",
    ),
    Semantic(
        12,
        _is_inverted,
        lambda _spec, _context: math.nan,
        "with a minimum above the maximum, the minimum counts",
        "such a unit is refused when it is built",
    ),
)
"""All rows, in order."""
