"""Bound elements: the snapshot of a scene that is resolved through bound units, one element after the other.

What was bound is kept in columns, a list for each unit's strategies and one for what is added to their results. So an
element takes a place in each list and, unless it has a number of its own, no object: units of one rule share their
strategy. Replacing elements copies the lists that change, which takes far less time than binding.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from unitdocs.units.model.composition import Composition, Part
from unitdocs.units.model.context import Context, Extent, Placed
from unitdocs.units.model.draws import Generator, draws_in_element_order
from unitdocs.units.model.layout import Layout
from unitdocs.units.model.scene import UNITS, Element, Scene, Unit, random_units
from unitdocs.units.refactored.bound_units import FindCustom, bind_part
from unitdocs.units.refactored.events import ResolutionPath
from unitdocs.units.refactored.snapshot import LayoutRequests, shallow_copy, with_changes
from unitdocs.units.refactored.strategies import (
    NOTHING_ADDED,
    SIZE,
    Bound,
    BoundColumns,
    bind_positions,
    bind_scales,
    bind_sizes,
)

BYTES_PER_ELEMENT = 150
"""Bytes of an element's bound units, about: a place in each column, and some numbers."""
BOUND = ResolutionPath.BOUND
"""A module's own name: Python takes long to look up a member of an enumeration."""
BindOther = Callable[[Part], Bound]
Columns = list[list[Any]]
"""Eleven columns, an item for each element: content, then for x, y, width, height and scale a strategy and a number."""


