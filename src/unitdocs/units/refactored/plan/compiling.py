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

from unitdocs.units.model.composition import Composition, Part
from unitdocs.units.model.requirements import sufficient_members
from unitdocs.units.model.scene import UNITS, Element
from unitdocs.units.model.values import Position, ScaleUnit, Size
from unitdocs.units.refactored.bound_units import FindCustom, bind_part
from unitdocs.units.refactored.plan.batches import (
    OF_CONTENT,
    AnyBatch,
    Batch,
    Called,
    Composed,
    Drawn,
    Fixed,
    Numbers,
    PartRequirements,
    greatest,
    index_of,
    limits,
    shifted,
    within,
)
from unitdocs.units.refactored.plan.scene_plan import (
    DEFAULT,
    FIXED,
    MEASURED,
    NUMBER,
    OTHER,
    SCALE,
    WIDTH,
    Draw,
    ScenePlan,
    X,
    Y,
)
from unitdocs.units.refactored.plan.state import Array, Places, PlanState
from unitdocs.units.refactored.strategies import CONTENT, SIZE, Reads, Strategy, UnitRule, bind, rule_of, uses_literal

OF_PARENT = {Reads.PARENT, Reads.PARENT_FAR, Reads.PARENT_CENTER, Reads.PARENT_CENTER_OR_SCENE, Reads.PARENT_BY_SCENE}
OF_ELEMENT = {Reads.NOTHING, Reads.CONTENT, Reads.CONTENT_MAX}
RANDOM = {Reads.RANDOM_BETWEEN, Reads.RANDOM_ON_SURFACE}
FIRST = -1  # the level of what does not read a parent
POSITIONS = (X, Y)
SAMPLE = 64
"""Elements that are examined first, to estimate whether many of a scene have the same form."""

Group = list[tuple[Places, float | None, float | None]]
"""Units of one rule: their elements and constraints, one entry for those that share constraints."""


class CannotCompileError(Exception):
    """No plan resolves a scene in the order in which its random numbers are drawn."""


def compile_scene(
    elements: Sequence[Element], parents: Sequence[int], levels: Sequence[int], find: FindCustom | None = None
) -> tuple[ScenePlan, PlanState]:
    """Compile a scene.

    Args:
        elements: the elements, with the units in force.
        parents: for each the index of its parent, -1 for a root.
        levels: for each how many elements it is inside of, 0 for a root.
        find: finds custom strategies; None if there are none.

    Raises:
        CannotCompileError: a composition mixes random parts with custom strategies.
    """
    with np.errstate(all="ignore"):  # infinity less infinity is NaN here, not an accident
        return _Compiler(elements, parents, levels, find).compile()


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
"""Sort the units of a column by everything except literal numbers and offsets."""


def _sort_by_form(
    elements: Iterable[tuple[int, Element]], groups: Groups, across: list[float], down: list[float]
) -> None:
    """Sort elements by their positions and sizes, including numbers, and collect their offsets."""
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
    """Return the groups; those that differ only in the units' literal number are joined."""
    joined: Groups = defaultdict(list)
    for key, group in groups.items():
        joined[(key[0], float, *key[2:]) if isinstance(key[1], float) else key] += group
    return [sorted(group) for group in joined.values()]  # in one pass if it is sorted already


# Placeholders for absent units while elements are sorted by form: objects of the classes of units, since Python reads
# attributes of objects of one class faster than of several. Their unit is None, which no other unit has.
_NO_POSITION = Position("pixel", 0.0)
_NO_SIZE = Size("pixel", 0.0)
object.__setattr__(_NO_POSITION, "unit", None)
object.__setattr__(_NO_SIZE, "unit", None)


