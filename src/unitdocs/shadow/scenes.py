"""Scenes of the original system that are also resolved in the shadow."""

import copy
import random
import threading
from collections.abc import Iterable, Mapping
from typing import Any, SupportsIndex

from unitdocs.shadow.comparing import RecordedDraws, Shadow
from unitdocs.shadow.findings import ShadowDifference
from unitdocs.shadow.semantics import named
from unitdocs.units import Context, Element, Extent, Placed, Scene
from unitdocs.units.comparison import is_same
from unitdocs.units.model.context import Breakpoint
from unitdocs.units.model.draws import Draws
from unitdocs.units.original import OriginalScene, OriginalSystem

NUMBERS = len(Placed._fields)
"""Numbers that an element has."""


class ShadowedScene(OriginalScene):
    """A scene whose boxes are compared with those of the other system, for a share of the calls.

    The other system prepares the scene when it is first compared.
    """

    def __init__(self, scene: Scene, system: OriginalSystem, shadow: Shadow) -> None:
        super().__init__(scene, system)
        self._shadow = shadow
        self._preparing = threading.Lock()
        self._other: Any = None
        self._changes: dict[int, Element] = {}
        self._updates = 0

    def resolve(
        self, *, scene: Extent | None = None, viewport: Extent | None = None, rng: random.Random | None = None
    ) -> list[Placed]:
        """Return the original's boxes."""
        shadow, updates = self._shadow, self._updates
        shadow.account.left -= 1
        if shadow.account.left > 0 or not shadow.account.allows():
            return super().resolve(scene=scene, viewport=viewport, rng=rng)
        source: Any = rng or self.system.rng
        recorded: Any = RecordedDraws(source) if hasattr(source, "random") else source  # else refused, as always
        boxes = super().resolve(scene=scene, viewport=viewport, rng=recorded)

        def differences() -> Iterable[ShadowDifference]:
            others = self._current().resolve(scene=scene, viewport=viewport, rng=Draws(recorded.numbers))
            if updates == self._updates:  # else another thread has replaced elements meanwhile
                yield from self._differences(self._surroundings(scene, viewport), boxes, others)

        shadow.compare(self.scene.name, None, differences, NUMBERS * len(boxes))
        return boxes

    def update(self, changes: Mapping[int, Element]) -> None:
        """Replace elements, in the shadow too as soon as it is next compared."""
        super().update(changes)
        with self._preparing:
            self._updates += 1
            self._changes.update(changes)

    def _current(self) -> Any:  # noqa: ANN401 -- what the other system prepares
        """Return the scene as the other system prepared it, with all changes."""
        with self._preparing:
            changes, self._changes = self._changes, {}
            if self._other is None:
                now = Scene(self.scene.name, tuple(self.specs), breakpoints=self.scene.breakpoints)
                self._other = self._shadow.system.prepare(now)
            elif changes:
                self._other.update(changes)
            return self._other

    def _surroundings(self, scene: Extent | None, viewport: Extent | None) -> Context:
        context = Context(scene=scene, viewport=viewport)
        name = self.scene.breakpoint_at(viewport.width) if viewport is not None else None
        if name is not None and viewport is not None:
            context.breakpoint = Breakpoint(name, *viewport)
        return context

    def _differences(
        self, surroundings: Context, boxes: list[Placed], others: list[Placed]
    ) -> Iterable[ShadowDifference]:
        """Yield what differs in elements whose parents are equal: what differs below follows from those."""
        if len(others) != len(boxes):
            raise ValueError(f"{len(others)} boxes, where the original has {len(boxes)}")
        different: set[int] = set()
        for index in self.scene.order:
            parent = self.scene.parents[index]
            if parent in different:
                different.add(index)
                continue
            context = surroundings.around(boxes[parent] if parent >= 0 else None, self.specs[index].content)
            for name, one, other in zip(Placed._fields, boxes[index], others[index], strict=True):
                if not is_same(one, other):
                    different.add(index)
                    yield self._difference(index, name, context, (one, other))

    def _difference(self, index: int, member: str, context: Context, numbers: tuple[float, float]) -> ShadowDifference:
        name = context.breakpoint.name if context.breakpoint is not None else None
        element = self.specs[index].at_breakpoint(name)
        spec = getattr(element, member)
        row = None if spec is None else named(spec, context, numbers[1])
        return ShadowDifference(f"{self.scene.name}/{element.id}", member, repr(spec), repr(context), *numbers, row)

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        """Copy and pickle as the original's scene."""
        plain = OriginalScene(self.scene, self.system)
        plain.specs = list(self.specs)
        return copy.copy, (plain,)
