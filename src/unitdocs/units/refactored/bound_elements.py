"""Bound elements: the snapshot of a scene that is resolved through bound units, one element after the other.

What was bound is kept in columns: lists of strategies and numbers. So an element takes a place in each list and, unless
it has a number of its own, no object: units of one rule share their strategy. Replacing elements copies the lists that
change, which takes far less time than binding.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from unitdocs.units.model.composition import Composition
from unitdocs.units.model.context import Context, Extent, Placed
from unitdocs.units.model.draws import Generator, draws_in_element_order
from unitdocs.units.model.layout import Layout
from unitdocs.units.model.scene import UNITS, Element, Scene, Unit, random_units
from unitdocs.units.refactored.bound_units import FindCustom, bind_part
from unitdocs.units.refactored.events import ResolutionPath
from unitdocs.units.refactored.snapshot import LayoutRequests, shallow_copy
from unitdocs.units.refactored.strategies import (
    NOTHING_ADDED,
    BindOther,
    Constrained,
    Strategy,
    bind_positions,
    bind_scales,
    bind_sizes,
    bound_position,
    bound_scale,
    bound_size,
)

BYTES_PER_ELEMENT = 150
"""Bytes of an element's bound units, about: a place in each column, and some numbers."""
BOUND = ResolutionPath.BOUND
"""A module's own name: Python takes long to look up a member of an enumeration."""
Columns = tuple[Sequence[Any], ...]
"""Eight columns, an item for each element: its index, for x and y a strategy and a number each, then for width, height
and scale a strategy or a number. A tuple is unpacked into a call without being copied."""
Items = tuple[Any, ...]


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
        self._contents = _contents_of(elements)
        in_order = [elements[i] for i in scene.order]
        others = _Others(find)
        self._columns = _columns_of(scene.order, in_order, others, has_contents=self._contents is not None)
        self.reads_breakpoint = others.are_composed
        self.draws: Sequence[int] = [e.random_units if find is None else _draw_count(e, find) for e in elements]
        self.is_random = any(self.draws)

    def resolve(self, context: Context, rng: Generator | None) -> tuple[Layout, ResolutionPath]:
        """Resolve all elements; the context, of which a call has its own, is that of one after the other."""
        context.content = None
        is_plain = self._find is None and not self.is_random
        boxes = self._plain_boxes(context) if is_plain else self._any_boxes(context, rng)
        context.parent = context.content = None
        if self.outgrown_after is not None and not self.is_outgrown:
            self._resolved += len(boxes)
            self.is_outgrown = self._resolved >= self.outgrown_after
        return Layout.of_rows(boxes), BOUND

    def _plain_boxes(self, around: Context) -> list[Any]:
        """Return the boxes of elements of which none draws a random number or has a custom strategy."""
        parents, contents = self.scene.parents, self._contents
        boxes: list[Any] = [None] * len(parents)
        for i, x, add_x, y, add_y, width, height, scale in zip(*self._columns, strict=True):
            parent = parents[i]
            around.parent = boxes[parent] if parent >= 0 else None
            if contents is not None:
                around.content = contents[i]
            boxes[i] = (
                add_x if x is None else x(around) + add_x,
                add_y if y is None else y(around) + add_y,
                width if type(width) is float else width(around),
                height if type(height) is float else height(around),
                scale if type(scale) is float else scale(around),
            )
        return boxes

    def _any_boxes(self, around: Context, rng: Generator | None) -> list[Any]:
        """Return the boxes of any elements."""
        parents, contents = self.scene.parents, self._contents
        boxes: list[Any] = [None] * len(parents)
        draws = None if rng is None or not self.is_random else draws_in_element_order(self.draws, rng)
        for i, x, add_x, y, add_y, width, height, scale in zip(*self._columns, strict=True):
            parent = parents[i]
            around.parent = boxes[parent] if parent >= 0 else None
            around.content = None if contents is None else contents[i]
            source = draws[i] if draws is not None else None
            boxes[i] = Placed(  # custom strategies read it by name
                add_x if x is None else x(around, source) + add_x,
                add_y if y is None else y(around, source) + add_y,
                width if type(width) is float else width(around, source),
                height if type(height) is float else height(around, source),
                scale if type(scale) is float else scale(around, source),
            )
        return boxes

    def updated(self, changes: Mapping[int, Element], elements: Sequence[Element]) -> "BoundElements":
        """Return the elements after some were replaced; the others stay bound."""
        changed = shallow_copy(self)
        changed.elements, changed.lacking, changed.requests = elements, {}, LayoutRequests()
        others = _Others(self._find)
        changed._columns = self._replaced(changes, others)  # noqa: SLF001 -- of the same class
        changed.reads_breakpoint = self.reads_breakpoint or others.are_composed
        if any(element.content is not self.elements[i].content for i, element in changes.items()):
            changed._contents = _contents_of(elements)  # noqa: SLF001
        counts = {i: _draw_count(element, self._find) for i, element in changes.items()}
        if self.is_random or any(counts.values()):
            changed.draws = [counts.get(i, count) for i, count in enumerate(self.draws)]
            changed.is_random = any(changed.draws)
        return changed

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, about."""
        return len(self.elements) * BYTES_PER_ELEMENT

    def _replaced(self, changes: Mapping[int, Element], others: "_Others") -> Columns:
        """Return the columns with some elements replaced; the columns of units that stay are shared."""
        order, before, find = self.scene.order, self.elements, self._find
        places: Iterable[int] = changes
        if any(order[i] != i for i in changes):
            places = [place for place, i in enumerate(order) if i in changes]
        shared = self._columns
        columns = list(shared)
        bind_other = others.bind
        constrained: Constrained = {}
        for place in places:
            new, old = changes[order[place]], before[order[place]]
            content = new.content
            is_same_content = content is old.content
            for at, name, unit_of in _UNIT_COLUMNS:
                unit = unit_of(new)
                # Absent sizes are those of the content. A strategy of a project's own is made of the same unit again.
                if unit is unit_of(old) and find is None and (is_same_content or unit is not None):
                    continue
                if find is None or unit is None:
                    bound = _BIND_ONE[name](unit, content, bind_other, constrained)
                else:
                    bound = _of_strategy(name, bind_other(unit))
                for column, item in enumerate(bound, at):
                    _own(columns, shared, column)[place] = item
        return tuple(columns)


def _contents_of(elements: Sequence[Element]) -> list[Extent | None] | None:
    """Return the content of each element; None if none has any."""
    contents = [element.content for element in elements]
    return contents if any(contents) else None


def _own(columns: list[Any], shared: Columns, at: int) -> list[Any]:
    """Return a column that may be changed: a copy, if it is still the shared one."""
    if columns[at] is shared[at]:
        columns[at] = list(shared[at])
    column: list[Any] = columns[at]
    return column


class _Others:
    """Binds units that are not exactly of a kind, and all of them if there are custom strategies.

    Args:
        find: finds custom strategies; None if there are none.
    """

    def __init__(self, find: FindCustom | None) -> None:
        self.find = find
        self.are_composed = False
        """Whether one of them was a composition."""

    def bind(self, part: Any) -> Strategy:  # noqa: ANN401 -- a unit or a composition
        """Bind a unit."""
        if isinstance(part, Composition):
            self.are_composed = True
        return bind_part(part, self.find)


def _of_strategy(name: str, strategy: Strategy) -> Items:
    """Return the items of a unit's columns for a strategy to whose result nothing is added."""
    return (strategy, NOTHING_ADDED) if name in _POSITIONS else (strategy,)


