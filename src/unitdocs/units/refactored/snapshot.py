"""Snapshots: what is needed to resolve a scene at one of its breakpoints.

A snapshot never changes: replacing elements makes another, so that a thread that is resolving keeps its own. This
module has what all snapshots share; `bound_elements.py` and `plan/planned_elements.py` are the two kinds of it, and
`choice.py` chooses between them.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from unitdocs.units.model.context import Context, Extent
    from unitdocs.units.model.draws import Generator
    from unitdocs.units.model.layout import Layout
    from unitdocs.units.model.scene import Element, Scene
    from unitdocs.units.refactored.events import ResolutionPath

MOST_REQUESTS = 256
"""The most keys that are remembered: of scenes, or of a snapshot's layouts, of those requested and of those kept."""
Extents = tuple["Extent | None", ...]
"""The scene's and the viewport's."""
Copied = TypeVar("Copied")
Item = TypeVar("Item")


class RecentKeys:
    """Keys that were requested lately."""

    __slots__ = ("_keys",)

    def __init__(self) -> None:
        self._keys: set[Hashable] = set()

    def seen_before(self, key: Hashable) -> bool:
        """Return whether a key was requested before, and remember it."""
        if key in self._keys:
            return True
        if len(self._keys) >= MOST_REQUESTS:
            self._keys.clear()
        self._keys.add(key)
        return False


class LayoutRequests(RecentKeys):
    """The extents that a snapshot's layout was requested for: a layout is kept from its second request on.

    While a window is dragged or elements move, each layout is requested once: keeping it would only cost time and
    memory.

    In the keys of the kept layouts it takes the place of its snapshot, so that none of them keeps the snapshot alive.

    Attributes:
        kept: the extents whose layouts were kept, the latest of them.
        is_closed: whether the snapshot was replaced, so that no layout is kept any more.
    """

    __slots__ = ("is_closed", "kept")

    def __init__(self) -> None:
        self._keys: set[Hashable] = set()  # without a call: a snapshot is made in each first frame of a scene
        self.kept: list[Extents] = []
        self.is_closed = False

    def note_kept(self, extents: "Extents") -> None:
        """Remember that the layout for these extents was kept."""
        if len(self.kept) >= MOST_REQUESTS:
            del self.kept[0]
        self.kept.append(extents)


class Snapshot(Protocol):
    """A scene's elements at one breakpoint, with everything that is made of them."""

    elements: "Sequence[Element]"
    scene: "Scene"
    version: int
    """The registry's version."""
    lacking: dict[tuple[bool, ...], list[str]]
    """What units lack, by which members of a context are absent; filled in when validation needs it."""

    requests: LayoutRequests
    """Which layouts were requested."""

    path: "ResolutionPath"
    """How all of it is resolved."""

    is_outgrown: bool
    """Whether it was resolved, and is resolved faster through a plan from now on."""

    reads_breakpoint: bool
    """Whether the breakpoint of a context may change a number: only a composition asks whether there is one."""

    @property
    def is_random(self) -> bool:
        """Whether anything is drawn at random."""
        ...

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, about."""
        ...

    def resolve(self, context: "Context", rng: "Generator | None") -> "tuple[Layout, ResolutionPath]":
        """Resolve all elements, and return how as well; without random units no generator is needed."""
        ...

    def updated(self, changes: "Mapping[int, Element]", elements: "Sequence[Element]") -> "Snapshot | None":
        """Return the snapshot after elements were replaced; None if it has to be made again when it is needed.

        Args:
            changes: the new ones by index, with the units in force.
            elements: all of them, including the new ones; kept as it is.
        """
        ...


def shallow_copy(snapshot: Copied) -> Copied:
    """Return another object with the same members, faster than `copy.copy` does."""
    another = object.__new__(type(snapshot))
    another.__dict__.update(snapshot.__dict__)
    return another


class SharedItems(Sequence[Item]):
    """Items of which some were replaced; the others are shared with the sequence before, not copied.

    Copying a list counts a reference to each item, and so does dropping the copy; the items of a large scene lie all
    over the memory.

    Args:
        items: the items before.
        changes: the new ones by index.
    """

    __slots__ = ("_changes", "_items")

    def __init__(self, items: Sequence[Item], changes: Mapping[int, Item]) -> None:
        self._items = items
        self._changes = changes

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 -- whole numbers from 0; nothing takes a slice
        item = self._changes.get(index)
        return self._items[index] if item is None else item

    def __iter__(self) -> Iterator[Item]:
        return iter(_copied(self._items, self._changes))

    def with_changes(self, changes: Mapping[int, Item]) -> Sequence[Item]:
        """Return these items with some replaced; a list once many of them were."""
        replaced = {**self._changes, **changes}
        if len(replaced) * LEAST_SHARED > len(self._items):
            return _copied(self._items, replaced)
        return SharedItems(self._items, replaced)


SHARED_FROM = 1_000
"""Items from which on they are shared rather than copied. Timed with and without, replacing one element and resolving
takes with copies 1.05 times as long at 1,000 elements, 1.3 times at 5,000 and twice at 50,000."""
LEAST_SHARED = 50
"""How many items there must be for each one that was replaced: looking one up takes longer than in a list. Timed
likewise, copies take as long with 1 in 50 replaced, and 2 to 4 % less with 1 in 20, at up to 10,000 elements."""


def with_changes(items: Sequence[Item], changes: Mapping[int, Item]) -> Sequence[Item]:
    """Return items with some replaced; the sequence before stays as it is."""
    if isinstance(items, SharedItems):
        return items.with_changes(changes)
    if len(items) >= max(SHARED_FROM, LEAST_SHARED * len(changes)):
        return SharedItems(items, dict(changes))
    return _copied(items, changes)


def _copied(items: Sequence[Item], changes: Mapping[int, Item]) -> list[Item]:
    copied = list(items)
    for i, item in changes.items():
        copied[i] = item
    return copied
