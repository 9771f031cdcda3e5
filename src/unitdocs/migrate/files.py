"""Finding the Python files of a tree, reading them as they are, and writing them whole or not at all."""

import io
import os
import tokenize
from pathlib import Path
from typing import Final, NamedTuple

from unitdocs.errors import InputError
from unitdocs.files import write_atomically

SUFFIXES: Final = frozenset({".py", ".pyi", ".pyw"})
BY_HAND: Final = frozenset({".ipynb", ".pyx", ".pxd"})
"""Files with Python in them that are not read, and named if they mention the package."""
LEFT_OUT: Final = frozenset({"build", "dist", "env", "node_modules", "site-packages", "venv", "virtualenv"})
"""Folders that hold copies and other people's code; those whose name begins with a dot are left out too."""
COMPILED: Final = "__pycache__"
"""A folder that Python itself writes, which is in most trees and holds no code to read: it is not named."""
PACKAGE: Final = b"unitdocs"


class SourceFile(NamedTuple):
    """A file of the tree.

    Args:
        path: where it is.
        name: its path in the tree, with slashes.
        module: its dotted name.
        raw: its bytes.
        text: its text, without a byte order mark.
        encoding: of the text.
    """

    path: Path
    name: str
    module: str
    raw: bytes
    text: str
    encoding: str

    @property
    def is_package(self) -> bool:
        """Whether relative imports in it begin at itself."""
        return self.path.stem == "__init__"

    def encoded(self, content: bytes) -> bytes:
        """Return a text, given as UTF-8, as the bytes of this file.

        Raises:
            UnicodeEncodeError: the file's encoding has no such character.
        """
        return content.decode().encode(self.encoding)


class Skipped(NamedTuple):
    """A file that is not read.

    Args:
        name: its path in the tree.
        reason: why.
        is_concerned: whether it mentions the package, so that something may be left in it.
    """

    name: str
    reason: str
    is_concerned: bool


class Listing(NamedTuple):
    """What a tree holds: files to read, folders that are left out, and files that are skipped."""

    files: list[Path]
    folders: list[str]
    skipped: list[Skipped]


def list_files(root: Path) -> Listing:
    """Return the Python files of a tree, sorted.

    Symbolic links are not followed: a file inside of the tree is found where it is, one outside is not touched.

    Raises:
        InputError: the path does not exist, or is neither a folder nor a Python file.
    """
    if not root.exists():
        raise InputError(f"{root}: does not exist; give a folder or a Python file")
    if root.is_file():
        if root.suffix not in SUFFIXES:
            raise InputError(f"{root}: is no Python file; give one, or a folder")
        return Listing([root], [], [])
    if not root.is_dir():
        raise InputError(f"{root}: is neither a folder nor a file; give a folder or a Python file")
    listing = Listing([], [], [])
    for folder, folders, names in os.walk(root, onerror=_refuse):
        here = Path(folder)
        gone = sorted(name for name in folders if _is_left_out(here / name))
        listing.folders.extend((here / name).relative_to(root).as_posix() for name in gone)
        folders[:] = sorted({*folders} - {*gone, COMPILED})
        for name in sorted(names):
            _sort_in(here / name, root, listing)
    return listing


def _refuse(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot be read ({error.strerror}); correct that, or scan another folder")


def _is_left_out(folder: Path) -> bool:
    return (
        folder.is_symlink()
        or folder.name.startswith(".")
        or folder.name in LEFT_OUT
        or folder.name.endswith(".egg-info")
        or (folder / "pyvenv.cfg").exists()
    )


def _sort_in(path: Path, root: Path, listing: Listing) -> None:
    """Add a file to those that are read or to those that are skipped, if it holds Python."""
    name = path.relative_to(root).as_posix()
    if path.suffix not in SUFFIXES | BY_HAND:
        return
    if path.is_symlink():
        if not path.resolve().is_relative_to(root.resolve()):
            listing.skipped.append(
                Skipped(name, "a symbolic link out of the folder, which is not followed", is_concerned=False)
            )
        return
    if not path.is_file():
        return
    if path.suffix in SUFFIXES:
        listing.files.append(path)
    elif PACKAGE in _bytes(path):
        listing.skipped.append(
            Skipped(name, f"a file of the kind {path.suffix}, which is not read; see it by hand", is_concerned=True)
        )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def read(path: Path, root: Path) -> SourceFile | Skipped:
    """Return a file with its text, or why it cannot be read."""
    name = path.relative_to(root).as_posix() if path != root else path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Skipped(name, f"cannot be read ({error.strerror})", is_concerned=True)
    is_concerned = PACKAGE in raw
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return Skipped(name, f"its encoding cannot be read ({error})", is_concerned)
    if text.encode(encoding) != raw or "\0" in text:
        return Skipped(name, f"its bytes would not stay as they are in {encoding}", is_concerned)
    return SourceFile(path, name, module_name(path, root), raw, text, encoding)


def module_name(path: Path, root: Path) -> str:
    """Return the dotted name of a file: from the outermost package that holds it, or from the root of the tree."""
    inner = path.parent if path == root else root
    base = inner.resolve()
    while (base / "__init__.py").exists() and base.parent != base:
        base = base.parent
    parts = [*path.resolve().relative_to(base).with_suffix("").parts]
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts)


def write(source: SourceFile, content: bytes) -> str | None:
    """Replace a file by new bytes at once, with its permissions; return why it was not written, if it was not.

    Args:
        source: the file as it was read.
        content: its new bytes.
    """
    try:
        if source.path.read_bytes() != source.raw:
            return "was changed by another program meanwhile; run it again"
        write_atomically(source.path, content)
    except OSError as error:
        return f"cannot be written ({error.strerror or error}); correct that, and run it again"
    return None
