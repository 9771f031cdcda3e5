"""Loading of what the frames of a game need, so that no frame waits for it.

A process imports NumPy once, in 60 to 220 ms: several frames. The first calls of the code that compiles and runs plans
are slow as well, since NumPy prepares its operations when they are first used, and Python specialises its own.
"""

import gc
import random
from functools import cache

from unitdocs.errors import InputError
from unitdocs.units.model.context import Breakpoint, Context, Extent
from unitdocs.units.model.scene import Element, Scene
from unitdocs.units.model.values import Position, Scale, Size
from unitdocs.units.refactored.bound_elements import BoundElements

ROWS = 12
"""Rows of the scene that is resolved in advance: enough for all kinds of batches, few enough to take no time."""
REPEATS = 2
"""Times that it is resolved: the numbers that no context changes are computed in the second resolve."""


@cache
def load_plans() -> None:
    """Import NumPy and the modules of plans, and use them once; nothing is done when this is called again.

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
    _rehearse()
    if gc.isenabled():
        # Modules are many objects. Collected now, they are not what makes a full collection fall into a frame.
        gc.collect()


def _rehearse() -> None:
    """Compile, resolve and update a small scene, through bound units and as a plan."""
    from unitdocs.units.refactored.plan.planned_elements import PlannedElements  # noqa: PLC0415 -- it loads NumPy

    scene = _scene()
    context = Context(scene=_EXTENT, viewport=_EXTENT, breakpoint=Breakpoint("md", *_EXTENT))
    moved = {i: _row(i, 1.0) for i in range(1, ROWS)}
    elements = [moved.get(i, element) for i, element in enumerate(scene.elements)]
    generator = random.Random(0)
    for kind in (BoundElements, PlannedElements):
        snapshot = kind(scene, scene.elements, None, 0)
        for _ in range(REPEATS):
            snapshot.resolve(context, generator)
        layout, _ = snapshot.updated(moved, elements).resolve(context, generator)
        layout.boxes()


_EXTENT = Extent(1280.0, 720.0)


def _scene() -> Scene:
    """Return a scene with units of many rules: of the scene, the viewport, the parent, the content, and random ones."""
    root = Element(
        "root",
        x=Position("scene-center-x", "center", "x", -320),
        y=Position("viewport-bottom", "bottom", "y", -10),
        width=Size("viewport-width", "fill", "width", max=640),
        height=Size("scene-height", "fill", "height"),
        scale=Scale("factor", "fit"),
        content=Extent(640.0, 360.0),
    )
    return Scene("rehearsal", (root, *(_row(i, 0.0) for i in range(1, ROWS))))


def _row(i: int, offset: float) -> Element:
    across, down = (("left", "top"), ("center-x", "center-y"), ("right", "bottom"))[i % 3]
    width = (Size("parent-width", "fill", "width", max=200), Size("pixel", "random", "width"), Size("pixel", 40.0 + i))
    return Element(
        f"row-{i}",
        parent="root",
        x=Position(f"parent-{across}", "center", "x", offset * i),
        y=Position(f"parent-{down}", "center", "y", offset * i),
        width=width[i % 2 if i < ROWS // 2 else 2],
        height=Size("pixel", "auto" if i % 2 else "fit", "height"),
        content=Extent(20.0 + i + offset, 12.0),
    )
