"""Planned elements: the snapshot of a scene that is resolved through a plan."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from unitdocs.units.batches import Array
from unitdocs.units.bound import Find
from unitdocs.units.compiling import compiled
from unitdocs.units.context import Context
from unitdocs.units.draws import Generator
from unitdocs.units.layout import Layout
from unitdocs.units.plan import replaced
from unitdocs.units.scene import Element, Scene
from unitdocs.units.snapshot import Asked, BoundElements, CannotCompileError, Path, copied


class Resolved(NamedTuple):
    """Numbers, and the context that they belong to."""

    context: Context
    array: Array


class PlannedElements:
    """Elements that are compiled to a plan.

    Args:
        scene: the scene, for its tree.
        elements: its elements, with the units in force.
        find: the project's own strategies, where it has any.
        version: the registry's.

    Raises:
        CannotCompileError: no plan can resolve them.
    """

    is_outgrown = False

    def __init__(self, scene: Scene, elements: Sequence[Element], find: Find | None, version: int) -> None:
        self.scene = scene
        self.elements = elements
        self.version = version
        self.lacking: dict[tuple[bool, ...], list[str]] = {}
        self.asked = Asked()
        self._find = find
        self._plan, self.state = compiled(elements, scene.parents, scene.levels, find)
        self.last: Resolved | None = None
        self.before: Resolved | None = None
        self.replaced: frozenset[int] = frozenset()

    @property
    def is_random(self) -> bool:
        """Whether anything is drawn at random."""
        return bool(self._plan.draws)

    def resolve(self, context: Context, rng: Generator) -> tuple[Layout, Path]:
        """Resolve all elements in batches, or those alone that depend on a change."""
        path: Path = "plan"
        array = None
        if self.before is not None and self._plan.may_resolve_part(len(self.replaced)) and self._is_before(context):
            array = self._plan.resolve_part(self.before.array, self.replaced, self.state, context)
            path = "plan" if array is None else "partial"
        if array is None:
            array = self._plan.resolve(self.state, context, rng)
        array.setflags(write=False)  # it may be handed out again, and is what a part is taken over from
        if self._plan.may_resolve_part(1):
            self.last = Resolved(context, array)
        return Layout.of_array(array), path

    def _is_before(self, context: Context) -> bool:
        """Tell whether a context is the one that was resolved before elements were replaced."""
        return self.before is not None and self.before.context == context and context.is_told_by_equality

    def updated(self, changes: Mapping[int, Element], elements: Sequence[Element]) -> "PlannedElements | BoundElements":
        """Return the elements after some were replaced: of the same plan, where their rules are the same."""
        state = replaced(self._plan, self.state, self.elements, changes)
        if state is None:
            try:
                return PlannedElements(self.scene, elements, self._find, self.version)
            except CannotCompileError:
                return BoundElements(self.scene, elements, self._find, self.version)
        changed = copied(self)
        changed.elements, changed.lacking, changed.asked = elements, {}, Asked()
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
        """Bytes of its arrays; `last` counts from the start where it will be kept, since a cache asks once."""
        kept = 0 if self.before is None else self.before.array.nbytes
        if self.last is not None or self._plan.may_resolve_part(1):
            kept += self.state.template.nbytes
        return self._plan.nbytes + self.state.nbytes + kept
