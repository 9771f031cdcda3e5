"""Logs: JSON lines of one schema on standard error, of unitdocs, of the game and of every other package.

```python
from unitdocs.monitoring import game_log, start_logging

with start_logging():
    game_log().info("level loaded", elements=120)
```

The records of standard logging come out in the same form. `log_record` declares the members.
"""

import logging
import time
from collections.abc import Collection, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TextIO

import structlog

from unitdocs.errors import InputError
from unitdocs.monitoring.current_work import CURRENT, CurrentWork
from unitdocs.monitoring.logs.explaining import Explainer
from unitdocs.monitoring.logs.handler import QUEUE, QueuedHandler
from unitdocs.monitoring.logs.levels import DEFAULTS, LevelWatch, set_level
from unitdocs.monitoring.logs.record import (
    LOGGERS,
    MEMBERS_OF_RECORD,
    LogComponent,
    component_of,
    is_name,
    line_of,
    time_text,
)
from unitdocs.units.refactored.events import Subject

if TYPE_CHECKING:
    from unitdocs.monitoring.traces.tracing import Tracing
    from unitdocs.units.refactored.cache import CacheEvent
    from unitdocs.units.refactored.events import Calculated, Failed

FAILURES: Final = 5
"""Lines about failures of one kind in a second; the others are counted, and the next line says how many they were."""

EventDict = MutableMapping[str, Any]


class RunningLogs:
    """Logs that are written until they are stopped; a context manager.

    Args:
        handler: what writes them.
        explainer: explains resolutions that the file of levels asks for.
    """

    def __init__(self, handler: QueuedHandler, explainer: Explainer) -> None:
        self._handler = handler
        self.explainer = explainer
        self._levels = {name: logging.getLogger(name).level for name in LOGGERS.values()}
        for component, level in DEFAULTS.items():
            set_level(component, level)
        logging.getLogger().addHandler(handler)
        logging.captureWarnings(capture=True)

    @property
    def dropped(self) -> int:
        """Lines that could not be queued or written."""
        return self._handler.dropped

    def flush(self) -> None:
        """Wait until everything so far is written, a second at most."""
        self._handler.flush()

    def stop(self) -> None:
        """Write what waits, a second at most, and leave logging as it was."""
        logging.captureWarnings(capture=False)
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception):
            log_of(LogComponent.GAME).critical("ended with an error", exc_info=error)
        self.stop()


def start_logging(
    *,
    levels: Path | None = None,
    members: Collection[str] = (),
    stream: TextIO | None = None,
    queue: int = QUEUE,
) -> RunningLogs:
    """Write the log records of the whole process as JSON lines, from now on.

    Handlers that exist stay: a game with its own handler on standard error has each line twice.

    Args:
        levels: the file of levels, which is read again each second (default: that of the setting `log_levels`).
        members: names of the game's own members, whose values may be texts, numbers, True and False.
        stream: where lines go (default: standard error).
        queue: lines that wait at most; more are dropped and counted.

    Raises:
        InputError: a member's name is not allowed, or logs run already. A wrong setting is a log line: it stops no
            game.
    """
    if any(isinstance(handler, QueuedHandler) for handler in logging.getLogger().handlers):
        raise InputError("start_logging: logs run already, and each line would be there twice; stop those first")
    wrong = [name for name in members if not is_name(name)]
    if wrong:
        raise InputError(f"start_logging: members: {wrong[0]!r} is not lower-case letters, digits and underscores")
    fault = ""
    if levels is None:
        levels, fault = _setting()
    explainer = Explainer()
    watch = LevelWatch(levels, explainer.request)
    handler = QueuedHandler(_formatter(tuple(members)), stream, queue=queue, each_pause=lambda: _look(watch))
    running = RunningLogs(handler, explainer)
    if fault:
        log_of(LogComponent.MONITORING).warning("the settings were not applied", message=fault)
    return running


