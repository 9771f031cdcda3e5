"""Readers of other tools' result files, and of this project's own records, as results without a partner.

A file is known by its content, never by its name. Each tool has a module with `is_mine` and `read`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from unitdocs.records.readers import pyperf
from unitdocs.records.readers.places import Node, open_file
from unitdocs.records.results import Results

__all__ = ["read_results"]


class Reader(Protocol):
    """The module of a tool."""

    def is_mine(self, root: Mapping[str, object]) -> bool:
        """Tell whether a file looks like one of the tool."""

    def read(self, root: Node) -> Results:
        """Read a file of the tool."""


READERS: tuple[Reader, ...] = (pyperf,)


def read_results(path: Path | str) -> Results:
    """Read the results of one file, whatever tool wrote it; plain or compressed JSON.

    Raises:
        InputError: the file is missing, too large, no JSON, of no known tool, or not as its tool writes it; the
            problems each with their place.
    """
    root = open_file(Path(path))
    for reader in READERS:
        if isinstance(root.value, dict) and reader.is_mine(root.value):
            return reader.read(root)
    raise root.problem("no results of a known tool")
