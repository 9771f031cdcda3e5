"""The fewest array operations that give the same inventory: a floor that nothing which resolves units can be below.

It knows this one scene: all boxes but the panel's width are computed beforehand, for a panel at x = 0, and a new
viewport adds where the panel is to every x. It knows no units, no elements and no tree, and is right for nothing else.
"""

from collections.abc import Iterator

import numpy as np
from _inventories import elements_of, inventory, operation, refactored, scenarios
from numpy.typing import NDArray

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.units import Extent, Position, Size, create_system

ORIGIN = Extent(0.0, 768.0)


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
    boxes = np.array(create_system("original").prepare(scene).resolve(scene=ORIGIN, viewport=ORIGIN)).T
    moves = np.array([element.x is not None for element in scene.elements], dtype=np.float64)
    template = boxes - np.array([offset, 0, 0, 0, 0])[:, None] * moves

    def resolve(viewport: Extent) -> NDArray[np.float64]:
        made = template.copy()
        made[0] += moves * (viewport.width / 2 + offset)
        made[2, 0] = min(viewport.width, widest)
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
