"""Compiling a scene to a plan: sorting its units into batches.

Python touches each unit a few times, in loops that do little else, and everything else once for each kind of unit: a
scene has thousands of units and some tens of kinds.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unitdocs.units.batches import (
    OF_CONTENT,
    AnyBatch,
    Array,
    Batch,
    Called,
    Composed,
    Drawn,
    Fixed,
    Needs,
    Numbers,
    Places,
    State,
    index_of,
    limits,
    shifted,
    within,
)
from unitdocs.units.bound import Find, bound
from unitdocs.units.composition import Composition, Part
from unitdocs.units.plan import DEFAULT, FIXED, MEASURED, NUMBER, OTHER, SCALE, WIDTH, Draw, Plan, X, Y
from unitdocs.units.scene import UNITS, Element
from unitdocs.units.snapshot import CannotCompileError
from unitdocs.units.strategies import CONTENT, SIZE, Reads, Rule, Strategy, bind, counts_its_number, rule_of
from unitdocs.units.validation import ways_to_be_valid
from unitdocs.units.values import Position, ScaleUnit, Size

OF_PARENT = {Reads.PARENT, Reads.PARENT_FAR, Reads.PARENT_CENTER, Reads.PARENT_CENTER_OR_SCENE, Reads.PARENT_BY_SCENE}
OF_ELEMENT = {Reads.NOTHING, Reads.CONTENT, Reads.CONTENT_MAX}
RANDOM = {Reads.RANDOM_BETWEEN, Reads.RANDOM_ON_SURFACE}
FIRST = -1  # the level of what does not read a parent
POSITIONS = (X, Y)
SAMPLE = 64
"""Elements that tell whether many of a scene are made alike."""

Found = list[tuple[Places, float | None, float | None]]


def compiled(
    elements: Sequence[Element], parents: Sequence[int], levels: Sequence[int], find: Find | None = None
) -> tuple[Plan, State]:
    """Compile a scene.

    Args:
        elements: the elements, with the units in force.
        parents: for each the index of its parent, -1 for a root.
        levels: for each how many elements it is inside of, 0 for a root.
        find: the project's own strategies, where it has any.

    Raises:
        CannotCompileError: a composition mixes random parts with strategies of the project's own.
    """
    with np.errstate(all="ignore"):  # infinity less infinity is NaN here, not an accident
        return _Compiler(elements, parents, levels, find).compiled()


Groups = dict[tuple[Any, ...], list[int]]


def _positions_by_kind(units: Sequence[Any]) -> Groups:
    groups: Groups = defaultdict(list)
    for k, unit in enumerate(units):
        groups[unit.unit, unit.value, unit.axis].append(k)
    return groups


def _sizes_by_kind(units: Sequence[Any]) -> Groups:
    groups: Groups = defaultdict(list)
    for k, unit in enumerate(units):
        groups[unit.unit, unit.value, unit.dimension, unit.min, unit.max].append(k)
    return groups


def _scales_by_kind(units: Sequence[Any]) -> Groups:
    groups: Groups = defaultdict(list)
    for k, unit in enumerate(units):
        groups[unit.unit, unit.value, unit.min, unit.max].append(k)
    return groups


_BY_KIND = (_positions_by_kind, _positions_by_kind, _sizes_by_kind, _sizes_by_kind, _scales_by_kind)
"""Sort units by what units of one kind share, by column: all but their own numbers and offsets."""


def _sort_by_form(
    elements: Iterable[tuple[int, Element]], groups: Groups, across: list[float], down: list[float]
) -> None:
    """Sort elements by what their positions and sizes share, numbers included, and collect their offsets."""
    for k, element in elements:
        x: Any = element.x or _NO_POSITION
        y: Any = element.y or _NO_POSITION
        w: Any = element.width or _NO_SIZE
        h: Any = element.height or _NO_SIZE
        key = (  # one flat tuple, which is made fastest
            x.unit,
            x.value,
            x.axis,
            y.unit,
            y.value,
            y.axis,
            w.unit,
            w.value,
            w.dimension,
            w.min,
            w.max,
            h.unit,
            h.value,
            h.dimension,
            h.min,
            h.max,
        )
        groups[key].append(k)
        across.append(x.offset)
        down.append(y.offset)


def _without_numbers(groups: Groups) -> list[list[int]]:
    """Return the groups, those joined that differ in the units' own number alone."""
    joined: Groups = defaultdict(list)
    for key, found in groups.items():
        joined[(key[0], float, *key[2:]) if isinstance(key[1], float) else key] += found
    return [sorted(found) for found in joined.values()]  # in one step where it is sorted already


