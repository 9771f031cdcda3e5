"""A scene made ready by the refactored system."""

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from unitdocs.errors import InputError
from unitdocs.units.context import Breakpoint, Context, Extent
from unitdocs.units.layout import Layout
from unitdocs.units.scene import Element, Scene, check_changes
from unitdocs.units.snapshot import SMALLEST_PLAN, Snapshot, snapshot_of, with_changes

if TYPE_CHECKING:
    import random

    from unitdocs.units.refactored import UnitSystem


class RefactoredScene:
    """A scene made ready by the refactored system.

    Several threads may resolve and update it; each resolve sees all of an update or nothing of it. One update follows
    another; meanwhile others resolve what there was before.

    No lock is held while observers and a registry's `make` run, but that updates wait for each other: `make` may
    resolve the scene that it is called for; in an update it may not update it, nor wait for a thread that does.
    """

    def __init__(self, scene: Scene, system: "UnitSystem") -> None:
        self.scene = scene
        self.system = system
        self._elements: Sequence[Element] = scene.elements
        self._at: dict[str | None, Snapshot] = {}
        self._lock = threading.Lock()
        self._updates = threading.Lock()
        self._updater: int | None = None

    def resolve(
        self, *, scene: Extent | None = None, viewport: Extent | None = None, rng: "random.Random | None" = None
    ) -> Layout:
        """Return every element's box and scale, in element order.

        Args:
            scene: the scene's extent in pixels.
            viewport: the viewport's extent in pixels; its width chooses the breakpoint.
            rng: where random values are drawn from; the system's own generator where missing.

        Raises:
            InputError: an extent that is none, or units that lack what they need where validation is strict.
        """
        context = Context(scene=scene, viewport=viewport)
        name = None
        if self.scene.breakpoints and context.viewport is not None:
            name = self.scene.breakpoint_at(context.viewport.width)
            context.breakpoint = None if name is None else Breakpoint(name, *context.viewport)
        return self.system.resolved(self.snapshot(name), context, rng)

    def update(self, changes: Mapping[int, Element]) -> None:
        """Replace elements by their index; what is built is built again for them alone.

        Raises:
            InputError: an index that there is not, or another id or parent than before; nothing is replaced then, nor
                where a strategy of the project's own cannot be made, or its `make` updates the scene itself.
        """
        if self._updater == threading.get_ident():
            raise InputError(f"scene {self.scene.name!r}: updated while it is being updated, by a strategy's `make`")
        with self._updates:
            self._updater = threading.get_ident()
            try:
                replaced = self._update(changes)
            finally:
                self._updater = None
        for snapshot in replaced:
            self.system.forget(snapshot.asked)

    def snapshot(self, breakpoint_name: str | None) -> Snapshot:
        """Return what is needed to resolve the scene at a breakpoint."""
        snapshot = self._at.get(breakpoint_name)
        if snapshot is None or self._is_out_of_date(snapshot):
            snapshot = self._made(breakpoint_name, snapshot)
        return snapshot

    @property
    def nbytes(self) -> int:
        """Bytes that its plans and their numbers take, those that it shares with other scenes included."""
        return sum(snapshot.nbytes for snapshot in list(self._at.values()))

    def _is_out_of_date(self, snapshot: Snapshot) -> bool:
        return snapshot.is_outgrown or snapshot.version != self.system.registry.version

    def _update(self, changes: Mapping[int, Element]) -> list[Snapshot]:
        """Replace elements, and return the snapshots that nobody asks for any more."""
        with self._lock:
            before, at = self._elements, self._at.copy()
        check_changes(before, changes, self.scene.breakpoints)
        elements = with_changes(before, changes)
        updated = {name: _updated(snapshot, name, changes, elements) for name, snapshot in at.items()}
        is_shared = before is self.scene.elements and len(before) >= SMALLEST_PLAN
        with self._lock:  # a snapshot that another thread made meanwhile is of the elements before, and left behind
            gone = [] if is_shared else list(self._at.values())
            self._elements, self._at = elements, updated
        return gone

    def _made(self, name: str | None, before: Snapshot | None) -> Snapshot:
        """Return a snapshot, to be had from now on: the first, or one in the place of an earlier one."""
        elements = self._elements
        made = self._made_of(elements, name, is_again=before is not None and before.is_outgrown)
        with self._lock:
            if self._elements is elements:  # no update was faster, whose elements are others
                now = self._at.get(name)
                if now is None or self._is_out_of_date(now):
                    self._at[name] = made
                else:
                    made = now
        if before is not None:
            self.system.forget(before.asked)
        return made

    def _made_of(self, given: Sequence[Element], name: str | None, *, is_again: bool) -> Snapshot:
        """Return a snapshot of elements at a breakpoint."""
        scene, system = self.scene, self.system
        if len(scene.elements) < SMALLEST_PLAN:  # bound in less time than it takes to look whether it was bound before
            return snapshot_of(scene, [element.at_breakpoint(name) for element in given], system, is_again=False)
        if given is not scene.elements:  # the system shares what is made of a scene as it was given
            return snapshot_of(scene, [element.at_breakpoint(name) for element in given], system, is_again=is_again)
        key = (id(scene), name, system.registry, system.registry.version)
        shared = system.plans.get(key)  # it holds the scene, so that no other can have its id
        if shared is None or shared.is_outgrown:
            shared = snapshot_of(scene, scene.elements_at(name), system, is_again=is_again or shared is not None)
            system.plans.put(key, shared, shared.nbytes)
        return shared


def _updated(
    snapshot: Snapshot, name: str | None, changes: Mapping[int, Element], elements: Sequence[Element]
) -> Snapshot:
    """Return the snapshot at a breakpoint after elements were replaced."""
    if name is None:  # nothing is replaced by what a breakpoint brings: all snapshots share the one list
        return snapshot.updated(changes, elements)
    in_force = {i: element.at_breakpoint(name) for i, element in changes.items()}
    return snapshot.updated(in_force, with_changes(snapshot.elements, in_force))
