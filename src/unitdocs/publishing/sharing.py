"""What published versions have in common is kept once at the root of the site, under a digest of its content.

A host of static pages limits the size of all versions together. Scripts, styles, the Plotly bundle, and the data and
figures of one record are the same in many versions: each such folder is moved out of the version, and the version's
pages refer to its place at the root. A folder is never changed there; another content is another folder.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

SHARED: Final = "shared"
"""The folder at the root of the site that holds what versions share."""
_GROUPS: Final = (
    "assets/javascripts",
    "assets/stylesheets",
    "assets/images",
    "assets",
    "generated/plotly.min.js",
    "generated/data/records",
    "generated/data",
    "generated/figures",
)
"""Folders and files whose content changes as one; of a folder, what is not in a group before it.

The files of a group refer to each other, such as the theme's scripts, and so they stay side by side.
"""
_DIGITS: Final = 16
_QUOTED: Final = re.compile(r'(?<=")[^"\s<>?#]+(?=["?#])')
_BASE: Final = re.compile(r'"base": "(/[^"]*)"')
"""In a page whose addresses are absolute: where the version is on its host."""
_KEPT: Final = re.compile(r"(<(pre|textarea)\b.*?</\2>)", re.DOTALL)
_NAMESPACE: Final = ' xmlns="http://www.w3.org/2000/svg"'
"""At each icon of the theme; a page needs none."""
_BREAK: Final = re.compile(r"\s*\n\s*")
"""A program in a page keeps its lines, and a line in it is no text of several lines."""


def share(site: Path, shared: Path) -> Mapping[str, str]:
    """Move what versions have in common out of a built site, and let its pages refer to the new places.

    Spaces between the tags of pages are reduced as well.

    Args:
        site: folder of the site, which will be below the root.
        shared: an empty folder, which will be at the root as `shared`.

    Returns:
        The new place of each moved file, below the root, by its place in the site.

    Raises:
        OSError: a file cannot be read, moved or written.
    """
    moved = {path: place for group in _GROUPS for path, place in _move(site, group, shared)}
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        page.write_text(_compact(_refer(text, page.relative_to(site).as_posix(), moved)), encoding="utf-8", newline="")
    return moved


def digest(files: Mapping[str, bytes]) -> str:
    """Return the name of a shared folder: a digest of the paths and contents of its files."""
    sums = (f"{hashlib.sha256(content).hexdigest()} {path}\n" for path, content in sorted(files.items()))
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:_DIGITS]


def _move(site: Path, group: str, shared: Path) -> Iterator[tuple[str, str]]:
    """Move a group of files, and yield their old and new places."""
    paths = _files(site / group)
    root = site / group if (site / group).is_dir() else (site / group).parent
    names = {path: path.relative_to(root).as_posix() for path in paths}
    if not names:
        return
    folder = digest({name: path.read_bytes() for path, name in names.items()})
    for path, name in names.items():
        target = shared / folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        yield path.relative_to(site).as_posix(), f"{SHARED}/{folder}/{name}"
    _remove_empty(site / group)


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())


def _remove_empty(folder: Path) -> None:
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        path.rmdir()
    if folder.is_dir():
        folder.rmdir()


def _refer(text: str, page: str, moved: Mapping[str, str]) -> str:
    """Return a page in which each reference to a moved file names its new place."""
    found = _BASE.search(text)
    base = found[1] if found else None
    folder = posixpath.dirname(page)
    to_root = posixpath.relpath(".", folder or ".") + "/.."

    def new(match: re.Match[str]) -> str:
        address = match[0]
        if base and address.startswith(base):
            place = moved.get(address.removeprefix(base))
            return address if place is None else posixpath.join(posixpath.dirname(base.rstrip("/")), place)
        place = moved.get(posixpath.normpath(posixpath.join(folder, address)))
        return address if place is None else posixpath.normpath(posixpath.join(to_root, place))

    return _QUOTED.sub(new, text)


def _compact(text: str) -> str:
    """Return a page with one line break in place of the spaces around it, where spaces have no meaning."""
    parts = _KEPT.split(text)
    # Each kept part is followed by the name of its tag, which the pattern captured for itself.
    pairs = zip(parts[::3], [*parts[1::3], ""], strict=True)
    return "".join(_BREAK.sub("\n", between) + kept for between, kept in pairs).replace(_NAMESPACE, "")
