"""Snapshots: what is needed to resolve a scene at one of its breakpoints.

A scene is resolved through bound units or a plan, whichever is cheaper. A snapshot never changes: replacing elements
makes another, so that a thread that is resolving keeps what it began with.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from unitdocs.units.bound import BIND_PLAIN, Find, bound
from unitdocs.units.composition import Composition
from unitdocs.units.context import Context, Extent, Placed
from unitdocs.units.draws import Generator, draws_in_element_order
from unitdocs.units.layout import Layout
from unitdocs.units.scene import UNITS, Element, Scene, Unit, random_units
from unitdocs.units.strategies import SIZE, constant

if TYPE_CHECKING:
    from unitdocs.units.refactored import UnitSystem

SMALLEST_PLAN = 40
"""Elements from which on a plan wins over bound units, about: the `layouts` suite has scenes on either side."""
COMPILING = 350
"""Compiling a plan costs as much as resolving so many elements and the scene twice through bound units: it is compiled
when that has been spent on bound units, so that it never costs much more than what a scene is worth."""
PLAN_AT_ONCE = 500
"""Elements from which on compiling a plan and running it once wins over bound units; smaller scenes wait until they
have been resolved some times."""
ELEMENTS_A_LEVEL = 8
"""Elements of a level of the tree on average from which on a plan wins: a batch of one costs as much as of ten."""
BYTES_A_ROW = 600
"""Bytes of an element's bound units, about: a tuple, and a closure for what is not shared."""
ASKED = 256
"""Of how many layouts of a snapshot, at most, it is remembered that they were asked for, and that they were kept."""
Path = Literal["bound", "plan", "partial", "cache"]
Row = tuple[Any, ...]
Of = TypeVar("Of")
Extents = tuple[Extent | None, ...]
"""The scene's and the viewport's."""


class CannotCompileError(Exception):
    """No plan resolves a scene in the order in which its random numbers are drawn."""


class Asked:
    """The extents that a snapshot's layout was asked for, so that a layout is kept that is asked for again.

    While a window is dragged or elements move, each layout is asked for once: keeping it would cost time and memory for
    nothing.

    It also stands for its snapshot in the keys of the layouts that are kept, so that none of them keeps the snapshot.

    Attributes:
        kept: the extents whose layouts were kept, the latest of them.
        is_over: whether the snapshot was replaced, so that no layout is kept any more.
    """

    __slots__ = ("_extents", "is_over", "kept")

    def __init__(self) -> None:
        self._extents: set[Extents] = set()
        self.kept: deque[Extents] = deque(maxlen=ASKED)
        self.is_over = False

    def again(self, extents: Extents) -> bool:
        """Tell whether these were asked for before, and remember that they were."""
        if extents in self._extents:
            return True
        if len(self._extents) >= ASKED:
            self._extents.clear()
        self._extents.add(extents)
        return False


