"""Which system a session gets."""

import dataclasses
import functools
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from unitdocs.errors import InputError
from unitdocs.flags.flag import ORIGINAL, REFACTORED, Flag, Reason
from unitdocs.flags.watching import Fault, WatchedFlag
from unitdocs.settings import Settings, load

SYSTEMS = (ORIGINAL, REFACTORED)
VARIABLES = ("UNITDOCS_SYSTEM", "UNITDOCS_FLAG_FILE", "UNITDOCS_ENVIRONMENT", "UNITDOCS_SETTINGS")


class Choice(NamedTuple):
    """The system that a session gets, and why.

    Args:
        system: `original` or `refactored`, to be given to `create_system`.
        variant: the flag's variant; None if the flag did not decide.
        reason: what decided.
        flag_version: version of the flag that was in force; None if there was none.
        detail: what is wrong, or why the flag was killed; else empty.
    """

    system: str
    variant: str | None
    reason: Reason
    flag_version: int | None = None
    detail: str = ""


class SystemChooser:
    """Chooses systems by settings and by the flag that they name. Several threads may use one object.

    Args:
        settings: system, environment and flag file.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._watched = None if settings.flag_file is None else WatchedFlag(settings.flag_file)

    def choose(self, key: str, attributes: Mapping[str, object] | None = None, *, system: str | None = None) -> Choice:
        """Return which system a session gets; see `choose_system`."""
        try:
            return self._choose(key, attributes or {}, system)
        except Exception as error:  # noqa: BLE001 -- a wrong call must not end a game
            return _fault(_sentence(error))

    def _choose(self, key: str, attributes: Mapping[str, object], system: str | None) -> Choice:
        if system is not None:
            return _named(system, Reason.ARGUMENT, "system")
        state = self._watched.current() if self._watched else None
        if isinstance(state, Fault):
            return _fault(state.sentence)
        if state is not None and state.killed is not None:
            return Choice(ORIGINAL, ORIGINAL, Reason.KILLED, state.version, state.killed)
        if self.settings.system is not None:
            return _named(self.settings.system, Reason.SETTING, "the setting system")
        return Choice(ORIGINAL, None, Reason.DEFAULT) if state is None else self._by_rules(state, key, attributes)

    def _by_rules(self, flag: Flag, key: str, attributes: Mapping[str, object]) -> Choice:
        if not isinstance(key, str) or not key:
            return _fault(f"key: expected a text that identifies the session, got {key!r}", flag.version)
        environment = attributes.get("environment", self.settings.environment)
        if not isinstance(environment, str):
            return _fault(f"environment: expected a text, got {environment!r}", flag.version)
        chosen, reason = flag.choose(key, environment, time.time())
        return Choice(chosen, chosen, reason, flag.version)


def choose_system(
    key: str,
    attributes: Mapping[str, object] | None = None,
    *,
    system: str | None = None,
    file: Path | None = None,
) -> Choice:
    """Return which system a session gets. Never raises: on every fault that is the original system.

    Ask once for a session or scene, and keep the answer for its duration. What decides, in this order: `system`, a flag
    that is killed, the setting `system` (`UNITDOCS_SYSTEM`), the rules of the flag file, and if there is none, the
    original system. A flag file that is named but cannot be used makes the original active also if `UNITDOCS_SYSTEM`
    names another system: the flag may have been killed.

    A change of the flag file is in force within one second. Settings are read at the first call, and again if a
    variable that names one of them changed.

    Args:
        key: text that identifies the player or session, the same each time; it is not stored.
        attributes: `environment`, if it is not that of the settings; others are ignored.
        system: `original` or `refactored`, to decide in the code.
        file: the flag file (default: that of the settings).
    """
    try:
        chooser = _chooser(file, *map(os.environ.get, VARIABLES))
    except Exception as error:  # noqa: BLE001 -- as above
        return _named(system, Reason.ARGUMENT, "system") if system is not None else _fault(_sentence(error))
    return chooser.choose(key, attributes, system=system)


@functools.lru_cache(maxsize=64)
def _chooser(file: Path | None, *_variables: str | None) -> SystemChooser:
    """Return the chooser of the settings that the variables make.

    Raises:
        InputError: a setting is wrong. This is not remembered: the next call reads the settings again.
    """
    settings = load()
    return SystemChooser(settings if file is None else dataclasses.replace(settings, flag_file=Path(file)))


def _named(system: str, reason: Reason, place: str) -> Choice:
    if system not in SYSTEMS:
        return _fault(f"{place}: there is no unit system {system!r}; give one of {', '.join(SYSTEMS)}")
    return Choice(system, None, reason)


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"


def _fault(sentence: str, version: int | None = None) -> Choice:
    return Choice(ORIGINAL, None, Reason.FAULT, version, sentence)
