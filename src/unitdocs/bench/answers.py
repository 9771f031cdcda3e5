"""Comparison of the answers of two arms, which must be equal before anything is timed."""

import dataclasses
import enum
import reprlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from unitdocs.errors import MeasurementError

Arms = tuple[str, str]

VALUE_MODULES = frozenset({"datetime", "decimal", "fractions", "ipaddress", "pathlib", "uuid"})
"""Modules whose objects can be compared by their `repr`."""


def first_difference(control: object, treatment: object, arms: Arms, place: str = "result") -> str | None:
    """Return a description of the first difference between two answers, or None if they are equal.

    Values are equal by `==`, and NaN equals NaN. Lists, tuples, mappings, arrays and dataclasses of one type are
    compared item by item. A list equals a tuple or an array of the same items, since each arm may return the type that
    is natural to it.

    Args:
        control: the control's answer.
        treatment: the treatment's answer.
        arms: names of control and treatment, for the description.
        place: name of the answer in the description.

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


def portable(answer: object, place: str = "result") -> object:
    """Return an answer as JSON values that compare in another process as the answer does in this one.

    Args:
        answer: the answer of an arm.
        place: name of the answer in an error message.

    Raises:
        MeasurementError: the answer holds an object that cannot be compared between processes.
    """
    answer = _plain(answer)
    if isinstance(answer, enum.Enum):
        answer = answer.value
    if answer is None or isinstance(answer, (bool, int, float, str)):
        return answer
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        answer = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer) if field.compare}
    if isinstance(answer, Mapping):
        return _portable_mapping(answer, place)
    if isinstance(answer, Sequence) and not isinstance(answer, bytes):
        return [portable(item, f"{place}[{i}]") for i, item in enumerate(answer)]
    if isinstance(answer, AbstractSet):
        return sorted(map(repr, answer))
    if isinstance(answer, (bytes, complex)) or type(answer).__module__ in VALUE_MODULES:
        return repr(answer)
    raise MeasurementError(
        f"{place}: {type(answer).__qualname__} objects cannot be compared between processes; let the operation's "
        "result() return numbers, text, lists, mappings or dataclasses"
    )


def _portable_mapping(answer: Mapping[object, object], place: str) -> dict[str, object]:
    """Return a mapping with text as keys: the keys themselves if all are text, otherwise the `repr` of each."""
    is_text = all(type(key) is str for key in answer)
    return {str(key) if is_text else repr(key): portable(value, f"{place}[{key!r}]") for key, value in answer.items()}


def _plain(value: object) -> object:
    """Return arrays and NumPy scalars as Python values, without importing NumPy."""
    return value.tolist() if hasattr(value, "tolist") else value


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _of_lists(control: Sequence[object], treatment: Sequence[object], arms: Arms, place: str) -> str | None:
    if len(control) != len(treatment):
        return f"{place}: {len(control)} items ({arms[0]}), {len(treatment)} ({arms[1]})"
    for i, (one, other) in enumerate(zip(control, treatment, strict=True)):
        if one is not other and (difference := first_difference(one, other, arms, f"{place}[{i}]")):
            return difference
    return None


def _of_mappings(
    control: Mapping[object, object], treatment: Mapping[object, object], arms: Arms, place: str
) -> str | None:
    for arm, only in zip(arms, (control.keys() - treatment.keys(), treatment.keys() - control.keys()), strict=True):
        if only:
            return f"{place}: {', '.join(sorted(map(repr, only)))} only in {arm}"
    for key in control:
        if difference := first_difference(control[key], treatment[key], arms, f"{place}[{key!r}]"):
            return difference
    return None


def _of_dataclasses(control: object, treatment: object, arms: Arms, place: str) -> str | None:
    for name in (field.name for field in dataclasses.fields(control) if field.compare):  # type: ignore[arg-type]
        if difference := first_difference(getattr(control, name), getattr(treatment, name), arms, f"{place}.{name}"):
            return difference
    return None
