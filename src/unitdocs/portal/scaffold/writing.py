"""The files of a portal on disk: what is written, updated, or left because somebody changed it.

A manifest holds the checksum of each file as the templates had it. A file with another content is the user's own: it is
never written, and what the templates have now is written next to it, with `.new` at the end of its name.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from unitdocs.errors import InputError
from unitdocs.files import write_atomically
from unitdocs.portal.scaffold.portal import Portal
from unitdocs.portal.scaffold.templates import portal_files
from unitdocs.records.schema import Frozen

MANIFEST = ".unitdocs/init.json"
README = "README.md"
NEW = ".new"
"""Ends the name of what the templates have for a file that is the user's own."""


class FileOutcome(StrEnum):
    """What happened to a file."""

    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"
    """No template has it any more, and nobody had changed it."""
    YOURS = "kept"
    """It differs from every template, so the new one is next to it."""
    MISSING = "not restored"
    """It was removed since it was written."""


@dataclass(frozen=True)
class WrittenFile:
    """A file, and what happened to it.

    Args:
        path: relative to the portal.
        outcome: what happened.
        new: the file with what the templates have, if this one is the user's own; otherwise empty.
    """

    path: str
    outcome: FileOutcome
    new: str = ""


class PortalManifest(Frozen):
    """What a portal was made from.

    Args:
        unitdocs: the version whose templates it has.
        portal: the words in them.
        files: the checksum of each file as the templates had it, by path.
    """

    format: Literal["unitdocs-init"] = "unitdocs-init"
    format_version: Literal[1] = 1
    unitdocs: str
    portal: Portal
    files: Mapping[str, str]


def read_manifest(folder: Path) -> PortalManifest | None:
    """Return what the portal of a folder was made from; None if it has none, or one that this version cannot read."""
    try:
        return PortalManifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def create(folder: Path, portal: Portal) -> list[WrittenFile]:
    """Write a portal into a folder, which is made if it does not exist; files that are there stay as they are.

    Raises:
        InputError: the folder has a portal, or is a file.
    """
    if (folder / MANIFEST).exists():
        raise InputError(f"{folder}: has a portal already; bring it up to date with `unitdocs init --upgrade {folder}`")
    return _write(folder, portal, {})


def upgrade(folder: Path) -> list[WrittenFile]:
    """Bring the files of a portal to the templates of this version; those that somebody changed stay as they are.

    Raises:
        InputError: the folder has no portal, or its manifest cannot be read.
    """
    path = folder / MANIFEST
    try:
        manifest = PortalManifest.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise InputError(
            f"{path}: missing, so there is no portal to upgrade; write one with `unitdocs init`"
        ) from error
    except ValidationError as error:
        raise InputError(
            f"{path}: is not a manifest that this version reads ({error.errors()[0]['msg']}); restore it from git"
        ) from error
    return _write(folder, manifest.portal, manifest.files)


def _write(folder: Path, portal: Portal, written: Mapping[str, str]) -> list[WrittenFile]:
    """Write what the templates have, and return the files that something happened to."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: not a folder; name one for the portal")
    texts = {path: text.encode() for path, text in portal_files(portal).items()}
    _refuse_links(folder, texts)
    changes = [change for path, content in texts.items() for change in _place(folder, path, content, written.get(path))]
    for path in [path for path in written if path not in texts]:
        if _checksum_of(folder / path) == written[path]:
            (folder / path).unlink()
            changes.append(WrittenFile(path, FileOutcome.REMOVED))
    manifest = PortalManifest(
        unitdocs=version("unitdocs"), portal=portal, files={path: _checksum(content) for path, content in texts.items()}
    )
    write_atomically(folder / MANIFEST, f"{manifest.model_dump_json(indent=1)}\n".encode())
    return changes


def _place(folder: Path, path: str, content: bytes, written: str | None) -> list[WrittenFile]:
    """Write a file if it is not the user's own, and return what happened to it, if anything."""
    own = _readme(folder) if path == README else path
    present, wanted = _checksum_of(folder / own), _checksum(content)
    if present == wanted:
        return []
    if present is None and written is not None:
        return [WrittenFile(path, FileOutcome.MISSING)] if written != wanted else []
    if present is not None and present != written:
        if written == wanted:  # the template is as it was when it was offered
            return []
        write_atomically(folder / f"{path}{NEW}", content)
        return [WrittenFile(own, FileOutcome.YOURS, f"{path}{NEW}")]
    write_atomically(folder / own, content)
    return [WrittenFile(own, FileOutcome.ADDED if present is None else FileOutcome.UPDATED)]


def _readme(folder: Path) -> str:
    """Return the name of the folder's README, which may have another format than the portal's."""
    if (folder / README).exists() or not folder.is_dir():
        return README
    names = [path.name for path in folder.iterdir() if path.stem.lower() == "readme" and path.is_file()]
    return min(names, default=README)


def _refuse_links(folder: Path, paths: Mapping[str, bytes]) -> None:
    """Refuse to write through a symbolic link that leads out of the folder."""
    root = folder.resolve()
    for path in paths:
        if not (folder / path).resolve().is_relative_to(root):
            raise InputError(f"{folder / path}: leads out of the folder by a symbolic link; remove the link")


def _checksum_of(path: Path) -> str | None:
    return _checksum(path.read_bytes()) if path.is_file() else None


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
