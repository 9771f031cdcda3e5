"""A plan resolves a whole scene in NumPy batches of units of one sort, parents before children.

All numbers of a scene are in one flat vector: the number of unit `column` of element `i` is at `column * n + i`.
Numbers that depend on nothing but the element itself are computed once, into a template. Resolving copies it, runs the
batches that read the scene or the viewport, then goes down level by level for those that read the parent.

NumPy's elementwise operations are the same IEEE operations in the same order as those of bound units, so the numbers
are the same to the last bit.

A plan is the structure alone and never changes. The numbers that it works on are its *state* (`state.py`): replacing
elements by others of the same rules makes a new state for the same plan (`replacing.py`). So two viewports share a plan
while one of them is animated, and a thread that is resolving keeps the numbers that it began with.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unitdocs.units.model.context import Context
from unitdocs.units.model.draws import Generator
from unitdocs.units.model.scene import UNITS
from unitdocs.units.refactored.plan.batches import AnyBatch, Batch, Composed
from unitdocs.units.refactored.plan.state import Array, Places, PlanState, total_nbytes
from unitdocs.units.refactored.strategies import Strategy

DEFAULT, NUMBER, FIXED, MEASURED, OTHER = range(5)
"""Roles of units: absent; a literal number; the content or a constant; in a batch; random, custom or composed."""
PARTIAL_FROM = 80_000
"""Elements from which on the part of a scene that depends on a change is resolved alone: finding the part costs about
as much as resolving this many in batches. Estimated by timing both at a few sizes; no suite measures it."""
PARTIAL_SHARE = 500
"""How many more elements the scene must have for each one that depends on the change."""
X, Y, WIDTH, HEIGHT, SCALE = range(len(UNITS))


class Draw(NamedTuple):
    """A unit that draws a random number: where the number goes, and its strategy."""

    place: int
    strategy: Strategy


class ScenePlan:
    """A compiled scene; `compiling.compile_scene` makes one.

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
        self.is_composed = any(isinstance(batch, Composed) for batch in batches)
        """Whether any of its units is a composition."""
        self._children: tuple[Places, Places] | None = None
        self._homes: tuple[Places, Places] | None = None
        self._free_and_others: tuple[list[AnyBatch], list[AnyBatch]] | None = None

    def resolve(self, state: PlanState, context: Context, rng: Generator | None) -> Array:
        """Return all numbers, shape (5, n), for the scene, viewport and breakpoint of a context.

        Numbers that no context changes are computed once, from the second resolve of a state on.
        """
        with np.errstate(all="ignore"):  # division by zero and NaN are results here, not accidents
            base = state.base
            if base is None and state.was_resolved:
                base = state.template.copy()
                for batch in self._split()[0]:
                    batch.run(base, state, context)
                state.steps = tuple(batch.step(state) for batch in self._split()[1])
                state.base = base  # whole, and after its steps: another thread may resolve the state at the same time
            values = (state.template if base is None else base).copy()
            for place, strategy in self.draws:
                values[place] = strategy(context, rng)
            if base is None:
                for batch in self.batches:
                    batch.run(values, state, context)
            else:
                for step in state.steps:
                    step(values, state, context)
        state.was_resolved = True
        return self._shaped(values)

    def may_resolve_part(self, affected: int) -> bool:
        """Return whether resolving a number of elements alone costs less than resolving all."""
        return not self.draws and affected * PARTIAL_SHARE <= self.size - PARTIAL_FROM

    def resolve_part(self, before: Array, changed: Collection[int], state: PlanState, context: Context) -> Array | None:
        """Return all numbers after elements were replaced; those that do not depend on them are copied.

        Args:
            before: the numbers in the same context, before the change, shape (5, n); left as they are.
            changed: the elements that were replaced.
            state: the numbers to work on, after the change.
            context: the context, as before.

        Returns:
            None if so much depends on the change that resolving everything is cheaper, or if anything is random.
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
        arrays = total_nbytes(self.parents, *(self._children or ()), *(self._homes or ()))
        return arrays + sum(batch.nbytes for batch in self.batches) + len(self.roles)

    def _shaped(self, values: Array) -> Array:
        return values[: len(UNITS) * self.size].reshape(len(UNITS), self.size)

    def _with_descendants(self, changed: Iterable[int]) -> Places:
        """Return elements and all their descendants, each once."""
        if self._children is None:
            by_parent = np.argsort(self.parents, kind="stable").astype(np.intp)
            starts = np.searchsorted(self.parents[by_parent], np.arange(self.size + 1))
            self._children = by_parent, starts.astype(np.intp)
        by_parent, starts = self._children
        level = np.fromiter(changed, dtype=np.intp)
        levels = [level]
        while level.size:
            pairs = zip(starts[level].tolist(), starts[level + 1].tolist(), strict=True)
            ranges = [by_parent[start:end] for start, end in pairs if end > start]
            level = np.concatenate(ranges) if ranges else level[:0]
            levels.append(level)
        is_affected = np.zeros(
            self.size, dtype=np.bool_
        )  # `np.unique` would load `numpy.ma` the first time, in a frame
        is_affected[np.concatenate(levels)] = True
        return np.flatnonzero(is_affected)

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
        """Return for each place in the vector its batch, -1 if it is in none, and its place in the batch."""
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
    """Return whether a batch reads a number that a context changes."""
    return any(places is not None and bool(changes[places].any()) for places in (batch.near, batch.far))
