"""Strategies of the refactored system: for each unit a function of the context, bound once when the unit is built.

A table gives, by unit and value, the *rule* of a unit: what it reads, and the fallback if that is absent. A rule has
two forms: a closure for one unit (`bind`, here) and a batch over many elements (`plan/batches.py`). Both are made once;
nothing is looked up per call.

Every rule adds a number at the end (a position's offset, 0 for the others), so that positions, sizes and scales share
their closures. Constraints are bound the same way: a unit without them costs nothing more.
"""

# Without it every closure would evaluate its annotations when it is made, a third of the cost of binding.
from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from unitdocs.units.model.calls import MISUSE, check_call
from unitdocs.units.model.composition import ByKind
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

if TYPE_CHECKING:
    from unitdocs.units.model.context import Context, Extent, Placed
    from unitdocs.units.model.draws import Generator

Strategy = Callable[..., float]
"""`strategy(context, rng)` returns the resolved number; only random units use `rng`."""
Bound = tuple[Callable[..., float] | None, float]
"""A strategy and what is added to its result; or None and the number itself."""
BoundColumns = tuple[list[Callable[..., float] | None], list[float]]
"""The same of many units: strategies and numbers, shape (n,) each."""
Resolved = Callable[..., float] | float
"""A strategy to whose result nothing is added, or the number itself, which is exactly a float."""
BindOther = Callable[[Any], Strategy]
"""Binds a unit that is not exactly of its kind: of a class that extends it, or a composition."""
Constrained = dict[tuple[Any, ...], Strategy]
"""Strategies within constraints, by the one without and its constraints."""


class Reads(StrEnum):
    """What a rule reads from the context."""

    NOTHING = "nothing"
    PARENT = "parent"
    PARENT_FAR = "parent's far edge"
    PARENT_CENTER = "parent's centre"
    PARENT_CENTER_OR_SCENE = "parent's centre, or the scene's"
    SCENE = "scene"
    SCENE_HALF = "half the scene"
    VIEWPORT = "viewport"
    SURFACE = "scene, or the viewport"
    CONTENT = "content"
    CONTENT_MAX = "the larger side of the content"
    FIT = "content within the surface"
    PARENT_BY_SCENE = "parent by scene"
    SCENE_BY_VIEWPORT = "scene by viewport"
    VIEWPORT_BY_SCENE = "viewport by scene"
    RATIO_MIN = "the smaller ratio of surface to content"
    RATIO_MAX = "the larger ratio of surface to content"
    RANDOM_BETWEEN = "a random number between two bounds"
    RANDOM_ON_SURFACE = "a random place on the surface"


class UnitRule(NamedTuple):
    """How a unit is resolved, before constraints.

    `side` is 0 for the x axis and width, 1 for the y axis and height.
    """

    reads: Reads
    side: int = 0
    missing: float = 0.0
    low: float = 0.0
    high: float = 0.0


SIZE, CONTENT, EXTENT = 100.0, 400.0, 1200.0
NOTHING_ADDED = -0.0
"""What is added to a size or a scale: unlike 0, -0 leaves every number as it is, also -0."""
_WIDTH, _HEIGHT = 0, 1


def rule_of(spec: Size | Position | Scale) -> UnitRule:
    """Return the rule of a unit."""
    bound = _bound_rule_of(spec)
    return _single_rule(spec) if bound is None else bound.rule


def uses_literal(spec: Size | Position | Scale) -> bool:
    """Return whether a number as the value of this unit is its result, before offset and constraints."""
    return spec.unit in _LITERAL_UNITS


def literal_number(spec: Size | Scale) -> float:
    """Return the result of a size or a scale whose value is its result, in any context."""
    number: float = spec.value / 100 if spec.unit is _PERCENT_OF_SCALE else spec.value  # type: ignore[assignment, operator]
    if spec.min is None and spec.max is None:
        return number
    if spec.min is not None and number < spec.min:
        return spec.min
    return number if spec.max is None else min(number, spec.max)


_PERCENT_OF_SCALE = ScaleUnit.PERCENTAGE


