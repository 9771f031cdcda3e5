"""Settings from arguments, variables and a file: which value counts, and where it came from.

An argument precedes a variable, a variable the settings file, and the file the default. Every place is checked, also
where another one precedes it, and all problems are reported at once.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from unitdocs.errors import InputError
from unitdocs.settings.model import SETTINGS, SETTINGS_VARIABLE, Setting, Settings
from unitdocs.settings.reading import content_of
from unitdocs.settings.suggestions import suggestion

LARGEST: Final = 1024 * 1024
"""Bytes of a settings file; a game must not wait for a file that is named by mistake."""
_HERE: Final = Path()


class Origin(StrEnum):
    """Where the value of a setting came from."""

    ARGUMENT = "argument"
    VARIABLE = "variable"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True)
class SettingValue:
    """The value of a setting.

    Args:
        setting: the declaration.
        value: the value.
        origin: the kind of place that it came from.
        place: that place: a variable's name, or a file with its line; empty for arguments and defaults.
    """

    setting: Setting
    value: object
    origin: Origin
    place: str = ""


@dataclass(frozen=True)
class Resolution:
    """All settings with the places of their values.

    Args:
        values: one for each setting, in the order of their declarations.
        file: the settings file; None if none was read.
    """

    values: tuple[SettingValue, ...]
    file: Path | None

    @property
    def settings(self) -> Settings:
        """The settings without their places."""
        members: dict[str, Any] = {one.setting.name: one.value for one in self.values}
        return Settings(**members)


def load(
    file: str | os.PathLike[str] | None = None, environ: Mapping[str, str] | None = None, **arguments: object
) -> Settings:
    """Return the settings of this process.

    Args:
        file: a TOML file of settings (default: the one that the variable `UNITDOCS_SETTINGS` names, if any).
        environ: the environment (default: that of the process). A variable without a text counts as not set.
        **arguments: values that precede all others, by the names of the members of `Settings`; None is no value.

    Raises:
        InputError: a value is not allowed, a name does not exist, or the file cannot be read; all problems at once.
    """
    return resolve(file, environ, **arguments).settings


def resolve(
    file: str | os.PathLike[str] | None = None, environ: Mapping[str, str] | None = None, **arguments: object
) -> Resolution:
    """Return the settings of this process with the place of each value; parameters and errors are those of `load`."""
    variables = os.environ if environ is None else environ
    problems: list[str] = []
    path = _chosen_file(file, variables)
    layers = (
        _from_arguments(arguments, problems),
        _from_variables(variables, problems),
        _from_file(path, problems, named_by_variable=file is None),
    )
    if problems:
        raise InputError(*problems)
    return Resolution(tuple(_first(setting, layers) for setting in SETTINGS), path)


_Layer = Mapping[str, SettingValue]
"""The values of one kind of place, by the names of their settings."""


def _first(setting: Setting, layers: tuple[_Layer, ...]) -> SettingValue:
    """Return the value of the first place that has one."""
    values = (layer[setting.name] for layer in layers if setting.name in layer)
    return next(values, SettingValue(setting, setting.default, Origin.DEFAULT))


def _chosen_file(file: str | os.PathLike[str] | None, variables: Mapping[str, str]) -> Path | None:
    if file is not None:
        return Path(file)
    named = variables.get(SETTINGS_VARIABLE)
    return Path(named) if named else None


def _from_arguments(arguments: Mapping[str, object], problems: list[str]) -> _Layer:
    settings = {setting.name: setting for setting in SETTINGS}
    values = {}
    for name, value in arguments.items():
        if name not in settings:
            problems.append(f"{name}: no setting has this name; {suggestion(name, settings)}")
        elif value is not None:
            try:
                checked = settings[name].kind.from_value(value, _HERE)
            except ValueError as error:
                problems.append(f"{name}: {error}")
            else:
                values[name] = SettingValue(settings[name], checked, Origin.ARGUMENT)
    return values


def _from_variables(variables: Mapping[str, str], problems: list[str]) -> _Layer:
    values = {}
    for setting in SETTINGS:
        if text := variables.get(setting.variable):
            try:
                value = setting.kind.from_text(text)
            except ValueError as error:
                problems.append(f"{setting.variable}: {error}")
            else:
                values[setting.name] = SettingValue(setting, value, Origin.VARIABLE, setting.variable)
    return values


def _from_file(path: Path | None, problems: list[str], *, named_by_variable: bool) -> _Layer:
    if path is None:
        return {}
    try:
        text = _text_of(path)
        members = _parsed(text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        place, remedy = (f"{SETTINGS_VARIABLE}: ", ", or unset the variable") if named_by_variable else ("", "")
        problems.append(f"{place}{path}: cannot be read ({reason}); give a TOML file of settings{remedy}")
        return {}
    return dict(_members_of(path, text, members, problems))


def _members_of(
    path: Path, text: str, members: Mapping[str, object], problems: list[str]
) -> Iterator[tuple[str, SettingValue]]:
    """Yield the values of a settings file, by name; its problems are added."""
    settings = {setting.key: setting for setting in SETTINGS}
    for key, member in members.items():
        place = _place(path, text, key)
        if key not in settings:
            problems.append(f"{place}: {key}: {_unknown(key, member, settings)}")
            continue
        try:
            value = settings[key].kind.from_value(member, path.parent)
        except ValueError as error:
            problems.append(f"{place}: {key}: {error}")
        else:
            yield settings[key].name, SettingValue(settings[key], value, Origin.FILE, place)


def _unknown(key: str, member: object, settings: Mapping[str, Setting]) -> str:
    """Return what is wrong with a member that is no setting."""
    if isinstance(member, dict) and any(inner in settings for inner in member):
        return "settings are written at the top of the file; remove this table's heading"
    return f"no setting has this name; {suggestion(key, settings)}"


def _text_of(path: Path) -> str:
    """Return the text of a settings file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is too large, or not a text.
    """
    content = content_of(path, LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError("it has more than 1 MiB")
    return content.decode("utf-8-sig")  # editors of Windows begin a file with a mark


def _parsed(text: str) -> Mapping[str, object]:
    """Return the members of a TOML text.

    Raises:
        ValueError: it is not TOML.
    """
    import tomllib  # noqa: PLC0415 -- a game without a settings file does not wait for it

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _place(path: Path, text: str, key: str) -> str:
    """Return a file with the line of a member, if the line begins with its name or its table's."""
    beginning = re.compile(rf"""[ \t]*(\[+[ \t]*)?["']?{re.escape(key)}["']?[ \t]*[]=.]""")
    lines = (number for number, line in enumerate(text.split("\n"), start=1) if beginning.match(line))
    number = next(lines, None)
    return str(path) if number is None else f"{path}:{number}"
