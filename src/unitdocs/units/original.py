"""The original system: one calculator class per kind, with one long branch over units and values.

It is the baseline of every comparison, written as such a class is usually written, and never slowed on purpose.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from unitdocs.errors import InputError
from unitdocs.units.model.calls import MISUSE, check_call, check_generator
from unitdocs.units.model.composition import ByKind, Composition, Part
from unitdocs.units.model.context import Box, Breakpoint, Context, Extent, Placed
from unitdocs.units.model.draws import Generator, draws_in_element_order
from unitdocs.units.model.registry import Registry
from unitdocs.units.model.scene import Element, Scene, check_changes, random_units
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

DEFAULT_SIZE = 100.0
DEFAULT_CONTENT = 400.0
DEFAULT_EXTENT = 1200.0
_NOWHERE = Placed(0.0, 0.0, 0.0, 0.0, 0.0)


class SizeCalculator:
    """Resolves one size."""

    def __init__(self, spec: Size, rng: random.Random) -> None:
        self.unit = spec.unit
        self.value = spec.value
        self.dimension = spec.dimension
        self.min = spec.min
        self.max = spec.max
        self.maintain_aspect = spec.maintain_aspect
        self.rng = rng

    @property
    def spec(self) -> Size:
        """The size that it calculates."""
        return Size(self.unit, self.value, self.dimension, self.min, self.max, self.maintain_aspect)

    def resolve(self, context: Context, rng: Generator | None = None) -> float:
        """Return the size in pixels."""
        try:
            return self._clamp(self._apply_value(self._measure(context), context, rng or self.rng))
        except MISUSE:
            check_call(context, rng)
            raise

    def width(self, context: Context) -> float:
        """Return the width; a size that is a height raises an error."""
        if self.dimension == Dimension.HEIGHT:
            raise InputError("size: built with dimension height, so it has no width; build it with width or both")
        return self.resolve(context)

    def height(self, context: Context) -> float:
        """Return the height; a size that is a width raises an error."""
        if self.dimension == Dimension.WIDTH:
            raise InputError("size: built with dimension width, so it has no height; build it with height or both")
        return self.resolve(context)

    def aspect_ratio(self) -> float | None:
        """Return max/min of the constraints if the flag and both constraints are set, else None."""
        if not self.maintain_aspect or self.min is None or self.max is None:
            return None
        return _divide(self.max, self.min)

    def validate(self, context: Context) -> bool:
        """Return whether the context has what the unit needs."""
        try:
            return self._is_valid(context)
        except MISUSE:
            check_call(context)
            raise

    def _is_valid(self, context: Context) -> bool:
        if self.unit in (SizeUnit.PARENT_WIDTH, SizeUnit.PARENT_HEIGHT):
            return context.parent is not None
        if self.unit in (SizeUnit.SCENE_WIDTH, SizeUnit.SCENE_HEIGHT):
            return context.scene is not None
        if self.unit in (SizeUnit.VIEWPORT_WIDTH, SizeUnit.VIEWPORT_HEIGHT):
            return context.viewport is not None
        if self.value in (SizeValue.CONTENT, SizeValue.INTRINSIC):
            return context.content is not None
        return True

    def _measure(self, context: Context) -> float:
        if self.unit == SizeUnit.PIXEL or self.unit == SizeUnit.PERCENTAGE:
            return self.value if isinstance(self.value, float) else DEFAULT_SIZE
        elif self.unit == SizeUnit.PARENT_WIDTH:
            return context.parent.width if context.parent is not None else DEFAULT_SIZE
        elif self.unit == SizeUnit.PARENT_HEIGHT:
            return context.parent.height if context.parent is not None else DEFAULT_SIZE
        elif self.unit == SizeUnit.SCENE_WIDTH:
            return context.scene.width if context.scene is not None else DEFAULT_EXTENT
        elif self.unit == SizeUnit.SCENE_HEIGHT:
            return context.scene.height if context.scene is not None else DEFAULT_EXTENT
        elif self.unit == SizeUnit.VIEWPORT_WIDTH:
            return context.viewport.width if context.viewport is not None else DEFAULT_EXTENT
        elif self.unit == SizeUnit.VIEWPORT_HEIGHT:
            return context.viewport.height if context.viewport is not None else DEFAULT_EXTENT
        else:
            return DEFAULT_SIZE

    def _apply_value(self, measured: float, context: Context, rng: Generator) -> float:
        if isinstance(self.value, float) or self.value == SizeValue.PIXEL:
            return measured
        elif self.value == SizeValue.FILL:
            return self._fill(context)
        elif self.value == SizeValue.AUTO:
            return self._content(context)
        elif self.value == SizeValue.FIT:
            return _least(self._content(context), self._available(context))
        elif self.value == SizeValue.STRETCH:
            return self._available(context)
        elif self.value == SizeValue.CONTENT or self.value == SizeValue.INTRINSIC:
            if self.dimension == Dimension.BOTH:
                content = context.content
                return _greatest(content.width, content.height) if content is not None else DEFAULT_CONTENT
            return self._content(context)
        else:
            low = self.min if self.min is not None else 1.0
            high = self.max if self.max is not None else 10000.0
            return low + (high - low) * rng.random()

    def _fill(self, context: Context) -> float:
        if self.unit == SizeUnit.PARENT_WIDTH:
            return context.parent.width if context.parent is not None else DEFAULT_SIZE
        elif self.unit == SizeUnit.PARENT_HEIGHT:
            return context.parent.height if context.parent is not None else DEFAULT_SIZE
        elif self.unit == SizeUnit.SCENE_WIDTH:
            return context.scene.width if context.scene is not None else DEFAULT_SIZE
        elif self.unit == SizeUnit.SCENE_HEIGHT:
            return context.scene.height if context.scene is not None else DEFAULT_SIZE
        elif self.unit == SizeUnit.VIEWPORT_WIDTH:
            return context.viewport.width if context.viewport is not None else DEFAULT_SIZE
        elif self.unit == SizeUnit.VIEWPORT_HEIGHT:
            return context.viewport.height if context.viewport is not None else DEFAULT_SIZE
        surface = context.scene if context.scene is not None else context.viewport
        if surface is None:
            return DEFAULT_SIZE
        return surface.width if self.dimension == Dimension.WIDTH else surface.height

    def _content(self, context: Context) -> float:
        if context.content is None:
            return DEFAULT_CONTENT
        return context.content.width if self.dimension == Dimension.WIDTH else context.content.height

    def _available(self, context: Context) -> float:
        surface = context.scene if context.scene is not None else context.viewport
        if surface is None:
            return DEFAULT_EXTENT
        return surface.width if self.dimension == Dimension.WIDTH else surface.height

    def _clamp(self, size: float) -> float:
        if self.min is not None and size < self.min:
            return self.min
        if self.max is not None and size > self.max:
            return self.max
        return size


class PositionCalculator:
    """Resolves one position."""

    def __init__(self, spec: Position, rng: random.Random) -> None:
        self.unit = spec.unit
        self.value = spec.value
        self.axis = spec.axis
        self.offset = spec.offset
        self.rng = rng

    @property
    def spec(self) -> Position:
        """The position that it calculates."""
        return Position(self.unit, self.value, self.axis, self.offset)

    def resolve(self, context: Context, rng: Generator | None = None) -> float:
        """Return the coordinate in pixels."""
        try:
            return self._apply_value(self._reference(context), context, rng or self.rng)
        except MISUSE:
            check_call(context, rng)
            raise

    def x(self, context: Context) -> float:
        """Return x; a position that is a y raises an error."""
        if self.axis == Axis.Y:
            raise InputError("position: built with axis y, so it has no x; build it with x or xy")
        return self.resolve(context)

    def y(self, context: Context) -> float:
        """Return y; a position that is an x raises an error."""
        if self.axis == Axis.X:
            raise InputError("position: built with axis x, so it has no y; build it with y or xy")
        return self.resolve(context)

    def both(self, context: Context) -> tuple[float, float]:
        """Return (x, y): the axis that the position is not for is 0."""
        position = self.resolve(context)
        if self.axis == Axis.X:
            return position, 0.0
        if self.axis == Axis.Y:
            return 0.0, position
        return position, position

    def position_range(self, context: Context) -> tuple[float, float]:
        """Return the inclusive bounds that a position may be drawn from."""
        if self.axis == Axis.XY:
            return 0.0, 0.0
        try:
            return 0.0, self._available(context)
        except MISUSE:
            check_call(context)
            raise

    def validate(self, context: Context) -> bool:
        """Return whether the context has what the unit needs."""
        try:
            return self._is_valid(context)
        except MISUSE:
            check_call(context)
            raise

    def _is_valid(self, context: Context) -> bool:
        if self.unit.startswith("parent-"):
            return context.parent is not None
        if self.unit.startswith("scene-"):
            return context.scene is not None
        if self.unit.startswith("viewport-"):
            return context.viewport is not None
        if isinstance(self.value, PositionValue) and self.value.startswith("content-"):
            return context.content is not None
        return True

    def _reference(self, context: Context) -> float:
        if self.unit == PositionUnit.PIXEL or self.unit == PositionUnit.PERCENTAGE:
            return self.value if isinstance(self.value, float) else 0.0
        elif self.unit == PositionUnit.PARENT_LEFT:
            return context.parent.x if context.parent is not None else 0.0
        elif self.unit == PositionUnit.PARENT_TOP:
            return context.parent.y if context.parent is not None else 0.0
        elif self.unit == PositionUnit.PARENT_RIGHT:
            return context.parent.x + context.parent.width if context.parent is not None else 0.0
        elif self.unit == PositionUnit.PARENT_BOTTOM:
            return context.parent.y + context.parent.height if context.parent is not None else 0.0
        elif self.unit == PositionUnit.PARENT_CENTER_X:
            if context.parent is not None:
                return context.parent.x + context.parent.width / 2
            return context.scene.width / 2 if context.scene is not None else 0.0
        elif self.unit == PositionUnit.PARENT_CENTER_Y:
            return context.parent.y + context.parent.height / 2 if context.parent is not None else 0.0
        elif self.unit == PositionUnit.SCENE_RIGHT:
            return context.scene.width if context.scene is not None else 0.0
        elif self.unit == PositionUnit.SCENE_BOTTOM:
            return context.scene.height if context.scene is not None else 0.0
        elif self.unit == PositionUnit.SCENE_CENTER_X:
            return context.scene.width / 2 if context.scene is not None else 0.0
        elif self.unit == PositionUnit.SCENE_CENTER_Y:
            return context.scene.height / 2 if context.scene is not None else 0.0
        elif self.unit == PositionUnit.VIEWPORT_RIGHT:
            return context.viewport.width if context.viewport is not None else 0.0
        elif self.unit == PositionUnit.VIEWPORT_BOTTOM:
            return context.viewport.height if context.viewport is not None else 0.0
        else:
            return 0.0

    def _apply_value(self, reference: float, context: Context, rng: Generator) -> float:
        if isinstance(self.value, float):
            return reference + self.offset
        elif self.value in (
            PositionValue.PIXEL,
            PositionValue.CENTER,
            PositionValue.LEFT,
            PositionValue.RIGHT,
            PositionValue.TOP,
            PositionValue.BOTTOM,
        ):
            return reference + self.offset
        elif self.value == PositionValue.CONTENT_RIGHT and self.axis == Axis.X:
            return (context.content.width if context.content is not None else DEFAULT_CONTENT) + self.offset
        elif self.value == PositionValue.CONTENT_BOTTOM and self.axis == Axis.Y:
            return (context.content.height if context.content is not None else DEFAULT_CONTENT) + self.offset
        elif self.value == PositionValue.RANDOM:
            return rng.random() * self._available(context) + self.offset
        else:
            return self.offset

    def _available(self, context: Context) -> float:
        surface = context.scene if context.scene is not None else context.viewport
        if surface is None:
            return DEFAULT_EXTENT
        return surface.width if self.axis == Axis.X else surface.height


class ScaleCalculator:
    """Resolves one scale."""

    def __init__(self, spec: Scale, rng: random.Random) -> None:
        self.unit = spec.unit
        self.value = spec.value
        self.min = spec.min
        self.max = spec.max
        self.maintain_aspect = spec.maintain_aspect
        self.rng = rng

    @property
    def spec(self) -> Scale:
        """The scale that it calculates."""
        return Scale(self.unit, self.value, self.min, self.max, self.maintain_aspect)

    def resolve(self, context: Context, rng: Generator | None = None) -> float:
        """Return the factor."""
        try:
            return self._clamp(self._apply_value(self._base(context), context, rng or self.rng))
        except MISUSE:
            check_call(context, rng)
            raise

    def aspect_ratio(self) -> float | None:
        """Return max/min of the constraints if the flag and both constraints are set, else None."""
        if not self.maintain_aspect or self.min is None or self.max is None:
            return None
        return _divide(self.max, self.min)

    def validate(self, context: Context) -> bool:
        """Return whether the context has what the unit needs."""
        try:
            return self._is_valid(context)
        except MISUSE:
            check_call(context)
            raise

    def _is_valid(self, context: Context) -> bool:
        if self.unit.startswith("parent-"):
            return context.parent is not None
        if self.unit.startswith("scene-"):
            return context.scene is not None
        if self.unit.startswith("viewport-"):
            return context.viewport is not None
        if self.value in (ScaleValue.CONTENT_SCALE, ScaleValue.INTRINSIC_SCALE):
            return context.content is not None
        if self.value == ScaleValue.BREAKPOINT_SCALE:
            return context.breakpoint is not None
        return True

    def _base(self, context: Context) -> float:
        if self.unit == ScaleUnit.FACTOR:
            return self.value if isinstance(self.value, float) else 1.0
        elif self.unit == ScaleUnit.PERCENTAGE:
            return self.value / 100 if isinstance(self.value, float) else 1.0
        elif self.unit == ScaleUnit.PARENT_WIDTH_SCALE:
            return _divide(_width(context.parent), _width(context.scene))
        elif self.unit == ScaleUnit.PARENT_HEIGHT_SCALE:
            return _divide(_height(context.parent), _height(context.scene))
        elif self.unit == ScaleUnit.SCENE_WIDTH_SCALE:
            return _divide(_width(context.scene), _width(context.viewport))
        elif self.unit == ScaleUnit.SCENE_HEIGHT_SCALE:
            return _divide(_height(context.scene), _height(context.viewport))
        elif self.unit == ScaleUnit.VIEWPORT_WIDTH_SCALE:
            return _divide(_width(context.viewport), _width(context.scene))
        elif self.unit == ScaleUnit.VIEWPORT_HEIGHT_SCALE:
            return _divide(_height(context.viewport), _height(context.scene))
        else:
            return 1.0

    def _apply_value(self, base: float, context: Context, rng: Generator) -> float:
        if isinstance(self.value, float) or self.value == ScaleValue.FACTOR:
            return base
        elif self.value == ScaleValue.FIT or self.value == ScaleValue.MAINTAIN_ASPECT:
            return _least(*self._content_ratios(context))
        elif self.value in (ScaleValue.STRETCH, ScaleValue.FILL, ScaleValue.IGNORE_ASPECT):
            return _greatest(*self._content_ratios(context))
        elif self.value == ScaleValue.RANDOM:
            low = self.min if self.min is not None else 0.5
            high = self.max if self.max is not None else 2.0
            return low + (high - low) * rng.random()
        else:
            return 1.0

    def _content_ratios(self, context: Context) -> tuple[float, float]:
        surface = context.scene if context.scene is not None else context.viewport
        width = surface.width if surface is not None else DEFAULT_EXTENT
        height = surface.height if surface is not None else DEFAULT_EXTENT
        if context.content is None:
            return width / DEFAULT_CONTENT, height / DEFAULT_CONTENT
        return _divide(width, context.content.width), _divide(height, context.content.height)

    def _clamp(self, scale: float) -> float:
        if self.min is not None and scale < self.min:
            return self.min
        if self.max is not None and scale > self.max:
            return self.max
        return scale


class OriginalSystem:
    """Builds calculators, and resolves scenes with them one element after the other."""

    name = "original"

    def __init__(self, rng: random.Random | None = None, *, registry: Registry | None = None) -> None:
        check_generator(rng)
        if not isinstance(registry, Registry | None):
            raise InputError(f"registry: expected a Registry, got {registry!r}")
        self.rng = rng or random.Random()
        self.registry = registry if registry is not None else Registry()

    def build(self, spec: Part) -> SizeCalculator | PositionCalculator | ScaleCalculator:
        """Return the calculator of one unit.

        Raises:
            InputError: the spec is not a Size, a Position or a Scale.
        """
        if not self.registry.is_plain:
            custom: SizeCalculator | PositionCalculator | ScaleCalculator | None = _custom(spec, self)
            if custom is not None:
                return custom
        if isinstance(spec, Size):
            return SizeCalculator(spec, self.rng)
        elif isinstance(spec, Position):
            return PositionCalculator(spec, self.rng)
        elif isinstance(spec, Scale):
            return ScaleCalculator(spec, self.rng)
        got = "a composition" if isinstance(spec, Composition) else repr(spec)
        raise InputError(f"build: the original system builds a Size, a Position or a Scale, got {got}")

    def prepare(self, scene: Scene) -> "OriginalScene":
        """Return the scene with a calculator for each unit.

        Raises:
            InputError: the scene is not a Scene.
        """
        if not isinstance(scene, Scene):
            raise InputError(f"prepare: expected a Scene, got {scene!r}")
        return OriginalScene(scene, self)


class CustomCalculator:
    """Puts a custom strategy in place of a calculator's rules; setting a member makes the strategy again."""

    def __init__(self, spec: Any, system: OriginalSystem) -> None:  # noqa: ANN401 -- a unit of any kind
        super().__init__(spec, system.rng)  # type: ignore[call-arg]
        self._spec = spec
        self.registry = system.registry
        self.custom = self.registry.find(spec)

    @property
    def spec(self) -> Any:  # noqa: ANN401 -- a unit of any kind
        """The unit that it resolves."""
        return self._spec

    def resolve(self, context: Context, rng: Generator | None = None) -> float:
        """Return the number of the custom strategy, which is called with the context alone."""
        if self.custom is None:  # a member was set, or the entry is gone
            return super().resolve(context, rng)  # type: ignore[misc, no-any-return]
        return self.custom.resolve(context)

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 -- as it is set
        object.__setattr__(self, name, value)
        if name in _MEMBERS and "custom" in self.__dict__:
            self._spec = replace(self._spec, **{name: value})
            self.custom = self.registry.find(self._spec)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy or a pickle holds: not the strategy, which is often a function inside another."""
        return {name: member for name, member in self.__dict__.items() if name != "custom"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.custom = self.registry.find(self._spec)


class CustomSizeCalculator(CustomCalculator, SizeCalculator):
    """Resolves one size with a custom strategy."""


class CustomPositionCalculator(CustomCalculator, PositionCalculator):
    """Resolves one position with a custom strategy."""


class CustomScaleCalculator(CustomCalculator, ScaleCalculator):
    """Resolves one scale with a custom strategy."""


_CUSTOM_CALCULATORS: Mapping[type, Any] = ByKind(
    {Size: CustomSizeCalculator, Position: CustomPositionCalculator, Scale: CustomScaleCalculator}
)
_MEMBERS = frozenset({"unit", "value", "dimension", "axis", "offset", "min", "max", "maintain_aspect"})


def _custom(spec: Part, system: OriginalSystem) -> Any:  # noqa: ANN401 -- one of three calculators
    """Return the calculator of a unit with a custom strategy; None if a built-in rule resolves the unit."""
    if not isinstance(spec, Size | Position | Scale) or not system.registry.matcher()(spec):
        return None
    return _CUSTOM_CALCULATORS[type(spec)](spec, system)


class OriginalElement:
    """An element's calculators."""

    def __init__(self, element: Element, system: OriginalSystem) -> None:
        self.content = element.content
        self.random_units = element.random_units if system.registry.is_plain else _draw_count(element, system)
        self.x = system.build(element.x) if element.x is not None else None
        self.y = system.build(element.y) if element.y is not None else None
        self.width = system.build(element.width) if element.width is not None else None
        self.height = system.build(element.height) if element.height is not None else None
        self.scale = system.build(element.scale) if element.scale is not None else None

    def resolve(self, context: Context, rng: Generator) -> Placed:
        """Return the element's box and scale."""
        content = self.content
        x = self.x.resolve(context, rng) if self.x is not None else 0.0
        y = self.y.resolve(context, rng) if self.y is not None else 0.0
        if self.width is not None:
            width = self.width.resolve(context, rng)
        else:
            width = content.width if content is not None else DEFAULT_SIZE
        if self.height is not None:
            height = self.height.resolve(context, rng)
        else:
            height = content.height if content is not None else DEFAULT_SIZE
        scale = self.scale.resolve(context, rng) if self.scale is not None else 1.0
        return Placed(x, y, width, height, scale)


