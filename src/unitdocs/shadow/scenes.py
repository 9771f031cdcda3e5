"""Scenes of the original system that are also resolved in the shadow."""

import copy
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, SupportsIndex

from unitdocs.shadow.calculators import check_number
from unitdocs.shadow.comparing import MakeDifference, RecordedDraws, Shadow
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

    The other system prepares the scene when it is first compared. No lock is held while a rule of the game runs that
    another call of the game would wait for.
    """

    def __init__(self, scene: Scene, system: OriginalSystem, shadow: Shadow) -> None:
        super().__init__(scene, system)
        self._shadow = shadow
        self._lock = threading.RLock()  # a handler of a signal may use the scene
        self._preparing = threading.Lock()
        self._other: Any = None
        self._changed: set[int] = set()
        self._begun = self._done = 0
        """Updates that began, and that ended: boxes from in between are not compared."""

    def resolve(
        self, *, scene: Extent | None = None, viewport: Extent | None = None, rng: random.Random | None = None
    ) -> list[Placed]:
        """Return the original's boxes."""
        shadow = self._shadow
        shadow.account.left -= 1
        if shadow.account.left > 0 or not shadow.account.allows():
            return super().resolve(scene=scene, viewport=viewport, rng=rng)
        done, begun = self._done, self._begun
        source: Any = rng or self.system.rng
        if not callable(getattr(source, "random", None)):
            return super().resolve(scene=scene, viewport=viewport, rng=rng)  # refused, if a number is drawn
        recorded: Any = RecordedDraws(source)
        boxes = super().resolve(scene=scene, viewport=viewport, rng=recorded)

        def work() -> Sequence[MakeDifference] | None:
            other = self._current() if done == begun else None
            if other is None:
                return None
            others = other.resolve(scene=scene, viewport=viewport, rng=Draws(recorded.numbers))
            differences = list(self._differences(self._surroundings(scene, viewport), boxes, others))
            return differences if begun == self._begun else None  # else another thread has replaced elements

        shadow.compare(self.scene.name, lambda: self.scene, work, NUMBERS * len(boxes))
        return boxes

    def update(self, changes: Mapping[int, Element]) -> None:
        """Replace elements, in the shadow too as soon as it is next compared."""
        with self._lock:
            self._begun += 1
        try:
            super().update(changes)
            with self._lock:
                self._changed.update(changes)
        finally:
            with self._lock:
                self._done += 1

    def _current(self) -> Any:  # noqa: ANN401 -- what the other system prepares
        """Return the scene as the other system prepared it, with all changes; None while another thread does that."""
        if not self._preparing.acquire(blocking=False):
            return None
        try:
            with self._lock:
                changes = {index: self.specs[index] for index in self._changed}
                self._changed.clear()
            if self._other is None:
                now = Scene(self.scene.name, tuple(self.specs), breakpoints=self.scene.breakpoints)
                self._other = self._shadow.system.prepare(now)
            elif changes:
                self._other.update(changes)
        except BaseException:
            self._other = None  # it may lack changes
            raise
        finally:
            self._preparing.release()
        return self._other

    def _surroundings(self, scene: Extent | None, viewport: Extent | None) -> Context:
        context = Context(scene=scene, viewport=viewport)
        extent = context.viewport
        name = self.scene.breakpoint_at(extent.width) if extent is not None else None
        if name is not None and extent is not None:
            context.breakpoint = Breakpoint(name, *extent)
        return context

    def _differences(
        self, surroundings: Context, boxes: list[Placed], others: Sequence[Placed]
    ) -> Iterator[MakeDifference]:
        """Yield what differs in elements whose parents are equal: what differs below follows from those."""
        if len(others) != len(boxes):
            raise ValueError(f"{len(others)} boxes, where the original has {len(boxes)}")
        others = list(others)
        different: set[int] = set()
        for index in self.scene.order:
            parent = self.scene.parents[index]
            if parent in different:
                different.add(index)
                continue
            if boxes[index] == others[index] and 0 not in boxes[index]:  # 0 equals -0
                continue
            for name, one, other in zip(Placed._fields, boxes[index], others[index], strict=True):
                check_number(other)
                if not is_same(one, other):
                    different.add(index)
                    box = boxes[parent] if parent >= 0 else None
                    yield partial(self._difference, self.specs[index], name, surroundings, box, (one, other))

    def _difference(
        self, element: Element, member: str, surroundings: Context, box: Placed | None, numbers: tuple[float, float]
    ) -> ShadowDifference:
        context = surroundings.around(box, element.content)
        element = element.at_breakpoint(context.breakpoint.name if context.breakpoint is not None else None)
        spec = getattr(element, member)
        row = None if spec is None else named(spec, context, *numbers)
        return ShadowDifference(f"{self.scene.name}/{element.id}", member, repr(spec), repr(context), *numbers, row)

    def __reduce_ex__(self, _protocol: SupportsIndex) -> tuple[Any, ...]:
        """Copy and pickle as the original's scene."""
        plain = OriginalScene(self.scene, self.system)
        plain.specs = list(self.specs)
        return copy.copy, (plain,)
