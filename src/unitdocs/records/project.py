"""The settings of a project: `[tool.unitdocs]` in its pyproject.toml."""

import tomllib
from pathlib import Path, PurePath
from typing import TypeGuard

from unitdocs.errors import InputError


def setting(root: Path, name: str) -> object:
    """Return a member of `[tool.unitdocs]`, or None if the file does not have it.

    Raises:
        InputError: the file is missing or cannot be read.
    """
    path = root / "pyproject.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read ({error}); a project needs it, with the key {name} under [tool.unitdocs]"
        ) from error
    return _member(_member(_member(settings, "tool"), "unitdocs"), name)


def are_inside(places: object) -> TypeGuard[list[str]]:
    """Return whether a setting is a list of one or more paths or patterns inside the project."""
    return isinstance(places, list) and bool(places) and all(map(_is_inside, places))


def _member(table: object, name: str) -> object:
    return table.get(name) if isinstance(table, dict) else None


def _is_inside(place: object) -> bool:
    """Return whether a value is a relative path or pattern that does not leave the project."""
    if not isinstance(place, str) or not place:
        return False
    path = PurePath(place)
    return not path.anchor and ".." not in path.parts