def bind_positions(units: Iterable[Any], bind_other: BindOther) -> BoundColumns:
    """Return what positions are bound to: their strategies, which those of one rule share, and their offsets.

    Args:
        units: an element's position or None, one for each.
        bind_other: binds what is not exactly a Position.
    """
    strategies: list[Strategy | None] = []
    numbers: list[float] = []
    for spec in units:
        if type(spec) is Position:
            value = spec.value
            is_number = type(value) is float
            if is_number and spec.unit in _LITERAL_UNITS:
                strategies.append(None)
                numbers.append(value + spec.offset)  # type: ignore[operator]
                continue
            entry = _POSITIONS[spec.axis].get((spec.unit, None if is_number else value))
            if entry is not None:  # numbers, and what is in a table, are nearly all: bound without a call
                strategies.append(entry.strategy)
                numbers.append(spec.offset)
                continue
        strategy, number = bound_position(spec, bind_other)
        strategies.append(strategy)
        numbers.append(number)
    return strategies, numbers


def bound_position(spec: Any, bind_other: BindOther) -> Bound:  # noqa: ANN401 -- any unit, or None
    """Return what one position is bound to; see `bind_positions`."""
    if type(spec) is Position:
        value = spec.value
        is_number = type(value) is float
        if is_number and spec.unit in _LITERAL_UNITS:
            return None, value + spec.offset  # type: ignore[operator]
        entry = _POSITIONS[spec.axis].get((spec.unit, None if is_number else value))
        return (_bind_entry(_single_rule(spec)) if entry is None else entry).strategy, spec.offset
    return (None, 0.0) if spec is None else (bind_other(spec), NOTHING_ADDED)


def bind_sizes(
    units: Iterable[Any], contents: Iterable[Extent | None] | None, side: int, bind_other: BindOther
) -> list[Resolved]:
    """Return what sizes of elements are bound to: strategies, or the numbers that no context changes.

    Args:
        units: an element's size, or None, one for each.
        contents: what each contains, which an element without a size is as large as; None if none contains anything.
        side: 0 for widths, 1 for heights.
        bind_other: binds what is not exactly a Size.
    """
    constrained: Constrained = {}
    bound: list[Resolved] = []
    for spec, content in zip(units, repeat(None) if contents is None else contents, strict=False):
        if type(spec) is not Size:
            bound.append(bound_size(spec, content, side, bind_other, constrained))
            continue
        value = spec.value
        if type(value) is not float or spec.unit not in _LITERAL_UNITS:
            bound.append(_size_strategy(spec, constrained))
        elif spec.min is None and spec.max is None:  # most sizes are numbers, and are bound without a call
            bound.append(value)
        else:
            bound.append(literal_number(spec))
    return bound


def bound_size(
    spec: Any,  # noqa: ANN401 -- any unit, or None
    content: Extent | None,
    side: int,
    bind_other: BindOther,
    constrained: Constrained,
) -> Resolved:
    """Return what one size is bound to; see `bind_sizes`. Equal strategies within constraints are shared."""
    if type(spec) is Size:
        if type(spec.value) is float and spec.unit in _LITERAL_UNITS:
            return literal_number(spec)
        return _size_strategy(spec, constrained)
    if spec is None:
        return SIZE if content is None else content[side]
    return bind_other(spec)


def _size_strategy(spec: Size, constrained: Constrained) -> Strategy:
    """Return the strategy of a size that is no literal number, the one that was made before for equal ones."""
    entry = _SIZES[spec.dimension].get((spec.unit, None if type(spec.value) is float else spec.value))
    strategy = bind_rule(_single_rule(spec)) if entry is None else entry.strategy
    if spec.min is None and spec.max is None:
        return strategy
    return _shared(constrained, strategy, spec.min, spec.max)


def bind_scales(units: Iterable[Any], bind_other: BindOther) -> list[Resolved]:
    """Return what scales of elements are bound to: strategies, or the numbers that no context changes.

    Args:
        units: an element's scale, or None, one for each.
        bind_other: binds what is not exactly a Scale.
    """
    return [1.0 if spec is None else bound_scale(spec, bind_other) for spec in units]


