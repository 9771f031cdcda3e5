"""The handler of log records: a frame leaves a record in a bounded queue, a thread formats and writes it.

If nobody reads standard error, so that its pipe is full, the thread waits and the game does not: records that do not
fit into the queue are dropped and counted, and the next line that can be written says how many.
"""

import copy
import logging
import os
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePath
from typing import Final, TextIO

from unitdocs.monitoring.current_work import CURRENT
from unitdocs.monitoring.logs.record import LONGEST_TEXT, MEMBERS_OF_RECORD, MOST_FRAMES

QUEUE: Final = 4096
"""Records that wait at most."""
PAUSE: Final = 0.1
"""Seconds after which the thread looks for records: each line is written that late at most."""
PATIENCE: Final = 1.0
"""Seconds that the end of a program waits for the last lines."""


class QueuedHandler(logging.Handler):
    """Hands log records to a thread that writes them.

    Args:
        formatter: makes a line of a record, without its end.
        stream: where lines are written (default: standard error).
        queue: records that wait at most.
        each_pause: is called by the thread whenever it looks for records.

    Attributes:
        dropped: records that could not be queued, formatted or written.
    """

    def __init__(
        self,
        formatter: logging.Formatter,
        stream: TextIO | None = None,
        *,
        queue: int = QUEUE,
        each_pause: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self._lines = LineWriter(stream)
        self._size, self._each_pause = queue, each_pause
        self._records: deque[logging.LogRecord] = deque()
        self.dropped = self._reported = 0
        self._start()

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record, with what its thread works on. Never raises, and never waits."""
        try:
            if self._process != os.getpid():  # a fork has no thread yet
                self._records.clear()
                self._start()
            if len(self._records) >= self._size or self._ended.is_set():
                self.dropped += 1
            else:
                self._records.append(_kept(record))
        except Exception:  # noqa: BLE001 -- a record with wrong arguments must not end a game
            self.dropped += 1

    def flush(self, timeout: float = PATIENCE) -> None:
        """Wait until everything that was queued is written, at most this many seconds."""
        if self._ended.is_set():  # whatever could be written is
            return
        until = time.monotonic() + timeout
        while (self._records or self._is_writing) and self._thread.is_alive() and time.monotonic() < until:
            self._look.set()
            time.sleep(0.002)

    def close(self) -> None:
        """Write what waits, for a second at most, and end the thread; `logging` does it when a program ends."""
        if self._process == os.getpid() and not self._ended.is_set():
            self._ended.set()
            self._look.set()
            if self._thread is not threading.current_thread():
                self._thread.join(PATIENCE)
        super().close()

    def _start(self) -> None:
        self._process = os.getpid()
        self._look, self._ended = threading.Event(), threading.Event()
        self._is_writing = False
        self._thread = threading.Thread(target=self._run, name="unitdocs-log", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._look.wait(PAUSE)
            self._look.clear()
            with suppress(Exception):  # what is called says what is wrong by itself
                self._each_pause()
            self._write_all()
        self._write_all()

    def _write_all(self) -> None:
        self._is_writing = True
        try:
            while self._records:
                self._write(self._records.popleft())
            if self.dropped > self._reported:
                count, self._reported = self.dropped - self._reported, self.dropped
                self._write(_record_of_drops(count))
        finally:
            self._is_writing = False

    def _write(self, record: logging.LogRecord) -> None:
        try:
            self._lines.write(self.format(record))
        except Exception:  # noqa: BLE001 -- there is no place left to report it
            self.dropped += 1
            self._reported += 1


class LineWriter:
    """Writes lines to a file descriptor, past Python's buffers.

    A thread that waits inside such a buffer while the program ends would make the interpreter abort.

    Args:
        stream: where to write (default: standard error, as it is when a line is written).
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        """Write a line.

        Raises:
            OSError: it cannot be written.
        """
        stream = sys.stderr if self._stream is None else self._stream
        try:
            descriptor = stream.fileno()
        except (OSError, AttributeError, ValueError):  # a stream of a test or a notebook
            stream.write(f"{line}\n")
            return
        rest = memoryview(f"{line}\n".encode())
        while rest:
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:  # a pipe that is full and does not block
                time.sleep(PAUSE)


def _kept(record: logging.LogRecord) -> logging.LogRecord:
    """Return a record that can wait: arguments merged, the error in words, so that no frame is kept alive."""
    kept = copy.copy(record)
    if isinstance(kept.msg, str) or kept.args:
        kept.msg, kept.args = str(record.getMessage())[: 4 * LONGEST_TEXT], ()
    kept.unitdocs_work = CURRENT.get()
    error = _error_of(record)
    if error is not None:
        kept.unitdocs_error = (described(error), _stack_of(error))
    kept.exc_info = kept.exc_text = kept.stack_info = None
    return kept


def _error_of(record: logging.LogRecord) -> BaseException | None:
    """Return the error that a record is about; one of structlog names it in its event."""
    given = record.msg.get("exc_info") if isinstance(record.msg, dict) else record.exc_info
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        error: BaseException | None = given[1]
        return error
    return sys.exception() if given else None


def described(error: BaseException) -> str:
    """Return kind and message of an error. Never raises, although the error's own text may."""
    try:
        return f"{type(error).__name__}: {error}"[: 4 * LONGEST_TEXT]
    except Exception:  # noqa: BLE001 -- foreign code
        return type(error).__name__


def _stack_of(error: BaseException) -> list[str]:
    """Return file, line and function of the last frames, without what variables hold."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return [f"{'/'.join(PurePath(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def _record_of_drops(count: int) -> logging.LogRecord:
    record = logging.LogRecord("unitdocs.monitoring", logging.WARNING, "", 0, "log lines were dropped", (), None)
    setattr(record, MEMBERS_OF_RECORD, {"count": count})
    return record
