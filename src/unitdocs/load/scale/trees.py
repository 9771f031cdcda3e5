"""Trees of any size, whose elements are alike: only the tree differs."""

from collections.abc import Callable, Mapping

from unitdocs.studies.load_scale import TreeShape
from unitdocs.units import Element, Position, Scene, Size

COLUMNS = 100
BRANCHES = 2
PARENTS: Mapping[TreeShape, Callable[[int], int]] = {
    TreeShape.WIDE: lambda _: 0,
    TreeShape.NESTED: lambda i: (i - 1) // BRANCHES,
    TreeShape.CHAIN: lambda i: i - 1,
}
"""The parent of each element but the first."""


def tree(shape: TreeShape, elements: int) -> Scene:
    """Return a scene of elements with four units each, of their own.

    Args:
        shape: the shape of its tree.
        elements: how many, 1 or more.
    """
    parent = PARENTS[shape]
    root = Element(
        "e0",
        width=Size("viewport-width", "fill", "width"),
        height=Size("viewport-height", "fill", "height"),
    )
    return Scene(f"{shape} {elements}", (root, *(tree_element(i, f"e{parent(i)}") for i in range(1, elements))))


def tree_element(i: int, parent: str, height: float = 24.0) -> Element:
    """Return an element of a tree, in another place than its neighbours."""
    return Element(
        f"e{i}",
        parent,
        Position("parent-left", "left", "x", float(i % COLUMNS)),
        Position("parent-top", "top", "y", float(i // COLUMNS % COLUMNS)),
        Size("parent-width", "fill", "width", max=64.0),
        Size("pixel", height, "height"),
    )
