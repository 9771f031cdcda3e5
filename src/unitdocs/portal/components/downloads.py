"""Records as files that readers can download."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from unitdocs.records.store import GZIP, XZ, packed, unpacked

FOLDER = "data/records"
"""Folder of the records below `generated`."""


@dataclass(frozen=True)
class Download:
    """A record that the site offers as a file: byte for byte as it was read, or its content as xz data.

    Args:
        name: name of the file.
        title: what the record is.
        record: the record itself.
        is_current: whether the measured code is unchanged; None if the record has no digest.
        readers: commands or Python expressions that read the file, with `{}` for its name.
        content: the file's bytes.
    """

    name: str
    title: str
    record: BaseModel
    is_current: bool | None
    readers: Sequence[str]
    content: bytes

    @property
    def path(self) -> str:
        """Path of the file below docs."""
        return f"generated/{FOLDER}/{self.name}"

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def repacked(content: bytes) -> bytes:
    """Return a compressed file as xz data, which are smaller; other files as they are.

    Raises:
        InputError: this Python cannot write xz data.
    """
    return packed(unpacked(content)) if content.startswith(GZIP) else content


def suffix_of(content: bytes) -> str:
    """Return what the name of a file with this content ends in; nothing for one that is not compressed."""
    return next((suffix for start, suffix in ((GZIP, ".gz"), (XZ, ".xz")) if content.startswith(start)), "")
