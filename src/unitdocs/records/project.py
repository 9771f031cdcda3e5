"""The settings of a project: its unitdocs.toml if there is one, else `[tool.unitdocs]` in its pyproject.toml."""

import tomllib
from pathlib import Path, PurePath
from typing import TypeGuard

from unitdocs.errors import InputError

OWN_FILE = "unitdocs.toml"
"""A file for these settings alone, for projects whose pyproject.toml is not to be changed."""
SHARED_FILE = "pyproject.toml"


def is_project(folder: Path) -> bool:
    """Return whether a folder has a file in which the settings of a project may be."""
    return any((folder / name).is_file() for name in (OWN_FILE, SHARED_FILE))


def place_of(root: Path, name: str) -> str:
    """Return where a setting of a project belongs, for messages: the name of the file, and the key in it."""
    return f"{OWN_FILE}: {name}" if (root / OWN_FILE).is_file() else f"{SHARED_FILE}: tool.unitdocs.{name}"


def setting(root: Path, name: str) -> object:
    """Return a setting of a project, or None if its file does not have it.

    Raises:
        InputError: the file is missing or cannot be read.
    """
    has_own_file = (root / OWN_FILE).is_file()
    path = root / (OWN_FILE if has_own_file else SHARED_FILE)
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"{path}: cannot be read ({error}); a project needs it, with the key {name} under [tool.unitdocs]"
        ) from error
    if has_own_file:
        return _member(settings, name)
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
