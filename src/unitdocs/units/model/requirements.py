"""Requirements: which members of a context a unit needs to be valid.

A unit that lacks one resolves with the fallbacks of the rules. What it needs depends on the unit alone, never on the
numbers of a context.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from unitdocs.units.model.calls import MISUSE, check_call
from unitdocs.units.model.composition import Composition, How
from unitdocs.units.model.values import PositionValue, ScaleValue, SizeUnit, SizeValue

if TYPE_CHECKING:
    from unitdocs.units.model.composition import Part, Unit
    from unitdocs.units.model.context import Context

IsCustom = Callable[[Any], bool]
"""Returns whether a custom strategy resolves a unit; the requirements of custom strategies are unknown."""

MEMBERS = ("parent", "scene", "viewport", "content", "breakpoint")
"""The members of a context that units may need."""


def needed_member(spec: "Unit") -> str | None:
    """Return the context member without which a unit is not valid, such as `parent`; None if it needs none.

    A unit that starts with `parent-`, `scene-` or `viewport-` needs that member, whatever its value, except for the
    sizes `parent-min`, `parent-max`, `scene-min` and `scene-max`. For all other units the value decides.
    """
    member = spec.unit.partition("-")[0]
    if member in _NAMED_BY_UNITS and spec.unit not in _CONSTANT_SIZES:
        return member
    if spec.value in _CONTENT_VALUES:
        return "content"
    return "breakpoint" if spec.value is ScaleValue.BREAKPOINT_SCALE else None


def needed_members(spec: "Part") -> tuple[str, ...]:
    """Return the context members that a unit or a composition may need, each once, in the order of its parts.

    With all of them it is valid. A `priority` whose last part needs none, needs none: that part is its fallback.
    """
    if not isinstance(spec, Composition):
        member = needed_member(spec)
        return () if member is None else (member,)
    if spec.how is How.PRIORITY and not needed_members(spec.parts[-1]):
        return ()
    return tuple(dict.fromkeys(member for part in spec.parts for member in needed_members(part)))


def sufficient_members(spec: "Part") -> list[tuple[str, ...]]:
    """Return the sets of context members each of which makes a unit or a composition valid; every set is sorted."""
    if not isinstance(spec, Composition):
        member = needed_member(spec)
        return [() if member is None else (member,)]
    sets_by_part = [sufficient_members(part) for part in spec.parts]
    if spec.how is How.PRIORITY:
        return sorted({members for sets in sets_by_part for members in sets})
    joined: set[tuple[str, ...]] = {()}
    for sets in sets_by_part:  # at most one for each subset of the members, however many parts there are
        joined = {tuple(sorted({*members, *more})) for members in joined for more in sets}
    return sorted(joined)


def is_valid(spec: "Part", context: "Context", is_custom: IsCustom | None = None) -> bool:
    """Return whether a context has what a unit needs, or all parts of a composition; for `priority` one part is enough.

    Args:
        spec: the unit or the composition.
        context: what it is resolved against.
        is_custom: recognises units with a custom strategy; None if there are none.

    Raises:
        InputError: the context is not a Context.
    """
    try:
        absent = {name for name in MEMBERS if getattr(context, name) is None}
    except MISUSE:
        check_call(context)
        raise
    return not lacking_members(spec, absent, is_custom)


def lacking_members(spec: "Part", absent: Collection[str], is_custom: IsCustom | None) -> tuple[str, ...]:
    """Return the members that a unit or a composition needs and a context lacks, each once.

    Args:
        spec: the unit or the composition.
        absent: the members that the context lacks.
        is_custom: recognises units with a custom strategy; None if there are none.
    """
    if not isinstance(spec, Composition):
        member = None if is_custom is not None and is_custom(spec) else needed_member(spec)
        return () if member is None or member not in absent else (member,)
    if spec.how is How.PRIORITY:  # a part is chosen by its unit's needs, custom or not; without a choice it is the last
        lacking = [lacking_members(part, absent, None) for part in spec.parts]
        if () in lacking or not lacking_members(spec.parts[-1], absent, is_custom):
            return ()
    else:
        lacking = [lacking_members(part, absent, is_custom) for part in spec.parts]
    return tuple(dict.fromkeys(member for part in lacking for member in part))


_NAMED_BY_UNITS = ("parent", "scene", "viewport")
_CONSTANT_SIZES = (SizeUnit.PARENT_MIN, SizeUnit.PARENT_MAX, SizeUnit.SCENE_MIN, SizeUnit.SCENE_MAX)
_CONTENT_VALUES = (
    SizeValue.CONTENT,
    SizeValue.INTRINSIC,
    PositionValue.CONTENT_LEFT,
    PositionValue.CONTENT_TOP,
    PositionValue.CONTENT_RIGHT,
    PositionValue.CONTENT_BOTTOM,
    ScaleValue.CONTENT_SCALE,
    ScaleValue.INTRINSIC_SCALE,
)