# What stands for a unit that an element does not have while elements are sorted by form: objects of the classes of
# units, since Python reads attributes of objects of one class faster than of several. No other unit has no unit.
_NO_POSITION = Position("pixel", 0.0)
_NO_SIZE = Size("pixel", 0.0)
object.__setattr__(_NO_POSITION, "unit", None)
object.__setattr__(_NO_SIZE, "unit", None)


class _Compiler:
    def __init__(
        self, elements: Sequence[Element], parents: Sequence[int], levels: Sequence[int], find: Find | None
    ) -> None:
        self.find = find
        self.size = n = len(elements)
        self.parents = np.array(parents, dtype=np.intp)
        self.levels = np.array(levels, dtype=np.intp)
        self.everyone = np.arange(n, dtype=np.intp)
        self.elements = elements
        self.content, self.has_content = self._contents()
        self.template = np.concatenate(
            [np.zeros(2 * n), np.where(self.has_content, self.content, SIZE).ravel(), np.ones(n)]
        )
        self.offsets = np.zeros(len(POSITIONS) * n)
        self.roles = np.full(len(UNITS) * n, DEFAULT, dtype=np.uint8)
        self.reads_content = False
        self.draws: list[tuple[int, int, tuple[int, ...], Draw]] = []
        self.extra = 0
        self.groups: dict[tuple[int, int, Rule], Found] = defaultdict(list)
        self.others: list[tuple[int, AnyBatch]] = []

    def compiled(self) -> tuple[Plan, State]:
        columns = [SCALE] if self._sort_by_form() else range(len(UNITS))  # few elements have a scale
        for column in columns:
            self._sort(column)
        batches = [(level, self._batch(column, rule, found)) for (level, column, rule), found in self.groups.items()]
        in_order = sorted([*batches, *self.others], key=lambda pair: pair[0])
        draws = [draw for *_, draw in sorted(self.draws, key=lambda drawn: drawn[:3])]
        plan = Plan(self.size, self.parents, [batch for _, batch in in_order], draws, self.roles.tobytes())
        template = np.concatenate([self.template, np.zeros(self.extra)]) if self.extra else self.template
        return plan, State(template, self.offsets, self.content if self.reads_content else None)

    def _contents(self) -> tuple[Array, NDArray[np.bool_]]:
        """Return the content of all elements, and which of them have any."""
        content = np.full((2, self.size), CONTENT)
        has = np.zeros(self.size, dtype=np.bool_)
        contents = [element.content for element in self.elements]
        members = [i for i, extent in enumerate(contents) if extent is not None]
        if members:
            extents = chain.from_iterable(filter(None, contents))
            content[:, members] = np.fromiter(extents, np.float64, 2 * len(members)).reshape(-1, 2).T
            has[members] = True
        return content, has

    def _sort_by_form(self) -> bool:
        """Sort whole elements by what their units share; return whether that was worth it.

        It is where many elements are made alike, but for their offsets, as slots and rows are.
        """
        if self.find is not None:
            return False
        forms: Groups = defaultdict(list)
        numbered = enumerate(self.elements)
        across: list[float] = []
        down: list[float] = []
        try:
            _sort_by_form(islice(numbered, SAMPLE), forms, across, down)
            if len(forms) > SAMPLE // 2:
                return False
            _sort_by_form(numbered, forms, across, down)
        except AttributeError:  # a composition, which has no unit of its own
            return False
        self.offsets[: self.size] = across
        self.offsets[self.size :] = down
        for found in forms.values():
            members = np.fromiter(found, np.intp, len(found))
            for column in range(SCALE):
                unit = getattr(self.elements[found[0]], UNITS[column])
                if unit is not None:
                    self._add(column, [unit], [0], members)
        return True

    def _sort(self, column: int) -> None:
        """Sort the units of a column by their kind."""
        units: Sequence[Any] = list(map(attrgetter(UNITS[column]), self.elements))
        found = [i for i, unit in enumerate(units) if unit is not None]
        units, members = [units[i] for i in found], np.array(found, dtype=np.intp)
        if self.find is not None:
            units, members = self._set_apart_called(column, units, members)
        try:
            groups = _BY_KIND[column](units)
        except AttributeError:  # they are few, and asking each unit whether it is a composition is not cheap
            units, members = self._set_apart_composed(column, units, members)
            groups = _BY_KIND[column](units)
        if column in POSITIONS and units:
            self.offsets[column * self.size + members] = [unit.offset for unit in units]
        for found in _without_numbers(groups):
            self._add(column, units, found, members[np.fromiter(found, np.intp, len(found))])

    def _add(self, column: int, units: Sequence[Any], found: Sequence[int], members: Places) -> None:
        """Give units of one kind their place: in the template, among the draws or in a batch.

        Args:
            column: which of their elements' units they are.
            units: where they are found.
            found: where in these they stand; one stands for all where they have the same number.
            members: their elements.
        """
        unit = units[found[0]]
        if isinstance(unit.value, float) and counts_its_number(unit):
            places = column * self.size + members
            self.template[places] = self._finished(column, unit, members, _numbers([units[k] for k in found]))
            self.roles[places] = NUMBER
            return
        rule = rule_of(unit)
        if rule.reads in RANDOM:
            places = column * self.size + members
            self.roles[places] = OTHER
            self.draws += [
                (i, column, (), Draw(place, bind(getattr(self.elements[i], UNITS[column]))))
                for i, place in zip(members.tolist(), places.tolist(), strict=True)
            ]
            return
        if rule.reads not in OF_PARENT:
            self._place(column, unit, rule, members, FIRST)
            return
        levels = self.levels[members]
        counts = np.bincount(levels)
        for level in counts.nonzero()[0].tolist():
            at_level = members if counts[level] == levels.size else members[levels == level]
            if level:
                self._place(column, unit, rule, at_level, level)
            else:
                self._place(column, unit, _of_root(rule), at_level, FIRST)

    def _place(self, column: int, unit: Any, rule: Rule, members: Places, level: int) -> None:  # noqa: ANN401
        """Put units of one kind and level into the template, where they are fixed, or into a batch."""
        places = column * self.size + members
        if rule.reads in OF_ELEMENT:
            self.roles[places] = FIXED
            self.template[places] = self._finished(column, unit, members, self._of_element(rule, members))
            return
        self.roles[places] = MEASURED
        low, high = (None, None) if column in POSITIONS else (unit.min, unit.max)
        self.groups[level, column, rule].append((members, low, high))

    def _of_element(self, rule: Rule, members: Places) -> Array:
        """Return the numbers of a rule that reads nothing but the element itself."""
        if rule.reads is Reads.NOTHING:
            return np.full(members.size, rule.missing)
        if rule.reads is Reads.CONTENT:
            measured: Array = self.content[rule.side, members]
            return measured
        return np.asarray(np.maximum(self.content[0, members], self.content[1, members]))

    def _finished(self, column: int, unit: Any, members: Places, measured: Array) -> Array:  # noqa: ANN401
        """Add offsets, or keep within constraints."""
        if column in POSITIONS:
            return measured + self.offsets[column * self.size + members]
        return measured if unit.min is None and unit.max is None else within(measured, *limits(unit.min, unit.max))

    def _batch(self, column: int, rule: Rule, found: Found) -> Batch:
        """Make a batch of all units of a rule, whatever their constraints."""
        if len(found) == 1:
            members = found[0][0]
            low, high = _joined(found, self.everyone)
        else:
            members = np.concatenate([part for part, _, _ in found])
            order = members.argsort(kind="stable")
            members = members[order]
            low, high = _joined(found, order)
        return self._batch_of(rule, members, column, low=low, high=high)

    def _batch_of(
        self,
        rule: Rule,
        members: Places,
        column: int,
        *,
        low: Numbers | None = None,
        high: Numbers | None = None,
        offsets: Array | None = None,
    ) -> Batch:
        near = far = None
        if rule.reads in OF_PARENT and self.levels[members[0]]:
            parent = index_of(self.parents[members])
            near = shifted(parent, rule.side * self.size)
            far = shifted(parent, (rule.side + WIDTH) * self.size) if rule.reads is not Reads.PARENT else None
        self.reads_content = self.reads_content or rule.reads in OF_CONTENT
        index = index_of(members)
        return Batch(
            rule,
            into=shifted(index, column * self.size),
            members=index,
            near=near,
            far=far,
            low=low,
            high=high,
            offsets=offsets,
            is_position=column in POSITIONS,
        )

    # Units with strategies of the project's own.

    def _set_apart_called(self, column: int, units: Sequence[Any], members: Places) -> tuple[list[Any], Places]:
        """Put units with strategies of the project's own into batches, and return the others."""
        assert self.find is not None, "called where a project has strategies of its own"
        is_own = np.array([_has_own(unit, self.find) for unit in units], dtype=np.bool_)
        by_level: dict[int, list[int]] = defaultdict(list)
        for k in np.flatnonzero(is_own).tolist():
            if isinstance(units[k], Composition) and units[k].random_units:
                raise CannotCompileError
            by_level[int(self.levels[members[k]]) or FIRST].append(k)
        for level, found in by_level.items():
            strategies = [bound(units[k], self.find) for k in found]
            self.others.append((level, self._called(column, strategies, members[found])))
        return [unit for unit, own in zip(units, is_own, strict=True) if not own], members[~is_own]

    def _called(self, column: int, strategies: Sequence[Strategy], members: Places) -> Called:
        into = column * self.size + members
        self.roles[into] = OTHER
        contents = [self.elements[i].content for i in members.tolist()]
        return Called(strategies, into, parents=self.parents[members], contents=contents, size=self.size)

    # Compositions.

    def _set_apart_composed(self, column: int, units: Sequence[Any], members: Places) -> tuple[list[Any], Places]:
        """Put compositions into batches, and return the other units."""
        is_composed = np.array([isinstance(unit, Composition) for unit in units])
        by_form: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for k in np.flatnonzero(is_composed).tolist():
            level = int(self.levels[members[k]])
            by_form[level if _reads_parent(units[k]) and level else FIRST, bool(level), _form_of(units[k])].append(k)
        for (level, _, _), found in by_form.items():
            self.roles[column * self.size + members[found]] = OTHER
            batch = self._composed(column, [units[k] for k in found], members[found], ())
            self.others.append((level, batch))
        return [unit for unit in units if not isinstance(unit, Composition)], members[~is_composed]

    def _composed(self, column: int, units: Sequence[Composition], members: Places, path: tuple[int, ...]) -> Composed:
        first = units[0]
        parts, needs = [], []
        for number in range(len(first.parts)):
            same: list[Any] = [unit.parts[number] for unit in units]
            parts.append(self._part(column, same, members, (*path, number)))
            needs.append(self._needs(same[0], members))
        return Composed(first.how, first.weights, parts, needs, shifted(index_of(members), column * self.size))

    def _part(
        self, column: int, units: list[Any], members: Places, path: tuple[int, ...]
    ) -> Batch | Fixed | Drawn | Composed:
        """Make the batch of one part of compositions that are made alike."""
        unit = units[0]
        if isinstance(unit, Composition):
            return self._composed(column, units, members, path)
        low, high = (None, None) if column in POSITIONS else _joined_limits(units)
        offsets = np.array([unit.offset for unit in units]) if column in POSITIONS else None
        if isinstance(unit.value, float) and counts_its_number(unit):
            return Fixed(_final(_numbers(units), offsets, low, high))
        rule = rule_of(unit)
        if rule.reads in RANDOM:
            return self._drawn(column, units, members, path)
        if not self.levels[members[0]]:
            rule = _of_root(rule)
        if rule.reads in OF_ELEMENT:
            return Fixed(_final(self._of_element(rule, members), offsets, low, high))
        return self._batch_of(rule, members, column, low=low, high=high, offsets=offsets)

    def _drawn(self, column: int, units: list[Any], members: Places, path: tuple[int, ...]) -> Drawn:
        first = len(UNITS) * self.size + self.extra
        self.extra += len(units)
        for place, (i, unit) in enumerate(zip(members.tolist(), units, strict=True), start=first):
            self.draws.append((i, column, path, Draw(place, bind(unit))))
        return Drawn(np.arange(first, first + len(units), dtype=np.intp))

    def _needs(self, part: Part, members: Places) -> Needs:
        """Return what a part needs to be valid: of the context, and of its element."""
        own = {"parent": self.parents[members] >= 0, "content": self.has_content[members]}
        ways = ways_to_be_valid(part)
        everyone = np.ones(members.size, dtype=np.bool_)
        return Needs(
            [[member for member in way if member not in own] for way in ways],
            [np.logical_and.reduce([everyone, *(own[member] for member in way if member in own)]) for way in ways],
        )


