"""Icons of pages in the site's style sheet, once for all pages.

The theme draws each icon anew in every page. Here a page keeps the icon's place, and the style sheet, which versions
share, has its shape as a mask in the colour of the text around it. That is how the theme itself shows icons that have
no place of their own in a page.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

_ICON: Final = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg"(?P<box> viewBox="0 0 24 24")>(?P<shape><path d="[^"<>]*"\s*/>)</svg>'
)
_DIGITS: Final = 6
_RULES: Final = """
[class^="ud-icon-"] { background: currentcolor; forced-color-adjust: none; print-color-adjust: exact }
@media (forced-colors: active) { [class^="ud-icon-"] { background: CanvasText } }
"""


def style(pages: Iterable[str]) -> str:
    """Return the rules for all icons of some pages; empty without icons."""
    shapes = {icon["shape"] for page in pages for icon in _ICON.finditer(page)}
    rules = "".join(f'.{_name(shape)} {{ mask: url("{_image(shape)}") }}\n' for shape in sorted(shapes))
    return _RULES + rules if rules else ""


def without_shapes(page: str) -> str:
    """Return a page whose icons are drawn by the rules of `style`."""
    return _ICON.sub(lambda icon: f'<svg class="{_name(icon["shape"])}"{icon["box"]}></svg>', page)


def _name(shape: str) -> str:
    return f"ud-icon-{hashlib.sha256(shape.encode()).hexdigest()[:_DIGITS]}"


def _image(shape: str) -> str:
    drawn = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>{shape}</svg>".replace('"', "'")
    return "data:image/svg+xml," + quote(drawn, safe=" '=:/.,-")
