"""What a game records while it runs: events that a thread writes, so that no frame waits for a disk.

A frame leaves a value in a queue of bounded length. A thread takes what is there, at most a batch at a time, and writes
it as one Parquet file, which is there whole or not at all. Whatever fails, the game goes on: events that could not be
queued or written are dropped and counted, and the next file says how many were.

Reading the clock of a frame takes longer than leaving its value in the queue. A session therefore says before a frame
whether that frame is recorded: each one by chance alone, so that work which comes back every few frames has the share
of the recorded frames that it has of all. The mean of a session's recorded frames estimates that of all its
frames. Missed frames and errors are rare and are all recorded.
"""

import atexit
import contextlib
import hashlib
import itertools
import json
import logging
import math
import os
import random
import re
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from unitdocs.errors import InputError
from unitdocs.experiment.columns import PlainLabels, RecordedValue, SessionLabels, finite, tables_of
from unitdocs.experiment.events import SCHEMA, EventMetric, Source, session_of
from unitdocs.files import write_atomically
from unitdocs.flags import Choice

LOOK = 0.1
"""Seconds between two looks whether a batch is full."""
METADATA = b"unitdocs"
"""The key of a file's metadata, which are `FileNote` as JSON."""
FORMAT_VERSION = 1
NAME = re.compile(r"([A-Za-z0-9-][A-Za-z0-9_-]*)?")
"""How the names of files may begin."""
_FRAME_TIME, _MISSED_FRAME, _ERROR, _SESSION = (
    metric.value
    for metric in (EventMetric.FRAME_TIME, EventMetric.MISSED_FRAME, EventMetric.ERROR, EventMetric.SESSION)
)
FULL = -1
"""Room of a queue that takes nothing more."""
EVERY = 100
"""Frames of which one is recorded, by default: the cost is then small next to the shortest frames."""
MOST_EVERY = range(1, 1_000_001)
NEVER = 2**62
"""Frames until one of a session is due whose frames are left out."""

LOG = logging.getLogger("unitdocs.experiment")


@dataclass(frozen=True, slots=True)
class FileNote:
    """What a file of events says of itself, besides its events.

    Args:
        dropped: events that its writer dropped since its file before: they are in no file.
        parts: names of the files that this one replaces; readers take no part whose whole is there.
        every: of how many frames one is recorded on average; several numbers in a file that replaces others, and none
            if each frame is.
    """

    dropped: int = 0
    parts: tuple[str, ...] = ()
    every: tuple[int, ...] = ()

    def encoded(self) -> bytes:
        """Return the note as the value of `METADATA`."""
        return json.dumps({"format_version": FORMAT_VERSION, **asdict(self)}).encode()

    @classmethod
    def of(cls, metadata: dict[bytes, bytes] | None) -> "FileNote":
        """Return the note of a file's metadata; that of a file without one says nothing."""
        members = json.loads((metadata or {}).get(METADATA, b"{}"))
        every = tuple(int(one) for one in members.get("every", ()))
        return cls(int(members.get("dropped", 0)), tuple(members.get("parts", ())), every)


