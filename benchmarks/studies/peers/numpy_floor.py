"""NumPy by hand: code for this one scene alone, without units, elements or a tree.

Every number that depends on the viewport, here all of x, is computed from the parent's box as its unit says, slice by
slice; all others are in a template. That is a floor for any program that resolves units one after the other, parents
before children. In this scene all of x moves by the same amount, so adding that amount to all of x at once would take
less time still; that is algebra on one scene, which rounds differently in others.
"""

from collections.abc import Iterator

import numpy as np
from _inventories import elements_of, inventory, operation, refactored, scenarios
from numpy.typing import NDArray

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units import Extent, Position, Size, create_system

X, WIDTH = 0, 2
KINDS = 4
"""A slot, its icon, its frame and its count follow one another, after the panel."""


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:
    """Make the inventory ready, as one array or as a scene of the refactored system."""
    if arm == "refactored":
        return refactored(scenario, seed)
    scene = inventory(elements_of(scenario), seed)
    panel = scene.elements[0]
    assert isinstance(panel.x, Position)
    assert isinstance(panel.width, Size)
    assert panel.width.max is not None
    offset, widest = panel.x.offset, panel.width.max
    origin = Extent(0.0, 768.0)
    template = np.array(create_system("original").prepare(scene).resolve(scene=origin, viewport=origin)).T
    last = 1 + KINDS * ((len(scene.elements) - 1) // KINDS)
    slots, icons, frames, counts = (slice(1 + kind, last, KINDS) for kind in range(KINDS))
    moves = np.array([element.x.offset if isinstance(element.x, Position) else 0.0 for element in scene.elements])

    def resolve(viewport: Extent) -> NDArray[np.float64]:
        made = template.copy()
        made[X, 0] = viewport.width / 2 + offset
        made[WIDTH, 0] = min(viewport.width, widest)
        made[X, slots] = made[X, 0] + moves[slots]
        made[X, icons] = made[X, slots] + made[WIDTH, slots] / 2 + moves[icons]
        made[X, frames] = made[X, slots] + moves[frames]
        made[X, counts] = made[X, slots] + made[WIDTH, slots] + moves[counts]
        return made

    def read(viewport: Extent) -> Iterator[tuple[float, ...]]:
        return zip(*resolve(viewport).tolist(), strict=True)

    return operation(scenario, resolve, read)


SUITE = suite(
    "numpy-floor",
    title="NumPy by hand",
    arms=("numpy-floor", "refactored"),
    scenarios=scenarios(),
    setup=setup,
)
