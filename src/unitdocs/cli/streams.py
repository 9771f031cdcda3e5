"""The program's standard streams: any of them may be closed, full, or unable to hold a character."""

import errno
import io
import os
import sys

from unitdocs.errors import InputError

_CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def prepare() -> None:
    """Replace streams that are closed, and let the others write every character.

    A closed one is replaced at its own number, which would otherwise become that of the next file to be opened. Reading
    from what replaces standard input fails, as reading from a closed one does.

    Raises:
        InputError: standard output is closed.
    """
    if sys.stdin is None:
        sys.stdin = open(os.open(os.devnull, os.O_WRONLY), encoding="utf-8")  # noqa: PTH123, SIM115 -- it stays open
    is_closed = sys.stdout is None
    if is_closed:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 -- the same
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 -- the same
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if is_closed:
        raise InputError("standard output is closed; redirect it to a file or to /dev/null")


def discard_output() -> None:
    """Send what is left of the output nowhere: Python would report at exit that it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def sentence(error: OSError) -> str:
    """Return what the system said about a file or a standard stream, and what to do."""
    reason = error.strerror or str(error)
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: cannot be read or written ({reason}); correct that and run it again"
    if error.errno == errno.EBADF:  # a closed output was refused at the start
        return "standard input is closed; give it a file or a pipe"
    if error.errno in _CANNOT_WRITE:
        return f"the output cannot be written ({reason}); free space, or write it elsewhere"
    return f"the system refused ({reason}); correct that and run it again"
