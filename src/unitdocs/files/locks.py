"""Locks between processes: a file is updated by one at a time.

The lock of `record.json` is `.record.json.lock` in the same folder. The system releases it when its process ends,
however it ends; a file that a killed process left is taken over.
"""

import contextlib
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unitdocs.errors import InputError

PATIENCE = 120.0
"""Seconds after which waiting for a lock ends with an error."""
STEP = 0.02
"""Seconds between two attempts to lock."""

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class UnusableLockError(InputError):
    """The file of a lock cannot be opened: it is a folder or a link, or its folder cannot be written."""


@contextmanager
def locked(path: Path, *, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock of a file, which need not exist.

    Args:
        path: the file; a symbolic link is followed.
        patience: seconds to wait while another process holds the lock.

    Raises:
        InputError: another process holds the lock.
        UnusableLockError: the lock, or the folder of the file, cannot be written.
    """
    place = Path(os.path.realpath(path))
    lock = place.with_name(f".{place.name}.lock")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = _lock(lock, time.monotonic() + patience)
    except OSError as error:
        raise UnusableLockError(
            f"{path}: cannot be written (its lock {lock.name}: {error.strerror or error}); choose another path"
        ) from error
    if handle is None:
        raise InputError(f"{path}: is in use{_holder(lock)}; try again when that has ended")
    try:
        _remove_unfinished(place)
        yield
    finally:
        release(lock, handle)


def remove_abandoned(folder: Path) -> None:
    """Remove what killed processes left in a folder: their locks, and files that they had begun to write."""
    for lock in folder.glob(".*.lock"):
        with contextlib.suppress(OSError):
            handle = try_lock(lock)
            if handle is not None:
                _remove_unfinished(lock.with_name(lock.name.removeprefix(".").removesuffix(".lock")))
                release(lock, handle)


def try_lock(lock: Path) -> int | None:
    """Return a handle on a locked file, which is created, or None if another process holds it.

    Raises:
        OSError: the file cannot be opened.
    """
    handle = _opened(lock)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(os.close, handle)
        if not _try_lock(handle) or not _is_open_on(handle, lock):
            return None
        on_failure.pop_all()
    return handle


def _opened(lock: Path) -> int:
    """Return a handle on the file of a lock; one that another user left can be locked, though not written."""
    flags = os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(lock, flags | os.O_RDWR, 0o644)
    except PermissionError as refused:
        with contextlib.suppress(OSError):
            return os.open(lock, (flags ^ os.O_CREAT) | os.O_RDONLY)
        raise refused from None


def release(lock: Path, handle: int) -> None:
    """Remove a locked file, and release it; whoever opened it meanwhile notices that it is gone."""
    with contextlib.suppress(OSError):  # Windows removes no open file
        lock.unlink()
    os.close(handle)


def _lock(lock: Path, deadline: float) -> int | None:
    while (handle := try_lock(lock)) is None:
        if time.monotonic() >= deadline:
            return None
        time.sleep(STEP)
    with contextlib.suppress(OSError):  # a full disk, or another user's file: only the name of the holder is missing
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
    return handle


def _remove_unfinished(place: Path) -> None:
    """Remove the temporary files of `write_atomically`; the lock of the file is held, so nobody writes it."""
    unfinished = re.compile(re.escape(f".{place.name}.") + r"[a-z0-9_]{8}")
    with contextlib.suppress(OSError):  # a folder that cannot be listed
        for other in place.parent.iterdir():
            if unfinished.fullmatch(other.name):
                _remove(other)


def _remove(other: Path) -> None:
    with contextlib.suppress(OSError):  # another user's, or a folder of such a name
        other.unlink()


def _is_open_on(handle: int, lock: Path) -> bool:
    """Return whether a file is still the one that was opened: its holder removes it before releasing it."""
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except FileNotFoundError:
        return False


def _holder(lock: Path) -> str:
    """Return which process holds a lock, as far as it can be read."""
    try:
        text = lock.read_text(encoding="ascii").strip() if lock.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return ""
    return f" by process {text}" if text.isdecimal() else ""
