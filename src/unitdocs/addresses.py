"""Where the documentation is published."""

from typing import Final

SITE: Final = "https://unitdocs.github.io/unitdocs"
