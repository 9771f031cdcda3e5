"""A lock on a file that many processes share, or that one process holds alone.

The system releases it when the process that holds it ends, however that ends.

Standard library only, and readable by an old Python.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
    import random

    BYTES = 64
    PAUSE = 0.2

    def _lock(descriptor: int, *, alone: bool) -> bool:
        """Lock all bytes of the file, or one that is free; return whether that was possible.

        Windows has no shared locks: each process that shares holds a byte of its own, and one alone holds all bytes.
        """
        if alone:
            return _lock_bytes(descriptor, 0, BYTES)
        return any(_lock_bytes(descriptor, first, 1) for first in random.sample(range(BYTES), BYTES))

    def _lock_bytes(descriptor: int, first: int, size: int) -> bool:
        os.lseek(descriptor, first, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, size)
        except OSError:
            return False
        return True

    def _lock_when_free(descriptor: int, *, alone: bool) -> None:
        while not _lock(descriptor, alone=alone):
            time.sleep(PAUSE)

else:
    import fcntl

    def _lock(descriptor: int, *, alone: bool) -> bool:
        """Lock the file; return whether that was possible."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lock_when_free(descriptor: int, *, alone: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)


class SharedLock:
    """A lock on a file, which is created when it is missing and never removed.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def share(self, sentence: str) -> None:
        """Hold the lock together with other processes, until this one ends; `exec` does not release it.

        Args:
            sentence: printed before waiting, if another process holds the lock alone.
        """
        self._take(sentence, alone=False)

    def take_alone(self, sentence: str) -> None:
        """Hold the lock while no other process does.

        Args:
            sentence: printed before waiting, if another process holds the lock.
        """
        self._take(sentence, alone=True)

    def release(self) -> None:
        """Give the lock up, if this process holds it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _take(self, sentence: str, *, alone: bool) -> None:
        self.release()  # two processes that both kept their share would wait for each other
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        os.set_inheritable(self._descriptor, True)  # noqa: FBT003 -- the system's own signature
        if not _lock(self._descriptor, alone=alone):
            print(sentence, file=sys.stderr, flush=True)
            _lock_when_free(self._descriptor, alone=alone)
