"""Batches: units of one sort in a plan, resolved at once in NumPy.

A batch has `numbers`, the results of its units, and `into`, the places where they are written. `Batch` is units of one
rule; `Fixed` and `Drawn` are parts of compositions that are computed before the batches run; `Composed` is compositions
of one form; `Called` is units with a custom strategy, which are resolved one by one.
"""

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from unitdocs.units.model.composition import How
from unitdocs.units.model.context import Context, Extent, Placed
from unitdocs.units.refactored.plan.state import Array, Places, PlanState, total_nbytes
from unitdocs.units.refactored.strategies import EXTENT, Reads, Strategy, UnitRule, bind_rule, clamped

LEAST_SURFACE = 1e-100
"""Divided by any moderate content, a surface that is wider than this is not 0."""
Index = slice | Places
Numbers = Array | float
Step = Callable[[Array, PlanState, Context], None]
"""`step(values, state, context)` runs a batch."""


class AnyBatch(Protocol):
    """Anything that a plan runs."""

    into: Index

    def run(self, values: Array, state: PlanState, context: Context) -> None:
        """Compute its numbers from those that are in `values` already, and write them to their places."""
        ...

    def step(self, state: PlanState) -> Step:
        """Return what runs the batch on this state again and again; all that the state decides is looked up once.

        A state keeps its steps, so that a step may hold arrays of the state but not the state: that would be a cycle.
        """
        ...

    def part(self, chosen: Places) -> "AnyBatch":
        """Return the batch of some of its units, by their places in it."""
        ...

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        ...


class Batch:
    """Units of one rule and one column.

    Args:
        rule: what they read.
        into: the places where their numbers are written.
        members: their elements.
        near: places of the side that they read of their parents; None if they read none.
        far: places of the extent along that side.
        low: least results, one for all or one each; None without constraints.
        high: greatest results.
        offsets: what is added to them; None if that is in the state's offsets, at `into`.
        is_position: whether they have offsets, rather than constraints.
    """

    __slots__ = (
        "far",
        "high",
        "into",
        "is_position",
        "low",
        "measure",
        "members",
        "near",
        "offsets",
        "rule",
        "strategy",
    )

    def __init__(
        self,
        rule: UnitRule,
        *,
        into: Index,
        members: Index,
        near: Index | None = None,
        far: Index | None = None,
        low: Numbers | None = None,
        high: Numbers | None = None,
        offsets: Array | None = None,
        is_position: bool = False,
    ) -> None:
        self.rule = rule
        self.into = into
        self.members = members
        self.near = near
        self.far = far
        self.low = low
        self.high = high
        self.offsets = offsets
        self.is_position = is_position
        self.measure = _of_context if near is None and rule.reads not in OF_CONTENT else _MEASURES[rule.reads]
        self.strategy = bind_rule(rule)

    @property
    def reads_parents_alone(self) -> bool:
        """Whether no context changes its numbers, provided that none changes those that it reads."""
        return self.near is not None and self.rule.reads is not Reads.PARENT_BY_SCENE

    def run(self, values: Array, state: PlanState, context: Context) -> None:
        """Compute the batch's numbers and write them to their places."""
        if self.is_position and isinstance(self.into, slice):
            np.add(self.measure(self, values, state, context), state.offsets[self.into], out=values[self.into])
        else:
            values[self.into] = self.numbers(values, state, context)

    def step(self, state: PlanState) -> Step:
        """Return what runs the batch on this state."""
        into = self.into
        if not isinstance(into, slice):
            return self.run
        if self.measure is _of_context and into.stop - into.start == 1:
            return self._single_step(state)
        if not self.is_position:
            return self.run
        offsets = state.offsets[into]
        return _STEPS[self.measure](into, self.near, self.far, offsets) if self.measure in _STEPS else self.run

    def _single_step(self, state: PlanState) -> Step:
        """Return what runs a batch of one unit, which no array is needed for."""
        assert isinstance(self.into, slice)
        place, strategy = self.into.start, self.strategy
        if self.is_position:
            strategy, offset = self.strategy, state.offsets[place].item()

            def run_position(values: Array, state: PlanState, context: Context) -> None:  # noqa: ARG001
                values[place] = strategy(context) + offset

            return run_position
        if self.low is not None and self.high is not None:
            strategy = clamped(strategy, *(np.asarray(limit).item() for limit in (self.low, self.high)))

        def run(values: Array, state: PlanState, context: Context) -> None:  # noqa: ARG001
            values[place] = strategy(context)

        return run

    def numbers(self, values: Array, state: PlanState, context: Context) -> Numbers:
        """Return the results of the units."""
        measured = self.measure(self, values, state, context)
        if self.is_position:
            return measured + (state.offsets[self.into] if self.offsets is None else self.offsets)
        return measured if self.low is None or self.high is None else within(measured, self.low, self.high)

    def part(self, chosen: Places) -> "Batch":
        """Return the batch of some of its units."""
        return Batch(
            self.rule,
            into=picked(self.into, chosen),
            members=picked(self.members, chosen),
            near=None if self.near is None else picked(self.near, chosen),
            far=None if self.far is None else picked(self.far, chosen),
            low=_limit(self.low, chosen),
            high=_limit(self.high, chosen),
            offsets=None if self.offsets is None else self.offsets[chosen],
            is_position=self.is_position,
        )

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return total_nbytes(self.into, self.members, self.near, self.far, self.low, self.high, self.offsets)


