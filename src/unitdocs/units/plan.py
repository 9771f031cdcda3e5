"""A plan resolves a whole scene in NumPy batches of like units, parents before children.

All numbers of a scene stand in one flat vector: the number of unit `column` of element `i` at `column * n + i`.
Numbers that depend on nothing but the element itself are computed once, into a template. Resolving copies it, runs the
batches that read the scene or the viewport, then goes down level by level for those that read the parent.

NumPy's elementwise operations are the same IEEE operations in the same order as those of bound units, so the numbers
are the same to the last bit.

A plan is the structure alone and never changes. The numbers that it works on are its *state* (`batches.py`): replacing
elements by others of the same rules makes a new state for the same plan. So two viewports share a plan while one of
them is animated, and a thread that is resolving keeps the numbers that it began with.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from unitdocs.units.batches import AnyBatch, Array, Places, State
from unitdocs.units.composition import Composition
from unitdocs.units.context import Context
from unitdocs.units.draws import Generator
from unitdocs.units.scene import UNITS, Element, Unit
from unitdocs.units.strategies import CONTENT, SIZE, Strategy, bind
from unitdocs.units.values import Position, Scale, Size

DEFAULT, NUMBER, FIXED, MEASURED, OTHER = range(5)
"""Roles of units: there is none; its own number; the element's content or a constant; in a batch; in one of its own."""
PARTIAL_SHARE = 16
"""A part is resolved alone where it is less than one in so many elements; measured by the `updates` suite."""
X, Y, WIDTH, HEIGHT, SCALE = range(len(UNITS))


class Draw(NamedTuple):
    """A unit that draws a random number: where the number goes, and its strategy."""

    place: int
    strategy: Strategy


class Plan:
    """A compiled scene; `compiling.compiled` makes one.

    Args:
        size: how many elements there are.
        parents: for each the index of its parent, -1 for a root.
        batches: in the order in which they run.
        draws: in the order in which they draw.
        roles: for each unit its role, in the order of the vector.
    """

    def __init__(
        self, size: int, parents: Places, batches: Sequence[AnyBatch], draws: Sequence[Draw], roles: bytes
    ) -> None:
        self.size = size
        self.parents = parents
        self.batches = tuple(batches)
        self.draws = tuple(draws)
        self.roles = roles
        self._children: tuple[Places, Places] | None = None
        self._homes: tuple[Places, Places] | None = None

    def resolve(self, state: State, context: Context, rng: Generator) -> Array:
        """Return all numbers, shape (5, n), for the scene, viewport and breakpoint of a context."""
        values = state.template.copy()
        with np.errstate(all="ignore"):  # division by zero and NaN are results here, not accidents
            for place, strategy in self.draws:
                values[place] = strategy(context, rng)
            for batch in self.batches:
                batch.run(values, state, context)
        return self._shaped(values)

    def resolve_part(self, before: Array, changed: Iterable[int], state: State, context: Context) -> Array | None:
        """Return all numbers again after elements were replaced; what does not depend on them is taken over.

        Args:
            before: the numbers in the same context, before the change, shape (5, n); left as they are.
            changed: the elements that were replaced.
            state: the numbers to work on, after the change.
            context: the context, as before.

        Returns:
            None where so much depends on the change that resolving everything is cheaper, or where anything is random.
        """
        if self.draws:
            return None
        affected = self._with_descendants(changed)
        if affected.size * PARTIAL_SHARE > self.size:
            return None
        values = before.flatten()
        places = (np.arange(len(UNITS), dtype=np.intp)[:, None] * self.size + affected).ravel()
        values[places] = state.template[places]
        batch_of, place_in = self._homes_of_units()
        batches = batch_of[places]
        is_batched = batches >= 0
        order = np.argsort(batches[is_batched], kind="stable")
        batches, places = batches[is_batched][order], place_in[places[is_batched][order]]
        starts = [*np.flatnonzero(np.diff(batches, prepend=-1)).tolist(), batches.size]
        with np.errstate(all="ignore"):
            for start, end in pairwise(starts):
                self.batches[batches[start]].part(places[start:end]).run(values, state, context)
        return self._shaped(values)

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, without its state's."""
        held = [self.parents, *(self._children or ()), *(self._homes or ())]
        arrays = sum(int(array.nbytes) for array in held)
        return arrays + sum(batch.nbytes for batch in self.batches) + len(self.roles)

    def _shaped(self, values: Array) -> Array:
        return values[: len(UNITS) * self.size].reshape(len(UNITS), self.size)

    def _with_descendants(self, changed: Iterable[int]) -> Places:
        """Return elements with all that are inside them, each once."""
        if self._children is None:
            by_parent = np.argsort(self.parents, kind="stable").astype(np.intp)
            starts = np.searchsorted(self.parents[by_parent], np.arange(self.size + 1))
            self._children = by_parent, starts.astype(np.intp)
        by_parent, starts = self._children
        level = np.fromiter(changed, dtype=np.intp)
        found = [level]
        while level.size:
            pairs = zip(starts[level].tolist(), starts[level + 1].tolist(), strict=True)
            ranges = [by_parent[start:end] for start, end in pairs if end > start]
            level = np.concatenate(ranges) if ranges else level[:0]
            found.append(level)
        return np.unique(np.concatenate(found))

    def _homes_of_units(self) -> tuple[Places, Places]:
        """Return for each place in the vector its batch, -1 where it has none, and its place in the batch."""
        if self._homes is None:
            everywhere = np.arange(len(UNITS) * self.size, dtype=np.intp)
            batch_of, place_in = np.full_like(everywhere, -1), np.zeros_like(everywhere)
            for number, batch in enumerate(self.batches):
                places = everywhere[batch.into]
                batch_of[places] = number
                place_in[places] = everywhere[: places.size]
            self._homes = batch_of, place_in
        return self._homes


