"""Traces: spans of sessions, scenes, chosen strategies, sampled resolves and the flag, sent over OTLP/HTTP.

```python
from unitdocs.monitoring import TracingObserver, start_tracing

with start_tracing() as tracing, tracing.session(session_of(salt, key)) as session:
    choice = session.choose(lambda: choose_system(key))
    with session.scene("menu"):
        ...  # resolves that an observer announces become spans of the scene
```

Nothing is exported unless an endpoint is configured. A game's thread draws a number and leaves a tuple in a bounded
queue; another thread calls OpenTelemetry, which makes the span afterwards with the times that were noted.
"""

import atexit
import logging
import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from unitdocs.errors import InputError
from unitdocs.monitoring.addresses import shown_address
from unitdocs.monitoring.current_work import CURRENT, CurrentWork, hexadecimal, session_text, working_on
from unitdocs.monitoring.logs.handler import described
from unitdocs.monitoring.logs.record import LOGGERS, MEMBERS_OF_RECORD, LogComponent
from unitdocs.monitoring.traces.spans import SpanNote
from unitdocs.units.refactored.events import Calculated, Failed, Subject

if TYPE_CHECKING:
    from unitdocs.flags import Choice
    from unitdocs.monitoring.traces.export import SpanMaker
    from unitdocs.units.refactored.cache import CacheEvent

