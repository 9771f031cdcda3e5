"""The sections of the reference: each is built again only when one of its inputs changed.

A manifest holds, for each section, a key over its inputs and the checksums of its files. Nothing else is cached, so
deleting `docs/generated` gives a first rendering.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from unitdocs.files import write_atomically
from unitdocs.portal.reference import (
    changelog,
    commands,
    error_index,
    lessons,
    notebooks,
    schema_tables,
    settings_tables,
    source_pages,
)
from unitdocs.portal.reference.documented import load_code, reference_pages
from unitdocs.records.digest import digest
from unitdocs.records.schema import Frozen

MANIFEST: Final = "generated/reference/manifest.json"
_CODE: Final = "src/**/*.py"
_PACKAGES: Final = ("griffelib", "pandas", "plotly", "pydantic", "pygments", "typer")
"""Packages that shape the output of a section."""


@dataclass(frozen=True)
class Section:
    """A set of files that are built together.

    Args:
        name: its name in the manifest.
        folders: folders below docs that hold its files and nothing else.
        pages: pattern of the pages below docs that it serves; without such a page there is nothing to build.
        inputs: patterns of the other files of the project that it reads.
        build: returns the files, by path below docs, from the project's root and the docs folder.
    """

    name: str
    folders: tuple[str, ...]
    pages: str
    inputs: tuple[str, ...]
    build: Callable[[Path, Path], Mapping[str, str | bytes]]


class BuiltSection(Frozen):
    """What the manifest holds of a section.

    Args:
        key: changes with any input.
        files: checksums by path below docs.
    """

    key: str
    files: Mapping[str, str]


def render(project: Path, docs: Path) -> None:
    """Write the files of all sections below `docs`; sections with unchanged inputs and files stay as they are.

    Args:
        project: root of the project: its code is in `src`.
        docs: the folder of the site's pages.

    Raises:
        InputError: a documented object, a command or a cell of a notebook cannot be rendered.
    """
    previous = _read_manifest(docs)
    built: dict[str, BuiltSection] = {}
    for section in SECTIONS:
        if not any(docs.glob(section.pages)):
            continue
        key = _key(section, project, docs)
        known = previous.get(section.name)
        built[section.name] = known if known and _is_intact(known, key, docs) else _build(section, key, project, docs)
    if built and built != previous:
        listed = {name: section.model_dump(mode="json") for name, section in built.items()}
        write_atomically(docs / MANIFEST, (json.dumps(listed, indent=1, sort_keys=True) + "\n").encode())


def _build_objects(project: Path, docs: Path) -> Mapping[str, str]:
    """Return the schema tables and the source pages of the documented objects; the code is read once for both."""
    pages = reference_pages(docs)
    code = load_code(project, pages)
    return {**schema_tables.build(pages, code), **source_pages.build(pages, code, project / "src")}


SECTIONS: Final = (
    Section("changelog", (changelog.FOLDER,), "changelog.md", (changelog.FILE,), changelog.build),
    Section("objects", (schema_tables.FOLDER, source_pages.FOLDER), "reference/*.md", (_CODE,), _build_objects),
    Section("commands", (commands.FOLDER,), "reference/cli.md", (_CODE, "pyproject.toml"), commands.build),
    Section(
        "errors",
        (error_index.FOLDER,),
        "reference/errors.md",
        (_CODE, "scripts/**/*.py", "docs/errors.toml"),
        error_index.build,
    ),
    Section("settings", (settings_tables.FOLDER,), "reference/settings.md", (_CODE,), settings_tables.build),
    Section(
        "lessons", (lessons.FOLDER,), "training/*.md", (_CODE, "src/unitdocs/training/lessons/*.toml"), lessons.build
    ),
    Section("notebooks", (notebooks.FOLDER,), "notebooks/*.ipynb", (_CODE, "benchmarks/results/*"), notebooks.build),
)


def _build(section: Section, key: str, project: Path, docs: Path) -> BuiltSection:
    """Build a section and make its folder hold exactly its files."""
    built = section.build(project, docs)
    files = {path: content if isinstance(content, bytes) else content.encode() for path, content in built.items()}
    for path, content in files.items():
        target = docs / path
        if not target.is_file() or target.read_bytes() != content:  # a running server rebuilds no more than it must
            write_atomically(target, content)
    for file in (file for folder in section.folders for file in (docs / folder).glob("*.*")):
        if file.relative_to(docs).as_posix() not in files:
            file.unlink()
    return BuiltSection(key=key, files={path: _checksum(content) for path, content in files.items()})


def _key(section: Section, project: Path, docs: Path) -> str:
    """Return a text that changes with the section's pages, its other inputs and the code that builds it."""
    parts = [
        digest(docs, [section.pages]),
        digest(project, section.inputs),
        digest(Path(__file__).parent, ["*.py", "*.html"]),
        *(f"{package} {version(package)}" for package in _PACKAGES),
    ]
    return _checksum("\n".join(parts).encode())


def _is_intact(built: BuiltSection, key: str, docs: Path) -> bool:
    """Return whether a section's inputs and files are those of the last rendering."""
    return built.key == key and all(
        (docs / path).is_file() and _checksum((docs / path).read_bytes()) == expected
        for path, expected in built.files.items()
    )


def _read_manifest(docs: Path) -> dict[str, BuiltSection]:
    """Return the manifest of the last rendering; empty without one that this version reads."""
    try:
        return TypeAdapter(dict[str, BuiltSection]).validate_json((docs / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return {}


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
