"""Reading files that a game names: it must not wait for one that nobody writes."""

import contextlib
import os
import stat
from pathlib import Path
from typing import BinaryIO


def content_of(path: Path, most: int = -1) -> bytes:
    """Return the bytes of a file.

    Args:
        path: the file.
        most: bytes to read (default: all).

    Raises:
        OSError: it cannot be read, or reading it could wait for ever: it is a pipe or a terminal.
    """
    with _opened(path) as file:
        return file.read(most)


def end_of(path: Path, most: int) -> bytes:
    """Return the last bytes of a file.

    Args:
        path: the file.
        most: bytes to read; fewer are all that it has.

    Raises:
        OSError: as for `content_of`.
    """
    with _opened(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - most))
        return file.read(most)


def _opened(path: Path) -> BinaryIO:
    with contextlib.ExitStack() as on_failure:
        file = on_failure.enter_context(open(path, "rb", opener=_open_at_once))
        if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode) or file.isatty():
            raise OSError("it is a pipe or a terminal, not a file")
        on_failure.pop_all()
        return file


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
