"""Validation: what happens if units lack members of the context.

Resolving never validates by itself: a unit that lacks a member resolves with the fallbacks of the rules. Whether a
scene lacks something depends on which members the context has, never on their numbers: an answer can be kept until the
scene changes, or a member is added or removed.
"""

import sys
import warnings
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from unitdocs.errors import InputError
from unitdocs.units.model.requirements import IsCustom, lacking_members

if TYPE_CHECKING:
    from unitdocs.units.model.context import Context
    from unitdocs.units.model.scene import Element

MOST_PROBLEMS = 10
"""How many problems of a scene are listed one by one."""


class Validation(StrEnum):
    """What happens if units lack members of the context."""

    OFF = "off"
    """Nothing is checked."""
    WARN = "warn"
    """One `ValidationWarning`; the units resolve with the fallbacks of the rules."""
    STRICT = "strict"
    """An `InputError`, before anything is resolved."""


class ValidationWarning(UserWarning):
    """Units lack members of the context, and resolve with fallbacks."""


def scene_problems(
    elements: Sequence["Element"], parents: Sequence[int], context: "Context", is_custom: IsCustom | None = None
) -> list[str]:
    """Return what a scene's units lack, one sentence a unit with its place; after ten of them the number of others.

    Args:
        elements: the elements, with the units in force.
        parents: for each the index of its parent, -1 for a root.
        context: the scene, viewport and breakpoint that it is to be resolved with; each element has its own parent and
            content.
        is_custom: recognises units with a custom strategy, whose requirements are unknown.
    """
    problems = _element_problems(elements, parents, context, is_custom)
    listed = list(islice(problems, MOST_PROBLEMS))
    more = sum(1 for _ in problems)
    return [*listed, f"and {more} more"] if more else listed


def check(mode: Validation, problems: Sequence[str]) -> None:
    """Warn of problems or raise them, as the mode says; without problems nothing happens.

    A warning is attributed to the line outside the unit system that led here.

    Raises:
        InputError: the mode is strict; the error has all the problems.
    """
    if not problems or mode is Validation.OFF:
        return
    if mode is Validation.STRICT:
        raise InputError(*problems)
    sentence = f"units lack what they need and resolve with fallbacks: {'; '.join(problems)}"
    warnings.warn(sentence, ValidationWarning, stacklevel=_frames_inside() + 1)


def _frames_inside() -> int:
    """Return how many functions of this package lie between its caller and the caller of this function, inclusive."""
    frame, count = sys._getframe(1), 0  # noqa: SLF001 -- `warnings` itself can skip files from Python 3.12 on only
    while frame.f_back is not None and frame.f_globals.get("__package__") == __package__:
        frame, count = frame.f_back, count + 1
    return count


def _element_problems(
    elements: Sequence["Element"], parents: Sequence[int], context: "Context", is_custom: IsCustom | None
) -> Iterator[str]:
    """Yield a sentence for each unit that lacks something."""
    absent = {name for name in ("scene", "viewport", "breakpoint") if getattr(context, name) is None}
    for element, parent in zip(elements, parents, strict=True):
        absent_here = absent if parent >= 0 else {*absent, "parent"}
        if element.content is None:
            absent_here = {*absent_here, "content"}
        for name in _UNITS:
            unit = getattr(element, name)
            if unit is not None and (lacking := lacking_members(unit, absent_here, is_custom)):
                yield f"element {element.id!r}, {name}: {', '.join(_REMEDIES[member] for member in lacking)}"


_REMEDIES = {
    "parent": "needs a parent and the element is a root",
    "scene": "needs the scene, give `scene`",
    "viewport": "needs the viewport, give `viewport`",
    "content": "needs content and the element has none",
    "breakpoint": "needs a breakpoint, give the scene breakpoints and a `viewport`",
}
"""For each member of a context, the sentence about a unit that lacks it."""
_UNITS = ("x", "y", "width", "height", "scale")