class BoundElements:
    """Elements whose units are bound to their strategies, and resolved one by one.

    Args:
        scene: the scene, for its tree.
        elements: its elements, with the units in force.
        find: finds custom strategies; None if there are none.
        version: the registry's version.
        outgrown_after: elements that are resolved until a plan is faster, compiling included; None if it never is.
    """

    path = BOUND

    def __init__(
        self,
        scene: Scene,
        elements: Sequence[Element],
        find: FindCustom | None,
        version: int,
        *,
        outgrown_after: int | None = None,
    ) -> None:
        self.scene = scene
        self.outgrown_after = outgrown_after
        self.is_outgrown = False
        self._resolved = 0
        self.elements = elements
        self.version = version
        self.lacking: dict[tuple[bool, ...], list[str]] = {}
        self.requests = LayoutRequests()
        self._find = find
        self._columns = _columns_of([elements[i] for i in scene.order], find)
        self.draws = [e.random_units if find is None else _draw_count(e, find) for e in elements]
        self.is_random = any(self.draws)

    def resolve(self, context: Context, rng: Generator | None) -> tuple[Layout, ResolutionPath]:
        """Resolve all elements."""
        around = context.around(None, None)
        is_plain = self._find is None and not self.is_random
        boxes = self._plain_boxes(around) if is_plain else self._any_boxes(around, rng)
        if self.outgrown_after is not None and not self.is_outgrown:
            self._resolved += len(boxes)
            self.is_outgrown = self._resolved >= self.outgrown_after
        return Layout.of_rows(boxes), BOUND

    def _plain_boxes(self, around: Context) -> list[Any]:
        """Return the boxes of elements of which none draws a random number or has a custom strategy."""
        parents = self.scene.parents
        boxes: list[Any] = [None] * len(parents)
        for i, content, x, add_x, y, add_y, width, across, height, down, scale, factor in zip(
            self.scene.order, *self._columns, strict=True
        ):
            parent = parents[i]
            around.parent = boxes[parent] if parent >= 0 else None
            around.content = content
            boxes[i] = (
                add_x if x is None else x(around) + add_x,
                add_y if y is None else y(around) + add_y,
                across if width is None else width(around),
                down if height is None else height(around),
                factor if scale is None else scale(around),
            )
        return boxes

    def _any_boxes(self, around: Context, rng: Generator | None) -> list[Any]:
        """Return the boxes of any elements."""
        parents = self.scene.parents
        boxes: list[Any] = [None] * len(parents)
        draws = None if rng is None or not self.is_random else draws_in_element_order(self.draws, rng)
        for i, content, x, add_x, y, add_y, width, across, height, down, scale, factor in zip(
            self.scene.order, *self._columns, strict=True
        ):
            parent = parents[i]
            around.parent = boxes[parent] if parent >= 0 else None
            around.content = content
            source = draws[i] if draws is not None else None
            boxes[i] = Placed(  # custom strategies read it by name
                add_x if x is None else x(around, source) + add_x,
                add_y if y is None else y(around, source) + add_y,
                across if width is None else width(around, source),
                down if height is None else height(around, source),
                factor if scale is None else scale(around, source),
            )
        return boxes

    def updated(self, changes: Mapping[int, Element], elements: Sequence[Element]) -> "BoundElements":
        """Return the elements after some were replaced; the others stay bound."""
        changed = shallow_copy(self)
        changed.elements, changed.lacking, changed.requests = elements, {}, LayoutRequests()
        changed._columns = self._replaced(changes)  # noqa: SLF001 -- of the same class
        counts = {i: _draw_count(element, self._find) for i, element in changes.items()}
        changed.draws = with_changes(self.draws, counts)
        changed.is_random = any(changed.draws)
        return changed

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, about."""
        return len(self.elements) * BYTES_PER_ELEMENT

    def _replaced(self, changes: Mapping[int, Element]) -> Columns:
        """Return the columns with some elements replaced; a column in which nothing changes is shared."""
        order = self.scene.order
        is_in_order = all(order[i] == i for i in changes)
        places = list(changes) if is_in_order else [place for place, i in enumerate(order) if i in changes]
        new = [changes[order[place]] for place in places]
        old = [self.elements[order[place]] for place in places]
        names = UNITS if self._find is not None else [name for name in UNITS if _differs(name, new, old)]
        contents, *bound = _columns_of(new, self._find, names)
        columns = self._columns.copy()
        columns[0] = _with_items(columns[0], places, contents)
        for name, strategies, numbers in zip(names, bound[::2], bound[1::2], strict=True):
            at = 1 + 2 * UNITS.index(name)
            columns[at] = _with_items(columns[at], places, strategies)
            columns[at + 1] = _with_items(columns[at + 1], places, numbers)
        return columns


def _differs(name: str, new: Sequence[Element], old: Sequence[Element]) -> bool:
    """Return whether a unit of any element was replaced; an absent size is replaced with its content."""
    unit_of = attrgetter(name)
    for after, before in zip(new, old, strict=True):
        unit = unit_of(after)
        if unit is not unit_of(before) or (unit is None and after.content is not before.content):
            return True
    return False


def _with_items(column: list[Any], places: Sequence[int], items: Sequence[Any]) -> list[Any]:
    """Return a copy of a column with some items replaced; the column itself if they are the same."""
    if all(column[place] is item for place, item in zip(places, items, strict=True)):
        return column
    return with_changes(column, dict(zip(places, items, strict=True)))


def _columns_of(elements: Sequence[Element], find: FindCustom | None, names: Sequence[str] = UNITS) -> Columns:
    """Return the content of elements, then for each of the units their strategies and numbers."""

    def bind_other(part: Part) -> Bound:
        return bind_part(part, find), NOTHING_ADDED

    contents = [element.content for element in elements]
    columns: Columns = [contents]
    for name in names:
        columns += (
            _BINDERS[name](elements, contents, bind_other) if find is None else _bind_all(name, elements, bind_other)
        )
    return columns


def _bind_all(name: str, elements: Sequence[Element], bind_other: BindOther) -> BoundColumns:
    """Return the columns of a unit that may have custom strategies, each of which is looked up."""
    absent, unit_of = _ABSENT[name], attrgetter(name)
    bound = [
        (None, absent(element.content)) if unit_of(element) is None else bind_other(unit_of(element))
        for element in elements
    ]
    return [strategy for strategy, _ in bound], [number for _, number in bound]


_BINDERS: Mapping[str, Callable[[Sequence[Element], Sequence[Extent | None], BindOther], BoundColumns]] = {
    "x": lambda elements, _, other: bind_positions([element.x for element in elements], other),
    "y": lambda elements, _, other: bind_positions([element.y for element in elements], other),
    "width": lambda elements, contents, other: bind_sizes([element.width for element in elements], contents, 0, other),
    "height": lambda elements, contents, other: bind_sizes(
        [element.height for element in elements], contents, 1, other
    ),
    "scale": lambda elements, _, other: bind_scales([element.scale for element in elements], other),
}
"""How a unit of elements is bound if there are no custom strategies."""
_ABSENT: Mapping[str, Callable[[Extent | None], float]] = {
    "x": lambda _: 0.0,
    "y": lambda _: 0.0,
    "width": lambda content: SIZE if content is None else content[0],
    "height": lambda content: SIZE if content is None else content[1],
    "scale": lambda _: 1.0,
}
"""The number of an absent unit, by the element's content."""


def _draw_count(element: Element, find: FindCustom | None) -> int:
    """Return how many random numbers an element draws; custom strategies draw none."""
    if find is None or not element.random_units:
        return element.random_units
    return sum(_unit_draw_count(getattr(element, name), find) for name in UNITS)


def _unit_draw_count(unit: Unit | None, find: FindCustom) -> int:
    if isinstance(unit, Composition):
        return sum(_unit_draw_count(part, find) for part in unit.parts)
    return random_units(unit) if unit is not None and find(unit) is None else 0
