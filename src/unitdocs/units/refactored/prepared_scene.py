"""A scene that the refactored system has prepared."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from unitdocs.errors import InputError
from unitdocs.units.model.calls import check_generator
from unitdocs.units.model.context import Breakpoint, Context, Extent
from unitdocs.units.model.scene import Element, Scene, check_changes
from unitdocs.units.refactored.choice import create_snapshot
from unitdocs.units.refactored.events import Calculated, ResolutionPath, Subject
from unitdocs.units.refactored.snapshot import with_changes

if TYPE_CHECKING:
    import random

    from unitdocs.units.model.draws import Generator
    from unitdocs.units.model.layout import Layout
    from unitdocs.units.model.registry import Registry
    from unitdocs.units.refactored.cache import Cache
    from unitdocs.units.refactored.events import Observers
    from unitdocs.units.refactored.settings import SystemSettings
    from unitdocs.units.refactored.snapshot import LayoutRequests, RecentKeys, Snapshot


class SceneHost(Protocol):
    """What a prepared scene needs of the system that prepared it."""

    registry: "Registry"
    settings: "SystemSettings"
    numpy: bool
    """Whether scenes may be compiled to plans, which needs NumPy."""

    @property
    def plans(self) -> "Cache[Any, Snapshot]":
        """What is compiled for scenes."""
        ...

    def statistics(self) -> dict[str, object]:
        """Return what each part of the system did."""
        ...

    def resolve_snapshot(self, snapshot: "Snapshot", context: Context, rng: "Generator | None") -> "Layout":
        """Resolve a scene's snapshot."""
        ...

    @property
    def prepared(self) -> "RecentKeys":
        """Scenes at breakpoints that were prepared lately."""
        ...

    @property
    def observers(self) -> "Observers":
        """Who receives events."""
        ...

    @property
    def clock(self) -> "Callable[[], float]":
        """The clock of events."""
        ...

    @property
    def reads_breakpoint(self) -> bool:
        """Whether a rule of a project's own or validation may read the breakpoint of a context."""
        ...

    def note_failure(self, what: Subject, message: str) -> None:
        """Count that something failed, and announce it."""
        ...

    def drop_layouts(self, requests: "LayoutRequests") -> None:
        """Drop the layouts of a snapshot that was replaced."""
        ...


