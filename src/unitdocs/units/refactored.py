"""The refactored system: units bound to their strategy when they are built, and whole scenes compiled to plans.

A scene is resolved through bound units at first. The second time it is compiled to a plan (`plan.py`), where it is
large enough for a plan to win: a scene that is resolved once, or is tiny, never pays for compiling.
"""

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from unitdocs.errors import InputError
from unitdocs.units.context import Breakpoint, Context, Extent
from unitdocs.units.draws import Generator, draws_in_element_order
from unitdocs.units.layout import Layout
from unitdocs.units.scene import Element, Scene
from unitdocs.units.strategies import SIZE, Strategy, bind, constant, divide
from unitdocs.units.values import (
    Axis,
    Dimension,
    Position,
    PositionValue,
    Scale,
    ScaleValue,
    Size,
    SizeUnit,
    SizeValue,
)

if TYPE_CHECKING:
    from unitdocs.units.plan import Plan

SMALLEST_PLAN = 40
"""Elements from which on a plan wins over bound units; measured by the `layouts` suite."""


class BoundUnit:
    """A unit whose strategy was chosen when it was built.

    `resolve(context, rng=None)` is the strategy itself, not a method that looks one up.
    """

    __slots__ = ("_needs", "resolve", "spec")

    def __init__(self, spec: Any, rng: random.Random) -> None:  # noqa: ANN401 -- narrowed by the subclasses
        self.spec = spec
        self.resolve = _with_own_generator(bind(spec), rng) if _is_random(spec) else bind(spec)
        self._needs = _needed_member(spec)

    def validate(self, context: Context) -> bool:
        """Tell whether the context has what the unit needs."""
        return self._needs is None or getattr(context, self._needs) is not None


class BoundSize(BoundUnit):
    """A size bound to its strategy."""

    __slots__ = ()
    spec: Size

    def width(self, context: Context) -> float:
        """Return the width; refused by a size that is a height."""
        if self.spec.dimension is Dimension.HEIGHT:
            raise InputError("size: built with dimension height, so it has no width; build it with width or both")
        return self.resolve(context)

    def height(self, context: Context) -> float:
        """Return the height; refused by a size that is a width."""
        if self.spec.dimension is Dimension.WIDTH:
            raise InputError("size: built with dimension width, so it has no height; build it with height or both")
        return self.resolve(context)

    def aspect_ratio(self) -> float | None:
        """Return max/min of the constraints, where the flag and both constraints are set."""
        return _aspect_ratio(self.spec)


class BoundPosition(BoundUnit):
    """A position bound to its strategy."""

    __slots__ = ()
    spec: Position

    def x(self, context: Context) -> float:
        """Return x; refused by a position that is a y."""
        if self.spec.axis is Axis.Y:
            raise InputError("position: built with axis y, so it has no x; build it with x or xy")
        return self.resolve(context)

    def y(self, context: Context) -> float:
        """Return y; refused by a position that is an x."""
        if self.spec.axis is Axis.X:
            raise InputError("position: built with axis x, so it has no y; build it with y or xy")
        return self.resolve(context)

    def both(self, context: Context) -> tuple[float, float]:
        """Return (x, y): the axis that the position is not for is 0."""
        position = self.resolve(context)
        return (0.0 if self.spec.axis is Axis.Y else position), (0.0 if self.spec.axis is Axis.X else position)

    def position_range(self, context: Context) -> tuple[float, float]:
        """Return the inclusive bounds that a position may be drawn from."""
        axis = self.spec.axis
        return 0.0, 0.0 if axis is Axis.XY else _AVAILABLE[axis](context)


class BoundScale(BoundUnit):
    """A scale bound to its strategy."""

    __slots__ = ()
    spec: Scale

    def aspect_ratio(self) -> float | None:
        """Return max/min of the constraints, where the flag and both constraints are set."""
        return _aspect_ratio(self.spec)


_BOUND = {Size: BoundSize, Position: BoundPosition, Scale: BoundScale}
_AVAILABLE = {
    Axis.X: bind(Size("pixel", "stretch", dimension="width")),
    Axis.Y: bind(Size("pixel", "stretch", dimension="height")),
}


class RefactoredSystem:
    """Builds bound units, and resolves scenes through plans.

    Args:
        rng: where random values are drawn from when a call brings no generator of its own.
    """

    name = "refactored"

    def __init__(self, rng: random.Random | None = None) -> None:
        self.rng = rng or random.Random()

    def build(self, spec: Size | Position | Scale) -> BoundUnit:
        """Return the unit, bound to its strategy.

        Raises:
            InputError: the spec is none of Size, Position and Scale.
        """
        kind = _BOUND.get(type(spec))
        if kind is None:
            raise InputError(f"build: expected a Size, a Position or a Scale, got {spec!r}")
        return kind(spec, self.rng)

    def prepare(self, scene: Scene) -> "RefactoredScene":
        """Return the scene, ready to be resolved; nothing is compiled yet."""
        return RefactoredScene(scene, self.rng)