def bound_scale(spec: Any, bind_other: BindOther) -> Resolved:  # noqa: ANN401 -- any unit, or None
    """Return what one scale is bound to; see `bind_scales`."""
    if type(spec) is Scale:
        if type(spec.value) is float and spec.unit in _LITERAL_UNITS:
            return literal_number(spec)
        return _bind_scale(spec)
    return 1.0 if spec is None else bind_other(spec)


def _shared(made: Constrained, strategy: Strategy, low: float | None, high: float | None) -> Strategy:
    """Return the strategy within constraints, the one that was made before for equal ones: a scene repeats few."""
    if (low == 0 and math.copysign(1.0, low) < 0) or (high == 0 and math.copysign(1.0, high) < 0):
        return clamped(strategy, low, high)  # -0 equals 0, and is another result
    key = (strategy, low, high)
    shared = made.get(key)
    if shared is None:
        shared = made[key] = clamped(strategy, low, high)
    return shared


def _constrained(spec: Size | Scale, strategy: Strategy) -> Strategy:
    return strategy if spec.min is None and spec.max is None else clamped(strategy, spec.min, spec.max)


def bind(spec: Size | Position | Scale) -> Strategy:
    """Return the strategy of a unit: a function of the context and a source of random numbers.

    Sizes and scales whose rule is in a table share one closure each; units with a literal number have their own.
    """
    return BINDERS[type(spec)](spec)


def _bind_position(spec: Position) -> Strategy:
    value = spec.value
    is_number = type(value) is float
    if is_number and spec.unit in _LITERAL_UNITS:
        return constant(value + spec.offset)  # type: ignore[operator]
    entry = _POSITIONS[spec.axis].get((spec.unit, None if is_number else value))
    if entry is not None:
        return entry.binder(entry.rule, spec.offset)
    rule = _single_rule(spec)
    return _BINDERS[rule.reads](rule, spec.offset)


def _bind_size(spec: Size) -> Strategy:
    value = spec.value
    is_number = type(value) is float
    if is_number and spec.unit in _LITERAL_UNITS:
        return constant(literal_number(spec))
    entry = _SIZES[spec.dimension].get((spec.unit, None if is_number else value))
    strategy = bind_rule(_single_rule(spec)) if entry is None else entry.strategy
    return _constrained(spec, strategy)


def _bind_scale(spec: Scale) -> Strategy:
    value = spec.value
    is_number = type(value) is float
    if is_number and spec.unit in _LITERAL_UNITS:
        return constant(literal_number(spec))
    entry = _SCALES.get((spec.unit, None if is_number else value))
    strategy = bind_rule(_single_rule(spec)) if entry is None else entry.strategy
    return _constrained(spec, strategy)


BINDERS: Mapping[type, Callable[[Any], Strategy]] = ByKind(
    {Position: _bind_position, Size: _bind_size, Scale: _bind_scale}
)
"""For each kind of unit, the function that binds it."""


def _bound_rule_of(spec: Size | Position | Scale) -> _BoundRule | None:
    value = spec.value
    key = (spec.unit, None if isinstance(value, float) else value)
    if isinstance(spec, Size):
        return _SIZES[spec.dimension].get(key)
    if isinstance(spec, Position):
        return _POSITIONS[spec.axis].get(key)
    return _SCALES.get(key)


def _single_rule(spec: Size | Position | Scale) -> UnitRule:
    """Return the rule of a unit that is in no table: it has a literal number, or depends on more than its value."""
    if isinstance(spec.value, float):
        return UnitRule(Reads.NOTHING, 0, spec.value / 100 if spec.unit is ScaleUnit.PERCENTAGE else spec.value)
    if isinstance(spec, Size):
        if spec.value is SizeValue.RANDOM:
            return _random(spec, 1.0, 10000.0)
        return _CONTENT_OF[spec.dimension] if spec.value in _CONTENT_SIZES else UnitRule(Reads.NOTHING, 0, SIZE)
    if isinstance(spec, Scale):
        return _random(spec, 0.5, 2.0)
    if spec.value is PositionValue.CONTENT_RIGHT and spec.axis is Axis.X:
        return _CONTENT_WIDTH
    if spec.value is PositionValue.CONTENT_BOTTOM and spec.axis is Axis.Y:
        return _CONTENT_HEIGHT
    return _ZERO


