"""Loading of what the frames of a game need, so that no frame waits for it.

A process imports NumPy once, which takes longer than several frames. The first calls of the code that resolves scenes
are slow as well, since NumPy prepares its operations when they are first used, and Python specialises its own.
"""

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from unitdocs.errors import InputError
from unitdocs.units.model.context import Extent
from unitdocs.units.model.scene import BreakpointRange, Element, Scene
from unitdocs.units.model.values import Position, Scale, Size

if TYPE_CHECKING:
    from unitdocs.units.refactored.prepared_scene import RefactoredScene

SIZES = (16, 60)
"""Elements of the scenes that are resolved in advance: the first is always resolved through bound units, the second
only until it is compiled."""
WIDTHS = 10
"""Viewports that each is resolved at: more than it takes until the second is compiled."""


class PreparingSystem(Protocol):
    """What a rehearsal needs of a system."""

    def prepare(self, scene: Scene) -> "RefactoredScene":
        """Return a scene, ready to be resolved."""
        ...


def import_plans() -> None:
    """Import NumPy and the modules of plans.

    Raises:
        InputError: NumPy cannot be imported.
    """
    try:
        import numpy  # noqa: F401, ICN001, PLC0415 -- only here, so that its absence is one sentence
    except ImportError as error:
        raise InputError(
            f"refactored system: NumPy cannot be imported ({error}); install it, or do without it by numpy=False or "
            "UNITDOCS_NUMPY=off"
        ) from error
    from unitdocs.units.refactored.plan import planned_elements  # noqa: F401, PLC0415 -- it loads NumPy


def rehearse(system: PreparingSystem) -> None:
    """Do with small scenes what games do: resolve, move elements, change the breakpoint, draw random numbers."""
    for size in SIZES:
        _play(system, _scene(size))


def _play(system: PreparingSystem, scene: Scene) -> None:
    prepared = system.prepare(scene)
    generator = random.Random(0)

    def resolve(viewport: Extent) -> None:
        prepared.resolve(scene=viewport, viewport=viewport, rng=generator).boxes()

    for wider in range(WIDTHS):
        resolve(Extent(_WIDE.width + wider, _WIDE.height))
    moved = {i: _row(i, 1.0) for i in range(1, len(scene.elements))}
    for changes in (moved, {1: _shaken(scene.elements[1])}):
        prepared.update(changes)
        for viewport in (_WIDE, _WIDE, _NARROW):  # a layout is kept from its second request on
            resolve(viewport)


_WIDE, _NARROW = Extent(1280.0, 720.0), Extent(600.0, 800.0)


def _scene(size: int) -> Scene:
    """Return a scene with units of many rules, different ones at its breakpoints."""
    root = Element(
        "root",
        x=Position("scene-center-x", "center", "x", -320),
        y=Position("viewport-bottom", "bottom", "y", -10),
        width=Size("viewport-width", "fill", "width", max=640),
        height=Size("scene-height", "fill", "height"),
        scale=Scale("factor", "fit"),
        content=Extent(640.0, 360.0),
        at={"narrow": {"width": Size("scene-width", "fill", "width"), "scale": Scale("factor", "stretch")}},
    )
    ranges = (BreakpointRange("narrow", 0.0), BreakpointRange("wide", 1000.0))
    return Scene("rehearsal", (root, *(_row(i, 0.0) for i in range(1, size))), ranges)


def _shaken(element: Element) -> Element:
    return Element(element.id, element.parent, x=Position("pixel", "random", "x"))


def _row(i: int, offset: float) -> Element:
    across, down, width, height = _FORMS[i % len(_FORMS)]
    return Element(
        f"row-{i}",
        parent="root",
        x=Position(*across, "x", offset * i),
        y=Position(*down, "y", offset * i),
        width=Size(*width, "width", max=200),
        height=Size(*height, "height"),
        content=Extent(20.0 + i + offset, 12.0),
    )


_FORMS: Sequence[tuple[tuple[Any, Any], tuple[Any, Any], tuple[Any, Any], tuple[Any, Any]]] = (
    (("parent-left", "left"), ("parent-top", "top"), ("parent-width", "fill"), ("pixel", "auto")),
    (("parent-center-x", "center"), ("parent-center-y", "center"), ("pixel", 40.0), ("pixel", 30.0)),
    (("parent-right", "right"), ("parent-bottom", "bottom"), ("pixel", "auto"), ("pixel", "fit")),
    (("pixel", 4.0), ("pixel", 8.0), ("viewport-width", "fill"), ("parent-height", "fill")),
)
"""Units of the rows: for x, y, width and height."""
