"""Whether two arms give the same answer."""

import dataclasses
import reprlib
from collections.abc import Mapping, Sequence

Arms = tuple[str, str]


def first_difference(control: object, treatment: object, arms: Arms, place: str = "result") -> str | None:
    """Return where two answers first differ, in words; None where they are equal.

    Equal is `==`, but NaN equals NaN. Lists, tuples, mappings, arrays and dataclasses of one type are walked; a list
    equals a tuple or an array of the same items, since each arm may return what is natural to it.

    Args:
        control: what the control answers.
        treatment: what the treatment answers.
        arms: names of both, for the message.
        place: what the message calls the answer.

    Example:
        first_difference([1, 2], [1, 3], ("old", "new")) is "result[1]: 2 (old), 3 (new)".
    """
    control, treatment = _plain(control), _plain(treatment)
    if isinstance(control, Mapping) and isinstance(treatment, Mapping):
        return _of_mappings(control, treatment, arms, place)
    if _is_list(control) and _is_list(treatment):
        return _of_lists(control, treatment, arms, place)  # type: ignore[arg-type]
    if dataclasses.is_dataclass(control) and type(control) is type(treatment):
        return _of_dataclasses(control, treatment, arms, place)
    if control == treatment or (control != control and treatment != treatment):  # noqa: PLR0124 -- NaN
        return None
    return f"{place}: {reprlib.repr(control)} ({arms[0]}), {reprlib.repr(treatment)} ({arms[1]})"


def _plain(side: object) -> object:
    """Return what NumPy holds as plain Python values, without importing NumPy."""
    return side.tolist() if hasattr(side, "tolist") else side


def _is_list(side: object) -> bool:
    return isinstance(side, Sequence) and not isinstance(side, (str, bytes))


def _of_lists(control: Sequence[object], treatment: Sequence[object], arms: Arms, place: str) -> str | None:
    if len(control) != len(treatment):
        return f"{place}: {len(control)} items ({arms[0]}), {len(treatment)} ({arms[1]})"
    for i, (one, other) in enumerate(zip(control, treatment, strict=True)):
        if one is not other and (found := first_difference(one, other, arms, f"{place}[{i}]")):
            return found
    return None


def _of_mappings(
    control: Mapping[object, object], treatment: Mapping[object, object], arms: Arms, place: str
) -> str | None:
    for arm, only in zip(arms, (control.keys() - treatment.keys(), treatment.keys() - control.keys()), strict=True):
        if only:
            return f"{place}: {', '.join(sorted(map(repr, only)))} only in {arm}"
    for key in control:
        if found := first_difference(control[key], treatment[key], arms, f"{place}[{key!r}]"):
            return found
    return None


def _of_dataclasses(control: object, treatment: object, arms: Arms, place: str) -> str | None:
    for name in (field.name for field in dataclasses.fields(control) if field.compare):  # type: ignore[arg-type]
        if found := first_difference(getattr(control, name), getattr(treatment, name), arms, f"{place}.{name}"):
            return found
    return None