class Snapshot(Protocol):
    """A scene's elements at one breakpoint, with all that is made of them."""

    elements: Sequence[Element]
    scene: Scene
    version: int
    """Of the registry."""
    lacking: dict[tuple[bool, ...], list[str]]
    """What units lack, by which members of a context are missing; filled in where validation asks."""

    asked: Asked
    """Which layouts were asked for."""

    is_outgrown: bool
    """Whether it was resolved, and is resolved faster through a plan from now on."""

    @property
    def is_random(self) -> bool:
        """Whether anything is drawn at random."""
        ...

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, about."""
        ...

    def resolve(self, context: Context, rng: Generator) -> tuple[Layout, Path]:
        """Resolve all elements, and tell how."""
        ...

    def updated(self, changes: Mapping[int, Element], elements: Sequence[Element]) -> "Snapshot":
        """Return the snapshot after elements were replaced.

        Args:
            changes: the new ones by index, with the units in force.
            elements: all of them, the new ones among them; kept as it is.
        """
        ...


def snapshot_of(scene: Scene, elements: Sequence[Element], system: "UnitSystem", *, is_again: bool) -> Snapshot:
    """Make what is needed to resolve a scene, through a plan where that is worth it.

    Args:
        scene: the scene, for its tree.
        elements: its elements, with the units in force.
        system: the system whose strategies are in force.
        is_again: whether the scene was resolved before and so is likely to be again.
    """
    version = system.registry.version
    find = None if system.registry.is_plain else system.registry.find
    is_worth_it = is_worth_a_plan(scene)
    if is_worth_it and (is_again or len(elements) >= PLAN_AT_ONCE):
        from unitdocs.units.planned import PlannedElements  # noqa: PLC0415 -- NumPy is loaded with the first plan

        try:
            return PlannedElements(scene, elements, find, version)
        except CannotCompileError:
            is_worth_it = False
    return BoundElements(scene, elements, find, version, outgrows=is_worth_it)


def is_worth_a_plan(scene: Scene) -> bool:
    """Tell whether a plan resolves a scene faster than bound units: it is not small, and not mainly deep."""
    if len(scene.elements) < SMALLEST_PLAN:
        return False
    return len(scene.elements) >= ELEMENTS_A_LEVEL * (max(scene.levels) + 1)


class BoundElements:
    """Elements whose units are bound to their strategies, and resolved one by one.

    Args:
        scene: the scene, for its tree.
        elements: its elements, with the units in force.
        find: the project's own strategies, where it has any.
        version: the registry's.
        outgrows: whether a plan is faster, once it is compiled.
    """

    def __init__(
        self,
        scene: Scene,
        elements: Sequence[Element],
        find: Find | None,
        version: int,
        *,
        outgrows: bool = False,
    ) -> None:
        self.scene = scene
        self.outgrows = outgrows
        self.is_outgrown = False
        self._resolved = 0
        self.elements = elements
        self.version = version
        self.lacking: dict[tuple[bool, ...], list[str]] = {}
        self.asked = Asked()
        self._find = find
        self._bind = BIND_PLAIN if find is None else dict.fromkeys(BIND_PLAIN, partial(bound, find=find))
        self.rows = [self.row(i) for i in scene.order]
        self.draws = [e.random_units if find is None else _drawn(e, find) for e in elements]
        self.is_random = any(self.draws)

    def resolve(self, context: Context, rng: Generator) -> tuple[Layout, Path]:
        """Resolve all elements."""
        boxes: list[Any] = [None] * len(self.rows)
        around = context.around(None, None)
        draws = draws_in_element_order(self.draws, rng) if self.is_random else None
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
            boxes[i] = box if self._find is None else Placed._make(box)  # a project's own strategies read it by name
        if self.outgrows and not self.is_outgrown:
            self._resolved += len(boxes)
            self.is_outgrown = self._resolved >= COMPILING + 2 * len(boxes)
        return Layout.of_rows(boxes), "bound"

    def updated(self, changes: Mapping[int, Element], elements: Sequence[Element]) -> "BoundElements":
        """Return the elements after some were replaced; the others stay bound."""
        changed = copied(self)
        changed.elements, changed.lacking, changed.asked = elements, {}, Asked()
        changed.rows = [changed.row(row[0]) if row[0] in changes else row for row in self.rows]
        changed.draws = with_changes(self.draws, {i: _drawn(element, self._find) for i, element in changes.items()})
        changed.is_random = any(changed.draws)
        return changed

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, about."""
        return len(self.rows) * BYTES_A_ROW

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


def copied(snapshot: Of) -> Of:
    """Return another object with the same members, faster than `copy.copy` does."""
    another = object.__new__(type(snapshot))
    another.__dict__.update(snapshot.__dict__)
    return another


def with_changes(items: Sequence[Of], changes: Mapping[int, Of]) -> list[Of]:
    """Return a copy with some items replaced."""
    replaced = list(items)
    for i, item in changes.items():
        replaced[i] = item
    return replaced


def _drawn(element: Element, find: Find | None) -> int:
    """Return how many random numbers an element draws; a project's own strategies draw none."""
    if find is None or not element.random_units:
        return element.random_units
    return sum(_drawn_by(getattr(element, name), find) for name in UNITS)


def _drawn_by(unit: Unit | None, find: Find) -> int:
    if isinstance(unit, Composition):
        return sum(_drawn_by(part, find) for part in unit.parts)
    return random_units(unit) if unit is not None and find(unit) is None else 0


_ZERO, _ONE = constant(0.0), constant(1.0)
