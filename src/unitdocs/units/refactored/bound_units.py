"""Bound units: a unit with its strategy, which is chosen when it is built."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from unitdocs.errors import InputError
from unitdocs.units.model.calls import check_generator
from unitdocs.units.model.composition import Composition, How, Part, combine
from unitdocs.units.model.context import Context
from unitdocs.units.model.draws import Generator
from unitdocs.units.model.registry import CustomStrategy
from unitdocs.units.model.requirements import is_valid
from unitdocs.units.model.values import Axis, Dimension, Position, Scale, Size
from unitdocs.units.refactored.strategies import BINDERS, Strategy, bind, divide

FindCustom = Callable[[Any], CustomStrategy | None]
"""Returns a unit's custom strategy; None if a built-in rule resolves the unit."""


def bind_part(part: Part, find: FindCustom | None = None) -> Strategy:
    """Return the strategy of a unit or a composition.

    Args:
        part: what to bind.
        find: finds custom strategies; None if there are none.
    """
    if isinstance(part, Composition):
        return _composed(part, find)
    custom = None if find is None else find(part)
    return bind(part) if custom is None else _called(custom)


PLAIN_BINDERS: Mapping[type, Callable[[Any], Strategy]] = {**BINDERS, Composition: bind_part}
"""For each kind of unit, and for compositions, the function that binds it if there are no custom strategies.

A plain dictionary, which is looked up faster than a `ByKind`: classes that extend a kind are looked up by that kind.
"""


class UnitBuilder(Protocol):
    """What a bound unit needs of the system that built it, to be built again."""

    rng: Any

    def build(self, spec: Part) -> "BoundUnit":
        """Return a unit, bound to its strategy."""
        ...


class BoundUnit:
    """A unit with its strategy, which is chosen when it is built.

    `resolve(context, rng=None)` is the strategy itself, not a method that looks one up. Setting one of the unit's
    members, such as `min`, builds it again.
    """

    __slots__ = ("__weakref__", "_rng", "_system", "resolve", "spec")
    _rng: Generator
    """The unit's own generator; absent until it is set."""

    def __init__(self, spec: Any, strategy: Strategy, system: UnitBuilder) -> None:  # noqa: ANN401 -- by subclass
        self.spec = spec
        self.resolve = strategy
        self._system = system

    @property
    def rng(self) -> Generator:
        """Where random values are drawn from if a call passes no generator."""
        own: Generator = getattr(self, "_rng", self._system.rng)
        return own

    @rng.setter
    def rng(self, rng: Generator) -> None:
        check_generator(rng)
        self._rng = rng
        self._bind()

    def validate(self, context: Context) -> bool:
        """Return whether the context has what the unit needs."""
        return is_valid(self.spec, context)

    def _bind(self) -> None:
        """Choose the strategy again, after a member was set."""
        strategy = self._system.build(self.spec).resolve
        self.resolve = with_own_generator(strategy, self._rng) if hasattr(self, "_rng") else strategy

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to build the unit again, with a system."""
        return _built_again, (self._system, self.spec, getattr(self, "_rng", None))


def _built_again(system: UnitBuilder, spec: Part, rng: Generator | None) -> BoundUnit:
    unit = system.build(spec)
    if rng is not None:
        unit.rng = rng
    return unit


def _member(name: str) -> Any:  # noqa: ANN401 -- a property of any type
    """Return the property that reads a member of the unit's spec; setting it builds the unit again."""

    def read(unit: BoundUnit) -> Any:  # noqa: ANN401
        return getattr(unit.spec, name)

    def write(unit: BoundUnit, value: Any) -> None:  # noqa: ANN401
        unit.spec = replace(unit.spec, **{name: value})
        unit._bind()  # noqa: SLF001 -- a property of that class

    return property(read, write, doc=f"The member `{name}` of the unit that was built; setting it builds it again.")


class BoundSize(BoundUnit):
    """A size bound to its strategy."""

    __slots__ = ()
    spec: Size
    unit, value, dimension = _member("unit"), _member("value"), _member("dimension")
    min, max, maintain_aspect = _member("min"), _member("max"), _member("maintain_aspect")

    def width(self, context: Context) -> float:
        """Return the width; a size that is a height raises an error."""
        if self.spec.dimension is Dimension.HEIGHT:
            raise InputError("size: built with dimension height, so it has no width; build it with width or both")
        return self.resolve(context)

    def height(self, context: Context) -> float:
        """Return the height; a size that is a width raises an error."""
        if self.spec.dimension is Dimension.WIDTH:
            raise InputError("size: built with dimension width, so it has no height; build it with height or both")
        return self.resolve(context)

    def aspect_ratio(self) -> float | None:
        """Return max/min of the constraints if the flag and both constraints are set, else None."""
        return _aspect_ratio(self.spec)


class BoundPosition(BoundUnit):
    """A position bound to its strategy."""

    __slots__ = ()
    spec: Position
    unit, value, axis, offset = _member("unit"), _member("value"), _member("axis"), _member("offset")

    def x(self, context: Context) -> float:
        """Return x; a position that is a y raises an error."""
        if self.spec.axis is Axis.Y:
            raise InputError("position: built with axis y, so it has no x; build it with x or xy")
        return self.resolve(context)

    def y(self, context: Context) -> float:
        """Return y; a position that is an x raises an error."""
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
    unit, value = _member("unit"), _member("value")
    min, max, maintain_aspect = _member("min"), _member("max"), _member("maintain_aspect")

    def aspect_ratio(self) -> float | None:
        """Return max/min of the constraints if the flag and both constraints are set, else None."""
        return _aspect_ratio(self.spec)


BOUND_CLASSES: Mapping[type, type[BoundUnit]] = {
    Size: BoundSize,
    Position: BoundPosition,
    Scale: BoundScale,
    Composition: BoundUnit,
}
"""The class that is built of each kind of unit."""
_AVAILABLE = {
    Axis.X: bind(Size("pixel", "stretch", dimension="width")),
    Axis.Y: bind(Size("pixel", "stretch", dimension="height")),
}


def with_own_generator(strategy: Strategy, own: Generator) -> Strategy:
    """Return the strategy of a random unit, which draws from its own generator if a call passes none."""

    def resolve(context: Context, rng: Generator | None = None) -> float:
        return strategy(context, own if rng is None else rng)

    return resolve


def _composed(composition: Composition, find: FindCustom | None) -> Strategy:
    """Return the strategy of a composition; all parts resolve, chosen or not, so that each draws its random numbers."""
    strategies = [bind_part(part, find) for part in composition.parts]
    combined = combine(composition.how, composition.weights)
    if composition.how is not How.PRIORITY:
        return lambda context, rng=None: combined([strategy(context, rng) for strategy in strategies])
    parts = composition.parts

    def resolve(context: Context, rng: Generator | None = None) -> float:
        numbers = [strategy(context, rng) for strategy in strategies]
        return combined(numbers, [is_valid(part, context) for part in parts])

    return resolve


def _called(custom: CustomStrategy) -> Strategy:
    """Return a custom strategy, called with the context alone and checked to return a number."""
    return lambda context, rng=None: custom.resolve(context)  # noqa: ARG005


def _aspect_ratio(spec: Size | Scale) -> float | None:
    if not spec.maintain_aspect or spec.min is None or spec.max is None:
        return None
    return divide(spec.max, spec.min)
