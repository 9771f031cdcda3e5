"""Whether a record still speaks of the code at hand: a digest of everything that was measured."""

import hashlib
import tomllib
from collections.abc import Sequence
from pathlib import Path, PurePath

from unitdocs.errors import InputError
from unitdocs.records.schema import RunRecord


def digest(root: Path, patterns: Sequence[str]) -> str:
    """Return the digest of all files below `root` that match a pattern: their names and contents, in name order."""
    files = {file for pattern in patterns for file in root.glob(pattern) if file.is_file()}
    total = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.relative_to(root).as_posix()):
        name = file.relative_to(root).as_posix()
        total.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{total.hexdigest()}"


def digest_patterns(root: Path) -> list[str]:
    """Return what a project's records cover: `digest` of `[tool.unitdocs]` in its pyproject.toml.

    Raises:
        InputError: the file or the setting is missing or wrong.
    """
    path = root / "pyproject.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); a project needs one with [tool.unitdocs]") from error
    patterns = _member(_member(_member(settings, "tool"), "unitdocs"), "digest")
    if not isinstance(patterns, list) or not patterns or not all(map(_is_pattern, patterns)):
        raise InputError(
            f"{path}: tool.unitdocs.digest: expected a list of patterns, the files below it that records cover"
        )
    return patterns


def is_current(record: RunRecord, root: Path) -> bool:
    """Tell whether everything that the record measured is still as it was."""
    return record.digest == digest(root, digest_patterns(root))


def _member(table: object, name: str) -> object:
    return table.get(name) if isinstance(table, dict) else None


def _is_pattern(pattern: object) -> bool:
    """Tell whether a pattern can match files of the project, and no others."""
    if not isinstance(pattern, str) or not pattern:
        return False
    path = PurePath(pattern)
    return not path.anchor and ".." not in path.parts
