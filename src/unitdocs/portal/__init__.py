"""From run records to the generated parts of a documentation site: snippets, figures and tables.

`render` writes the generated parts of a site. In a notebook or on your own page, `figures` draws results and samples,
and `show` displays a figure.
"""

from unitdocs.portal import figures
from unitdocs.portal.notebook import NotebookFigure, show
from unitdocs.portal.site.output import is_rendered
from unitdocs.portal.site.rendering import render

__all__ = ["NotebookFigure", "figures", "is_rendered", "render", "show"]