def _columns_of(order: Sequence[int], elements: Sequence[Element], others: _Others, *, has_contents: bool) -> Columns:
    """Return the columns of elements, which are in this order."""
    bind_other = others.bind
    if others.find is not None:
        return (order, *(column for name in UNITS for column in _bind_all(name, elements, bind_other)))
    contents = [element.content for element in elements] if has_contents else None
    return (
        order,
        *bind_positions([element.x for element in elements], bind_other),
        *bind_positions([element.y for element in elements], bind_other),
        bind_sizes([element.width for element in elements], contents, 0, bind_other),
        bind_sizes([element.height for element in elements], contents, 1, bind_other),
        bind_scales([element.scale for element in elements], bind_other),
    )


def _bind_all(name: str, elements: Sequence[Element], bind_other: BindOther) -> Sequence[list[Any]]:
    """Return the columns of a unit that may have custom strategies, each of which is looked up."""
    bind_absent, unit_of = _BIND_ONE[name], attrgetter(name)
    rows = [
        bind_absent(None, element.content, bind_other, {})
        if unit_of(element) is None
        else _of_strategy(name, bind_other(unit_of(element)))
        for element in elements
    ]
    return [[row[column] for row in rows] for column in range(2 if name in _POSITIONS else 1)]


_POSITIONS = ("x", "y")
_BIND_ONE: Mapping[str, Callable[[Any, Extent | None, BindOther, Constrained], Items]] = {
    "x": lambda unit, _, other, __: bound_position(unit, other),
    "y": lambda unit, _, other, __: bound_position(unit, other),
    "width": lambda unit, content, other, constrained: (bound_size(unit, content, 0, other, constrained),),
    "height": lambda unit, content, other, constrained: (bound_size(unit, content, 1, other, constrained),),
    "scale": lambda unit, _, other, __: (bound_scale(unit, other),),
}
"""How one unit of an element is bound, by its content: an item for each of the unit's columns."""
_UNIT_COLUMNS = [(at, name, attrgetter(name)) for at, name in zip((1, 3, 5, 6, 7), UNITS, strict=True)]
"""Where the columns of each unit begin, its name, and what reads it of an element."""


def _draw_count(element: Element, find: FindCustom | None) -> int:
    """Return how many random numbers an element draws; custom strategies draw none."""
    if find is None or not element.random_units:
        return element.random_units
    return sum(_unit_draw_count(getattr(element, name), find) for name in UNITS)


def _unit_draw_count(unit: Unit | None, find: FindCustom) -> int:
    if isinstance(unit, Composition):
        return sum(_unit_draw_count(part, find) for part in unit.parts)
    return random_units(unit) if unit is not None and find(unit) is None else 0
