"""What both systems have: code that uses nothing else runs with either, and can be switched back.

`tests/unit/units/test_conformance.py` runs the same tests on both systems.
"""

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from unitdocs.units.model.composition import Part
    from unitdocs.units.model.context import Context, Extent, Placed
    from unitdocs.units.model.draws import Generator
    from unitdocs.units.model.registry import Registry
    from unitdocs.units.model.scene import Element, Scene
    from unitdocs.units.model.values import Axis, Dimension, PositionUnit, ScaleUnit, SizeUnit


@runtime_checkable
class BuiltUnit(Protocol):
    """What `build` returns for every kind of unit.

    Attributes:
        rng: where random values are drawn from if a call passes no generator; the system's, until it is set.
    """

    rng: Any

    @property
    def spec(self) -> Any:  # noqa: ANN401 -- a unit of any kind
        """The unit, with the members as they are now."""
        ...

    def resolve(self, context: "Context", rng: "Generator | None" = None) -> float:
        """Return the number: pixels, or a factor for a scale.

        Args:
            context: what the unit is resolved against.
            rng: where a random value is drawn from (default: the unit's own generator).

        Raises:
            InputError: the unit reads the context, and it is not a Context.
        """
        ...

    def validate(self, context: "Context") -> bool:
        """Return whether the context has what the unit needs."""
        ...


@runtime_checkable
class BuiltSize(BuiltUnit, Protocol):
    """What `build` returns for a Size. Its members can be set, which changes its results."""

    unit: "SizeUnit"
    value: Any
    dimension: "Dimension"
    min: float | None
    max: float | None
    maintain_aspect: bool

    def width(self, context: "Context") -> float:
        """Return the width.

        Raises:
            InputError: it was built with dimension height.
        """
        ...

    def height(self, context: "Context") -> float:
        """Return the height.

        Raises:
            InputError: it was built with dimension width.
        """
        ...

    def aspect_ratio(self) -> float | None:
        """Return max/min of the constraints if the flag and both constraints are set, else None."""
        ...


@runtime_checkable
class BuiltPosition(BuiltUnit, Protocol):
    """What `build` returns for a Position. Its members can be set, which changes its results."""

    unit: "PositionUnit"
    value: Any
    axis: "Axis"
    offset: float

    def x(self, context: "Context") -> float:
        """Return x.

        Raises:
            InputError: it was built with axis y.
        """
        ...

    def y(self, context: "Context") -> float:
        """Return y.

        Raises:
            InputError: it was built with axis x.
        """
        ...

    def both(self, context: "Context") -> tuple[float, float]:
        """Return (x, y): the axis that the position is not for is 0."""
        ...

    def position_range(self, context: "Context") -> tuple[float, float]:
        """Return the inclusive bounds that a position may be drawn from."""
        ...


@runtime_checkable
class BuiltScale(BuiltUnit, Protocol):
    """What `build` returns for a Scale. Its members can be set, which changes its results."""

    unit: "ScaleUnit"
    value: Any
    min: float | None
    max: float | None
    maintain_aspect: bool

    def aspect_ratio(self) -> float | None:
        """Return max/min of the constraints if the flag and both constraints are set, else None."""
        ...


@runtime_checkable
class PreparedScene(Protocol):
    """What `prepare` returns.

    Attributes:
        scene: the scene that was prepared; `update` leaves it as it is.
    """

    scene: "Scene"

    def resolve(
        self,
        *,
        scene: "Extent | None" = None,
        viewport: "Extent | None" = None,
        rng: "random.Random | None" = None,
    ) -> "Sequence[Placed]":
        """Return every element's box and scale, in element order.

        Args:
            scene: the scene's extent in pixels.
            viewport: the viewport's extent in pixels; its width chooses the breakpoint.
            rng: where random values are drawn from (default: the system's own generator).

        Raises:
            InputError: an extent is not an Extent, or the generator has no `random()`.
        """
        ...

    def update(self, changes: "Mapping[int, Element]") -> None:
        """Replace elements by their index.

        Raises:
            InputError: an index is out of range, or an element has another id or parent than the one it replaces;
                nothing is replaced then.
        """
        ...


@runtime_checkable
class System(Protocol):
    """What `create_system` returns.

    Attributes:
        name: `original` or `refactored`.
        rng: where random values are drawn from if a call passes no generator.
        registry: the custom strategies.
    """

    name: str
    rng: "random.Random"
    registry: "Registry"

    def build(self, spec: "Part") -> Any:  # noqa: ANN401 -- by the kind of unit
        """Return the unit, ready to be resolved: a BuiltSize, a BuiltPosition or a BuiltScale.

        Raises:
            InputError: the spec is not a Size, a Position or a Scale; the refactored system builds a Composition too.
        """
        ...

    def prepare(self, scene: "Scene") -> PreparedScene:
        """Return the scene, ready to be resolved.

        Raises:
            InputError: the scene is not a Scene.
        """
        ...
