"""Levels of log lines by component, changed while a game runs: in code, or in a file that is read again each second.

The file has a line for each change from the default: `cache=debug`, `library=error`. A line `explain=menu/start` asks
once for an explanation of the next resolve of the scene `menu`, of its element `start`. Lines that begin with `#` are
comments. An empty file, or none, restores the defaults.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from unitdocs.errors import InputError
from unitdocs.monitoring.logs.record import LEVELS, LOGGERS, LogComponent

DEFAULTS: Final[Mapping[LogComponent, str]] = {
    component: "warning" if component is LogComponent.LIBRARY else "info" for component in LogComponent
}
EXPLAIN: Final = "explain"
INTERVAL: Final = 1.0
"""Seconds between two looks at the file."""
LARGEST_FILE: Final = 65_536
"""Bytes of a file of levels."""


@dataclass(frozen=True, slots=True)
class LevelFile:
    """What a file of levels asks for.

    Args:
        levels: levels by component; the others have their default.
        explain: elements to explain, as scene and element.
    """

    levels: Mapping[LogComponent, str] = field(default_factory=dict)
    explain: tuple[tuple[str, str], ...] = ()


def parse_levels(text: str, place: str) -> LevelFile:
    """Return what a file of levels asks for.

    Args:
        text: its content.
        place: its name, for errors.

    Raises:
        InputError: lines that are none of the above, all at once.
    """
    levels, wanted, problems = {}, [], []
    for number, line in enumerate(text.splitlines(), 1):
        name, separator, value = (part.strip() for part in line.partition("="))
        if not name or name.startswith("#"):
            continue
        where = f"{place}:{number}"
        scene, slash, element = value.partition("/")
        if name == EXPLAIN and slash and scene and element:
            wanted.append((scene, element))
        elif name == EXPLAIN:
            problems.append(f"{where}: expected explain=SCENE/ELEMENT, got {line.strip()!r}")
        elif not separator:
            problems.append(f"{where}: expected COMPONENT=LEVEL, got {line.strip()!r}")
        else:
            problems += _problems(name, value, f"{where}: ")
            levels[name] = value
    if problems:
        raise InputError(*problems)
    return LevelFile({LogComponent(name): level for name, level in levels.items()}, tuple(wanted))


def set_level(component: str, level: str) -> None:
    """Set the level of a component's log lines, from now on.

    A file of levels that changes later sets all levels again.

    Args:
        component: one of `LogComponent`.
        level: `debug`, `info`, `warning`, `error` or `critical`.

    Raises:
        InputError: the component or the level is unknown.
    """
    problems = _problems(component, level, "")
    if problems:
        raise InputError(*problems)
    logging.getLogger(LOGGERS[LogComponent(component)]).setLevel(level.upper())


def levels_now() -> dict[LogComponent, str]:
    """Return the level of each component, as it is in force."""
    loggers = {component: logging.getLogger(name) for component, name in LOGGERS.items()}
    return {name: logging.getLevelName(logger.getEffectiveLevel()).lower() for name, logger in loggers.items()}


class LevelWatch:
    """Applies a file of levels whenever its content changes. One thread uses it.

    Args:
        path: the file; it need not exist. None: levels are changed in code alone.
        explain: is called with each scene and element that the file newly asks for.
    """

    def __init__(self, path: Path | None, explain: Callable[[str, str], None]) -> None:
        self.path = path
        self._explain = explain
        self._content: bytes = b""
        self._fault = ""
        self._asked: frozenset[tuple[str, str]] = frozenset()
        self._looked_at = float("-inf")

    def look(self) -> None:
        """Read the file, at most once a second, and apply what changed.

        Raises:
            InputError: it cannot be read, or a line is wrong; the levels stay as they are. The same fault is raised
                once, until the file can be used.
        """
        now = time.monotonic()
        if self.path is None or now - self._looked_at < INTERVAL:
            return
        self._looked_at = now
        try:
            content = _content_of(self.path)
        except InputError as error:
            if str(error) != self._fault:
                self._fault = str(error)
                raise
            return
        self._fault = ""
        if content != self._content:
            self._content = content  # before it is parsed, so that a wrong file is reported once
            self._apply(parse_levels(content.decode("utf-8", "replace"), str(self.path)))

    def _apply(self, file: LevelFile) -> None:
        for component, level in {**DEFAULTS, **file.levels}.items():
            set_level(component, level)
        for wanted in sorted(set(file.explain) - self._asked):
            self._explain(*wanted)
        self._asked = frozenset(file.explain)


def _content_of(path: Path) -> bytes:
    """Return the content of a file of levels; nothing if there is none.

    Raises:
        InputError: it cannot be read, or is too large.
    """
    try:
        if not path.exists():
            return b""
        if not path.is_file():  # reading a pipe would wait for ever
            raise InputError(f"{path}: expected a file of log levels")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); levels stay as they are") from error
    if len(content) > LARGEST_FILE:
        raise InputError(f"{path}: has more than {LARGEST_FILE} bytes; expected lines such as cache=debug")
    return content


def _problems(component: str, level: str, place: str) -> list[str]:
    problems = []
    if component not in list(LogComponent):
        problems.append(f"{place}component: {component!r} is not one of {', '.join(LogComponent)}")
    if level not in LEVELS:
        problems.append(f"{place}level: {level!r} is not one of {', '.join(LEVELS)}")
    return problems
