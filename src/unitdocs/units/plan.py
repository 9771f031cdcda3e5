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

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from unitdocs.units.batches import AnyBatch, Array, Batch, Places, State
from unitdocs.units.context import Context, Extent
from unitdocs.units.draws import Generator
from unitdocs.units.scene import UNITS, Element
from unitdocs.units.strategies import CONTENT, SIZE, Strategy, bind, own_number
from unitdocs.units.values import Position, Scale, Size

DEFAULT, NUMBER, FIXED, MEASURED, OTHER = range(5)
"""Roles of units: there is none; its own number; the element's content or a constant; in a batch; in one of its own."""
PARTIAL_FROM = 80_000
"""Elements from which on the part of a scene that depends on a change is resolved alone: finding the part costs about
as much as resolving so many in batches. Found by timing both at a few sizes; no suite holds it."""
PARTIAL_SHARE = 500
"""How many elements more there have to be for each one that depends on the change."""
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
        self._free_and_others: tuple[list[AnyBatch], list[AnyBatch]] | None = None

    def resolve(self, state: State, context: Context, rng: Generator) -> Array:
        """Return all numbers, shape (5, n), for the scene, viewport and breakpoint of a context.

        What no context changes is computed once for a state that is resolved again.
        """
        with np.errstate(all="ignore"):  # division by zero and NaN are results here, not accidents
            base = state.base
            if base is None and state.was_resolved:
                base = state.template.copy()
                for batch in self._split()[0]:
                    batch.run(base, state, context)
                state.base = base  # whole: another thread may resolve the state at the same time
            values = (state.template if base is None else base).copy()
            for place, strategy in self.draws:
                values[place] = strategy(context, rng)
            for batch in self.batches if base is None else self._split()[1]:
                batch.run(values, state, context)
        state.was_resolved = True
        return self._shaped(values)

    def may_resolve_part(self, affected: int) -> bool:
        """Tell whether resolving so many elements alone costs less than resolving all."""
        return not self.draws and affected * PARTIAL_SHARE <= self.size - PARTIAL_FROM

    def resolve_part(self, before: Array, changed: Collection[int], state: State, context: Context) -> Array | None:
        """Return all numbers again after elements were replaced; what does not depend on them is taken over.

        Args:
            before: the numbers in the same context, before the change, shape (5, n); left as they are.
            changed: the elements that were replaced.
            state: the numbers to work on, after the change.
            context: the context, as before.

        Returns:
            None where so much depends on the change that resolving everything is cheaper, or where anything is random.
        """
        if not self.may_resolve_part(len(changed)):
            return None
        affected = self._with_descendants(changed)
        if not self.may_resolve_part(affected.size):
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
        is_found = np.zeros(self.size, dtype=np.bool_)  # `np.unique` would load `numpy.ma` the first time, in a frame
        is_found[np.concatenate(found)] = True
        return np.flatnonzero(is_found)

    def _split(self) -> tuple[list[AnyBatch], list[AnyBatch]]:
        """Return the batches whose numbers no context changes, and the others."""
        if self._free_and_others is None:
            changes = np.zeros(len(UNITS) * self.size, dtype=np.bool_)  # for each number whether a context changes it
            changes[[place for place, _ in self.draws if place < changes.size]] = True
            free: list[AnyBatch] = []
            others: list[AnyBatch] = []
            for batch in self.batches:
                if isinstance(batch, Batch) and batch.reads_parents_alone and not _reads_any(batch, changes):
                    free.append(batch)
                else:
                    others.append(batch)
                    changes[batch.into] = True
            self._free_and_others = free, others
        return self._free_and_others

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


def _reads_any(batch: Batch, changes: NDArray[np.bool_]) -> bool:
    """Tell whether a batch reads a number that a context changes."""
    return any(places is not None and bool(changes[places].any()) for places in (batch.near, batch.far))


def replaced(plan: Plan, state: State, elements: Sequence[Element], changes: Mapping[int, Element]) -> State | None:
    """Return the state after elements were replaced; None where a rule changed, so that another plan is needed.

    Args:
        plan: the plan.
        state: its state before.
        elements: the elements before.
        changes: the new ones by index.
    """
    roles = plan.roles
    template = _Numbers()
    moved: list[int] = []
    offsets: list[float] = []
    changed, refilled = _changed_units(plan, elements, changes, moved, offsets)
    content = {i: changes[i].content or Extent(CONTENT, CONTENT) for i in refilled}
    if not all(_refill(plan, i, elements[i], changes[i], template) for i in content):
        return None
    for place, before, after in changed:
        role = roles[place]
        if role == OTHER or not _is_alike(before, after):
            return None
        if type(after) is Position:
            moved.append(place)
            offsets.append(after.offset)
            if role == NUMBER:
                template.set(place, after.value + after.offset)  # type: ignore[operator]
                continue
        if role == NUMBER:
            template.set(place, own_number(after))
        elif role != MEASURED:
            template.set(place, bind(after)(_NOWHERE.around(None, changes[place % plan.size].content)))
    return State(
        template.into(state.template),
        _Numbers(moved, offsets).into(state.offsets),
        _refilled(state.content, content),
    )


