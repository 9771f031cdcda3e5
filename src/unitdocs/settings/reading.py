"""Reading files that a game names: it must not wait for one that nobody writes."""

import os
import stat
from pathlib import Path


def content_of(path: Path, most: int = -1) -> bytes:
    """Return the bytes of a file.

    Args:
        path: the file.
        most: bytes to read; one more tells a larger file apart (default: all).

    Raises:
        OSError: it cannot be read, or reading it could wait for ever: it is a pipe or a terminal.
    """
    with open(path, "rb", opener=_open_at_once) as file:
        if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode) or file.isatty():
            raise OSError("it is a pipe or a terminal, not a file")
        return file.read(most)


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
