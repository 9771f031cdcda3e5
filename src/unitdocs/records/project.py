"""What a project says about itself: `[tool.unitdocs]` in its pyproject.toml."""

import tomllib
from pathlib import Path, PurePath
from typing import TypeGuard

from unitdocs.errors import InputError


def setting(root: Path, name: str) -> object:
    """Return a member of `[tool.unitdocs]`; None where the file does not have it.

    Raises:
        InputError: the file is missing or cannot be read.
    """
    path = root / "pyproject.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); a project needs one with [tool.unitdocs]") from error
    return _member(_member(_member(settings, "tool"), "unitdocs"), name)


def are_inside(places: object) -> TypeGuard[list[str]]:
    """Tell whether a setting is a list of one or more paths or patterns of the project's own files."""
    return isinstance(places, list) and bool(places) and all(map(_is_inside, places))


def _member(table: object, name: str) -> object:
    return table.get(name) if isinstance(table, dict) else None


def _is_inside(place: object) -> bool:
    if not isinstance(place, str) or not place:
        return False
    path = PurePath(place)
    return not path.anchor and ".." not in path.parts
