"""The changelog as a part of a page: CHANGELOG.md without its title, with links that lead within the site."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FOLDER: Final = "generated/reference/changelog"
FILE: Final = "CHANGELOG.md"
_TITLE: Final = re.compile(r"\A# .*\n+")
_LINK_TO_PAGE: Final = re.compile(r"\]\(docs/")


def build(project: Path, docs: Path) -> Mapping[str, str]:  # noqa: ARG001 - the signature of every section
    """Return the changelog as a snippet; nothing for a project without one, whose page is its own.

    Raises:
        OSError: it cannot be read.
    """
    file = project / FILE
    if not file.is_file():
        return {}
    text = _TITLE.sub("", file.read_text(encoding="utf-8"))
    return {f"{FOLDER}/changelog.md": _LINK_TO_PAGE.sub("](", text)}