class Fixed:
    """Parts of compositions whose numbers do not depend on a context."""

    __slots__ = ("_numbers",)

    def __init__(self, numbers: Array) -> None:
        self._numbers = numbers

    def numbers(self, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG002 -- as all batches
        """Return their numbers."""
        return self._numbers

    def part(self, chosen: Places) -> "Fixed":
        """Return some of them."""
        return Fixed(self._numbers[chosen])

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return self._numbers.nbytes


class Drawn:
    """Parts of compositions that were drawn at random before the batches run."""

    __slots__ = ("places",)

    def __init__(self, places: Places) -> None:
        self.places = places

    def numbers(self, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG002
        """Return the numbers that were drawn."""
        return values[self.places]

    def part(self, chosen: Places) -> "Drawn":
        """Return some of them."""
        return Drawn(self.places[chosen])

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return self.places.nbytes


class Composed:
    """Compositions of one column and one form.

    Args:
        how: how the numbers of the parts are combined.
        weights: of a weighted average.
        parts: for each part a batch of that part of all compositions.
        requirements: for each part what it needs to be valid; only `priority` evaluates them.
        into: the places where the numbers are written.
    """

    __slots__ = ("how", "into", "parts", "requirements", "weights")

    def __init__(
        self,
        how: How,
        weights: tuple[float, ...],
        parts: "Sequence[Batch | Fixed | Drawn | Composed]",
        requirements: "Sequence[PartRequirements]",
        into: Index,
    ) -> None:
        self.how = how
        self.weights = weights
        self.parts = parts
        self.requirements = requirements
        self.into = into

    def run(self, values: Array, state: PlanState, context: Context) -> None:
        """Compute the compositions' numbers and write them to their places."""
        values[self.into] = self.numbers(values, state, context)

    def numbers(self, values: Array, state: PlanState, context: Context) -> Numbers:
        """Return the compositions' numbers, by the same operations in the same order as `composition.combine`."""
        numbers = [part.numbers(values, state, context) for part in self.parts]
        match self.how:
            case How.WEIGHTED_AVERAGE:
                return self._average(numbers)
            case How.PRIORITY:
                chosen = numbers[-1]
                for number, are_met in zip(numbers[-2::-1], self.requirements[-2::-1], strict=True):
                    chosen = np.where(are_met(context), number, chosen)
                return chosen
            case How.MIN:
                return _folded(least, numbers)
            case How.MAX:
                return _folded(greatest, numbers)
            case How.CLAMP:
                return within(*numbers)

    def step(self, state: PlanState) -> Step:  # noqa: ARG002 -- as all batches
        """Return what runs the batch: nothing is looked up in advance."""
        return self.run

    def part(self, chosen: Places) -> "Composed":
        """Return some of the compositions."""
        requirements = [one.part(chosen) for one in self.requirements]
        parts = [part.part(chosen) for part in self.parts]
        return Composed(self.how, self.weights, parts, requirements, picked(self.into, chosen))

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return total_nbytes(self.into) + sum(part.nbytes for part in self.parts)

    def _average(self, numbers: Sequence[Numbers]) -> Numbers:
        total, divisor = self.weights[0] * numbers[0], self.weights[0]
        for weight, number in zip(self.weights[1:], numbers[1:], strict=True):
            total = total + weight * number
            divisor += weight
        return total / divisor


class PartRequirements:
    """What a part of a composition needs to be valid: members of the context, and members of its element.

    Args:
        members: alternatives, each a list of members that the context must have.
        is_met: for each alternative, whether an element has the rest of what it needs.
    """

    __slots__ = ("is_met", "members")

    def __init__(self, members: Sequence[Sequence[str]], is_met: Sequence[NDArray[np.bool_]]) -> None:
        self.members = members
        self.is_met = is_met

    def __call__(self, context: Context) -> NDArray[np.bool_]:
        """Return for each element whether the part is valid."""
        valid = np.zeros(self.is_met[0].shape, dtype=np.bool_)
        for members, is_met in zip(self.members, self.is_met, strict=True):
            if all(getattr(context, member) is not None for member in members):
                valid |= is_met
        return valid

    def part(self, chosen: Places) -> "PartRequirements":
        """Return the requirements of some elements."""
        return PartRequirements(self.members, [is_met[chosen] for is_met in self.is_met])


class Called:
    """Units with a custom strategy.

    Args:
        strategies: one for each unit.
        into: the places where their numbers are written.
        parents: the parents of their elements, -1 for none.
        contents: the content of their elements.
        size: how many elements the scene has.
    """

    __slots__ = ("contents", "into", "parents", "size", "strategies")

    def __init__(
        self,
        strategies: Sequence[Strategy],
        into: Index,
        *,
        parents: Places,
        contents: Sequence[Extent | None],
        size: int,
    ) -> None:
        self.strategies = strategies
        self.into = into
        self.parents = parents
        self.contents = contents
        self.size = size

    def run(self, values: Array, state: PlanState, context: Context) -> None:  # noqa: ARG002
        """Call one strategy after the other."""
        numbers = []
        for parent, content, strategy in zip(self.parents.tolist(), self.contents, self.strategies, strict=True):
            box = None if parent < 0 else Placed._make(values[parent : 5 * self.size : self.size].tolist())
            numbers.append(strategy(context.around(box, content)))
        values[self.into] = numbers

    def step(self, state: PlanState) -> Step:  # noqa: ARG002 -- as all batches
        """Return what runs the batch: nothing is looked up in advance."""
        return self.run

    def part(self, chosen: Places) -> "Called":
        """Return some of them."""
        return Called(
            [self.strategies[k] for k in chosen.tolist()],
            picked(self.into, chosen),
            parents=self.parents[chosen],
            contents=[self.contents[k] for k in chosen.tolist()],
            size=self.size,
        )

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return total_nbytes(self.into, self.parents)


def index_of(members: Places) -> Index:
    """Return places as a slice if they ascend evenly, which NumPy reads without gathering.

    Places that are all the same become a slice of one: its number is broadcast.
    """
    first, last = int(members[0]), int(members[-1])
    if members.size == 1:
        return slice(first, first + 1)
    step = int(members[1]) - first
    if step < 0 or last - first != step * (members.size - 1) or not (members[1:] - members[:-1] == step).all():
        return members
    return slice(first, last + 1, step) if step else slice(first, first + 1)


def shifted(index: Index, by: int) -> Index:
    """Return an index shifted by a number of places."""
    return slice(index.start + by, index.stop + by, index.step) if isinstance(index, slice) else index + by


def picked(index: Index, chosen: Places) -> Places:
    """Return some of the places of an index."""
    if not isinstance(index, slice):
        return index[chosen]
    if index.stop - index.start == 1:
        return np.full(chosen.size, index.start, dtype=np.intp)
    places: Places = index.start + chosen * (index.step or 1)
    return places


def within(measured: Numbers, low: Numbers, high: Numbers) -> Array:
    """Keep numbers within constraints: below `low` gives `low`, else above `high` gives `high`; NaN passes."""
    return np.where(measured < low, low, np.where(measured > high, high, measured))


def least(a: Numbers, b: Numbers) -> Numbers:
    """Return the smaller numbers, NaN if one is NaN; of 0 and -0, which are equal, that of `a`.

    `np.minimum` takes less time, but returns either of 0 and -0.
    """
    return np.where((b < a) | (b != b), b, a)


def greatest(a: Numbers, b: Numbers) -> Numbers:
    """Return the greater numbers, NaN if one is NaN; of 0 and -0, which are equal, that of `a`."""
    return np.where((b > a) | (b != b), b, a)


def limits(low: float | None, high: float | None) -> tuple[float, float]:
    """Return constraints as numbers; infinities take the place of absent ones."""
    return -math.inf if low is None else low, math.inf if high is None else high


def _limit(limit: Numbers | None, chosen: Places) -> Numbers | None:
    return limit[chosen] if isinstance(limit, np.ndarray) else limit


def _folded(operation: Callable[[Numbers, Numbers], Numbers], numbers: Sequence[Numbers]) -> Numbers:
    result = numbers[0]
    for number in numbers[1:]:
        result = operation(result, number)
    return result


# How the numbers of a batch are made, before offsets and constraints.

Measure = Callable[[Batch, Array, PlanState, Context], Numbers]


def _of_context(batch: Batch, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG001
    return batch.strategy(context)


def _near(batch: Batch, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG001
    return values[batch.near]


def _far_edge(batch: Batch, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG001
    return values[batch.near] + values[batch.far]


def _center(batch: Batch, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG001
    return values[batch.near] + values[batch.far] * 0.5  # exact, and faster than dividing


def _by_scene(batch: Batch, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG001
    return values[batch.far] / (context.scene[batch.rule.side] if context.scene else 1.0)


def _fitted(batch: Batch, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG001
    side = batch.rule.side
    sizes, room = _content(state)[side, batch.members], _surface(context)[side]
    return np.minimum(sizes, room) if room else least(sizes, room)


def _least_ratio(batch: Batch, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG001
    return (np.minimum if _has_no_zero_ratio(state, context) else least)(*_ratios(batch, state, context))


def _greatest_ratio(batch: Batch, values: Array, state: PlanState, context: Context) -> Numbers:  # noqa: ARG001
    return (np.maximum if _has_no_zero_ratio(state, context) else greatest)(*_ratios(batch, state, context))


def _ratios(batch: Batch, state: PlanState, context: Context) -> tuple[Array, Array]:
    (widths, heights), surface = _content(state)[:, batch.members], _surface(context)
    return surface.width / widths, surface.height / heights


def _has_no_zero_ratio(state: PlanState, context: Context) -> bool:
    """Return whether no ratio of surface to content is 0 or -0, which are equal and not the same."""
    return state.has_moderate_content and abs(_surface(context).width) > LEAST_SURFACE


def _content(state: PlanState) -> Array:
    assert state.content is not None, "a plan whose batches read content has a state with content"
    return state.content


def _surface(context: Context) -> Extent:
    return context.scene or context.viewport or Extent(EXTENT, EXTENT)


# The steps of positions, by how they are measured: the same operations in the same order.


def _near_step(into: slice, near: Index, far: Index, offsets: Array) -> Step:  # noqa: ARG001
    def run(values: Array, state: PlanState, context: Context) -> None:  # noqa: ARG001
        np.add(values[near], offsets, out=values[into])

    return run


def _far_edge_step(into: slice, near: Index, far: Index, offsets: Array) -> Step:
    def run(values: Array, state: PlanState, context: Context) -> None:  # noqa: ARG001
        np.add(values[near] + values[far], offsets, out=values[into])

    return run


def _center_step(into: slice, near: Index, far: Index, offsets: Array) -> Step:
    def run(values: Array, state: PlanState, context: Context) -> None:  # noqa: ARG001
        np.add(values[near] + values[far] * 0.5, offsets, out=values[into])

    return run


_STEPS: dict[Measure, Callable[..., Step]] = {_near: _near_step, _far_edge: _far_edge_step, _center: _center_step}
OF_CONTENT: dict[Reads, Measure] = {
    Reads.FIT: _fitted,
    Reads.RATIO_MIN: _least_ratio,
    Reads.RATIO_MAX: _greatest_ratio,
}
"""How the rules that compare content with a surface are measured."""
_MEASURES: dict[Reads, Measure] = {
    Reads.PARENT: _near,
    Reads.PARENT_FAR: _far_edge,
    Reads.PARENT_CENTER: _center,
    Reads.PARENT_CENTER_OR_SCENE: _center,
    Reads.PARENT_BY_SCENE: _by_scene,
    **OF_CONTENT,
}
