"""Where the documentation is published."""

import posixpath
import re
from typing import Final

SITE: Final = "https://unitdocs.github.io/unitdocs"
_LINK: Final = re.compile(r"\]\((?P<page>[^)#:]+)\.md(?P<anchor>#[^)]*)?\)")


def with_addresses(text: str, folder: str) -> str:
    """Return a text in Markdown whose links to other pages are addresses of the site: it is read elsewhere.

    Args:
        text: the text.
        folder: the folder of its page, below docs.
    """

    def absolute(link: re.Match[str]) -> str:
        page = posixpath.normpath(posixpath.join(folder, link["page"]))
        return f"]({SITE}/{page.removesuffix('index')}{'' if page.endswith('index') else '/'}{link['anchor'] or ''})"

    return _LINK.sub(absolute, text)