def bind_rule(rule: UnitRule) -> Strategy:
    """Return the closure of a rule, without offset and constraints."""
    return _BINDERS[rule.reads](rule, NOTHING_ADDED)


def constant(number: float) -> Strategy:
    """Return the strategy that always returns this number."""
    return lambda context, rng=None: number  # noqa: ARG005 -- a lambda is made in half the time of a function


def clamped(strategy: Strategy, low: float | None, high: float | None) -> Strategy:
    """Return the strategy within constraints: below `low` gives `low`, else above `high` gives `high`; NaN passes."""
    if low is None and high is None:
        return strategy
    least = -math.inf if low is None else low
    most = math.inf if high is None else high

    def resolve(context: Context, rng: Generator | None = None) -> float:
        number = strategy(context, rng)
        if number < least:
            return least
        return min(number, most)

    return resolve


# The closures. `add` is added at the end; `absent` is the result if the context lacks the member. What is caught costs
# nothing until it is raised.


def _nothing(rule: UnitRule, add: float) -> Strategy:
    return constant(rule.missing + add)


def _parent(rule: UnitRule, add: float) -> Strategy:
    side, absent = rule.side, rule.missing + add

    if add is NOTHING_ADDED:  # the parent's own number: a sum would be another object, of 24 bytes in each child

        def same(context: Context, rng: Generator | None = None) -> float:
            try:
                parent = context.parent
                return parent[side] if parent is not None else absent
            except MISUSE:
                check_call(context, rng)
                raise

        return same

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            parent = context.parent
            return parent[side] + add if parent is not None else absent
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _parent_far(rule: UnitRule, add: float) -> Strategy:
    near, extent, absent = rule.side, rule.side + 2, 0.0 + add

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            parent = context.parent
            return parent[near] + parent[extent] + add if parent is not None else absent
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _parent_center(rule: UnitRule, add: float) -> Strategy:
    near, extent, absent = rule.side, rule.side + 2, 0.0 + add

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            parent = context.parent
            return parent[near] + parent[extent] / 2 + add if parent is not None else absent
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _parent_center_or_scene(rule: UnitRule, add: float) -> Strategy:
    near, extent, absent = rule.side, rule.side + 2, 0.0 + add

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            parent = context.parent
            if parent is not None:
                return parent[near] + parent[extent] / 2 + add
            scene = context.scene
            return scene[near] / 2 + add if scene is not None else absent
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _scene(rule: UnitRule, add: float) -> Strategy:
    side, absent = rule.side, rule.missing + add

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            scene = context.scene
            return scene[side] + add if scene is not None else absent
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _scene_half(rule: UnitRule, add: float) -> Strategy:
    side, absent = rule.side, 0.0 + add

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            scene = context.scene
            return scene[side] / 2 + add if scene is not None else absent
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _viewport(rule: UnitRule, add: float) -> Strategy:
    side, absent = rule.side, rule.missing + add

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            viewport = context.viewport
            return viewport[side] + add if viewport is not None else absent
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _surface(rule: UnitRule, add: float) -> Strategy:
    side, absent = rule.side, rule.missing + add

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            surface = context.scene
            if surface is None:
                surface = context.viewport
                if surface is None:
                    return absent
            return surface[side] + add
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _content(rule: UnitRule, add: float) -> Strategy:
    side, absent = rule.side, rule.missing + add

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            content = context.content
            return content[side] + add if content is not None else absent
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _content_max(rule: UnitRule, add: float) -> Strategy:
    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            content = context.content
            if content is None:
                return CONTENT + add
            width, height = content
            return (height if height > width or height != height else width) + add
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _fit(rule: UnitRule, add: float) -> Strategy:
    side = rule.side

    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            content, surface = context.content, context.scene
            if surface is None:
                surface = context.viewport
            size = content[side] if content is not None else CONTENT
            room = surface[side] if surface is not None else EXTENT
            return room if room < size or room != room else size  # noqa: TRY300 -- the whole body is examined
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _ratio(above: str, below: str) -> Callable[[UnitRule, float], Strategy]:
    def binder(rule: UnitRule, add: float) -> Strategy:
        offset = 2 if above == "parent" else 0
        over, under = rule.side + offset, rule.side

        def resolve(context: Context, rng: Generator | None = None) -> float:
            try:
                upper: Placed | Extent | None = getattr(context, above)
                lower: Extent | None = getattr(context, below)
                a = upper[over] if upper is not None else 1.0
                b = lower[under] if lower is not None else 1.0
                return a / b if b else divide(a, b)
            except MISUSE:
                check_call(context, rng)
                raise

        return resolve

    return binder


