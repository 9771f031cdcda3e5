"""The flag as it is now: a flag file that is read again while a game runs."""

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.flags.flag import Flag
from unitdocs.flags.flag_file import content_of, parse

INTERVAL = 0.5
"""Seconds after which a file is read again, so that a change is in force within one second."""
OLDEST = 1.0
"""Seconds after which what is known of a file no longer counts: it is read first, or there is no flag."""
PATIENCE = 0.5
"""Seconds to wait for a thread that reads the file; on a dead network mount it may never end."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no flag: the original system is active.

    Args:
        sentence: what is wrong, and what to do.
    """

    sentence: str


class WatchedFlag:
    """A flag file, read when its flag is asked for, at most twice a second.

    Its content is compared, not its time: a file with an older time, or one on a clock that differs, counts as well.
    Several threads may use one object.

    Args:
        path: the flag file; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading = threading.Lock()
        self._process = os.getpid()
        self._read_at = -INTERVAL  # of the monotonic clock, which may start at 0
        self._content: bytes | None = None
        self._state: Flag | Fault = Fault(f"{path}: was not read yet")
        self._newest = 0

    def current(self) -> Flag | Fault:
        """Return the flag, not older than a second, or what is wrong with its file. Never raises."""
        age = time.monotonic() - self._read_at
        if age < INTERVAL:
            return self._state
        # While one thread reads, others go on with what is known, unless it is too old.
        patience = PATIENCE if age >= OLDEST or not self._newest else 0
        if self._lock().acquire(timeout=patience):
            try:
                self._read()
            finally:
                self._reading.release()
        elif patience:
            return Fault(f"{self.path}: reading it takes too long; put a copy on a disk of this machine")
        return self._state

    def _lock(self) -> threading.Lock:
        """Return the lock; one that was copied by a fork while a thread held it would never be released."""
        if self._process != os.getpid():
            self._reading, self._process = threading.Lock(), os.getpid()
        return self._reading

    def _read(self) -> None:
        """Read the file, and take its flag if its content changed."""
        if time.monotonic() - self._read_at < INTERVAL:  # another thread has just done it
            return
        try:
            content = content_of(self.path)
        except InputError as error:
            self._content, self._state = None, Fault(str(error))
        else:
            if content != self._content:
                self._state = self._meaning(content)
                # A fault may be one of the moment, such as a game's own deep recursion.
                self._content = content if isinstance(self._state, Flag) else None
        self._read_at = time.monotonic()

    def _meaning(self, content: bytes) -> Flag | Fault:
        try:
            return self._accepted(parse(content, str(self.path)).flag)
        except InputError as error:
            return Fault(str(error))

    def _accepted(self, flag: Flag) -> Flag | Fault:
        """Return the flag, unless it is older than one that was in force."""
        if flag.version < self._newest:
            return Fault(
                f"{self.path}: is version {flag.version}, but version {self._newest} was in force already; "
                f"restore it by `unitdocs flags restore`"
            )
        self._newest = flag.version
        return flag
