"""The one Plotly bundle of the site: from npm by exact version and checksum, else the one inside the Python package.

npm's cartesian bundle holds all that the figures need in a third of the size. It is never committed; the archive is
kept in a cache folder and its checksum is compared each time it is used. Where npm cannot be had, the Python package's
own full bundle serves on this machine, and is marked as not for publishing.
"""

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from unitdocs.errors import InputError
from unitdocs.records import write_atomically

VERSION: Final = "4.1.1"
PACKAGE: Final = "plotly.js-cartesian-dist-min"
INTEGRITY: Final = "sha512-o8GrFeusncwBIxbBynRJpY4pkgVB6caM+JLpwrLYbbsO7dZ8FJ+SVN2Fr+L7kiG/Z6w4P5O0Jus/Qr5EefHVeg=="
"""Checksum of the archive, as the registry states it: base64 of its SHA-512."""

_MEMBER: Final = "package/plotly-cartesian.min.js"
_SECONDS: Final = 120.0


class Source(StrEnum):
    """Where a bundle came from."""

    NPM = "npm"
    WHEEL = "wheel"


@dataclass(frozen=True)
class Bundle:
    """A Plotly bundle in its place.

    Args:
        path: the file that pages load.
        source: where it came from.
    """

    path: Path
    source: Source

    @property
    def is_publishable(self) -> bool:
        """Whether a published site may carry it; the full bundle costs a reader three times the data."""
        return self.source is Source.NPM


def provide(target: Path, cache: Path = Path("build/plotly")) -> Bundle:
    """Write the bundle that belongs to the installed plotly; a file that is right already is left alone.

    Args:
        target: the file that pages load, such as `docs/generated/plotly.min.js`.
        cache: folder that keeps npm's archive.

    Raises:
        InputError: the archive is not the one whose checksum is pinned here.
    """
    archive = _archive(cache)
    script = _wheel() if archive is None else _script(archive)
    if not target.is_file() or target.read_bytes() != script:
        write_atomically(target, script)
    return Bundle(target, Source.WHEEL if archive is None else Source.NPM)


def integrity(archive: Path) -> str:
    """Return a file's checksum as registries write it: `sha512-` and the base64 of its SHA-512."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def _archive(cache: Path) -> Path | None:
    """Return npm's archive of the installed plotly's version, from the cache or fetched; None where none can be had."""
    from plotly.offline import get_plotlyjs_version  # noqa: PLC0415 - plotly would slow the start of the command line

    if get_plotlyjs_version() != VERSION:
        return None
    kept = cache / f"{PACKAGE}-{VERSION}.tgz"
    if not kept.is_file() and not _fetch(kept):
        return None
    _check(kept)
    return kept


def _fetch(kept: Path) -> bool:
    """Download the archive through npm; return whether it came."""
    npm = shutil.which("npm")
    if npm is None:
        return False
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        if not _pack(npm, Path(folder)):
            return False
        Path(folder, kept.name).replace(kept)
    return True


def _pack(npm: str, folder: Path) -> bool:
    options = ["--pack-destination", str(folder.resolve()), "--ignore-scripts", "--fetch-retries=1", "--silent"]
    command = [npm, "pack", f"{PACKAGE}@{VERSION}", *options]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - constants only
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _check(archive: Path) -> None:
    """Refuse an archive with another checksum; it is removed, so that the next start fetches it afresh."""
    found = integrity(archive)
    if found != INTEGRITY:
        archive.unlink()
        raise InputError(
            f"{archive}: the checksum is {found}, not {INTEGRITY}; the file was removed, "
            "try again and look at what npm is set to fetch from if it stays so"
        )


def _script(archive: Path) -> bytes:
    with tarfile.open(archive) as files:
        member = files.extractfile(_MEMBER) if _MEMBER in files.getnames() else None
        if member is None:
            raise InputError(f"{archive}: holds no {_MEMBER}; the package's layout changed with its version")
        return member.read()


def _wheel() -> bytes:
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - as above

    script: str = get_plotlyjs()
    return script.encode()
