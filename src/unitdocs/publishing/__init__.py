"""Published versions of the site, kept on a git branch through mike."""

from unitdocs.publishing.versions import LATEST, Pages, publish, published, roll_back

__all__ = ["LATEST", "Pages", "publish", "published", "roll_back"]
