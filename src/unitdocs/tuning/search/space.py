"""What can be searched: settings by their place in a settings file, with the values to try."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final

from unitdocs.errors import InputError
from unitdocs.studies.sensitivity import Sensitivity, SettingEffect
from unitdocs.studies.tuning_search import SearchedSetting, Value
from unitdocs.units import SystemSettings
from unitdocs.units.refactored.cache import Policy
from unitdocs.units.refactored.settings import parse_settings

MIB: Final = 2**20
BASELINE: Final = SystemSettings(
    plan_entries=16,
    plan_bytes=64 * MIB,
    layout_entries=64,
    layout_bytes=8 * MIB,
    smallest_kept=12,
    smallest_plan=40,
    plan_at_once=500,
    elements_per_level=8,
    compiling=350,
)
"""The settings that a search and its proof compare with: the defaults before any search. They stay as they are when the
code's defaults become what was chosen, so that what was gained can still be measured."""
LEAST: Final = 0.01
"""A smaller change of time or bytes is not worth a search."""
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
        """The value before any search."""
        value: Value = flat(BASELINE)[self.place]
        return value


def _of(kind: ParameterKind, place: str, title: str, *choices: Value) -> SearchParameter:
    return SearchParameter(place, title, choices, kind)


_SIZE, _THRESHOLD, _POLICY = ParameterKind
_POLICIES = tuple(policy.value for policy in Policy)
PARAMETERS: Final = (
    _of(_SIZE, "plans.entries", "Plans kept", 0, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 256),
    _of(_SIZE, "plans.bytes", "Bytes of plans", *(size * MIB for size in (1, 2, 4, 8, 16, 64))),
    _of(_POLICY, "plans.policy", "Policy of the plans", *_POLICIES),
    _of(_SIZE, "layouts.entries", "Layouts kept", 0, 4, 8, 16, 32, 64, 96, 128, 256, 512),
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


Effects = Mapping[str, float | None]
"""By place in a settings file, the largest change that a setting made to time or bytes, as a share; None if chance may
hide one."""


def effects_of(sensitivity: Sensitivity) -> Effects:
    """Return what each setting moved in a study of sensitivity."""
    places = dict(zip((field.name for field in fields(SystemSettings)), list(flat(SystemSettings()))[1:], strict=True))
    by_place: dict[str, list[SettingEffect]] = {}
    for effect in sensitivity.effects:
        if effect.setting in places:
            by_place.setdefault(places[effect.setting], []).append(effect)
    return {place: _largest(sensitivity, effects) for place, effects in by_place.items()}


def _largest(sensitivity: Sensitivity, effects: Sequence[SettingEffect]) -> float | None:
    """Return the largest change that is certain; None if there is none and a time is not decided."""
    certain = [abs(effect.ratio - 1) for effect in effects if effect.ratio and sensitivity.matters(effect)]
    sizes = [abs(one.changed_bytes / one.default_bytes - 1) for one in effects if one.default_bytes]
    largest = max([*certain, *sizes], default=0.0)
    is_open = any(effect.outcome in (None, "inconclusive") for effect in effects)
    return None if is_open and largest <= LEAST else largest


def parameters(effects: Effects | None) -> tuple[SearchedSetting, ...]:
    """Return every setting with the values to try, or its default alone.

    Args:
        effects: what settings moved in a study of sensitivity; None without one, so that all are searched.
    """
    return tuple(_searched(parameter, effects) for parameter in PARAMETERS)


def _searched(parameter: SearchParameter, effects: Effects | None) -> SearchedSetting:
    effect = None if effects is None else effects.get(parameter.place)
    if effect is None:
        reason = "searched: it is not certain that it changes nothing"
    elif effect > LEAST:
        reason = f"searched: it changes time or bytes by up to {effect:.0%}"
    else:
        reason = f"not searched: it changes nothing by more than {LEAST:.0%}"
    choices = parameter.choices if effect is None or effect > LEAST else (parameter.default,)
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
    """Return settings: those of a point, and the baseline's of all others.

    Raises:
        InputError: a place or a value is none of a settings file.
    """
    data = BASELINE.to_json() | {"validation": validation}
    for place, value in point.items():
        group, _, member = place.rpartition(".")
        if not group:
            raise InputError(f"{place}: expected a place in a settings file, such as plans.entries")
        data[group][member] = value
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