QUEUE: Final = 2048
"""Spans that wait at most for the thread that makes them."""
PAUSE: Final = 0.2
"""Seconds after which the thread looks for spans."""
PATIENCE: Final = 2.0
"""Seconds that stopping waits for a collector."""
ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""Variables of OpenTelemetry that configure an endpoint; the first one is a whole address, the second one its base."""
FLAG_KEY: Final = "unit-system"
NANOSECONDS: Final = 1e9

SpanEvent = tuple[Calculated | Failed, CurrentWork, int, int]
"""An event, what its thread worked on, the number of its span, and when it happened."""
SPAN_NAMES: Final[Mapping[Subject, str]] = {
    Subject.SCENE: "unitdocs.resolve",
    Subject.STRATEGIES: "unitdocs.select_strategies",
    Subject.UPDATE: "unitdocs.update",
}
"""Events that become spans; single units and caches are too many."""
_draw_trace = random.SystemRandom().getrandbits
_draw_span = random.Random().getrandbits  # noqa: S311 -- not a secret, and drawn in a frame: ten times as fast


@dataclass(frozen=True, slots=True)
class TraceCounts:
    """What became of spans.

    Args:
        exported: spans that a collector accepted.
        failed: spans that could not be sent.
        dropped: spans that did not fit into the queue.
    """

    exported: int = 0
    failed: int = 0
    dropped: int = 0


class Tracing:
    """Notes spans, and hands them to a thread that sends them; a context manager. Several threads may use it.

    Make it with `start_tracing`.

    Args:
        maker: makes and sends spans; None if nothing is to be exported.
        every: one of this number of announced resolves becomes a span.
        sessions_every: one of this number of sessions is traced.
        queue: spans that wait at most.

    Attributes:
        is_on: whether spans are sent.
    """

    def __init__(self, maker: "SpanMaker | None", *, every: int, sessions_every: int, queue: int = QUEUE) -> None:
        self._maker, self._every, self._sessions_every, self._size = maker, every, sessions_every, queue
        self.is_on = maker is not None
        self._until_next, self._until_next_session = 1, 1
        self._notes: deque[SpanNote | SpanEvent] = deque()
        self._dropped = 0
        self._seen = threading.local()
        self._ended = threading.Event()
        self._starting = threading.Lock()
        self._process = 0
        if maker is not None:
            self._start()
            atexit.register(self.stop)

    @property
    def counts(self) -> TraceCounts:
        """What became of spans so far."""
        if self._maker is None:
            return TraceCounts()
        return TraceCounts(self._maker.exported, self._maker.failed, self._dropped)

    @contextmanager
    def session(self, session: int) -> Iterator["TracedSession"]:
        """Play a session in this block: log lines of its thread name it, and its spans are one trace.

        Args:
            session: the number of `session_of`, never the key itself.
        """
        is_traced = self._is_traced()
        work = CurrentWork(
            session=session_text(session),
            trace_id=_new_trace() if is_traced else 0,
            span_id=_new_span() if is_traced else 0,
        )
        with working_on(work), self._noting("unitdocs.session", parent_id=0):
            yield TracedSession(self)

    def span_of(self, event: Calculated | Failed) -> int:
        """Return the number of an event's span, the same for all who ask; 0 if it has none."""
        seen = self._seen
        if getattr(seen, "event", None) is not event:
            seen.event, seen.span_id = event, self._sampled(event)
        return int(seen.span_id)

    def span_members(self, event: Calculated | Failed) -> dict[str, object]:
        """Return the member of a log line that names the event's span; nothing if it has none."""
        span_id = self.span_of(event)
        return {"span_id": hexadecimal(span_id, 64)} if span_id else {}

    def note_event(self, event: Calculated | Failed) -> None:
        """Queue the span of an event that happened now, if it has one. Never raises, and never waits."""
        span_id = self.span_of(event)
        if span_id:  # the thread makes the note, since this is called in a frame
            self.note((event, CURRENT.get(), span_id, time.time_ns()))

    def note(self, note: SpanNote | SpanEvent) -> None:
        """Queue a span that ended. Never raises, and never waits."""
        if self._maker is None or self._ended.is_set():
            return
        if self._process != os.getpid():  # after a fork there is no thread
            self._start()
        if len(self._notes) < self._size:
            self._notes.append(note)
        else:
            self._dropped += 1

    def stop(self) -> None:
        """Send what waits, and end; a collector that does not answer is waited for two seconds at most."""
        atexit.unregister(self.stop)
        if self._maker is None or self._ended.is_set():
            return
        self._ended.set()
        if self._process == os.getpid():
            # OpenTelemetry's own shutdown may wait much longer, so a thread that may be left behind calls it.
            ending = threading.Thread(target=self._finish, name="unitdocs-trace-end", daemon=True)
            ending.start()
            ending.join(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextmanager
    def _noting(self, name: str, parent_id: int) -> Iterator[None]:
        """Note a span of the block that follows; it is what is worked on at the block's end."""
        start, error = time.time_ns(), ""
        try:
            yield
        except BaseException as raised:
            error = described(raised)
            raise
        finally:
            work = CURRENT.get()
            if work.trace_id:
                self.note(SpanNote(name, work, work.span_id, parent_id, start, time.time_ns(), error=error))

    def _is_traced(self) -> bool:
        """Return whether the session that begins is one of those that are traced."""
        if self._maker is None:
            return False
        self._until_next_session -= 1
        if self._until_next_session > 0:
            return False
        self._until_next_session = self._sessions_every
        return True

    def _sampled(self, event: Calculated | Failed) -> int:
        if not CURRENT.get().trace_id or event.what not in SPAN_NAMES:
            return 0
        if event.what is Subject.SCENE and isinstance(event, Calculated):
            self._until_next -= 1
            if self._until_next > 0:
                return 0
            self._until_next = self._every
        return _new_span()

    def _start(self) -> None:
        with self._starting:  # one thread at most: numbers are handed to OpenTelemetry one by one
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            self._notes.clear()
            self._thread = threading.Thread(target=self._run, name="unitdocs-trace", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(PAUSE):
            self._make_all()
        self._make_all()

    def _make_all(self) -> None:
        assert self._maker is not None
        while self._notes:
            try:
                note = self._notes.popleft()
                self._maker.make(note if isinstance(note, SpanNote) else note_of(*note))
            except Exception as error:  # noqa: BLE001 -- a span that cannot be made must not end the thread
                self._dropped += 1
                _log().warning("a span could not be made: %s", error)

    def _finish(self) -> None:
        assert self._maker is not None
        self._thread.join(PATIENCE)
        self._maker.stop()


class TracedSession:
    """A session that is played.

    Args:
        tracing: what notes its spans.
    """

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing

    def choose(self, choose: "Callable[[], Choice]") -> "Choice":
        """Return the system that a session gets, noted as a span and a log line.

        Args:
            choose: makes the choice, such as `lambda: choose_system(key)`.
        """
        start = time.time_ns()
        choice = choose()
        end = time.time_ns()
        work = CURRENT.get()._replace(system=choice.system, flag_version=choice.flag_version)
        CURRENT.set(work)  # what the session's block set is restored at its end
        if work.trace_id:
            error = choice.detail if choice.reason == "fault" else ""
            name, attributes = "unitdocs.evaluate_flag", flag_attributes(choice)
            self._tracing.note(SpanNote(name, work, _new_span(), work.span_id, start, end, attributes, error))
        level = logging.WARNING if choice.reason == "fault" else logging.INFO
        members = {"duration_seconds": (end - start) / NANOSECONDS, "reason": choice.reason.value}
        members |= {"message": choice.detail} if choice.detail else {}
        logging.getLogger(LOGGERS[LogComponent.FLAG]).log(level, "system chosen", extra={MEMBERS_OF_RECORD: members})
        return choice

    @contextmanager
    def scene(self, name: str) -> Iterator[None]:
        """Play a scene in this block: log lines and spans name it."""
        work = CURRENT.get()
        inner = work._replace(scene=name, span_id=_new_span() if work.trace_id else 0)
        with working_on(inner), self._tracing._noting("unitdocs.scene", parent_id=work.span_id):  # noqa: SLF001
            yield


class TracingObserver:
    """Makes a span of each resolve, choice of strategies and failure that a refactored system announces.

    Resolves are sampled before anything else happens: an unsampled one costs a comparison.

    Args:
        tracing: what notes the spans.
    """

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing

    def calculated(self, event: Calculated) -> None:
        """Note that a scene was resolved, or that strategies were chosen."""
        if self._tracing.is_on:
            self._tracing.note_event(event)

    def cached(self, event: "CacheEvent") -> None:
        """Do nothing: lookups are far too many for spans."""

    def failed(self, event: Failed) -> None:
        """Note that something failed."""
        if self._tracing.is_on:
            self._tracing.note_event(event)


def start_tracing(
    endpoint: str | None = None,
    *,
    service: str | None = None,
    environment: str | None = None,
    every: int = 1,
    sessions_every: int = 1,
) -> Tracing:
    """Trace sessions, and send their spans to a collector if one is configured.

    Args:
        endpoint: the collector's address, such as `http://localhost:4318` (default: that of the variable
            `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` or `OTEL_EXPORTER_OTLP_ENDPOINT`; without one nothing is sent). Other
            variables of OpenTelemetry hold as well, such as `OTEL_EXPORTER_OTLP_HEADERS`.
        service: name of the game (default: `OTEL_SERVICE_NAME`, or `unitdocs`).
        environment: name of the environment, such as `production`.
        every: one of this number of announced resolves becomes a span, from 1 up.
        sessions_every: one of this number of sessions is traced, from 1 up.

    Raises:
        InputError: an argument is out of its range. A variable that cannot be used is a log line: it stops no game.
    """
    problems = [
        f"start_tracing: {name}: expected a whole number from 1 up, got {value!r}"
        for name, value in (("every", every), ("sessions_every", sessions_every))
        if not isinstance(value, int) or value < 1
    ]
    if endpoint is not None and not is_address(endpoint):
        shown = shown_address(endpoint)
        problems.append(f"start_tracing: endpoint: expected http://HOST:PORT or https://HOST:PORT, got {shown!r}")
    if problems:
        raise InputError(*problems)
    maker = _maker(endpoint, service, environment)
    return Tracing(maker, every=every, sessions_every=sessions_every)


def is_address(text: str) -> bool:
    """Return whether a text is the address of a collector."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def note_of(event: Calculated | Failed, work: CurrentWork, span_id: int, end: int) -> SpanNote:
    """Return the note of an event's span.

    Args:
        event: the event.
        work: what its thread worked on.
        span_id: the number of its span.
        end: when it happened, in nanoseconds since 1970.
    """
    name = SPAN_NAMES[event.what]
    if isinstance(event, Failed):
        return SpanNote(name, work, span_id, work.span_id, end, end, error=event.message)
    attributes = {"unitdocs.scene": event.kind, "unitdocs.path": event.path.value, "unitdocs.elements": event.elements}
    start = end - round(event.seconds * NANOSECONDS)
    return SpanNote(name, work, span_id, work.span_id, start, end, attributes)


def flag_attributes(choice: "Choice") -> dict[str, str | int | float]:
    """Return a choice by OpenTelemetry's semantic conventions for feature flags."""
    attributes: dict[str, str | int | float] = {
        "feature_flag.key": FLAG_KEY,
        "feature_flag.provider.name": "unitdocs",
        "feature_flag.result.variant": choice.system,
        "feature_flag.result.reason": choice.reason.value,
    }
    if choice.flag_version is not None:
        attributes["feature_flag.version"] = str(choice.flag_version)
    return attributes


def _maker(endpoint: str | None, service: str | None, environment: str | None) -> "SpanMaker | None":
    """Return what makes and sends spans; None if nothing can or shall be sent."""
    configured = endpoint or next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), "")
    is_off = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if not configured or is_off or os.environ.get("OTEL_TRACES_EXPORTER", "").strip() == "none":
        return None
    if not is_address(configured):
        _log().warning("nothing is traced: the endpoint %s is no address", shown_address(configured))
        return None
    try:
        from unitdocs.monitoring.traces.export import SpanMaker  # noqa: PLC0415 -- loads OpenTelemetry

        return SpanMaker(endpoint, service, environment)
    except ImportError:  # the extra is not installed
        raise
    except Exception as error:  # noqa: BLE001 -- OpenTelemetry reads its variables when it is loaded and used
        _log().warning("nothing is traced: OpenTelemetry cannot be set up: %s", error)
        return None


def _new_trace() -> int:
    """Return the number of a new trace; no two processes draw the same, also after a fork."""
    return _draw_trace(128) or 1  # 0 is no number


def _new_span() -> int:
    """Return the number of a new span, which differs from others of its trace."""
    return _draw_span(64) or 1


def _log() -> logging.Logger:
    return logging.getLogger(LOGGERS[LogComponent.MONITORING])
