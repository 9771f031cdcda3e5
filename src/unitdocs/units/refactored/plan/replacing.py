"""Replacing elements of a planned scene: the state that a plan works on afterwards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from unitdocs.units.model.context import Context, Extent
from unitdocs.units.model.scene import UNITS, Element
from unitdocs.units.model.values import Position, Scale, Size
from unitdocs.units.refactored.plan.scene_plan import DEFAULT, FIXED, HEIGHT, MEASURED, NUMBER, OTHER, WIDTH, ScenePlan
from unitdocs.units.refactored.plan.state import Array, PlanState
from unitdocs.units.refactored.strategies import CONTENT, SIZE, bind, literal_number


def replaced_state(
    plan: ScenePlan, state: PlanState, elements: Sequence[Element], changes: Mapping[int, Element]
) -> PlanState | None:
    """Return the state after elements were replaced; None if a rule changed, so that another plan is needed.

    Args:
        plan: the plan.
        state: its state before.
        elements: the elements before.
        changes: the new ones by index.
    """
    roles = plan.roles
    template = _NumbersByPlace()
    moved: list[int] = []
    offsets: list[float] = []
    refilled: list[int] = []
    for place, before, after in _changed_units(plan, elements, changes, moved, offsets, refilled):
        role = roles[place]
        if role == OTHER or not _has_same_rule(before, after):
            return None
        if type(after) is Position:
            moved.append(place)
            offsets.append(after.offset)
            if role == NUMBER:
                template.set(place, after.value + after.offset)  # type: ignore[operator]
                continue
        if role == NUMBER:
            template.set(place, literal_number(after))
        elif role != MEASURED:
            template.set(place, bind(after)(_NOWHERE.around(None, changes[place % plan.size].content)))
    content = {i: changes[i].content or Extent(CONTENT, CONTENT) for i in refilled}
    if not all(_refill(plan, i, elements[i], changes[i], template) for i in content):
        return None
    return PlanState(
        template.into(state.template),
        _NumbersByPlace(moved, offsets).into(state.offsets),
        _refilled(state.content, content),
    )


def _has_changed(one: Extent | None, other: Extent | None) -> bool:
    """Return whether contents differ. Those with a 0 count as different: 0 equals -0, but dividing by them differs."""
    return one != other or (one is not None and 0 in one)


def _changed_units(  # noqa: PLR0917 -- three lists that it fills
    plan: ScenePlan,
    elements: Sequence[Element],
    changes: Mapping[int, Element],
    moved: list[int],
    offsets: list[float],
    refilled: list[int],
) -> Iterator[tuple[int, Any, Any]]:
    """Yield of each unit that was replaced its place, the unit before and the new one.

    One at a time: tuples of all of them would make the garbage collector look at ever more objects, which took two
    thirds of an update of 10,000 of a million elements.

    Positions in a batch of which only the offset changed are handled in place: games animate these most, and a call for
    each would be a good part of the cost.

    Args:
        plan: the plan.
        elements: the elements before.
        changes: the new ones by index.
        moved: the places of such positions are added here.
        offsets: their offsets are added here.
        refilled: the indexes of elements whose content was replaced are added here.
    """
    size, roles = plan.size, plan.roles
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
                yield i, before, after
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
                yield size + i, before, after
        if new.width is not old.width:
            yield 2 * size + i, old.width, new.width
        if new.height is not old.height:
            yield 3 * size + i, old.height, new.height
        if new.scale is not old.scale:
            yield 4 * size + i, old.scale, new.scale
        if new.content is not old.content and _has_changed(new.content, old.content):
            refilled.append(i)


_NOWHERE = Context()


class _NumbersByPlace:
    """Numbers to be written, by their places."""

    def __init__(self, places: list[int] | None = None, numbers: list[float] | None = None) -> None:
        self._places = places or []
        self._numbers = numbers or []

    def set(self, place: int, number: float) -> None:
        """Add a number; the last one of a place counts."""
        self._places.append(place)
        self._numbers.append(number)

    def into(self, array: Array) -> Array:
        """Return a copy with the numbers written; the array itself if there are none."""
        if not self._places:
            return array
        array = array.copy()
        array[self._places] = self._numbers
        return array


def _refill(plan: ScenePlan, i: int, old: Element, new: Element, template: _NumbersByPlace) -> bool:
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


def _has_same_rule(before: Any, after: Any) -> bool:  # noqa: ANN401 -- units of any kind, or none
    """Return whether two units differ in nothing but numbers and offsets, so that they have the same rule."""
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
