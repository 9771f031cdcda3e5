"""Published versions of the site, on a git branch that GitHub Pages serves."""

from unitdocs.publishing.changing import Amount, Change, Pages
from unitdocs.publishing.sharing import LATEST
from unitdocs.publishing.versions import ListedVersion, publish, published, roll_back

__all__ = ["LATEST", "Amount", "Change", "ListedVersion", "Pages", "publish", "published", "roll_back"]
