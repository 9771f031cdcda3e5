"""What published versions have in common is kept once at the root of the site, under a digest of its content.

A host of static pages limits the size of all versions together. Scripts, styles, the Plotly bundle, the data and
figures of one record and the source of a module are the same in many versions: each is moved out of the version, and
the version's pages refer to its place at the root. A folder is never changed there; another content is another folder.
"""

import gzip
import hashlib
import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from unitdocs.publishing import icons
from unitdocs.publishing.compacting import compact

LATEST: Final = "latest"
"""The folder at the root of the site that is a copy of the newest version."""
SHARED: Final = "shared"
"""The folder at the root of the site that holds what versions share."""
_GROUPS: Final = ("assets/javascripts", "assets/stylesheets", "assets/images", "assets", "generated/pyodide")
"""Folders whose content changes as one; of a folder, what is not in a group before it.

The files of a group refer to each other, such as the theme's scripts or Python for the browser, and so they stay side
by side.
"""
_SINGLE: Final = (
    "generated/plotly.min.js",
    "generated/training/*.zip",
    "generated/data",
    "generated/figures",
    "search/*.json.gz",
    "reference/source",
    "reference/*.csv",
)
"""Files, and folders of such, that change each for itself, as patterns."""
_STYLES: Final = "assets/unitdocs.css"
_SEARCH: Final = "search/search_index.json"
_NAMES_SEARCH: Final = "data-index="
"""What is in the pages if their programs find a compressed index of the search; the theme's own do not."""
_PROGRAMS: Final = "assets/programs"
_PROGRAM: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_LONG: Final = 300  # characters of a program that is worth a file
_IN_LINE: Final = re.compile(r"</?(?:a|code|em|kbd|strong)\b[^>]*>")
_TAGS: Final = re.compile(r"<[^>]*>")
_FIGURES: Final = "generated/figures"
_SOURCES: Final = "reference/source"
_TO_ROOT: Final = '"../../'
"""How a source page leads to the root of its site; as a shared one, to the root of all versions."""
_DIGITS: Final = 16
_QUOTED: Final = re.compile(r'(?<=")[^"\s<>?#]+(?=["?#])')
_BASE: Final = re.compile(r'"base": "(/[^"]*)"')
"""In a page whose addresses are absolute: where the version is on its host."""


def share(site: Path, shared: Path) -> Mapping[str, str]:
    """Move what versions have in common out of a built site, and let its pages refer to the new places.

    Pages are made smaller as well, and the data of figures and of the search are compressed, which the site's scripts
    know.

    Args:
        site: folder of the site, which will be below the root.
        shared: an empty folder, which will be at the root as `shared`.

    Returns:
        The new place of each moved file, below the root, by its place in the site.

    Raises:
        OSError: a file cannot be read, moved or written.
    """
    sources = _files(site / _SOURCES)
    for page in sources:
        _detach(page)
    pages: Mapping[Path, str] = {
        page: page.read_text(encoding="utf-8") for page in sorted(site.rglob("*.html")) if page not in sources
    }
    if (site / _STYLES).is_file():
        pages = _with_icons_in_styles(site / _STYLES, pages)
    pages = _with_shared_programs(site, pages)
    _compact_index(site / _SEARCH)
    named = [site / _SEARCH] if any(_NAMES_SEARCH in text for text in pages.values()) else []
    compressed = dict(_compress(site, [*_files(site / _FIGURES), *filter(Path.is_file, named)]))
    groups = [*_GROUPS, *(path.relative_to(site).as_posix() for name in _SINGLE for path in _matching(site, name))]
    moved = {compressed.get(path, path): place for group in groups for path, place in _move(site, group, shared)}
    for page, text in pages.items():
        page.write_text(compact(_refer(text, page.relative_to(site).as_posix(), moved)), encoding="utf-8", newline="")
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
    _remove_empty(root)


def _detach(page: Path) -> None:
    """Let a source page lead to the newest version: it outlives its own, and its program knows the reader's."""
    own, begin, code = page.read_text(encoding="utf-8").partition("<pre")
    text = compact(own.replace(_TO_ROOT, f"{_TO_ROOT}{LATEST}/") + begin + code)
    page.write_text(text, encoding="utf-8", newline="")


def _with_icons_in_styles(styles: Path, pages: Mapping[Path, str]) -> Mapping[Path, str]:
    """Add the shapes of the pages' icons to the style sheet, and return the pages without them."""
    with styles.open("a", encoding="utf-8", newline="") as file:
        file.write(icons.style(pages.values()))
    return {page: icons.without_shapes(text) for page, text in pages.items()}


def _with_shared_programs(site: Path, pages: Mapping[Path, str]) -> Mapping[Path, str]:
    """Put programs that most pages carry themselves into files, and return the pages that refer to those."""
    counts = Counter(program for text in pages.values() for program in set(_PROGRAM.findall(text)))
    common = [program for program, count in counts.items() if count > len(pages) / 2 and len(program) > _LONG]
    files = {program: f"{_PROGRAMS}/{hashlib.sha256(program.encode()).hexdigest()[:_DIGITS]}.js" for program in common}
    for program, name in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(program, encoding="utf-8", newline="")

    def referring(page: Path, text: str) -> str:
        to_site = posixpath.relpath(".", page.parent.relative_to(site).as_posix())
        place = found[1] if (found := _BASE.search(text)) else f"{to_site}/"
        for program, name in files.items():
            text = text.replace(f"<script>{program}</script>", f'<script src="{place}{name}"></script>')
        return text

    return {page: referring(page, text) for page, text in pages.items()}


def _compact_index(file: Path) -> None:
    """Leave tags out of the index of the search: what is found is shown as plain text."""
    if not file.is_file():
        return
    index = json.loads(file.read_bytes())
    for entry in index["docs"]:
        entry["text"] = " ".join(_TAGS.sub(" ", _IN_LINE.sub("", entry["text"])).split())
    file.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8", newline="")


def _compress(site: Path, files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Compress files, and yield their new and old places."""
    for file in files:
        target = file.with_name(f"{file.name}.gz")
        target.write_bytes(gzip.compress(file.read_bytes(), mtime=0))
        file.unlink()
        yield target.relative_to(site).as_posix(), file.relative_to(site).as_posix()


def _matching(site: Path, pattern: str) -> list[Path]:
    return [file for place in sorted(site.glob(pattern)) for file in _files(place)]


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())


def _remove_empty(folder: Path) -> None:
    """Remove a folder with the empty folders in it, unless it holds a file."""
    for path in sorted((path for path in [folder, *folder.rglob("*")] if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


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
