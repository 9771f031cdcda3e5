"""Files that are written whole or not at all."""

import errno
import os
import stat
import tempfile
import time
from pathlib import Path

ATTEMPTS = 30
"""How often a file is replaced that another process reads."""
STEP = 0.01
"""Seconds between two attempts: reading a file takes less."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it has its old content or the new one at all times, even if the machine stops.

    A symbolic link is followed, and permissions are kept. A device or a pipe is written to: replacing it would turn it
    into a file.

    Raises:
        OSError: the file cannot be written, or is read-only.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(content)
        return
    path = Path(os.path.realpath(path))  # `resolve` raises a RuntimeError where links form a loop
    permissions = _permissions(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(permissions)
        _replace(Path(temporary), path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _replace(temporary: Path, path: Path) -> None:
    """Put the new file in the place of the old one, which Windows refuses while another process reads it."""
    for _ in range(ATTEMPTS):
        try:
            temporary.replace(path)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(STEP)
        else:
            return
    temporary.replace(path)


def _permissions(path: Path) -> int:
    """Return the permissions that a file has or gets.

    Raises:
        PermissionError: the file is read-only; replacing it would go around that.
    """
    if not path.is_file():
        return 0o644
    permissions = stat.S_IMODE(path.stat().st_mode)
    if not permissions & 0o222 or not os.access(path, os.W_OK):  # a system's administrator may write to any file
        raise PermissionError(errno.EACCES, "the file is read-only", str(path))
    return permissions