def _ratio_min(rule: UnitRule, add: float) -> Strategy:
    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            content, surface = context.content, context.scene
            if surface is None:
                surface = context.viewport
            width, height = surface if surface is not None else (EXTENT, EXTENT)
            across, down = content if content is not None else (CONTENT, CONTENT)
            a = width / across if across else divide(width, across)
            b = height / down if down else divide(height, down)
            return b if b < a or b != b else a  # noqa: TRY300
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _ratio_max(rule: UnitRule, add: float) -> Strategy:
    def resolve(context: Context, rng: Generator | None = None) -> float:
        try:
            content, surface = context.content, context.scene
            if surface is None:
                surface = context.viewport
            width, height = surface if surface is not None else (EXTENT, EXTENT)
            across, down = content if content is not None else (CONTENT, CONTENT)
            a = width / across if across else divide(width, across)
            b = height / down if down else divide(height, down)
            return b if b > a or b != b else a  # noqa: TRY300
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _random_between(rule: UnitRule, add: float) -> Strategy:
    low, span = rule.low, rule.high - rule.low

    def resolve(context: Context, rng: Generator) -> float:
        try:
            return low + span * rng.random()
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def _random_on_surface(rule: UnitRule, add: float) -> Strategy:
    side = rule.side

    def resolve(context: Context, rng: Generator) -> float:
        try:
            surface = context.scene
            if surface is None:
                surface = context.viewport
            return rng.random() * (surface[side] if surface is not None else EXTENT) + add
        except MISUSE:
            check_call(context, rng)
            raise

    return resolve


def divide(a: float, b: float) -> float:
    """Divide as IEEE 754 does: by zero gives an infinity or NaN, never an exception."""
    if b:
        return a / b
    return math.nan if not a or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)


_BINDERS: dict[Reads, Callable[[UnitRule, float], Strategy]] = {
    Reads.NOTHING: _nothing,
    Reads.PARENT: _parent,
    Reads.PARENT_FAR: _parent_far,
    Reads.PARENT_CENTER: _parent_center,
    Reads.PARENT_CENTER_OR_SCENE: _parent_center_or_scene,
    Reads.SCENE: _scene,
    Reads.SCENE_HALF: _scene_half,
    Reads.VIEWPORT: _viewport,
    Reads.SURFACE: _surface,
    Reads.CONTENT: _content,
    Reads.CONTENT_MAX: _content_max,
    Reads.FIT: _fit,
    Reads.PARENT_BY_SCENE: _ratio("parent", "scene"),
    Reads.SCENE_BY_VIEWPORT: _ratio("scene", "viewport"),
    Reads.VIEWPORT_BY_SCENE: _ratio("viewport", "scene"),
    Reads.RATIO_MIN: _ratio_min,
    Reads.RATIO_MAX: _ratio_max,
    Reads.RANDOM_BETWEEN: _random_between,
    Reads.RANDOM_ON_SURFACE: _random_on_surface,
}


def _random(spec: Size | Scale, low: float, high: float) -> UnitRule:
    return UnitRule(
        Reads.RANDOM_BETWEEN,
        low=low if spec.min is None else spec.min,
        high=high if spec.max is None else spec.max,
    )