def _is_another(one: Extent | None, other: Extent | None) -> bool:
    """Tell whether contents differ; 0 equals -0, though dividing by one gives another infinity than by the other."""
    return one != other or (one is not None and 0 in one)


def _changed_units(
    plan: Plan, elements: Sequence[Element], changes: Mapping[int, Element], moved: list[int], offsets: list[float]
) -> tuple[list[tuple[int, Any, Any]], list[int]]:
    """Return the units that are others than before, and the elements whose content is another.

    Positions that differ in their offset alone, and stand in a batch, are told apart at once: games animate these most,
    and a call for each would be a good part of the cost.

    Args:
        plan: the plan.
        elements: the elements before.
        changes: the new ones by index.
        moved: takes the places of such positions.
        offsets: takes their offsets.

    Returns:
        of each other unit its place, the unit before and the new one; and the indexes of the elements.
    """
    size, roles = plan.size, plan.roles
    changed: list[tuple[int, Any, Any]] = []
    refilled: list[int] = []
    before: Any
    after: Any
    for i, new in changes.items():
        old = elements[i]
        before, after = old.x, new.x
        if after is not before:
            if (
                roles[i] == MEASURED
                and type(before) is type(after) is Position
                and after.value is before.value
                and after.unit is before.unit
                and after.axis is before.axis
            ):
                moved.append(i)
                offsets.append(after.offset)
            else:
                changed.append((i, before, after))
        before, after = old.y, new.y
        if after is not before:
            if (
                roles[size + i] == MEASURED
                and type(before) is type(after) is Position
                and after.value is before.value
                and after.unit is before.unit
                and after.axis is before.axis
            ):
                moved.append(size + i)
                offsets.append(after.offset)
            else:
                changed.append((size + i, before, after))
        if new.width is not old.width:
            changed.append((2 * size + i, old.width, new.width))
        if new.height is not old.height:
            changed.append((3 * size + i, old.height, new.height))
        if new.scale is not old.scale:
            changed.append((4 * size + i, old.scale, new.scale))
        if new.content is not old.content and _is_another(new.content, old.content):
            refilled.append(i)
    return changed, refilled


_NOWHERE = Context()


class _Numbers:
    """Numbers to be set, by their places."""

    def __init__(self, places: list[int] | None = None, numbers: list[float] | None = None) -> None:
        self._places = places or []
        self._numbers = numbers or []

    def set(self, place: int, number: float) -> None:
        """Note a number; the last of a place counts."""
        self._places.append(place)
        self._numbers.append(number)

    def into(self, array: Array) -> Array:
        """Return a copy with the numbers set; the array itself where there are none."""
        if not self._places:
            return array
        array = array.copy()
        array[self._places] = self._numbers
        return array


def _refill(plan: Plan, i: int, old: Element, new: Element, template: _Numbers) -> bool:
    """Set the numbers of an element's unchanged units that read its content; return whether the plan still fits."""
    for column, name in enumerate(UNITS):
        unit, place = getattr(new, name), column * plan.size + i
        if unit is not getattr(old, name):
            continue
        role = plan.roles[place]
        if role == OTHER:
            return False
        if role == FIXED:
            template.set(place, bind(unit)(_NOWHERE.around(None, new.content)))
        elif role == DEFAULT and unit is None and column in (WIDTH, HEIGHT):
            template.set(place, SIZE if new.content is None else new.content[column - WIDTH])
    return True


def _is_alike(before: Any, after: Any) -> bool:  # noqa: ANN401 -- units of any kind, or none
    """Tell whether two units differ in nothing but numbers and offsets, so that one may take the other's place."""
    rest = _SIDES_AND_LIMITS.get(type(after))
    if rest is None or type(before) is not type(after) or before.unit is not after.unit:
        return False
    if before.value is not after.value and not (type(before.value) is type(after.value) is float):
        return False
    return bool(rest(before) == rest(after))


_SIDES_AND_LIMITS: Mapping[type, Callable[[Any], object]] = {
    Position: attrgetter("axis"),
    Size: attrgetter("dimension", "min", "max"),
    Scale: attrgetter("min", "max"),
}


def _refilled(content: Array | None, changes: Mapping[int, Extent]) -> Array | None:
    """Return content with that of some elements replaced."""
    if content is None or not changes:
        return content
    content = content.copy()
    content[:, list(changes)] = np.array(list(changes.values())).T
    return content