class RefactoredScene:
    """A scene that is resolved through bound units at first, and through a plan from the second time on."""

    def __init__(self, scene: Scene, rng: random.Random) -> None:
        self.scene = scene
        self.rng = rng
        self._at: dict[str | None, BoundElements] = {}

    def resolve(
        self, *, scene: Extent | None = None, viewport: Extent | None = None, rng: random.Random | None = None
    ) -> Layout:
        """Return every element's box and scale, in element order.

        Args:
            scene: the scene's extent in pixels.
            viewport: the viewport's extent in pixels; its width chooses the breakpoint.
            rng: where random values are drawn from; the system's own generator where missing.
        """
        name = None if viewport is None or not self.scene.breakpoints else self.scene.breakpoint_at(viewport.width)
        elements = self._at.get(name)
        if elements is None:
            elements = self._at[name] = BoundElements(self.scene, self.scene.elements_at(name))
        in_force = None if name is None or viewport is None else Breakpoint(name, *viewport)
        context = Context(scene=scene, viewport=viewport, breakpoint=in_force)
        return elements.resolve(context, rng or self.rng)


class BoundElements:
    """A scene's elements at one breakpoint, with the units that are in force there."""

    def __init__(self, scene: Scene, elements: Sequence[Element]) -> None:
        self.elements = elements
        self.parents = scene.parents
        self.order = scene.order
        self.rows: list[tuple[Any, ...]] | None = None
        self.plan: Plan | None = None
        self.draws = False

    def resolve(self, context: Context, rng: Generator) -> Layout:
        """Resolve all elements: one by one the first time, or where they are few; else in batches."""
        if self.plan is not None:
            return self.plan.resolve(context, rng)
        if self.rows is None:
            self.rows = self._bind()
        elif len(self.elements) >= SMALLEST_PLAN:
            from unitdocs.units.plan import Plan  # noqa: PLC0415 -- NumPy is loaded when the first plan is made

            self.plan = Plan(self.elements, self.parents, self.order)
            self.rows = []
            return self.plan.resolve(context, rng)
        return Layout.of_rows(self._one_by_one(self.rows, context, rng))

    def _bind(self) -> list[tuple[Any, ...]]:
        rows = []
        for i in self.order:
            element = self.elements[i]
            content = element.content
            across, down = content or (SIZE, SIZE)
            rows.append(
                (
                    i,
                    self.parents[i],
                    content,
                    _ZERO if element.x is None else bind(element.x),
                    _ZERO if element.y is None else bind(element.y),
                    constant(across) if element.width is None else bind(element.width),
                    constant(down) if element.height is None else bind(element.height),
                    _ONE if element.scale is None else bind(element.scale),
                )
            )
            self.draws = self.draws or element.random_units > 0
        return rows

    def _one_by_one(self, rows: Sequence[tuple[Any, ...]], context: Context, rng: Generator) -> list[Any]:
        boxes: list[Any] = [None] * len(rows)
        around = Context(scene=context.scene, viewport=context.viewport, breakpoint=context.breakpoint)
        draws = draws_in_element_order(self.elements, rng) if self.draws else None
        for i, parent, content, x, y, width, height, scale in rows:
            around.parent = boxes[parent] if parent >= 0 else None
            around.content = content
            source = draws[i] if draws is not None else None
            boxes[i] = (
                x(around, source),
                y(around, source),
                width(around, source),
                height(around, source),
                scale(around, source),
            )
        return boxes


_ZERO, _ONE = constant(0.0), constant(1.0)


def _is_random(spec: Size | Position | Scale) -> bool:
    return spec.value in (SizeValue.RANDOM, PositionValue.RANDOM, ScaleValue.RANDOM)


def _with_own_generator(strategy: Strategy, own: Generator) -> Strategy:
    def resolve(context: Context, rng: Generator | None = None) -> float:
        return strategy(context, own if rng is None else rng)

    return resolve


_IGNORED_IN_SIZES = (SizeUnit.PARENT_MIN, SizeUnit.PARENT_MAX, SizeUnit.SCENE_MIN, SizeUnit.SCENE_MAX)
_CONTENT_VALUES = (
    SizeValue.CONTENT,
    SizeValue.INTRINSIC,
    PositionValue.CONTENT_LEFT,
    PositionValue.CONTENT_TOP,
    PositionValue.CONTENT_RIGHT,
    PositionValue.CONTENT_BOTTOM,
    ScaleValue.CONTENT_SCALE,
    ScaleValue.INTRINSIC_SCALE,
)


def _needed_member(spec: Size | Position | Scale) -> str | None:
    """Return the context member without which the unit is not valid."""
    member = spec.unit.partition("-")[0]
    if member in ("parent", "scene", "viewport") and spec.unit not in _IGNORED_IN_SIZES:
        return member
    if spec.value in _CONTENT_VALUES:
        return "content"
    return "breakpoint" if spec.value is ScaleValue.BREAKPOINT_SCALE else None


def _aspect_ratio(spec: Size | Scale) -> float | None:
    if not spec.maintain_aspect or spec.min is None or spec.max is None:
        return None
    return divide(spec.max, spec.min)