class RefactoredScene:
    """A scene that the refactored system has prepared.

    Several threads may resolve and update it; each resolve sees all of an update or nothing of it. Updates run one
    after the other; meanwhile other threads resolve the elements before the update.

    While observers and a registry's `make` run, no lock is held except the one that makes updates wait for each other:
    `make` may resolve the scene that it is called for; in an update it may neither update the scene nor wait for a
    thread that does.
    """

    def __init__(self, scene: Scene, system: SceneHost) -> None:
        self.scene = scene
        self.system = system
        self._elements: Sequence[Element] = scene.elements
        self._at: dict[str | None, Snapshot] = {}
        self._lock = threading.Lock()
        self._updates = threading.Lock()
        self._updater: int | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy or a pickle holds: the elements, not what is bound or compiled of them."""
        return {"scene": self.scene, "system": self.system, "_elements": self._elements}

    def __setstate__(self, state: dict[str, Any]) -> None:
        RefactoredScene.__init__(self, state["scene"], state["system"])
        self.__dict__.update(state)

    def resolve(
        self, *, scene: Extent | None = None, viewport: Extent | None = None, rng: "random.Random | None" = None
    ) -> "Layout":
        """Return every element's box and scale, in element order.

        Args:
            scene: the scene's extent in pixels.
            viewport: the viewport's extent in pixels; its width chooses the breakpoint.
            rng: where random values are drawn from (default: the system's own generator).

        Raises:
            InputError: an extent is not an Extent, the generator has no `random()`, or validation is strict and units
                lack what they need.
        """
        try:
            if rng is not None:
                check_generator(rng)
            context = Context(scene=scene, viewport=viewport)
            name, extent = None, context.viewport
            if self.scene.breakpoints and extent is not None:
                name = self.scene.breakpoint_at(extent.width)
            snapshot = self.snapshot(name)
            if name is not None and extent is not None and (snapshot.reads_breakpoint or self.system.reads_breakpoint):
                context.breakpoint = Breakpoint(name, *extent)
            return self.system.resolve_snapshot(snapshot, context, rng)
        except Exception as error:
            self.system.note_failure(Subject.SCENE, f"{self.scene.name}: {error}")
            raise

    def update(self, changes: Mapping[int, Element]) -> None:
        """Replace elements by their index; only what is made of them is made again.

        Raises:
            InputError: an index is out of range, an element has another id or parent than the one it replaces, or a
                custom strategy cannot be made, or its `make` updates the scene itself; nothing is replaced then.
        """
        try:
            replaced = self._update_alone(changes)
        except Exception as error:
            self.system.note_failure(Subject.UPDATE, f"{self.scene.name}: {error}")
            raise
        for snapshot in replaced:
            self.system.drop_layouts(snapshot.requests)

    def _update_alone(self, changes: Mapping[int, Element]) -> "list[Snapshot]":
        """Replace elements while no other thread does, and return the snapshots that are not used any more."""
        if self._updater == threading.get_ident():
            raise InputError(f"scene {self.scene.name!r}: updated while it is being updated, by a strategy's `make`")
        with self._updates:
            self._updater = threading.get_ident()
            try:
                return self._update(changes)
            finally:
                self._updater = None

    def snapshot(self, breakpoint_name: str | None) -> "Snapshot":
        """Return what is needed to resolve the scene at a breakpoint."""
        snapshot = self._at.get(breakpoint_name)
        if snapshot is None or self._is_out_of_date(snapshot):
            snapshot = self._renew(breakpoint_name, snapshot)
        return snapshot

    @property
    def nbytes(self) -> int:
        """Bytes that its plans and their numbers take, including those that it shares with other scenes."""
        return sum(snapshot.nbytes for snapshot in list(self._at.values()))

    def _is_out_of_date(self, snapshot: "Snapshot") -> bool:
        return snapshot.is_outgrown or snapshot.version != self.system.registry.version

    def _update(self, changes: Mapping[int, Element]) -> "list[Snapshot]":
        """Replace elements, and return the snapshots that are not used any more."""
        with self._lock:
            before, at = self._elements, self._at.copy()
        check_changes(before, changes, self.scene.breakpoints)
        elements = with_changes(before, changes)
        every = {name: _updated(snapshot, name, changes, elements) for name, snapshot in at.items()}
        updated = {name: snapshot for name, snapshot in every.items() if snapshot is not None}
        is_shared = before is self.scene.elements and len(before) >= self.system.settings.smallest_plan
        with self._lock:  # a snapshot that another thread made meanwhile is of the old elements, and is left behind
            unused = [] if is_shared else list(self._at.values())
            self._elements, self._at = elements, updated
        return unused

    def _renew(self, name: str | None, before: "Snapshot | None") -> "Snapshot":
        """Make a snapshot at a breakpoint, the first or one that replaces an earlier one, and return the one in use."""
        system, elements = self.system, self._elements
        begun = None if system.observers.is_empty else system.clock()
        snapshot, is_new = self._make(elements, name, is_repeated=before is not None and before.is_outgrown)
        made, seconds = snapshot, 0.0 if begun is None else system.clock() - begun
        with self._lock:
            if self._elements is elements:  # otherwise an update was faster, and replaced the elements
                current = self._at.get(name)
                if current is None or self._is_out_of_date(current):
                    self._at[name] = snapshot
                else:
                    snapshot = current
        if before is not None:
            system.drop_layouts(before.requests)
        if begun is not None and is_new:  # not before it is in use: an observer may resolve the scene
            chosen = Calculated(Subject.STRATEGIES, self.scene.name, len(made.elements), made.path, seconds)
            system.observers.calculated(chosen)
        return snapshot

    def _make(self, elements: Sequence[Element], name: str | None, *, is_repeated: bool) -> "tuple[Snapshot, bool]":
        """Return a snapshot of elements at a breakpoint, and whether it is new.

        The system shares that of a scene that was not updated.
        """
        scene, system = self.scene, self.system
        if (
            len(scene.elements) < system.settings.smallest_plan
        ):  # bound in less time than it takes to look for a shared snapshot
            in_force = elements if name is None else [element.at_breakpoint(name) for element in elements]
            bound = create_snapshot(scene, in_force, system.registry, system.settings, is_repeated=False, numpy=False)
            return bound, True
        if elements is not scene.elements:
            in_force = [element.at_breakpoint(name) for element in elements]
            return self._create(in_force, is_repeated=is_repeated), True
        key = (id(scene), name, system.registry, system.registry.version, system.numpy, system.settings)
        shared = system.plans.get(key)  # it holds the scene, so that no other can have its id
        is_new = shared is None or shared.is_outgrown
        if shared is None or shared.is_outgrown:
            shared = self._create(scene.elements_at(name), is_repeated=is_repeated or shared is not None)
            # Bound units are made in little time: they are kept for a scene that comes again. Another scene with the
            # id of one that is gone is kept at once, which does no harm.
            if shared.path is not ResolutionPath.BOUND or system.prepared.seen_before((id(scene), name)):
                system.plans.put(key, shared, shared.nbytes)
        return shared, is_new

    def _create(self, in_force: Sequence[Element], *, is_repeated: bool) -> "Snapshot":
        system = self.system
        return create_snapshot(
            self.scene, in_force, system.registry, system.settings, is_repeated=is_repeated, numpy=system.numpy
        )


def _updated(
    snapshot: "Snapshot", name: str | None, changes: Mapping[int, Element], elements: Sequence[Element]
) -> "Snapshot | None":
    """Return the snapshot at a breakpoint after elements were replaced; None if it has to be made again."""
    if name is None:  # no breakpoint replaces units: all snapshots share the one list
        return snapshot.updated(changes, elements)
    in_force = {i: element.at_breakpoint(name) for i, element in changes.items()}
    return snapshot.updated(in_force, with_changes(snapshot.elements, in_force))