def log_of(component: LogComponent) -> Any:  # noqa: ANN401 -- structlog's loggers are typed by what they wrap
    """Return a structlog logger whose lines are of a component; a game's own structlog configuration is not used."""
    return structlog.wrap_logger(
        logging.getLogger(LOGGERS[component]),
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def game_log() -> Any:  # noqa: ANN401 -- as above
    """Return a structlog logger for the game's own lines: `game_log().info("level loaded", elements=120)`."""
    return log_of(LogComponent.GAME)


class LoggingObserver:
    """Writes a log line for each event of a refactored system that its component's level lets through.

    Resolves, strategies and cache events are on debug, failures on error, of which five of a kind are written in a
    second.

    Args:
        tracing: whose span ids the lines of traced events carry (default: none).
    """

    def __init__(self, tracing: "Tracing | None" = None) -> None:
        self._tracing = tracing
        self._logs = {component: log_of(component) for component in LogComponent}
        self._subjects = {what: logging.getLogger(LOGGERS[LogComponent(what.value)]) for what in Subject}
        self._caches = logging.getLogger(LOGGERS[LogComponent.CACHE])
        self._failures = {component: FailureLimit() for component in LogComponent}

    def calculated(self, event: "Calculated") -> None:
        """Write that a unit or a scene was resolved, or that strategies were chosen."""
        if not self._subjects[event.what].isEnabledFor(logging.DEBUG):
            return
        component = LogComponent(event.what.value)
        members: dict[str, object] = {"duration_seconds": event.seconds, "path": event.path.value}
        if component is LogComponent.UNIT:
            members["kind"] = event.kind
        else:
            members |= {"scene": event.kind, "elements": event.elements}
        self._logs[component].debug(_CALCULATED[component], **members, **self._span(event))

    def cached(self, event: "CacheEvent") -> None:
        """Write a cache's hit, miss or eviction."""
        if self._caches.isEnabledFor(logging.DEBUG):
            kind = type(event).__name__.removeprefix("Cache").lower()
            reason = getattr(event, "reason", None)
            self._logs[LogComponent.CACHE].debug(f"cache {kind}", cache=event.cache, reason=reason and reason.value)

    def failed(self, event: "Failed") -> None:
        """Write that something failed."""
        component = LogComponent(event.what.value)
        repeated = self._failures[component].pass_on(time.monotonic())
        if repeated is not None:
            members = {"repeated": repeated} if repeated else {}
            self._logs[component].error(f"{component} failed", message=event.message, **members, **self._span(event))

    def _span(self, event: "Calculated | Failed") -> dict[str, object]:
        return {} if self._tracing is None else self._tracing.span_members(event)


_CALCULATED: Final = {
    LogComponent.UNIT: "unit calculated",
    LogComponent.SCENE: "scene resolved",
    LogComponent.STRATEGIES: "strategies chosen",
}


class FailureLimit:
    """Lets a number of failures a second through, and counts the others."""

    def __init__(self) -> None:
        self._second, self._passed, self._held = -1.0, 0, 0

    def pass_on(self, now: float) -> int | None:
        """Return how many were held back before this one; None if this one is held back too."""
        if now - self._second >= 1:
            self._second, self._passed = now, 0
        if self._passed >= FAILURES:
            self._held += 1
            return None
        self._passed += 1
        held, self._held = self._held, 0
        return held


def _formatter(members: tuple[str, ...]) -> logging.Formatter:
    """Return what makes a line of a record, of structlog or of standard logging."""

    def render(_logger: object, _name: str, event: EventDict) -> str:
        return line_of(event, members)

    processors: list[Any] = [_described, structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
    return structlog.stdlib.ProcessorFormatter(processors=processors)


def _described(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Add what the record says of itself, and what its thread worked on, to what the caller gave."""
    record: logging.LogRecord = event["_record"]
    work: CurrentWork = getattr(record, "unitdocs_work", CURRENT.get())
    component = component_of(record.name)
    described = work.labels() | getattr(record, MEMBERS_OF_RECORD, {}) | dict(event)
    described["time"] = time_text(record.created)
    described["level"] = _level(record.levelno)
    described["component"] = component.value
    described["event"] = str(event.get("event", ""))
    if component is LogComponent.LIBRARY:
        described["logger"] = record.name
    if hasattr(record, "unitdocs_error"):
        described["error"], described["stack"] = record.unitdocs_error
    described.pop("exc_info", None)
    return described


def _level(number: int) -> str:
    """Return the name of a level; one between two is the lower one."""
    for level in ("critical", "error", "warning", "info"):
        if number >= getattr(logging, level.upper()):
            return level
    return "debug"


def _setting() -> tuple[Path | None, str]:
    """Return the file of levels that the settings name, or what is wrong with the settings."""
    from unitdocs.settings import load  # noqa: PLC0415 -- a caller that names the file reads no settings

    try:
        return load().log_levels, ""
    except InputError as error:
        return None, str(error)


def _look(watch: LevelWatch) -> None:
    """Apply the file of levels; what is wrong with it is a line of its own."""
    try:
        watch.look()
    except InputError as error:
        log_of(LogComponent.MONITORING).warning("the file of log levels was not applied", message=str(error))
