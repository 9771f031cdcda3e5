"""Planned elements: the snapshot of a scene that is resolved through a plan."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from unitdocs.units.model.context import Context
from unitdocs.units.model.draws import Generator
from unitdocs.units.model.layout import Layout
from unitdocs.units.model.scene import Element, Scene
from unitdocs.units.refactored.bound_elements import BoundElements
from unitdocs.units.refactored.bound_units import FindCustom
from unitdocs.units.refactored.events import ResolutionPath
from unitdocs.units.refactored.plan.compiling import CannotCompileError, compile_scene
from unitdocs.units.refactored.plan.replacing import replaced_state
from unitdocs.units.refactored.plan.state import Array
from unitdocs.units.refactored.snapshot import LayoutRequests, shallow_copy

PLAN, PARTIAL = ResolutionPath.PLAN, ResolutionPath.PARTIAL


class ResolvedNumbers(NamedTuple):
    """Numbers, and the context that they belong to."""

    context: Context
    array: Array


class PlannedElements:
    """Elements that are compiled to a plan.

    Args:
        scene: the scene, for its tree.
        elements: its elements, with the units in force.
        find: finds custom strategies; None if there are none.
        version: the registry's version.

    Raises:
        CannotCompileError: no plan can resolve them.
    """

    path = PLAN
    is_outgrown = False

    def __init__(self, scene: Scene, elements: Sequence[Element], find: FindCustom | None, version: int) -> None:
        self.scene = scene
        self.elements = elements
        self.version = version
        self.lacking: dict[tuple[bool, ...], list[str]] = {}
        self.requests = LayoutRequests()
        self._find = find
        self._plan, self.state = compile_scene(elements, scene.parents, scene.levels, find)
        self.reads_breakpoint = self._plan.is_composed
        self.last: ResolvedNumbers | None = None
        self.before: ResolvedNumbers | None = None
        self.replaced: frozenset[int] = frozenset()

    @property
    def is_random(self) -> bool:
        """Whether anything is drawn at random."""
        return bool(self._plan.draws)

    def resolve(self, context: Context, rng: Generator | None) -> tuple[Layout, ResolutionPath]:
        """Resolve all elements in batches, or only those that depend on a change."""
        path = PLAN
        array = None
        if self.before is not None and self._plan.may_resolve_part(len(self.replaced)) and self._is_before(context):
            array = self._plan.resolve_part(self.before.array, self.replaced, self.state, context)
            path = PLAN if array is None else PARTIAL
        if array is None:
            array = self._plan.resolve(self.state, context, rng)
        array.setflags(write=False)  # it may be returned again, and unchanged numbers are copied from it
        if self._plan.may_resolve_part(1):
            self.last = ResolvedNumbers(context, array)
        return Layout.of_array(array), path

    def _is_before(self, context: Context) -> bool:
        """Return whether a context is the one that was resolved before elements were replaced."""
        return self.before is not None and self.before.context == context and context.has_comparable_extents

    def updated(
        self, changes: Mapping[int, Element], elements: Sequence[Element]
    ) -> "PlannedElements | BoundElements | None":
        """Return the elements after some were replaced: of the same plan if their rules are the same.

        Otherwise they are compiled again; without custom strategies, whose makers may fail, not before they are needed:
        None.
        """
        state = replaced_state(self._plan, self.state, self.elements, changes)
        if state is None and self._find is None:
            return None
        if state is None:
            try:
                return PlannedElements(self.scene, elements, self._find, self.version)
            except CannotCompileError:
                return BoundElements(self.scene, elements, self._find, self.version)
        changed = shallow_copy(self)
        changed.elements, changed.lacking, changed.requests = elements, {}, LayoutRequests()
        changed.state, changed.last = state, None
        if self.last is not None:
            changed.before, changed.replaced = self.last, frozenset(changes)
        elif self.before is not None:
            changed.replaced = self.replaced.union(changes)
        if changed.before is not None and not self._plan.may_resolve_part(len(changed.replaced)):
            changed.before, changed.replaced = None, frozenset()
        return changed

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays; `last` counts from the start if it will be kept, since a cache asks once."""
        kept = 0 if self.before is None else self.before.array.nbytes
        if self.last is not None or self._plan.may_resolve_part(1):
            kept += self.state.template.nbytes
        return self._plan.nbytes + self.state.nbytes + kept
