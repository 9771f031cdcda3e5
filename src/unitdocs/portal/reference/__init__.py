"""Pages made from the project itself: schema tables, source pages, the command reference and executed notebooks.

What comes from run records is made elsewhere (`portal.site`). Everything here ends as plain files below `docs`, so
that any site builder finds complete pages.
"""

from unitdocs.portal.reference.sections import render

__all__ = ["render"]
