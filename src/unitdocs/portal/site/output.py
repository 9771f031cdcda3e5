"""The generated files of the site: collected in memory, then written so that a reader never sees a partial file.

Only files whose content changed are written (a running `mkdocs serve` rebuilds no more than necessary), and
obsolete files are removed. The manifest is written last: its presence means that rendering was finished.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from unitdocs.files import write_atomically
from unitdocs.portal.components.case_links import FOLDER as CASES
from unitdocs.portal.components.markup import to_json
from unitdocs.portal.components.page_output import Content

FOLDER = "generated"
MANIFEST = "manifest.json"


def write(docs: Path, files: Mapping[str, Content], folders: Iterable[str], about: Mapping[str, object]) -> None:
    """Make folders below `docs/generated` and the pages of cases hold exactly these files, with a manifest.

    Args:
        docs: the folder of the site's pages.
        files: content by path below docs; every path starts with `generated/` and one of the folders, or with the
            folder of the pages of cases.
        folders: names of folders in which all other files are removed; other folders are left alone.
        about: members of the manifest in addition to the names of the files.
    """
    folder = docs / FOLDER
    manifest = folder / MANIFEST
    listed = to_json({**about, "files": sorted(files)}) + "\n"
    changed = {path: content for path, content in files.items() if not _holds(docs / path, content)}
    if changed:
        manifest.unlink(missing_ok=True)
    for path, content in changed.items():
        _replace(docs / path, encoded(content))
    kept = {docs / path for path in files}
    for name in folders:
        _remove_others((folder / name).glob("*"), kept)
    _remove_others((docs / CASES).rglob("*"), kept)
    if not _holds(manifest, listed):
        write_atomically(manifest, encoded(listed))


def read_manifest(docs: Path) -> dict[str, Any]:
    """Return the manifest of the last rendering; empty if there is none or it cannot be read."""
    try:
        manifest = json.loads((docs / FOLDER / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def is_rendered(docs: Path) -> bool:
    """Whether `docs/generated` was rendered to the end."""
    return (docs / FOLDER / MANIFEST).is_file()


def encoded(content: Content) -> bytes:
    """Return the bytes of a file with this content."""
    return content if isinstance(content, bytes) else content.encode()


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one.

    Unlike `write_atomically` it does not wait for the disk, which takes longer than making hundreds of small files. A
    file that a power failure damages is made again: its checksum in the manifest differs.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _holds(path: Path, content: Content) -> bool:
    return path.is_file() and path.read_bytes() == encoded(content)


def _remove_others(paths: Iterable[Path], current_files: set[Path]) -> None:
    """Remove the files that this rendering did not write."""
    for path in list(paths):
        if path not in current_files and not path.is_dir():
            path.unlink()
