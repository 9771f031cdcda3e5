"""Temporary folders of a run; those that a killed run left are removed by the next one.

Each folder holds a lock file, which its process has locked as long as it lives. A folder whose lock is free was left.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unitdocs.errors import InputError
from unitdocs.files import locks

PREFIX = "unitdocs-scratch-"
UNLOCKED = "unitdocs-unlocked-"
"""Prefix of a folder until its lock is taken, so that it is not removed in between."""
LOCK = ".unitdocs-lock"
NAME = re.compile(rf"{PREFIX}\w+")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Create a temporary folder, and remove it afterwards.

    Raises:
        InputError: the system has no place for it.
    """
    try:
        unlocked = Path(tempfile.mkdtemp(prefix=UNLOCKED))
    except OSError as error:
        raise InputError(
            f"no temporary folder can be made ({error.strerror or error}); free space, or set TMPDIR"
        ) from error
    handle = locks.try_lock(unlocked / LOCK)
    assert handle is not None  # nobody else knows the folder
    folder = unlocked.with_name(unlocked.name.replace(UNLOCKED, PREFIX, 1))
    try:
        unlocked.rename(folder)
        yield folder
    finally:
        _remove(folder if folder.exists() else unlocked, handle)


def remove_abandoned() -> None:
    """Remove the temporary folders that killed runs of this user left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if NAME.fullmatch(folder.name) and _is_own(folder) and (folder / LOCK).is_file():
            try:
                handle = locks.try_lock(folder / LOCK)
            except OSError:  # it has just been removed
                continue
            if handle is not None:
                _remove(folder, handle)


def _remove(folder: Path, handle: int) -> None:
    """Remove a folder whose lock is held; the lock goes last, so that what an interruption leaves is found again."""
    for place in folder.iterdir():
        if place.name == LOCK:
            continue
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)
    locks.release(folder / LOCK, handle)
    shutil.rmtree(folder, ignore_errors=True)


def _is_own(folder: Path) -> bool:
    """Return whether a folder, which may lie in a place that all users can write, belongs to this user."""
    if not hasattr(os, "geteuid"):
        return folder.is_dir()
    return not folder.is_symlink() and folder.is_dir() and folder.stat().st_uid == os.geteuid()
