"""What can be searched: settings by their place in a settings file, with the values to try."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from unitdocs.errors import InputError
from unitdocs.studies.tuning_search import SearchedSetting, Value
from unitdocs.units import SystemSettings
from unitdocs.units.refactored.cache import Policy
from unitdocs.units.refactored.settings import parse_settings

MIB: Final = 2**20
Point = Mapping[str, Value]
"""A value of each searched setting, by its place in a settings file."""


class ParameterKind(Enum):
    """What the counts of a session say of a setting."""

    SIZE = "size"
    """How much a cache keeps: more hits and fewer bytes are better, and nothing else changes."""
    THRESHOLD = "threshold"
    """Which way a scene is resolved: the number of scenes resolved each way is counted."""
    POLICY = "policy"
    """How an entry is chosen: what that takes is not counted."""


@dataclass(frozen=True)
class SearchParameter:
    """A setting that can be searched.

    Args:
        place: its place in a settings file.
        title: what it is, for readers.
        choices: the values to try, in order if they are numbers; the default is one of them.
        kind: what counts say of it.
    """

    place: str
    title: str
    choices: tuple[Value, ...]
    kind: "ParameterKind"

    @property
    def default(self) -> Value:
        """The default of the setting."""
        value: Value = flat(SystemSettings())[self.place]
        return value


def _of(kind: ParameterKind, place: str, title: str, *choices: Value) -> SearchParameter:
    return SearchParameter(place, title, choices, kind)


_SIZE, _THRESHOLD, _POLICY = ParameterKind
_POLICIES = tuple(policy.value for policy in Policy)
PARAMETERS: Final = (
    _of(_SIZE, "plans.entries", "Plans kept", 0, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128),
    _of(_SIZE, "plans.bytes", "Bytes of plans", *(size * MIB for size in (1, 2, 4, 8, 16, 64))),
    _of(_POLICY, "plans.policy", "Policy of the plans", *_POLICIES),
    _of(_SIZE, "layouts.entries", "Layouts kept", 0, 4, 8, 16, 32, 64, 96, 128, 256),
    _of(_SIZE, "layouts.bytes", "Bytes of layouts", MIB // 4, MIB // 2, *(size * MIB for size in (1, 2, 8))),
    _of(_POLICY, "layouts.policy", "Policy of the layouts", *_POLICIES),
    _of(_THRESHOLD, "layouts.smallest", "Smallest scene whose layouts are kept", 4, 6, 8, 12, 16, 24, 40),
    _of(_THRESHOLD, "planning.smallest", "Smallest scene that is compiled", 20, 30, 40, 60, 80),
    _of(_THRESHOLD, "planning.at_once", "Smallest scene that is compiled at once", 125, 250, 500, 1000, 2000),
    _of(_THRESHOLD, "planning.per_level", "Elements a level from which on a scene is compiled", 4, 6, 8, 12, 16),
    _of(_THRESHOLD, "planning.compiling", "Elements that compiling costs as much as", 90, 175, 350, 700, 1400),
)
"""Every setting that can be searched. The times to live are not: a kept plan or layout never becomes wrong with age, so
a limit can only lose hits. Validation is not either: what must be checked is a requirement of an environment."""


def parameters(effects: Mapping[str, float] | None, least: float = 0.01) -> tuple[SearchedSetting, ...]:
    """Return every setting with the values to try, or its default alone.

    Args:
        effects: by place, the largest change that a setting made to time or bytes in a study of sensitivity, as a
            share; None if there is no such study, so that all are searched.
        least: a smaller change is not worth a search.
    """
    return tuple(_searched(parameter, effects, least) for parameter in PARAMETERS)


def _searched(parameter: SearchParameter, effects: Mapping[str, float] | None, least: float) -> SearchedSetting:
    effect = None if effects is None else effects.get(parameter.place, 0.0)
    if effects is None:
        reason = "searched: its sensitivity was not measured"
    elif effect is not None and effect > least:
        reason = f"searched: it changes time or bytes by up to {effect:.1%}"
    else:
        reason = f"not searched: it changes nothing by more than {least:.0%}"
    choices = parameter.choices if reason.startswith("searched") else (parameter.default,)
    return SearchedSetting(
        place=parameter.place, title=parameter.title, default=parameter.default, choices=choices, reason=reason
    )


def flat(settings: SystemSettings) -> dict[str, Any]:
    """Return settings by their place in a settings file, such as `plans.entries`."""
    places: dict[str, Any] = {}
    for name, value in settings.to_json().items():
        if isinstance(value, Mapping):
            places |= {f"{name}.{member}": inner for member, inner in value.items()}
        else:
            places[name] = value
    return places


def settings_of(point: Point, validation: str = "off") -> SystemSettings:
    """Return settings: those of a point, and the defaults of all others.

    Raises:
        InputError: a place or a value is none of a settings file.
    """
    data: dict[str, Any] = {"format_version": 1, "validation": validation}
    for place, value in point.items():
        group, _, member = place.rpartition(".")
        if not group:
            raise InputError(f"{place}: expected a place in a settings file, such as plans.entries")
        data.setdefault(group, {})[member] = value
    return parse_settings(data, "the chosen settings")


def uncounted(point: Point) -> dict[str, Value]:
    """Return the values of which counts say nothing.

    Two points that agree in them and in the counts of a session do the same work there.
    """
    return _values(point, {ParameterKind.POLICY})


def unsized(point: Point) -> dict[str, Value]:
    """Return the values that are no sizes: of two points that agree in them, the one with more hits needs less time."""
    return _values(point, {ParameterKind.POLICY, ParameterKind.THRESHOLD})


def _values(point: Point, kinds: set[ParameterKind]) -> dict[str, Value]:
    places = {parameter.place for parameter in PARAMETERS if parameter.kind in kinds}
    return {place: value for place, value in point.items() if place in places}


def defaults(settings: Iterable[SearchedSetting]) -> dict[str, Value]:
    """Return the default of each setting that is searched."""
    return {one.place: one.default for one in settings if one.is_searched}
