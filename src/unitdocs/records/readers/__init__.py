"""Readers of other tools' result files and of this project's own records.

A file is recognized by its content, never by its name. Each tool has a module with `matches_format` and `read`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from unitdocs.errors import InputError
from unitdocs.records.readers import (
    asv,
    google_benchmark,
    hyperfine,
    pyperf,
    pytest_benchmark,
    unitdocs_results,
    unitdocs_run,
)
from unitdocs.records.readers.places import Node, one_line, open_file
from unitdocs.records.results import Results

__all__ = ["describes_folder", "read_results"]


class Reader(Protocol):
    """The module of a tool."""

    def matches_format(self, root: Mapping[str, object]) -> bool:
        """Return whether a file has the format of the tool."""

    def read(self, root: Node) -> Results:
        """Read a file of the tool."""


READERS: tuple[Reader, ...] = (
    unitdocs_run, unitdocs_results, pytest_benchmark, google_benchmark, pyperf, asv, hyperfine,
)  # fmt: skip
"""In the order in which they are tried: other tools also use the few member names of pyperf and hyperfine."""


def describes_folder(path: Path) -> bool:
    """Return whether a file is one that asv keeps with its results, such as machine.json, and holds none itself."""
    try:
        return path.name in asv.FOLDER_FILES and asv.describes_folder(open_file(path).value)
    except InputError:
        return False


def read_results(path: Path | str) -> Results:
    """Return the results in a file of any supported tool, plain or compressed JSON.

    Raises:
        InputError: the file is missing, too large, not JSON, of an unsupported tool or malformed; with the place of
            each problem.
    """
    root = open_file(Path(path))
    for reader in READERS:
        if isinstance(root.value, dict) and reader.matches_format(root.value):
            return reader.read(root)
    if asv.describes_folder(root.value):
        raise InputError(
            f"{one_line(str(root.file))}: $: describes the machine or the benchmarks of an asv folder and holds no "
            "results; give a file named after a commit, or the folder"
        )
    raise InputError(
        f"{one_line(str(root.file))}: $: no results of a supported tool; give a file of pyperf, pytest-benchmark, "
        "asv, Google Benchmark, hyperfine or unitdocs"
    )
