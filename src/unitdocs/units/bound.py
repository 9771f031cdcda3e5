"""Bound units: a unit with the strategy that was chosen when it was built."""

from collections.abc import Callable, Mapping
from typing import Any

from unitdocs.errors import InputError
from unitdocs.units.composition import Composition, How, Part, combine
from unitdocs.units.context import Context
from unitdocs.units.draws import Generator
from unitdocs.units.strategies import BIND, Strategy, bind, divide
from unitdocs.units.validation import is_valid
from unitdocs.units.values import Axis, Dimension, Position, Scale, Size

Find = Callable[[Any], tuple[str, Strategy] | None]
"""Returns the strategy that a project put in the place of a unit's rule, with its name; None where it did not."""


def bound(part: Part, find: Find | None = None) -> Strategy:
    """Return the strategy of a unit or a composition.

    Args:
        part: what to bind.
        find: the project's own strategies, where it has any.
    """
    if isinstance(part, Composition):
        return _composed(part, find)
    own = None if find is None else find(part)
    return bind(part) if own is None else _called(*own)


BIND_PLAIN: Mapping[type, Callable[[Any], Strategy]] = {**BIND, Composition: bound}
"""How units and compositions are bound where a project has no strategies of its own, by their kind."""


class BoundUnit:
    """A unit whose strategy was chosen when it was built.

    `resolve(context, rng=None)` is the strategy itself, not a method that looks one up.
    """

    __slots__ = ("resolve", "spec")

    def __init__(self, spec: Any, strategy: Strategy) -> None:  # noqa: ANN401 -- by subclass
        self.spec = spec
        self.resolve = strategy

    def validate(self, context: Context) -> bool:
        """Tell whether the context has what the unit needs."""
        return is_valid(self.spec, context)


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


BOUND: dict[type, type[BoundUnit]] = {
    Size: BoundSize,
    Position: BoundPosition,
    Scale: BoundScale,
    Composition: BoundUnit,
}
"""What is built of each kind of unit."""
_AVAILABLE = {
    Axis.X: bind(Size("pixel", "stretch", dimension="width")),
    Axis.Y: bind(Size("pixel", "stretch", dimension="height")),
}


def with_own_generator(strategy: Strategy, own: Generator) -> Strategy:
    """Return the strategy of a random unit, which draws from its own generator where a call brings none."""

    def resolve(context: Context, rng: Generator | None = None) -> float:
        return strategy(context, own if rng is None else rng)

    return resolve


def _composed(composition: Composition, find: Find | None) -> Strategy:
    """Return the strategy of a composition; all parts resolve, chosen or not, so that each draws what it draws."""
    strategies = [bound(part, find) for part in composition.parts]
    combined = combine(composition.how, composition.weights)
    if composition.how is not How.PRIORITY:
        return lambda context, rng=None: combined([strategy(context, rng) for strategy in strategies])
    parts = composition.parts

    def resolve(context: Context, rng: Generator | None = None) -> float:
        numbers = [strategy(context, rng) for strategy in strategies]
        return combined(numbers, [is_valid(part, context) for part in parts])

    return resolve


def _called(name: str, own: Strategy) -> Strategy:
    """Return a strategy of the project's own, which is given the context alone wherever it is called."""

    def resolve(context: Context, rng: Generator | None = None) -> float:  # noqa: ARG001
        number = own(context)
        try:
            return float(number)
        except (TypeError, ValueError) as error:
            raise InputError(f"registry: {name!r} resolved to {number!r}; a strategy returns a number") from error

    return resolve


def _aspect_ratio(spec: Size | Scale) -> float | None:
    if not spec.maintain_aspect or spec.min is None or spec.max is None:
        return None
    return divide(spec.max, spec.min)
