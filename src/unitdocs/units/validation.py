"""Validation: whether a context has what units need, and what happens where it does not.

Resolving never validates by itself: a unit that lacks what it needs resolves with the fallbacks of the rules. What a
unit needs depends on the unit alone, and whether a scene has it on which members the context has, never on their
numbers: an answer can be kept until the scene changes, or a member comes or goes.
"""

import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from unitdocs.errors import InputError
from unitdocs.units.composition import Composition, How
from unitdocs.units.context import Context
from unitdocs.units.values import PositionValue, ScaleValue, SizeUnit, SizeValue

if TYPE_CHECKING:
    from unitdocs.units.composition import Part, Unit
    from unitdocs.units.scene import Element

IsOwn = Callable[[Any], bool]
"""Tells whether a strategy of the project's own answers for a unit."""
MOST_PROBLEMS = 10
"""How many problems of a scene are told one by one."""


class Validation(StrEnum):
    """What happens where units lack what they need."""

    OFF = "off"
    """Nothing: nobody looks."""
    WARN = "warn"
    """One `ValidationWarning`; the fallbacks of the rules stand in."""
    STRICT = "strict"
    """An `InputError`, before anything is resolved."""


class ValidationWarning(UserWarning):
    """Units lack what they need, and resolve with fallbacks."""


def needed_member(spec: "Unit") -> str | None:
    """Return the context member without which a unit is not valid, such as `parent`; None where it needs none.

    A unit that starts with `parent-`, `scene-` or `viewport-` needs that member, whatever its value, but for the sizes
    `parent-min`, `parent-max`, `scene-min` and `scene-max`. Otherwise the value decides.
    """
    member = spec.unit.partition("-")[0]
    if member in _BY_UNIT and spec.unit not in _IGNORED_IN_SIZES:
        return member
    if spec.value in _CONTENT_VALUES:
        return "content"
    return "breakpoint" if spec.value is ScaleValue.BREAKPOINT_SCALE else None


def needed_members(spec: "Part") -> tuple[str, ...]:
    """Return the context members that a unit or a composition may need, each once, in the order of its parts.

    With all of them it is valid. A `priority` whose last part needs none, needs none: that part stands in.
    """
    if not isinstance(spec, Composition):
        member = needed_member(spec)
        return () if member is None else (member,)
    if spec.how is How.PRIORITY and not needed_members(spec.parts[-1]):
        return ()
    return tuple(dict.fromkeys(member for part in spec.parts for member in needed_members(part)))


def ways_to_be_valid(spec: "Part") -> list[tuple[str, ...]]:
    """Return the sets of context members with any of which a unit or a composition is valid, each sorted."""
    if not isinstance(spec, Composition):
        member = needed_member(spec)
        return [() if member is None else (member,)]
    ways = [ways_to_be_valid(part) for part in spec.parts]
    if spec.how is How.PRIORITY:
        return sorted({way for of_part in ways for way in of_part})
    joined: set[tuple[str, ...]] = {()}
    for of_part in ways:  # at most one for each subset of the members, however many parts there are
        joined = {tuple(sorted({*way, *more})) for way in joined for more in of_part}
    return sorted(joined)


def is_valid(spec: "Part", context: Context, is_own: IsOwn | None = None) -> bool:
    """Tell whether a context has what a unit or a composition needs: all of its parts, for `priority` any of them."""
    return not _lacking(spec, {name for name in _LACKS if getattr(context, name) is None}, is_own)


def problems(
    elements: Sequence["Element"], parents: Sequence[int], context: Context, is_own: IsOwn | None = None
) -> list[str]:
    """Return what a scene's units lack, one sentence a unit with its place; after ten of them how many more there are.

    Args:
        elements: the elements, with the units in force.
        parents: for each the index of its parent, -1 for a root.
        context: the scene, viewport and breakpoint that it is to be resolved with; an element's parent and content are
            its own.
        is_own: tells which units a strategy of the project's own answers for: nobody knows what those need.
    """
    found = _problems(elements, parents, context, is_own)
    told = list(islice(found, MOST_PROBLEMS))
    more = sum(1 for _ in found)
    return [*told, f"and {more} more"] if more else told


def check(mode: Validation, problems: Sequence[str]) -> None:
    """Do what the mode says about problems; nothing where there are none.

    A warning is attributed to the line outside the unit system that led here.

    Raises:
        InputError: the mode is strict; it carries all the problems.
    """
    if not problems or mode is Validation.OFF:
        return
    if mode is Validation.STRICT:
        raise InputError(*problems)
    sentence = f"units lack what they need, fallbacks stand in: {'; '.join(problems)}"
    warnings.warn(sentence, ValidationWarning, stacklevel=_frames_inside() + 1)


def _frames_inside() -> int:
    """Return how many functions of the unit system lie between its caller and the caller of this function, counted."""
    frame, count = sys._getframe(1), 0  # noqa: SLF001 -- `warnings` itself can skip files from Python 3.12 on alone
    while frame.f_back is not None and frame.f_globals.get("__package__") == __package__:
        frame, count = frame.f_back, count + 1
    return count


def _problems(
    elements: Sequence["Element"], parents: Sequence[int], context: Context, is_own: IsOwn | None
) -> Iterator[str]:
    absent = {name for name in ("scene", "viewport", "breakpoint") if getattr(context, name) is None}
    for element, parent in zip(elements, parents, strict=True):
        own = absent if parent >= 0 else {*absent, "parent"}
        if element.content is None:
            own = {*own, "content"}
        for name in _UNITS:
            unit = getattr(element, name)
            if unit is not None and (lacking := _lacking(unit, own, is_own)):
                yield f"element {element.id!r}, {name}: {', '.join(_LACKS[member] for member in lacking)}"


def _lacking(spec: "Part", absent: Collection[str], is_own: IsOwn | None) -> tuple[str, ...]:
    """Return the members that a unit needs and that are absent, each once."""
    if not isinstance(spec, Composition):
        member = None if is_own is not None and is_own(spec) else needed_member(spec)
        return () if member is None or member not in absent else (member,)
    if spec.how is How.PRIORITY:  # a part is chosen by what its unit needs, whoever answers for it; else it is the last
        lacking = [_lacking(part, absent, None) for part in spec.parts]
        if () in lacking or not _lacking(spec.parts[-1], absent, is_own):
            return ()
    else:
        lacking = [_lacking(part, absent, is_own) for part in spec.parts]
    return tuple(dict.fromkeys(member for part in lacking for member in part))


_LACKS = {
    "parent": "needs a parent and the element is a root",
    "scene": "needs the scene, give `scene`",
    "viewport": "needs the viewport, give `viewport`",
    "content": "needs content and the element has none",
    "breakpoint": "needs a breakpoint, give the scene breakpoints and a `viewport`",
}
"""By context member, what is said where it is absent."""
_UNITS = ("x", "y", "width", "height", "scale")
_BY_UNIT = ("parent", "scene", "viewport")
_IGNORED_IN_SIZES = (SizeUnit.PARENT_MIN, SizeUnit.PARENT_MAX, SizeUnit.SCENE_MIN, SizeUnit.SCENE_MAX)
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
