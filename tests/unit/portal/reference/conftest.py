"""A small project whose reference documents one module."""

from pathlib import Path

import pytest

SOURCE = '''
"""A module."""

from enum import StrEnum

LIMIT = 3
"""The limit."""

hidden = LIMIT


class Colour(StrEnum):
    """A colour."""

    RED = "red"
    """As blood."""


class Cache:
    """One & all."""

    def get(self) -> None:
        """Return it."""

    def undocumented(self) -> None: ...

    def _private(self) -> None:
        """Do it."""
'''
PAGE = """\
# Units & more

::: shelf.cache.Cache
    options: { heading_level: 3 }

::: shelf.cache.LIMIT
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the root of a project with a package `shelf` and a page of the reference."""
    package = tmp_path / "src" / "shelf"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""A package."""\n\nfrom shelf.cache import Cache\n\n__all__ = ["Cache"]\n')
    (package / "cache.py").write_text(SOURCE)
    reference = tmp_path / "docs" / "reference"
    reference.mkdir(parents=True)
    (reference / "units.md").write_text(PAGE)
    return tmp_path


@pytest.fixture
def docs(project: Path) -> Path:
    """Return the project's folder of pages."""
    return project / "docs"