class Tally:
    """A count that several threads add to without a lock: `next` of a count is one step of the interpreter."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._looks = 0
        self._looking = threading.Lock()

    def add(self) -> None:
        """Add one."""
        next(self._numbers)

    def total(self) -> int:
        """Return how many were added."""
        with self._looking:
            self._looks += 1  # since looking counts too
            return next(self._numbers) - self._looks + 1


class EventQueue:
    """Events that wait for the thread; together with those that it writes they are never more than the room.

    Args:
        size: events at most.
    """

    __slots__ = ("drops", "events", "room")

    def __init__(self, size: int) -> None:
        self.events: deque[RecordedValue] = deque()
        self.room = size
        self.drops = Tally()


class FrameGaps:
    """Numbers of frames from a recorded one to the next.

    Each frame is recorded with the same chance, whatever became of those before it; the numbers are therefore
    geometrically distributed. With numbers that do not vary, work that comes back as often would be recorded each time
    or never.

    Args:
        every: their mean, at least 1.
        seed: of the random numbers; None for others each time.
    """

    __slots__ = ("_random", "_scale", "every", "were_asked")

    def __init__(self, every: int, seed: int | None = None) -> None:
        self.every = every
        self.were_asked = False
        self._random = random.Random(seed)  # noqa: S311 -- a sample, no secret
        self._scale = math.log1p(-1 / every) if every > 1 else -math.inf

    def draw(self) -> int:
        """Return the next number, at least 1: floor(log(u) / log(1 - 1 / every)) + 1 with u from 0 to 1, without 0.

        Source: Devroye 1986, Non-uniform random variate generation, chapter X.2: the geometric distribution.
        """
        return int(math.log(1.0 - self._random.random()) / self._scale) + 1

    def draw_again(self) -> int:
        """Return the next number to a game that asked before a frame: it records only frames that are due."""
        self.were_asked = True
        return self.draw()


class SessionEvents:
    """What one session records; several threads may use it.

    Args:
        queue: where its events go.
        labels: what its events have in common.
        clock: returns the time, in seconds since 1970.
        is_recorded: whether its frames are.
        gaps: which of them.
    """

    __slots__ = ("_clock", "_gaps", "_labels", "_left", "_queue", "is_recorded")

    def __init__(
        self,
        queue: EventQueue,
        labels: SessionLabels,
        clock: Callable[[], float],
        gaps: FrameGaps,
        *,
        is_recorded: bool,
    ) -> None:
        self._queue = queue
        self._labels: PlainLabels = labels[:]
        self._clock = clock
        self._gaps = gaps
        self._left = gaps.draw() if is_recorded else NEVER
        self.is_recorded = is_recorded

    def is_due(self) -> bool:
        """Return whether the frame that begins is to be recorded; ask once for each frame. Never raises or waits.

        A game measures the frames that are due, and spares the clock's cost for the others, which is most of the cost
        of recording.
        """
        left = self._left - 1
        if left > 0:  # also if two threads have just counted the same frame
            self._left = left
            return False
        self._left = self._gaps.draw_again()
        return True

    def frame(self, seconds: float, missed: float = 0.0) -> None:
        """Record a frame that was measured, unless the session's frames are left out. Never raises, and never waits.

        Args:
            seconds: CPU time of the frame, as `time.thread_time` measures it.
            missed: wall time of the frame in seconds, if that was longer than its budget; else 0. It is recorded in any
                case.
        """
        if self.is_recorded:
            queue = self._queue  # as `_put` does, without its call
            if len(queue.events) < queue.room:
                queue.events.append((self._labels, _FRAME_TIME, seconds, self._clock()))
            else:
                queue.drops.add()
        if missed:
            self._put(_MISSED_FRAME, missed)

    def missed(self, seconds: float) -> None:
        """Record that a frame that was not due took longer than its budget. Never raises, and never waits.

        Args:
            seconds: its wall time.
        """
        self._put(_MISSED_FRAME, seconds)

    def error(self) -> None:
        """Record that a call of the unit system ended with an error. Never raises, and never waits."""
        self._put(_ERROR, 1.0)

    def begin(self) -> None:
        """Record that the session began; `EventWriter.session` does it."""
        self._put(_SESSION, 1.0)

    def _put(self, metric: str, value: float) -> None:
        queue = self._queue
        if len(queue.events) < queue.room:
            queue.events.append((self._labels, metric, value, self._clock()))
        else:
            queue.drops.add()


class EventWriter:
    """Writes the events of sessions to a folder, as `<day>/<writer>-<number>.parquet`.

    Several writers may use one folder. A writer that is killed loses at most what its queue holds, which is written
    every `interval` seconds and whenever a batch is full. After a fork, the child writes files of its own.

    Args:
        folder: where the files go; it is made if it does not exist.
        salt: text that others do not know, the same in all processes of a game; not the salt of the flag, which others
            can read.
        source: where the events come from.
        queue: events that may wait, at least 1. More are dropped.
        batch: events of one file at most, from 1 to `queue`.
        interval: seconds after which what waits is written; above 0.
        every: of how many frames of a session one is recorded, on average, at least 1; `SessionEvents.is_due` says
            which. Missed frames are all recorded.
        share: share of the sessions whose frames are recorded, 0 to 1; which ones depends on the session alone. That a
            session began, its missed frames and its errors are always recorded.
        seed: of the choice of frames; None for another choice each time.
        clock: returns the time, in seconds since 1970.
        name: begins the names of the files, as the game's server might: letters and digits of ASCII, `-` and `_`. It
            does not begin with `_`, since Spark and others take such files for hidden ones and read none of them.

    Raises:
        InputError: an argument is out of its range.
    """

    def __init__(
        self,
        folder: Path,
        *,
        salt: str,
        source: Source = Source.PRODUCTION,
        queue: int = 65_536,
        batch: int = 50_000,
        interval: float = 10.0,
        every: int = EVERY,
        share: float = 1.0,
        seed: int | None = None,
        clock: Callable[[], float] = time.time,
        name: str = "",
    ) -> None:
        _check(salt, queue=queue, batch=batch, interval=interval, every=every, share=share, name=name)
        self.folder, self._salt, self._source, self._share = Path(folder), salt, source, share
        self._size, self._batch, self._interval, self._clock, self._prefix = queue, batch, interval, clock, name
        self._queue = EventQueue(queue)
        self._gaps = FrameGaps(every, seed)
        self._is_closed = False
        self._has_warned = False
        with contextlib.suppress(OSError):  # the first batch says it
            self.folder.mkdir(parents=True, exist_ok=True)
        self._begin()
        _WRITERS.add(self)

    def _begin(self) -> None:
        """Begin to write as this process: with a name of its own, its own locks and its own thread."""
        self._name = f"{self._prefix}{secrets.token_hex(6)}"
        self._files = itertools.count(1)
        self._reported = self._unwritten = self._written = 0
        self._last_written: float | None = None
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=_serve, args=(self, self._wake), daemon=True)
        self._thread.start()

    def _after_fork(self) -> None:
        """Go on in a child process; what waits is the parent's to write."""
        self._queue.events.clear()
        self._queue.drops = Tally()
        if not self._is_closed:
            self._queue.room = self._size
            self._begin()

    @property
    def dropped(self) -> int:
        """Events that this process could not queue or write so far; asking never waits for a disk."""
        return self._queue.drops.total() + self._unwritten

    @property
    def written(self) -> int:
        """Events that this process has in files so far; asking never waits for a disk."""
        return self._written

    @property
    def last_written(self) -> float | None:
        """When this process wrote its last file, by the writer's clock; None if it has written none."""
        return self._last_written

    def session(self, key: str, choice: Choice, scenario: str) -> SessionEvents:
        """Return what records a session, and record that it began. Never raises, and never waits.

        Args:
            key: text that identifies the player or session, as given to `choose_system`; only its hash is kept.
            choice: the system that the session has.
            scenario: what is played, such as the name of a scene.
        """
        version = choice.flag_version or 0
        labels = SessionLabels(
            session_of(self._salt, str(key)), str(choice.system), version, str(choice.reason), _text(scenario)
        )
        is_recorded = is_sampled(labels.session, self._share)
        events = SessionEvents(self._queue, labels, self._clock, self._gaps, is_recorded=is_recorded)
        events.begin()
        return events

    def flush(self) -> None:
        """Write what waits, and return when the disk has it. Never raises."""
        with self._writing:
            while self._queue.events:
                self._write_batch()

    def close(self) -> None:
        """Write what waits, and end; what is recorded later is dropped. Never raises."""
        self._is_closed = True
        self._wake.set()
        if self._thread is not threading.current_thread():
            self._thread.join()
        self.flush()
        with self._writing:
            self._queue.room = FULL
            self._write_batch()
            if self.dropped > self._reported:
                self._save_rest()
        _WRITERS.discard(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def look(self, waited: float) -> bool:
        """Write if a batch is full or has waited long enough; return whether it did."""
        is_due = len(self._queue.events) >= self._batch or waited >= self._interval
        if is_due:
            with self._writing:
                self._write_batch()
        return is_due

    def _write_batch(self) -> None:
        """Write what waits, at most a batch; the caller holds the lock."""
        recorded = self._taken()
        if recorded:
            self._save(recorded)
            self._queue.room += len(recorded)

    def _taken(self) -> list[RecordedValue]:
        """Return what waits, at most a batch; it still counts as waiting until it is written."""
        taken: list[RecordedValue] = []
        queue = self._queue
        while queue.events and len(taken) < self._batch:
            taken.append(queue.events.popleft())
            queue.room -= 1
        return taken

    def _save(self, recorded: Sequence[RecordedValue]) -> None:
        written = 0
        try:
            valid = finite(recorded)
            for day, table in tables_of(valid, self._source) if valid else ():
                self._save_table(day.isoformat(), table)
                written += len(table)
        except Exception as error:  # noqa: BLE001 -- whatever fails, the game goes on
            self._warn(error)
        self._unwritten += len(recorded) - written

    def _save_rest(self) -> None:
        """Write a file without events, which says how many were dropped since the last one."""
        try:
            day = time.strftime("%Y-%m-%d", time.gmtime(self._clock()))
            self._save_table(day, SCHEMA.empty_table())
        except Exception as error:  # noqa: BLE001 -- as above
            self._warn(error)

    def _save_table(self, day: str, table: pa.Table) -> None:
        """Write a file.

        Raises:
            OSError: it cannot be written; also if the folder was removed, which may be a disk that is not mounted.
        """
        if not self.folder.is_dir():
            raise FileNotFoundError(f"{self.folder} is not a folder")
        dropped = self.dropped
        every = (self._gaps.every,) if self._gaps.were_asked and self._gaps.every > 1 else ()
        note = FileNote(dropped - self._reported, every=every).encoded()
        sink = pa.BufferOutputStream()
        pq.write_table(table.replace_schema_metadata({METADATA: note}), sink, compression="zstd")
        write_atomically(self.folder / day / f"{self._name}-{next(self._files):06d}.parquet", sink.getvalue())
        self._reported = dropped
        self._written += len(table)
        self._last_written = self._clock()

    def _warn(self, error: Exception) -> None:
        if not self._has_warned:
            self._has_warned = True
            LOG.warning(
                "%s: events cannot be written (%s: %s); they are dropped", self.folder, type(error).__name__, error
            )


def is_sampled(session: int, share: float) -> bool:
    """Return whether the frames of a session are recorded.

    The session's own bits are not used: a flag with the same salt chooses by them.

    Args:
        session: its hash, by `session_of`.
        share: share of the sessions, 0 to 1.
    """
    digest = hashlib.sha256(f"frames\0{session}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def _check(salt: str, *, queue: int, batch: int, interval: float, every: int, share: float, name: str) -> None:
    problems = [
        problem
        for is_wrong, problem in (
            (not salt, "salt: is empty; give a text that others do not know"),
            (not 1 <= batch <= queue, f"batch: expected 1 to queue ({queue}), got {batch}"),
            (not interval > 0, f"interval: expected seconds above 0, got {interval}"),
            (every not in MOST_EVERY, f"every: expected a whole number from 1 to {MOST_EVERY[-1]:,}, got {every}"),
            (not 0 <= share <= 1, f"share: expected 0 to 1, got {share}"),
            (not NAME.fullmatch(name), f"name: expected letters a to z, digits, - and _, the first no _; got {name!r}"),
        )
        if is_wrong
    ]
    if problems:
        raise InputError(*(f"EventWriter: {problem}" for problem in problems))


def _text(scenario: str) -> str:
    return str(scenario).encode("utf-8", "replace").decode()  # half a character cannot be written


def _serve(writer: EventWriter, wake: threading.Event) -> None:
    """Write batches until the writer is closed."""
    waited = 0.0
    while not wake.wait(LOOK):
        waited += LOOK
        if writer.look(waited):
            waited = 0.0


_WRITERS: set[EventWriter] = set()
"""Those that are not closed: a game that ends without closing them loses nothing."""


def _close_all() -> None:
    for writer in tuple(_WRITERS):
        writer.close()


def _renew_all() -> None:
    for writer in tuple(_WRITERS):
        writer._after_fork()  # noqa: SLF001 -- of this module


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