# The tables, made once at import: the rules by unit and value (None is any number).
_ZERO = UnitRule(Reads.NOTHING)
_CONTENT_WIDTH = UnitRule(Reads.CONTENT, _WIDTH, CONTENT)
_CONTENT_HEIGHT = UnitRule(Reads.CONTENT, _HEIGHT, CONTENT)
_CONTENT_OF = {
    Dimension.WIDTH: _CONTENT_WIDTH,
    Dimension.HEIGHT: _CONTENT_HEIGHT,
    Dimension.BOTH: UnitRule(Reads.CONTENT_MAX),
}
_MEASURED = {
    SizeUnit.PARENT_WIDTH: UnitRule(Reads.PARENT, 2, SIZE),
    SizeUnit.PARENT_HEIGHT: UnitRule(Reads.PARENT, 3, SIZE),
    SizeUnit.SCENE_WIDTH: UnitRule(Reads.SCENE, _WIDTH, EXTENT),
    SizeUnit.SCENE_HEIGHT: UnitRule(Reads.SCENE, _HEIGHT, EXTENT),
    SizeUnit.VIEWPORT_WIDTH: UnitRule(Reads.VIEWPORT, _WIDTH, EXTENT),
    SizeUnit.VIEWPORT_HEIGHT: UnitRule(Reads.VIEWPORT, _HEIGHT, EXTENT),
    SizeUnit.PARENT_MIN: UnitRule(Reads.NOTHING, 0, SIZE),
    SizeUnit.PARENT_MAX: UnitRule(Reads.NOTHING, 0, SIZE),
    SizeUnit.SCENE_MIN: UnitRule(Reads.NOTHING, 0, SIZE),
    SizeUnit.SCENE_MAX: UnitRule(Reads.NOTHING, 0, SIZE),
}
_RELATIVE = {Reads.PARENT, Reads.SCENE, Reads.VIEWPORT}


def _size_table(side: int) -> dict[tuple[SizeUnit, SizeValue | None], UnitRule]:
    table: dict[tuple[SizeUnit, SizeValue | None], UnitRule] = {}
    for unit in SizeUnit:
        measured = _MEASURED.get(unit)
        if measured is not None:
            table[unit, None] = table[unit, SizeValue.PIXEL] = measured
        relative = measured is not None and measured.reads in _RELATIVE
        table[unit, SizeValue.FILL] = (
            measured._replace(missing=SIZE)
            if measured is not None and relative
            else UnitRule(Reads.SURFACE, side, SIZE)
        )
        table[unit, SizeValue.AUTO] = UnitRule(Reads.CONTENT, side, CONTENT)
        table[unit, SizeValue.FIT] = UnitRule(Reads.FIT, side)
        table[unit, SizeValue.STRETCH] = UnitRule(Reads.SURFACE, side, EXTENT)
    return table


_REFERENCES = {
    PositionUnit.PARENT_LEFT: UnitRule(Reads.PARENT, 0),
    PositionUnit.PARENT_TOP: UnitRule(Reads.PARENT, 1),
    PositionUnit.PARENT_RIGHT: UnitRule(Reads.PARENT_FAR, 0),
    PositionUnit.PARENT_BOTTOM: UnitRule(Reads.PARENT_FAR, 1),
    PositionUnit.PARENT_CENTER_X: UnitRule(Reads.PARENT_CENTER_OR_SCENE, 0),
    PositionUnit.PARENT_CENTER_Y: UnitRule(Reads.PARENT_CENTER, 1),
    PositionUnit.SCENE_RIGHT: UnitRule(Reads.SCENE, 0),
    PositionUnit.SCENE_BOTTOM: UnitRule(Reads.SCENE, 1),
    PositionUnit.SCENE_CENTER_X: UnitRule(Reads.SCENE_HALF, 0),
    PositionUnit.SCENE_CENTER_Y: UnitRule(Reads.SCENE_HALF, 1),
    PositionUnit.VIEWPORT_RIGHT: UnitRule(Reads.VIEWPORT, 0),
    PositionUnit.VIEWPORT_BOTTOM: UnitRule(Reads.VIEWPORT, 1),
    **dict.fromkeys(
        (
            PositionUnit.SCENE_LEFT,
            PositionUnit.SCENE_TOP,
            PositionUnit.VIEWPORT_LEFT,
            PositionUnit.VIEWPORT_TOP,
        ),
        _ZERO,
    ),
}
_AT_REFERENCE = (
    None,
    PositionValue.PIXEL,
    PositionValue.CENTER,
    PositionValue.LEFT,
    PositionValue.RIGHT,
    PositionValue.TOP,
    PositionValue.BOTTOM,
)


