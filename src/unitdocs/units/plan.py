"""A plan resolves a whole scene in NumPy batches of like units, parents before children.

Compiling sorts all units into groups that share what they read (their rule), their column and their level in the tree.
Numbers that depend on nothing are computed once, into a template. Resolving copies it, fills in the groups that read
the scene, the viewport or content, then goes down level by level for those that read the parent.

NumPy's elementwise operations are the same IEEE operations in the same order as those of bound units, so the numbers
are the same to the last bit.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from unitdocs.units.context import Context, Extent
from unitdocs.units.draws import Generator
from unitdocs.units.layout import Layout
from unitdocs.units.scene import UNITS, Element
from unitdocs.units.strategies import CONTENT, EXTENT, SIZE, Reads, Rule, Strategy, bind, bind_rule, rule_of
from unitdocs.units.values import Position

if TYPE_CHECKING:
    from unitdocs.units.scene import Unit

Array = NDArray[np.float64]
Index = slice | NDArray[np.intp]

OF_PARENT = {Reads.PARENT, Reads.PARENT_FAR, Reads.PARENT_CENTER, Reads.PARENT_CENTER_OR_SCENE, Reads.PARENT_BY_SCENE}
FIXED = {Reads.NOTHING, Reads.CONTENT, Reads.CONTENT_MAX}
RANDOM = {Reads.RANDOM_BETWEEN, Reads.RANDOM_ON_SURFACE}
FIRST = -1  # the level of what does not read a parent


class Batch(NamedTuple):
    """Like units made ready: where their numbers go, and how they are made from the boxes so far and the context."""

    column: int
    into: Index
    compute: Callable[[Array, Context], Array | float]


class Plan:
    """A compiled scene.

    Args:
        elements: the elements, with the units in force.
        parents: for each the index of its parent, -1 for a root.
        order: all indexes, parents before children.
    """

    def __init__(self, elements: Sequence[Element], parents: Sequence[int], order: Sequence[int]) -> None:
        self._elements = elements
        self._parents = parents
        self._template = np.zeros((len(UNITS), len(elements)))
        self._template[UNITS.index("scale")] = 1.0
        self._random: list[tuple[int, int, Strategy]] = []
        groups = self._group(_levels(parents, order))
        self._batches = [self._batch(*key[1:], members) for key, members in sorted(groups.items(), key=_by_level)]

    def resolve(self, context: Context, rng: Generator) -> Layout:
        """Return every element's box and scale, for the scene, viewport and breakpoint of a context."""
        boxes = self._template.copy()
        with np.errstate(all="ignore"):  # division by zero and NaN are results here, not accidents
            if self._random:
                self._draw(boxes, context, rng)
            for column, into, compute in self._batches:
                boxes[column, into] = compute(boxes, context)
        return Layout.of_array(boxes)

    def _group(self, levels: Sequence[int]) -> dict[tuple[int, int, Rule], list[int]]:
        """Sort units by level, column and rule; what is fixed goes into the template at once."""
        groups: dict[tuple[int, int, Rule], list[int]] = defaultdict(list)
        for i, element in enumerate(self._elements):
            for column, name in enumerate(UNITS):
                unit = getattr(element, name)
                if unit is None:
                    if name in ("width", "height"):
                        self._template[column, i] = SIZE if element.content is None else getattr(element.content, name)
                    continue
                rule = rule_of(unit) if self._parents[i] >= 0 else _of_root(rule_of(unit))
                if rule.reads in FIXED:
                    self._template[column, i] = bind(unit)(Context(content=element.content))
                elif rule.reads in RANDOM:
                    self._random.append((column, i, bind(unit)))
                else:
                    groups[
                        levels[i] if rule.reads in OF_PARENT and self._parents[i] >= 0 else FIRST, column, rule
                    ].append(i)
        return groups

    def _batch(self, column: int, rule: Rule, members: list[int]) -> Batch:
        units = [getattr(self._elements[i], UNITS[column]) for i in members]
        measure = self._measure(rule, members)
        return Batch(column, _index(members), _finished(measure, units))

    def _measure(self, rule: Rule, members: list[int]) -> Callable[[Array, Context], Array | float]:
        """Return how a group's numbers are made, before offsets and constraints."""
        if rule.reads in (Reads.FIT, Reads.RATIO_MIN, Reads.RATIO_MAX):
            return _of_content(rule, [self._elements[i].content or Extent(CONTENT, CONTENT) for i in members])
        if rule.reads in OF_PARENT and self._parents[members[0]] >= 0:
            return _of_parent(rule, _index([self._parents[i] for i in members]))
        strategy = bind_rule(rule)
        return lambda _, context: strategy(context)

    def _draw(self, boxes: Array, context: Context, rng: Generator) -> None:
        """Fill in the random units; they are drawn in element order, then in the order of the columns."""
        for column, i, strategy in self._random:
            boxes[column, i] = strategy(context, rng)