def replaced(plan: Plan, state: State, elements: Sequence[Element], changes: Mapping[int, Element]) -> State | None:
    """Return the state after elements were replaced; None where a rule changed, so that another plan is needed.

    Args:
        plan: the plan.
        state: its state before.
        elements: the elements before.
        changes: the new ones by index.
    """
    size, roles = plan.size, plan.roles
    template: dict[int, float] = {}
    offsets: dict[int, float] = {}
    content: dict[int, tuple[float, float]] = {}
    for i, new in changes.items():
        old = elements[i]
        is_refilled = new.content is not old.content and new.content != old.content
        if is_refilled:
            content[i] = new.content or (CONTENT, CONTENT)
        place = i - size
        for before, after in zip(_units_of(old), _units_of(new), strict=True):
            place += size
            role = roles[place]
            if after is before and not (is_refilled and role in (DEFAULT, FIXED)):
                continue
            if after is None and before is None:
                column = place // size
                if column in (WIDTH, HEIGHT):
                    template[place] = SIZE if new.content is None else new.content[column - WIDTH]
                continue
            if role == OTHER or not _is_alike(before, after):
                return None
            if place < WIDTH * size:
                offsets[place] = after.offset
            if role == NUMBER and place < WIDTH * size:
                template[place] = after.value + after.offset
            elif role != MEASURED:
                template[place] = bind(after)(Context(content=new.content))
    return State(_with(state.template, template), _with(state.offsets, offsets), _refilled(state.content, content))


_units_of = attrgetter(*UNITS)


def _is_alike(before: Unit | None, after: Unit | None) -> bool:
    """Tell whether two units differ in nothing but numbers and offsets, so that one may take the other's place."""
    if type(before) is not type(after) or before is None or after is None:
        return False
    if isinstance(before, Composition) or isinstance(after, Composition):
        return False
    if before.unit is not after.unit:
        return False
    if before.value is not after.value and not (isinstance(before.value, float) and isinstance(after.value, float)):
        return False
    rest = _SIDES_AND_LIMITS[type(before)]
    return bool(rest(before) == rest(after))


_SIDES_AND_LIMITS = {
    Position: attrgetter("axis"),
    Size: attrgetter("dimension", "min", "max"),
    Scale: attrgetter("min", "max"),
}


def _with(array: Array, changes: Mapping[int, float]) -> Array:
    """Return a copy with some numbers replaced; the array itself where none are."""
    if not changes:
        return array
    array = array.copy()
    array[list(changes)] = list(changes.values())
    return array


def _refilled(content: Array | None, changes: Mapping[int, tuple[float, float]]) -> Array | None:
    """Return content with that of some elements replaced."""
    if content is None or not changes:
        return content
    content = content.copy()
    content[:, list(changes)] = np.array(list(changes.values())).T
    return content