def _has_own(part: Part, find: Find) -> bool:
    if isinstance(part, Composition):
        return any(_has_own(each, find) for each in part.parts)
    return find(part) is not None


def _reads_parent(part: Part) -> bool:
    if isinstance(part, Composition):
        return any(map(_reads_parent, part.parts))
    return rule_of(part).reads in OF_PARENT


def _form_of(part: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Return what parts of compositions share that are resolved in one batch."""
    if isinstance(part, Composition):
        return (part.how, part.weights, *map(_form_of, part.parts))
    number = isinstance(part.value, float) and counts_its_number(part)
    rule = rule_of(part)._replace(low=0.0, high=0.0)
    return (part.unit, "number") if number else (rule, part.unit, None if isinstance(part.value, float) else part.value)


def _numbers(units: Sequence[Any]) -> Array:
    """Return the own numbers of units; of a percentage of a scale a hundredth."""
    numbers = np.array([unit.value for unit in units])
    return numbers / 100 if units[0].unit is ScaleUnit.PERCENTAGE else numbers


def _final(numbers: Array, offsets: Array | None, low: Numbers | None, high: Numbers | None) -> Array:
    if offsets is not None:
        return numbers + offsets
    return numbers if low is None or high is None else within(numbers, low, high)


def _of_root(rule: Rule) -> Rule:
    """Return what a rule comes to where there is no parent."""
    if rule.reads is Reads.PARENT_CENTER_OR_SCENE:
        return Rule(Reads.SCENE_HALF, rule.side)
    if rule.reads in OF_PARENT and rule.reads is not Reads.PARENT_BY_SCENE:
        return Rule(Reads.NOTHING, missing=rule.missing)
    return rule


def _joined(found: Found, order: Places) -> tuple[Numbers | None, Numbers | None]:
    """Return the constraints of units that were found apart: numbers where all have the same."""
    constraints = {(low, high) for _, low, high in found}
    if constraints == {(None, None)}:
        return None, None
    if len(constraints) == 1:
        return limits(*constraints.pop())
    sizes = [part.size for part, _, _ in found]
    lows, highs = zip(*(limits(low, high) for _, low, high in found), strict=True)
    return np.repeat(lows, sizes)[order], np.repeat(highs, sizes)[order]


def _joined_limits(units: Sequence[Any]) -> tuple[Numbers | None, Numbers | None]:
    """Return the constraints of parts."""
    if all(unit.min is None and unit.max is None for unit in units):
        return None, None
    lows, highs = zip(*(limits(unit.min, unit.max) for unit in units), strict=True)
    return np.array(lows), np.array(highs)