class OriginalScene:
    """A scene's calculators; resolving walks the tree, parents before children."""

    def __init__(self, scene: Scene, system: OriginalSystem) -> None:
        self.scene = scene
        self.system = system
        self.specs = list(scene.elements)
        self.elements: dict[str | None, list[OriginalElement]] = {}
        self.random: dict[str | None, int] = {}
        self.version = system.registry.version

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy or a pickle holds: the elements, not their calculators."""
        return {"scene": self.scene, "system": self.system, "specs": list(self.specs)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        OriginalScene.__init__(self, state["scene"], state["system"])
        self.__dict__.update(state)

    def resolve(
        self, *, scene: Extent | None = None, viewport: Extent | None = None, rng: random.Random | None = None
    ) -> list[Placed]:
        """Return every element's box and scale, in element order.

        Args:
            scene: the scene's extent in pixels.
            viewport: the viewport's extent in pixels; its width chooses the breakpoint.
            rng: where random values are drawn from (default: the system's own generator).

        Raises:
            InputError: an extent is not an Extent, or the generator has no `random()`.
        """
        if rng is not None:
            check_generator(rng)
        surroundings = Context(scene=scene, viewport=viewport)
        viewport = surroundings.viewport
        name = self.scene.breakpoint_at(viewport.width) if viewport is not None else None
        if name is not None and viewport is not None:
            surroundings.breakpoint = Breakpoint(name, *viewport)
        elements = self._elements(name)
        rng = rng or self.system.rng
        draws = draws_in_element_order([one.random_units for one in elements], rng) if self.random[name] else None
        boxes: list[Placed] = [_NOWHERE] * len(elements)
        for i in self.scene.order:
            parent = self.scene.parents[i]
            context = surroundings.around(boxes[parent] if parent >= 0 else None, elements[i].content)
            boxes[i] = elements[i].resolve(context, draws[i] if draws is not None else rng)
        return boxes

    def update(self, changes: Mapping[int, Element]) -> None:
        """Replace elements by their index; new calculators are built only for them.

        Raises:
            InputError: an index out of range, another id or parent than before, or a composition; nothing is replaced
                then.
        """
        check_changes(self.specs, changes, self.scene.breakpoints)
        built = {
            name: {i: OriginalElement(element.at_breakpoint(name), self.system) for i, element in changes.items()}
            for name in self.elements
        }
        for i, element in changes.items():
            self.specs[i] = element
        for name, elements in self.elements.items():
            for i, one in built[name].items():
                self.random[name] += one.random_units - elements[i].random_units
                elements[i] = one

    def _elements(self, name: str | None) -> list[OriginalElement]:
        if self.version != self.system.registry.version:  # built with other custom strategies
            self.elements.clear()
            self.version = self.system.registry.version
        if name not in self.elements:
            self.elements[name] = [OriginalElement(spec.at_breakpoint(name), self.system) for spec in self.specs]
            self.random[name] = sum(element.random_units for element in self.elements[name])
        return self.elements[name]


def _draw_count(element: Element, system: OriginalSystem) -> int:
    """Return how many random numbers an element draws; custom strategies draw none."""
    is_custom = system.registry.matcher()
    units = (element.x, element.y, element.width, element.height, element.scale)
    return sum(random_units(unit) for unit in units if unit is not None and not is_custom(unit))


def _width(extent: Box | Placed | Extent | None) -> float:
    return extent.width if extent is not None else 1.0


def _height(extent: Box | Placed | Extent | None) -> float:
    return extent.height if extent is not None else 1.0


def _least(a: float, b: float) -> float:
    """Return the smaller; NaN if one is NaN, unlike `min`."""
    return math.nan if a != a or b != b else min(a, b)


def _greatest(a: float, b: float) -> float:
    """Return the greater; NaN if one is NaN, unlike `max`."""
    return math.nan if a != a or b != b else max(a, b)


def _divide(a: float, b: float) -> float:
    """Divide as IEEE 754 does: by zero gives an infinity or NaN, never an exception."""
    if b == 0:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b