def _levels(parents: Sequence[int], order: Sequence[int]) -> list[int]:
    """Return each element's depth in the tree; roots have 0."""
    levels = [0] * len(parents)
    for i in order:
        if parents[i] >= 0:
            levels[i] = levels[parents[i]] + 1
    return levels


def _by_level(item: tuple[tuple[int, int, Rule], list[int]]) -> int:
    return item[0][0]


def _of_root(rule: Rule) -> Rule:
    """Return what a rule comes to where there is no parent."""
    if rule.reads is Reads.PARENT_CENTER_OR_SCENE:
        return Rule(Reads.SCENE_HALF, rule.side)
    if rule.reads in OF_PARENT and rule.reads is not Reads.PARENT_BY_SCENE:
        return Rule(Reads.NOTHING, missing=rule.missing)
    return rule


def _index(members: Sequence[int]) -> Index:
    """Return indexes as a slice where they ascend evenly, which NumPy reads without gathering."""
    first, step = members[0], (members[1] - members[0] if len(members) > 1 else 1)
    if all(i == first for i in members):
        return slice(first, first + 1)  # one parent of many: its number is broadcast
    if step > 0 and all(b - a == step for a, b in pairwise(members)):
        return slice(first, members[-1] + 1, step)
    return np.array(members, dtype=np.intp)


def _of_parent(rule: Rule, parents: Index) -> Callable[[Array, Context], Array]:
    side = rule.side
    match rule.reads:
        case Reads.PARENT:
            return lambda boxes, _: boxes[side, parents]
        case Reads.PARENT_FAR:
            return lambda boxes, _: boxes[side, parents] + boxes[side + 2, parents]
        case Reads.PARENT_CENTER | Reads.PARENT_CENTER_OR_SCENE:
            return lambda boxes, _: boxes[side, parents] + boxes[side + 2, parents] / 2
        case _:
            return lambda boxes, context: boxes[side + 2, parents] / (context.scene[side] if context.scene else 1.0)


def _of_content(rule: Rule, content: Sequence[Extent]) -> Callable[[Array, Context], Array]:
    widths, heights = (np.array(side) for side in zip(*content, strict=True))

    def surface(context: Context) -> Extent:
        return context.scene or context.viewport or Extent(EXTENT, EXTENT)

    match rule.reads:
        case Reads.FIT:
            sides = heights if rule.side else widths
            return lambda _, context: np.minimum(sides, surface(context)[rule.side])
        case Reads.RATIO_MIN:
            return lambda _, context: np.minimum(surface(context).width / widths, surface(context).height / heights)
        case _:
            return lambda _, context: np.maximum(surface(context).width / widths, surface(context).height / heights)


def _finished(
    measure: Callable[[Array, Context], Array | float], units: Sequence["Unit"]
) -> Callable[[Array, Context], Array | float]:
    """Add offsets, or keep within constraints, where the units have any."""
    if isinstance(units[0], Position):
        offsets = np.array([unit.offset for unit in units if isinstance(unit, Position)])
        if not offsets.any():
            return measure
        add = offsets[0] if (offsets == offsets[0]).all() else offsets
        return lambda boxes, context: measure(boxes, context) + add
    low = np.array([-math.inf if unit.min is None else unit.min for unit in units if not isinstance(unit, Position)])
    high = np.array([math.inf if unit.max is None else unit.max for unit in units if not isinstance(unit, Position)])
    if np.isneginf(low).all() and np.isposinf(high).all():
        return measure

    def within(boxes: Array, context: Context) -> Array:
        numbers = measure(boxes, context)
        return np.where(numbers < low, low, np.where(numbers > high, high, numbers))

    return within
