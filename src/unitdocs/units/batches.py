"""Batches: like units of a plan, resolved at once in NumPy.

A batch has `numbers`, what its units come to, and `into`, the places that take them. `Batch` is units of one rule;
`Fixed` and `Drawn` stand in compositions for parts that are known before; `Composed` is compositions that are made
alike; `Called` is units with a strategy of the project's own, which are resolved one by one.
"""

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from unitdocs.units.composition import How
from unitdocs.units.context import Context, Extent, Placed
from unitdocs.units.strategies import EXTENT, Reads, Rule, Strategy, bind_rule

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Index = slice | Places
Numbers = Array | float


class State:
    """The numbers that a plan works on and that replacing elements changes; never changed itself, but for what is kept.

    Args:
        template: shape (5 n + d,): numbers that depend on the element alone, 0 where a batch fills one in, then places
            for d random parts of compositions.
        offsets: shape (2 n,): what is added to x and y.
        content: shape (2, n): widths and heights of content, 400 where an element has none; None where nobody asks.

    Attributes:
        base: the template with all that no context changes; kept from the second resolve on.
        was_resolved: whether a plan has worked on it.
    """

    __slots__ = ("base", "content", "offsets", "template", "was_resolved")

    def __init__(self, template: Array, offsets: Array, content: Array | None) -> None:
        self.template = template
        self.offsets = offsets
        self.content = content
        self.base: Array | None = None
        self.was_resolved = False

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays; `base` counts from the start, since who keeps a state asks once."""
        return _nbytes(self.template, self.template, self.offsets, self.content)


class AnyBatch(Protocol):
    """What a plan runs."""

    into: Index

    def run(self, values: Array, state: State, context: Context) -> None:
        """Compute its numbers from those that are there already, and put them where they belong."""
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
        into: the places that take their numbers.
        members: their elements.
        near: places of the side that they read of their parents; None where they read none.
        far: places of the extent along that side.
        low: least results, one for all or one each; None without constraints.
        high: greatest results.
        offsets: what is added to them, where it is not to be found at `into` in the state's.
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
        rule: Rule,
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
        """Whether no context changes its numbers, where none changes those that it reads."""
        return self.near is not None and self.rule.reads is not Reads.PARENT_BY_SCENE

    def run(self, values: Array, state: State, context: Context) -> None:
        """Compute the batch's numbers and put them where they belong."""
        if self.is_position and isinstance(self.into, slice):
            np.add(self.measure(self, values, state, context), state.offsets[self.into], out=values[self.into])
        else:
            values[self.into] = self.numbers(values, state, context)

    def numbers(self, values: Array, state: State, context: Context) -> Numbers:
        """Return what the units come to."""
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
        return _nbytes(self.into, self.members, self.near, self.far, self.low, self.high, self.offsets)


