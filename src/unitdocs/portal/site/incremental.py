"""What the last rendering made: parts whose inputs are the same are read back instead of made again.

The manifest holds for every maker of parts what it looked at, a key over all of that, and the checksums of its files.
Where the key is still the same and no file was touched, its parts are those of the last time.
"""

import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

import unitdocs
from unitdocs.analysis.criteria import FILE
from unitdocs.portal.components.markup import Page
from unitdocs.portal.components.page_output import Parts
from unitdocs.portal.site import output
from unitdocs.portal.site.evidence import Evidence
from unitdocs.records.digest import digest
from unitdocs.records.schema import Frozen

DRAWN_WITH = ("numpy", "pandas", "plotly", "pydantic", "scipy", "statsmodels")
"""Packages that the parts depend on, beside unitdocs itself."""
MEMBERS = frozenset(field.name for field in fields(Evidence))


class Told(Frozen):
    """What the manifest says of the parts of one page: as `Parts`, but with a checksum for each file's content."""

    page: str
    name: str
    keys: tuple[tuple[tuple[str, ...], str], ...]
    figures: tuple[tuple[str, str], ...]
    files: Mapping[str, str]


class Note(Frozen):
    """What the manifest says of one maker.

    Args:
        looked_at: members of the evidence.
        key: changes with any of them, and with the program.
        parts: what it made.
    """

    looked_at: tuple[str, ...]
    key: str
    parts: tuple[Told, ...]


@dataclass(frozen=True)
class Maker:
    """Makes the parts of one or more pages.

    Args:
        name: its name in the manifest, always the same.
        make: the function that does.
        beside: whatever it looks at beside the evidence, as text.
    """

    name: str
    make: Callable[[Evidence], Sequence[Parts]]
    beside: str = ""


class Rendering:
    """One rendering, which begins with what the last one left.

    Args:
        docs: the folder of the site's pages.
        evidence: what the pages are made from.
    """

    def __init__(self, docs: Path, evidence: Evidence) -> None:
        self.docs = docs
        self.evidence = evidence
        self.known = _fingerprints(docs, evidence)
        self.last = _notes(output.read_manifest(docs).get("made"))
        self.notes: dict[str, object] = {}
        """What the manifest is to say."""

    def of(self, maker: Maker) -> list[Parts]:
        """Return a maker's parts: those of the last rendering where nothing that they depend on changed."""
        note = self.last.get(maker.name)
        parts = None if note is None else self._read_back(maker, note)
        if note is None or parts is None:
            watched = _watch(self.evidence)
            parts = list(maker.make(watched))
            looked_at = tuple(sorted(watched.looked_at))
            note = Note(looked_at=looked_at, key=self._key(maker, looked_at), parts=tuple(map(_told, parts)))
        self.notes[maker.name] = note.model_dump(mode="json")
        return parts

    def _key(self, maker: Maker, looked_at: Sequence[str]) -> str:
        seen = {member: self.known.get(member, "") for member in looked_at}
        text = json.dumps([_program(), maker.beside, seen], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _read_back(self, maker: Maker, note: Note) -> list[Parts] | None:
        if note.key != self._key(maker, note.looked_at):
            return None
        found = []
        for told in note.parts:
            files: dict[str, output.Content] = dict(_contents(self.docs, told.files))
            if len(files) < len(told.files):
                return None
            found.append(Parts(Page(told.page), told.name, files, dict(told.keys), dict(told.figures)))
        return found


class _Watched(Evidence):
    """Evidence that writes down which of its members are looked at."""

    looked_at: set[str]

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 -- as the attribute
        if name in MEMBERS:
            object.__getattribute__(self, "looked_at").add(name)
        return object.__getattribute__(self, name)


def _watch(evidence: Evidence) -> _Watched:
    watched = object.__new__(_Watched)
    object.__setattr__(watched, "looked_at", set())
    for member in MEMBERS:
        object.__setattr__(watched, member, getattr(evidence, member))
    return watched


def _fingerprints(docs: Path, evidence: Evidence) -> dict[str, str]:
    """Return for each member of the evidence what changes with it."""
    found = {member: _sum(path.read_bytes()) for member, path in evidence.files.items()}
    for member in found:
        is_current = getattr(getattr(evidence, member), "is_current", None)  # files of the project decide that
        found[member] += {None: "", True: " current", False: " stale"}[is_current]
    criteria = docs / FILE
    return {**found, "criteria": _sum(criteria.read_bytes()) if criteria.is_file() else ""}


@functools.cache
def _program() -> str:
    """Return what changes with the code that makes parts."""
    code = digest(Path(unitdocs.__file__).parent, ["**/*.py"])
    return " ".join([code, *(f"{package} {version(package)}" for package in DRAWN_WITH)])


def _notes(said: object) -> dict[str, Note]:
    """Return what a manifest says of each maker; nothing of one that this version cannot read."""
    try:
        return TypeAdapter(dict[str, Note]).validate_python(said)
    except ValidationError:
        return {}


def _told(made: Parts) -> Told:
    return Told(
        page=made.page.source,
        name=made.name,
        keys=tuple(made.keys.items()),
        figures=tuple(made.figures.items()),  # pairs, since the members of a file have no order
        files={path: _sum(output.encoded(content)) for path, content in made.files.items()},
    )


def _contents(docs: Path, sums: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files that are as they were written."""
    for path, expected in sums.items():
        file = docs / path
        content = file.read_bytes() if file.is_file() else b""
        if _sum(content) == expected:
            yield path, content


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
