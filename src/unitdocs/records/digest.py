"""The digest of everything that was measured, which shows whether a record matches the present code."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from unitdocs.errors import InputError
from unitdocs.records.project import are_inside, place_of, setting
from unitdocs.records.schema import RunRecord, SuiteInfo

EXAMPLE = 'such as digest = ["src/**/*.py", "benchmarks/*.py"]'
"""The setting as a project writes it."""


def digest(root: Path, patterns: Sequence[str]) -> str:
    """Return the digest of all files below `root` that match a pattern: their names and contents, in name order."""
    total = hashlib.sha256()
    for name in matching(root, patterns):
        total.update(f"{name}\0{hashlib.sha256((root / name).read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{total.hexdigest()}"


def matching(root: Path, patterns: Sequence[str]) -> list[str]:
    """Return the names of all files below `root` that match a pattern, relative to it and in order."""
    files = {file for pattern in patterns for file in root.glob(pattern) if file.is_file()}
    return sorted(file.relative_to(root).as_posix() for file in files)


def unmatched_patterns(root: Path, patterns: Sequence[str]) -> list[str]:
    """Return the patterns that match no file below `root`: a misspelt one leaves the record current for ever."""
    return [pattern for pattern in patterns if not any(file.is_file() for file in root.glob(pattern))]


def digest_patterns(root: Path) -> list[str]:
    """Return the patterns of the files that records cover: `digest` of the project's settings.

    Raises:
        InputError: the file or the setting is missing or invalid.
    """
    patterns = setting(root, "digest")
    if not are_inside(patterns):
        place = f"{root / place_of(root, 'digest')}:"
        if patterns is None:
            raise InputError(f"{place} the key is missing; list patterns for files inside the project, {EXAMPLE}")
        raise InputError(
            f"{place} expected a list of patterns for files inside the project, {EXAMPLE}, got {patterns!r}"
        )
    return patterns


def run_patterns(root: Path, suites: Iterable[SuiteInfo]) -> list[str]:
    """Return the patterns of the files that a run of these suites covers: the project's, and the suites' folders.

    Suites outside the folders that the project names, such as those of a study, are covered too. Commands are not the
    project's: a run of them covers the module that declares them, and needs no project.

    Raises:
        InputError: as for `digest_patterns`.
    """
    suites = list(suites)
    folders = {PurePosixPath(suite.file).parent for suite in suites if suite.file}
    own = sorted(f"{folder.as_posix()}/*.py" for folder in folders if are_inside([folder.as_posix()]))
    return own if suites and all(suite.is_of_commands for suite in suites) else [*digest_patterns(root), *own]


def is_current(record: RunRecord, root: Path) -> bool:
    """Return whether everything that the record covers is unchanged."""
    return record.digest == digest(root, run_patterns(root, record.suites))