class Fixed:
    """Parts of compositions whose numbers are known before."""

    __slots__ = ("_numbers",)

    def __init__(self, numbers: Array) -> None:
        self._numbers = numbers

    def numbers(self, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG002 -- as all batches
        """Return what they come to."""
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

    def numbers(self, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG002
        """Return what was drawn."""
        return values[self.places]

    def part(self, chosen: Places) -> "Drawn":
        """Return some of them."""
        return Drawn(self.places[chosen])

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return self.places.nbytes


class Composed:
    """Compositions of one column that are made alike.

    Args:
        how: how the numbers of the parts become one.
        weights: of a weighted average.
        parts: for each part a batch of that part of all compositions.
        needs: for each part what it needs to be valid; asked for `priority` alone.
        into: the places that take the numbers.
    """

    __slots__ = ("how", "into", "needs", "parts", "weights")

    def __init__(
        self,
        how: How,
        weights: tuple[float, ...],
        parts: "Sequence[Batch | Fixed | Drawn | Composed]",
        needs: "Sequence[Needs]",
        into: Index,
    ) -> None:
        self.how = how
        self.weights = weights
        self.parts = parts
        self.needs = needs
        self.into = into

    def run(self, values: Array, state: State, context: Context) -> None:
        """Compute the compositions' numbers and put them where they belong."""
        values[self.into] = self.numbers(values, state, context)

    def numbers(self, values: Array, state: State, context: Context) -> Numbers:
        """Return what the compositions come to: the same operations in the same order as `composition.combine`."""
        numbers = [part.numbers(values, state, context) for part in self.parts]
        match self.how:
            case How.WEIGHTED_AVERAGE:
                return self._average(numbers)
            case How.PRIORITY:
                chosen = numbers[-1]
                for number, needs in zip(numbers[-2::-1], self.needs[-2::-1], strict=True):
                    chosen = np.where(needs(context), number, chosen)
                return chosen
            case How.MIN:
                return _folded(np.minimum, numbers)
            case How.MAX:
                return _folded(np.maximum, numbers)
            case How.CLAMP:
                return within(*numbers)

    def part(self, chosen: Places) -> "Composed":
        """Return some of the compositions."""
        needs = [need.part(chosen) for need in self.needs]
        parts = [part.part(chosen) for part in self.parts]
        return Composed(self.how, self.weights, parts, needs, picked(self.into, chosen))

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return _nbytes(self.into) + sum(part.nbytes for part in self.parts)

    def _average(self, numbers: Sequence[Numbers]) -> Numbers:
        total, divisor = self.weights[0] * numbers[0], self.weights[0]
        for weight, number in zip(self.weights[1:], numbers[1:], strict=True):
            total = total + weight * number
            divisor += weight
        return total / divisor


class Needs:
    """What a part of a composition needs to be valid: members of the context, and what its element has.

    Args:
        members: one list a way to be valid: members of the context, all of which it needs.
        own: for each of these ways, whether an element has the rest of what it needs.
    """

    __slots__ = ("members", "own")

    def __init__(self, members: Sequence[Sequence[str]], own: Sequence[NDArray[np.bool_]]) -> None:
        self.members = members
        self.own = own

    def __call__(self, context: Context) -> NDArray[np.bool_]:
        """Tell for each element whether the part is valid."""
        valid = np.zeros(self.own[0].shape, dtype=np.bool_)
        for members, own in zip(self.members, self.own, strict=True):
            if all(getattr(context, member) is not None for member in members):
                valid |= own
        return valid

    def part(self, chosen: Places) -> "Needs":
        """Return the needs of some elements."""
        return Needs(self.members, [own[chosen] for own in self.own])


class Called:
    """Units with a strategy of the project's own.

    Args:
        strategies: one a unit.
        into: the places that take their numbers.
        parents: the elements around theirs, -1 for none.
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

    def run(self, values: Array, state: State, context: Context) -> None:  # noqa: ARG002
        """Call one strategy after the other."""
        numbers = []
        for parent, content, strategy in zip(self.parents.tolist(), self.contents, self.strategies, strict=True):
            box = None if parent < 0 else Placed._make(values[parent : 5 * self.size : self.size].tolist())
            numbers.append(strategy(context.around(box, content)))
        values[self.into] = numbers

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
        return _nbytes(self.into, self.parents)


def index_of(members: Places) -> Index:
    """Return places as a slice where they ascend evenly, which NumPy reads without gathering.

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
    """Return an index so many places further on."""
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


def limits(low: float | None, high: float | None) -> tuple[float, float]:
    """Return constraints as numbers: infinities where there are none."""
    return -math.inf if low is None else low, math.inf if high is None else high


def _limit(limit: Numbers | None, chosen: Places) -> Numbers | None:
    return limit[chosen] if isinstance(limit, np.ndarray) else limit


def _folded(operation: Callable[[Numbers, Numbers], Numbers], numbers: Sequence[Numbers]) -> Numbers:
    result = numbers[0]
    for number in numbers[1:]:
        result = operation(result, number)
    return result


def _nbytes(*held: object) -> int:
    return sum(array.nbytes for array in held if isinstance(array, np.ndarray))


# How the numbers of a batch are made, before offsets and constraints.

Measure = Callable[[Batch, Array, State, Context], Numbers]


def _of_context(batch: Batch, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG001
    return batch.strategy(context)


def _near(batch: Batch, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG001
    return values[batch.near]


def _far_edge(batch: Batch, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG001
    return values[batch.near] + values[batch.far]


def _center(batch: Batch, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG001
    return values[batch.near] + values[batch.far] * 0.5  # half to the last bit, in less time than dividing takes


def _by_scene(batch: Batch, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG001
    return values[batch.far] / (context.scene[batch.rule.side] if context.scene else 1.0)


def _fitted(batch: Batch, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG001
    side = batch.rule.side
    return np.minimum(_content(state)[side, batch.members], _surface(context)[side])


def _least_ratio(batch: Batch, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG001
    return np.minimum(*_ratios(batch, state, context))


def _greatest_ratio(batch: Batch, values: Array, state: State, context: Context) -> Numbers:  # noqa: ARG001
    return np.maximum(*_ratios(batch, state, context))


def _ratios(batch: Batch, state: State, context: Context) -> tuple[Array, Array]:
    (widths, heights), surface = _content(state)[:, batch.members], _surface(context)
    return surface.width / widths, surface.height / heights


def _content(state: State) -> Array:
    assert state.content is not None, "a plan that asks for content has a state that holds it"
    return state.content


def _surface(context: Context) -> Extent:
    return context.scene or context.viewport or Extent(EXTENT, EXTENT)


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