class _Compiler:
    """Sorts the units of one scene into a template, draws and batches."""

    def __init__(
        self, elements: Sequence[Element], parents: Sequence[int], levels: Sequence[int], find: FindCustom | None
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
        self.groups: dict[tuple[int, int, UnitRule], Group] = defaultdict(list)
        self.others: list[tuple[int, AnyBatch]] = []

    def compile(self) -> tuple[ScenePlan, PlanState]:
        """Return the plan, and the state that it works on first."""
        columns = [SCALE] if self._sort_by_form() else range(len(UNITS))  # few elements have a scale
        for column in columns:
            self._sort(column)
        batches = [(level, self._batch(column, rule, group)) for (level, column, rule), group in self.groups.items()]
        in_order = sorted([*batches, *self.others], key=lambda pair: pair[0])
        draws = [draw for *_, draw in sorted(self.draws, key=lambda drawn: drawn[:3])]
        plan = ScenePlan(self.size, self.parents, [batch for _, batch in in_order], draws, self.roles.tobytes())
        template = np.concatenate([self.template, np.zeros(self.extra)]) if self.extra else self.template
        return plan, PlanState(template, self.offsets, self.content if self.reads_content else None)

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
        """Sort whole elements by what their units share, offsets excepted; return whether that was done.

        It is faster if many elements have the same form, as slots and rows have.
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
        except AttributeError:  # a composition, which has no `unit`
            return False
        self.offsets[: self.size] = across
        self.offsets[self.size :] = down
        for indexes in forms.values():
            members = np.fromiter(indexes, np.intp, len(indexes))
            for column in range(SCALE):
                unit = getattr(self.elements[indexes[0]], UNITS[column])
                if unit is not None:
                    self._add(column, [unit], [0], members)
        return True

    def _sort(self, column: int) -> None:
        """Sort the units of a column by their kind."""
        units: Sequence[Any] = list(map(attrgetter(UNITS[column]), self.elements))
        present = [i for i, unit in enumerate(units) if unit is not None]
        units, members = [units[i] for i in present], np.array(present, dtype=np.intp)
        if self.find is not None:
            units, members = self._set_apart_called(column, units, members)
        try:
            groups = _BY_KIND[column](units)
        except AttributeError:  # a composition; they are few, and testing every unit is not cheap
            units, members = self._set_apart_composed(column, units, members)
            groups = _BY_KIND[column](units)
        if column in POSITIONS and units:
            self.offsets[column * self.size + members] = [unit.offset for unit in units]
        for chosen in _without_numbers(groups):
            self._add(column, units, chosen, members[np.fromiter(chosen, np.intp, len(chosen))])

    def _add(self, column: int, units: Sequence[Any], chosen: Sequence[int], members: Places) -> None:
        """Add units of one sort to the template, the draws or a batch.

        Args:
            column: which of their elements' units they are.
            units: these units, among others.
            chosen: their indexes in `units`; one is enough if all have the same number.
            members: their elements.
        """
        unit = units[chosen[0]]
        if isinstance(unit.value, float) and uses_literal(unit):
            places = column * self.size + members
            self.template[places] = self._finished(column, unit, members, _numbers([units[k] for k in chosen]))
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

    def _place(self, column: int, unit: Any, rule: UnitRule, members: Places, level: int) -> None:  # noqa: ANN401
        """Add units of one sort and level to the template if their numbers are fixed, else to a batch."""
        places = column * self.size + members
        if rule.reads in OF_ELEMENT:
            self.roles[places] = FIXED
            self.template[places] = self._finished(column, unit, members, self._of_element(rule, members))
            return
        self.roles[places] = MEASURED
        low, high = (None, None) if column in POSITIONS else (unit.min, unit.max)
        self.groups[level, column, rule].append((members, low, high))

    def _of_element(self, rule: UnitRule, members: Places) -> Array:
        """Return the numbers of a rule that reads only the element itself."""
        if rule.reads is Reads.NOTHING:
            return np.full(members.size, rule.missing)
        if rule.reads is Reads.CONTENT:
            measured: Array = self.content[rule.side, members]
            return measured
        return np.asarray(greatest(self.content[0, members], self.content[1, members]))

    def _finished(self, column: int, unit: Any, members: Places, measured: Array) -> Array:  # noqa: ANN401
        """Add offsets, or apply constraints."""
        if column in POSITIONS:
            return measured + self.offsets[column * self.size + members]
        return measured if unit.min is None and unit.max is None else within(measured, *limits(unit.min, unit.max))

    def _batch(self, column: int, rule: UnitRule, group: Group) -> Batch:
        """Return the batch of all units of a rule, with any constraints."""
        if len(group) == 1:
            members = group[0][0]
            low, high = _joined(group, self.everyone)
        else:
            members = np.concatenate([part for part, _, _ in group])
            order = members.argsort(kind="stable")
            members = members[order]
            low, high = _joined(group, order)
        return self._batch_of(rule, members, column, low=low, high=high)

    def _batch_of(
        self,
        rule: UnitRule,
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

    # Units with custom strategies.

    def _set_apart_called(self, column: int, units: Sequence[Any], members: Places) -> tuple[list[Any], Places]:
        """Put units with custom strategies into batches, and return the others."""
        assert self.find is not None, "called only if there are custom strategies"
        is_custom = np.array([_has_custom(unit, self.find) for unit in units], dtype=np.bool_)
        by_level: dict[int, list[int]] = defaultdict(list)
        for k in np.flatnonzero(is_custom).tolist():
            if isinstance(units[k], Composition) and units[k].random_units:
                raise CannotCompileError
            by_level[int(self.levels[members[k]]) or FIRST].append(k)
        for level, indexes in by_level.items():
            strategies = [bind_part(units[k], self.find) for k in indexes]
            self.others.append((level, self._called(column, strategies, members[indexes])))
        return [unit for unit, custom in zip(units, is_custom, strict=True) if not custom], members[~is_custom]

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
        for (level, _, _), indexes in by_form.items():
            self.roles[column * self.size + members[indexes]] = OTHER
            batch = self._composed(column, [units[k] for k in indexes], members[indexes], ())
            self.others.append((level, batch))
        return [unit for unit in units if not isinstance(unit, Composition)], members[~is_composed]

    def _composed(self, column: int, units: Sequence[Composition], members: Places, path: tuple[int, ...]) -> Composed:
        first = units[0]
        parts, requirements = [], []
        for number in range(len(first.parts)):
            same: list[Any] = [unit.parts[number] for unit in units]
            parts.append(self._part(column, same, members, (*path, number)))
            requirements.append(self._requirements(same[0], members))
        return Composed(first.how, first.weights, parts, requirements, shifted(index_of(members), column * self.size))

    def _part(
        self, column: int, units: list[Any], members: Places, path: tuple[int, ...]
    ) -> Batch | Fixed | Drawn | Composed:
        """Return the batch of one part of compositions of one form."""
        unit = units[0]
        if isinstance(unit, Composition):
            return self._composed(column, units, members, path)
        low, high = (None, None) if column in POSITIONS else _joined_limits(units)
        offsets = np.array([unit.offset for unit in units]) if column in POSITIONS else None
        if isinstance(unit.value, float) and uses_literal(unit):
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

    def _requirements(self, part: Part, members: Places) -> PartRequirements:
        """Return what a part needs to be valid: of the context, and of its element."""
        has = {"parent": self.parents[members] >= 0, "content": self.has_content[members]}
        alternatives = sufficient_members(part)
        everyone = np.ones(members.size, dtype=np.bool_)
        return PartRequirements(
            [[member for member in needed if member not in has] for needed in alternatives],
            [
                np.logical_and.reduce([everyone, *(has[member] for member in needed if member in has)])
                for needed in alternatives
            ],
        )


def _has_custom(part: Part, find: FindCustom) -> bool:
    if isinstance(part, Composition):
        return any(_has_custom(each, find) for each in part.parts)
    return find(part) is not None


def _reads_parent(part: Part) -> bool:
    if isinstance(part, Composition):
        return any(map(_reads_parent, part.parts))
    return rule_of(part).reads in OF_PARENT


def _form_of(part: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Return a key that is the same for parts of compositions that one batch resolves."""
    if isinstance(part, Composition):
        return (part.how, part.weights, *map(_form_of, part.parts))
    number = isinstance(part.value, float) and uses_literal(part)
    rule = rule_of(part)._replace(low=0.0, high=0.0)
    return (part.unit, "number") if number else (rule, part.unit, None if isinstance(part.value, float) else part.value)


def _numbers(units: Sequence[Any]) -> Array:
    """Return the literal numbers of units; those of a scale in percent divided by 100."""
    numbers = np.array([unit.value for unit in units])
    return numbers / 100 if units[0].unit is ScaleUnit.PERCENTAGE else numbers


def _final(numbers: Array, offsets: Array | None, low: Numbers | None, high: Numbers | None) -> Array:
    if offsets is not None:
        return numbers + offsets
    return numbers if low is None or high is None else within(numbers, low, high)


def _of_root(rule: UnitRule) -> UnitRule:
    """Return the rule that a rule is equal to without a parent."""
    if rule.reads is Reads.PARENT_CENTER_OR_SCENE:
        return UnitRule(Reads.SCENE_HALF, rule.side)
    if rule.reads in OF_PARENT and rule.reads is not Reads.PARENT_BY_SCENE:
        return UnitRule(Reads.NOTHING, missing=rule.missing)
    return rule


def _joined(group: Group, order: Places) -> tuple[Numbers | None, Numbers | None]:
    """Return the constraints of a group: two numbers if all its units have the same, else arrays."""
    constraints = {(low, high) for _, low, high in group}
    if constraints == {(None, None)}:
        return None, None
    if len(constraints) == 1:
        return limits(*constraints.pop())
    sizes = [part.size for part, _, _ in group]
    lows, highs = zip(*(limits(low, high) for _, low, high in group), strict=True)
    return np.repeat(lows, sizes)[order], np.repeat(highs, sizes)[order]


def _joined_limits(units: Sequence[Any]) -> tuple[Numbers | None, Numbers | None]:
    """Return the constraints of parts."""
    if all(unit.min is None and unit.max is None for unit in units):
        return None, None
    lows, highs = zip(*(limits(unit.min, unit.max) for unit in units), strict=True)
    return np.array(lows), np.array(highs)
