"""What unitdocs needs of a machine and an environment, and whether it is there.

Standard library only, in a form that any Python since 3.7 can run: `unitdocs check` works before anything is installed,
and an old Python is named as such.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PYTHON = (3, 11)
NUMPY = (2, 2)
"""The oldest versions, as pyproject.toml says."""
SYSTEMS = ("Linux", "Darwin", "Windows")
DISK = 0.5e9
"""Free bytes: what the unit system takes with NumPy and the extras flags and migrate, and as much for their wheels."""
FOUND, MISSING, LATER = "ok", "missing", "-"
"""States: it is there; it is needed and not there; it is not there, and needed only for what its row names."""


class Requirement(NamedTuple):
    """One requirement, as a row of the table.

    Args:
        state: `ok`, `missing`, or `-` where it is not there and not always needed.
        name: what is required.
        found: what is there.
        needed: what is needed, or what it is needed for.
    """

    state: str
    name: str
    found: str
    needed: str


def requirements(folder: Path, extras: Sequence[str] = ()) -> list[Requirement]:
    """Return all requirements.

    Args:
        folder: where the game is, or will be.
        extras: the extras that have to be installed.
    """
    return [_python(), _system(), _disk(folder), _folder(folder), *_packages(extras)]


def table(rows: Sequence[Requirement]) -> str:
    """Return requirements as plain text, one a line."""
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ("  ".join(text.ljust(width) for text, width in zip(row, [*widths, 0])) for row in rows)  # noqa: B905 -- new in 3.10
    return "\n".join(line.rstrip() for line in lines)


def verdict(rows: Sequence[Requirement]) -> str:
    """Return what the rows say together, in one line."""
    missing = [row.name for row in rows if row.state == MISSING]
    return f"missing: {', '.join(missing)}" if missing else "all that is needed is there"


def is_complete(rows: Sequence[Requirement]) -> bool:
    """Return whether nothing that is needed is missing."""
    return all(row.state != MISSING for row in rows)


def _python() -> Requirement:
    found = ".".join(map(str, sys.version_info[:3]))
    return Requirement(_state(is_met=sys.version_info >= PYTHON), "Python", found, f"{_text(PYTHON)} or newer")


def _system() -> Requirement:
    name = platform.system() or "unknown"
    needed = "Linux, macOS or Windows"
    return Requirement(FOUND if name in SYSTEMS else LATER, "system", f"{name} {platform.machine()}", needed)


def _disk(folder: Path) -> Requirement:
    free = shutil.disk_usage(str(folder)).free
    return Requirement(_state(is_met=free >= DISK), "disk", f"{free / 1e9:.1f} GB free", f"{DISK / 1e9:.1f} GB or more")


def _folder(folder: Path) -> Requirement:
    can_write = os.access(str(folder), os.W_OK)
    return Requirement(
        _state(is_met=can_write), "folder", "writable" if can_write else "not writable", "writable: flags and records"
    )


def _packages(extras: Sequence[str]) -> Iterator[Requirement]:
    """Yield what is installed; before an installation nothing of it is missing yet, and an old Python can have none."""
    if sys.version_info < PYTHON:
        return
    from unitdocs.cli.extras import EXTRAS, is_installed  # noqa: PLC0415 -- an old Python cannot load it

    own = _version("unitdocs")
    yield Requirement(FOUND if own else LATER, "unitdocs", own or "not installed", "see the guide Installation")
    yield _numpy(is_needed=bool(own))
    for extra, packages in EXTRAS.items():
        absent = [name for name, modules in packages.items() if not is_installed(modules[0])]
        state = FOUND if not absent else MISSING if extra in extras else LATER
        yield Requirement(state, f"[{extra}]", _installed(absent, len(packages)), PURPOSES.get(extra, ""))
    pytest = _version("pytest")
    yield Requirement(FOUND if pytest else LATER, "pytest", pytest or "not installed", "bench run --pytest")


PURPOSES = {
    "measure": "benchmarks, comparisons, records",
    "portal": "the site and its versions",
    "flags": "the flag's command, OpenFeature",
    "migrate": "finding uses of the original system",
    "experiment": "events, and the rollout that they decide",
    "monitoring": "metrics, health, alerts, logs, traces",
    "tuning": "profiles, searching settings, load tests",
    "spark": "sums of events on a cluster",
}
"""What each extra is for."""


def _numpy(*, is_needed: bool) -> Requirement:
    found = _version("numpy")
    is_off = os.environ.get("UNITDOCS_NUMPY") == "off"
    is_new = bool(found) and tuple(map(int, found.split(".")[:2])) >= NUMPY
    state = FOUND if is_new else MISSING if is_needed and not is_off else LATER
    return Requirement(state, "NumPy", found or "not installed", f"{_text(NUMPY)} or newer, or UNITDOCS_NUMPY=off")


def _installed(absent: Sequence[str], packages: int) -> str:
    """Return whether an extra is installed, wholly or in part."""
    if not absent:
        return "installed"
    return "not installed" if len(absent) == packages else f"without {absent[0]}"


def _version(package: str) -> str:
    """Return the version of an installed package; empty if it is not installed."""
    try:
        from importlib import metadata  # noqa: PLC0415 -- new in Python 3.8

        return metadata.version(package)
    except ImportError:  # the package is not installed, or this Python is too old
        return ""


def _state(*, is_met: bool) -> str:
    return FOUND if is_met else MISSING


def _text(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
