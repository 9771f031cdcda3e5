"""The same inventory in Yoga: flexbox for native user interfaces, in C++, through the package `poga`.

Install it with `pip install -e '.[peers]'`, then `unitdocs bench run --suites benchmarks/studies/peers --profile full`.

Yoga is used as it is used best: styles are set once, a new viewport is given to `YGNodeCalculateLayout`, and boxes are
read again only where Yoga says that there is a new layout. Every element is an absolute box: centres and far edges are
percentages with a margin. Rounding to the pixel grid is off (`PointScaleFactor` 0). Yoga computes in float32; all
numbers of this scene are halves below 2**17, which float32 holds exactly, so the boxes are compared exactly.

What differs, for the reader of the numbers:

- Yoga's boxes are relative to their parent, and what is inside a box that keeps its size is not computed again: a new
  viewport lays out the panel and its slots, a quarter of the elements, and passes over what is in the slots. The
  refactored system computes every absolute box. Where boxes are read back, Yoga's are made absolute in Python.
- Yoga has what this system has not: flexbox (grow, shrink, wrap, justify, align, gaps), sizes that follow from the
  children, texts measured by callbacks, baselines, aspect ratios that change sizes, padding, borders, `display: none`,
  right-to-left layout, rounding to the pixel grid, and layout that recomputes only what is dirty.
- This system has what Yoga has not: a box measured from the scene or the viewport at any depth, scales, breakpoints,
  random values, float64.
"""

from collections.abc import Iterable
from typing import Any

from _inventories import Resolve, elements_of, inventory, operation, refactored, scenarios

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.errors import InputError
from unitdocs.units import Element, Extent, Position, Size

try:
    from poga import libpoga_capi
except ImportError as error:
    raise InputError("poga is not installed; `pip install -e '.[peers]'` brings it") from error

yg: Any = libpoga_capi  # its stubs name members that it has not
ACROSS = (yg.YGEdge.Left, yg.YGNodeStyleSetWidth, yg.YGNodeStyleSetWidthPercent, yg.YGNodeStyleSetMaxWidth)
DOWN = (yg.YGEdge.Top, yg.YGNodeStyleSetHeight, yg.YGNodeStyleSetHeightPercent, yg.YGNodeStyleSetMaxHeight)
PERCENT = {"left": 0.0, "top": 0.0, "center-x": 50.0, "center-y": 50.0, "right": 100.0, "bottom": 100.0}


class Tree:
    """A scene's elements as Yoga's nodes, and their boxes as they were read last.

    Args:
        elements: parents before children, of the units that an inventory has.
    """

    def __init__(self, elements: Iterable[Element]) -> None:
        self._config = yg.YGConfigNew()
        yg.YGConfigSetPointScaleFactor(self._config, 0.0)
        self._viewport = yg.YGNodeNewWithConfig(self._config)
        self._nodes: list[Any] = []
        self._parents: list[int] = []
        self._children: list[list[int]] = []
        self._roots: list[int] = []
        at: dict[str, int] = {}
        for i, element in enumerate(elements):
            # Without a unit of its own an element is at the scene's 0, 0, whatever its parent is.
            parent = -1 if element.parent is None or element.x is None else at[element.parent]
            siblings = self._roots if parent < 0 else self._children[parent]
            node = self._made(element)
            yg.YGNodeInsertChild(self._viewport if parent < 0 else self._nodes[parent], node, len(siblings))
            siblings.append(i)
            at[element.id] = i
            self._nodes.append(node)
            self._parents.append(parent)
            self._children.append([])
        self._relative: list[tuple[float, float, float, float]] = [(0.0, 0.0, 0.0, 0.0)] * len(self._nodes)

    def resolve(self, viewport: Extent) -> None:
        """Lay the tree out at a viewport."""
        yg.YGNodeCalculateLayout(self._viewport, viewport.width, viewport.height, yg.YGDirection.LTR)

    def read(self, viewport: Extent) -> list[tuple[float, float, float, float]]:
        """Lay the tree out, and return every element's absolute x, y, width and height."""
        self.resolve(viewport)
        self._read_new(self._roots)
        boxes: list[tuple[float, float, float, float]] = []
        for parent, box in zip(self._parents, self._relative, strict=True):
            if parent < 0:
                boxes.append(box)
            else:
                left, top, width, height = box
                over = boxes[parent]
                boxes.append((over[0] + left, over[1] + top, width, height))
        return boxes

    def _read_new(self, nodes: list[int]) -> None:
        """Read the boxes of nodes that have a new layout, and go on with their children."""
        for i in nodes:
            node = self._nodes[i]
            if yg.YGNodeGetHasNewLayout(node):
                yg.YGNodeSetHasNewLayout(node, False)  # noqa: FBT003
                self._relative[i] = (
                    yg.YGNodeLayoutGetLeft(node),
                    yg.YGNodeLayoutGetTop(node),
                    yg.YGNodeLayoutGetWidth(node),
                    yg.YGNodeLayoutGetHeight(node),
                )
                self._read_new(self._children[i])

    def _made(self, element: Element) -> Any:  # noqa: ANN401 -- Yoga's node
        node = yg.YGNodeNewWithConfig(self._config)
        yg.YGNodeStyleSetPositionType(node, yg.YGPositionType.Absolute)
        content = element.content or Extent(100.0, 100.0)
        for side, at, extent, own in (
            (ACROSS, element.x, element.width, content.width),
            (DOWN, element.y, element.height, content.height),
        ):
            _place(node, side[0], at)
            _size(node, side, extent, own)
        return node


def _place(node: object, edge: object, at: object) -> None:
    """Style an edge: from the parent's near edge, its centre or its far edge."""
    if at is None:
        yg.YGNodeStyleSetPosition(node, edge, 0.0)
        return
    assert isinstance(at, Position)
    if isinstance(at.value, float):
        yg.YGNodeStyleSetPosition(node, edge, at.value + at.offset)
        return
    percent = PERCENT[at.unit.partition("-")[2]]
    if percent:
        yg.YGNodeStyleSetPositionPercent(node, edge, percent)
        yg.YGNodeStyleSetMargin(node, edge, at.offset)
    else:
        yg.YGNodeStyleSetPosition(node, edge, at.offset)


def _size(node: object, side: tuple[Any, ...], extent: object, own: float) -> None:
    """Style an extent: pixels, all of the parent's, or the content's own."""
    _, in_points, in_percent, at_most = side
    if extent is None:
        in_points(node, own)
        return
    assert isinstance(extent, Size)
    if extent.value == "fill":
        in_percent(node, 100.0)
    else:
        in_points(node, extent.value if isinstance(extent.value, float) else own)
    if extent.max is not None:
        at_most(node, extent.max)


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:
    """Make the inventory ready, as Yoga's tree or as a scene of the refactored system."""
    if arm == "refactored":
        return refactored(scenario, seed)
    tree = Tree(inventory(elements_of(scenario), seed).elements)
    resolve: Resolve = tree.resolve
    return operation(scenario, resolve, tree.read)


SUITE = suite(
    "yoga",
    title="Yoga",
    arms=("yoga", "refactored"),
    scenarios=scenarios(),
    setup=setup,
)
