"""Python for the browser: Pyodide, which the lessons' pages load when a reader runs code.

npm brings it at an exact version with a checksum (`package-lock.json`), and a cache folder keeps it, so that later
builds fetch nothing; a kept file that was changed is fetched again. It is never committed. WebAssembly is compressed
here, since not every host does so, and the list of packages that Pyodide could fetch from another host is emptied.

To change the version, edit `package.json` and run npm's `install --package-lock-only` in this folder.
"""

import gzip
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from unitdocs.files import write_atomically
from unitdocs.formatting import size
from unitdocs.portal.bundle import npm

_HERE: Final = Path(__file__).parent
_SOURCES: Final = ("package.json", "package-lock.json")
_LOCK: Final = "pyodide-lock.json"
_WASM: Final = "pyodide.asm.wasm"
_AS_THEY_ARE: Final = ("pyodide.mjs", "pyodide.asm.mjs", "python_stdlib.zip", "README.md")
"""Files of the package that are kept; the last one has its licence."""
_README: Final = "README.txt"
ABOUT: Final = "about.md"
"""The snippet that says what running code loads."""
_COMPRESSED: Final = (".mjs", ".json")
"""Endings of files that a host compresses when it sends them."""
_WITHOUT: Final = (
    "This site was built without Python for the browser: copy the code, and use "
    "[`unitdocs train`](../reference/cli.md#unitdocs-train-start).\n"
)


def provide(folder: Path, cache: Path) -> bool:
    """Write Pyodide's files and the snippet about them into a folder; return whether Pyodide could be had.

    Files that are the same already stay as they are. Without Pyodide the snippet says what to do instead.

    Args:
        folder: such as `docs/generated/pyodide`.
        cache: folder that keeps what was fetched.

    Raises:
        InputError: a file from npm's registry does not match its pinned checksum.
    """
    files = kept(cache)
    if files is None:
        files = _fetch(cache)
        if files is not None:
            keep(files, cache)
    written = {**(files or {}), ABOUT: (_WITHOUT if files is None else _about(files)).encode()}
    for name, content in written.items():
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            write_atomically(folder / name, content)
    for path in folder.glob("*"):
        if path.name not in written:
            path.unlink()
    return files is not None


def version() -> str:
    """Return the version of Pyodide."""
    declared = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))
    pinned: str = declared["dependencies"]["pyodide"]
    return pinned


def keep(files: Mapping[str, bytes], cache: Path) -> None:
    """Keep files in a cache folder: its name says what they were made from and what they hold."""
    folder = cache / f"{_name()}-{_digest(files)}"
    for name, content in files.items():
        write_atomically(folder / name, content)


def kept(cache: Path) -> Mapping[str, bytes] | None:
    """Return the files of the pinned version in a cache folder; None if there are none, or they have been changed."""
    for folder in sorted(cache.glob(f"{_name()}-*")):
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        if folder.name == f"{_name()}-{_digest(files)}":
            return files
    return None


def _name() -> str:
    return f"pyodide-{version()}-{_digest({name: (_HERE / name).read_bytes() for name in (*_SOURCES, '__init__.py')})}"


def _digest(files: Mapping[str, bytes]) -> str:
    sums = (f"{hashlib.sha256(content).hexdigest()} {name}\n" for name, content in sorted(files.items()))
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:16]


def _fetch(cache: Path) -> Mapping[str, bytes] | None:
    """Return Pyodide's files as pages load them; None if npm cannot install the package."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for source in _SOURCES:
            shutil.copyfile(_HERE / source, folder / source)
        if not npm.install(folder, "Python for the browser"):
            return None
        package = folder / "node_modules" / "pyodide"
        files = {file: (package / file).read_bytes() for file in _AS_THEY_ARE}
        files[_README] = files.pop("README.md")  # a page is what MkDocs would make of it
        lock = json.loads((package / _LOCK).read_bytes())
        files[_LOCK] = json.dumps({**lock, "packages": {}}).encode()
        files[f"{_WASM}.gz"] = gzip.compress((package / _WASM).read_bytes(), mtime=0)
        return files


def _about(files: Mapping[str, bytes]) -> str:
    sent = {name: gzip.compress(content) if name.endswith(_COMPRESSED) else content for name, content in files.items()}
    total = sum(len(content) for name, content in sent.items() if name != _README)
    return (
        f"The first run loads Python into this page: {size(total)} from this site, and nothing from elsewhere. "
        "Your code stays in this browser.\n"
    )
