"""Bound elements: the snapshot of a scene that is resolved through bound units, one element after the other."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from unitdocs.units.model.composition import ByKind, Composition
from unitdocs.units.model.context import Context, Placed
from unitdocs.units.model.draws import Generator, draws_in_element_order
from unitdocs.units.model.layout import Layout
from unitdocs.units.model.scene import UNITS, Element, Scene, Unit, random_units
from unitdocs.units.refactored.bound_units import PLAIN_BINDERS, FindCustom, bind_part
from unitdocs.units.refactored.events import ResolutionPath
from unitdocs.units.refactored.snapshot import LayoutRequests, shallow_copy, with_changes
from unitdocs.units.refactored.strategies import SIZE, Strategy, constant

COMPILING = 350
"""Compiling a plan costs as much as resolving this many elements and the scene twice through bound units: it is
compiled when bound units have cost that, so that it never costs much more than the scene is worth."""
BYTES_PER_ROW = 600
"""Bytes of an element's bound units, about: a tuple, and a closure for what is not shared."""
BOUND = ResolutionPath.BOUND
"""A module's own name: Python takes long to look up a member of an enumeration."""
Row = tuple[Any, ...]


class BoundElements:
    """Elements whose units are bound to their strategies, and resolved one by one.

    Args:
        scene: the scene, for its tree.
        elements: its elements, with the units in force.
        find: finds custom strategies; None if there are none.
        version: the registry's version.
        can_outgrow: whether a plan is faster, once it is compiled.
    """

    path = BOUND

    def __init__(
        self,
        scene: Scene,
        elements: Sequence[Element],
        find: FindCustom | None,
        version: int,
        *,
        can_outgrow: bool = False,
    ) -> None:
        self.scene = scene
        self.can_outgrow = can_outgrow
        self.is_outgrown = False
        self._resolved = 0
        self.elements = elements
        self.version = version
        self.lacking: dict[tuple[bool, ...], list[str]] = {}
        self.requests = LayoutRequests()
        self._find = find
        self._bind: Mapping[type, Callable[[Any], Strategy]] = (
            PLAIN_BINDERS if find is None else dict.fromkeys(PLAIN_BINDERS, partial(bind_part, find=find))
        )
        self.rows = self._of_all_kinds(lambda: [self.row(i) for i in scene.order])
        self.draws = [e.random_units if find is None else _draw_count(e, find) for e in elements]
        self.is_random = any(self.draws)

    def resolve(self, context: Context, rng: Generator | None) -> tuple[Layout, ResolutionPath]:
        """Resolve all elements."""
        boxes: list[Any] = [None] * len(self.rows)
        around = context.around(None, None)
        draws = None if rng is None or not self.is_random else draws_in_element_order(self.draws, rng)
        for i, parent, content, x, y, width, height, scale in self.rows:
            around.parent = boxes[parent] if parent >= 0 else None
            around.content = content
            source = draws[i] if draws is not None else None
            box = (
                x(around, source),
                y(around, source),
                width(around, source),
                height(around, source),
                scale(around, source),
            )
            boxes[i] = box if self._find is None else Placed._make(box)  # custom strategies read it by name
        if self.can_outgrow and not self.is_outgrown:
            self._resolved += len(boxes)
            self.is_outgrown = self._resolved >= COMPILING + 2 * len(boxes)
        return Layout.of_rows(boxes), BOUND

    def updated(self, changes: Mapping[int, Element], elements: Sequence[Element]) -> "BoundElements":
        """Return the elements after some were replaced; the others stay bound."""
        changed = shallow_copy(self)
        changed.elements, changed.lacking, changed.requests = elements, {}, LayoutRequests()
        changed.rows = changed._of_all_kinds(  # noqa: SLF001 -- of the same class
            lambda: [changed.row(row[0]) if row[0] in changes else row for row in self.rows]
        )
        counts = {i: _draw_count(element, self._find) for i, element in changes.items()}
        changed.draws = with_changes(self.draws, counts)
        changed.is_random = any(changed.draws)
        return changed

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, about."""
        return len(self.rows) * BYTES_PER_ROW

    def _of_all_kinds(self, make_rows: Callable[[], list[Row]]) -> list[Row]:
        """Make rows; units whose class extends a kind are looked up in another way, which takes longer."""
        try:
            return make_rows()
        except KeyError:  # the first such unit, or an error of a custom strategy's `make`
            if isinstance(self._bind, ByKind):
                raise
            self._bind = ByKind(self._bind)
            return make_rows()

    def row(self, i: int) -> Row:
        """Return an element's units, bound."""
        element, bind = self.elements[i], self._bind
        content = element.content
        across, down = content or (SIZE, SIZE)
        return (
            i,
            self.scene.parents[i],
            content,
            _ZERO if element.x is None else bind[type(element.x)](element.x),
            _ZERO if element.y is None else bind[type(element.y)](element.y),
            constant(across) if element.width is None else bind[type(element.width)](element.width),
            constant(down) if element.height is None else bind[type(element.height)](element.height),
            _ONE if element.scale is None else bind[type(element.scale)](element.scale),
        )


def _draw_count(element: Element, find: FindCustom | None) -> int:
    """Return how many random numbers an element draws; custom strategies draw none."""
    if find is None or not element.random_units:
        return element.random_units
    return sum(_unit_draw_count(getattr(element, name), find) for name in UNITS)


def _unit_draw_count(unit: Unit | None, find: FindCustom) -> int:
    if isinstance(unit, Composition):
        return sum(_unit_draw_count(part, find) for part in unit.parts)
    return random_units(unit) if unit is not None and find(unit) is None else 0


_ZERO, _ONE = constant(0.0), constant(1.0)
