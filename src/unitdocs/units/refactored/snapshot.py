"""Snapshots: what is needed to resolve a scene at one of its breakpoints.

A snapshot never changes: replacing elements makes another, so that a thread that is resolving keeps its own. This
module has what all snapshots share; `bound_elements.py` and `plan/planned_elements.py` are the two kinds of it, and
`choice.py` chooses between them.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

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


def with_changes(items: Sequence[Item], changes: Mapping[int, Item]) -> list[Item]:
    """Return a copy with some items replaced."""
    changed = list(items)
    for i, item in changes.items():
        changed[i] = item
    return changed
