"""From run records to the parts of a documentation site that hold numbers: snippets, figures and tables."""

from unitdocs.portal.notebook import Shown, show
from unitdocs.portal.output import is_rendered
from unitdocs.portal.rendering import render

__all__ = ["Shown", "is_rendered", "render", "show"]
