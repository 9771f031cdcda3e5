"""Comparing the two systems: where a scene or a unit gets another number from one than from the other.

Numbers are compared bit by bit, so that 0 and -0 differ; NaN equals NaN.
"""

import math
import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from unitdocs.units.model.composition import Part
from unitdocs.units.model.context import Context, Extent, Placed
from unitdocs.units.model.scene import Scene
from unitdocs.units.system import create_system

SIZES = (Extent(360.0, 640.0), Extent(768.0, 1024.0), Extent(1280.0, 720.0), Extent(1920.0, 1080.0), Extent(2560, 1440))
"""Sizes from a phone to a large desktop."""
EDGE_HEIGHT = 720.0
"""Height of the sizes at the edges of breakpoints."""
RESOLVES = 18
"""How often a scene is resolved at least: the refactored system compiles a plan after some."""
PASSES = 3
"""How often each size is resolved at least: a layout is kept from the second time on."""


class Disagreement(NamedTuple):
    """A number that is not the same in both systems.

    Args:
        place: the scene, or the line of the unit.
        size: of the scene and the viewport, in pixels; None for a unit.
        element: the element's id; None for a unit.
        member: x, y, width, height or scale; of a unit its result, or whether it is valid.
        original: the number of the original system.
        refactored: the number of the refactored system.
    """

    place: str
    size: Extent | None
    element: str | None
    member: str
    original: float
    refactored: float


def default_sizes(scene: Scene) -> list[Extent]:
    """Return sizes that cover a scene's breakpoints: five common ones, and both sides of each edge."""
    edges = [item.min_width for item in scene.breakpoints if 0 < item.min_width < math.inf]
    widths = [width for edge in edges for width in (edge - 1, edge)]
    return [*SIZES, *(Extent(width, EDGE_HEIGHT) for width in widths)]


def compare_scene(
    scene: Scene, sizes: Sequence[Extent], seed: int, *, place: str | None = None
) -> Iterator[Disagreement]:
    """Yield the numbers of a scene that differ, each once.

    Args:
        scene: the scene; it is resolved several times, so that all ways of the refactored system are used.
        sizes: of scene and viewport, in pixels.
        seed: of the random numbers, the same for both systems.
        place: what the scene is called in a difference (default: its name).

    Raises:
        InputError: the original system refuses a unit, such as a composition.
    """
    systems = [create_system(name).prepare(scene) for name in ("original", "refactored")]
    seen: set[tuple[int, int, int]] = set()
    for _ in range(max(PASSES, math.ceil(RESOLVES / len(sizes)))):
        for k, size in enumerate(sizes):
            one, other = (prepared.resolve(scene=size, viewport=size, rng=random.Random(seed)) for prepared in systems)
            for i, a, b in _unequal(one, other):
                for column, name in enumerate(Placed._fields):
                    if (k, i, column) not in seen and not is_same(a[column], b[column]):
                        seen.add((k, i, column))
                        yield Disagreement(place or scene.name, size, scene.elements[i].id, name, a[column], b[column])


def compare_unit(spec: Part, context: Context, state: Any, *, place: str) -> Iterator[Disagreement]:  # noqa: ANN401
    """Yield the result and the validity of a unit if they differ.

    Args:
        spec: the unit.
        context: what it is resolved against.
        state: of `random.Random`, from which both systems draw.
        place: its line.

    Raises:
        InputError: the original system refuses the unit, as it does a composition.
    """
    results, validities = [], []
    for name in ("original", "refactored"):
        unit, rng = create_system(name).build(spec), random.Random()
        rng.setstate(state)
        results.append(unit.resolve(context, rng))
        validities.append(unit.validate(context))
    if not is_same(*results):
        yield Disagreement(place, None, None, "result", *results)
    if validities[0] is not validities[1]:
        yield Disagreement(place, None, None, "valid", *validities)


def is_same(one: float, other: float) -> bool:
    """Return whether two numbers are equal bit by bit, the sign of 0 as well; NaN equals NaN."""
    if one == other:
        return one != 0 or math.copysign(1.0, one) == math.copysign(1.0, other)
    return one != one and other != other


def _unequal(one: Sequence[Placed], other: Sequence[Placed]) -> Iterator[tuple[int, Placed, Placed]]:
    """Yield index and boxes of those elements that may differ: 0 and -0 are equal, so a box with a 0 may."""
    for i, (a, b) in enumerate(zip(one, other, strict=True)):
        if a != b or 0 in a:
            yield i, a, b