def _position_table(side: int) -> dict[tuple[PositionUnit, PositionValue | None], UnitRule]:
    table = {(unit, value): rule for unit, rule in _REFERENCES.items() for value in _AT_REFERENCE}
    for unit in PositionUnit:
        table[unit, PositionValue.RANDOM] = UnitRule(Reads.RANDOM_ON_SURFACE, side)
    return table


_BASES = {
    ScaleUnit.PARENT_SCALE: UnitRule(Reads.NOTHING, 0, 1.0),
    ScaleUnit.SCENE_SCALE: UnitRule(Reads.NOTHING, 0, 1.0),
    ScaleUnit.VIEWPORT_SCALE: UnitRule(Reads.NOTHING, 0, 1.0),
    ScaleUnit.PARENT_WIDTH_SCALE: UnitRule(Reads.PARENT_BY_SCENE, _WIDTH),
    ScaleUnit.PARENT_HEIGHT_SCALE: UnitRule(Reads.PARENT_BY_SCENE, _HEIGHT),
    ScaleUnit.SCENE_WIDTH_SCALE: UnitRule(Reads.SCENE_BY_VIEWPORT, _WIDTH),
    ScaleUnit.SCENE_HEIGHT_SCALE: UnitRule(Reads.SCENE_BY_VIEWPORT, _HEIGHT),
    ScaleUnit.VIEWPORT_WIDTH_SCALE: UnitRule(Reads.VIEWPORT_BY_SCENE, _WIDTH),
    ScaleUnit.VIEWPORT_HEIGHT_SCALE: UnitRule(Reads.VIEWPORT_BY_SCENE, _HEIGHT),
}


def _scale_table() -> dict[tuple[ScaleUnit, ScaleValue | None], UnitRule]:
    one = UnitRule(Reads.NOTHING, 0, 1.0)
    table: dict[tuple[ScaleUnit, ScaleValue | None], UnitRule] = {(unit, None): rule for unit, rule in _BASES.items()}
    for unit in ScaleUnit:
        table[unit, ScaleValue.FACTOR] = _BASES.get(unit, one)
        for value in (ScaleValue.FIT, ScaleValue.MAINTAIN_ASPECT):
            table[unit, value] = UnitRule(Reads.RATIO_MIN)
        for value in (ScaleValue.STRETCH, ScaleValue.FILL, ScaleValue.IGNORE_ASPECT):
            table[unit, value] = UnitRule(Reads.RATIO_MAX)
        for value in (
            ScaleValue.CONTENT_SCALE,
            ScaleValue.INTRINSIC_SCALE,
            ScaleValue.BREAKPOINT_SCALE,
            ScaleValue.DEVICE_SCALE,
        ):
            table[unit, value] = one
    return table


class _BoundRule(NamedTuple):
    """A rule in a table, with its binder, and its closure for units without an offset."""

    rule: UnitRule
    binder: Callable[[UnitRule, float], Strategy]
    strategy: Strategy


def _ready(table: Mapping[tuple[Any, Any], UnitRule]) -> dict[tuple[Any, Any], _BoundRule]:
    return {key: _bind_entry(rule) for key, rule in table.items()}


@cache
def _bind_entry(rule: UnitRule) -> _BoundRule:
    return _BoundRule(rule, _BINDERS[rule.reads], bind_rule(rule))


_LITERAL_UNITS = frozenset({"pixel", "percentage", "factor"})
_CONTENT_SIZES = (SizeValue.CONTENT, SizeValue.INTRINSIC)
_OF_SIZES = (_ready(_size_table(_WIDTH)), _ready(_size_table(_HEIGHT)))
_OF_POSITIONS = (_ready(_position_table(0)), _ready(_position_table(1)))
_SIZES = {dimension: _OF_SIZES[dimension is not Dimension.WIDTH] for dimension in Dimension}
_POSITIONS = {axis: _OF_POSITIONS[axis is not Axis.X] for axis in Axis}
_SCALES = _ready(_scale_table())
