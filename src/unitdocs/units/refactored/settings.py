"""The settings of the refactored system, and their file.

A settings file is one JSON object; a member that is absent has its default:

| member | type | meaning |
| --- | --- | --- |
| `format_version` | 1 | the version of this form |
| `plans` | object, optional | the cache of plans: `entries`, `bytes`, `policy`, `ttl` (seconds or null) |
| `layouts` | object, optional | the cache of layouts: the same, and `smallest`: elements from which on one is kept |
| `planning` | object, optional | when a scene is compiled: `smallest`, `at_once`, `per_level`, `compiling` |
| `validation` | string, optional | `off`, `warn` or `strict` |
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from unitdocs.errors import InputError
from unitdocs.units.refactored import defaults
from unitdocs.units.refactored.cache import DEFAULT_POLICY, Policy
from unitdocs.units.refactored.validation import Validation

if TYPE_CHECKING:
    from os import PathLike

FORMAT_VERSION = 1
LARGEST_FILE = defaults.MEBIBYTE
"""The most bytes of a settings file."""


@dataclass(frozen=True, slots=True)
class SystemSettings:
    """What of the refactored system can be set. No setting changes a number that it resolves.

    Args:
        plan_entries: how many plans are kept, 0 or more: one for each scene at each breakpoint.
        plan_bytes: bytes of plans that are kept at most, 1 or more; None for no limit.
        plan_policy: which plan is evicted to make room.
        plan_ttl: seconds after which a plan is made again, above 0; None for never.
        layout_entries: how many layouts are kept, 0 or more: one for each scene in each context.
        layout_bytes: bytes of layouts that are kept at most.
        layout_policy: which layout is evicted to make room.
        layout_ttl: seconds after which a layout is computed again.
        smallest_kept: elements from which on a layout is kept, 0 or more.
        smallest_plan: elements from which on a scene may be compiled to a plan, 0 or more.
        plan_at_once: elements from which on it is compiled before it is resolved for the first time, 0 or more.
        elements_per_level: elements per level of the tree from which on it may be compiled, 0 or more.
        compiling: elements, resolved through bound units, that compiling a plan costs as much as, 0 or more.
        validation: `off`, `warn` or `strict`.

    Raises:
        InputError: values that are too small, or of another type; all of them at once.
    """

    plan_entries: int = defaults.PLANS
    plan_bytes: int | None = defaults.PLAN_BYTES
    plan_policy: Policy = DEFAULT_POLICY
    plan_ttl: float | None = None
    layout_entries: int = defaults.LAYOUTS
    layout_bytes: int | None = defaults.LAYOUT_BYTES
    layout_policy: Policy = DEFAULT_POLICY
    layout_ttl: float | None = None
    smallest_kept: int = defaults.SMALLEST_KEPT
    smallest_plan: int = defaults.SMALLEST_PLAN
    plan_at_once: int = defaults.PLAN_AT_ONCE
    elements_per_level: int = defaults.ELEMENTS_PER_LEVEL
    compiling: int = defaults.COMPILING
    validation: Validation = Validation.OFF

    def __post_init__(self) -> None:
        problems = [problem for place, name in _MEMBERS.items() for problem in _problems(place, getattr(self, name))]
        if problems:
            raise InputError(*(f"settings: {problem}" for problem in problems))
        for name, kind in _WORDS.items():
            object.__setattr__(self, name, kind(getattr(self, name)))

    def to_json(self) -> dict[str, Any]:
        """Return the content of a settings file, with every member."""
        data: dict[str, Any] = {"format_version": FORMAT_VERSION}
        for place, name in _MEMBERS.items():
            group, _, member = place.rpartition(".")
            value = getattr(self, name)
            (data.setdefault(group, {}) if group else data)[member] = value.value if name in _WORDS else value
        return data


def parse_settings(data: object, where: str = "settings", repeated: "list[str] | None" = None) -> SystemSettings:
    """Return settings from the content of a settings file.

    Args:
        data: the JSON object.
        where: its name in messages.
        repeated: problems of members that are given more than once.

    Raises:
        InputError: unknown members, another version, wrong values; all of them at once.
    """
    problems = list(repeated or ())
    members = _flat(data, problems)
    version = members.pop("format_version", None)
    if isinstance(data, Mapping) and (version != FORMAT_VERSION or isinstance(version, bool)):
        problems.append(f"$.format_version: expected {FORMAT_VERSION}, got {version!r}")
    for place, value in members.items():
        if place not in _MEMBERS:
            problems.append(f"$.{place}: unknown member; there is {', '.join(_MEMBERS)}")
        else:
            problems += [f"$.{problem}" for problem in _problems(place, value)]
    if problems:
        raise InputError(*(f"{where}: {problem}" for problem in problems))
    return SystemSettings(**{_MEMBERS[place]: value for place, value in members.items()})


def read_settings(path: "PathLike[str] | str") -> SystemSettings:
    """Read a settings file.

    Raises:
        InputError: the file cannot be read, is larger than 1 MiB or not JSON, or has wrong members: all of them at
            once, each with its place.
    """
    from pathlib import Path  # noqa: PLC0415 -- most games have no settings file

    from unitdocs.units.model.json_text import read_json  # noqa: PLC0415

    path = Path(path)
    try:
        with path.open("rb") as file:  # may be endless, such as a device
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path}: cannot be read ({reason}); give the path of a settings file") from error
    if len(content) > LARGEST_FILE:
        raise InputError(f"{path}: is larger than 1 MiB, the limit of a settings file")
    try:
        data, repeated = read_json(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not a JSON file ({error}); see the settings of the unit system") from error
    return parse_settings(data, str(path), repeated)


def _flat(data: object, problems: list[str]) -> dict[str, Any]:
    """Return the members of a settings file by their place, such as `plans.entries`."""
    if not isinstance(data, Mapping):
        problems.append(f"$: expected an object, got {data!r:.80}")
        return {}
    members: dict[str, Any] = {}
    for name, value in data.items():
        if name not in _GROUPS:
            members[name] = value
        elif isinstance(value, Mapping):
            members |= {f"{name}.{member}": inner for member, inner in value.items()}
        else:
            problems.append(f"$.{name}: expected an object, got {value!r:.80}")
    return members


def _count(least: int) -> "Callable[[Any], str]":
    def expected(value: object) -> str:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return "" if is_whole and value >= least else f"a whole number, {least} or more"  # type: ignore[operator]

    return expected


def _count_or_none(value: object) -> str:
    return "" if value is None or not _count(1)(value) else "a whole number, 1 or more, or none for no limit"


def _seconds_or_none(value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_valid = value is None or (is_number and 0 < value < math.inf)  # type: ignore[operator]
    return "" if is_valid else "seconds above 0, or none for no limit"


def _word(kind: type[Policy] | type[Validation]) -> "Callable[[Any], str]":
    return lambda value: "" if value in list(kind) else f"one of {', '.join(kind)}"


_Check = Callable[[Any], str]
_CHECKS: Final[Mapping[str, _Check]] = {
    "plans.entries": _count(0),
    "plans.bytes": _count_or_none,
    "plans.policy": _word(Policy),
    "plans.ttl": _seconds_or_none,
    "layouts.entries": _count(0),
    "layouts.bytes": _count_or_none,
    "layouts.policy": _word(Policy),
    "layouts.ttl": _seconds_or_none,
    "layouts.smallest": _count(0),
    "planning.smallest": _count(0),
    "planning.at_once": _count(0),
    "planning.per_level": _count(0),
    "planning.compiling": _count(0),
    "validation": _word(Validation),
}
"""By place in a file: returns what was expected there; nothing if the value is right."""
_MEMBERS: Final = dict(zip(_CHECKS, (field.name for field in fields(SystemSettings)), strict=True))
"""By place in a file, the member of `SystemSettings`."""
_GROUPS: Final = ("plans", "layouts", "planning")
_WORDS: Final[Mapping[str, type[Policy] | type[Validation]]] = {
    "plan_policy": Policy,
    "layout_policy": Policy,
    "validation": Validation,
}


def _problems(place: str, value: object) -> list[str]:
    expected = _CHECKS[place](value)
    return [f"{place}: expected {expected}, got {value!r:.80}"] if expected else []


DEFAULT_SETTINGS: Final = SystemSettings()
"""The settings of a system that is given none."""
