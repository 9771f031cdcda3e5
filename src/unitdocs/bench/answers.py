"""Whether two arms give the same answer."""

from collections.abc import Mapping, Sequence


def first_difference(control: object, treatment: object, place: str = "result") -> str | None:
    """Return where two answers first differ, in words; None where they are equal.

    Equal is `==`, but NaN equals NaN; lists, tuples, mappings and arrays are walked.
    """
    control, treatment = (side.tolist() if hasattr(side, "tolist") else side for side in (control, treatment))
    if isinstance(control, Mapping) and isinstance(treatment, Mapping):
        return _of_mappings(control, treatment, place)
    if _is_list(control) and _is_list(treatment):
        return _of_lists(control, treatment, place)  # type: ignore[arg-type]
    if control == treatment or (control != control and treatment != treatment):  # noqa: PLR0124 -- NaN
        return None
    return f"{place}: {control!r} in the control, {treatment!r} in the treatment"


def _is_list(side: object) -> bool:
    return isinstance(side, Sequence) and not isinstance(side, (str, bytes))


def _of_lists(control: Sequence[object], treatment: Sequence[object], place: str) -> str | None:
    if len(control) != len(treatment):
        return f"{place}: {len(control)} items in the control, {len(treatment)} in the treatment"
    for i, (one, other) in enumerate(zip(control, treatment, strict=True)):
        if one is not other and (found := first_difference(one, other, f"{place}[{i}]")):
            return found
    return None


def _of_mappings(control: Mapping[object, object], treatment: Mapping[object, object], place: str) -> str | None:
    if control.keys() != treatment.keys():
        return f"{place}: the keys {sorted(map(repr, control.keys() ^ treatment.keys()))} are in one arm only"
    for key in control:
        if found := first_difference(control[key], treatment[key], f"{place}[{key!r}]"):
            return found
    return None
